"""Deadlines: their last day, their state, by how many days, and how that is said."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.deadlines import Delay, FixedDay, Standing, State, standing

DAY = dt.date(2026, 3, 15)


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days)


@pytest.mark.parametrize(
    ("day", "done_on", "today", "silent", "state", "days", "words"),
    [
        (DAY, None, after(-10), False, State.AHEAD, 10, "dans 10\u00a0jours"),
        (DAY, None, after(-1), False, State.AHEAD, 1, "dans 1\u00a0jour"),
        (DAY, None, DAY, False, State.AHEAD, 0, "aujourd’hui"),
        (DAY, None, DAY, True, State.AHEAD, 0, "aujourd’hui"),
        (DAY, None, after(1), False, State.LATE, 1, "en retard de 1\u00a0jour"),
        (DAY, None, after(30), False, State.LATE, 30, "en retard de 30\u00a0jours"),
        (DAY, None, after(1), True, State.SILENT, 0, "non renseigné"),
        (None, None, DAY, False, State.WAITING, 0, "date à connaître"),
        (None, None, DAY, True, State.WAITING, 0, "date à connaître"),
        (DAY, DAY, after(9), True, State.DONE, 0, "fait"),
        (DAY, after(-3), after(9), False, State.DONE, 0, "fait"),
        (DAY, after(2), after(9), False, State.DONE, 2, "2\u00a0jours après l’échéance"),
        (None, after(2), after(9), False, State.DONE, 0, "fait"),
    ],
)
def test_a_deadline_stands_somewhere_and_says_so(
    day: dt.date | None,
    done_on: dt.date | None,
    today: dt.date,
    silent: bool,
    state: State,
    days: int,
    words: str,
) -> None:
    found = standing(day, done_on, today, silent=silent)
    assert (found.state, found.days, found.words) == (state, days, words)


def test_what_is_late_is_read_first_and_what_is_done_last() -> None:
    order = sorted((Standing(state) for state in reversed(State)), key=lambda one: one.rank)
    assert [one.state for one in order] == [
        State.LATE, State.AHEAD, State.WAITING, State.SILENT, State.DONE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("delay", "start", "expected"),
    [
        (Delay("vote", 15), DAY, dt.date(2026, 3, 30)),
        (Delay("vote", -15), DAY, dt.date(2026, 2, 28)),
        (Delay("sending", months=2), dt.date(2025, 12, 31), dt.date(2026, 2, 28)),
        (Delay("vote", 15), None, None),
    ],
)
def test_a_delay_runs_from_an_event_or_up_to_it(
    delay: Delay, start: dt.date | None, expected: dt.date | None
) -> None:
    assert delay.last_day(start) == expected


def test_a_fixed_day_is_counted_from_its_exercise() -> None:
    assert FixedDay(11, 30, -1).last_day(2026) == dt.date(2025, 11, 30)
