"""What budgets have with other chambers, and the families that take it out of their sum."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from maillage.costing.engine.between import Share
from maillage.costing.engine.budgets import Amounts
from maillage.costing.models import Budget, BudgetShare
from maillage.kernel.actions import stamp_of
from maillage.ledger.engine.families import Families
from maillage.ledger.queries.chart import families_now
from maillage.network.models import Network


def shares_of(budgets: Iterable[int]) -> dict[int, list[Share]]:
    """By budget, in one query."""
    found: dict[int, list[Share]] = defaultdict(list)
    rows = BudgetShare.objects.filter(budget__in=list(budgets)).order_by(
        "account", "partner__position", "pk"
    )
    for budget, account, partner, cents in rows.values_list(
        "budget_id", "account", "partner__code", "amount"
    ):
        found[budget].append(Share(account, partner, cents))
    return found


def shares_version(budget: Budget) -> int:
    """A number that changes with the shares of a budget, and with nothing else."""
    return int(stamp_of(shares_of([budget.pk])[budget.pk])[:15], 16)


def families_of_year(network: Network, year: int) -> Families:
    """As the chart says at the end of the year."""
    return families_now(network, dt.date(year, 12, 31))


def by_account(amounts: Amounts) -> dict[str, int]:
    """All axes and months together."""
    found: dict[str, int] = defaultdict(int)
    for (_entity, account, _axis, _month), cents in amounts.items():
        found[account] += cents
    return dict(found)


def budget_by_account(budget: Budget, amounts: Amounts) -> dict[str, int]:
    """The same, lines without any amount included."""
    return dict.fromkeys(budget.lines.values_list("account", flat=True), 0) | by_account(amounts)
