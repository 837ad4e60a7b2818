"""The pages of the consolidated budgets, and their export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import REPAID, Kind
from maillage.costing.queries.budgets import axes_of
from maillage.network.models import Entity
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.budget_question import COLUMNS
from maillage.workspaces.finance.queries.consolidation import ConsolidatedLine, consolidated
from maillage.workspaces.finance.views.drill import lines_url
from maillage.workspaces.finance.views.side_by_side import (
    Reading,
    address_with,
    reading_context,
    reading_of,
)


@require_safe
def consolidation(request: Request, network: str) -> HttpResponse:
    """The budgets of all chambers, account by account, added up: what each brings to the sum."""
    found = kept_network(request, network)
    reading = reading_of(request, found, of_budgets=True)
    view, table = reading.view, consolidated(reading.view, reading.asked)
    context = outline(request, found, "finance:budget_consolidation")
    context |= reading_context(found, reading) | {
        "entities": view.chambers,
        "groups": [_drawn(reading, group) for group in table.groups],
        "coverage": table.coverage,
        "axes": axes_of(found),
        "drafts_url": address_with(request, brouillons="oui"),
    }  # fmt: skip
    return render(request, "finance/budget_consolidation.html", context)


Drawn = tuple[ConsolidatedLine, list[tuple[int | None, str]]]
"""A line, its values, and where each leads."""


def _drawn(reading: Reading, group: Any) -> tuple[str, list[Drawn], list[Drawn]]:
    title, lines, total, result = group
    rows = [
        (line, [(value, _leads(reading, entity, line.root)) for entity, value in
                zip(reading.view.chambers, line.values, strict=True)])
        for line in lines
    ]  # fmt: skip
    sums = [(line, [(value, "") for value in line.values]) for line in (total, result) if line]
    return title, rows, sums


def _leads(reading: Reading, entity: Entity, root: str) -> str:
    """To the budget of the chamber; to its lines where its books say what was executed."""
    asked, view = reading.asked, reading.view
    budget = view.latest(entity, asked.kind)
    if budget is None and asked.kind is Kind.REVISED:
        budget = view.in_force(entity)
    if budget is not None:
        return reverse("finance:budget", args=[view.network.code, budget.pk])
    return lines_url(view, asked, root.removesuffix(REPAID), entity)


@require_safe
def consolidation_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = reading_of(request, found, of_budgets=True)
    asked, view = reading.asked, reading.view
    table = consolidated(view, asked)
    rows: list[Sequence[Any]] = []
    for title, lines, total, result in table.groups:
        rows += [[title, line.label, *line.values, line.total] for line in lines]
        rows.append(Sum((title, total.label, *total.values, total.total)))
        if result:
            rows.append(Sum(("", result.label, *result.values, result.total)))
    titles = [Column("Ensemble", width=16), Column("Compte", width=44)]
    titles += [Column(e.short_name, "figure", 18) for e in view.chambers]
    titles.append(Column("Réseau", "figure", 18))
    filters = [f"Colonne\u00a0: {COLUMNS[asked.kind]}", reading.cut_off.said]
    filters.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    if asked.axis:
        filters.append(f"Action ou section\u00a0: {asked.axis}")
    if table.coverage.missing:
        told = ", ".join((*table.coverage.drafts, *table.coverage.silent))
        filters.append(f"Réseau\u00a0: somme partielle, sans {told}")
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
