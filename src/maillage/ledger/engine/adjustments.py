"""Entries of consolidation beside the books: what they must be, and as consolidated lines.

Knows common accounts, chambers and cents. Refuses to know who writes them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maillage.kernel.money import NBSP, exact_euros
from maillage.kernel.period import opening_of
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.reciprocity import ConsolidatedLine

MEANS = "retraitement"
"""How the partner of an adjustment is known: whoever wrote it said so."""
RESERVES = "106"
"""The common account that holds, from the next exercise on, what entries did to a result."""
MOST = 200
"""Lines of an entry, at most."""
LARGEST = 10**14
"""Cents of a line, at most."""


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One line: a chamber, a common account, the chamber faced or ""; cents."""

    entity: str
    account: str
    partner: str = ""
    debit: int = 0
    credit: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def reversed(self) -> AdjustmentLine:
        return AdjustmentLine(self.entity, self.account, self.partner, self.credit, self.debit)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to record: its exercise, its day, why, its lines."""

    year: int
    day: dt.date
    reason: str
    lines: tuple[AdjustmentLine, ...]

    @property
    def result(self) -> int:
        """What it adds to the result; cents."""
        return sum(x.credit - x.debit for x in self.lines if x.account[:1] in ("6", "7"))


def line_fault(line: AdjustmentLine, chambers: Collection[str], chart: Chart) -> tuple[str, str]:
    """The field at fault of a line and why, ("", "") where it holds."""
    if line.entity not in chambers:
        return "entity", f"Chambre «{NBSP}{line.entity}{NBSP}»{NBSP}: une chambre du réseau."
    if not chart.is_valid(line.account) or line.account[0] in "89":
        near = chart.nearest(line.account) if line.account else None
        tail = f", par exemple {near.number} {near.name}" if near else ""
        said = f"Compte «{NBSP}{line.account}{NBSP}»{NBSP}: un compte du plan commun attendu{tail}."
        return "account", said
    if line.partner and line.partner not in chambers:
        return "partner", f"Chambre en face «{NBSP}{line.partner}{NBSP}»{NBSP}: une autre chambre."
    if line.partner == line.entity:
        return "partner", "Une chambre n’est pas en face d’elle-même."
    if min(line.debit, line.credit) < 0 or max(line.debit, line.credit) > LARGEST:
        return "debit", f"Montant{NBSP}: positif, de mille milliards d’euros au plus."
    if bool(line.debit) == bool(line.credit):
        return "debit", "Un débit ou un crédit, l’un des deux."
    return "", ""


def entry_fault(entry: Entry, chambers: Collection[str], chart: Chart) -> str:
    """Why an entry cannot be recorded, "" where it can."""
    if len(entry.lines) < 2:
        return "Deux lignes au moins."
    if len(entry.lines) > MOST:
        return f"{MOST} lignes au plus."
    for place, line in enumerate(entry.lines, 1):
        _, why = line_fault(line, chambers, chart)
        if why:
            return f"Ligne {place}. {why}"
    debit, credit = (sum(getattr(x, side) for x in entry.lines) for side in ("debit", "credit"))
    if debit != credit:
        told = f"débits {exact_euros(debit)}, crédits {exact_euros(credit)}"
        return f"L’écriture n’est pas équilibrée{NBSP}: {told}."
    return ""


@dataclass(frozen=True, slots=True)
class FacingLine:
    """A line of an entry as a piece of what its chamber has on another; cents."""

    piece: str
    date: dt.date
    label: str
    debit: int
    credit: int


def consolidated(
    entries: Iterable[tuple[dt.date, Sequence[AdjustmentLine]]], present: Collection[str]
) -> tuple[ConsolidatedLine, ...]:
    """Entries as lines of a consolidation. `present`: the chambers whose books are in; one without
    a book faces nobody, and nobody faces it."""
    return tuple(
        _line(x.entity, day, x.account, _faced(x, present), x.debit, x.credit)
        for day, lines in entries
        for x in lines
    )


def opens_on(closing: dt.date | None, months: Iterable[dt.date | None], year: int) -> dt.date:
    """The first month a book moves within its exercise: where it takes up what was before it, be
    the exercise of twelve months or fewer. `closing`: None for the end of the year."""
    first = opening_of(closing or dt.date(year, 12, 31)).replace(day=1)
    return min((month for month in months if month and month >= first), default=first)


def opening(
    former: Iterable[Sequence[AdjustmentLine]], opens: Mapping[str, dt.date], year: int
) -> tuple[ConsolidatedLine, ...]:
    """What the entries of former exercises open this one with, as lines of a consolidation: what
    they leave on accounts of the balance sheet, and on the reserves what they did to results.

    `opens`: the first month of the book of each chamber that has one; without any, nothing opens.
    """
    first = dt.date(year, 1, 1)
    return tuple(
        _line(x.entity, opens.get(x.entity, first), x.account, _faced(x, opens), x.debit, x.credit)
        for x in (carried(former) if opens else ())
    )


def carried(former: Iterable[Sequence[AdjustmentLine]]) -> list[AdjustmentLine]:
    """What entries leave to the exercise that follows: one line by chamber, account and chamber
    faced, until a contrary entry has it nil."""
    nets: dict[tuple[str, str, str], int] = defaultdict(int)
    for x in (x for lines in former for x in lines):
        is_result = x.account.startswith(("6", "7"))
        key = (x.entity, RESERVES, "") if is_result else (x.entity, x.account, x.partner)
        nets[key] += x.debit - x.credit
    return [
        AdjustmentLine(*key, max(net, 0), max(-net, 0)) for key, net in sorted(nets.items()) if net
    ]


def _faced(line: AdjustmentLine, present: Collection[str]) -> str:
    return line.partner if {line.entity, line.partner} <= set(present) else ""


def _line(
    entity: str, day: dt.date, account: str, partner: str, debit: int, credit: int
) -> ConsolidatedLine:
    means = MEANS if partner else ""
    return ConsolidatedLine(entity, day.replace(day=1), account, partner, "", means, debit, credit)
