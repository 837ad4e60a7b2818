"""What a network is made of. Knows nothing of who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from maillage.kernel.models import Event
from maillage.kernel.words import same_name
from maillage.network import noun_table
from maillage.network.models import Entity, Function, MacroProcess, Network

R = TypeVar("R", bound=Model)


def chambers_of(network: Network) -> list[Entity]:
    """The network's own chambers, those archived left out: one query."""
    return list(network.entities.filter(kind__in=Entity.CHAMBERS, archived=False))


def every_chamber(network: Network) -> list[Entity]:
    """The same, those archived among them: what a book of any exercise may be of, or name."""
    return list(network.entities.filter(kind__in=Entity.CHAMBERS))


@dataclass(frozen=True, slots=True)
class Former:
    """What a chamber was called before, and under which SIREN."""

    names: tuple[str, ...] = ()
    sirens: tuple[str, ...] = ()


def former_of(network: Network, chambers: Iterable[Entity]) -> dict[str, Former]:
    """What its journal says that entities were called before, by their code: books of closed
    exercises bear it for good. `chambers`: what one of them bears today is no other's former.
    One query."""
    taken = {same_name(x) for c in chambers for x in (c.name, c.short_name, c.siren)}
    told = Event.objects.filter(
        chain=network.chain, subject=network.subject, verb="network.entity.saved"
    ).order_by("sequence")
    names: dict[str, dict[str, None]] = {}
    sirens: dict[str, dict[str, None]] = {}
    for diff in told.values_list("diff", flat=True):
        for field, found in (("name", names), ("short_name", names), ("siren", sirens)):
            pair = diff.get(field)
            before = pair[0] if isinstance(pair, list) and pair else ""
            if before and isinstance(before, str) and same_name(before) not in taken:
                found.setdefault(diff.get("code", ""), {})[before] = None
    return {
        code: Former(tuple(names.get(code, ())), tuple(sirens.get(code, ())))
        for code in names.keys() | sirens.keys()
    }


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
        said = _said(model)
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
    return {m: names for m, names in _relations(noun).items() if m not in MODELS.values()}


def _relations(named: type[Model]) -> dict[Any, list[str]]:
    """The models whose rows may name those of a model, each with the fields that do."""
    found: dict[Any, list[str]] = {}
    for relation in named._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        model: Any = relation.related_model
        if not model._meta.auto_created:
            found.setdefault(model, []).append(relation.field.name)  # type: ignore[union-attr]
    return found


def _said(model: Any) -> str:
    options = model._meta
    said: str = getattr(model, "counted_as", "")
    return said or f"{options.verbose_name},{options.verbose_name_plural}"


@dataclass(frozen=True, slots=True)
class Within:
    """What is of a network: rows that leave with it, by model; how many of what keeps it, by
    "noun,nouns" as it is said. `said`: how each model that leaves is."""

    leaving: dict[Any, list[int]]
    resting: dict[str, int]
    said: dict[Any, str]


def within(network: Network) -> Within:
    """What a network holds, whichever room it is of: its nouns and what `leaves_with_network`
    leave; all the rest, of it or of one of them, keeps it. One query for each model."""
    of_it = _relations(Network)
    leaves = [m for m in of_it if m in MODELS.values() or getattr(m, "leaves_with_network", False)]
    leaving = {model: list(_named_by(model, of_it[model], [network.pk])) for model in leaves}
    resting: dict[str, int] = {}
    for held, keys in ((Network, [network.pk]), *leaving.items()):
        for model, names in _relations(held).items() if keys else ():
            if model not in leaving and (count := _named_by(model, names, keys).count()):
                resting[_said(model)] = max(count, resting.get(_said(model), 0))
    return Within(leaving, resting, {model: _said(model) for model in leaving})


def _named_by(model: Any, names: Sequence[str], keys: Sequence[int]) -> QuerySet[Any, int]:
    """The keys of the rows that name one of these."""
    asked = Q(*((f"{name}__in", keys) for name in names), _connector=Q.OR)
    rows = model._base_manager.filter(asked).order_by()
    found: QuerySet[Any, int] = rows.values_list("pk", flat=True).distinct()
    return found


def in_chain(rows: QuerySet[R], chain: str, network: str = "network") -> QuerySet[R]:
    """Those of the network of a chain of the journal; all of them for "", none for another's."""
    if not chain:
        return rows
    kind, _, code = chain.partition(":")
    return rows.filter(**{f"{network}__code": code}) if kind == "network" else rows.none()
