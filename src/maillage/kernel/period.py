"""Days, months, exercises and periods: how they are written in French, how they are counted.

Pure; pages, printed documents and spreadsheets agree on it. Refuses to know what happens in them.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from maillage.kernel.money import NBSP

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years anything of the finances may be dated in."""
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avril", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)

Month = tuple[int, int]
"""Year and number, from 1."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; `last` None: no known end."""

    first: dt.date = dt.date.min
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Period) -> bool:
        """Whether a day belongs to both."""
        return self.first <= (other.last or dt.date.max) and other.first <= (
            self.last or dt.date.max
        )

    def spans(self, other: Period) -> bool:
        """Whether every day of the other belongs to this one."""
        ends = self.last is None or (other.last is not None and other.last <= self.last)
        return self.first <= other.first and ends


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class CutOff:
    """A year read up to the end of one of its months, the whole of it by default."""

    year: int
    month: int = 12

    @property
    def day(self) -> dt.date:
        return last_of_month(self.year, self.month)

    @property
    def is_whole(self) -> bool:
        return self.month == 12

    @property
    def days(self) -> int:
        """Days covered: 304 at the end of October, 305 in a leap year."""
        return (self.day - dt.date(self.year, 1, 1)).days + 1

    @property
    def former(self) -> CutOff:
        """The same period of the year before."""
        return CutOff(self.year - 1, self.month)

    @property
    def words(self) -> str:
        return f"arrêté au {french_date(self.day)}"


def french_date(day: dt.date) -> str:
    """`23 novembre 2026`, its spaces unbreakable; the first of a month is `1er`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def age(day: dt.date, today: dt.date) -> str:
    """How long since a day: `depuis aujourd’hui`, `depuis 3 jours`."""
    return f"depuis {in_days((today - day).days)}" if day < today else "depuis aujourd’hui"


def in_days(count: int) -> str:
    return f"{count}{NBSP}jour{'s' * (count > 1)}"


def month_name(day: dt.date) -> str:
    """`novembre 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def of_month(day: dt.date) -> str:
    """`d’octobre 2026`, `de mars 2026`."""
    name = month_name(day)
    return f"d’{name}" if name[0] in "ao" else f"de {name}"


def months_name(months: Sequence[int], year: int) -> str:
    """From the first of these months to the last: `janvier à octobre 2026`."""
    ends = dict.fromkeys([MONTHS[months[0] - 1], MONTHS[months[-1] - 1]])
    return f"{' à '.join(ends)}{NBSP}{year}"


def last_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def months_later(day: dt.date, months: int, days: int = 0) -> dt.date:
    """So many months later (the last day of a shorter month), then so many days."""
    turn, month = divmod(day.month - 1 + months, 12)
    last = last_of_month(day.year + turn, month + 1)
    return last.replace(day=min(day.day, last.day)) + dt.timedelta(days=days)


def months_between(first: dt.date, last: dt.date) -> list[Month]:
    """Every month a period touches, in order."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    return [(rank // 12, rank % 12 + 1) for rank in range(start, end)]


def months_of_exercise(closing: dt.date) -> list[Month]:
    """The twelve months of the exercise that closes that day."""
    end = closing.year * 12 + closing.month
    return [(rank // 12, rank % 12 + 1) for rank in range(end - 12, end)]


def opening_of(closing: dt.date) -> dt.date:
    """The first day of the twelve months that end on `closing`."""
    if closing == dt.date.max:
        return closing.replace(month=1, day=1)
    day = closing + dt.timedelta(days=1)
    if day.year == dt.MINYEAR:
        return dt.date.min
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)
