"""Investments, keys, recharges and costs in the small world: addresses, sound requests, who may.

The table tells, for each address, what GET then POST answer to `places.ACTORS`; whether an edition
is adopted changes nothing here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maillage.costing.actions.costs import (
    StudyDraft,
    Worked,
    name_unit,
    save_study,
)
from maillage.costing.actions.keys import (
    KeyDraft,
    Recharge,
    define_key,
    issue_recharge,
)
from maillage.costing.engine.benchmarks import INVOICE
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION, Actor
from maillage.workspaces.finance.actions.investments import save_investment
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.views.investment_imports import PLAN
from tests.builders import waiting_file

#            nobody stranger reader chamber function admin install. foreign
SEEN = "        404    404    200    200     200    200    200    404"
NEVER = "       405    405    405    405     405    405    405    405"
CHAMBER = "     404    404    403    302     302    302    302    404"
ASKED = "       404    404    403    200     200    200    200    404"
BACK = "        404    404    302    302     302    302    302    404"
NO_FILE = "     404    404    403    422     422    422    422    404"
KEEPERS = "     404    404    403    403     302    302    302    404"
KEEPERS_SEE = " 404    404    403    403     200    200    200    404"
MINE = "        404    404    404    404     200    404    404    404"
MINE_DO = "     404    404    404    404     302    404    404    404"

READ = (SEEN, NEVER)
ROWS: dict[str, tuple[str, str]] = {
    "finance:dashboard": READ,
    "finance:dashboard_export": READ,
    "finance:investments": READ,
    "finance:investments_export": READ,
    "finance:investment_new": (SEEN, CHAMBER),
    "finance:investment": (SEEN, CHAMBER),
    "finance:investment_remove": (ASKED, CHAMBER),
    "finance:investment_import": (SEEN, NO_FILE),
    "finance:investment_review": (MINE, NEVER),
    "finance:investment_apply": (NEVER, MINE_DO),
    "finance:keys": READ,
    "finance:keys_export": READ,
    "finance:key_new": (SEEN, KEEPERS),
    "finance:key": READ,
    "finance:key_revise": (SEEN, KEEPERS),
    "finance:key_close": (BACK, KEEPERS),
    "finance:recharges": READ,
    "finance:recharges_export": READ,
    "finance:recharge_new": (SEEN, KEEPERS),
    "finance:recharge": READ,
    "finance:recharge_export": READ,
    "finance:recharge_pdf": READ,
    "finance:recharge_reverse": (KEEPERS_SEE, KEEPERS),
    "finance:costs": READ,
    "finance:costs_export": READ,
    "finance:cost_study_new": (SEEN, KEEPERS),
    "finance:cost_study": READ,
    "finance:cost_study_export": READ,
    "finance:cost_study_revise": (SEEN, KEEPERS),
    "finance:cost_study_remove": (KEEPERS_SEE, KEEPERS),
    "finance:volumes": READ,
    "finance:volumes_export": READ,
    "finance:volumes_entry": (SEEN, CHAMBER),
    "finance:cost_unit": (SEEN, KEEPERS),
}
TABLE = {name: (get, get, post, post) for name, (get, post) in ROWS.items()}


@dataclass(frozen=True)
class FinancePlaces:
    """Arguments and sound requests by name of address."""

    kwargs: dict[str, dict[str, Any]]
    bodies: dict[str, dict[str, Any]]


ROOF = Operation("nord", "toit", "Toiture", "idea", "finances", "achats", {2026: 900_00}, {})
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
PARTS = {"region": Decimal(10), "nord": Decimal(20), "sud": Decimal(40)}


def furnish(network: Network, reviewer: str) -> FinancePlaces:
    """Put one of everything in the network; the import in waiting is `reviewer`'s."""
    save_investment(network, ROOF, actor=INSTALLATION)
    used, free = (
        define_key(network, KeyDraft(code, code, "seats", FIRST, None, PARTS), actor=INSTALLATION)
        for code in ("postes", "libre")
    )
    region = network.entities.get(code="region")
    asked = Recharge("Paie", region, used, dt.date(2026, 1, 15), FIRST, LAST, 100_00)
    statement = issue_recharge(network, asked, actor=INSTALLATION)
    study = _study(network)
    pending = waiting_file(PLAN, network, Actor(reviewer), [ROOF])
    return FinancePlaces(
        _kwargs(network, pending.pk, used.pk, free.pk, (statement.year, statement.number), study),
        _bodies(used.pk),
    )


def _study(network: Network) -> int:
    process = network.processes.get(code="achats")
    name_unit(network, process, label="Facture", benchmark=INVOICE, actor=INSTALLATION)
    lines = [Worked(e, "", Decimal(900), Decimal(9)) for e in network.entities.all()[:3]]
    provider = network.entities.get(code="region")
    draft = StudyDraft(process, provider, 2025, 90_000_00, Decimal("1.5"), lines)
    return save_study(network, draft, actor=INSTALLATION).pk


def _kwargs(
    network: Network, pending: int, used: int, free: int, statement: tuple[int, int], study: int
) -> dict[str, dict[str, Any]]:
    here = {"network": network.code}
    one = {**here, "entity": "nord", "code": "toit"}
    issued = {**here, "year": statement[0], "number": statement[1]}
    found: dict[str, dict[str, Any]] = dict.fromkeys(ROWS, here)
    found |= {name: {**here, "extension": "csv"} for name in ROWS if name.endswith("_export")}
    found |= dict.fromkeys(("finance:investment", "finance:investment_remove"), one)
    waiting = {**here, "pending": pending}
    found |= {"finance:investment_review": waiting, "finance:investment_apply": waiting}
    found |= {"finance:key": {**here, "pk": used}}
    found |= {name: {**here, "pk": free} for name in ("finance:key_revise", "finance:key_close")}
    found |= {
        "finance:recharge": issued,
        "finance:recharge_reverse": issued,
        "finance:recharge_pdf": issued,
    }
    found |= {"finance:recharge_export": {**issued, "extension": "xlsx"}}
    of_study = {**here, "pk": study}
    found |= dict.fromkeys(
        ("finance:cost_study", "finance:cost_study_revise", "finance:cost_study_remove"), of_study
    )
    found |= {"finance:cost_study_export": {**of_study, "extension": "xlsx"}}
    return found | {"finance:cost_unit": {**here, "process": "achats"}}


def _bodies(key: int) -> dict[str, dict[str, Any]]:
    operation = {"title": "Cour", "status": "idea", "year-2026": "1 000", "source-own": "400,50"}
    version = {"name": "Clé", "driver": "seats", "valid_from": "2025-01-01", "part-nord": "3"}
    lines = {"lignes-TOTAL_FORMS": "1", "lignes-INITIAL_FORMS": "0", "lignes-0-entity": "nord"}
    lines |= {"lignes-0-volume": "900", "lignes-0-minutes": "9"}
    team = {"cost": "50 000", "fte": "1,5", "minutes_per_fte": "96420", "practical": "80"}
    named = {"process": "tresorerie", "provider": "region", "year": "2025"}
    period = {"first_day": "2025-01-01", "last_day": "2025-12-31", "issued_on": "2026-01-15"}
    return {
        "finance:investment_new": {**operation, "entity": "nord", "code": "cour"},
        "finance:investment": operation,
        "finance:key_new": {**version, "code": "neuve"},
        "finance:key_revise": version,
        "finance:key_close": {"last_day": "2025-12-31"},
        "finance:recharge_new": {
            **{"label": "Paie", "provider": "region", "key": str(key), "amount": "12,34"},
            **period,
        },
        "finance:recharge_reverse": {"reason": "Erreur"},
        "finance:cost_study_new": {**named, **team, **lines},
        "finance:cost_study_revise": {**team, **lines},
        "finance:cost_unit": {"label": "Facture", "benchmark": ""},
        "finance:investment_remove": {"confirme": "oui"},
        "finance:cost_study_remove": {"confirme": "oui"},
    }
