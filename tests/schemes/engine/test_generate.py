"""The fictitious networks: deterministic, full, within the rules, and plainly invented."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.rules import code_fault
from maillage.schemes.engine import coverage
from maillage.schemes.engine.document import EditionDocument, EntityKind, IntegrationOption
from maillage.schemes.engine.fiction import FUNCTIONS, TOWN_HEADS, TOWN_TAILS
from maillage.schemes.engine.generate import MAX_NETWORKS, MAX_PROCESSES, generate

KIND_OF_HOLDER = {
    IntegrationOption.REGIONAL: EntityKind.REGIONAL,
    IntegrationOption.INFRA_REGIONAL: EntityKind.TERRITORIAL,
    IntegrationOption.NATIONAL: EntityKind.NATIONAL,
    IntegrationOption.THIRD_PARTY: EntityKind.OPERATOR,
    IntegrationOption.SUPRA_REGIONAL: EntityKind.OPERATOR,
}


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
        assert cell.mode not in "MI" or cell.lead
        assert cell.mode not in "A-" or not cell.lead
        if cell.integration:
            option = IntegrationOption(cell.integration)
            assert kinds[cell.lead] == KIND_OF_HOLDER[option]
            if option is IntegrationOption.INFRA_REGIONAL:
                process = processes[cell.process]
                assert not process.region_only
                delegates[process.function].add(cell.lead)
    assert all(len(found) == 1 for found in delegates.values())
    assert len({cell.key for cell in document.placements}) == len(document.placements)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 4),
    st.integers(0, 30),
    st.integers(1, MAX_PROCESSES),
    st.integers(1, 5),
    st.sampled_from([0, 0.25, 1, "all"]),
)
def test_any_draw_is_full_and_within_the_rules(
    seed: int, networks: int, more: int, processes: int, milestones: int, overrides: float
) -> None:
    entities = 2 * networks + more
    drawn = generate(seed, entities, processes, milestones, networks, overrides=overrides)
    assert drawn == generate(seed, entities, processes, milestones, networks, overrides=overrides)
    assert len(drawn) == networks
    assert sum(len(document.entities) for document in drawn) == entities
    for document in drawn:
        check_rules(document)
        counted = coverage.coverage(document)
        assert counted.total.ratio == (processes * milestones,) * 2
        assert [e.kind for e in document.entities].count(EntityKind.REGIONAL) == 1
        if overrides == "all":
            assert counted.total_overrides.all == (len(document.entities) * processes * milestones)


def test_national_scale_is_fast_and_has_22_500_cells() -> None:
    start = time.perf_counter()
    drawn = generate(1, entities=125, processes=60, networks=13, overrides="all")
    assert time.perf_counter() - start < 1
    assert sum(bool(cell.entity) for document in drawn for cell in document.placements) == 22_500
    codes = [entity.code for document in drawn for entity in document.entities]
    assert len(set(codes)) == 125


def test_another_seed_is_another_network() -> None:
    assert generate(1, 6, 20) != generate(2, 6, 20)


def test_share_of_own_values() -> None:
    document = generate(3, 30, 60)[0]
    chambers = sum(e.kind in ("regional", "territorial") for e in document.entities)
    own = sum(bool(cell.entity) for cell in document.placements)
    assert 0.2 < own / (chambers * 60 * 3) < 0.3
    network = {c.key[:2]: c.mode for c in document.placements if not c.entity}
    assert all(c.mode != network[c.key[:2]] for c in document.placements if c.entity)


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
        ({"entities": 1, "processes": 5}, "entités"),
        ({"entities": 9, "processes": 5, "networks": 5}, "entités"),
        ({"entities": len(TOWN_HEADS) * len(TOWN_TAILS) + 1, "processes": 5}, "entités"),
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
