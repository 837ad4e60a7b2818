"""Budgets as they are read: one chamber's, a year of the network's, an action across chambers."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    UNTOLD,
    VOTED,
    Amounts,
    By,
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
from maillage.kernel.period import CutOff
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import chambers_in, current_files
from maillage.ledger.queries.reach import NO_BOOK, Reach, reach_of
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by

NONE: frozenset[str] = frozenset()


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


def axis_choices(axes: Iterable[BudgetAxis]) -> list[tuple[str, str]]:
    """Their codes and what to call them: a name, with its code where two are alike."""
    borne = Counter(axis.name for axis in axes)
    return [(a.code, a.name if borne[a.name] == 1 else f"{a.name} ({a.code})") for a in axes]


def amounts_of(budgets: Iterable[Budget]) -> dict[int, dict[Key, int]]:
    """The figures of each budget by its id, in one query; a line of twelve zeros says one."""
    entities = {budget.pk: budget.entity.code for budget in budgets}
    found: dict[int, dict[Key, int]] = {pk: {} for pk in entities}
    rows = BudgetLine.objects.filter(budget_id__in=entities).values_list(
        "budget_id", "account", "axis__code", *MONTH_FIELDS
    )
    for pk, account, axis, *months in rows:
        told = {month: cents for month, cents in enumerate(months, 1) if cents} or {1: 0}
        for month, cents in told.items():
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

    `drafts`: those it lacks whose budget is being prepared. `why`: what keeps others out, in words.
    """

    counted: tuple[str, ...]
    missing: tuple[str, ...]
    taken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def silent(self) -> tuple[str, ...]:
        """Chambers of which nothing is known, not even a draft, with what there is to say of it."""
        return tuple(
            f"{name} ({self.why[name]})" if name in self.why else name
            for name in self.missing
            if name not in self.drafts
        )


@dataclass(frozen=True)
class YearOfBudgets:
    """Every budget of a network's year and its figures, chambers in their order.

    Read up to `until`, the end of the year by default: budgets by their months, books by their
    dates. A book that stops before says nothing.
    """

    network: Network
    year: int
    chambers: list[Entity]
    budgets: list[Budget]
    amounts: dict[int, dict[Key, int]]
    drafts: bool = False
    """Whether budgets still being prepared count."""
    month: int = 12
    books: Sequence[BookFile] | None = None
    """The files in force of any year, where they are already known."""

    @property
    def until(self) -> CutOff:
        return CutOff(self.year, self.month)

    @cached_property
    def files(self) -> list[BookFile]:
        if self.books is None:
            return current_files(self.network, self.year)
        return [file for file in self.books if file.book.year == self.year]

    @cached_property
    def reach(self) -> Reach:
        return reach_of(self.network, self.year, self.files)

    @cached_property
    def realised(self) -> dict[str, dict[Key, int]]:
        """What the books say up to the cut-off, by entity code; only chambers whose book is in."""
        day = None if self.until.is_whole else self.until.day
        return realised_amounts(self.network, self.year, day, self.files)

    @cached_property
    def former(self) -> YearOfBudgets:
        """The year before, over the same period."""
        return year_of(
            self.network,
            self.year - 1,
            drafts=self.drafts,
            month=self.month,
            chambers=self.chambers,
            books=self.books,
        )

    @cached_property
    def unreconciled(self) -> list[Entity]:
        """Chambers whose executed budget does not say what their book says, over the whole year."""
        whole = (
            self.realised
            if self.until.is_whole
            else realised_amounts(self.network, self.year, None, self.files)
        )
        found = []
        for entity in self.chambers:
            budget = self.latest(entity, Kind.EXECUTED)
            if budget is not None:
                beside = reconciled(entity.code, self.amounts[budget.pk], whole)
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

    def in_force(self, entity: Entity) -> Budget | None:
        """The last revised budget that counts, else the initial one."""
        return self.latest(entity, Kind.REVISED) or self.latest(entity, Kind.INITIAL)

    def figures(self, entity: Entity, kind: str) -> tuple[Amounts | None, bool]:
        """The figures of a chamber for a column, and whether they are taken from elsewhere.

        A chamber without a revised budget keeps its initial one; without an executed budget,
        what its books say, None where they stop before the cut-off.
        """
        amounts, elsewhere = self._figures(entity, kind)
        if elsewhere and kind == Kind.EXECUTED and self.reach.lacks(entity.code, self.until):
            amounts = None
        return amounts, elsewhere

    def _figures(self, entity: Entity, kind: str) -> tuple[Amounts | None, bool]:
        """The same, be the book too short."""
        budget = self.latest(entity, kind)
        if budget is not None:
            return self._of(entity, budget), False
        if kind == Kind.REVISED:
            initial = self.latest(entity, Kind.INITIAL)
            return (self._of(entity, initial), True) if initial else (None, False)
        if kind == Kind.EXECUTED:
            return self._told(entity, self.realised.get(entity.code)), True
        return None, False

    def _of(self, entity: Entity, budget: Budget) -> Amounts:
        amounts = figures.until(self.amounts[budget.pk], self.month)
        return self._told(entity, amounts) or {} if budget.kind == Kind.EXECUTED else amounts

    def _told(self, entity: Entity, amounts: Amounts | None) -> Amounts | None:
        """What was executed where nothing tells the axes the chamber budgets: they are unknown."""
        if not amounts or any(key[2] for key in amounts) or not self._axes(entity):
            return amounts
        return {(code, account, UNTOLD, month): cents
                for (code, account, _axis, month), cents in amounts.items()}  # fmt: skip

    def _axes(self, entity: Entity) -> frozenset[str]:
        """The axes of its budget in force."""
        budget = self.in_force(entity)
        return frozenset(key[2] for key in self.amounts[budget.pk] if key[2]) if budget else NONE

    def column(
        self, kind: str, entities: Sequence[Entity], axis: str | None = None, *, short: bool = False
    ) -> tuple[Amounts | None, Coverage]:
        """The figures of several chambers added up, None where none of them has any.

        `axis`: what belongs to it, where the chamber tells it. `short`: count too what a book that
        stops before the cut-off says.
        """
        parts, counted, missing, taken, drafts = [], [], [], [], []
        why: dict[str, str] = {}
        for entity in entities:
            amounts, elsewhere = self.figures(entity, kind)
            if amounts is None and short:
                amounts, elsewhere = self._figures(entity, kind)
            lacking = self._lacks(entity, kind, amounts, axis)
            if amounts is None or lacking:
                missing.append(entity.short_name)
                if self._is_prepared(entity, kind) and amounts is None:
                    drafts.append(entity.short_name)
                elif lacking:
                    why[entity.short_name] = lacking
                continue
            parts.append(amounts if axis is None else figures.of_axis(amounts, axis))
            counted.append(entity.short_name)
            if elsewhere:
                taken.append(entity.short_name)
        coverage = Coverage(tuple(counted), tuple(missing), tuple(taken), tuple(drafts), why)
        return (figures.consolidate(parts) if parts else None), coverage

    def _lacks(self, entity: Entity, kind: str, amounts: Amounts | None, axis: str | None) -> str:
        """What keeps a chamber out of a column that nothing but time and axes would, in words."""
        if kind != Kind.EXECUTED:
            return ""
        if amounts is None:
            lacking = self.reach.lacks(entity.code, self.until)
            return "" if lacking == NO_BOOK else lacking
        if axis is not None and axis in self._axes(entity) and any(k[2] == UNTOLD for k in amounts):
            return "aucun axe analytique"
        return ""

    def _is_prepared(self, entity: Entity, kind: str) -> bool:
        """Whether a budget that would fill this column is still a draft."""
        kinds = (kind, Kind.INITIAL) if kind == Kind.REVISED else (kind,)
        return any(b.is_draft for wanted in kinds for b in self.all_of(entity, wanted))

    def columns(
        self,
        entities: Sequence[Entity],
        axis: str | None = None,
        *,
        by: By = By.ACCOUNT,
        former: bool = False,
    ) -> tuple[Columns, dict[str, Coverage]]:
        """The columns of a comparison and what each of them counts; `former`: the year before too.

        Month by month, a book counts as far as it goes, and makes no total where it stops before.
        """
        short = by is By.MONTH
        sides: dict[str, Amounts | None] = {}
        coverage: dict[str, Coverage] = {}
        for kind in Kind:
            sides[kind], coverage[kind] = self.column(kind, entities, axis, short=short)
        views = {"executed": self}
        if former:
            views["former"] = self.former
            sides["former"], coverage["former"] = self.former.column(
                Kind.EXECUTED, entities, axis, short=short
            )
        unsaid: dict[tuple[str, By], frozenset[str]] = {}
        for name, covered in coverage.items():
            out = {e.code for e in entities if e.short_name in covered.missing}
            unsaid[name, By.ENTITY] = frozenset(out)
        for name, view in views.items():
            unsaid[name, By.MONTH] = view._months_unsaid(entities)
            unsaid[name, By.AXIS] = view._axes_unsaid(entities)
        partial = frozenset(name for name in views if short and unsaid[name, By.MONTH])
        return Columns(
            sides[Kind.INITIAL],
            sides[Kind.REVISED],
            sides[Kind.EXECUTED],
            sides.get("former"),
            unsaid,
            _uneven(coverage),
            partial,
        ), {str(name): covered for name, covered in coverage.items()}

    def _months_unsaid(self, entities: Sequence[Entity]) -> frozenset[str]:
        """Months that a book read in place of an executed budget does not cover."""
        last = 12
        for entity in entities:
            if self.latest(entity, Kind.EXECUTED) is None and entity.code in self.reach.last:
                day = self.reach.last[entity.code]
                if day is not None:
                    last = min(last, day.month if day.year == self.year else 0)
        return frozenset(f"{month:02d}" for month in range(last + 1, self.month + 1))

    def _axes_unsaid(self, entities: Sequence[Entity]) -> frozenset[str]:
        """Axes that a chamber budgets and whose execution nothing tells."""
        found: set[str] = set()
        for entity in entities:
            amounts, _elsewhere = self.figures(entity, Kind.EXECUTED)
            if amounts and any(key[2] == UNTOLD for key in amounts):
                found |= self._axes(entity) | {""}
        return frozenset(found)


def _uneven(coverage: Mapping[str, Coverage]) -> frozenset[str]:
    """The gaps whose two columns do not count the same chambers."""
    pairs = {
        "revision": (Kind.INITIAL, Kind.REVISED),
        "gap": (Kind.REVISED, Kind.EXECUTED),
        "growth": ("former", Kind.EXECUTED),
    }
    return frozenset(
        name
        for name, (one, other) in pairs.items()
        if one in coverage and coverage[one].counted != coverage[other].counted
    )


def year_of(
    network: Network,
    year: int,
    *,
    drafts: bool = False,
    month: int = 12,
    chambers: list[Entity] | None = None,
    books: Sequence[BookFile] | None = None,
) -> YearOfBudgets:
    """A year of the network up to a month in three queries, whatever its size (two more where
    books are read). `chambers`, `books`: where they are already known."""
    budgets = list(
        Budget.objects.filter(network=network, year=year)
        .select_related("network", "entity")
        .order_by("entity__position", "kind", "number")
    )
    if chambers is None:
        chambers = chambers_in(network, year, Q(budgets__year=year))
    return YearOfBudgets(
        network, year, chambers, budgets, amounts_of(budgets), drafts, month, books
    )


def years_of(network: Network, today: dt.date) -> list[int]:
    """Years to choose from, in order: those with a budget, this one and its neighbours."""
    held = Budget.objects.filter(network=network).values_list("year", flat=True).distinct()
    return sorted({*held, today.year - 1, today.year, today.year + 1})


def reconciliation_of(budget: Budget, amounts: Amounts) -> Reconciliation | None:
    """An executed budget beside its book; None for another kind, or where no book is in."""
    if budget.kind != Kind.EXECUTED:
        return None
    books = realised_amounts(budget.network, budget.year)
    return reconciled(budget.entity.code, amounts, books)
