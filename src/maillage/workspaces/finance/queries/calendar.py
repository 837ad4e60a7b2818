"""The calendar of every chamber: dates planned, votes, sendings, answers, what is late."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from maillage.costing.engine.budgets import KIND_LABELS, Kind
from maillage.costing.models import Budget
from maillage.kernel.deadlines import State
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.workspaces.finance.engine.calendar import Act, Chamber, Due, dues, order
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.models import AssemblyDate, CalendarEntry


def dues_of(
    network: Network, years: Iterable[int], today: dt.date, entities: list[Entity] | None = None
) -> list[Due]:
    """Every deadline of the chambers over some years, what is late first; four queries at most."""
    chambers = chambers_of(network) if entities is None else entities
    wanted = list(years)
    found: list[Due] = []
    for chamber in _chambers(chambers, wanted):
        found += dues(shipped_calendar().deadlines, chamber, today)
    return sorted(found, key=order)


def late(found: Iterable[Due]) -> list[Due]:
    return [due for due in found if due.state is State.LATE]


def _chambers(entities: list[Entity], years: list[int]) -> list[Chamber]:
    """What each chamber recorded for each year, in three queries."""
    ids = [entity.pk for entity in entities]
    budgets: dict[tuple[int, int], list[Budget]] = defaultdict(list)
    # A budget voted again after a refusal is read in the year's last one.
    for budget in Budget.objects.filter(entity__in=ids, year__in=years).order_by("number"):
        budgets[budget.entity_id, budget.year].append(budget)
    planned: dict[tuple[int, int], dict[str, dt.date]] = defaultdict(dict)
    for row in AssemblyDate.objects.filter(entity__in=ids, year__in=years):
        planned[row.entity_id, row.year][row.kind] = row.on
    done: dict[tuple[int, int], dict[str, dt.date]] = defaultdict(dict)
    for entry in CalendarEntry.objects.filter(entity__in=ids, year__in=years):
        done[entry.entity_id, entry.year][entry.deadline] = entry.done_on
    return [
        Chamber(
            entity.code,
            entity.kind,
            year,
            acts_of(budgets[entity.pk, year], planned[entity.pk, year]),
            done[entity.pk, year],
        )
        for entity in entities
        for year in years
    ]


def acts_of(budgets: list[Budget], planned: dict[str, dt.date]) -> tuple[Act, ...]:
    """The acts of a chamber's year: one initial, one executed, as many revised as there are."""
    acts = [Act("")]
    for kind in (Kind.INITIAL, Kind.EXECUTED):
        held = [b for b in budgets if b.kind == kind]
        acts.append(_act(kind, held[-1] if held else None, planned.get(kind), held[:-1]))
    revised = [b for b in budgets if b.kind == Kind.REVISED]
    for budget in revised:
        waits = budget is revised[-1] and budget.is_draft
        acts.append(_act(Kind.REVISED, budget, planned.get(Kind.REVISED) if waits else None, []))
    if Kind.REVISED in planned and not revised:
        acts.append(_act(Kind.REVISED, None, planned[Kind.REVISED], []))
    return tuple(acts)


def _act(kind: Kind, budget: Budget | None, assembly: dt.date | None, refused: list[Budget]) -> Act:
    if budget is None:
        return Act(kind, 1, "", assembly)
    was_refused = budget.status == Budget.Status.REFUSED
    refusal = budget.answered_on if was_refused else None
    if refused and not was_refused:
        refusal = refused[-1].answered_on
    return Act(
        kind=kind,
        number=budget.number if kind is Kind.REVISED else 1,
        name=budget.name,
        assembly=assembly,
        vote=budget.voted_on,
        sending=budget.sent_on,
        answer=None if was_refused else budget.answered_on,
        refusal=refusal,
        revote=budget.voted_on if refused and not was_refused else None,
    )


def budget_label(due: Due) -> str:
    return due.budget or (KIND_LABELS[Kind(due.deadline.budget)] if due.deadline.budget else "")
