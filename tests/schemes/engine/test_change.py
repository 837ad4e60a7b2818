"""A change of a cell in words: each kind told once, entities by name and code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maillage.schemes.engine.change import (
    FIELD_LABELS,
    KINDS,
    MOVES,
    SUBSTANCE,
    between,
    describe,
    describe_states,
    kinds_between,
    kinds_moved,
    moved,
)
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import FIELDS, PlacementDoc

NAMES = Names({"nord": "Nord", "sud": "Sud"}, {41: "nord"})
BASE: dict[str, Any] = {
    "mode": "M",
    "complementary": "C",
    "lead": "nord",
    "served": ("nord", "sud"),
    "integration": "",
    "rationale": "Plateau commun",
    "source_document": "Schéma",
    "source_page": "p. 3",
    "source_basis": "Décision de 2016",
}


def cell(**changes: Any) -> PlacementDoc:
    return PlacementDoc("paie", "2021", **(BASE | changes))


def said(before: PlacementDoc | None, after: PlacementDoc | None, own: bool = False) -> list[str]:
    told = NAMES.tell(describe(before, after, own=own))
    return [f"{it.kind} | {it}".replace("\u00a0", " ") for it in told]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mode": "I"}, "mode | Mode : Mutualisation → Intégration"),
        ({"mode": "?"}, "undocumented | Mode : Mutualisation → non renseigné"),
        ({"mode": "-"}, "not_applicable | Mode : Mutualisation → sans objet"),
        ({"complementary": ""}, "complementary | Modes complémentaires : Coopération → "
         "aucun"),
        ({"mode": "?", "complementary": ""}, "undocumented | Mode : Mutualisation → non renseigné"
         "\ncomplementary | Modes complémentaires : Coopération → non renseigné"),
        ({"mode": "-", "complementary": ""}, "not_applicable | Mode : Mutualisation → sans objet"
         "\ncomplementary | Modes complémentaires : Coopération → aucun"),
        ({"lead": "sud"}, "lead | Assuré par : Nord → Sud"),
        ({"lead": ""}, "lead | Assuré par : Nord → non renseigné"),
        ({"served": ("sud",)}, "beneficiaries | Bénéficiaires : Nord, Sud → "
         "Sud"),
        ({"integration": "national"}, "option | Option d’intégration : non renseigné → Nationale"),
        ({"rationale": "Autre"}, "text | Justification : Plateau commun → Autre"),
        ({"source_document": "Avis"}, "source | Document source : Schéma → Avis"),
        ({"source_page": "p. 4"}, "source | Page : p. 3 → p. 4"),
        ({"source_basis": ""}, "source | Fondement : Décision de 2016 → non renseigné"),
    ],
)  # fmt: skip
def test_each_field_is_told(changes: dict[str, Any], words: str) -> None:
    assert said(cell(), cell(**changes)) == words.split("\n")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"mode": "I", "integration": "regional"}, {"mode": "M"}, "Régionale → sans objet"),
        ({"mode": "M"}, {"mode": "I", "integration": "regional"}, "sans objet → Régionale"),
        ({"mode": "I", "integration": "regional"}, {"mode": "I"}, "Régionale → non renseigné"),
        ({"mode": "I", "integration": "regional"}, {"mode": "?"}, "Régionale → non renseigné"),
        ({"mode": "I", "integration": "regional"}, {"mode": "M", "complementary": "I"},
         "Régionale → non renseigné"),
    ],
)  # fmt: skip
def test_no_option_is_unknown_only_where_one_could_be_said(
    before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    bare = {"complementary": ""}
    told = said(cell(**bare | before), cell(**bare | after))
    assert [line for line in told if "Option" in line] == [
        f"option | Option d’intégration : {words}"
    ]


def test_what_a_chamber_has_no_value_of_is_the_network_s() -> None:
    own = PlacementDoc("paie", "2021", "nord", "M", complementary="C", lead="sud")
    assert said(None, own, own=True)[1:] == [
        "complementary | Modes complémentaires : valeur du réseau → Coopération",
        "lead | Assuré par : valeur du réseau → Sud",
    ]


def test_a_cell_that_appears_tells_all_it_holds() -> None:
    kinds = [line.partition(" | ")[0] for line in said(None, cell())]
    assert kinds == [
        *("documented", "complementary", "lead", "beneficiaries", "text"),
        *("source", "source", "source"),
    ]
    assert said(PlacementDoc("paie", "2021", mode="-"), None) == [
        "undocumented | Mode : sans objet → non renseigné"
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, "A", "own | Mode : valeur du réseau → Autonomie"),
        (None, "?", "own | Mode : valeur du réseau → non renseigné"),
        ("A", None, "own | Mode : Autonomie → valeur du réseau"),
        ("A", "C", "mode | Mode : Autonomie → Coopération"),
    ],
)
def test_a_chamber_takes_the_network_s_value_or_has_its_own(
    before: str | None, after: str | None, words: str
) -> None:
    cells = [
        PlacementDoc("paie", "2021", "nord", mode) if mode else None for mode in (before, after)
    ]
    assert said(*cells, own=True) == [words]


def test_the_order_of_beneficiaries_and_letters_says_nothing() -> None:
    turned = cell(served=("sud", "nord"), complementary="HC")
    assert describe(cell(complementary="CH"), turned) == ()


def test_states_of_the_journal_are_told_the_same() -> None:
    before = {name: list(v) if name == "served" else v for name, v in BASE.items() if v}
    after = before | {"lead": "sud", "served": ["sud"]}
    assert describe_states(before, after) == describe(cell(), cell(lead="sud", served=("sud",)))
    assert describe_states(None, before) == describe(None, cell())
    assert describe_states(before, before) == ()


def test_an_older_event_that_kept_a_number_is_read_where_it_can_be() -> None:
    (known,) = NAMES.tell(describe_states({"mode": "I", "lead": 41}, {"mode": "I", "lead": "sud"}))
    assert (known.before, known.after) == ("Nord", "Sud")
    (gone,) = NAMES.tell(describe_states({"mode": "I", "lead": 77}, {"mode": "I", "lead": "sud"}))
    assert gone.before == "entité retirée (n°\u00a077)"


def test_between_milestones_every_field_counts_where_both_say_a_mode_else_the_cell_once() -> None:
    later = cell(mode="I", lead="", served=("sud",), rationale="Autre", source_page="p. 9")
    assert [c.field for c in moved(cell(), later)] == ["mode", "lead", "served"]
    assert moved(later, cell()) and kinds_between(moved(later, cell())) == (
        "mode", "lead", "beneficiaries",
    )  # fmt: skip
    assert moved(None, cell()) == () and moved(cell(), cell(mode="?")) == ()
    assert moved(cell(), cell(mode="-")) and moved(cell(mode="-"), cell()), "an answer"
    bare = replace(cell(), mode="?", lead="", served=(), complementary="", integration="")
    for before, after, kind in (
        (bare, cell(), "documented"), (cell(), bare, "silent"), (cell(), None, "silent"),
        (cell(), cell(mode="-"), "not_applicable"),
    ):  # fmt: skip
        assert kinds_between(between(before, after)) == (kind,)
    assert len(between(bare, cell())) > 1, "told field by field, counted once"


WITHOUT = {"complementary": "", "integration": ""}
C_UNSAID = "Modes complémentaires : Coopération, suite non dite"
FOLLOWED = [
    # before, after: the kinds counted between milestones, what is told of those that are silent
    ({}, {"lead": ""}, ("silent",), ["Assuré par : Nord, suite non dite"]),
    ({}, {"served": ()}, ("silent",), ["Bénéficiaires : Nord, Sud, suite non dite"]),
    ({}, {"mode": "H", "lead": ""}, ("silent", "mode"), ["Assuré par : Nord, suite non dite"]),
    ({"mode": "-", "lead": "", "served": (), **WITHOUT}, {}, ("not_applicable",), []),
    # A complementary mode: none listed is silence however the cell is known, a list is an answer
    # but where it is carried forward, one that has become dominant is said still.
    *(({}, {"complementary": "", "provenance": known}, ("silent",), [C_UNSAID])
      for known in ("", "stated", "inferred", "carried")),
    ({"complementary": "CH"}, {"complementary": "H", "provenance": "carried"}, ("silent",),
     [C_UNSAID]),
    *(({"complementary": "CH"}, {"complementary": "H", "provenance": known}, ("complementary",), [])
      for known in ("", "stated", "inferred")),
    ({}, {"complementary": "H", "provenance": "carried"}, ("complementary",), []),
    ({"complementary": "H"}, {"complementary": "CH", "provenance": "carried"}, ("complementary",),
     []),
    ({"mode": "A"}, {"mode": "C", "complementary": ""}, ("mode",), []),
    ({"mode": "A", "complementary": "CM"}, {"complementary": ""}, ("silent", "mode"), [C_UNSAID]),
    ({"complementary": ""}, {}, ("complementary",), []),
    # Beneficiaries alike.
    ({}, {"served": ("sud",), "provenance": "carried"}, ("silent",),
     ["Bénéficiaires : Nord, suite non dite"]),
    ({}, {"served": ("sud",), "provenance": "stated"}, ("beneficiaries",), []),
    ({"served": ("nord",)}, {"served": ("sud",), "provenance": "carried"}, ("beneficiaries",), []),
    ({}, {"lead": "sud", "provenance": "carried"}, ("lead",), []),
    ({"mode": "I", "integration": "regional"}, {"mode": "I", "integration": ""}, ("silent",),
     ["Option d’intégration : Régionale, suite non dite"]),
    ({"mode": "I", "integration": "regional"}, {"mode": "M", "integration": ""},
     ("mode", "option"), []),
    ({}, {"mode": "-", "lead": "", "served": (), **WITHOUT}, ("not_applicable",), []),
    ({}, {"mode": "?", "lead": "", "served": (), **WITHOUT}, ("silent",),
     ["Mode : Mutualisation, suite non dite", C_UNSAID, "Assuré par : Nord, suite non dite",
      "Bénéficiaires : Nord, Sud, suite non dite"]),
    ({"lead": ""}, {}, ("lead",), []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "kinds", "words"), FOLLOWED)
def test_a_later_milestone_that_is_silent_changes_nothing(
    before: dict[str, Any], after: dict[str, Any], kinds: tuple[str, ...], words: list[str]
) -> None:
    """Told apart from a value that one state of a cell has and the other has no more."""
    one, other = cell(**before), cell(**after)
    fields = between(one, other)
    assert kinds_between(fields) == kinds
    told = [str(it).replace("\u00a0", " ") for it in NAMES.tell(fields) if it.kind == "silent"]
    assert told == words
    values = ([getattr(held, name) for name in SUBSTANCE] for held in (one, other))
    marked = kinds_moved(*values, other.provenance)
    assert marked == (tuple(k for k in kinds if k in MOVES) if {*kinds} & {*MOVES} else ())
    assert "silent" not in {c.kind for c in describe(one, other)}


def test_a_long_text_is_cut_on_a_line_and_whole_in_a_table() -> None:
    (told,) = NAMES.tell(describe(cell(), cell(rationale="Long texte\n" * 100)))
    assert told.after == "Long texte\n" * 100
    assert len(str(told)) < 400 and "\n" not in str(told) and str(told).endswith("…")


MANY = [f"chambre-{n:02}" for n in range(40)]
LONG = {"purpose": "x" * 50 + " y" * 100, "start": "2025"}
DIFFERING = [
    ({"served": MANY}, {"served": MANY[:-1]}, ["chambre-39"]),
    ({"served": MANY}, {"served": MANY[1:]}, ["chambre-00"]),
    ({"served": MANY}, {"served": [*MANY[1:20], *MANY[21:], "sud"]}, ["chambre-00", "Sud"]),
    ({"details": LONG}, {"details": LONG | {"start": "2026"}}, ["2025", "2026"]),
    ({"details": LONG}, {"details": LONG | {"reach": "regional"}}, ["Région"]),
    ({"rationale": "mot " * 200 + "un"}, {"rationale": "mot " * 200 + "deux"}, ["un", "deux"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "seen"), DIFFERING)
def test_what_differs_is_never_cut_from_a_line(before: Any, after: Any, seen: list[str]) -> None:
    (told,) = NAMES.tell(describe_states({"mode": "C"} | before, {"mode": "C"} | after))
    assert all(word in str(told) for word in seen), str(told)


def test_what_two_long_texts_share_is_cut_between_words() -> None:
    (told,) = NAMES.tell(describe_states({"mode": "C", "served": MANY},
                                         {"mode": "C", "served": MANY[:-1]}))  # fmt: skip
    one, other = told.shortly
    assert one == "…chambre-36, chambre-37, chambre-38, chambre-39"
    assert other == "…chambre-36, chambre-37, chambre-38"


def test_every_field_has_a_label_and_a_kind() -> None:
    assert set(FIELD_LABELS) == set(FIELDS)
    blank, full = PlacementDoc("paie", "2021"), cell(integration="national")
    assert {c.kind for c in describe(blank, full)} <= set(KINDS)
