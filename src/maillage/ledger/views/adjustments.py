"""Entries of consolidation: shown with what they change, recorded, taken back, exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.kernel.money import NBSP, parse_amount, parse_count
from maillage.kernel.verdicts import Refusal, refuse, require
from maillage.ledger.actions.adjustments import record_adjustments, reverse_adjustment
from maillage.ledger.adjustment_files import adjustments_table
from maillage.ledger.engine.adjustments import MOST, AdjustmentLine, Entry
from maillage.ledger.engine.chart import Chart
from maillage.ledger.models import Adjustment
from maillage.ledger.queries.adjustments import (
    CARRIED,
    adjustments_of,
    adjustments_until,
    adjustments_visible_to,
    carried_to,
    entry_of,
)
from maillage.ledger.queries.books import years_kept
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.views.network_page import page_context, year_asked
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui import tables
from maillage.ui.asked import misread
from maillage.ui.downloads import exported

PAGE = "ledger:adjustments"
ROWS = 4
"""Lines a form shows at first."""
FIELDS = ("entity", "account", "partner", "debit", "credit")
LINES = (
    *(Column("Chambre", width=26), Column("Compte", width=12), Column("Intitulé", width=44)),
    *(Column("Chambre en face", width=26), Column("Débit", "amount"), Column("Crédit", "amount")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it. `result`: what it adds to the result; cents."""

    row: Adjustment
    table: tables.Shown
    result: int
    back: Adjustment | None
    """The entry that takes it back."""


def _year(request: Request, network: Network) -> tuple[int, list[int]]:
    """The exercise asked for, the latest whose books are in without one, and those offered."""
    today = timezone.localdate().year
    held = sorted({*years_kept(network), today}, reverse=True)
    asked = year_asked(request)
    if asked is not None and 1990 <= asked <= 2100:
        return asked, sorted({*held, asked}, reverse=True)
    year = next((year for year in held if year < today), today)
    misread(request, "exercice", f"exercice {year}")
    return year, held


def _opening(network: Network, year: int) -> tables.Shown | None:
    """What entries of former exercises open this one with; None where they leave nothing."""
    lines = carried_to(network, year)
    return _table(f"{CARRIED} {year}", lines, *_words(network, year)) if lines else None


def _words(network: Network, year: int) -> tuple[Chart, dict[str, str]]:
    """The common chart of the exercise, and what chambers are called."""
    names = {e.code: e.short_name for e in every_chamber(network)}
    return common_chart(network, dt.date(year, 12, 31)), names


def _table(
    title: str, lines: Sequence[AdjustmentLine], chart: Chart, names: Mapping[str, str]
) -> tables.Shown:
    told: list[Any] = [
        (names.get(x.entity, x.entity), x.account, chart.name_of(x.account),
         names.get(x.partner, x.partner), x.debit or None, x.credit or None)
        for x in lines
    ]  # fmt: skip
    sides = (sum(x.debit for x in lines), sum(x.credit for x in lines))
    return tables.shown(Table(title, LINES, [*told, Sum(("Total", "", "", "", *sides))]))


def _shown(network: Network, rows: Sequence[Adjustment], year: int) -> list[Shown]:
    words, found = _words(network, year), []
    for row in rows:
        entry = entry_of(row)
        back = getattr(row, "reversal", None)
        found.append(Shown(row, _table(str(row), entry.lines, *words), entry.result, back))
    return found


def _given(request: Request, year: int) -> tuple[Entry | None, list[dict[str, str]], str]:
    """The entry a form holds, its lines as typed, and why it cannot be read."""
    asked = request.POST
    count = min(parse_count(asked.get("lignes")) or ROWS, MOST)
    typed = [
        {name: asked.get(f"{name}-{rank}", "").strip() for name in FIELDS} for rank in range(count)
    ]
    lines, fault = [], ""
    for place, row in enumerate(typed, 1):
        if not any(row.values()):
            continue
        sides = [parse_amount(row[side]) if row[side] else 0 for side in ("debit", "credit")]
        if None in sides:
            fault = fault or f"Ligne {place}{NBSP}: un montant en euros est attendu."
        debit, credit = (cents or 0 for cents in sides)
        lines.append(AdjustmentLine(row["entity"], row["account"], row["partner"], debit, credit))
    day = _day(asked.get("date", ""))
    if day is None:
        return None, typed, fault or "Date : un jour est attendu."
    return Entry(year, day, asked.get("motif", "").strip(), tuple(lines)), typed, fault


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def adjustments(request: Request, network: str) -> HttpResponse:
    """The entries of an exercise, and the form to record one."""
    found = kept_network(request, network)
    year, years = _year(request, found)
    context = page_context(request, found, PAGE)
    typed: list[dict[str, str]] = [dict.fromkeys(FIELDS, "") for _ in range(ROWS)]
    fault, status = "", 422
    if request.method == "POST":
        require(context["keeps"])
        entry, typed, fault = _given(request, year)
        if request.POST.get("geste") == "lignes":
            fault, typed = "", [*typed, *(dict.fromkeys(FIELDS, "") for _ in range(ROWS))]
        elif not fault and entry is not None:
            try:
                (made,) = record_adjustments(found, [entry], actor=request.actor)
            except Refusal as refusal:
                fault, status = refusal.denied.reason, refusal.denied.status
            else:
                messages.success(request, f"{made} enregistré.")
                return redirect(f"{reverse(PAGE, args=[network])}?exercice={year}")
    rows = adjustments_of(found, [year])[year]
    shown = _shown(found, rows, year)
    context |= {
        "year": year,
        "years": years,
        "rows": shown,
        "opening": _opening(found, year),
        "result": sum(one.result for one in shown),
        "typed": list(enumerate(typed[:MOST])),
        "given": {
            "date": request.POST.get("date") or f"{year}-12-31",
            "motif": request.POST.get("motif", ""),
        },
        "chambers": every_chamber(found),
        "accounts": [a for a in common_chart(found) if a.number[0] not in "89"],
        "fault": fault,
        "query": urlencode({"exercice": year}),
        "last": f"{year}-12-31",
    }
    return render(request, "ledger/adjustments.html", context, status=status if fault else 200)


@require_POST
def reverse_one(request: Request, network: str) -> HttpResponse:
    """Take an entry back by its opposite."""
    found = kept_network(request, network)
    held = adjustments_visible_to(request.actor).filter(network=found)
    row = get_object_or_404(held, pk=parse_count(request.POST.get("ecriture")) or 0)
    day = _day(request.POST.get("date", ""))
    if day is None:
        refuse("Date : un jour est attendu.")
    year = parse_count(request.POST.get("exercice")) or day.year
    made = reverse_adjustment(row, year, day, actor=request.actor)
    messages.success(request, f"{row} repris par le n° {made.number} de {made.year}.")
    return redirect(f"{reverse(PAGE, args=[network])}?exercice={row.year}")


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    """The entries of the exercise and of those before, which open it, in the columns an import
    takes; the columns alone as a model."""
    found = kept_network(request, network)
    year, _ = _year(request, found)
    rows = [] if request.GET.get("modele") == "oui" else adjustments_until(found, year)
    return exported(adjustments_table((str(r.number), entry_of(r)) for r in rows), extension)


routes = [
    path("retraitements/", adjustments, name="adjustments"),
    path("retraitements/reprendre/", reverse_one, name="adjustment_reverse"),
    path("retraitements/export.<str:extension>", export, name="adjustments_export"),
]
