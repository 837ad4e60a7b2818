"""Save the jobs a budget pays, and carry their cost to its accounts 641 and 645."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maillage.costing.models import Budget, BudgetAxis
from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.verdicts import refuse_fault, refuse_unread
from maillage.people.actors import Actor
from maillage.workspaces.finance.actions.lines import LineEdit, apply_edits, row_version
from maillage.workspaces.finance.engine import personnel
from maillage.workspaces.finance.engine.personnel import Jobs, replacements
from maillage.workspaces.finance.models import PersonnelLine
from maillage.workspaces.finance.queries.budgets import jobs_of, lines_held
from maillage.workspaces.finance.rules.budgets import can_enter


def held_jobs(budget: Budget, **_: object) -> Held:
    """The jobs of a budget: each amount entered is an event of the budget too."""
    return Held(
        stamp_of(jobs_of(budget)),
        "Les emplois de ce budget ont changé depuis que vous les avez lus.",
    )


@action(
    "finance.personnel.saved", "Emplois d’un budget enregistrés", guard=can_enter, seen=held_jobs
)
def save_personnel(
    budget: Budget, jobs: Sequence[Jobs], *, actor: Actor, seen: str | None = None
) -> Outcome[int]:
    """Replace the jobs a budget pays. Refuses (422) a line that does not hold.

    Refuses (409) where the jobs are no longer those `seen`; None does not check.
    """
    diff = _replace(budget, jobs)
    return Outcome(len(jobs), diff, unchanged=not diff)


@action(
    "finance.personnel.carried",
    "Emplois d’un budget reportés aux comptes 641 et 645",
    guard=can_enter,
    seen=held_jobs,
)
def carry_personnel(
    budget: Budget,
    jobs: Sequence[Jobs],
    *,
    actor: Actor,
    seen: str | None = None,
    version: int | None = None,
) -> Outcome[int]:
    """Save the jobs and put their cost in place of accounts 641 and 645, both or none.

    Every line of these accounts and of their subdivisions is replaced; lines changed. `version`: of
    the budget its lines were shown of. Refuses (409) another one, and what `save_personnel` and
    `enter_amounts` refuse.
    """
    refuse_unread("le budget", version, lambda: budget.version)
    edits = edits_of_jobs(budget, jobs)
    diff = _replace(budget, jobs)
    entered = apply_edits(budget, edits, actor)
    diff |= entered.diff
    return Outcome(entered.value.changed, diff, unchanged=not diff)


def edits_of_jobs(budget: Budget, jobs: Iterable[Jobs]) -> list[LineEdit]:
    """The lines to write and to take away, to be entered as any other amounts."""
    return [
        LineEdit(line.account, line.axis, dict(enumerate(line.after, 1)) if line.after else None)
        for line in replacements(lines_held(budget), jobs)
    ]


def _replace(budget: Budget, jobs: Sequence[Jobs]) -> dict[str, Any]:
    """Write the jobs in place of those held; what the event tells, empty where none changed."""
    held = jobs_of(budget)
    axes = dict(BudgetAxis.objects.filter(network_id=budget.network_id).values_list("code", "pk"))
    _refuse_jobs(jobs, axes)
    if list(jobs) == held:
        return {}
    budget.personnel.all().delete()
    PersonnelLine.objects.bulk_create(
        PersonnelLine(
            budget=budget,
            label=line.label.strip(),
            axis_id=axes.get(line.axis),
            fte_hundredths=line.fte,
            gross=line.gross,
            rate=line.rate,
            first_month=line.first,
            last_month=line.last,
            position=rank,
        )
        for rank, line in enumerate(jobs)
    )
    budget.version = max(row_version(), budget.version + 1)
    budget.save(update_fields=["version"])
    return {"jobs": [len(held), len(jobs)], "fte_hundredths": sum(line.fte for line in jobs)}


def _refuse_jobs(jobs: Iterable[Jobs], axes: Mapping[str, int]) -> None:
    for line in jobs:
        fault = personnel.fault(line)
        if not fault and line.axis and line.axis not in axes:
            fault = f"{line.label}\u00a0: axe «\u00a0{line.axis}\u00a0» inconnu."
        refuse_fault(fault)
