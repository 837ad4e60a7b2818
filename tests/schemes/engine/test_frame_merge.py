"""A title and milestones written by two people at once, put together field by field."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.schemes.engine.frame_merge import NOTHING_READ, Clash, Frame, Row, merged


def row(was: str, **changes: str) -> Row:
    return {"was": was, "code": was, "label": was, "date": was, "nature": "status"} | changes


READ = Frame("Titre", (row("2024"), row("2027")))


def frame(title: str = "Titre", *rows: Row) -> Frame:
    return Frame(title, rows or READ.rows)


CASES: dict[str, tuple[Frame, Frame, Frame, list[Clash]]] = {
    "nobody": (READ, READ, READ, []),
    "each their own": (
        frame("Titre", row("2024"), row("2027", label="Fin")),
        frame("Le leur", row("2024", date="2024-06"), row("2027")),
        frame("Le leur", row("2024", date="2024-06"), row("2027", label="Fin")),
        [],
    ),
    "both alike": (frame("Autre"), frame("Autre"), frame("Autre"), []),
    "both otherwise": (
        frame("Le mien", row("2024", label="A"), row("2027")),
        frame("Le leur", row("2024", label="B"), row("2027")),
        frame("Le mien", row("2024", label="A"), row("2027")),
        [Clash("", "title", "Le mien", "Le leur"), Clash("2024", "label", "A", "B")],
    ),
    "each adds": (
        frame("Titre", *READ.rows, row("", code="2030")),
        frame("Titre", *READ.rows, row("2035")),
        frame("Titre", *READ.rows, row("", code="2030"), row("2035")),
        [],
    ),
    "both add the same": (
        frame("Titre", *READ.rows, row("", code="2030", label="Le mien")),
        frame("Titre", *READ.rows, row("2030")),
        frame("Titre", *READ.rows, row("", code="2030", label="Le mien")),
        [],
    ),
    "theirs is gone": (READ, frame("Titre", row("2027")), frame("Titre", row("2027")), []),
    "mine is gone": (frame("Titre", row("2027")), READ, frame("Titre", row("2027")), []),
    "theirs is gone where I wrote": (
        frame("Titre", row("2024", label="A"), row("2027")),
        frame("Titre", row("2027")),
        frame("Titre", row("", code="2024", label="A", date="2024"), row("2027")),
        [Clash("2024", "", "A", "retiré")],
    ),
    "mine is gone where they wrote": (
        frame("Titre", row("2027")),
        frame("Titre", row("2024", label="B"), row("2027")),
        frame("Titre", row("2027"), row("2024", label="B")),
        [Clash("2024", "", "retiré", "B")],
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_what_one_left_is_the_other_s_and_what_both_set_is_told(what: str) -> None:
    mine, theirs, together, clashes = CASES[what]
    found: Any = merged(READ, mine, theirs)
    assert found == (together, clashes)


def test_where_nobody_says_what_was_read_all_that_differs_is_told() -> None:
    mine = frame("Le mien", row("2024", label="A"), row("2027"))
    assert merged(NOTHING_READ, mine, READ) == (
        mine,
        [Clash("", "title", "Le mien", "Titre"), Clash("2024", "label", "A", "2024")],
    )
