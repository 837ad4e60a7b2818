"""The pages of the consolidated budgets, and their export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.costing.engine.between import Pair
from maillage.costing.engine.budgets import Kind, number_of
from maillage.costing.queries.budgets import YearOfBudgets, axes_of
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.ui.tables import shown
from maillage.workspaces.finance.engine.budget_question import COLUMNS
from maillage.workspaces.finance.queries.consolidation import (
    Consolidated,
    ConsolidatedLine,
    consolidated,
)
from maillage.workspaces.finance.views.drill import lines_url
from maillage.workspaces.finance.views.side_by_side import (
    Reading,
    address_with,
    reading_context,
    reading_of,
)


@require_safe
@kept
def consolidation(request: Request, network: str) -> HttpResponse:
    """The budgets of all chambers, account by account, added up: what each brings to the sum."""
    found = kept_network(request, network)
    reading = reading_of(request, found, of_budgets=True)
    view, table = reading.view, consolidated(reading.view, reading.asked)
    context = outline(request, found, "finance:budget_consolidation")
    context |= reading_context(found, reading) | {
        "entities": view.chambers,
        "groups": [_drawn(reading, group) for group in table.groups],
        "by_axis": table.by_axis,
        "table": shown(pairs_table(view, table)) if table.pairs else None,
        "coverage": table.coverage,
        "axes": axes_of(found),
        "drafts_url": address_with(request, brouillons="oui"),
    }  # fmt: skip
    return render(request, "finance/budget_consolidation.html", context)


Drawn = tuple[ConsolidatedLine, list[tuple[int | None, str]]]
"""A line, its values, and where each leads."""


def _drawn(reading: Reading, group: Any) -> tuple[str, list[Drawn], list[Drawn]]:
    title, lines, closing = group
    rows = [
        (line, [(value, _leads(reading, entity, line.root)) for entity, value in
                zip(reading.view.chambers, line.values, strict=True)])
        for line in lines
    ]  # fmt: skip
    sums = [(line, [(value, "") for value in line.values]) for line in closing]
    return title, rows, sums


def _leads(reading: Reading, entity: Entity, root: str) -> str:
    """To the budget of the chamber; to its lines where its books say what was executed."""
    asked, view = reading.asked, reading.view
    budget = view.latest(entity, asked.kind)
    if budget is None and asked.kind is Kind.REVISED:
        budget = view.in_force(entity)
    if budget is not None:
        return reverse("finance:budget", args=[view.network.code, budget.pk])
    return lines_url(view, asked, number_of(root), entity)


@require_safe
@kept
def consolidation_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = reading_of(request, found, of_budgets=True)
    asked, view = reading.asked, reading.view
    table = consolidated(view, asked)
    rows: list[Sequence[Any]] = []
    blank = [""] * (len(view.chambers) + 2)
    for title, lines, closing in table.groups:
        rows += [[title, line.label, *_figures(line, table)] for line in lines]
        for line in closing:
            cells = [*blank, line.net] if line.is_network else _figures(line, table)
            rows.append(Sum((title, line.label, *cells)))
    titles = [Column("Ensemble", width=16), Column("Compte", width=44)]
    titles += [Column(e.short_name, "figure", 18) for e in view.chambers]
    titles += [Column(title, "figure", 18) for title in BROUGHT if not table.by_axis]
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


def _figures(line: ConsolidatedLine, table: Consolidated) -> list[Any]:
    """The chambers, their sum, what they have with each other, the network."""
    brought = [] if table.by_axis else [line.total, line.eliminated]
    return [*line.values, *brought, line.net]


BROUGHT = ("Somme des chambres", "Entre chambres")
PAIRS = (
    *(Column("Famille", width=34), Column("Chambres", width=44)),
    *(Column("Charges", "amount", 16), Column("Produits", "amount", 16)),
    *(Column("Écart", "amount", 16), Column("Emplois", "amount", 16)),
    *(Column("Ressources", "amount", 16), Column("Écart en capital", "amount", 16)),
)


def pairs_table(view: YearOfBudgets, table: Consolidated) -> Table:
    """What is taken out, family by family: what answers what, and what does not."""
    names = {entity.code: entity.short_name for entity in view.chambers}
    rows: list[Sequence[Any]] = [
        [table.families.get(pair.family, pair.family), _both(pair, names), pair.charges,
         pair.products, pair.gap, pair.uses, pair.resources, pair.capital_gap]
        for pair in table.pairs
    ]  # fmt: skip
    sums = [sum(row[place] for row in rows) for place in range(2, len(PAIRS))]
    rows.append(Sum(("Total", "", *sums)))
    return Table(f"Éliminations des budgets {view.year}", PAIRS, rows, labels=2)


def _both(pair: Pair, names: Mapping[str, str]) -> str:
    if pair.chambers == ("", ""):
        return "chambre en face non précisée"
    return " et ".join(names.get(code, code) for code in pair.chambers)


@require_safe
@kept
def pairs_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = reading_of(request, found, of_budgets=True)
    return exported(pairs_table(reading.view, consolidated(reading.view, reading.asked)), extension)


routes = [
    path(
        "budgets/consolidation/eliminations.<slug:extension>",
        pairs_export,
        name="budget_pairs_export",
    ),
    path("budgets/consolidation/", consolidation, name="budget_consolidation"),
    path(
        "budgets/consolidation/export.<slug:extension>",
        consolidation_export,
        name="budget_consolidation_export",
    ),
]
