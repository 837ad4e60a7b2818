"""What a network is made of. Knows nothing of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from maillage.network import noun_table
from maillage.network.models import Entity, Network

R = TypeVar("R", bound=Model)


def chambers_of(network: Network) -> list[Entity]:
    """The network's own chambers, those archived left out: one query."""
    return list(network.entities.filter(kind__in=Entity.CHAMBERS, archived=False))


def held_nouns(network: Network) -> dict[str, dict[str, dict[str, Any]]]:
    """Everything a network records of its nouns, as `noun_table` takes it: three queries."""
    return {
        noun_table.ENTITY: _told(network.entities.all(), noun_table.ENTITY),
        noun_table.FUNCTION: _told(network.functions.all(), noun_table.FUNCTION),
        noun_table.PROCESS: _told(
            network.processes.select_related("function", "parent"), noun_table.PROCESS
        ),
    }


def _told(rows: Iterable[Any], kind: str) -> dict[str, dict[str, Any]]:
    names = [c.name for c in noun_table.columns_of(kind, {}) if c.name != "code"]
    return {row.code: {name: _plain(getattr(row, name)) for name in names} for row in rows}


def _plain(value: Any) -> Any:
    """A row by its code, "" where there is none."""
    return "" if value is None else getattr(value, "code", value)


def in_chain(rows: QuerySet[R], chain: str, network: str = "network") -> QuerySet[R]:
    """Those of the network of a chain of the journal; all of them for "", none for another's."""
    if not chain:
        return rows
    kind, _, code = chain.partition(":")
    return rows.filter(**{f"{network}__code": code}) if kind == "network" else rows.none()
