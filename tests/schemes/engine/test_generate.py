"""The fictitious networks: deterministic, full, within the rules, and plainly invented."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.network.rules import code_fault
from maillage.schemes.engine import coverage
from maillage.schemes.engine.checks import check
from maillage.schemes.engine.document import EditionDocument, EntityKind, IntegrationOption
from maillage.schemes.engine.fiction import FUNCTIONS, TOWN_HEADS, TOWN_TAILS
from maillage.schemes.engine.generate import MAX_NETWORKS, MAX_PROCESSES, generate
from maillage.schemes.engine.resolution import differences
from tests.depth import examples

KIND_OF_HOLDER = {
    IntegrationOption.REGIONAL: EntityKind.REGIONAL,
    IntegrationOption.INFRA_REGIONAL: EntityKind.TERRITORIAL,
    IntegrationOption.NATIONAL: EntityKind.NATIONAL,
    IntegrationOption.THIRD_PARTY: EntityKind.OPERATOR,
    IntegrationOption.SUPRA_REGIONAL: EntityKind.OPERATOR,
}


CHAMBERS = (EntityKind.REGIONAL, EntityKind.TERRITORIAL)


def chambers(document: EditionDocument) -> list[str]:
    return [e.code for e in document.entities if e.kind in CHAMBERS]


def check_rules(document: EditionDocument) -> None:
    kinds = {e.code: e.kind for e in document.entities}
    processes = {p.code: p for p in document.processes}
    milestones = {m.code for m in document.milestones}
    delegates = defaultdict(set)
    for cell in document.placements:
        assert cell.milestone in milestones
        assert cell.entity in {"", *kinds}
        assert cell.lead in {"", *kinds}
        assert set(cell.served) <= set(kinds) - {cell.lead}
        assert cell.mode not in cell.complementary
        assert (cell.mode == "I") == bool(cell.integration)
        assert cell.mode not in "MI" or (cell.lead and cell.served)
        assert cell.mode in "MI" or not cell.served
        assert not cell.entity or kinds[cell.entity] in CHAMBERS
        assert all(kinds[code] in CHAMBERS for code in cell.served)
        assert cell.source_document.startswith("Schéma fictif ") and cell.source_page
        assert cell.mode not in "A-" or not cell.lead
        if cell.integration:
            option = IntegrationOption(cell.integration)
            assert kinds[cell.lead] == KIND_OF_HOLDER[option]
            if option is IntegrationOption.INFRA_REGIONAL:
                process = processes[cell.process]
                assert not process.region_only
                delegates[process.function].add(cell.lead)
    assert all(len(found) == 1 for found in delegates.values())
    assert check(document) == ()
    assert len({cell.key for cell in document.placements}) == len(document.placements)


@examples(30)
@given(
    st.integers(0, 10**6),
    st.integers(1, 4),
    st.integers(0, 30),
    st.integers(1, 70),
    st.integers(1, 5),
    st.sampled_from([0, 0.25, 1, "all"]),
)
def test_any_draw_is_full_and_within_the_rules(
    seed: int, networks: int, more: int, processes: int, milestones: int, overrides: float
) -> None:
    entities = 2 * networks + more
    drawn = generate(seed, entities, processes, milestones, networks, overrides)
    assert drawn == generate(seed, entities, processes, milestones, networks, overrides)
    assert len(drawn) == networks
    assert sum(len(chambers(document)) for document in drawn) == entities
    for document in drawn:
        check_rules(document)
        counted = coverage.coverage(document)
        assert counted.total.ratio == (processes * milestones,) * 2
        assert [e.kind for e in document.entities].count(EntityKind.REGIONAL) == 1
        outside = [e.kind for e in document.entities if e.kind not in CHAMBERS]
        assert outside == [EntityKind.NATIONAL, EntityKind.OPERATOR]
        if overrides in (1, "all"):
            assert (
                coverage.total(counted.overrides).all
                == len(chambers(document)) * processes * milestones
            )
        elif overrides == 0:
            assert coverage.total(counted.overrides).all == 0


@pytest.mark.parametrize("networks", [1, 13])
def test_national_scale_is_fast_and_has_22_500_cells(networks: int) -> None:
    start = time.process_time()
    drawn = generate(1, entities=125, processes=60, networks=networks, overrides=1.0)
    assert time.process_time() - start < 1
    assert sum(bool(cell.entity) for document in drawn for cell in document.placements) == 22_500
    codes = [entity.code for document in drawn for entity in document.entities]
    assert len(set(codes)) == len(codes) == 125 + 2 * networks


def test_all_is_another_word_for_one() -> None:
    assert generate(4, 9, 12, overrides="all") == generate(4, 9, 12, overrides=1.0)


def test_without_sizes_it_draws_a_small_network() -> None:
    (document,) = generate(1)
    assert (len(chambers(document)), len(document.processes)) == (7, 24)
    assert [(m.code, m.nature) for m in document.milestones] == [
        ("2022", "inventory"),
        ("2024", "status"),
        ("2027", "projection"),
    ]


def test_beyond_sixty_processes_come_back_numbered() -> None:
    processes = generate(1, 2, 130)[0].processes
    assert len({p.code for p in processes}) == len({p.name for p in processes}) == 130
    assert sum(p.name.endswith(" (2)") for p in processes) == 60
    assert sum(p.name.endswith(" (3)") for p in processes) == 10
    assert not any(code_fault(p.code) for p in processes)


def test_another_seed_is_another_network() -> None:
    assert generate(1, 6, 20) != generate(2, 6, 20)


def test_share_of_own_values() -> None:
    document = generate(3, 30, 60)[0]
    own = [cell for cell in document.placements if cell.entity]
    assert 0.2 < len(own) / (30 * 60 * 3) < 0.3
    network = {c.key[:2]: c for c in document.placements if not c.entity}
    for cell in own:
        theirs = network[cell.key[:2]]
        assert cell.mode != theirs.mode or cell.entity == theirs.lead


@given(st.integers(0, 10**6), st.sampled_from([0.25, 1.0]))
@examples(20)
def test_who_runs_an_activity_for_the_others_follows_it(seed: int, overrides: float) -> None:
    document = generate(seed, 5, 15, overrides=overrides)[0]
    network = {c.key[:2]: c for c in document.placements if not c.entity}
    for cell in document.placements:
        theirs = network[cell.key[:2]]
        if cell.entity and theirs.mode in "MI" and theirs.lead == cell.entity:
            assert differences(theirs, cell) == ()
        elif cell.entity and cell.mode in "MI":
            assert cell.lead != cell.entity
            assert cell.served == (cell.entity,)


def test_it_evolves_without_noise() -> None:
    """Most processes keep or change their mode once; some of all five modes are seen."""
    document = generate(5, 8, 60)[0]
    paths = defaultdict(str)
    for cell in document.placements:
        if not cell.entity:
            paths[cell.process] += cell.mode
    allowed = {path for function in FUNCTIONS for path in function.paths}
    assert set(paths.values()) <= allowed
    assert set("".join(paths.values())) == set("ACHMI")
    moves = Counter(len(set(path)) for path in paths.values())
    assert moves[1] + moves[2] > moves[3]


def test_everything_is_plainly_fictitious() -> None:
    for document in generate(1, 40, 12, networks=5):
        assert document.fictional
        assert "fictif" in document.network_name
        assert "fictif" in document.scheme_title
        for entity in document.entities:
            assert "ficti" in entity.name
            assert not entity.siren
            assert not entity.departement
            assert not code_fault(entity.code)
        assert all(
            "fictif" in cell.source_document or cell.rationale == "" for cell in document.placements
        )


def test_sixty_distinct_names_for_five_functions() -> None:
    processes = [process for function in FUNCTIONS for process in function.processes]
    assert len({process.code for process in processes}) == 60
    assert len({process.name for process in processes}) == 60
    assert all(process.group for process in processes)
    assert all(not code_fault(process.code) for process in processes)
    assert len(FUNCTIONS) == 5


def test_sections_tell_each_function() -> None:
    document = generate(1, 6, 60)[0]
    assert [section.function for section in document.sections if section.function] == [
        function.code for function in FUNCTIONS
    ]
    assert {section.kind for section in document.sections} == {
        "preamble",
        "function",
        "governance",
    }


@pytest.mark.parametrize(
    ("sizes", "what"),
    [
        ({"entities": 1, "processes": 5}, "chambres"),
        ({"entities": 9, "processes": 5, "networks": 5}, "chambres"),
        ({"entities": len(TOWN_HEADS) * len(TOWN_TAILS) + 1, "processes": 5}, "chambres"),
        ({"entities": 5, "processes": 0}, "macro-processus"),
        ({"entities": 5, "processes": MAX_PROCESSES + 1}, "macro-processus"),
        ({"entities": 5, "processes": 5, "milestones": 6}, "jalons"),
        ({"entities": 90, "processes": 5, "networks": MAX_NETWORKS + 1}, "réseaux"),
        ({"entities": 5, "processes": 5, "overrides": 1.5}, "valeurs propres"),
        ({"entities": 5, "processes": 5, "overrides": "tout"}, "valeurs propres"),
    ],
)
def test_sizes_out_of_reach_are_refused(sizes: dict[str, int], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        generate(1, **sizes)
