"""Which pieces of two chambers answer each other, and why the others do not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from maillage.ledger.engine.pieces import Ends, answering, beside, unmatched

CLOSING = dt.date(2025, 12, 31)


@dataclass(frozen=True)
class Line:
    piece: str
    date: dt.date | None
    cents: int
    label: str = "Facture"

    @property
    def debit(self) -> int:
        return max(0, self.cents)

    @property
    def credit(self) -> int:
        return max(0, -self.cents)


def line(piece: str, day: str, cents: int) -> Line:
    return Line(piece, dt.date.fromisoformat(f"2025-{day}"), cents)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([("F1", "03-01", 100)], [("F1", "03-09", -100)], []),
        ([("F1", "03-01", 60), ("F1", "03-01", 40)], [("F1", "03-09", -100)], []),
        ([("F1", "03-01", 100)], [("F1", "03-01", -90)], [("F1", "", 10, "amount")]),
        ([("F1", "03-01", 120)], [("F1", "03-01", -100)], [("F1", "", 20, "tax")]),
        ([("F1", "03-01", 100)], [("F1", "03-01", 100)], [("F1", "", 200, "sign")]),
        ([("F1", "03-01", 100)], [("A7", "04-20", -100)], [("F1", "A7", 0, "other")]),
        (
            [("F1", "03-01", 100)],
            [("A7", "06-20", -100)],
            [("F1", "", 100, "alone"), ("A7", "", -100, "alone")],
        ),
        ([("F1", "12-20", 100)], [], [("F1", "", 100, "late")]),
        ([], [("F1", "11-20", -100)], [("F1", "", -100, "alone")]),
        # One answer for two demands: the oldest takes it.
        (
            [("F1", "03-01", 100), ("F2", "03-20", 100)],
            [("A7", "03-25", -100)],
            [("F1", "A7", 0, "other"), ("F2", "", 100, "alone")],
        ),
        # Lines without a number are as many pieces.
        (
            [("", "03-01", 100), ("", "03-02", 30)],
            [("", "03-05", -100)],
            [("", "", 0, "other"), ("", "", 30, "alone")],
        ),
    ],
)
def test_each_piece_has_its_likely_cause(
    ours: list[tuple[str, str, int]],
    theirs: list[tuple[str, str, int]],
    expected: list[tuple[str, str, int, str]],
) -> None:
    found = unmatched([line(*o) for o in ours], [line(*t) for t in theirs], Ends(CLOSING))
    assert [(p.piece, p.other, p.difference, p.why) for p in found] == expected


def test_pieces_without_a_day_are_met_by_nothing_but_their_number() -> None:
    found = unmatched([Line("F1", None, 100)], [Line("A7", None, -100)], Ends(CLOSING))
    assert [p.why for p in found] == ["alone", "alone"]


def test_what_a_book_does_not_reach_is_not_missing_from_it() -> None:
    stop = dt.date(2025, 8, 31)
    ours = [line("F1", "08-31", 100), line("F2", "09-01", 40), line("F3", "12-20", 7)]
    theirs = [line("A1", "12-21", -3)]
    found = unmatched(ours, theirs, Ends(CLOSING, ours=None, theirs=stop))
    assert [(p.piece, p.why) for p in found] == [
        ("F1", "alone"), ("F2", "stopped"), ("F3", "stopped"), ("A1", "late"),
    ]  # fmt: skip
    other = unmatched(ours, theirs, Ends(CLOSING, ours=stop, theirs=None))
    assert [p.why for p in other] == ["alone", "alone", "late", "stopped"]


def test_an_adjustment_is_told_whole_answered_or_not() -> None:
    ours = [line("R1", "12-31", 500), line("R1", "12-31", 33), line("R2", "06-30", 10)]
    theirs = [line("R2", "06-30", -10), line("R3", "12-31", 5)]
    told = [(p.piece, p.says, p.answers, p.why) for p in beside(ours, theirs)]
    assert told == [
        ("R2", 10, -10, "beside"), ("R1", 533, 0, "beside"), ("R3", 0, 5, "beside"),
    ]  # fmt: skip


def test_what_answers_the_exercise_before_is_said_of_its_piece() -> None:
    theirs = [line("TX12", "01-15", -20), line("F8", "02-01", -7), line("F9", "06-01", -20)]
    found = unmatched([], theirs, Ends(CLOSING))
    opening = dt.date(2025, 1, 1)
    assert [p.why for p in answering(found, -20, opening)] == ["before", "alone", "alone"]
    assert [p.why for p in answering(found, -27, opening)] == ["before", "before", "alone"]
    assert [p.why for p in answering(found, -5, opening)] == ["alone"] * 3
