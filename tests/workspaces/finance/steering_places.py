"""Addresses of the landing and of the cash plan, in the small world: who gets what."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from maillage.kernel.period import CutOff
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.landing import keep_forecast, write_commitments
from maillage.workspaces.finance.engine.commitments import Engaged
from maillage.workspaces.finance.queries.landing import landings_of
from maillage.workspaces.finance.views.commitments import ORDERS, Orders
from tests.architecture.answers import CHAMBER, INSIDE, MINE, MINE_DO, OURS, UNREAD, Rows, always
from tests.architecture.world import Given
from tests.builders import waiting_file
from tests.workspaces.finance.budget_world import budget, vote

TABLE: dict[str, Rows] = {
    "finance:landing": OURS,
    "finance:landing_network_export": OURS,
    "finance:landing_chamber": always(INSIDE, CHAMBER),
    "finance:landing_export": OURS,
    "finance:landing_keep": always(INSIDE, CHAMBER),
    "finance:landing_versions": OURS,
    "finance:landing_versions_export": OURS,
    "finance:landing_revise": always(INSIDE, CHAMBER),
    "finance:cash": OURS,
    "finance:cash_network_export": OURS,
    "finance:cash_chamber": OURS,
    "finance:cash_export": OURS,
    "finance:cash_settings": always(INSIDE, CHAMBER),
    "finance:commitments": always(INSIDE, CHAMBER),
    "finance:commitments_export": OURS,
    "finance:commitments_template": OURS,
    "finance:commitment_enter": always(INSIDE, CHAMBER),
    "finance:commitment_import": always(INSIDE, UNREAD),
    "finance:commitment_review": MINE,
    "finance:commitment_apply": MINE_DO,
}
YEAR = 2025


def furnish(network: Network, people: SimpleNamespace) -> Given:
    """A budget voted, an order, a forecast kept."""

    north = network.entities.get(code="nord")
    vote(budget(network, "nord", YEAR), dt.date(YEAR - 1, 11, 20))
    order = Engaged("BC-1", "6061", "", 100_00)
    write_commitments(north, actor=INSTALLATION, year=YEAR, written=[order])
    landing = landings_of(network, CutOff(YEAR), [north])[0]
    keep_forecast(north, actor=INSTALLATION, landing=landing)
    of_year = {"entity": "nord", "year": YEAR}
    pending = waiting_file(ORDERS, Orders(network, north, YEAR), people.finances.actor, [])
    waiting = {**of_year, "pending": pending.pk}
    chambers = [name for name in TABLE if name not in NETWORK]
    return Given(
        dict.fromkeys(chambers, of_year)
        | {"finance:landing_revise": {**of_year, "number": 1}}
        | dict.fromkeys(("finance:commitment_review", "finance:commitment_apply"), waiting),
        forms={
            "finance:landing_chamber": {"defaut": "prorata", "m|6061|": "saisi", "a|6061|": "12"},
            "finance:cash_settings": {"echeances": "oui", "opening": "1 000"},
            "finance:landing_keep": {"note": "Essai"},
            "finance:commitments": {"retirer": "BC-1"},
            "finance:commitment_enter": {"reference": "BC-2", "account": "611", "amount": "5"},
        },
    )


NETWORK = (
    *("finance:landing", "finance:landing_network_export"),
    *("finance:cash", "finance:cash_network_export"),
)
