"""Addresses of the budgets and of their calendar, in the small world: who gets what, with what.

The budget is a draft of the chamber of `places.ACTORS`' chamber editor; the import in waiting is
the function editor's.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from maillage.costing.actions.axes import save_axis
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts, open_budget
from maillage.workspaces.finance.views.interchange import AMOUNTS
from tests.builders import waiting_file

#          nobody stranger reader chamber function admin install. foreign
PAGE = "   404    404    200    200     200    200    200    404"
NOT_SO = " 405    405    405    405     405    405    405    405"
KEEP = "   404    404    403    302     302    302    302    404"
KEEP_JSON = "404   404    403    200     200    200    200    404"
PLAN = "   404    404    403    403     302    302    302    404"
UNREAD = " 404    404    403    422     422    422    422    404"
MINE = "   404    404    404    404     200    404    404    404"
MINE_DO = "404    404    404    404     302    404    404    404"

READ = (PAGE, PAGE, NOT_SO, NOT_SO)
BUDGET_TABLE: dict[str, tuple[str, str, str, str]] = {
    "finance:home": READ,
    "finance:calendar": READ,
    "finance:calendar_ics": READ,
    "finance:calendar_export": READ,
    "finance:calendar_chamber": (PAGE, PAGE, KEEP, KEEP),
    "finance:budgets": READ,
    "finance:budgets_export": READ,
    "finance:budget_new": (PAGE, PAGE, KEEP, KEEP),
    "finance:budget": (PAGE, PAGE, KEEP, KEEP),
    "finance:budget_verb": (PAGE, PAGE, KEEP, KEEP),
    "finance:budget_add_line": (NOT_SO, NOT_SO, KEEP, KEEP),
    "finance:budget_lines": (NOT_SO, NOT_SO, KEEP_JSON, KEEP_JSON),
    "finance:budget_personnel": (PAGE, PAGE, KEEP, KEEP),
    "finance:budget_axes": (PAGE, PAGE, PLAN, PLAN),
    "finance:budget_axis": (PAGE, PAGE, PLAN, PLAN),
    "finance:budget_comparison": READ,
    "finance:budget_comparison_export": READ,
    "finance:budget_consolidation": READ,
    "finance:budget_consolidation_export": READ,
    "finance:budget_actions": READ,
    "finance:budget_actions_export": READ,
    "finance:budget_action": READ,
    "finance:budget_export": READ,
    "finance:budget_template": READ,
    "finance:budget_import": (PAGE, PAGE, UNREAD, UNREAD),
    "finance:budget_import_review": (MINE, MINE, NOT_SO, NOT_SO),
    "finance:budget_import_apply": (NOT_SO, NOT_SO, MINE_DO, MINE_DO),
}


def build_budgets(network: Network, people: SimpleNamespace) -> SimpleNamespace:
    """A draft of two lines, an action, an import in waiting."""
    save_axis(network, actor=INSTALLATION, code="numerique", name="Numérique", kind="action")
    north = network.entities.get(code="nord")
    draft = open_budget(network, actor=INSTALLATION, entity=north, year=2026, kind="initial")
    edits = [LineEdit("6061", "", {1: 500, 6: -25}), LineEdit("706", "numerique", {2: 900})]
    enter_amounts(draft, edits, actor=INSTALLATION)
    rows = [("611", "", [100] * 12)]
    pending = waiting_file(AMOUNTS, draft, people.finances.actor, rows)
    return SimpleNamespace(draft=draft, pending=pending)


def budget_kwargs(name: str, network: str, budgets: SimpleNamespace) -> dict[str, Any] | None:
    """What an address of the budgets is completed with, None for any other address."""
    if name not in BUDGET_TABLE:
        return None
    here = {"network": network}
    one = {**here, "pk": budgets.draft.pk}
    special: dict[str, dict[str, Any]] = {
        "finance:calendar_chamber": {**here, "entity": "nord", "year": 2027},
        "finance:budget_verb": {**one, "verb": "voter"},
        "finance:budget_axis": {**here, "code": "numerique"},
        "finance:budget_action": {**here, "code": "numerique"},
        "finance:budgets_export": {**here, "extension": "csv"},
        "finance:budget_actions_export": {**here, "extension": "csv"},
        "finance:calendar_export": {**here, "extension": "xlsx"},
        "finance:budget_comparison_export": {**here, "extension": "xlsx"},
        "finance:budget_consolidation_export": {**here, "extension": "csv"},
        "finance:budget_export": {**one, "extension": "csv"},
        "finance:budget_import_review": {**one, "pending": budgets.pending.pk},
        "finance:budget_import_apply": {**one, "pending": budgets.pending.pk},
    }
    if name in special:
        return special[name]
    alone = {
        "finance:budget",
        "finance:budget_add_line",
        "finance:budget_lines",
        "finance:budget_personnel",
    }
    return one if name in alone | {"finance:budget_template", "finance:budget_import"} else here


def budget_body(name: str) -> dict[str, Any] | None:
    """A sound request for an address of the budgets that writes, None for any other address."""
    if name == "finance:budget_lines":
        edits = {"edits": [{"account": "611", "axis": "", "months": {"1": 7}, "expected": 0}]}
        return {"data": json.dumps(edits), "content_type": "application/json"}
    axis = {"code": "export", "name": "Export", "kind": "action"}
    forms: dict[str, dict[str, Any]] = {
        "finance:calendar_chamber": {"seances": "oui", "initial_on": "2026-11-20"},
        "finance:budget_new": {
            **{"chambre": "nord", "annee": 2029, "nature": "initial"},
            "depart": "vide",
        },
        "finance:budget": {"o|6061|": "500,0", "c|6061||1": "12,50"},
        "finance:budget_verb": {"body": "Assemblée générale", "on": "2025-11-20", "act": "2025-1"},
        "finance:budget_add_line": {"account": "6226", "axis": ""},
        "finance:budget_personnel": {"geste": "reporter"},
        "finance:budget_axes": axis,
        "finance:budget_axis": axis,
    }
    return {"data": forms.get(name, {})} if name in BUDGET_TABLE else None
