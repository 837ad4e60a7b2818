"""Budgets as they are read: one chamber's, a year of the network's, an action across chambers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    VOTED,
    Amounts,
    Columns,
    Key,
    Kind,
)
from maillage.costing.models import Budget, BudgetAxis, BudgetLine
from maillage.costing.models.budgets import MONTH_FIELDS
from maillage.costing.queries.realised import (
    Reconciliation,
    realised_amounts,
    reconciled,
)
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by


def budgets_visible_to(actor: Actor) -> QuerySet[Budget]:
    """Budgets of the networks someone holds a mandate in; nobody else sees that they exist."""
    budgets = Budget.objects.select_related("network", "entity")
    return budgets.filter(network__in=networks_held_by(actor))


def axes_of(network: Network) -> list[BudgetAxis]:
    return list(network.budget_axes.all())


def axes_on(network: Network, year: int) -> list[BudgetAxis]:
    """Axes that hold at some day of a year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return [
        axis
        for axis in axes_of(network)
        if (axis.valid_from is None or axis.valid_from <= last)
        and (axis.valid_to is None or axis.valid_to >= first)
    ]


def amounts_of(budgets: Iterable[Budget]) -> dict[int, dict[Key, int]]:
    """The figures of each budget by its id, in one query."""
    entities = {budget.pk: budget.entity.code for budget in budgets}
    found: dict[int, dict[Key, int]] = {pk: {} for pk in entities}
    rows = BudgetLine.objects.filter(budget_id__in=entities).values_list(
        "budget_id", "account", "axis__code", *MONTH_FIELDS
    )
    for pk, account, axis, *months in rows:
        for month, cents in enumerate(months, 1):
            if cents:
                found[pk][entities[pk], account, axis or "", month] = cents
    return found


def last_voted(entity: Entity, year: int) -> Budget | None:
    """The budget in force in a chamber: the last revised one voted, else the initial one."""
    voted = Budget.objects.filter(
        entity=entity, year=year, status__in=VOTED, kind__in=[Kind.INITIAL, Kind.REVISED]
    )
    return max(voted, key=lambda b: (b.kind == Kind.REVISED, b.number), default=None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which chambers a column counts, which it lacks, and where it takes another figure.

    `drafts`: those it lacks whose budget is being prepared.
    """

    counted: tuple[str, ...]
    missing: tuple[str, ...]
    taken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """Chambers of which nothing is known, not even a draft."""
        return tuple(name for name in self.missing if name not in self.drafts)


@dataclass(frozen=True)
class YearOfBudgets:
    """Every budget of a network's year and its figures, chambers in their order."""

    network: Network
    year: int
    chambers: list[Entity]
    budgets: list[Budget]
    amounts: dict[int, dict[Key, int]]
    drafts: bool = False
    """Whether budgets still being prepared count."""

    @cached_property
    def realised(self) -> dict[str, dict[Key, int]]:
        """What the books say, by entity code; only chambers whose book is in."""
        return realised_amounts(self.network, self.year)

    @cached_property
    def unreconciled(self) -> list[Entity]:
        """Chambers whose executed budget does not say what their book says."""
        found = []
        for entity in self.chambers:
            budget = self.latest(entity, Kind.EXECUTED)
            if budget is not None:
                beside = reconciled(entity.code, self.amounts[budget.pk], self.realised)
                if beside is not None and not beside.agrees:
                    found.append(entity)
        return found

    @cached_property
    def _by_entity(self) -> dict[int, list[Budget]]:
        held: dict[int, list[Budget]] = defaultdict(list)
        for budget in self.budgets:
            held[budget.entity_id].append(budget)
        return held

    def all_of(self, entity: Entity, kind: str) -> list[Budget]:
        return [b for b in self._by_entity.get(entity.pk, ()) if b.kind == kind]

    def latest(self, entity: Entity, kind: str) -> Budget | None:
        """The last budget of a kind that counts; a refused one never does."""
        states = (*VOTED, "draft") if self.drafts else VOTED
        held = [b for b in self.all_of(entity, kind) if b.status in states]
        return max(held, key=lambda b: b.number, default=None)

    def figures(self, entity: Entity, kind: str) -> tuple[Amounts | None, bool]:
        """The figures of a chamber for a column, and whether they are taken from elsewhere.

        A chamber without a revised budget keeps its initial one; without an executed budget,
        what its books say.
        """
        budget = self.latest(entity, kind)
        if budget is not None:
            return self.amounts[budget.pk], False
        if kind == Kind.REVISED:
            initial = self.latest(entity, Kind.INITIAL)
            return (self.amounts[initial.pk], True) if initial else (None, False)
        if kind == Kind.EXECUTED:
            return self.realised.get(entity.code), True
        return None, False

    def column(self, kind: str, entities: Sequence[Entity]) -> tuple[Amounts | None, Coverage]:
        """The figures of several chambers added up, None where none of them has any."""
        parts, counted, missing, taken, drafts = [], [], [], [], []
        for entity in entities:
            amounts, elsewhere = self.figures(entity, kind)
            if amounts is None:
                missing.append(entity.short_name)
                if self._is_prepared(entity, kind):
                    drafts.append(entity.short_name)
                continue
            parts.append(amounts)
            counted.append(entity.short_name)
            if elsewhere:
                taken.append(entity.short_name)
        coverage = Coverage(tuple(counted), tuple(missing), tuple(taken), tuple(drafts))
        return (figures.consolidate(parts) if parts else None), coverage

    def _is_prepared(self, entity: Entity, kind: str) -> bool:
        """Whether a budget that would fill this column is still a draft."""
        kinds = (kind, Kind.INITIAL) if kind == Kind.REVISED else (kind,)
        return any(b.is_draft for wanted in kinds for b in self.all_of(entity, wanted))

    def columns(
        self, entities: Sequence[Entity], axis: str | None = None
    ) -> tuple[Columns, dict[str, Coverage]]:
        """The three columns of a comparison and what each of them counts."""
        sides, coverage = {}, {}
        for kind in Kind:
            amounts, coverage[kind.value] = self.column(kind, entities)
            if amounts is not None and axis is not None:
                amounts = figures.of_axis(amounts, axis)
            sides[kind] = amounts
        return Columns(sides[Kind.INITIAL], sides[Kind.REVISED], sides[Kind.EXECUTED]), coverage


def year_of(network: Network, year: int, *, drafts: bool = False) -> YearOfBudgets:
    """A year of the network in three queries, whatever its size (four where books are read)."""
    budgets = list(
        Budget.objects.filter(network=network, year=year)
        .select_related("network", "entity")
        .order_by("entity__position", "kind", "number")
    )
    return YearOfBudgets(network, year, chambers_of(network), budgets, amounts_of(budgets), drafts)


def years_of(network: Network, today: dt.date) -> list[int]:
    """Years to choose from: those with a budget, this one and its neighbours."""
    held = Budget.objects.filter(network=network).values_list("year", flat=True).distinct()
    return sorted({*held, today.year - 1, today.year, today.year + 1}, reverse=True)


def reconciliation_of(budget: Budget, amounts: Amounts) -> Reconciliation | None:
    """An executed budget beside its book; None for another kind, or where no book is in."""
    if budget.kind != Kind.EXECUTED:
        return None
    books = realised_amounts(budget.network, budget.year)
    return reconciled(budget.entity.code, amounts, books)
