"""One indicator of the dashboard: month by month, and the accounts it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.kernel.absence import Absent, sum_told
from maillage.kernel.period import MONTHS
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.columns import Kind as ColumnKind
from maillage.sheets.writing import Column, Measure, Sum, Table
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.ui.tables import LinkedCents, shown
from maillage.workspaces.finance.engine.dashboard import INDICATORS, Figure, Indicator
from maillage.workspaces.finance.engine.dashboard_table import PLACES, UNITS
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.dashboard import trend
from maillage.workspaces.finance.queries.dashboard_parts import Part, parts_of
from maillage.workspaces.finance.views.dashboard import Seen, seen_of

TERMS = {
    "result": "Produits moins charges",
    "cash": "Trésorerie nette",
    "receivables": "Créances sur les clients",
    "payables": "Dettes envers les fournisseurs",
    "sales": "Ventes, taxes comprises",
    "purchases": "Achats et services, taxes comprises",
    "staff": "Charges de personnel",
    "income": "Produits d’exploitation",
    "spent": "Charges",
}
"""What each term that the books give is called."""
YEARLY = ("invoice-cost", "invoices-per-fte")
"""Indicators of the whole year: the same whatever the month."""


@require_safe
@kept
def indicator(request: Request, network: str, code: str) -> HttpResponse:
    """One indicator month by month, beside the year before, and the accounts it is made of."""
    found, asked = kept_network(request, network), _indicator(code)
    seen = seen_of(request, found)
    months, made = _tables(found, seen, asked)
    cents = cents_asked(request)
    context = (
        outline(request, found, "finance:dashboard", asked.label)
        | cents
        | {
            "indicator": asked,
            "years": seen.years,
            "year": seen.now.year,
            "cut_off": seen.cut_off,
            "months": shown(months, cents=cents["exact"]),
            "made": [shown(table, cents=cents["exact"]) for table in made],
            "unit": UNITS[asked.unit],
            "is_yearly": asked.code in YEARLY,
        }
    )
    return render(request, "finance/indicator.html", context)


@require_safe
@kept
def indicator_export(request: Request, network: str, code: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), _indicator(code)
    seen = seen_of(request, found)
    months, _made = _tables(found, seen, asked)
    return exported(months, extension)


def _indicator(code: str) -> Indicator:
    for one in INDICATORS:
        if one.code == code:
            return one
    raise Http404


def _tables(network: Network, seen: Seen, asked: Indicator) -> tuple[Table, list[Table]]:
    """The indicator month by month, then the accounts of each of its terms."""
    now, month = seen.now, seen.cut_off.month
    names = [entity.short_name for entity in now.chambers]
    kind: ColumnKind = "figure" if asked.unit == "€" else "decimal"
    whole = f"Réseau, {asked.between}" if asked.between else "Réseau"
    heads = [whole, f"Réseau {now.year - 1}", *names]
    columns = [Column("À la fin de", width=16), *(Column(name, kind, 18) for name in heads)]
    rows = [
        (
            MONTHS[one.month - 1].capitalize(),
            *(_cell(value, asked) for value in (one.now.network, one.former, *one.now.chambers)),
        )
        for one in trend(now, seen.before, asked, month)
    ]
    told = [seen.cut_off.said, f"Unité\u00a0: {UNITS[asked.unit]}", asked.rule]
    title = f"{asked.label} {now.year}"
    made = [
        _made(network, seen, name, parts, asked.as_booked)
        for name, parts in parts_of(now, asked, month)
    ]
    return Table(title, columns, rows, told), made


def _cell(figure: Figure, asked: Indicator) -> int | Measure | Absent:
    if figure.value is None:
        return Absent(figure.reason)
    if asked.unit == "€":
        return round(figure.value)
    places = PLACES[asked.unit]
    value = round(figure.value / (100 if "€" in asked.unit else 1), places)
    return Measure(Decimal(value.numerator) / value.denominator, places)


def _made(network: Network, seen: Seen, name: str, parts: list[Part], as_booked: bool) -> Table:
    """`as_booked`: the network’s is the sum, and there is no other."""
    chambers = seen.now.chambers
    columns = [Column("Comptes", width=30), *(Column(e.short_name, "figure") for e in chambers)]
    columns.append(Column("Réseau, somme des chambres" if as_booked else "Somme", "figure"))
    if not as_booked:
        columns.append(Column("Réseau, entre chambres retiré", "figure"))
    rows: list[Sequence[Any]] = []
    for part in parts:
        cents = [
            value if value is None else LinkedCents(value, _lines(network, seen, part, entity))
            for entity, value in zip(chambers, part.cents, strict=True)
        ]
        net = () if as_booked else (part.net,)
        rows.append([_named(part), *cents, sum_told(part.cents), *net])
    sums = [sum_told(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    if rows:
        rows.append(Sum(["Total", *sums]))
    return Table(TERMS[name], columns, rows)


def _named(part: Part) -> str:
    if part.beside:
        return f"{part.root} (TVA des mêmes écritures)"
    return f"{part.root} {account_name(part.root)}".strip()


def _lines(network: Network, seen: Seen, part: Part, entity: Entity) -> str:
    """The entry lines of these accounts from the opening to the cut-off."""
    until = seen.cut_off.until
    query = {"exercice": str(until.year), "compte": part.root, "chambre": entity.code}
    if part.beside:
        query["avec"] = ",".join(part.beside)
    if not until.is_whole:
        query |= {"mois": f"{until.day:%Y-%m}", "cumul": "oui"}
    return f"{reverse('ledger:entry_lines', args=[network.code])}?{urlencode(query)}"


routes = [
    path("tableaux/<slug:code>/", indicator, name="indicator"),
    path("tableaux/<slug:code>/mois.<str:extension>", indicator_export, name="indicator_export"),
]
