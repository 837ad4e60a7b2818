"""What is read where nobody asks: never a month to come."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.period import CutOff
from maillage.ledger.queries.reach import Reach, last_ended

D = dt.date


@pytest.mark.parametrize(
    ("year", "last", "today", "usual"),
    [
        (2026, {}, D(2026, 11, 23), 10),
        (2026, {}, D(2026, 11, 30), 11),
        (2026, {"nord": None}, D(2026, 11, 23), 10),
        (2026, {"nord": None, "sud": D(2026, 8, 31)}, D(2026, 11, 23), 8),
        (2026, {}, D(2026, 1, 5), 1),
        (2025, {}, D(2026, 11, 23), 12),
        (2025, {"nord": D(2025, 4, 30)}, D(2026, 11, 23), 4),
        (2027, {}, D(2026, 11, 23), 12),
    ],
)
def test_what_is_read_by_default_has_ended(
    year: int, last: dict[str, dt.date | None], today: dt.date, usual: int
) -> None:
    assert Reach(year, last).usual(today) == CutOff(year, usual)


def test_a_book_that_holds_its_opening_alone_stops_on_no_day() -> None:
    closing = D(2026, 12, 31)
    held = Reach(
        2026,
        {"nord": D(2025, 12, 31), "sud": D(2026, 8, 31)},
        dict.fromkeys(("nord", "sud"), closing),
    )
    assert held.lacks("nord", CutOff(2026, 3)) == "livre réduit à son à-nouveau"
    assert held.lacks("sud", CutOff(2026, 9)) == "livre arrêté au 31\u00a0août\u00a02026"
    assert held.lacks("sud", CutOff(2026, 8)) == ""


def test_another_year_than_the_one_that_runs_has_no_last_month() -> None:
    assert last_ended(2025, D(2026, 11, 23)) is None
    assert last_ended(2026, D(2026, 2, 28)) == CutOff(2026, 2)
