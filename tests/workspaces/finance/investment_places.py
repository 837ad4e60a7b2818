"""The plan of investments and the dashboards in the small world: addresses, requests, who may.

Whether an edition is adopted changes nothing here.
"""

from __future__ import annotations

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION, Actor
from maillage.workspaces.finance.actions.investments import save_investment
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.views.investment_imports import PLAN
from tests.architecture.answers import (
    CHAMBER,
    CHAMBERS,
    INSIDE,
    MINE,
    MINE_DO,
    OURS,
    UNREAD,
    Rows,
    always,
)
from tests.architecture.world import Given
from tests.builders import waiting_file

TABLE: dict[str, Rows] = {
    "finance:plan_reconciliation": OURS,
    "finance:plan_reconciliation_export": OURS,
    "finance:dashboard": OURS,
    "finance:dashboard_export": OURS,
    "finance:bridge_export": OURS,
    "finance:indicator": OURS,
    "finance:indicator_export": OURS,
    "finance:investments": OURS,
    "finance:investments_export": OURS,
    "finance:investment_new": always(INSIDE, CHAMBER),
    "finance:investment": always(INSIDE, CHAMBER),
    "finance:investment_remove": always(CHAMBERS, CHAMBER),
    "finance:investment_import": always(INSIDE, UNREAD),
    "finance:investment_review": MINE,
    "finance:investment_apply": MINE_DO,
}

ROOF = Operation("nord", "toit", "Toiture", "idea", "finances", "achats", {2026: 900_00}, {})


def furnish(network: Network, reviewer: str) -> Given:
    """Put an operation in the network, and an import in waiting, `reviewer`'s."""
    save_investment(network, ROOF, actor=INSTALLATION)
    pending = waiting_file(PLAN, network, Actor(reviewer), [ROOF])
    one, waiting = {"entity": "nord", "code": "toit"}, {"pending": pending.pk}
    operation = {"title": "Cour", "status": "idea", "year-2026": "1 000", "source-own": "400,50"}
    return Given(
        {
            "finance:investment": one,
            "finance:investment_remove": one,
            "finance:investment_review": waiting,
            "finance:investment_apply": waiting,
            "finance:indicator": {"code": "result"},
            "finance:indicator_export": {"code": "result"},
        },
        forms={
            "finance:investment_new": {**operation, "entity": "nord", "code": "cour"},
            "finance:investment": operation,
            "finance:investment_remove": {"confirme": "oui"},
        },
    )
