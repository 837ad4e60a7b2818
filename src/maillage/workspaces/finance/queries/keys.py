"""Keys in force, statements issued, and what the books say a pool costs."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from maillage.ledger.queries.books import networks_kept_visible_to
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine.allocation import Period
from maillage.workspaces.finance.models import AllocationKey, RechargeStatement
from maillage.workspaces.finance.queries.realised import realised


def keys_visible_to(actor: Actor) -> QuerySet[AllocationKey]:
    rows = AllocationKey.objects.select_related("network")
    return rows.filter(network__in=networks_kept_visible_to(actor))


def statements_visible_to(actor: Actor) -> QuerySet[RechargeStatement]:
    rows = RechargeStatement.objects.select_related("network", "provider", "key")
    return rows.filter(network__in=networks_kept_visible_to(actor))


def keys_in_force(network: Network, on: dt.date) -> QuerySet[AllocationKey]:
    """One version of each key at most: versions never overlap."""
    running = Q(valid_to=None) | Q(valid_to__gte=on)
    return network.allocation_keys.filter(running, valid_from__lte=on)


def periods_of(network: Network, code: str, but: int | None = None) -> list[Period]:
    """When the versions of a key hold, one of them (by id) left aside."""
    rows = AllocationKey.objects.filter(network=network, code=code).exclude(pk=but)
    return [Period(*dates) for dates in rows.values_list("valid_from", "valid_to")]


def pool_of(
    network: Network, entity: str, account: str, axis: str, first: dt.date, last: dt.date
) -> int:
    """Net debit in cents of the accounts that begin so, for an entity, over whole months."""
    total = 0
    for year in range(first.year, last.year + 1):
        months = range(
            first.month if year == first.year else 1, last.month + 1 if year == last.year else 13
        )
        for row in realised(network, year):
            here = row.entity == entity and row.account.startswith(account)
            if here and row.month in months and (not axis or row.axis == axis):
                total += row.debit - row.credit
    return total
