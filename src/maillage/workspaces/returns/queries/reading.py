"""Definitions and restitutions as they are read, and which columns of them by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet

from maillage.costing.queries.costs import finance_processes
from maillage.kernel.absence import Absent
from maillage.kernel.period import FIRST_YEAR
from maillage.ledger.rules import FINANCE_FUNCTION
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of, every_chamber
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.workspaces.returns.engine.definition import Definition, Fault, faults_of
from maillage.workspaces.returns.engine.expressions import Value
from maillage.workspaces.returns.engine.facts import Facts, FilledColumn, Period, columns_of
from maillage.workspaces.returns.engine.filling import Filled, Place
from maillage.workspaces.returns.models import (
    DefinitionVersion,
    ReceiverTemplate,
    Restitution,
    ReturnDefinition,
    TypedCell,
)
from maillage.workspaces.returns.rules import Sight, sight_of


def definitions_visible_to(actor: Actor) -> QuerySet[ReturnDefinition]:
    rows = ReturnDefinition.objects.select_related("network")
    return rows.filter(network__in=networks_held_by(actor))


def restitutions_visible_to(actor: Actor) -> QuerySet[Restitution]:
    """All of them for whoever writes finances in the network, what was sent for the others."""
    rows = Restitution.objects.select_related("definition__network", "version", "corrects")
    rows = rows.filter(definition__network__in=networks_held_by(actor))
    if actor.administers(None):
        return rows
    inner = [n for n in actor.networks if _writes(actor, n)]
    return rows.filter(Q(definition__network__in=inner) | Q(state=Restitution.State.SENT))


def _writes(actor: Actor, network: int) -> bool:
    return actor.edits_network_value(network, FINANCE_FUNCTION) or actor.edits_some_entity(network)


def versions_of(definition: ReturnDefinition) -> list[DefinitionVersion]:
    """The latest first."""
    found = list(definition.versions.order_by("-number"))
    for version in found:
        version.definition = definition
    return found


def template_of(definition: ReturnDefinition) -> ReceiverTemplate | None:
    """The template in force, without its bytes."""
    held = definition.templates.filter(replaced_at=None).defer("data")
    found: ReceiverTemplate | None = held.first()
    return found


def faults_in(network: Network, definition: Definition) -> list[Fault]:
    """What keeps it from being filled in this network; two queries."""
    chambers = [chamber.code for chamber in every_chamber(network)]
    return faults_of(definition, chambers, [p.code for p in finance_processes(network)])


def typed_of(restitution: Restitution) -> list[TypedCell]:
    return list(restitution.typed.all())


def values_typed(definition: Definition, cells: Sequence[TypedCell]) -> dict[Place, Decimal]:
    """By place, as they count: euros for what is typed in k€."""
    found = {}
    for cell in cells:
        line = definition.lines.get(cell.row)
        if line is not None:
            scale = 1000 if line.unit == "keuro" else 1
            found[cell.row, cell.column] = cell.value * scale
    return found


def told_for_good(restitution: Restitution) -> dict[Place, Value]:
    """The values of a return as it was sent; none before."""
    found: dict[Place, Value] = {}
    for key, value in restitution.sealed.items():
        row, column = key.split("|")
        found[row, column] = Absent(value["absent"]) if isinstance(value, dict) else Decimal(value)
    return found


@dataclass(frozen=True)
class Read:
    """A restitution as someone may read it: its cells, and the columns they see."""

    restitution: Restitution
    chambers: Sequence[Entity]
    sight: Sight
    cells: Sequence[TypedCell]

    @cached_property
    def filled(self) -> Filled:
        held = self.restitution.held
        if not held.chambers:
            names = [(chamber.code, chamber.short_name) for chamber in self.chambers]
            held = type(held)(names)
        definition = self.restitution.version.held
        typed, said = values_typed(definition, self.cells), told_for_good(self.restitution)
        return Filled(definition, held, self.restitution.period, typed, said)

    @property
    def columns(self) -> list[FilledColumn]:
        return [c for c in self.filled.columns if self._reads(c)]

    def _reads(self, column: FilledColumn) -> bool:
        """A formula between columns is read by who reads all of them: else it would tell the one
        they do not."""
        others = (self.filled.by_code.get(code) for code in column.uses.values())
        sent = self.restitution.is_sent
        return self.sight.reads(column, is_sent=sent) and all(self._reads(o) for o in others if o)

    @property
    def typing(self) -> list[FilledColumn]:
        """Columns whose cells this reader may type."""
        return [column for column in self.filled.columns if self.sight.types(column)]

    @cached_property
    def by_place(self) -> Mapping[Place, TypedCell]:
        return {(cell.row, cell.column): cell for cell in self.cells}


def read(restitution: Restitution, actor: Actor) -> Read:
    """Two queries."""
    network = restitution.network
    every = every_chamber(network)
    chambers = [one for one in every if not one.archived]
    return Read(restitution, chambers, sight_of(network.pk, every, actor), typed_of(restitution))


def cells_left(rows: QuerySet[Restitution], actor: Actor) -> dict[int, int]:
    """Of each return, how many cells this actor has yet to type; three queries at most."""
    found, chambers = {}, dict[int, list[Entity]]()
    for row in rows.defer("facts", "sealed").prefetch_related("typed"):
        network = row.network
        if network.pk not in chambers:
            chambers[network.pk] = chambers_of(network)
        held = chambers[network.pk]
        names = [(chamber.code, chamber.short_name) for chamber in held]
        filled = Filled(row.version.held, Facts(names), row.period)
        sight = sight_of(network.pk, held, actor)
        wanted = {
            (line.code, column.code)
            for column in filled.columns
            if sight.types(column)
            for line in filled.definition.rows
            if filled.is_typed(line, column)
        }
        found[row.pk] = len(wanted - {(cell.row, cell.column) for cell in row.typed.all()})
    return found


def cells_of_definition(definition: ReturnDefinition) -> tuple[list[str], list[str]]:
    """Codes of the rows and columns of its latest version, for the chambers of its network."""
    latest = definition.versions.order_by("-number")[0].held
    names = [(chamber.code, chamber.short_name) for chamber in chambers_of(definition.network)]
    columns = columns_of(latest, names, Period(FIRST_YEAR))
    return [line.code for line in latest.rows if line.is_figure], [c.code for c in columns]
