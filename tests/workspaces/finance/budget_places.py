"""Addresses of the budgets and of their calendar, in the small world: who gets what, with what.

The budget is a draft of the chamber editor's chamber; the import in waiting is the function
editor's.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from django.core.signing import Signer

from maillage.costing.engine.between import Share
from maillage.costing.models import Budget
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts, open_budget
from maillage.workspaces.finance.views.budget_files import AMOUNTS
from maillage.workspaces.finance.views.calendar import SALT
from maillage.workspaces.finance.views.share_files import SHARES
from tests.architecture.answers import (
    CHAMBER,
    CHAMBERS,
    INSIDE,
    MINE,
    MINE_DO,
    NOT_SO,
    OURS,
    PLAIN,
    UNREAD,
    Rows,
    always,
)
from tests.architecture.world import Given
from tests.builders import waiting_file

TABLE: dict[str, Rows] = {
    "finance:home": OURS,
    "finance:calendar": OURS,
    "finance:calendar_ics": OURS,
    "finance:calendar_chamber_ics": OURS,
    "finance:calendar_feed": PLAIN,
    "finance:calendar_export": OURS,
    "finance:calendar_chamber": always(INSIDE, CHAMBER),
    "finance:budgets": OURS,
    "finance:budgets_export": OURS,
    "finance:budget_new": always(INSIDE, CHAMBER),
    "finance:budget": always(INSIDE, CHAMBER),
    "finance:budget_verb": always(INSIDE, CHAMBER),
    "finance:budget_add_line": always(NOT_SO, CHAMBER),
    "finance:budget_paste": always(INSIDE, CHAMBER),
    "finance:budget_versions": OURS,
    "finance:budget_versions_export": OURS,
    "finance:budget_shares": always(INSIDE, CHAMBER),
    "finance:budget_shares_export": OURS,
    "finance:budget_shares_import": always(INSIDE, UNREAD),
    "finance:budget_shares_import_review": MINE,
    "finance:budget_shares_import_apply": MINE_DO,
    "finance:budget_pairs_export": OURS,
    "finance:budget_lines": always(NOT_SO, CHAMBERS),
    "finance:budget_personnel": always(INSIDE, CHAMBERS),
    "finance:budget_comparison": OURS,
    "finance:budget_comparison_export": OURS,
    "finance:budget_consolidation": OURS,
    "finance:budget_consolidation_export": OURS,
    "finance:budget_financing": OURS,
    "finance:budget_financing_export": OURS,
    "finance:budget_actions": OURS,
    "finance:budget_actions_export": OURS,
    "finance:budget_action": OURS,
    "finance:budget_export": OURS,
    "finance:budget_template": OURS,
    "finance:budget_import": always(INSIDE, UNREAD),
    "finance:budget_import_review": MINE,
    "finance:budget_import_apply": MINE_DO,
}


def furnish(network: Network, people: SimpleNamespace) -> Given:
    """A draft of two lines on the action that costing has put there, an import in waiting."""
    north = network.entities.get(code="nord")
    draft = open_budget(network, actor=INSTALLATION, entity=north, year=2026, kind="initial")
    edits = [LineEdit("6061", "", {1: 500, 6: -25}), LineEdit("706", "numerique", {2: 900})]
    enter_amounts(draft, edits, actor=INSTALLATION)
    rows = [("611", "", [100] * 12)]
    pending = waiting_file(AMOUNTS, draft, people.finances.actor, rows)
    shares = waiting_file(SHARES, draft, people.finances.actor, [Share("706", "sud", 100)])
    return Given(
        _kwargs(draft.pk, pending.pk, shares.pk) | _feed(network, people),
        forms=FORMS | {"finance:budget": FORMS["finance:budget"] | _version(draft)},
        requests=_requests(),
    )


def _version(draft: Budget) -> dict[str, str]:
    """What the page of a budget says of the version of the line that the form changes."""
    return {"v|6061|": str(draft.lines.get(account="6061").version)}


def _feed(network: Network, people: SimpleNamespace) -> dict[str, dict[str, Any]]:
    """The address of the reader's diary: whoever has it reads what the reader may."""
    signed = Signer(salt=SALT).sign_object([network.code, "", people.reader.actor.identity])
    return {"finance:calendar_feed": {"signed": signed}}


def _kwargs(draft: int, pending: int, shares: int) -> dict[str, dict[str, Any]]:
    one, axis = {"pk": draft}, {"code": "numerique"}
    waiting = {**one, "pending": pending}
    of_the_draft = ("budget", "budget_add_line", "budget_lines", "budget_paste", "budget_personnel")
    return {
        **{f"finance:{name}": one for name in (*of_the_draft, "budget_template", "budget_import")},
        "finance:calendar_chamber": {"entity": "nord", "year": 2027},
        "finance:calendar_chamber_ics": {"entity": "nord"},
        "finance:budget_verb": {**one, "verb": "voter"},
        "finance:budget_action": axis,
        "finance:calendar_export": {"extension": "xlsx"},
        "finance:budget_comparison_export": {"extension": "xlsx"},
        "finance:budget_export": one,
        "finance:budget_versions": one,
        "finance:budget_shares": one,
        "finance:budget_shares_export": one,
        "finance:budget_shares_import": one,
        "finance:budget_shares_import_review": {**one, "pending": shares},
        "finance:budget_shares_import_apply": {**one, "pending": shares},
        "finance:budget_versions_export": one,
        "finance:budget_import_review": waiting,
        "finance:budget_import_apply": waiting,
    }


def _requests() -> dict[str, dict[str, Any]]:
    edits = {"edits": [{"account": "611", "axis": "", "months": {"1": 7}, "expected": 0}]}
    written = {"data": json.dumps(edits), "content_type": "application/json"}
    return {"finance:budget_lines": written}


FORMS: dict[str, dict[str, Any]] = {
    "finance:calendar_chamber": {"seances": "oui", "initial_on": "2026-11-20"},
    "finance:budget_new": {
        **{"chambre": "nord", "annee": 2029, "nature": "initial"},
        "depart": "vide",
    },
    "finance:budget": {"o|6061|": "500,0", "c|6061||1": "12,50"},
    "finance:budget_verb": {"body": "Assemblée générale", "on": "2025-11-20", "act": "2025-1"},
    "finance:budget_shares": {"account": "706", "partner": "sud", "amount": "5"},
    "finance:budget_paste": {"lines": "6226\t120"},
    "finance:budget_add_line": {"account": "6226", "axis": ""},
    "finance:budget_personnel": {"geste": "reporter"},
}
