"""One pair in two families is put together where both gaps cancel out, and nowhere else."""

from __future__ import annotations

import pytest

from maillage.ledger.engine.adjustments import AdjustmentLine, consolidated
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.control import control_of
from maillage.ledger.engine.one_pair import Together, together
from maillage.ledger.queries.consolidated import closed
from tests.ledger.engine.test_control import PERIMETER, booked

FAMILIES = PERIMETER.families


def proposals(found: Consolidation) -> list[Together]:
    pairs = found.reciprocities
    told = (together(r, pairs, found.eliminations, FAMILIES) for r in pairs if r.difference)
    return [one for one in told if one is not None]


@pytest.mark.parametrize(
    ("books", "lines"),
    [
        (
            "3 a 411 b 800 | 3 b 451 a -800",
            [("a", "411", "b", -80_000), ("a", "451", "b", 80_000)],
        ),
        (
            "3 a 451 b 800 | 3 b 401 a -500 | 5 b 4081 a -300",
            [("b", "401", "a", 50_000), ("b", "4081", "a", 30_000), ("b", "451", "a", -80_000)],
        ),
    ],
)
def test_the_gaps_of_one_pair_close_by_one_entry(
    books: str, lines: list[tuple[str, str, str, int]]
) -> None:
    found = booked(books)
    first, second = proposals(found)
    assert first.lines == second.lines, "either gap leads to the same entry"
    told = [(x.entity, x.account, x.partner, x.debit - x.credit) for x in first.lines]
    assert told == lines
    assert sum(x.debit - x.credit for x in first.lines) == 0
    day = max(line.month for line in found.lines if line.month)
    after = closed(found, FAMILIES, consolidated([(day, first.lines)], ("a", "b")))
    assert [cause for _, cause in control_of(after, FAMILIES).pairs if cause] == []
    back = [line.reversed() for line in first.lines]
    again = closed(after, FAMILIES, consolidated([(day, [*first.lines, *back])], ("a", "b")))
    assert {c for _, c in control_of(again, FAMILIES).pairs} == {"one_pair"}


@pytest.mark.parametrize(
    "books",
    [
        "3 a 411 b 800 | 3 b 451 a -799.99",  # not the same amount
        "3 a 411 b 800",  # nobody answers
        "3 a 411 b 800 | 3 b 401 a -800",  # they agree
        "3 a 411 b 800 | 3 a 451 b -800",  # the same chamber on both accounts
        "3 a 411 b 900 | 3 b 401 a -100 | 3 b 451 a -800",  # both speak of the receivable
        "3 a 411 b 800 | 3 b 164 a -800",  # no side serves both ways
    ],
)
def test_nothing_else_is_put_together(books: str) -> None:
    assert proposals(booked(books)) == []


def test_a_line_of_the_entry_says_whom_it_faces() -> None:
    (first, _) = proposals(booked("3 a 411 b 800 | 3 b 451 a -800"))
    assert first.lines[-1] == AdjustmentLine("a", "451", "b", 80_000, 0)
    assert first.reason == "Une même paire en deux familles : 411 réuni à 451"
