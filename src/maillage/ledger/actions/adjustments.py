"""Record entries of consolidation beside the books, and take them back by their opposite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import NBSP
from maillage.kernel.period import french_date
from maillage.kernel.verdicts import refuse, refuse_fault, refuse_unread
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry, entry_fault
from maillage.ledger.models import Adjustment
from maillage.ledger.queries.adjustments import (
    adjustments_version,
    doubles_of,
    given_twice,
    lines_of,
)
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.rules import can_keep_adjustments, can_keep_finances, day_fault
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.network.rules import name_fault
from maillage.people.actors import Actor

AGAIN = "un second retraitement pareil se distingue par son motif."
MANY = 500
"""Entries recorded together, at most."""


def entry_faults(network: Network, entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """What does not hold in entries given, each with its place."""
    years = {entry.year for entry in entries if 1900 < entry.year < 2200}
    charts = {year: common_chart(network, dt.date(year, 12, 31)) for year in years}
    chambers = {chamber.code for chamber in every_chamber(network)}
    found = []
    for place, entry in enumerate(entries):
        fault = (
            day_fault(entry.day, entry.year)
            or name_fault("Motif", entry.reason, 300)
            or entry_fault(entry, chambers, charts[entry.year])
        )
        if fault:
            found.append((place, fault))
    return found


@action(
    "ledger.adjustment.recorded", "Retraitements de consolidation passés", guard=can_keep_finances
)
def record_adjustments(
    network: Network,
    entries: Sequence[Entry],
    *,
    actor: Actor,
    version: int | None = None,
) -> Outcome[list[Adjustment]]:
    """Record balanced entries beside the books of their exercises, all or none.

    `version`: that a file's review was made on. Refuses (422) an entry that does not hold, with the
    first fault, or one given twice; (409) one that is in force already, entries recorded since the
    review.
    """
    refuse_unread("les retraitements", version, lambda: adjustments_version(network))
    if not entries:
        return Outcome([], unchanged=True)
    if len(entries) > MANY:
        refuse(f"{MANY} écritures au plus en une fois.")
    if faults := entry_faults(network, entries):
        place, why = faults[0]
        refuse_fault(f"Écriture {place + 1}{NBSP}: {why}" if len(entries) > 1 else why)
    if doubles := doubles_of(network, entries):
        place, held = doubles[0]
        why = f"le n° {held.number} de {held.year} dit déjà la même chose, {AGAIN}"
        refuse(
            f"Écriture {place + 1}{NBSP}: {why}"
            if len(entries) > 1
            else f"Déjà passée{NBSP}: {why}",
            409,
        )
    if given_twice(entries):
        refuse(f"Une même écriture est donnée deux fois{NBSP}: {AGAIN}")
    made = [_made(network, entry, actor) for entry in entries]
    each = [("ledger.adjustment.recorded", row.subject, _diff(row)) for row in made]
    if len(made) == 1:
        return Outcome(made, _diff(made[0]), made[0])
    return Outcome(made, {"entries": len(made)}, network, each=each)


def _made(
    network: Network, entry: Entry, actor: Actor, reverses: Adjustment | None = None
) -> Adjustment:
    last = network.adjustments.filter(year=entry.year).order_by("-number").first()
    return Adjustment.objects.create(
        network=network,
        year=entry.year,
        number=last.number + 1 if last else 1,
        day=entry.day,
        reason=entry.reason.strip(),
        lines=[line.as_json() for line in entry.lines],
        reverses=reverses,
        made_by=actor.identity,
    )


def _diff(row: Adjustment) -> dict[str, object]:
    told: dict[str, object] = {"year": row.year, "number": row.number, "day": row.day.isoformat()}
    return told | {"reason": row.reason, "lines": row.lines}


@action(
    "ledger.adjustment.reversed", "Retraitement de consolidation repris", guard=can_keep_adjustments
)
def reverse_adjustment(
    adjustment: Adjustment, year: int, day: dt.date, *, actor: Actor
) -> Outcome[Adjustment]:
    """Take an entry back by its opposite, in its exercise or in the next one.

    Refuses (409) an entry already taken back, or that takes another back; (422) another exercise,
    a day out of it.
    """
    if adjustment.reverses_id is not None:
        refuse("Cette écriture en reprend déjà une autre.", 409)
    if Adjustment.objects.filter(reverses=adjustment).exists():
        refuse("Cette écriture est déjà reprise.", 409)
    if year not in (adjustment.year, adjustment.year + 1):
        refuse(f"Exercice{NBSP}: {adjustment.year} ou {adjustment.year + 1}.")
    refuse_fault(day_fault(day, year))
    lines: tuple[AdjustmentLine, ...] = tuple(line.reversed() for line in lines_of(adjustment))
    why = f"Reprise du n° {adjustment.number} du {french_date(adjustment.day)}"
    reason = f"{why}{NBSP}: {adjustment.reason}"[:300]
    row = _made(adjustment.network, Entry(year, day, reason, lines), actor, adjustment)
    return Outcome(row, _diff(row) | {"reverses": adjustment.number}, row)
