"""The overview of a network's finances: what is late, what awaits, the key figures of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import Columns, Kind, Measure, overall, totals
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import Coverage, YearOfBudgets, year_of, years_of
from maillage.kernel.deadlines import State
from maillage.network.models import Entity
from maillage.people.requests import Request
from maillage.ui.outline import outline
from maillage.workspaces.finance.queries.calendar import dues_of, late
from maillage.workspaces.finance.room import steps
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.calendar import told
from maillage.workspaces.finance.views.room import kept_network, year_asked

SHOWN = 6


@dataclass(frozen=True, slots=True)
class ChamberLine:
    """A chamber in the overview: its budget in force, what it adds up to, its execution."""

    entity: Entity
    budget: Budget | None
    charges: int | None
    result: int | None
    rate: Decimal | None


def _line(view: YearOfBudgets, entity: Entity) -> ChamberLine:
    budget = view.latest(entity, Kind.REVISED) or view.latest(entity, Kind.INITIAL)
    if budget is None:
        return ChamberLine(entity, None, None, None, None)
    planned = totals(view.amounts[budget.pk])
    executed, _taken = view.figures(entity, Kind.EXECUTED)
    rate = None
    if executed is not None and planned.charges:
        rate = Decimal(totals(executed).charges) * 100 / planned.charges
        rate = rate.quantize(Decimal("0.1"))
    return ChamberLine(entity, budget, planned.charges, planned.result, rate)


def _rate(columns: Columns, coverage: Mapping[str, Coverage]) -> Decimal | None:
    """The network's execution; None where it would compare different chambers."""
    planned, done = coverage[Kind.REVISED.value], coverage[Kind.EXECUTED.value]
    row = overall(columns, Measure.CHARGES)
    if planned.counted != done.counted or not row.reference or row.executed is None:
        return None
    return (Decimal(row.executed) * 100 / row.reference).quantize(Decimal("0.1"))


@require_safe
def home(request: Request, network: str) -> HttpResponse:
    found, year = kept_network(request, network), year_asked(request)
    today, actor = timezone.localdate(), request.actor
    view = year_of(found, year)
    columns, coverage = view.columns(view.chambers)
    years = years_of(found, today)
    dues = dues_of(found, sorted({*years, year}), today, view.chambers)
    lines = [_line(view, entity) for entity in view.chambers]
    context = outline(request, found, "finance:home") | {
        "year": year,
        "years": years,
        "late": told(late(dues)[:SHOWN], view.chambers),
        "late_count": len(late(dues)),
        "late_more": max(0, len(late(dues)) - SHOWN),
        "coming": told([d for d in dues if d.state is State.AHEAD][:SHOWN], view.chambers),
        "awaiting": list(steps(actor, found, year)),
        "charges": overall(columns, Measure.CHARGES),
        "products": overall(columns, Measure.PRODUCTS),
        "result": overall(columns, Measure.RESULT),
        "coverage": coverage[Kind.REVISED.value],
        "executed": coverage[Kind.EXECUTED.value],
        "rate": _rate(columns, coverage),
        "lines": lines,
        "voted": sum(line.budget is not None for line in lines),
        "keeps_some": any(rules.can_keep(e, actor=actor) for e in view.chambers),
    }
    return render(request, "finance/home.html", context)


routes = [path("", home, name="home")]
