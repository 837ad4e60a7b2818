"""The entries of consolidation of a network, by exercise."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count, QuerySet

from maillage.ledger.engine.adjustments import (
    AdjustmentLine,
    Entry,
    FacingLine,
    carried,
    consolidated,
)
from maillage.ledger.engine.reciprocity import ConsolidatedLine
from maillage.ledger.models import Adjustment
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by

CARRIED = "À-nouveaux des retraitements"
"""What those of former exercises open one with."""


def adjustments_visible_to(actor: Actor) -> QuerySet[Adjustment]:
    rows = Adjustment.objects.select_related("network", "reverses", "reversal")
    return rows.filter(network__in=networks_held_by(actor))


def adjustments_of(network: Network, years: Iterable[int]) -> dict[int, list[Adjustment]]:
    """The entries of each exercise, in order; one query."""
    wanted = list(years)
    found: dict[int, list[Adjustment]] = {year: [] for year in wanted}
    rows = network.adjustments.filter(year__in=wanted).select_related("reverses", "reversal")
    for row in rows:
        found[row.year].append(row)
    return found


def adjustments_until(network: Network, year: int) -> list[Adjustment]:
    """The entries of that exercise and of all before, in order; one query."""
    return list(network.adjustments.filter(year__lte=year))


def carried_to(network: Network, year: int) -> list[AdjustmentLine]:
    """What the entries of former exercises open this one with."""
    return carried(lines_of(row) for row in adjustments_until(network, year - 1))


def adjustments_version(network: Network) -> int:
    """A number that grows with each entry recorded."""
    return int(network.adjustments.aggregate(made=Count("pk"))["made"])


def lines_of(row: Adjustment) -> tuple[AdjustmentLine, ...]:
    return tuple(AdjustmentLine(**line) for line in row.lines)


def touched(row: Adjustment) -> set[str]:
    """The chambers an entry writes on."""
    return {line["entity"] for line in row.lines}


def entry_of(row: Adjustment) -> Entry:
    return Entry(row.year, row.day, row.reason, lines_of(row))


def doubles_of(network: Network, entries: Iterable[Entry]) -> list[tuple[int, Adjustment]]:
    """Of entries to be recorded, those that one in force says already, each with its place: of one
    exercise, day and reason, the same lines in any order. What was taken back may be said again."""
    told = list(entries)
    rows = network.adjustments.filter(year__in={e.year for e in told}, reversal=None, reverses=None)
    held = {said(entry_of(row)): row for row in rows}
    return [(place, held[said(e)]) for place, e in enumerate(told) if said(e) in held]


def given_twice(entries: Iterable[Entry]) -> bool:
    """Whether one of these is there twice, and not taken back between by its opposite."""
    told = list(entries)
    lines = Counter(tuple(sorted(map(repr, entry.lines))) for entry in told)
    for entry, times in Counter(map(said, told)).items():
        if times > 1:
            one = next(e for e in told if said(e) == entry)
            back = tuple(sorted(repr(line.reversed()) for line in one.lines))
            if times - lines[back] > 1:
                return True
    return False


def said(entry: Entry) -> tuple[object, ...]:
    """What an entry says, whatever the order of its lines and the case of its reason."""
    reason = " ".join(entry.reason.split()).casefold()
    return entry.year, entry.day, reason, tuple(sorted(map(repr, entry.lines)))


def facing_lines(
    rows: Iterable[Adjustment], who: tuple[str, str], accounts: Collection[str]
) -> list[FacingLine]:
    """What these entries write in a chamber facing another, on these common accounts."""
    return [
        FacingLine(f"Retraitement {row.number}", row.day, row.reason, line.debit, line.credit)
        for row in rows
        for line in lines_of(row)
        if (line.entity, line.partner) == who and line.account in accounts
    ]


def carried_lines(
    lines: Iterable[ConsolidatedLine], who: tuple[str, str], accounts: Collection[str]
) -> list[FacingLine]:
    """The same of what former adjustments open the exercise with."""
    return [
        FacingLine("Retraitements", line.month, CARRIED, line.debit, line.credit)
        for line in lines
        if line.month and (line.entity, line.partner) == who and line.account in accounts
    ]


def as_consolidated(
    rows: Iterable[Adjustment], present: Collection[str]
) -> tuple[ConsolidatedLine, ...]:
    entries: list[tuple[dt.date, tuple[AdjustmentLine, ...]]]
    entries = [(row.day, lines_of(row)) for row in rows]
    return consolidated(entries, present)
