"""The investment plan beside budgets and books, year by year, and its export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.queries.budgets import year_of
from maillage.costing.queries.costs import years_offered
from maillage.kernel.absence import told
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.asked import understood
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.ui.tables import shown
from maillage.workspaces.finance.engine.plan_reconciliation import PARTS, USES, Compared
from maillage.workspaces.finance.queries.plan_reconciliation import Reconciled, reconciled
from maillage.workspaces.finance.views.page import chamber_asked, year_asked

TITLE = "Plan, budgets et livres"
AMOUNTS = (
    *("Idées", "Opérations programmées", "Opérations votées", "Budget en vigueur"),
    *("Réalisé", "Écart du budget au plan voté", "Écart du réalisé au budget"),
)


def _read(request: Request, network: Any) -> tuple[int, Entity | None, Reconciled]:
    year = year_asked(request)
    view = year_of(network, year)
    entity = chamber_asked(request, view.chambers)
    return year, entity, reconciled(view, entity)


def _cells(one: Compared, budget: str, executed: str) -> Sequence[Any]:
    gap = budget or executed
    return (
        *(one.ideas, one.planned, one.voted),
        *(told(one.budget, budget), told(one.executed, executed)),
        *(told(one.budget_gap, budget), told(one.executed_gap, gap)),
    )


def _table(year: int, found: Reconciled, words: Sequence[str]) -> Table:
    """Uses and what pays them, then the uses of each chamber."""
    columns = [Column("Ligne", width=44), *(Column(name, "figure", 18) for name in AMOUNTS)]
    rows: list[Sequence[Any]] = []
    for line in found.lines:
        cells = (line.part.label, *_cells(line, found.missing_budget, found.missing_executed))
        rows.append(Sum(cells) if line.part is USES else cells)
    return Table(f"{TITLE} {year}", columns, rows, words)


def _by_chamber(year: int, found: Reconciled) -> Table:
    columns = [Column("Chambre", width=30), *(Column(name, "figure", 18) for name in AMOUNTS)]
    rows = [
        (entity.short_name, *_cells(one, "aucun budget voté", "ni budget exécuté ni livre"))
        for entity, one in found.chambers
    ]
    return Table(f"Emplois par chambre {year}", columns, rows)


@require_safe
@kept
def plan_reconciliation(request: Request, network: str) -> HttpResponse:
    """What the plan has of a year, beside the budget in force and what was executed."""
    found = kept_network(request, network)
    year, entity, held = _read(request, found)
    asked = cents_asked(request)
    context = (
        outline(request, found, "finance:investments", TITLE)
        | asked
        | {
            "year": year,
            "years": years_offered(found, timezone.localdate()),
            "entities": found.entities.filter(kind__in=Entity.CHAMBERS),
            "entity": entity,
            "table": shown(_table(year, held, ()), cents=asked["exact"]),
            "chambers": shown(_by_chamber(year, held), cents=asked["exact"])
            if held.chambers
            else None,
            "rules": [(part.label, part.rule) for part in PARTS],
            "operations": held.operations,
            "query": understood(request),
        }
    )
    return render(request, "finance/plan_reconciliation.html", context)


@require_safe
@kept
def plan_reconciliation_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    year, entity, held = _read(request, found)
    words = [f"Chambre\u00a0: {entity.name}" if entity else "Toutes les chambres"]
    words += [f"{part.label}\u00a0: {part.rule}" for part in PARTS]
    return exported(_whole(year, held, words), extension)


def _whole(year: int, held: Reconciled, words: Sequence[str]) -> Table:
    """One file: the lines, then the chambers under them."""
    table, chambers = _table(year, held, words), _by_chamber(year, held)
    return Table(table.title, table.columns, [*table.rows, *chambers.rows], table.filters)


routes = [
    path("investissements/rapprochement/", plan_reconciliation, name="plan_reconciliation"),
    path(
        "investissements/rapprochement/export.<str:extension>",
        plan_reconciliation_export,
        name="plan_reconciliation_export",
    ),
]
