"""Self-financing, the financing table and working capital of the budgets, chamber by chamber."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import Kind
from maillage.costing.queries.budgets import YearOfBudgets, year_of
from maillage.ledger.financing_tables import Financing, absences, equality, shown_rows, written
from maillage.ledger.views.kept import kept
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.budget_question import COLUMNS, BudgetQuestion
from maillage.workspaces.finance.queries.accounts import common_chart
from maillage.workspaces.finance.queries.financing import financing_tables
from maillage.workspaces.finance.views.page import chamber_asked
from maillage.workspaces.finance.views.side_by_side import (
    address_with,
    question_context,
    question_of,
)

TITLE = "CAF et financement"


def _read(
    request: Request, network: Network
) -> tuple[BudgetQuestion, YearOfBudgets, list[Financing]]:
    asked = question_of(request)
    view = year_of(network, asked.year, drafts=asked.drafts)
    entity = chamber_asked(request, view.chambers)
    return asked, view, financing_tables(view, Kind(asked.kind), entity)


@require_safe
@kept
def financing(request: Request, network: str) -> HttpResponse:
    """What the budgets let each chamber finance, and what they plan to do of it."""
    found = kept_network(request, network)
    asked, view, tables = _read(request, found)
    agree, told = equality(tables[0], tables[1])
    chart = common_chart()
    context = outline(request, found, "finance:budget_financing") | cents_asked(request)
    context |= question_context(found, view, asked) | {
        "entities": view.chambers,
        "tables": [
            (one, list(shown_rows(one, chart, address_with(request, detail="oui"), _nowhere)))
            for one in tables
        ],
        "is_empty": not any(column.terms for column in tables[0].columns),
        "absences": absences(tables),
        "agree": agree,
        "told": told,
        "detailed": request.GET.get("detail") == "oui",
        "detail_url": address_with(request, detail="oui"),
        "drafts_url": address_with(request, brouillons="oui"),
    }
    return render(request, "finance/budget_financing.html", context)


def _nowhere(_chamber: str, _account: str) -> str:
    """A budget has no entries."""
    return ""


@require_safe
@kept
def financing_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    asked, _view, tables = _read(request, found)
    words = [f"Réseau\u00a0: {found.name}", f"Colonne\u00a0: {COLUMNS[asked.kind]}"]
    words.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    words += filter(None, [equality(tables[0], tables[1])[1]])
    return exported(written(tables, common_chart(), f"{TITLE} {asked.year}", words), extension)


routes = [
    path("budgets/financement/", financing, name="budget_financing"),
    path(
        "budgets/financement/export.<slug:extension>",
        financing_export,
        name="budget_financing_export",
    ),
]
