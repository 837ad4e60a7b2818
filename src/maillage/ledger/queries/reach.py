"""How far the books of a year go: what a date of closing of accounts may be compared at.

Knows the last month each book in force moves. Refuses to know what it moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maillage.kernel.period import (
    CutOff,
    french_date,
    last_of_month,
    month_name,
    months_of_exercise,
    opening_of,
)
from maillage.ledger import book_folders
from maillage.ledger.engine.scope import goes_to, stopped
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.realised import months_moved
from maillage.network.models import Network

NO_BOOK = "aucun livre importé pour cet exercice"


@dataclass(frozen=True, slots=True)
class Reach:
    """The books in force of a year. `last`: by chamber code, the last day its book covers; None
    where it goes to its closing; `closings`: the day of it."""

    year: int
    last: Mapping[str, dt.date | None]
    closings: Mapping[str, dt.date] = field(default_factory=dict)

    @property
    def common(self) -> CutOff:
        """The last month all books cover; the whole year where none is in, or none stops before."""
        months = [day.month for day in self.last.values() if day and day.year == self.year]
        return CutOff(self.year, min(months, default=12))

    def usual(self, today: dt.date) -> CutOff:
        """The last month all books cover that has ended: what is read where nobody asks. A year to
        come is read whole; the first month of a year is its own."""
        ended = last_ended(self.year, today)
        return min(self.common, ended, key=lambda until: until.day) if ended else self.common

    def lacks(self, chamber: str, until: CutOff) -> str:
        """Why its book says nothing at a cut-off, "" where it does."""
        if chamber not in self.last:
            return NO_BOOK
        last = self.last[chamber]
        if last is None or last >= until.day:
            return ""
        return f"livre {stopped(last, self.closings.get(chamber, last))}"


def last_ended(year: int, today: dt.date) -> CutOff | None:
    """The last month of the year that runs to have ended, its last day included; None of another
    year."""
    if year != today.year:
        return None
    ended = [month for month in range(1, 13) if CutOff(year, month).day <= today]
    return CutOff(year, max(ended, default=1))


def reach_of(network: Network, year: int, files: Iterable[BookFile] | None = None) -> Reach:
    """In one query, none where the files in force are given."""
    held = current_files(network) if files is None else files
    mine = {f.book.entity.code: f for f in held if f.book.year == year}
    last = {code: _last_day(file) for code, file in mine.items()}
    return Reach(year, last, {code: file.book.closing for code, file in mine.items()})


def uneven_closings(files: Iterable[BookFile]) -> str:
    """Which books close when, in a sentence; "" where all close the same day. No query."""
    by_day: dict[dt.date, list[str]] = {}
    for file in files:
        by_day.setdefault(file.book.closing, []).append(file.book.entity.short_name)
    days = " ; ".join(f"{day:%d/%m/%Y} ({', '.join(n)})" for day, n in sorted(by_day.items()))
    return f"Les livres ne closent pas le même jour\u00a0: {days}." if len(by_day) > 1 else ""


def stops_of(network: Network, year: int, files: Iterable[BookFile]) -> dict[str, str]:
    """How far the books of a year go that stop before their closing, in words, by chamber code. No
    query."""
    held = list(files)
    last = reach_of(network, year, held).last
    return {f.book.entity.code: goes_to(day, f.book.closing) for f in held
            if (day := last.get(f.book.entity.code))}  # fmt: skip


def unreached(
    files: Iterable[BookFile], month: dt.date, *, since_opening: bool = False
) -> dict[str, str]:
    """The chambers whose book says nothing of a month (by its first day), and why. No query.

    `since_opening`: months are counted from the first, so that a book closed before says all it
    has to; the book of an archived chamber, which has no other, says all it has to too. Where the
    month is of no exercise, only books that stop before it are silent.
    """
    held = list(files)
    at = month.year, month.month
    is_due = any(at in months_of_exercise(file.book.closing) for file in held)
    return {
        file.book.entity.code: f"le livre de {file.book.entity.short_name} {why}"
        for file in held
        if (why := _silence(file, month, since_opening, is_due))
    }


def _silence(file: BookFile, month: dt.date, since_opening: bool, is_due: bool) -> str:
    closing, last = file.book.closing, _last_day(file)
    opening = opening_of(closing)
    if last is not None and last < last_of_month(month.year, month.month):
        if last < opening:
            return "n’a aucune écriture après son à-nouveau"
        return f"s’arrête à fin {month_name(last)}"
    moved = months_moved(book_folders.folder(file))
    if not is_due or month in moved:
        return ""
    if month < opening.replace(day=1) and not (since_opening and any(m <= month for m in moved)):
        return f"ouvre le {french_date(opening)}"
    if month > closing and not since_opening and not file.book.entity.archived:
        return f"se clôt le {french_date(closing)}"
    return ""


def _last_day(file: BookFile) -> dt.date | None:
    """A book whose lines are all dated out of its exercise says nothing of where it stops."""
    closing = file.book.closing
    first, end = opening_of(closing).replace(day=1), closing.replace(day=1)
    moved = months_moved(book_folders.folder(file))
    within = [month for month in moved if first <= month <= end]
    if moved and not within:
        return None
    if not within:
        return first - dt.timedelta(days=1)
    last = max(within)
    return None if last == end else last_of_month(last.year, last.month)
