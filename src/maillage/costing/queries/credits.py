"""Credits of budgets as any room may cite them: plain rows, one query, one row per month.

Refuses to know what a room does with them. A row says whether its budget is the one in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q

from maillage.costing.engine.budgets import VOTED, Kind
from maillage.costing.models import Budget, BudgetLine
from maillage.costing.models.budgets import MONTH_FIELDS
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by

ABOUT = (
    *("budget_id", "budget__entity__code", "budget__kind", "budget__number", "budget__status"),
    "account",
)
ORDER = ("budget__entity__position", "budget__kind", "budget__number", "account")


class Credit(NamedTuple):
    """Cents planned in one month, in the natural sense of the account. `axis`: "" for none.

    `in_force`: of the last revised budget voted, else of the initial one voted.
    """

    budget: int
    entity: str
    kind: str
    number: int
    status: str
    account: str
    axis: str
    month: int
    cents: int
    in_force: bool


def credits_visible_to(
    actor: Actor, network: Network, year: int, *, accounts: Iterable[str] = (), axis: str = ""
) -> list[Credit]:
    """Credits of a year that are not zero, of accounts that begin so and of an axis if any.

    Drafts are there too: `status` and `in_force` tell. Without a mandate in the network, none.
    """
    wanted = Q(budget__network=network, budget__network__in=networks_held_by(actor))
    wanted &= Q(budget__year=year)
    wanted &= reduce(or_, (Q(account__startswith=root) for root in accounts), Q())
    if axis:
        wanted &= Q(axis__code=axis)
    lines = BudgetLine.objects.filter(wanted).annotate(in_force=_in_force())
    rows = lines.order_by(*ORDER, F("axis__code").asc(nulls_first=True)).values_list(
        *ABOUT, "axis__code", "in_force", *MONTH_FIELDS
    )
    months = len(ABOUT) + 2
    return [
        Credit._make((*row[: months - 2], row[months - 2] or "", month, cents, row[months - 1]))
        for row in rows
        for month, cents in enumerate(row[months:], 1)
        if cents
    ]


def _in_force() -> ExpressionWrapper[Q]:
    """Of a budget voted that no voted one follows; `initial` sorts before `revised`."""
    planned = [Kind.INITIAL, Kind.REVISED]
    after = Q(kind__gt=OuterRef("budget__kind"))
    after |= Q(kind=OuterRef("budget__kind"), number__gt=OuterRef("budget__number"))
    same = {"entity": OuterRef("budget__entity"), "year": OuterRef("budget__year")}
    followed = Budget.objects.filter(after, status__in=VOTED, kind__in=planned, **same)
    voted = Q(budget__status__in=VOTED, budget__kind__in=planned)
    return ExpressionWrapper(voted & ~Q(Exists(followed)), BooleanField())
