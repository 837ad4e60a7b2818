"""Up to which month a former exercise is counted beside one whose books stop before its end.

Ten months are never put beside twelve: the former year stops where the books of this one do, or
nothing is told to vary, and why. Refuses to know amounts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maillage.kernel.period import last_of_month, months_later, opening_of
from maillage.ledger.engine.scope import stopped
from maillage.ledger.models import BookFile
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.reach import reach_of
from maillage.network.models import Entity, Network


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes two exercises alike. `until`: the last month of the later one, by its first day,
    where its books stop there; None where it is whole or asked up to a month. `why`: why nothing
    may be told to vary, "" where it may."""

    until: dt.date | None = None
    why: str = ""


def likeness(
    network: Network, year: Year, former: Year, month: dt.date | None, entity: Entity | None = None
) -> Likeness:
    """`month`: the one asked for, None for the whole exercise; `entity` None for every chamber.
    No query."""
    now, before = _files(year, entity), _files(former, entity)
    stops = reach_of(network, year.year, now).last
    until = None
    if month is None:
        until = next(iter(stops.values()), None)
        if any(_stop(file, stops) != until for file in now) or _is_empty(now, until):
            return Likeness(None, _told(now, stops))
    end = until or (month and last_of_month(month.year, month.month))
    if end and any(day and day < end for day in stops.values()):
        return Likeness(None, _told(now, stops))
    held = until and until.replace(day=1)
    ended = reach_of(network, former.year, before).last
    if any(day and _is_short(day, end, former.year - year.year) for day in ended.values()):
        return Likeness(held, _told(before, ended))
    return Likeness(held)


def _files(year: Year, entity: Entity | None) -> list[BookFile]:
    return [file for file in year.files if entity is None or file.book.entity_id == entity.pk]


def _stop(file: BookFile, stops: Mapping[str, dt.date | None]) -> dt.date | None:
    return stops[file.book.entity.code]


def _is_empty(files: Iterable[BookFile], day: dt.date | None) -> bool:
    """Whether books stop before their first month: nothing but an opening entry."""
    return day is not None and any(day < opening_of(file.book.closing) for file in files)


def _is_short(day: dt.date, end: dt.date | None, years: int) -> bool:
    """Whether a former book that stops that day ends before what it is put beside."""
    return end is None or day.replace(day=1) < months_later(end.replace(day=1), 12 * years)


def _told(files: Iterable[BookFile], stops: Mapping[str, dt.date | None]) -> str:
    """Where books stop that stop before their closing."""
    ends = [(file.book, _stop(file, stops)) for file in files]
    return ", ".join(
        f"{book.entity.short_name} (livre {book.year} {stopped(day, book.closing)})"
        for book, day in ends
        if day
    )
