"""The treasury of each chamber's year: its budget in force, the year before, its books, its dates.

As many queries whatever the number of chambers. What nothing tells is None, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from maillage.costing.engine.budgets import Amounts, by_month
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import YearOfBudgets, year_of
from maillage.costing.queries.realised import realised_amounts
from maillage.kernel.period import MONTHS, CutOff, opening_of
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.reach import NO_BOOK, Reach, reach_of
from maillage.ledger.queries.treasury import Treasury, treasuries
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by
from maillage.workspaces.finance.engine.cash import (
    Due,
    Given,
    Plan,
    Profile,
    plan_of,
    with_defaults,
)
from maillage.workspaces.finance.models import CashPlan, PaymentProfile

TO_COME = "à venir"


@dataclass(frozen=True, slots=True)
class ChamberCash:
    """A chamber's plan, and where what it is made of comes from, in words."""

    entity: Entity
    year: int
    budget: Budget | None
    plan: Plan
    opened_by: str
    former_by: str
    profiles: tuple[Profile, ...]
    """Those entered; the others are defaults."""
    unseen: tuple[str, ...] = ("",) * 12
    """Why, month by month, its book has observed nothing; "" where it has."""


def profiles_of(entity: Entity) -> list[Profile]:
    return _profiles([entity]).get(entity.pk, [])


def _profiles(entities: Sequence[Entity]) -> dict[int, list[Profile]]:
    rows: Iterable[PaymentProfile] = PaymentProfile.objects.filter(entity__in=entities)
    found: dict[int, list[Profile]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.root):
        found[row.entity_id].append(Profile(row.root, tuple(row.weights), row.vat, True))
    return found


def dues_of(plan: CashPlan | None) -> list[Due]:
    if plan is None:
        return []
    dues = [Due(due.label, due.kind, due.month, due.amount) for due in plan.dues.all()]
    return sorted(dues, key=lambda due: (due.month, due.label))


def plans_visible_to(actor: Actor) -> QuerySet[CashPlan]:
    plans = CashPlan.objects.select_related("entity__network")
    return plans.filter(entity__network__in=networks_held_by(actor))


def cash_of(
    network: Network, year: int, entities: Sequence[Entity] | None = None, month: int = 12
) -> list[ChamberCash]:
    """Each chamber's plan, or that of some. `month`: the last one whose book is looked at."""
    world = _World.of(network, year, month)
    chosen = world.view.chambers if entities is None else entities
    return [_Chamber(world, entity).cash() for entity in chosen]


@dataclass(frozen=True, slots=True)
class _World:
    """Everything of a network's year and of the one before."""

    view: YearOfBudgets
    before: YearOfBudgets
    booked: Mapping[str, Amounts]
    reach: Reach
    now: Mapping[str, Treasury]
    former: Mapping[str, Treasury]
    profiles: Mapping[int, list[Profile]]
    plans: Mapping[int, CashPlan]
    month: int
    today: dt.date

    @classmethod
    def of(cls, network: Network, year: int, month: int) -> _World:
        view, before = year_of(network, year), year_of(network, year - 1)
        files = current_files(network, year - 1)
        plans = CashPlan.objects.filter(entity__network=network, year=year)
        return cls(
            view,
            before,
            realised_amounts(network, year - 1, None, files),
            reach_of(network, year - 1, files),
            treasuries(network, year, view.files),
            treasuries(network, year - 1, files),
            _profiles(view.chambers),
            {plan.entity_id: plan for plan in plans.prefetch_related("dues")},
            month,
            timezone.localdate(),
        )


class _Chamber:
    """One chamber's plan, in the making."""

    def __init__(self, world: _World, entity: Entity) -> None:
        self.world, self.entity, self.year = world, entity, world.view.year
        self.budget = world.view.in_force(entity)
        self.row = world.plans.get(entity.pk)
        self.profiles = world.profiles.get(entity.pk, [])

    def cash(self) -> ChamberCash:
        opening, opened_by = self._opening()
        former, former_by = self._former()
        observed = self._observed()
        given = Given(
            None if self.budget is None else _accounts(self.world.view.amounts[self.budget.pk]),
            former,
            opening,
            with_defaults(self.profiles),
            dues_of(self.row),
            observed,
            f"exercice {self.year - 1}, ni livre complet ni budget voté",
        )
        return ChamberCash(
            self.entity, self.year, self.budget, plan_of(given), opened_by, former_by,
            tuple(self.profiles), self._unseen(len(observed)),
        )  # fmt: skip

    def _opening(self) -> tuple[int | None, str]:
        """The treasury at 1 January, and who says so: what is entered before the books."""
        code = self.entity.code
        if self.row and self.row.opening is not None:
            return self.row.opening, "saisie"
        now, former = self.world.now.get(code), self.world.former.get(code)
        if now and now.opening is not None:
            opens = opening_of(self._closing or CutOff(self.year).day)
            before = "" if opens >= dt.date(self.year, 1, 1) else ", et ses mois d’avant janvier"
            return now.opening, f"à-nouveaux du livre {self.year}{before}"
        end = CutOff(self.year - 1)
        whole = self.world.reach.closings.get(code) == end.day and not self.world.reach.lacks(
            code, end
        )
        if former and former.closing is not None and whole:
            return former.closing, f"clôture du livre {self.year - 1}"
        return None, ""

    def _former(self) -> tuple[dict[str, list[int]] | None, str]:
        """The months of the year before, of its book, else of its budget in force."""
        if not self.world.reach.lacks(self.entity.code, CutOff(self.year - 1)):
            amounts = self.world.booked.get(self.entity.code, {})
            return _accounts(amounts), f"livre {self.year - 1}"
        budget = self.world.before.in_force(self.entity)
        if budget is None:
            return None, ""
        return _accounts(self.world.before.amounts[budget.pk]), str(budget)

    def _observed(self) -> list[tuple[int, int]]:
        """What the book says of each month it covers, from January on."""
        code = self.entity.code
        treasury = self.world.now.get(code)
        if treasury is None or code not in self.world.view.reach.last:
            return []
        last = self.world.view.reach.last[code]
        if last is None:
            count = self._closes(treasury)
        else:
            count = last.month if last.year == self.year else 0
        return list(treasury.months[: min(count, self.world.month)])

    def _closes(self, treasury: Treasury) -> int:
        """The last month of a book that goes to its closing: the exercise of a chamber that is no
        more ends within the year, and nothing comes after."""
        closing = self._closing
        if closing is None or closing.year != self.year:
            return 12
        return 12 if any(map(any, treasury.months[closing.month :])) else closing.month

    @property
    def _closing(self) -> dt.date | None:
        files = (f for f in self.world.view.files if f.book.entity_id == self.entity.pk)
        return next((f.book.closing for f in files), None)

    def _unseen(self, closed: int) -> tuple[str, ...]:
        """A month that is over is in no book that stops before it; the others are to come."""
        name = self.entity.short_name
        stops = f"le livre de {name} s’arrête à fin {MONTHS[closed - 1]}" if closed else NO_BOOK
        if 0 < closed < 12 and self._closing == CutOff(self.year, closed).day:
            stops = f"le livre de {name} se clôt à fin {MONTHS[closed - 1]}"
            return ("",) * closed + (stops,) * (12 - closed)
        months = (CutOff(self.year, month).day for month in range(1, 13))
        return tuple(
            "" if day.month <= closed else TO_COME if day >= self.world.today else stops
            for day in months
        )


def _accounts(amounts: Amounts) -> dict[str, list[int]]:
    """Twelve months by account, all axes together."""
    found: dict[str, list[int]] = defaultdict(lambda: [0] * 12)
    for (account, _axis), months in by_month(amounts).items():
        found[account] = [a + b for a, b in zip(found[account], months, strict=True)]
    return dict(found)
