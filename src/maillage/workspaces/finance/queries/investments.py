"""The investment plan as its engine reads it: two queries more than its operations, always."""

from __future__ import annotations

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.engine.plan_table import Known
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.rules.investments import can_plan


def investments_visible_to(actor: Actor) -> QuerySet[Investment]:
    """The plan of the networks one holds a mandate in; nobody else sees that it exists."""
    rows = Investment.objects.select_related("network", "entity", "function", "process")
    return rows.filter(network__in=networks_held_by(actor))


def operation_of(row: Investment) -> Operation:
    """A row as plain values; its years and funding are prefetched or read."""
    return Operation(
        row.entity.code,
        row.code,
        row.title,
        row.status,
        row.function.code if row.function else "",
        row.process.code if row.process else "",
        {line.year: line.amount for line in row.years.all()},
        {line.source: line.amount for line in row.funding.all()},
    )


def plan_of(network: Network) -> list[tuple[Investment, Operation]]:
    """Every operation of the network, in three queries whatever their number."""
    rows = Investment.objects.filter(network=network).select_related(
        "entity", "function", "process"
    )
    return [(row, operation_of(row)) for row in rows.prefetch_related("years", "funding")]


def plan_version(network: Network) -> int:
    """A number that changes whenever an operation is written or removed."""
    found = Investment.objects.filter(network=network).aggregate(
        last=Max("version"), count=Count("pk")
    )
    return int(found["last"] or 0) + int(found["count"])


def known_of(network: Network) -> Known:
    """What a spreadsheet may name in this network."""
    return Known(
        list(network.entities.filter(archived=False).values_list("code", flat=True)),
        list(network.functions.values_list("code", flat=True)),
        dict(network.processes.values_list("code", "function__code")),
        timezone.localdate().year,
    )


def entities_planned_by(network: Network, actor: Actor) -> list[tuple[int, str]]:
    """Chambers whose operations this actor may write: id and name."""
    return [(e.pk, e.name) for e in chambers_of(network) if can_plan(e, actor=actor)]
