"""The overview of a network's finances: what is late, what awaits, the key figures of the year."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import By, Measure
from maillage.costing.queries.budgets import year_of, years_of
from maillage.costing.queries.costs import years_offered
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.reach import reach_of
from maillage.ledger.views.kept import kept
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.calendar import coming
from maillage.workspaces.finance.queries.calendar import dues_of, late
from maillage.workspaces.finance.queries.overview import chamber_line, overview
from maillage.workspaces.finance.room import steps
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.calendar import told
from maillage.workspaces.finance.views.cut_off import cut_off_of
from maillage.workspaces.finance.views.due_tables import dues_shown
from maillage.workspaces.finance.views.page import year_asked

SHOWN = 6


@require_safe
@kept
def home(request: Request, network: str) -> HttpResponse:
    found, year = kept_network(request, network), year_asked(request)
    today, actor = timezone.localdate(), request.actor
    books = current_files(found)
    cut_off = cut_off_of(request, reach_of(found, year, books))
    view = year_of(found, year, month=cut_off.month, books=books)
    whole = overview(view)
    years = years_of(found, today)
    still = [entity for entity in view.chambers if not entity.archived]
    dues = dues_of(found, sorted({*years, year}), today, still)
    overdue = late(dues)
    lines = [chamber_line(view, entity) for entity in view.chambers]
    context = outline(request, found, "finance:home") | {
        "year": year,
        "years": years_offered(found, today),
        "late": dues_shown("En retard", told(overdue[:SHOWN], view.chambers), found),
        "late_count": len(overdue),
        "late_more": max(0, len(overdue) - SHOWN),
        "coming": dues_shown("À venir", told(coming(dues)[:SHOWN], view.chambers), found),
        "awaiting": list(steps(actor, found, year)),
        "cut_off": cut_off,
        "whole": whole,
        "by_chamber": _asked(year, cut_off.month, Measure.CHARGES),
        "charges_by_chamber": _asked(year, 12, Measure.CHARGES),
        "results_by_chamber": _asked(year, 12, Measure.RESULT),
        "lines": lines,
        "voted": sum(line.budget is not None for line in lines),
        "keeps_some": any(rules.can_keep(e, actor=actor) for e in view.chambers),
    }
    return render(request, "finance/home.html", context)


def _asked(year: int, month: int, measure: Measure) -> str:
    """Of the comparison: a row a chamber, these figures."""
    return urlencode(
        {"annee": year, "arrete": month, "par": By.ENTITY.value, "mesure": measure.value}
    )


routes = [path("", home, name="home")]
