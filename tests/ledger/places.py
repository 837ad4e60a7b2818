"""Books, readings, reciprocals and mapping: who gets what, and where."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from maillage.kernel.actions import stamp_of
from maillage.ledger.actions import (
    AccountValue,
    change_mapping,
    extend_chart,
    record_adjustments,
)
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.engine.partners import Attached
from maillage.ledger.models import BookFile, BookImport
from maillage.ledger.queries.mapping import state_of
from maillage.ledger.queries.partners import partners_version
from maillage.ledger.views.adjustment_imports import ADJUSTMENTS
from maillage.ledger.views.mapping_import import RULES, ReceivedRule
from maillage.ledger.views.partner_imports import PARTNERS
from maillage.people.actors import INSTALLATION
from tests.architecture.answers import (
    CHAMBER,
    INSIDE,
    KEEPERS,
    KEEPERS_SEE,
    MINE,
    MINE_DO,
    NOT_SO,
    OURS,
    UNREAD,
    Rows,
    always,
)
from tests.architecture.world import Given, World
from tests.builders import keep_books, waiting_file

#            nobody stranger reader chamber function admin install. foreign
KEEP_BAD = "    404    404    403    403     422    422    422    404"

TABLE: dict[str, Rows] = {
    "ledger:books": always(INSIDE, UNREAD),
    "ledger:books_export": OURS,
    "ledger:book": OURS,
    "ledger:book_findings": OURS,
    "ledger:book_withdraw": always(NOT_SO, CHAMBER),
    "ledger:book_restore": always(NOT_SO, CHAMBER),
    "ledger:book_import": always(INSIDE, KEEPERS),
    "ledger:book_import_cancel": always(NOT_SO, KEEPERS),
    "ledger:trial_balance": OURS,
    "ledger:whole_accounts": OURS,
    "ledger:trial_balance_export": OURS,
    "ledger:income_statement": OURS,
    "ledger:income_statement_export": OURS,
    "ledger:balance_sheet": OURS,
    "ledger:balance_sheet_export": OURS,
    "ledger:financing": OURS,
    "ledger:financing_export": OURS,
    "ledger:entry_lines": OURS,
    "ledger:entry_lines_export": OURS,
    "ledger:intercompany": OURS,
    "ledger:intercompany_export": OURS,
    "ledger:partners": OURS,
    "ledger:partners_export": OURS,
    "ledger:partners_import": always(INSIDE, KEEP_BAD),
    "ledger:partners_import_review": MINE,
    "ledger:partners_import_apply": MINE_DO,
    "ledger:intercompany_pair": OURS,
    "ledger:intercompany_join": always(INSIDE, KEEPERS),
    "ledger:intercompany_pair_export": OURS,
    "ledger:intercompany_name": always(NOT_SO, KEEPERS),
    "ledger:adjustments": always(INSIDE, KEEPERS),
    "ledger:adjustment_reverse": always(NOT_SO, KEEPERS),
    "ledger:adjustments_export": OURS,
    "ledger:adjustments_import": always(INSIDE, KEEP_BAD),
    "ledger:adjustments_import_review": MINE,
    "ledger:adjustments_import_apply": MINE_DO,
    "ledger:mapping": OURS,
    "ledger:common_chart": always(INSIDE, KEEPERS),
    "ledger:chart_reduce": always(NOT_SO, KEEPERS),
    "ledger:chart_export": OURS,
    "ledger:mapping_preview": always(NOT_SO, KEEPERS_SEE),
    "ledger:mapping_apply": always(NOT_SO, KEEPERS),
    "ledger:mapping_undo": always(NOT_SO, KEEPERS),
    "ledger:mapping_import": always(INSIDE, KEEP_BAD),
    "ledger:mapping_import_review": MINE,
    "ledger:mapping_import_apply": MINE_DO,
    "ledger:mapping_export": OURS,
}


def furnish(world: World) -> Given:
    """Two books kept, a deposit in waiting, a rule of mapping, an account added to the chart."""
    network = world.network
    keep_books(network, "nord", "sud")
    file: dict[str, Any] = {"name": "compta.txt", "size": 1200, "entity": None, "closing": ""}
    file |= {"state": "waiting", "message": "", "findings": []}
    editor = world.people.finances.actor.identity
    deposit = BookImport.objects.create(network=network, requested_by=editor, files=[file])
    rule = RuleValue("", "60", False, "60")
    mapped = change_mapping(network, [rule], actor=INSTALLATION, label="Essai")
    assert mapped is not None
    account = AccountValue("6068", "Autres fournitures", "debit")
    since = dt.date(2026, 1, 1)
    chart = extend_chart(network, account, actor=INSTALLATION, valid_from=since)
    received = [ReceivedRule(RuleValue("", "61", False, "61"), "fichier.csv")]
    pending = waiting_file(RULES, network, world.people.finances.actor, received)
    lines = (AdjustmentLine("nord", "606", "", 100), AdjustmentLine("sud", "512", "", 0, 100))
    entry = Entry(2025, dt.date(2025, 12, 31), "Essai", lines)
    (row,) = record_adjustments(network, [entry], actor=INSTALLATION)
    record_adjustments(network, [_in_two_families()], actor=INSTALLATION)
    other = Entry(2025, dt.date(2025, 12, 31), "Autre", lines)
    beside = waiting_file(ADJUSTMENTS, network, world.people.finances.actor, [other])
    attached = [Attached("nord", "number", "C-2", "sud")]
    named = waiting_file(PARTNERS, network, world.people.finances.actor, attached)
    forms = _forms(world, mapped.pk, chart.pk) | _adjusting(row.pk)
    return Given(_kwargs(deposit.pk, pending.pk, beside.pk, named.pk), forms=forms)


def _in_two_families() -> Entry:
    """One has the other among its customers, which answers on its current account."""
    lines = (
        AdjustmentLine("nord", "411", "sud", 100),
        AdjustmentLine("nord", "512", "", 0, 100),
        AdjustmentLine("sud", "451", "nord", 0, 100),
        AdjustmentLine("sud", "512", "", 100),
    )
    return Entry(2025, dt.date(2025, 12, 31), "Une paire, deux familles", lines)


def _adjusting(row: int) -> dict[str, dict[str, Any]]:
    return {
        "ledger:adjustment_reverse": {"ecriture": row, "exercice": "2025", "date": "2025-12-31"},
        "ledger:adjustments": {
            **{"exercice": "2025", "date": "2025-12-31", "motif": "Encore", "lignes": "2"},
            **{"entity-0": "nord", "account-0": "606", "debit-0": "1,00"},
            **{"entity-1": "sud", "account-1": "512", "credit-1": "1,00"},
        },
    }


def _kwargs(deposit: Any, pending: int, beside: int, named: int) -> dict[str, dict[str, Any]]:
    book = {"entity": "nord", "year": 2025}
    followed = {"pk": deposit}
    pair = {"entity": "nord", "partner": "sud", "family": 451}
    return {
        **dict.fromkeys(
            ("ledger:book", "ledger:book_findings", "ledger:book_restore", "ledger:book_withdraw"),
            book,
        ),
        **dict.fromkeys(("ledger:book_import", "ledger:book_import_cancel"), followed),
        "ledger:adjustments_import_review": {"pending": beside},
        "ledger:adjustments_import_apply": {"pending": beside},
        "ledger:partners_import_review": {"pending": named},
        "ledger:partners_import_apply": {"pending": named},
        "ledger:whole_accounts": {"extension": "json"},
        "ledger:mapping_import_review": {"pending": pending},
        "ledger:mapping_import_apply": {"pending": pending},
        "ledger:intercompany_join": pair | {"family": "courant"},
        **dict.fromkeys(("ledger:intercompany_pair", "ledger:intercompany_pair_export"), pair),
    }


def _forms(world: World, mapped: int, extension: int) -> dict[str, dict[str, Any]]:
    chambers = {row.code: row.pk for row in world.network.entities.all()}
    nord = BookFile.objects.get(book__entity__code="nord").pk
    proposal = {"label": "Essai", "given": [], "removed": [], "state": state_of(world.network)}
    return {
        "ledger:mapping_preview": {"geste": "prefixe", "prefixe": "60", "cible": "60"},
        "ledger:mapping_apply": {"proposal": json.dumps(proposal)},
        "ledger:common_chart": {
            **{"number": "6069", "name": "Autres", "side": "debit", "family": ""},
            "valid_from": "2026-01-01",
        },
        "ledger:chart_reduce": {"compte": f"{extension}:6068"},
        "ledger:intercompany_name": {
            **{"valeur": "C-1", "designe": chambers["sud"]},
            "vu": stamp_of((partners_version(world.network), ())),
        },
        "ledger:mapping_undo": {"changement": mapped},
        "ledger:book_restore": {"fichier": nord, "vu": nord},
        "ledger:book_withdraw": {"vu": nord},
        "ledger:book_import": {"entity-0": chambers["region"], "closing-0": "2025-12-31"},
    }
