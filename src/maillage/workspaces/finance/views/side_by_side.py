"""What every page of budgets read side by side shares: the question, its filters, its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from maillage.costing.engine.budgets import BY_LABELS, MEASURE_LABELS
from maillage.costing.queries.budgets import Coverage, YearOfBudgets, years_of
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.workspaces.finance.engine.budget_question import COLUMNS, DEPTHS, BudgetQuestion
from maillage.workspaces.finance.views.page import year_asked


def question_of(request: Request) -> BudgetQuestion:
    return BudgetQuestion.of(request.GET, year_asked(request))


def address_with(request: Request, **changes: str) -> str:
    """The same reading with some of its parameters changed ("" takes one away)."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def question_context(
    network: Network, view: YearOfBudgets, asked: BudgetQuestion
) -> dict[str, Any]:
    """What the filters offer and what is chosen."""
    return {
        "asked": asked,
        "year": asked.year,
        "years": years_of(network, timezone.localdate()),
        "bys": list(BY_LABELS.items()),
        "measures": list(MEASURE_LABELS.items()),
        "depths": DEPTHS,
        "kinds": list(COLUMNS.items()),
        "chamber": next((e for e in view.chambers if e.code == asked.entity), None),
    }


def coverage_by_column(coverage: Mapping[str, Coverage]) -> list[tuple[str, Coverage]]:
    return [(label, coverage[kind.value]) for kind, label in COLUMNS.items()]
