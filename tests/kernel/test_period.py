"""Days, months and exercises: how they are counted and written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel import period
from maillage.kernel.period import ALWAYS, Period

day = dt.date.fromisoformat
DAYS = st.dates(day("1900-01-01"), day("2100-12-31"))


def test_dates_and_months_are_written_in_french() -> None:
    assert period.french_date(day("2026-11-23")) == "23\u00a0novembre\u00a02026"
    assert period.french_date(day("2026-03-01")) == "1er\u00a0mars\u00a02026"
    assert period.month_name(day("2026-08-31")) == "août 2026"
    assert period.months_name([1, 2, 10], 2026) == "janvier à octobre\u00a02026"
    assert period.months_name([4], 2026) == "avril\u00a02026"
    assert len(period.MONTHS) == len(period.SHORT_MONTHS) == 12


@pytest.mark.parametrize(
    ("start", "months", "days", "reached"),
    [
        ("2026-01-31", 1, 0, "2026-02-28"),
        ("2024-01-31", 1, 0, "2024-02-29"),
        ("2026-03-15", -3, 0, "2025-12-15"),
        ("2026-12-31", 12, 1, "2028-01-01"),
        ("2026-05-10", 0, -10, "2026-04-30"),
    ],
)
def test_so_many_months_later(start: str, months: int, days: int, reached: str) -> None:
    assert period.months_later(day(start), months, days) == day(reached)


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        ("2026-12-31", "2026-01-01"),
        ("2026-06-30", "2025-07-01"),
        ("2024-02-28", "2023-03-01"),
        ("2025-02-28", "2024-03-01"),
        ("9999-12-31", "9999-01-01"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_an_exercise_opens_the_day_after_the_former_one_closed(closing: str, opening: str) -> None:
    assert period.opening_of(day(closing)) == day(opening)


def test_months_are_counted_across_years() -> None:
    asked = period.months_between(day("2025-11-30"), day("2026-02-01"))
    assert asked == [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]
    exercise = period.months_of_exercise(day("2026-06-30"))
    assert (len(exercise), exercise[0], exercise[-1]) == (12, (2025, 7), (2026, 6))
    assert period.last_of_month(2024, 2) == day("2024-02-29")


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_periods_meet_where_a_day_is_in_both(
    a: dt.date, b: dt.date, c: dt.date, d: dt.date, on: dt.date
) -> None:
    one, two = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    assert one.meets(two) == two.meets(one)
    if one.holds(on) and two.holds(on):
        assert one.meets(two)
    if one.spans(two):
        assert one.meets(two)
        assert one.holds(on) or not two.holds(on)


def test_a_period_without_end_goes_on() -> None:
    running = Period(day("2026-01-01"))
    assert running.holds(dt.date.max) and not running.holds(day("2025-12-31"))
    assert running.meets(Period(day("2040-01-01")))
    assert not running.meets(Period(day("2025-01-01"), day("2025-12-31")))
    assert ALWAYS.spans(running) and not running.spans(ALWAYS)
    assert not Period(day("2026-01-01"), day("2026-12-31")).spans(running)


@pytest.mark.parametrize(
    ("year", "month", "days", "words"),
    [
        (2026, 10, 304, "arrêté au 31 octobre 2026"),
        (2024, 10, 305, "arrêté au 31 octobre 2024"),
        (2026, 2, 59, "arrêté au 28 février 2026"),
        (2026, 12, 365, "arrêté au 31 décembre 2026"),
    ],
)
def test_a_cut_off_counts_the_days_it_covers(year: int, month: int, days: int, words: str) -> None:
    found = period.CutOff(year, month)
    assert (found.days, found.words.replace("\u00a0", " ")) == (days, words)
    assert found.former == period.CutOff(year - 1, month)
    assert found.is_whole == (month == 12)
