"""Entries of consolidation beside the books: what they must be, and as consolidated lines.

Knows common accounts, chambers and cents. Refuses to know who writes them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maillage.kernel.money import NBSP, exact_euros
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.reciprocity import ConsolidatedLine

MEANS = "retraitement"
"""How the partner of an adjustment is known: whoever wrote it said so."""
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
    """Entries as lines of a consolidation. `present`: the chambers whose books are in; a partner
    without a book faces nobody."""
    found = []
    for day, lines in entries:
        for x in lines:
            partner = x.partner if x.partner in present else ""
            month = day.replace(day=1)
            means = MEANS if partner else ""
            found.append(
                ConsolidatedLine(x.entity, month, x.account, partner, "", means, x.debit, x.credit)
            )
    return tuple(found)
