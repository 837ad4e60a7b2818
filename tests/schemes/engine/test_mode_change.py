"""What a change of mode asks, as a table: of which parts, and what each answer gives."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.engine.mode_change import (
    CLEAR,
    KEEP,
    LABELS,
    PARTS,
    asked,
    doubted,
    settled,
    unanswered,
)

HELD: dict[str, Any] = {
    "mode": "M",
    "complementary": "CI",
    "lead": "nord",
    "served": ["sud"],
    "integration": "regional",
    "rationale": "Plateau de 2021",
    "source_document": "Schéma",
    "source_page": "p. 2",
    "source_basis": "Ordonnance",
    "source_quote": "réunies à Lille",
    "provenance": "stated",
    "details": {"sites": "Lille", "purpose": "Un but"},
}
ALL = tuple(PARTS)


@pytest.mark.parametrize(
    ("before", "changes", "names", "goes"),
    [
        pytest.param(HELD, {"rationale": "Autre"}, (), (), id="its mode stays"),
        pytest.param(HELD, {"lead": "sud"}, ("source",), (), id="another lead"),
        pytest.param(HELD, {"mode": "M", "served": ["sud", "nord"]}, ("source",), (),
                     id="one more served"),
        pytest.param(HELD, {"complementary": "CHI"}, ("source",), (), id="one more mode"),
        pytest.param(HELD, {"integration": "national"}, ("source",), (), id="another option"),
        pytest.param(HELD, {"details": HELD["details"] | {"reach": "regional"}}, ("source",), (),
                     id="one more detail"),
        pytest.param(HELD | {"source_document": "", "source_page": "", "source_basis": "",
                             "source_quote": ""}, {"lead": "sud"}, ("source",), (),
                     id="another lead, known without a source"),
        pytest.param(HELD, {"lead": "", "served": [], "complementary": "C", "integration": "",
                            "details": {"sites": "Lille"}}, (), (), id="less is said"),
        pytest.param(HELD | {"provenance": ""}, {"lead": "sud"}, (), (),
                     id="another lead, of which nothing is said known"),
        pytest.param(HELD, {"lead": "sud", "source_page": "p. 9"}, (), (),
                     id="another lead, with its source"),
        pytest.param(HELD, {"lead": "sud", "provenance": "inferred"}, (), (),
                     id="another lead, known otherwise"),
        pytest.param(HELD | {"complementary": ""}, {"integration": "national"}, (), (),
                     id="an option the cell does not take"),
        pytest.param(HELD, {"mode": "M"}, (), (), id="the same mode again"),
        pytest.param(HELD | {"mode": "?"}, {"mode": "M"}, (), (), id="nothing was known"),
        pytest.param({}, {"mode": "M"}, (), (), id="an empty cell"),
        pytest.param({"mode": "M"}, {"mode": "A"}, (), (), id="nothing was said"),
        pytest.param({"mode": "M", "served": ["sud"]}, {"mode": "A"}, ("served",), (),
                     id="for whom"),
        pytest.param({"mode": "M", "served": ["sud"]}, {"mode": "A", "served": ["nord"]}, (), (),
                     id="for whom, said of the new mode"),
        pytest.param(HELD, {"mode": "I"}, ALL, (), id="all may stay"),
        pytest.param(HELD, {"mode": "H"}, ALL, (), id="a complementary mode keeps the option"),
        pytest.param(
            HELD | {"complementary": ""}, {"mode": "A"},
            ("lead", "served", "integration", "rationale", "details", "source"),
            ("integration", "details"),
            id="what an autonomy does not take",
        ),
        pytest.param(
            HELD, {"mode": "-"}, ALL,
            ("complementary", "lead", "served", "integration", "details"),
            id="sans objet",
        ),
        pytest.param(
            HELD, {"mode": "?"}, ALL, ("complementary", "integration", "details"),
            id="unknown again",
        ),
        pytest.param(
            HELD | {"complementary": "C"}, {"mode": "C"}, ALL, ("complementary", "integration"),
            id="its only complementary mode becomes it",
        ),
        pytest.param(HELD, {"mode": "I", "lead": "sud", "rationale": ""},
                     ("complementary", "served", "integration", "details", "source"), (),
                     id="replaced"),
        pytest.param(HELD, {"mode": "I", "provenance": "inferred"}, ALL, (), id="known otherwise"),
        pytest.param(
            HELD, {"mode": "I", "source_page": "p. 9"},
            (*ALL[:-1], "source_basis", "source_quote", "provenance"), (),
            id="another page: the rest of the source one by one",
        ),
        pytest.param(
            HELD, {"mode": "?", "source_page": "p. 9", "source_basis": "", "source_quote": "autre"},
            (*ALL[:-1], "provenance"),
            ("complementary", "integration", "details", "provenance"), id="another source",
        ),
        pytest.param({"mode": "A", "provenance": "stated"}, {"mode": "I"}, (), (), id="no source"),
        pytest.param(
            HELD, {"mode": "H", "complementary": "IC", "details": {"purpose": "Un but"}}, ALL, (),
            id="given as it was, but for what the mode does not take",
        ),
        pytest.param(
            HELD, {"mode": "I", "complementary": "", "details": {}},
            ("lead", "served", "integration", "rationale", "source"), (), id="emptied by hand",
        ),
    ],
)  # fmt: skip
def test_what_is_asked(
    before: dict[str, Any], changes: dict[str, Any], names: tuple[str, ...], goes: tuple[str, ...]
) -> None:
    parts = asked(before, changes)
    assert tuple(part.name for part in parts) == names
    assert tuple(part.name for part in parts if not part.can_stay) == goes


def test_what_a_gesture_states_itself_is_not_asked() -> None:
    stated = ("source_document", "source_page", "source_quote", "provenance")
    names = [part.name for part in asked(HELD, {"mode": "I"}, stated)]
    assert names == [*ALL[:-1], "source_basis"]


@pytest.mark.parametrize("part", PARTS)
def test_what_each_answer_gives(part: str) -> None:
    change = {"mode": "I"}
    assert settled(HELD, change, {}) == (change, False)
    assert settled(HELD, change, {part: KEEP}) == (change, part == "source")
    nothing = () if part == "served" else ""
    cleared = change | dict.fromkeys(PARTS[part], nothing)
    assert settled(HELD, change, {part: CLEAR}) == (cleared, False)


def test_what_the_source_of_a_cell_that_says_more_becomes() -> None:
    more = {"lead": "sud"}
    assert settled(HELD, more, {"source": KEEP}) == (more, True)
    cleared = more | dict.fromkeys(PARTS["source"], "")
    assert settled(HELD, more, {"source": CLEAR}) == (cleared, False)
    assert not doubted(HELD, cleared)
    assert not doubted(HELD, more, ("source_quote",))


def test_an_answer_to_what_is_not_asked_changes_nothing() -> None:
    answers = dict.fromkeys(LABELS, CLEAR)
    assert settled(HELD, {"lead": ""}, answers) == ({"lead": ""}, False)
    replaced = settled(HELD, {"mode": "I", "lead": "sud"}, answers)[0]
    assert replaced["lead"] == "sud" and replaced["source_basis"] == ""


def test_an_answer_is_one_of_two_words() -> None:
    parts = asked(HELD, {"mode": "I"})
    given = {"lead": KEEP, "rationale": CLEAR, "source": "oui"}
    open_ones = [part.name for part in unanswered(parts, given)]
    assert open_ones == ["complementary", "served", "integration", "details", "source"]


def test_every_pair_of_modes_asks_but_from_the_unknown() -> None:
    for former in MODE_LABELS:
        for mode in MODE_LABELS:
            found = asked({"mode": former, "lead": "nord"}, {"mode": mode})
            assert bool(found) == (former not in ("?", mode)), (former, mode)
