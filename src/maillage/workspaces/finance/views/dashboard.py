"""The shared dashboard: every chamber's figures side by side, each with its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.queries.budgets import years_of
from maillage.costing.queries.costs import years_counted
from maillage.costing.views.volumes import year_said
from maillage.kernel.money import number
from maillage.ledger.queries.books import matrix
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.dashboard import Figure
from maillage.workspaces.finance.queries.dashboard import Board, board_of
from maillage.workspaces.finance.views.room import exported, kept_network

UNITS = {"€": "€", "€/u": "€", "j": "jours", "%": "%", "u": "factures"}
HEADLINES = ("result", "cash", "staff-ratio", "execution")


def shown(figure: Figure, unit: str) -> str:
    """A figure as it is read: whole euros, cents for a unit cost, one decimal for a rate."""
    value = figure.value
    if value is None:
        return ""
    if unit == "€/u":
        return number(value / 100, 2)
    if unit == "€":
        return number(value / 100, 0)
    return number(value, 1 if unit in ("%", "j") else 0)


def _value(figure: Figure, unit: str) -> float | None:
    if figure.value is None:
        return None
    return round(float(figure.value / 100 if "€" in unit else figure.value), 2)


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown: a text, or the reason of its absence and the number of that reason.

    `value`: the same in the unit of the line, to the hundredth.
    """

    text: str
    reason: str
    note: int = 0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its rule, a cell per chamber, the network's."""

    code: str
    label: str
    unit: str
    rule: str
    cells: list[Cell]
    network: Cell


def lines_of(board: Board) -> tuple[list[Line], list[str]]:
    """The lines, and the reasons of what is missing in the order they are numbered."""
    reasons: list[str] = []

    def cell(figure: Figure, unit: str) -> Cell:
        text, reason = shown(figure, unit), figure.reason
        if text:
            return Cell(text, "", value=_value(figure, unit))
        if reason not in reasons:
            reasons.append(reason)
        return Cell("", reason, reasons.index(reason) + 1)

    lines = [
        Line(
            indicator.code,
            indicator.label,
            UNITS[indicator.unit],
            indicator.rule,
            [cell(figure, indicator.unit) for figure in figures],
            cell(whole, indicator.unit),
        )
        for indicator, figures, whole in board.rows
    ]
    return lines, reasons


def _years(network: Network) -> list[int]:
    """Years with a book, a budget or a count, in order; the last closed year is always there."""
    today = timezone.localdate()
    books = set(matrix(network, []).years)
    offered = books | set(years_of(network, today)) | set(years_counted(network, today))
    return sorted(year for year in offered if year <= today.year)


def _year(request: Request, years: list[int]) -> int:
    """The year in the address, whether it has figures or not; else the last closed one."""
    closed = [year for year in years if year < timezone.localdate().year]
    return year_said(request, closed or years)


@require_safe
def dashboard(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    years = _years(found)
    year = _year(request, years)
    board = board_of(found, year)
    lines, reasons = lines_of(board)
    context = outline(request, found, "finance:dashboard") | {
        "years": years[::-1],
        "year": year,
        "board": board,
        "chambers": list(zip(board.chambers, board.books, strict=True)),
        "books": _books(board),
        "lines": lines,
        "reasons": reasons,
        "headlines": [line for line in lines if line.code in HEADLINES],
        "per_fte": benchmark(INVOICE, "per-fte"),
        "unit_cost": benchmark(INVOICE, "unit-cost"),
    }
    return render(request, "finance/dashboard.html", context)


@require_safe
def dashboard_export(request: Request, network: str, extension: str) -> HttpResponse:
    """The same table, with the rules and the reasons of what is missing."""
    found = kept_network(request, network)
    board = board_of(found, _year(request, _years(found)))
    names = [entity.short_name or entity.name for entity in board.chambers]
    columns = [Column("Indicateur", width=36), Column("Unité", width=12)]
    columns += [Column(name, "decimal", 18) for name in ("Réseau", *names)]
    columns.append(Column("Règle de calcul", width=80))
    states = [_books(board), *(book.label for book in board.books)]
    rows: list[tuple[Any, ...]] = [("État des livres", "", *states, "Livre de l’exercice.")]
    rows += [
        (
            line.label,
            line.unit,
            *(_exported(cell) for cell in [line.network, *line.cells]),
            line.rule,
        )
        for line in lines_of(board)[0]
    ]
    return exported(Table(f"Tableau de bord {board.year}", columns, rows), extension)


def _books(board: Board) -> str:
    """« 7 sur 9 »: how many chambers have their book."""
    return f"{sum(not book.is_absent for book in board.books)} sur {len(board.books)}"


def _exported(cell: Cell) -> float | str:
    return f"non renseigné ({cell.reason})" if cell.value is None else cell.value


routes = [
    path("tableaux/", dashboard, name="dashboard"),
    path("tableaux/tableau.<str:extension>", dashboard_export, name="dashboard_export"),
]
