"""Keys in force, statements issued, and what the books say a pool costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from maillage.ledger.queries.books import networks_kept_visible_to
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine.allocation import Period
from maillage.workspaces.finance.models import AllocationKey, RechargeStatement


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


def pool_of(rows: Iterable[object], entity: str, account: str, axis: str, months: set[str]) -> int:
    """Net debit in cents of the accounts that begin so, for an entity over months "2026-03".

    `rows` are what `ledger.queries.realised` gives: entity, month, account, axis, debit, credit.
    """
    return sum(
        row.debit - row.credit  # type: ignore[attr-defined]
        for row in rows
        if row.entity == entity  # type: ignore[attr-defined]
        and row.account.startswith(account)  # type: ignore[attr-defined]
        and (not axis or row.axis == axis)  # type: ignore[attr-defined]
        and f"{row.month:%Y-%m}" in months  # type: ignore[attr-defined]
    )
