"""Cost of service: what an invoice costs beside published quartiles, and the studies of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.engine.spans import Dot, Strip, strip
from maillage.costing.queries.costs import (
    costing_of,
    entered_beside,
    finance_processes,
    is_invoices,
    studies_visible_to,
    volumes_of,
    years_counted,
    years_offered,
)
from maillage.costing.queries.invoices import Invoices, invoices_of
from maillage.costing.rules.costs import can_study
from maillage.costing.views import studies
from maillage.costing.views.volumes import year_said
from maillage.kernel.money import number
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline


@require_safe
def costs(request: Request, network: str) -> HttpResponse:
    """Invoices beside the published quartiles, then the studies of the year."""
    found = kept_network(request, network)
    held = found.cost_studies.values_list("year", flat=True)
    years = sorted({*years_counted(found, timezone.localdate()), *held})
    year = year_said(request, years)
    studies = studies_visible_to(request.actor).filter(network=found, year=year)
    invoices, whole_network = invoices_of(found, year)
    cells = volumes_of(found, [year])
    context = outline(request, found, "costing:costs") | {
        "years": {*years_offered(found, timezone.localdate()), *held},
        "year": year,
        "invoices": invoices,
        "whole": whole_network,
        "has_unknown": not all(one.is_whole for one in [*invoices, whole_network]),
        "counts_invoices": any(is_invoices(p) for p in finance_processes(found)),
        "per_fte": benchmark(INVOICE, "per-fte"),
        "unit_cost": benchmark(INVOICE, "unit-cost"),
        "spreads": _spreads(invoices),
        "studies": [
            (study, costing_of(study), len(entered_beside(study, cells)))
            for study in studies.prefetch_related("lines")
        ],
        "verdict": can_study(found, actor=request.actor),
    }
    return render(request, "costing/costs.html", context)


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure across the chambers, beside the published quartiles where they compare."""

    label: str
    drawn: Strip
    dots: list[tuple[Dot, str]]
    ends: list[tuple[Dot, str]]
    beside: str


def _spreads(invoices: Sequence[Invoices]) -> list[Spread]:
    known = benchmark(INVOICE, "per-fte")
    quartiles, beside = None, ""
    if known and known.p25 is not None and known.p75 is not None and not known.currency:
        quartiles = Fraction(known.p25), Fraction(known.p75)
        beside = f"{number(known.p25, 0)} à {number(known.p75, 0)}"
    each = [(one.name, None if one.each is None else Fraction(one.each)) for one in invoices]
    costs = [(one.name, None if one.cost is None else Fraction(one.cost, 100)) for one in invoices]
    return [
        _spread("Factures par ETP", strip(each, quartiles), 0, "", beside),
        _spread("Coût d’une facture", strip(costs), 2, "\u00a0€", ""),
    ]


def _spread(label: str, drawn: Strip, decimals: int, unit: str, beside: str) -> Spread:
    told = {
        dot.name: f"{dot.name} {number(Fraction(dot.value), decimals)}{unit}" for dot in drawn.dots
    }
    ends = [(dot, told[dot.name]) for dot in (drawn.lowest, drawn.highest) if dot]
    return Spread(label, drawn, [(dot, told[dot.name]) for dot in drawn.dots], ends, beside)


INVOICES = (
    *(Column("Chambre", width=30), Column("Factures", "decimal"), Column("ETP", "decimal", 10)),
    *(Column("Factures par ETP", "decimal"), Column("Coût d’une facture", "amount", 18)),
    Column("Parmi les quartiles publiés", width=30),
    Column("Factures de l’étude, si autres", "decimal", 18),
)


@require_safe
def costs_export(request: Request, network: str, extension: str) -> HttpResponse:
    """The invoices of the chambers and of the network; empty is not known."""
    found = kept_network(request, network)
    year = year_said(request, years_counted(found, timezone.localdate()))
    chambers, whole_network = invoices_of(found, year)
    rows: list[Sequence[Any]] = [_exported(one) for one in chambers]
    rows.append(Sum(_exported(whole_network)))
    about = ["Une cellule vide n’est pas renseignée\u00a0: ce n’est pas un zéro."]
    return exported(Table(f"Factures fournisseurs {year}", INVOICES, rows, about), extension)


def _exported(one: Invoices) -> tuple[Any, ...]:
    each = None if one.each is None else round(one.each, 2)
    return one.name, one.volume, one.fte, each, one.cost, one.place, one.studied


routes = [
    path("couts/", costs, name="costs"),
    path("couts/factures.<slug:extension>", costs_export, name="costs_export"),
    *studies.routes,
]
