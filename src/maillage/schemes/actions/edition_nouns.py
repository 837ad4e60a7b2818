"""The chambers, functions and processes that an edition names, as rows of its network.

A code stands for one thing, under one name whatever its apostrophes; another name under a known
code is a contradiction, never a renaming. An edition that comes in force gives the network its
words, so that the next draft starts from what is in force. Refuses to know cells and seals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.schemes.engine.document import EditionDocument, same_name
from maillage.sheets.findings import Finding, Unreadable

M = TypeVar("M", bound=models.Model)

WORDS: dict[type[models.Model], tuple[str, ...]] = {
    Entity: ("name", "short_name", "position"),
    Function: ("name", "description", "position"),
    MacroProcess: (
        *("name", "group", "description", "region_only", "source_page"),
        *("kind", "parent_id", "named_by", "group_named_by", "position"),
    ),
}
"""What an edition in force says of a row that its network already has."""


@dataclass(frozen=True, slots=True)
class Nouns:
    """Ids by code of what a document names; the codes of the rows that took its words."""

    entities: dict[str, int]
    functions: dict[str, int]
    processes: dict[str, int]
    reworded: tuple[str, ...]


def match_nouns(network: Network, document: EditionDocument, *, in_force: bool) -> Nouns:
    """Find or create entities, functions and processes; those there already take the words of an
    edition `in_force`. Raises Unreadable where a known code has another name."""
    match = _Matching(network, in_force)
    entities = match.rows(Entity, "entité", _entities(network, document))
    functions = match.rows(Function, "fonction", _functions(network, document))
    processes: dict[str, int] = {}
    for actions in (False, True):  # An action is under a macro-process, which comes first.
        given = _processes(network, document, actions, functions, processes)
        if given or not actions:
            processes = match.rows(MacroProcess, "macro-processus", given)
    if match.findings:
        raise Unreadable(match.findings)
    return Nouns(entities, functions, processes, tuple(match.reworded))


@dataclass(slots=True)
class _Matching:
    """What was found on the way, over the kinds of rows."""

    network: Network
    in_force: bool
    findings: list[Finding] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)

    def rows(self, model: type[M], noun: str, given: Sequence[Any]) -> dict[str, int]:
        """Ids by code of all the network's rows, with what the document names among them."""
        rows: models.QuerySet[Any] = model._base_manager.filter(network=self.network)
        known: dict[str, Any] = {row.code: row for row in rows}
        model._base_manager.bulk_create([row for row in given if row.code not in known])
        stale = []
        for row in given:
            here = known.get(row.code)
            if here is None:
                continue
            if not same_name(here.name, row.name):
                self._contradiction(noun, row, here)
            elif self.in_force and self._reword(here, row):
                stale.append(here)
        if stale:
            model._base_manager.bulk_update(stale, WORDS[model])
            self.reworded += [row.code for row in stale]
        return dict(rows.values_list("code", "pk"))

    def _reword(self, here: Any, row: Any) -> bool:
        """Give a row the words of the edition; whether it had others."""
        before = [getattr(here, name) for name in WORDS[type(here)]]
        for name in WORDS[type(here)]:
            setattr(here, name, getattr(row, name))
        return before != [getattr(here, name) for name in WORDS[type(here)]]

    def _contradiction(self, noun: str, row: Any, here: Any) -> None:
        self.findings.append(
            Finding(
                f"{noun} « {row.code} »",
                f"s’appelle « {here.name} » dans ce réseau",
                "le même nom, ou un autre code",
                row.name,
            )
        )


def _entities(network: Network, document: EditionDocument) -> list[Entity]:
    return [
        Entity(
            network=network,
            code=e.code,
            name=e.name,
            short_name=e.short_name,
            kind=e.kind.value,
            departement=e.departement,
            siren=e.siren,
            position=rank,
        )
        for rank, e in enumerate(document.entities)
    ]


def _functions(network: Network, document: EditionDocument) -> list[Function]:
    return [
        Function(
            network=network, code=f.code, name=f.name, description=f.description, position=rank
        )
        for rank, f in enumerate(document.functions)
    ]


def _processes(
    network: Network,
    document: EditionDocument,
    actions: bool,
    functions: dict[str, int],
    parents: dict[str, int],
) -> list[MacroProcess]:
    return [
        MacroProcess(
            network=network,
            function_id=functions[p.function],
            code=p.code,
            name=p.name,
            group=p.group,
            description=p.description,
            region_only=p.region_only,
            source_page=p.source_page,
            kind=p.kind.value,
            parent_id=parents[p.parent] if p.parent else None,
            named_by=p.named_by,
            group_named_by=p.group_named_by,
            position=rank,
        )
        for rank, p in enumerate(document.processes)
        if p.is_action is actions
    ]
