"""An action or a section of the analytical plan, read across the chambers."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import ComparisonRow, Kind, Measure
from maillage.costing.models import BudgetAxis
from maillage.costing.queries.budgets import YearOfBudgets, axes_of
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.queries.comparison import coverage_by_column, groups_of
from maillage.workspaces.finance.views.drill import drill_of, drilled
from maillage.workspaces.finance.views.side_by_side import (
    address_with,
    reading_context,
    reading_of,
)

Weighed = tuple[BudgetAxis, list[str], ComparisonRow, ComparisonRow]
"""An axis, the chambers that share it, its charges and its products."""


def _weighed(network: Network, view: YearOfBudgets) -> list[Weighed]:
    rows = []
    for axis in axes_of(network):
        columns, _coverage_of = view.columns(view.chambers, axis.code)
        sharing = [e.short_name for e in view.chambers if _shares(view, e, axis.code)]
        charges = figures.overall(columns, Measure.CHARGES)
        rows.append((axis, sharing, charges, figures.overall(columns, Measure.PRODUCTS)))
    return rows


@require_safe
@kept
def actions(request: Request, network: str) -> HttpResponse:
    """Every action and section: what it weighs in the network and which chambers share it."""
    found = kept_network(request, network)
    reading = reading_of(request, found)
    view = reading.view
    _columns, coverage = view.columns(view.chambers)
    context = outline(request, found, "finance:budget_actions") | reading_context(found, reading)
    context |= {
        "coverage": coverage_by_column(coverage),
        "chambers": view.chambers,
        "drafts_url": address_with(request, brouillons="oui"),
    }  # fmt: skip
    return render(request, "finance/budget_actions.html", context | {"rows": _weighed(found, view)})


WEIGHED = (
    *(Column("Nature", width=12), Column("Code", width=24), Column("Nom", width=36)),
    *(Column("Chambres", width=40), Column("Charges, primitif", "figure")),
    *(Column("Charges en vigueur", "figure"), Column("Charges réalisées", "figure")),
    Column("Produits en vigueur", "figure"),
)


@require_safe
@kept
def actions_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = reading_of(request, found)
    asked, view = reading.asked, reading.view
    rows = [
        (axis.get_kind_display(), axis.code, axis.name, ", ".join(sharing),
         charges.initial, charges.revised, charges.executed, products.reference)
        for axis, sharing, charges, products in _weighed(found, view)
    ]  # fmt: skip
    told = [
        reading.cut_off.said,
        "Brouillons comptés" if asked.drafts else "Budgets votés seulement",
    ]
    return exported(Table(f"Actions et sections {asked.year}", WEIGHED, rows, told), extension)


def _shares(view: YearOfBudgets, entity: Entity, axis: str) -> bool:
    sides = (view.figures(entity, kind)[0] for kind in Kind)
    return any(key[2] == axis for amounts in sides if amounts for key in amounts)


@require_safe
@kept
def action(request: Request, network: str, code: str) -> HttpResponse:
    """One action across the chambers: three columns each, then its accounts all together."""
    found = kept_network(request, network)
    axis = get_object_or_404(found.budget_axes, code=code)
    reading = reading_of(request, found)
    asked, view = reading.asked, reading.view
    asked = replace(asked, axis=code)
    columns, coverage = view.columns(view.chambers, code)
    by_entity = []
    for entity in view.chambers:
        if _shares(view, entity, code):
            own, _own_coverage = view.columns([entity], code)
            charges = figures.overall(own, Measure.CHARGES)
            products = figures.overall(own, Measure.PRODUCTS)
            by_entity.append((entity, charges, products, view.latest(entity, Kind.REVISED) is None))
    drill = drill_of(replace(reading, asked=asked), view.chambers, coverage)
    total = figures.overall(columns, Measure.CHARGES), figures.overall(columns, Measure.PRODUCTS)
    context = outline(request, found, "finance:budget_actions", axis.name)
    context |= reading_context(found, reading) | {
        "axis": axis,
        "by_entity": by_entity,
        "total": total,
        "groups": [drilled(g, drill) for g in groups_of(found, columns, asked, Measure.LEFT)],
        "drafts_url": address_with(request, brouillons="oui"),
        "coverage": coverage_by_column(coverage),
    }  # fmt: skip
    return render(request, "finance/budget_action.html", context)


routes = [
    path("budgets/actions/", actions, name="budget_actions"),
    path("budgets/actions/export.<slug:extension>", actions_export, name="budget_actions_export"),
    path("budgets/actions/<slug:code>/", action, name="budget_action"),
]
