"""What a network is made of. Knows nothing of who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from maillage.network import noun_table
from maillage.network.models import Entity, Function, MacroProcess, Network

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


MODELS: dict[str, Any] = {
    noun_table.ENTITY: Entity,
    noun_table.FUNCTION: Function,
    noun_table.PROCESS: MacroProcess,
}
"""Each kind, in the order they are written."""


def leaving_with(network: Network, kind: str, codes: Sequence[str]) -> dict[str, list[Any]]:
    """The nouns of these codes and those that stand within them, by kind: a function holds its
    macro-processes, a macro-process its actions. Codes that name nothing are left out."""
    found: dict[str, list[Any]] = {one: [] for one in MODELS}
    found[kind] = list(MODELS[kind].objects.filter(network=network, code__in=codes))
    if kind == noun_table.FUNCTION:
        found[noun_table.PROCESS] = list(network.processes.filter(function__in=found[kind]))
    elif kind == noun_table.PROCESS:
        held = {row.pk for row in found[kind]}
        under = network.processes.filter(parent__in=held)
        found[kind] += [row for row in under if row.pk not in held]
    return found


def resting_on(kind: str, rows: Sequence[Any]) -> dict[int, dict[str, int]]:
    """Of each noun (by id), what names it in the database, counted: by "noun,nouns" as it is said.

    One query for each model that may; what stands within a noun is none of it. The relations are
    those of the database: no room above has to tell them.
    """
    found: dict[int, dict[str, int]] = {row.pk: {} for row in rows}
    for model, names in _naming(MODELS[kind]).items():
        asked = Q(*((f"{name}__in", list(found)) for name in names), _connector=Q.OR)
        said = getattr(model, "counted_as", "")
        options = model._meta
        said = said or f"{options.verbose_name},{options.verbose_name_plural}"
        keys: dict[int, set[Any]] = {}
        for pk, *named in model._base_manager.filter(asked).values_list("pk", *names):
            for one in named:
                if one in found:
                    keys.setdefault(one, set()).add(pk)
        for one, rows_of in keys.items():
            found[one][said] = found[one].get(said, 0) + len(rows_of)
    return found


def _naming(noun: type[Model]) -> dict[Any, list[str]]:
    """The models whose rows may name a noun, each with the fields that do."""
    found: dict[Any, list[str]] = {}
    for relation in noun._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        model: Any = relation.related_model
        if model in MODELS.values() or model._meta.auto_created:
            continue
        found.setdefault(model, []).append(relation.field.name)  # type: ignore[union-attr]
    return found


def in_chain(rows: QuerySet[R], chain: str, network: str = "network") -> QuerySet[R]:
    """Those of the network of a chain of the journal; all of them for "", none for another's."""
    if not chain:
        return rows
    kind, _, code = chain.partition(":")
    return rows.filter(**{f"{network}__code": code}) if kind == "network" else rows.none()
