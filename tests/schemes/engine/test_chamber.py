"""The sheet of a chamber: whose part each activity is, with whom, and what changes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from maillage.schemes.engine.chamber import (
    ELSEWHERE,
    KINDS,
    ROLES,
    Situation,
    chosen_milestones,
    sheet_of,
)
from maillage.schemes.engine.chamber_tables import (
    CHANGED,
    NEWLY,
    NO_LONGER,
    SAME,
    WHOLE,
    briefly,
    tables_of,
)
from maillage.schemes.engine.document import (
    EditionDocument,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    ProcessKind,
)
from tests.depth import drawn

NATURES = {"2016": "inventory", "2020": "status", "2024": "projection"}
ENTITIES = ("region", "nord", "sud", "tete")


def edition(*placements: PlacementDoc) -> EditionDocument:
    return EditionDocument(
        network_code="n",
        network_name="N",
        fictional=True,
        scheme_code="s",
        scheme_title="S",
        start_year=2020,
        end_year=2024,
        number=1,
        title="T",
        entities=(
            EntityDoc("region", "La Région", "Région", EntityKind.REGIONAL),
            EntityDoc("nord", "Le Nord", "Nord", EntityKind.TERRITORIAL),
            EntityDoc("sud", "Le Sud", "Sud", EntityKind.TERRITORIAL),
            EntityDoc("tete", "La Tête", "Tête", EntityKind.NATIONAL),
        ),
        functions=(FunctionDoc("f", "F"),),
        processes=(ProcessDoc("p", "f", "P"), ProcessDoc("q", "f", "Q")),
        milestones=tuple(
            MilestoneDoc(year, year, dt.date(int(year), 1, 1), MilestoneNature(nature))
            for year, nature in NATURES.items()
        ),
        placements=tuple(placements),
    )


def cell(entity: str, mode: str, lead: str = "", *served: str, **more: Any) -> PlacementDoc:
    return PlacementDoc("p", "2020", entity, mode, lead=lead, served=served, **more)


POOLED = cell("", "M", "region", "nord", "sud")
SHARED = cell("", "C")
FRAME = cell("", "H", "region")
MODES = [
    # cells, of whom, roles, for whom, from whom, with whom
    ([], "nord", "unknown", "", "", ""),
    ([cell("", "?")], "nord", "unknown", "", "", ""),
    ([cell("", "-")], "nord", "not_applicable", "", "", ""),
    ([cell("", "A")], "nord", "self", "", "", ""),
    ([SHARED], "nord", "self with", "", "", "region sud"),
    ([SHARED, cell("sud", "A")], "nord", "self with", "", "", "region"),
    ([SHARED, cell("sud", "A")], "sud", "self", "", "", ""),
    ([cell("nord", "C")], "nord", "self with", "", "", ""),
    ([cell("", "A", complementary="H")], "nord", "self with", "", "", "region sud"),
    ([FRAME], "nord", "self with", "", "", "region sud"),
    ([FRAME], "region", "self others with", "", "", "nord sud"),
    ([POOLED], "region", "others with", "nord sud", "", "nord sud"),
    ([POOLED], "nord", "receives with", "", "region", "region sud"),
    ([POOLED], "tete", "unknown", "", "", ""),
    # Its own value wins: it no longer receives what the network says it does, and nobody serves it.
    ([POOLED, cell("nord", "A")], "nord", "self", "", "", ""),
    ([POOLED, cell("nord", "?")], "nord", "unknown", "", "", ""),
    ([POOLED, cell("nord", "A")], "region", "others with", "sud", "", "nord sud"),
    ([POOLED, cell("nord", "A")], "sud", "receives with", "", "region", "region nord"),
    ([POOLED, cell("nord", "I", "tete")], "nord", "receives", "", "tete", ""),
    ([cell("nord", "I", "tete")], "tete", "others", "nord", "", ""),
    ([cell("", "M", "tete")], "tete", "others", "", "", ""),
    (
        [cell("region", "?"), cell("nord", "I", "region")],
        "region",
        "others unknown",
        "nord",
        "",
        "",
    ),
    ([cell("nord", "I", "tete")], "sud", "unknown", "", "", ""),
    # Integrated, without a word on who is served: every chamber but the one that leads.
    ([cell("", "I", "region")], "sud", "receives", "", "region", ""),
    ([cell("", "I", "region")], "region", "self others", "nord sud", "", ""),
    ([cell("", "I", "region")], "tete", "unknown", "", "", ""),
    # Pooled, without a word on who is served: nobody is said to receive.
    ([cell("", "M", "region")], "sud", "with", "", "", "region nord"),
    ([cell("", "M", "region")], "region", "self others with", "", "", "nord sud"),
    ([cell("", "I")], "sud", "entrusted", "", "", ""),
    # What a chamber does for itself is not done for others.
    ([cell("nord", "M", "nord", "nord")], "nord", "self with", "", "", ""),
    ([cell("nord", "M", "nord")], "nord", "self with", "", "", ""),
    ([cell("", "M", "tete", "nord", "tete")], "tete", "self others", "nord", "", ""),
]


@pytest.mark.parametrize(("cells", "entity", "roles", "served", "provider", "partners"), MODES)
def test_whose_part_it_is(
    cells: list[PlacementDoc], entity: str, roles: str, served: str, provider: str, partners: str
) -> None:
    part = Situation(edition(*cells), "2020").part("p", entity)
    assert " ".join(part.roles) == roles
    assert (" ".join(part.served), part.provider) == (served, provider)
    assert " ".join(part.partners) == partners
    assert part.unsaid == ("others" in part.roles and not part.served)


def some_cells(seed: int) -> list[PlacementDoc]:
    """Values of the network and of entities, each at most once, whatever they say."""
    dice = random.Random(seed)
    return [
        cell(owner, dice.choice("ACHMI?-"), dice.choice(("", *ENTITIES)),
             *dice.sample(ENTITIES, dice.choice((0, 0, 1, 2, 4))))
        for owner in ("", *ENTITIES)
        if dice.random() < 0.6
    ]  # fmt: skip


@pytest.mark.parametrize("seed", drawn(40, 400))
def test_what_one_receives_is_what_another_runs_for_it(seed: int) -> None:
    cells = some_cells(seed)
    here = Situation(edition(*cells), "2020")
    parts = {entity: here.part("p", entity) for entity in ENTITIES}
    given_to = {(lead, e) for lead, part in parts.items() for e in part.served}
    taken_from = {(part.provider, e) for e, part in parts.items() if part.provider}
    assert given_to == taken_from
    held = {value.entity: value for value in cells}
    for entity, part in parts.items():
        assert part.provider != entity and entity not in part.served
        if entity in held:
            assert part.cell == held[entity], "its own value wins"
        assert part.roles and set(part.roles) <= set(ROLES)
        assert ("unknown" in part.roles) <= (part.mode == "?")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("", ""), ("2020", "2024")),
        (("2016", ""), ("2016", "2024")),
        (("2016", "2020"), ("2016", "2020")),
        (("2024", "2016"), ("2016", "2024")),
        (("2024", ""), ("2024", "2024")),
        (("jadis", "jamais"), ("2020", "2024")),
    ],
)
def test_the_two_milestones_asked_for_in_time_order(
    asked: tuple[str, str], found: tuple[str, str]
) -> None:
    one, other = chosen_milestones(edition().milestones, *asked)
    assert (one.code, other.code) == found


def test_at_one_date_what_is_aimed_at_comes_after_what_is_observed() -> None:
    day, nature = dt.date(2020, 12, 31), MilestoneNature
    aimed = MilestoneDoc("a-viser", "Visé", day, nature.PROJECTION)
    seen = MilestoneDoc("constat", "Constaté", day, nature.STATUS)
    for asked in (("", ""), ("a-viser", "constat"), ("constat", "a-viser")):
        assert chosen_milestones((aimed, seen), *asked) == (seen, aimed)


def test_without_a_projection_the_last_two_states_are_the_same() -> None:
    known = [m for m in edition().milestones if m.nature != "projection"]
    assert [m.code for m in chosen_milestones(known)] == ["2020", "2020"]


def at(year: str, value: PlacementDoc, process: str = "p") -> PlacementDoc:
    return replace(value, milestone=year, process=process)


CHANGES: list[tuple[str, list[PlacementDoc], list[tuple[str, str, str, str]], str]] = [
    ("nord", [at("2020", SHARED), at("2024", SHARED)], [], "rien ne change"),
    (
        "nord",
        [at("2020", cell("", "A")), at("2024", cell("", "M", "region"))],
        [
            ("Mode", "Autonomie", "Mutualisation", CHANGED),
            ("Assuré par", "non renseigné", "Région", NEWLY),
        ],
        "1 macro-processus change",
    ),
    (
        "nord",
        [at("2024", cell("", "I", "region"))],
        [(WHOLE, "non renseigné", "Intégration ; assuré par : Région", NEWLY)],
        "1 est dit pour la première fois",
    ),
    (
        "nord",
        [at("2020", POOLED)],
        [
            (
                WHOLE,
                "Mutualisation ; assuré par : Région ; bénéficiaires : Nord, Sud",
                "suite non dite",
                NO_LONGER,
            )
        ],
        "rien ne change ; la suite d’un macro-processus n’est pas dite.",
    ),
    # « Sans objet » is an answer: a change, or what is said first.
    (
        "nord",
        [at("2020", POOLED), at("2024", cell("", "-"))],
        [
            (
                WHOLE,
                "Mutualisation ; assuré par : Région ; bénéficiaires : Nord, Sud",
                "sans objet",
                CHANGED,
            )
        ],
        ": 1 macro-processus change.",
    ),
    (
        "nord",
        [at("2020", cell("", "-")), at("2024", cell("", "A"))],
        [(WHOLE, "sans objet", "Autonomie", CHANGED)],
        ": 1 macro-processus change.",
    ),
    (
        "nord",
        [at("2024", cell("", "-"))],
        [(WHOLE, "non renseigné", "sans objet", NEWLY)],
        ": 1 est dit pour la première fois.",
    ),
    # What a later milestone does not repeat is told apart from what moves.
    (
        "nord",
        [at("2020", cell("", "M", "region", complementary="C")), at("2024", cell("", "M"))],
        [
            ("Modes complémentaires", "Coopération", "suite non dite", NO_LONGER),
            ("Assuré par", "Région", "suite non dite", NO_LONGER),
        ],
        ", rien ne change ; la suite d’un macro-processus n’est pas dite, en tout ou en partie.",
    ),
    (
        "nord",
        [at("2020", cell("", "M", "region")), at("2024", cell("", "A"))],
        [
            ("Mode", "Mutualisation", "Autonomie", CHANGED),
            ("Assuré par", "Région", "suite non dite", NO_LONGER),
        ],
        "1 macro-processus change ; la suite d’un macro-processus n’est pas dite, en tout ou",
    ),
    (
        "nord",
        [
            at("2020", cell("", "I", "region", integration="regional")),
            at("2024", cell("", "M", "region")),
        ],
        [
            ("Mode", "Intégration", "Mutualisation", CHANGED),
            ("Option d’intégration", "Régionale", "sans objet", CHANGED),
        ],
        ": 1 macro-processus change.",
    ),
    # Empty fields may answer: a known cell without complementary mode has none, and one that
    # integrates nothing has no option.
    (
        "nord",
        [
            at("2020", cell("", "M", "region")),
            at("2024", cell("", "I", "region", integration="regional", complementary="H")),
        ],
        [
            ("Mode", "Mutualisation", "Intégration", CHANGED),
            ("Modes complémentaires", "aucun", "Harmonisation", CHANGED),
            ("Option d’intégration", "sans objet", "Régionale", CHANGED),
        ],
        ": 1 macro-processus change.",
    ),
    # A complementary mode that now leads is not given up; the one beside it is said no more.
    (
        "nord",
        [at("2020", cell("", "H", complementary="M")), at("2024", cell("", "M"))],
        [("Mode", "Harmonisation", "Mutualisation", CHANGED)],
        ": 1 macro-processus change.",
    ),
    (
        "nord",
        [at("2020", cell("", "A", complementary="MC")), at("2024", cell("", "M"))],
        [
            ("Mode", "Autonomie", "Mutualisation", CHANGED),
            ("Modes complémentaires", "Coopération", "suite non dite", NO_LONGER),
        ],
        "1 macro-processus change ; la suite d’un macro-processus n’est pas dite, en tout ou",
    ),
    # Whom it ran it for says no more: nothing changes for it.
    (
        "region",
        [
            *(at(year, cell("region", "A")) for year in ("2020", "2024")),
            at("2020", cell("nord", "I", "region")),
        ],
        [
            (
                KINDS[ELSEWHERE],
                "Autonomie, pour elle-même ; Intégration, pour Nord",
                "Autonomie, pour elle-même",
                NO_LONGER,
            )
        ],
        ", rien ne change ; la suite d’un macro-processus n’est pas dite",
    ),
    (
        "region",
        [
            *(at(year, cell("region", "A")) for year in ("2020", "2024")),
            at("2020", cell("nord", "I", "region")),
            at("2024", cell("nord", "A")),
        ],
        [
            (
                KINDS[ELSEWHERE],
                "Autonomie, pour elle-même ; Intégration, pour Nord",
                "Autonomie, pour elle-même",
                CHANGED,
            )
        ],
        ": 1 macro-processus change.",
    ),
    # Its own value does not move; whom it runs it for does.
    (
        "region",
        [
            *(at(year, cell("region", "A")) for year in ("2020", "2024")),
            at("2024", cell("nord", "I", "region")),
        ],
        [
            (
                KINDS[ELSEWHERE],
                "Autonomie, pour elle-même",
                "Autonomie, pour elle-même ; Intégration, pour Nord",
                NEWLY,
            )
        ],
        ": 1 est dit pour la première fois.",
    ),
]


@pytest.mark.parametrize(("entity", "cells", "rows", "answer"), CHANGES)
def test_what_changes_field_by_field(
    entity: str, cells: list[PlacementDoc], rows: list[tuple[str, ...]], answer: str
) -> None:
    sheet = sheet_of(edition(*cells), entity)
    assert sheet is not None
    tables = tables_of(sheet)
    lines = (*tables.changes.rows, *tables.dropped.rows)
    told = [tuple(str(text).replace("\u00a0", " ") for text in row[2:]) for row in lines]
    assert told == rows
    assert answer in tables.answer.replace("\u00a0", " ")


@pytest.mark.parametrize("seed", drawn(20, 200))
def test_the_sentence_the_tables_and_the_kinds_count_the_same(seed: int) -> None:
    dice = random.Random(seed)
    cells = [
        replace(value, milestone=year, complementary=dice.choice(("", "", "H")))
        for year in ("2020", "2024")
        for value in some_cells(dice.randrange(1000))
    ]
    sheet = sheet_of(edition(*cells), dice.choice(ENTITIES))
    assert sheet is not None
    tables, kinds = tables_of(sheet), sheet.by_kind()
    for kind, held in kinds.items():
        alone = tables_of(sheet, kind)
        rows = (*alone.changes.rows, *alone.dropped.rows)
        assert {row[0].code for row in rows} == held, kind
        assert tables_of(sheet, kind).answer == tables.answer
    changing = {row[0].code for row in tables.changes.rows}
    dropped = {row[0].code for row in tables.dropped.rows}
    assert dropped == kinds.get("silent", set())
    assert changing == set().union(*(kinds.get(k, ()) for k in KINDS if k != "silent"))
    told = tables.answer
    assert ("n’est pas dite" in told) == bool(dropped)
    assert ("rien ne change" in told) == (not changing)
    assert {row[5] for row in tables.changes.rows} <= {CHANGED, NEWLY}
    assert {row[5] for row in tables.dropped.rows} <= {NO_LONGER}


def test_a_role_is_told_at_both_milestones_and_counted_as_it_is_told() -> None:
    cells = [
        at("2020", POOLED), at("2024", cell("", "A")),
        at("2020", FRAME, "q"), at("2024", FRAME, "q"),
    ]  # fmt: skip
    sheet = sheet_of(edition(*cells), "nord")
    assert sheet is not None
    tables = tables_of(sheet)
    assert {row[0]: row[1:] for row in tables.summary.rows} == {
        ROLES["self"]: (1, 2), ROLES["receives"]: (1, 0), ROLES["with"]: (2, 1),
    }  # fmt: skip
    rows = {role: [row[0::2] for row in table.rows] for role, table in tables.roles.items()}
    assert [tuple(row) for row in tables.roles["receives"].rows] == [
        ("P", "F", "Mutualisation, de Région", "Autonomie, pour elle-même")
    ]
    assert tables.roles["self"].rows[1][3] == SAME  # type: ignore[index]
    assert set(rows) == {"self", "receives", "with"}
    assert not tables.silent.rows


def test_one_kind_of_change_alone_and_the_same_answer() -> None:
    cells = [at("2020", cell("", "A")), at("2024", cell("", "M", "region")), at("2024", FRAME, "q")]
    sheet = sheet_of(edition(*cells), "nord")
    assert sheet is not None
    whole, leads = tables_of(sheet), tables_of(sheet, "complementary")
    assert not leads.changes.rows and whole.changes.rows
    assert leads.answer == whole.answer and leads.changes.filters != whole.changes.filters


def test_an_entity_that_is_no_chamber_is_not_told_what_does_not_concern_it() -> None:
    cells = [at("2020", cell("nord", "I", "tete"))]
    sheet = sheet_of(edition(*cells), "tete")
    assert sheet is not None
    assert [part.process for part in sheet.parts] == ["p"]
    assert sheet_of(edition(), "inconnue") is None
    assert sheet_of(replace(edition(), milestones=()), "nord") is None


def test_how_each_end_is_known_is_told_wherever_it_changes_or_does_not() -> None:
    known = {"2020": "inferred", "2024": "carried"}
    pooled = cell("", "M", "region", "nord")
    cells = [
        at("2016", cell("", "A", provenance="inferred")),
        *(at(year, replace(pooled, provenance=known[year])) for year in known),
        at("2020", cell("", "C", provenance="inferred", lead="region"), "q"),
    ]
    spans = (("2016", "2020"), ("2020", "2024"))
    moved, still = (
        tables_of(sheet) for a in spans if (sheet := sheet_of(edition(*cells), "nord", *a))
    )
    assert [tuple(row[2:]) for row in moved.changes.rows] == [
        ("Mode", "Autonomie, déduit", "Mutualisation, déduit", CHANGED),
        ("Assuré par", "non renseigné", "Région, déduit", NEWLY),
        ("Bénéficiaires", "non renseigné", "Nord, déduit", NEWLY),
        (WHOLE, "non renseigné", "Coopération, déduit ; assuré par\u00a0: Région", NEWLY),
    ]
    ((_, _, *told),) = still.roles["receives"].rows
    assert told == ["Mutualisation, de Région, déduit", f"{SAME}, reporté"]
    stated = [replace(value, provenance="stated") for value in cells]
    for span in spans:
        sheet = sheet_of(edition(*stated), "nord", *span)
        assert sheet is not None
        words = " ".join(str(v) for t in tables_of(sheet).all for row in t.rows for v in row)
        assert "déduit" not in words and "reporté" not in words


INTEGRATED = {"integration": "national"}
FOR_ALL = cell("", "I", "tete", "region", "nord", "sud", **INTEGRATED)
OUTSIDE: list[
    tuple[list[PlacementDoc], tuple[str, str, str] | None, dict[str, tuple[int, int]]]
] = [
    # cells; before, after and nature of its one line; what is counted
    (
        [at("2024", FOR_ALL)],
        ("non renseigné", "Intégration, nationale, pour Région, Nord, Sud", NEWLY),
        {"others": (0, 1)},
    ),
    (
        [at("2020", cell("", "A")), at("2024", replace(FOR_ALL, provenance="carried"))],
        (
            "n’y est pas nommée",
            "Intégration, nationale, pour Région, Nord, Sud, reporté",
            CHANGED,
        ),
        {"others": (0, 1)},
    ),
    (
        [at("2020", cell("", "M", "tete", complementary="C")), at("2024", FOR_ALL)],
        (
            "Mutualisation + Coopération, bénéficiaires : non renseigné",
            "Intégration, nationale, pour Région, Nord, Sud",
            CHANGED,
        ),
        {"others": (1, 1)},
    ),
    (
        [
            *(at("2020", cell(e, "I", "tete")) for e in ("nord", "sud")),
            at("2024", cell("nord", "M", "tete")),
            at("2024", cell("sud", "I", "tete")),
        ],
        (
            "Intégration, pour Nord, Sud",
            "Mutualisation, pour Nord ; Intégration, pour Sud",
            CHANGED,
        ),
        {"others": (1, 1)},
    ),
    # The later milestone only does not repeat the option, or the whole: silence, no change.
    (
        [at("2020", FOR_ALL), at("2024", replace(FOR_ALL, integration=""))],
        (
            "Intégration, nationale, pour Région, Nord, Sud",
            "Intégration, pour Région, Nord, Sud",
            NO_LONGER,
        ),
        {"others": (1, 1)},
    ),
    (
        [at("2020", FOR_ALL)],
        ("Intégration, nationale, pour Région, Nord, Sud", "non renseigné", NO_LONGER),
        {"others": (1, 0)},
    ),
    ([at("2020", FOR_ALL), at("2024", FOR_ALL)], None, {"others": (1, 1)}),
]


@pytest.mark.parametrize(("cells", "line", "counts"), OUTSIDE)
def test_who_serves_from_outside_is_told_what_the_cells_of_others_say(
    cells: list[PlacementDoc],
    line: tuple[str, str, str] | None,
    counts: dict[str, tuple[int, int]],
) -> None:
    """It has no value of its own: that is nothing « non renseigné »."""
    sheet = sheet_of(edition(*cells), "tete")
    assert sheet is not None
    tables = tables_of(sheet)
    assert sheet.counts() == counts
    assert not tables.silent.rows
    told = [
        tuple(str(text).replace("\u00a0", " ") for text in row[3:])
        for row in (*tables.changes.rows, *tables.dropped.rows)
    ]
    assert told == ([line] if line else [])
    ((_, _, before, after),) = tables.roles["others"].rows
    stands = tuple(str(text).replace("\u00a0", " ") for text in (before, after))
    assert stands == (line[:2] if line else (stands[0], SAME))


def test_all_the_chambers_are_not_the_other_ones_of_who_is_none_of_them() -> None:
    document = edition()
    more = tuple(EntityDoc(f"t{n}", f"T{n}", f"T{n}", EntityKind.TERRITORIAL) for n in range(2))
    every = [*ENTITIES[:3], "t0", "t1"]
    said = {"tete": "les 5 chambres", "region": "les 4 autres chambres"}
    for lead, whom in said.items():
        served = [code for code in every if code != lead]
        value = at("2020", cell("", "I", lead, *served))
        wider = replace(document, entities=(*document.entities, *more), placements=(value,))
        sheet = sheet_of(wider, lead)
        assert sheet is not None
        told = str(tables_of(sheet).roles["others"].rows[0][2])  # type: ignore[index]
        assert told.replace("\u00a0", " ") == f"Intégration, pour {whom}"


def test_actions_are_told_and_never_counted_and_what_is_deduced_is_said() -> None:
    cells = [
        at("2020", replace(cell("", "A"), provenance="inferred")),
        at("2024", cell("", "M", "region", "nord", "sud"), "q"),
    ]
    document = edition(*cells)
    action = replace(document.processes[1], kind=ProcessKind.ACTION, parent="p")
    sheet = sheet_of(replace(document, processes=(document.processes[0], action)), "nord")
    assert sheet is not None
    tables = tables_of(sheet)
    assert sheet.counts() == {"self": (1, 0), "unknown": (0, 1)}
    assert "la suite d’un macro-processus n’est pas dite" in tables.answer.replace("\u00a0", " ")
    assert "première fois" not in tables.answer
    assert [row[0] for row in tables.roles["receives"].rows] == ["Action\u00a0: Q"]
    assert tables.roles["self"].rows[0][2] == "Autonomie, déduit"  # type: ignore[index]


APART: list[tuple[list[PlacementDoc], str, str, str]] = [
    # cells; what the region does for others: in its table, where only named, beside the rest
    (
        [POOLED, cell("region", "A")],
        "Mutualisation, pour Nord, Sud",
        "pour d’autres en mutualisation",
        "Autonomie, pour elle-même ; Mutualisation, pour Nord, Sud",
    ),
    (
        [cell("", "M", "region"), cell("region", "A")],
        "Mutualisation, bénéficiaires : non renseigné",
        "pour d’autres en mutualisation",
        "Autonomie, pour elle-même ; Mutualisation, bénéficiaires : non renseigné",
    ),
    (
        [POOLED, cell("region", "A"), cell("sud", "I", "region", provenance="inferred")],
        "Mutualisation, pour Nord ; Intégration, pour Sud, déduit",
        "pour d’autres en mutualisation et intégration",
        "Autonomie, pour elle-même ; Mutualisation, pour Nord ; Intégration, pour Sud, déduit",
    ),
    (
        [cell("", "M", "region"), cell("region", "A"), cell("nord", "M", "region")],
        "Mutualisation, pour Nord, bénéficiaires : non renseigné",
        "pour d’autres en mutualisation",
        "Autonomie, pour elle-même ; Mutualisation, pour Nord, bénéficiaires : non renseigné",
    ),
]


@pytest.mark.parametrize(("cells", "others", "named", "whole"), APART)
def test_a_chamber_serves_others_under_the_mode_they_receive_it_under(
    cells: list[PlacementDoc], others: str, named: str, whole: str
) -> None:
    """Whatever its own value says of what it does for itself."""
    sheet = sheet_of(edition(*(at("2020", one) for one in cells)), "region", "2016", "2020")
    assert sheet is not None
    tables = tables_of(sheet)
    told = {role: table.rows[0][3].replace("\u00a0", " ") for role, table in tables.roles.items()}  # type: ignore[index]
    assert (told["others"], told["self"]) == (others, "Autonomie")
    part = next(part for part in sheet.parts if part.process == "p")
    assert briefly(part, "others") == named
    known = [at("2016", cell("region", "A")), at("2020", cell("region", "A"))]
    served = [at("2020", one) for one in cells if one.entity != "region"]
    moved = sheet_of(edition(*known, *served), "region", "2016", "2020")
    assert moved is not None
    ((*_, after, _),) = tables_of(moved).changes.rows
    assert after.replace("\u00a0", " ") == whole


def test_a_mode_that_moves_for_those_it_serves_alone_is_a_change_for_who_serves_them() -> None:
    alone = [at(year, cell("region", "A")) for year in ("2020", "2024")]
    for_others = [at("2020", POOLED), at("2024", cell("", "I", "region", "nord", "sud"))]
    sheet = sheet_of(edition(*alone, *for_others), "region")
    assert sheet is not None
    tables = tables_of(sheet)
    ((_, _, what, before, after, nature),) = tables.changes.rows
    assert (what, nature) == (KINDS[ELSEWHERE], CHANGED)
    assert before.endswith("; Mutualisation, pour Nord, Sud")
    assert after.endswith("; Intégration, pour Nord, Sud")
    same = sheet_of(edition(*alone, at("2020", POOLED), at("2024", POOLED)), "region")
    assert same is not None and not tables_of(same).changes.rows
    assert tables_of(same).roles["others"].rows[0][3] == SAME  # type: ignore[index]
