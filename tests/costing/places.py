"""Keys, recharges, costs and axes in the small world: addresses, sound requests, who may.

Whether an edition is adopted changes nothing here.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from maillage.costing.actions.axes import save_axis
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
from maillage.costing.views.volume_imports import VOLUMES
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.architecture.answers import (
    CHAMBER,
    INSIDE,
    KEEPERS,
    KEEPERS_SEE,
    MINE,
    MINE_DO,
    OURS,
    UNREAD,
    Rows,
    always,
)
from tests.architecture.world import Given, World
from tests.builders import waiting_file

#            nobody stranger reader chamber function admin install. foreign
BACK = "        404    404    302    302     302    302    302    404"

TABLE: dict[str, Rows] = {
    "costing:budget_axes": always(INSIDE, KEEPERS),
    "costing:budget_axis": always(INSIDE, KEEPERS),
    "costing:keys": OURS,
    "costing:keys_export": OURS,
    "costing:key_new": always(INSIDE, KEEPERS),
    "costing:key": OURS,
    "costing:key_revise": always(INSIDE, KEEPERS),
    "costing:key_close": always(BACK, KEEPERS),
    "costing:recharges": OURS,
    "costing:recharges_export": OURS,
    "costing:recharge_new": always(INSIDE, KEEPERS),
    "costing:recharge": OURS,
    "costing:recharge_export": OURS,
    "costing:recharge_pdf": OURS,
    "costing:recharge_reverse": always(KEEPERS_SEE, KEEPERS),
    "costing:costs": OURS,
    "costing:costs_export": OURS,
    "costing:cost_study_new": always(INSIDE, KEEPERS),
    "costing:cost_study": OURS,
    "costing:cost_study_export": OURS,
    "costing:cost_study_revise": always(INSIDE, KEEPERS),
    "costing:cost_study_remove": always(KEEPERS_SEE, KEEPERS),
    "costing:volumes": OURS,
    "costing:volumes_export": OURS,
    "costing:volumes_template": OURS,
    "costing:volumes_import": always(INSIDE, UNREAD),
    "costing:volumes_review": MINE,
    "costing:volumes_apply": MINE_DO,
    "costing:volumes_entry": always(INSIDE, CHAMBER),
    "costing:cost_unit": always(INSIDE, KEEPERS),
}


AXIS = {"code": "export", "name": "Export", "kind": "action"}
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
PARTS = {"region": Decimal(10), "nord": Decimal(20), "sud": Decimal(40)}


def furnish(world: World) -> Given:
    pending = waiting_file(VOLUMES, world.network, world.people.finances.actor, [])
    waiting = {"pending": pending.pk}
    return fill(world.network) | Given(
        {"costing:volumes_review": waiting, "costing:volumes_apply": waiting}
    )


def fill(network: Network) -> Given:
    """Put one of everything in the network."""
    save_axis(network, actor=INSTALLATION, code="numerique", name="Numérique", kind="action")
    used, free = (
        define_key(network, KeyDraft(code, code, "seats", FIRST, None, PARTS), actor=INSTALLATION)
        for code in ("postes", "libre")
    )
    region = network.entities.get(code="region")
    asked = Recharge("Paie", region, used, dt.date(2026, 1, 15), FIRST, LAST, 100_00)
    statement = issue_recharge(network, asked, actor=INSTALLATION)
    study = _study(network)
    return Given(
        _kwargs(used.pk, free.pk, (statement.year, statement.number), study),
        forms=_forms(used.pk),
    )


def _study(network: Network) -> int:
    process = network.processes.get(code="achats")
    name_unit(network, process, label="Facture", benchmark=INVOICE, actor=INSTALLATION)
    lines = [Worked(e, "", Decimal(900), Decimal(9)) for e in network.entities.all()[:3]]
    provider = network.entities.get(code="region")
    draft = StudyDraft(process, provider, 2025, 90_000_00, Decimal("1.5"), lines)
    return save_study(network, draft, actor=INSTALLATION).pk


def _kwargs(
    used: int, free: int, statement: tuple[int, int], study: int
) -> dict[str, dict[str, Any]]:
    issued = {"year": statement[0], "number": statement[1]}
    of_study = {"pk": study}
    return {
        "costing:budget_axis": {"code": "numerique"},
        "costing:key": {"pk": used},
        "costing:key_revise": {"pk": free},
        "costing:key_close": {"pk": free},
        "costing:recharge": issued,
        "costing:recharge_reverse": issued,
        "costing:recharge_pdf": issued,
        "costing:recharge_export": {**issued, "extension": "xlsx"},
        "costing:cost_study": of_study,
        "costing:cost_study_revise": of_study,
        "costing:cost_study_remove": of_study,
        "costing:cost_study_export": {**of_study, "extension": "xlsx"},
        "costing:cost_unit": {"process": "achats"},
    }


def _forms(key: int) -> dict[str, dict[str, Any]]:
    version = {"name": "Clé", "driver": "seats", "valid_from": "2025-01-01", "part-nord": "3"}
    lines = {"lignes-TOTAL_FORMS": "1", "lignes-INITIAL_FORMS": "0", "lignes-0-entity": "nord"}
    lines |= {"lignes-0-volume": "900", "lignes-0-minutes": "9"}
    team = {"cost": "50 000", "fte": "1,5", "minutes_per_fte": "96420", "practical": "80"}
    named = {"process": "tresorerie", "provider": "region", "year": "2025"}
    period = {"first_day": "2025-01-01", "last_day": "2025-12-31", "issued_on": "2026-01-15"}
    return {
        "costing:budget_axes": AXIS,
        "costing:budget_axis": AXIS,
        "costing:key_new": {**version, "code": "neuve"},
        "costing:key_revise": version,
        "costing:key_close": {"last_day": "2025-12-31"},
        "costing:recharge_new": {
            **{"label": "Paie", "provider": "region", "key": str(key), "amount": "12,34"},
            **period,
        },
        "costing:recharge_reverse": {"reason": "Erreur"},
        "costing:cost_study_new": {**named, **team, **lines},
        "costing:cost_study_revise": {**team, **lines},
        "costing:cost_unit": {"label": "Facture", "benchmark": ""},
        "costing:cost_study_remove": {"confirme": "oui"},
    }
