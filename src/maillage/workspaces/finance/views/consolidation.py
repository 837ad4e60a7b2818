"""The pages of the consolidated budgets, and their export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.costing.queries.budgets import axes_of, year_of
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.budget_question import COLUMNS
from maillage.workspaces.finance.queries.consolidation import consolidated
from maillage.workspaces.finance.views.side_by_side import (
    address_with,
    question_context,
    question_of,
)


@require_safe
def consolidation(request: Request, network: str) -> HttpResponse:
    """The budgets of all chambers, account by account, added up: what each brings to the sum."""
    found, asked = kept_network(request, network), question_of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    context = outline(request, found, "finance:budget_consolidation")
    context |= question_context(found, view, asked) | {
        "entities": view.chambers,
        "table": table,
        "axes": axes_of(found),
        "drafts_url": address_with(request, brouillons="oui"),
    }  # fmt: skip
    return render(request, "finance/budget_consolidation.html", context)


@require_safe
def consolidation_export(request: Request, network: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), question_of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    rows: list[Sequence[Any]] = []
    for title, lines, total, result in table.groups:
        rows += [[title, line.label, *line.values, line.total] for line in lines]
        rows.append(Sum((title, total.label, *total.values, total.total)))
        if result:
            rows.append(Sum(("", result.label, *result.values, result.total)))
    titles = [Column("Ensemble", width=16), Column("Compte", width=44)]
    titles += [Column(e.short_name, "amount", 18) for e in view.chambers]
    titles.append(Column("Réseau", "amount", 18))
    filters = [f"Colonne\u00a0: {COLUMNS[asked.kind]}"]
    filters.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    if asked.axis:
        filters.append(f"Action ou section\u00a0: {asked.axis}")
    return exported(
        Table(f"Consolidation {asked.year}", titles, rows, filters, labels=2), extension
    )


routes = [
    path("budgets/consolidation/", consolidation, name="budget_consolidation"),
    path(
        "budgets/consolidation/export.<slug:extension>",
        consolidation_export,
        name="budget_consolidation_export",
    ),
]
