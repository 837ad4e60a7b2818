"""The shared dashboard: every chamber's figures side by side, each with its rule."""

from __future__ import annotations

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
from maillage.ledger.queries.books import matrix
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.dashboard_table import FigureCell, rows_of
from maillage.workspaces.finance.queries.dashboard import Board, board_of

HEADLINES = ("result", "cash", "staff-ratio", "execution")


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
    lines, reasons = rows_of(board.rows)
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
        for line in rows_of(board.rows)[0]
    ]
    return exported(Table(f"Tableau de bord {board.year}", columns, rows), extension)


def _books(board: Board) -> str:
    """« 7 sur 9 »: how many chambers have their book."""
    return f"{sum(not book.is_absent for book in board.books)} sur {len(board.books)}"


def _exported(cell: FigureCell) -> float | str:
    return f"non renseigné ({cell.reason})" if cell.value is None else cell.value


routes = [
    path("tableaux/", dashboard, name="dashboard"),
    path("tableaux/tableau.<str:extension>", dashboard_export, name="dashboard_export"),
]
