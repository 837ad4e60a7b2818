"""Deadlines: the last day to do something, whether it is late, and by how much, in French.

Knows days, delays and what was done. Refuses to know what is due and to whom, people, the database.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from maillage.kernel.period import in_days, months_later


@dataclass(frozen=True, slots=True)
class FixedDay:
    """A day of the calendar; `year` is counted from the exercise: -1 is the year before it."""

    month: int
    day: int
    year: int

    def last_day(self, exercise: int) -> dt.date:
        return dt.date(exercise + self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Delay:
    """So many days and months after an event, or before it where negative."""

    event: str
    days: int = 0
    months: int = 0

    def last_day(self, start: dt.date | None) -> dt.date | None:
        """None where the event has no day yet."""
        return None if start is None else months_later(start, self.months, self.days)


class State(StrEnum):
    """In the order one reads them: what is late comes first."""

    LATE = "late"
    AHEAD = "ahead"
    WAITING = "waiting"
    SILENT = "silent"
    DONE = "done"


STATE_WORDS = {
    State.LATE: "en retard",
    State.AHEAD: "à venir",
    State.WAITING: "date à connaître",
    State.SILENT: "non renseigné",
    State.DONE: "fait",
}
_RANKS = {state: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a deadline stands. `days`: late by so many (or done late), or so many still to go."""

    state: State
    days: int = 0

    @property
    def rank(self) -> int:
        return _RANKS[self.state]

    @property
    def words(self) -> str:
        """« en retard de 3 jours », « dans 3 jours », « 3 jours après l’échéance », « fait »…"""
        if self.state is State.LATE:
            return f"en retard de {in_days(self.days)}"
        if self.state is State.AHEAD:
            return "aujourd’hui" if self.days == 0 else f"dans {in_days(self.days)}"
        if self.state is State.DONE and self.days:
            return f"{in_days(self.days)} après l’échéance"
        return STATE_WORDS[self.state]


def standing(
    day: dt.date | None, done_on: dt.date | None, today: dt.date, *, silent: bool = False
) -> Standing:
    """Where the deadline of `day` (None: not known yet) stands on `today`.

    `silent`: nothing says whether it was done, so that what is past is unknown rather than late.
    """
    if done_on is not None:
        return Standing(State.DONE, max(0, (done_on - day).days) if day else 0)
    if day is None:
        return Standing(State.WAITING)
    if day >= today:
        return Standing(State.AHEAD, (day - today).days)
    return Standing(State.SILENT) if silent else Standing(State.LATE, (today - day).days)
