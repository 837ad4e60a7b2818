"""The three columns of budgets side by side, with their gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import Columns, Kind
from maillage.costing.queries.budgets import Coverage, YearOfBudgets, axes_of
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.budget_question import BudgetQuestion
from maillage.workspaces.finance.queries.comparison import (
    comparison_table,
    coverage_by_column,
    groups_of,
    words_of,
)
from maillage.workspaces.finance.views.drill import drill_of, drilled
from maillage.workspaces.finance.views.side_by_side import (
    Reading,
    address_with,
    reading_context,
    reading_of,
)


@require_safe
@kept
def comparison(request: Request, network: str) -> HttpResponse:
    """Initial, last revised, executed, and the year before: gaps in euros and in percent."""
    found = kept_network(request, network)
    reading = reading_of(request, found)
    asked, view = reading.asked, reading.view
    entities = _entities(view, asked)
    columns, coverage = _compared(reading, entities)
    groups = groups_of(found, columns, asked)
    drill = drill_of(reading, entities, coverage)
    context = outline(request, found, "finance:budget_comparison")
    context |= reading_context(found, reading) | {
        "entities": view.chambers,
        "groups": [drilled(group, drill) for group in groups],
        "coverage": coverage_by_column(coverage),
        "drafts_url": address_with(request, brouillons="oui"),
        "has_figures": any(group.rows for group in groups),
        "uneven": _uneven(coverage),
        "unreconciled": [e for e in view.unreconciled if e in entities],
        "constant_url": address_with(request, perimetre="" if asked.constant else "constant"),
        "axes": axes_of(found),
    }  # fmt: skip
    return render(request, "finance/budget_comparison.html", context)


def _compared(reading: Reading, entities: Sequence[Entity]) -> tuple[Columns, dict[str, Coverage]]:
    asked = reading.asked
    return reading.view.columns(entities, asked.axis or None, by=asked.by, former=True)


def _entities(view: YearOfBudgets, asked: BudgetQuestion) -> list[Entity]:
    """The chambers compared; at constant perimeter, those that have every column there is."""
    chosen = [e for e in view.chambers if not asked.entity or e.code == asked.entity]
    if not asked.constant:
        return chosen
    axis = asked.axis or None
    kinds = [k for k in (Kind.INITIAL, Kind.EXECUTED) if view.column(k, chosen, axis)[0]]
    return [e for e in chosen if all(view.column(k, [e], axis)[0] is not None for k in kinds)]


def _uneven(coverage: Mapping[str, Coverage]) -> bool:
    """Whether the gap to execution would compare different chambers."""
    planned, executed = coverage[Kind.REVISED.value], coverage[Kind.EXECUTED.value]
    return bool(executed.counted) and planned.counted != executed.counted


@require_safe
@kept
def comparison_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    reading = reading_of(request, found)
    asked, view = reading.asked, reading.view
    columns, coverage = _compared(reading, _entities(view, asked))
    groups = groups_of(found, columns, asked)
    told = [reading.cut_off.said, *words_of(asked, coverage)]
    return exported(comparison_table(groups, f"Comparaison {asked.year}", told), extension)


routes = [
    path("budgets/comparaison/", comparison, name="budget_comparison"),
    path(
        "budgets/comparaison/export.<slug:extension>",
        comparison_export,
        name="budget_comparison_export",
    ),
]
