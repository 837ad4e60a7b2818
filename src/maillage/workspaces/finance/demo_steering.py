"""How the fictitious network steers its year: shares between chambers, orders, delays, forecasts.

Entered through the acts as people would, from the budgets already there. All invented.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from django.utils import timezone

from maillage.costing.engine.between import Share
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import last_voted
from maillage.kernel.period import CutOff
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.cash import date_cash, define_profiles
from maillage.workspaces.finance.actions.landing import keep_forecast, write_commitments
from maillage.workspaces.finance.actions.shares import declare_shares
from maillage.workspaces.finance.engine.cash import Due, Profile
from maillage.workspaces.finance.engine.commitments import Engaged
from maillage.workspaces.finance.models import LandingVersion
from maillage.workspaces.finance.queries.landing import landings_of

RECHARGED, PAID = "7084", "6218"
"""What a chamber recharges to the next one, and what that one pays for it."""
CUSTOMERS = Profile("70", (40_00, 40_00, 20_00), given=True)
ORDERS = (
    ("BC-041", "6226", 18_000_00, 0, "Cabinet Aubrac", "Audit des systèmes"),
    ("BC-057", "6231", 9_600_00, 2_400_00, "Imprimerie du Pont", "Salon des entreprises"),
)
STEERED = 3
"""Chambers that enter their delays, their orders and keep forecasts."""


def steer(network: Network) -> None:
    """Once: a network whose forecasts are already kept is left as it is."""
    if LandingVersion.objects.filter(entity__network=network).exists():
        return
    chambers, year = chambers_of(network), timezone.localdate().year
    _between(chambers, year)
    for rank, entity in enumerate(chambers[:STEERED]):
        define_profiles(entity, actor=INSTALLATION, profiles=[CUSTOMERS])
        dues = [Due("Prime annuelle d’assurance", "autre", 1, -(12 + rank) * 1_000_00)]
        date_cash(entity, actor=INSTALLATION, year=year, opening=None, dues=dues)
        orders = [Engaged(ref, account, "", amount, accrued, supplier, label)
                  for ref, account, amount, accrued, supplier, label in ORDERS]  # fmt: skip
        write_commitments(entity, actor=INSTALLATION, year=year, written=orders)
    for month, note in ((6, "Rythme du budget"), (10, "Après la rentrée")):
        for landing in landings_of(network, CutOff(year - 1, month), chambers[:STEERED]):
            if landing.lines:
                keep_forecast(landing.entity, actor=INSTALLATION, landing=landing, note=note)


def _between(chambers: list[Entity], year: int) -> None:
    """Each chamber recharges the next one; the third pair does not quite agree."""
    budgets = {entity.pk: last_voted(entity, year) for entity in chambers}
    shares: dict[int, list[Share]] = defaultdict(list)
    for rank, (one, other) in enumerate(pairwise([*chambers, *chambers[:1]])):
        sold, paid = budgets[one.pk], budgets[other.pk]
        common = min(_of(sold, RECHARGED), _of(paid, PAID))
        if one.pk == other.pk or not common:
            continue
        shares[one.pk].append(Share(RECHARGED, other.code, common))
        shares[other.pk].append(Share(PAID, one.code, common * 97 // 100 if rank == 2 else common))
    for entity in chambers:
        budget = budgets[entity.pk]
        if budget is not None and shares[entity.pk]:
            declare_shares(budget, actor=INSTALLATION, shares=shares[entity.pk])


def _of(budget: Budget | None, account: str) -> int:
    if budget is None:
        return 0
    return sum(sum(line.months) for line in budget.lines.filter(account=account))
