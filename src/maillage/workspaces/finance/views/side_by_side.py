"""What every page of budgets read side by side shares: the question, its filters, its addresses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from maillage.costing.engine.budgets import BY_LABELS, MEASURE_LABELS, By, Kind, Measure
from maillage.costing.queries.budgets import YearOfBudgets, year_of
from maillage.costing.queries.costs import years_offered
from maillage.kernel.period import CutOff
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.reach import reach_of
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.ui.asked import choice, flag
from maillage.workspaces.finance.engine.budget_question import COLUMNS, DEPTHS, BudgetQuestion
from maillage.workspaces.finance.views.cut_off import Choice, cut_off_of
from maillage.workspaces.finance.views.page import chamber_asked, year_asked


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked of the budgets of a year, up to which month, and what answers."""

    asked: BudgetQuestion
    cut_off: Choice
    view: YearOfBudgets


def question_of(request: Request) -> BudgetQuestion:
    """What of the address is not understood is as by default, and said."""
    choice(request, "par", set(By), "par compte")
    choice(request, "mesure", set(Measure), "les charges")
    choice(request, "colonne", set(Kind), "le budget en vigueur")
    choice(request, "chiffres", {str(depth) for depth in DEPTHS}, "comptes à 2 chiffres")
    flag(request, "brouillons", "sans les brouillons")
    choice(request, "perimetre", ("constant",), "toutes les chambres")
    return BudgetQuestion.of(request.GET, year_asked(request))


def reading_of(request: Request, network: Network, *, of_budgets: bool = False) -> Reading:
    """The budgets an address asks for, up to the month that all books cover unless it says another.

    `of_budgets`: a budget alone is read over its whole year by default.
    """
    asked = question_of(request)
    whole = CutOff(asked.year) if of_budgets and asked.kind is not Kind.EXECUTED else None
    books = current_files(network)
    until = cut_off_of(request, reach_of(network, asked.year, books), whole)
    asked = replace(asked, month=until.month)
    view = year_of(network, asked.year, drafts=asked.drafts, month=asked.month, books=books)
    entity = chamber_asked(request, view.chambers)
    asked = replace(asked, entity=entity.code if entity else "")
    return Reading(asked, until, view)


def address_with(request: Request, **changes: str) -> str:
    """The same reading with some of its parameters changed ("" takes one away)."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def reading_context(network: Network, reading: Reading) -> dict[str, Any]:
    """What the filters offer and what is chosen, the month with the rest."""
    return question_context(network, reading.view, reading.asked) | {"cut_off": reading.cut_off}


def question_context(
    network: Network, view: YearOfBudgets, asked: BudgetQuestion
) -> dict[str, Any]:
    """The same of a page that reads the whole year."""
    return {
        "asked": asked,
        "cut_off": None,
        "year": asked.year,
        "years": years_offered(network, timezone.localdate()),
        "bys": list(BY_LABELS.items()),
        "measures": list(MEASURE_LABELS.items()),
        "depths": DEPTHS,
        "kinds": list(COLUMNS.items()),
        "chamber": next((e for e in view.chambers if e.code == asked.entity), None),
    }
