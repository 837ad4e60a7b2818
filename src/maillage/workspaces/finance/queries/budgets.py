"""What finance adds to the reading of budgets: the jobs they pay, what stands in for them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    Amounts,
    Kind,
    class_of,
    number_of,
    row_order,
    totals,
)
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import (
    YearOfBudgets,
    amounts_of,
    reconciliation_of,
    year_of,
)
from maillage.network.models import Entity
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.engine.fallback import fallback, rule_on
from maillage.workspaces.finance.engine.personnel import Jobs, check
from maillage.workspaces.finance.models import PersonnelLine
from maillage.workspaces.finance.queries.accounts import common_chart
from maillage.workspaces.finance.rules import budgets as rules


def jobs_of(budget: Budget) -> list[Jobs]:
    lines: Iterable[PersonnelLine] = budget.personnel.select_related("axis")
    return [
        Jobs(
            label=line.label,
            axis=line.axis.code if line.axis else "",
            fte=line.fte_hundredths,
            gross=line.gross,
            rate=line.rate,
            first=line.first_month,
            last=line.last_month,
        )
        for line in lines
    ]


def lines_held(budget: Budget) -> dict[tuple[str, str], list[int]]:
    """Twelve cents by account and axis code, lines at zero too."""
    lines = budget.lines.select_related("axis")
    return {(line.account, line.axis.code if line.axis else ""): line.months for line in lines}


def held_of(budget: Budget) -> tuple[Any, ...]:
    """All that a vote is on, line by line: amounts, hypotheses, jobs."""
    notes = budget.lines.values_list("account", "axis__code", "hypothesis")
    return sorted(lines_held(budget).items()), sorted(map(str, notes)), jobs_of(budget)


def steps_of(budget: Budget) -> list[tuple[str, dt.date, str]]:
    """The steps of the budget's life that took place: label, day, citation."""
    steps = []
    if budget.voted_on:
        steps.append(("Voté", budget.voted_on, f"{budget.voted_body}, acte {budget.voted_act}"))
    if budget.sent_on:
        steps.append(("Envoyé à l’autorité", budget.sent_on, ""))
    if budget.answered_on:
        refused = budget.status == Budget.Status.REFUSED
        word = "Refusé" if refused else "Approuvé tacitement" if budget.tacit else "Approuvé"
        steps.append((word, budget.answered_on, ""))
    return steps


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a chamber without a voted budget may spend from 1 January, in cents."""

    entity: Entity
    totals: figures.Totals
    investment: int
    until: dt.date
    source: str


def stand_ins(view: YearOfBudgets, today: dt.date) -> list[StandIn]:
    """The fallback budgets in force: chambers without a voted budget once the year has begun.

    Code de commerce, R712-18. A chamber without a budget the year before has none to fall back on.
    """
    first = dt.date(view.year, 1, 1)
    rule = rule_on(shipped_calendar().fallbacks, first)
    if today < first or rule is None:
        return []
    before, found = year_of(view.network, view.year - 1), []
    for entity in view.chambers:
        last = before.latest(entity, Kind.REVISED) or before.latest(entity, Kind.INITIAL)
        if last is None or view.latest(entity, Kind.INITIAL) is not None:
            continue
        instead = fallback(before.amounts[last.pk], rule, view.year)
        investment = instead.investment.get(entity.code, 0)
        added = figures.totals(instead.operating)
        found.append(StandIn(entity, added, investment, instead.until, rule.source))
    return found


def negatives(amounts: Amounts) -> list[tuple[str, int]]:
    """Accounts negative over the year, with their cents, but those whose side is the other one in
    the chart (649, 709) or either (603): these lower a charge or a product by nature."""
    sums: dict[str, int] = defaultdict(int)
    for (_entity, account, _axis, _month), cents in amounts.items():
        sums[account] += cents
    return [(a, sums[a]) for a in sorted(sums, key=row_order) if sums[a] < 0 and _is_odd(a)]


def _is_odd(account: str) -> bool:
    nearest = common_chart().nearest(number_of(account))
    if nearest is None or class_of(account) in ("1", "2"):
        return True
    return nearest.side == ("debit" if account.startswith("6") else "credit")


def weighed(budget: Budget, *, full: bool) -> dict[str, Any]:
    """What the budget adds up to and, `full`, what to look at before it is voted."""
    amounts = amounts_of([budget])[budget.pk]
    added = totals(amounts)
    if not full:
        return {"totals": added}
    months, jobs = check(jobs_of(budget), amounts), sum(job.year for job in jobs_of(budget))
    carried = sum(month.budget for month in months)
    held = {key[1:3] for key, cents in amounts.items() if cents}
    return {
        "totals": added,
        "full": True,
        "jobs_cost": jobs,
        "carried": carried,
        "empty_lines": sorted({key[1] for key in amounts if key[1:3] not in held}),
        "cautions": rules.vote_cautions(added, carried, jobs, negatives(amounts)),
        "reconciliation": reconciliation_of(budget, amounts),
    }
