"""Put a file aside until they who sent it decide, take it up again, drop it.

The only writer of imports in waiting. None of it is journaled: a file in waiting is seen by its
sender alone, changes no figure and lasts a day; what is applied of it is an act with its event.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from maillage.costing.models import Budget
from maillage.kernel.verdicts import require
from maillage.ledger.queries.books import finance_function
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.workspaces.finance.models import BudgetPendingImport, InvestmentPendingImport
from maillage.workspaces.finance.queries.investments import plan_version
from maillage.workspaces.finance.rules.budgets import can_enter
from maillage.workspaces.finance.rules.investments import can_plan_something

KEPT_FOR = dt.timedelta(days=1)
Pending = BudgetPendingImport | InvestmentPendingImport


def keep_budget_file(
    budget: Budget, name: str, data: bytes, *, actor: Actor
) -> BudgetPendingImport:
    """Keep a file that reads well, and drop those kept too long. Raises Refusal (403, 409)."""
    require(can_enter(budget, finance_function(budget.network_id), actor))
    _drop_old(BudgetPendingImport)
    return BudgetPendingImport.objects.create(
        budget=budget, seen_version=budget.version, **_sent(name, data, actor)
    )


def keep_plan_file(
    network: Network, name: str, data: bytes, *, actor: Actor
) -> InvestmentPendingImport:
    """Keep a plan that reads well, and drop those kept too long. Raises Refusal (403)."""
    require(can_plan_something(network.pk, finance_function(network.pk), actor))
    _drop_old(InvestmentPendingImport)
    return InvestmentPendingImport.objects.create(
        network=network, seen_version=plan_version(network), **_sent(name, data, actor)
    )


def _drop_old(kept: type[Pending]) -> None:
    kept.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


def _sent(name: str, data: bytes, actor: Actor) -> dict[str, Any]:
    return {"actor": actor.identity, "filename": name[:200], "data": data}


def has_moved(pending: Pending, version: int) -> bool:
    """Whether what the file would change has moved since it was read; from now on it is seen."""
    if pending.seen_version == version:
        return False
    pending.seen_version = version
    pending.save(update_fields=["seen_version"])
    return True


def drop_file(pending: Pending) -> None:
    """Forget a file: it was applied, or given up."""
    pending.delete()
