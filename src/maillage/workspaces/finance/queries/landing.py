"""Where each chamber lands: its budget in force, its books of two years, what it has engaged.

Read in as many queries whatever the number of chambers. What a book or a budget does not say is
None, with the reason. Refuses to know how it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from maillage.costing.engine.budgets import CLASSES, Amounts, class_of, row_order
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import YearOfBudgets, axes_of, year_of
from maillage.costing.queries.realised import realised_amounts
from maillage.kernel.period import CutOff
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.reach import reach_of
from maillage.ledger.queries.realised import unplaced
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.workspaces.finance.engine.landing import (
    DEFAULT,
    Added,
    Forecast,
    Known,
    Line,
    LineKey,
    Method,
    added,
    by_axis,
    by_month,
    forecast,
    place,
)
from maillage.workspaces.finance.models import Commitment, Landing, LandingVersion

Months = list[int]


@dataclass(frozen=True, slots=True)
class ChamberLanding:
    """A chamber at a cut-off: its lines, in the order they are read, and what is not told.

    `budget`: the one in force, None where none is voted. `merged`: its book tells no axis, so that
    lines are of accounts alone. `version`: of its methods and commitments, 0 before the first.
    """

    entity: Entity
    until: CutOff
    budget: Budget | None
    lines: tuple[Line, ...]
    default: Method
    version: int
    no_book: str = ""
    no_former: str = ""
    merged: bool = False
    closes: dt.date | None = None
    """When its book does, where it is not with the civil year."""
    names: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[int, int] = (0, 0)
    """Local accounts of its book that no rule sends anywhere, and the cents moved on them."""

    def added(self, digit: str) -> Added:
        """What a class adds up to; without any line of it, only what is known to be nothing."""
        if digit in self.classes:
            return added(self.lines, digit)
        budget = None if self.budget is None else 0
        realised = None if self.no_book else 0
        return Added(budget, realised, None, None if None in (budget, realised) else 0)

    @property
    def classes(self) -> list[str]:
        """The classes there is a line of, in the order they are read."""
        held = {class_of(line.account) for line in self.lines}
        return [digit for digit in CLASSES if digit in held]

    @property
    def result(self) -> Added:
        return self.added("7").less(self.added("6"))

    @property
    def lacking(self) -> int:
        return sum(line.forecast.cents is None for line in self.lines)


def landings_of(
    network: Network, until: CutOff, entities: Sequence[Entity] | None = None
) -> list[ChamberLanding]:
    """Every chamber's landing at a cut-off, or that of some."""
    view = year_of(network, until.year, month=until.month)
    former = CutOff(until.year - 1)
    files = current_files(network, former.year)
    before = reach_of(network, former.year, files)
    books = _Books(
        view.realised,
        realised_amounts(network, former.year, None, files),
        {e.code: view.reach.lacks(e.code, until) for e in view.chambers},
        {e.code: before.lacks(e.code, former) for e in view.chambers},
        unplaced(network, until.year, until.day, view.files),
        view.reach.closings,
    )
    names = {axis.code: axis.name for axis in axes_of(network)}
    held = {row.entity_id: row for row in _rows(network, until.year)}
    chosen = view.chambers if entities is None else entities
    return [_Chamber(view, e, until, books, held.get(e.pk), names).landing() for e in chosen]


def _rows(network: Network, year: int) -> QuerySet[Landing]:
    rows = Landing.objects.filter(entity__network=network, year=year)
    return rows.prefetch_related("methods", "commitments")


@dataclass(frozen=True, slots=True)
class _Books:
    """What the books say this year and the year before, and why one does not."""

    now: Mapping[str, Amounts]
    former: Mapping[str, Amounts]
    lacks: Mapping[str, str]
    lacks_former: Mapping[str, str]
    lost: Mapping[str, tuple[int, int]]
    closings: Mapping[str, dt.date]


class _Chamber:
    """One chamber's landing, in the making: every amount goes to its line."""

    def __init__(
        self,
        view: YearOfBudgets,
        entity: Entity,
        until: CutOff,
        books: _Books,
        row: Landing | None,
        names: Mapping[str, str],
    ) -> None:
        self.entity, self.until, self.row, self.names = entity, until, row, names
        self.no_book = books.lacks[entity.code]
        self.no_former = books.lacks_former[entity.code]
        self.lost = books.lost.get(entity.code, (0, 0))
        closing = books.closings.get(entity.code, CutOff(until.year).day)
        self.closes = None if closing.month == 12 else closing
        self.first = closing.month % 12
        self.elapsed = _elapsed(closing, until)
        self.budget = view.in_force(entity)
        self.now = {} if self.no_book else books.now.get(entity.code, {})
        self.past = {} if self.no_former else books.former.get(entity.code, {})
        self.merged = not self.no_book and not any(key[2] for key in self.now)
        self.parts: dict[LineKey, dict[str, Months]] = defaultdict(dict)
        if self.budget is not None:
            for (_e, account, axis, month), cents in view.amounts[self.budget.pk].items():
                line = (account, "" if self.merged else axis)
                self.parts[line].setdefault(axis, [0] * 12)[month - 1] += cents
        self.done, self.before = self._placed(self.now), self._placed(self.past)
        self.engaged = self._engaged()

    def _placed(self, amounts: Amounts) -> dict[LineKey, Months]:
        """Twelve months by line."""
        found: dict[LineKey, Months] = defaultdict(lambda: [0] * 12)
        known: dict[LineKey, LineKey] = {}
        for (_e, account, axis, month), cents in amounts.items():
            key = account, "" if self.merged else axis
            if key not in known:
                known[key] = place(self.parts, *key)
            found[known[key]][month - 1] += cents
        return found

    def _engaged(self) -> dict[LineKey, int]:
        found: dict[LineKey, int] = defaultdict(int)
        orders: Iterable[Commitment] = self.row.commitments.all() if self.row else ()
        for order in orders:
            key = place({**self.parts, **self.done}, order.account,
                        "" if self.merged else order.axis)  # fmt: skip
            found[key] += order.net
        return found

    def landing(self) -> ChamberLanding:
        default = Method(self.row.method) if self.row else DEFAULT
        own: dict[LineKey, tuple[Method, int | None]] = {}
        if self.row:
            own = {
                (m.account, m.axis): (Method(m.method), m.amount) for m in self.row.methods.all()
            }
        # A line the year before alone had is one no more, unless it is foreseen.
        keys = {*self.parts, *self.done, *self.engaged, *own}
        lines = [self._line(key, own.get(key), default) for key in keys]
        lines.sort(key=lambda line: (row_order(line.account), line.axis))
        version = self.row.version if self.row else 0
        return ChamberLanding(
            self.entity, self.until, self.budget, tuple(lines), default, version, self.no_book,
            self.no_former, self.merged and self._has_axes(), self.closes, self.names,
            self.lost,
        )  # fmt: skip

    def _in_order(self, months: Months) -> Months:
        """Twelve months of the calendar as its exercise goes through them."""
        return months[self.first :] + months[: self.first]

    def _has_axes(self) -> bool:
        return any(axis for parts in self.parts.values() for axis in parts)

    def _line(self, key: LineKey, own: tuple[Method, int | None] | None, default: Method) -> Line:
        method, entered = own or (default, None)
        known = self._known(key, entered)
        found = forecast(method, known)
        return Line(*key, known, method, found, self._months(key, found), own is not None)

    def _known(self, key: LineKey, entered: int | None) -> Known:
        t = self.elapsed
        planned = self._in_order(self._planned(key))
        before = self._in_order(self.before.get(key, [0] * 12))
        done = self._in_order(self.done.get(key, [0] * 12))
        has_budget, has_book = self.budget is not None, not self.no_book
        has_former = not self.no_former
        return Known(
            t,
            realised=sum(done[:t]) if has_book else None,
            former=sum(before[:t]) if has_former else None,
            former_year=sum(before) if has_former else None,
            budget=sum(planned) if has_budget else None,
            to_date=sum(planned[:t]) if has_budget else None,
            committed=self.engaged.get(key),
            entered=entered,
            no_book=self.no_book,
            no_former=f"an passé\u00a0: {self.no_former}",
        )

    def _planned(self, key: LineKey) -> Months:
        return [sum(months) for months in zip(*self.parts.get(key, {"": [0] * 12}).values(),
                                              strict=True)]  # fmt: skip

    def _months(self, key: LineKey, found: Forecast) -> dict[str, list[int]] | None:
        if found.cents is None:
            return None
        done = None if self.no_book else self._in_order(self.done.get(key, [0] * 12))
        planned = self._in_order(self._planned(key))
        months = by_month(found.cents, done, planned, self.elapsed)
        months = months[-self.first :] + months[: -self.first] if self.first else months
        parts = {axis: sum(cents) for axis, cents in self.parts.get(key, {}).items()}
        return by_axis(months, parts or {key[1]: 1})


def _elapsed(closing: dt.date, until: CutOff) -> int:
    """Months of an exercise that a cut-off covers: all of one that has closed."""
    since = (until.year - closing.year) * 12 + until.month - closing.month
    return max(1, min(12, 12 + since))


def versions_visible_to(actor: Actor) -> QuerySet[LandingVersion]:
    """Forecasts kept in the networks someone holds a mandate in."""
    versions = LandingVersion.objects.select_related("entity__network")
    return versions.filter(entity__network__in=networks_held_by(actor))


def landings_visible_to(actor: Actor) -> QuerySet[Landing]:
    landings = Landing.objects.select_related("entity__network")
    return landings.filter(entity__network__in=networks_held_by(actor))


def actuals_of(entity: Entity, year: int) -> tuple[dict[LineKey, int] | None, str]:
    """What a closed year came to, by account and axis, from its book; why it is not known."""
    lacks = reach_of(entity.network, year).lacks(entity.code, CutOff(year))
    if lacks:
        return None, lacks
    found: dict[LineKey, int] = defaultdict(int)
    amounts = realised_amounts(entity.network, year).get(entity.code, {})
    for (_e, account, axis, _month), cents in amounts.items():
        found[account, axis] += cents
    return dict(found), ""
