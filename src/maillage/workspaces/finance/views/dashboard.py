"""The shared dashboard: every chamber's figures side by side, each with its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine.benchmarks import INVOICE, benchmark
from maillage.costing.queries.costs import years_offered
from maillage.costing.views.volumes import year_said
from maillage.kernel.absence import Absent
from maillage.ledger.queries.books import current_files
from maillage.ledger.views.kept import kept
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.engine.dashboard_table import (
    FigureCell,
    IndicatorRow,
    rows_of,
)
from maillage.workspaces.finance.queries.board_pictures import result_bridge
from maillage.workspaces.finance.queries.dashboard import (
    RESULT,
    Board,
    Known,
    board_of,
    known,
)
from maillage.workspaces.finance.views.board_pictures import bridge_table, pictures
from maillage.workspaces.finance.views.cut_off import Choice, cut_off_of

BETWEEN = "Réseau\u00a0: opérations entre chambres"
APART = ("Dont retraitements de consolidation (€)", "Dont écarts d’élimination (€)")
HEADLINES = ("result", "cash", "staff-ratio", "execution")


def _year(request: Request, years: list[int]) -> int:
    """The year in the address, whether it has figures or not; else the last closed one."""
    closed = [year for year in years if year < timezone.localdate().year]
    return year_said(request, closed or years)


@dataclass(frozen=True, slots=True)
class Seen:
    """The year asked, the one before, and up to which month."""

    years: list[int]
    now: Known
    before: Known
    cut_off: Choice


def seen_of(request: Request, network: Network) -> Seen:
    """What the address asks of the network: its year up to a month, beside the one before."""
    files = current_files(network)
    years = years_offered(network, timezone.localdate())
    year = _year(request, years)
    now, before = known(network, year, year - 1, files=files)
    return Seen(years, now, before, cut_off_of(request, now.reach))


def _rows(board: Board) -> tuple[list[IndicatorRow], list[str]]:
    pairs = zip(board.rows, board.former, strict=True)
    return rows_of(
        [(r.indicator, r.chambers, r.network, f.network, r.gap, r.unmatched) for r, f in pairs]
    )


@require_safe
@kept
def dashboard(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    seen = seen_of(request, found)
    board = board_of(seen.now, seen.before, seen.cut_off.month)
    lines, reasons = _rows(board)
    context = outline(request, found, "finance:dashboard") | {
        "years": seen.years,
        "year": board.year,
        "cut_off": seen.cut_off,
        "board": board,
        "chambers": list(zip(board.chambers, board.books, strict=True)),
        "books": _books(board),
        "lines": lines,
        "reasons": reasons,
        "headlines": [line for line in lines if line.code in HEADLINES],
        "between_url": _between_url(found, board),
        "per_fte": benchmark(INVOICE, "per-fte"),
        "unit_cost": benchmark(INVOICE, "unit-cost"),
        **({} if board.is_empty else pictures(seen.now, seen.before, board)),
    }
    return render(request, "finance/dashboard.html", context)


def _between_url(network: Network, board: Board) -> str:
    """Where what chambers say of each other is compared, pair by pair."""
    return f"{reverse('ledger:intercompany', args=[network.code])}?exercice={board.year}"


@require_safe
@kept
def dashboard_export(request: Request, network: str, extension: str) -> HttpResponse:
    """The same table, with the rules and the reasons of what is missing."""
    found = kept_network(request, network)
    seen = seen_of(request, found)
    board = board_of(seen.now, seen.before, seen.cut_off.month)
    names = [entity.short_name or entity.name for entity in board.chambers]
    columns = [Column("Indicateur", width=36), Column("Unité", width=12)]
    heads = ("Réseau", f"Réseau {board.year - 1}, même période", *APART)
    columns += [Column(name, "decimal", 18) for name in heads]
    columns.append(Column(BETWEEN, width=30))
    columns += [Column(name, "decimal", 18) for name in names]
    columns.append(Column("Règle de calcul", width=80))
    states = [_books(board), "", "", "", "", *(book.label for book in board.books)]
    rows: list[tuple[Any, ...]] = [("État des livres", "", *states, "Livre de l’exercice.")]
    rows += [
        (
            line.label,
            line.unit,
            _exported(line.network),
            _exported(line.former),
            None if line.gap is None else round(line.gap / 100, 2),
            _unmatched(line) if line.code == RESULT else None,
            line.between,
            *(_exported(cell) for cell in line.cells),
            line.rule,
        )
        for line in _rows(board)[0]
    ]
    told = [seen.cut_off.said, *board.twice, *filter(None, [board.uneven])]
    return exported(Table(f"Tableau de bord {board.year}", columns, rows, told), extension)


@require_safe
@kept
def bridge_export(request: Request, network: str, extension: str) -> HttpResponse:
    """What moved the network’s result in a year."""
    seen = seen_of(request, kept_network(request, network))
    moved = result_bridge(seen.now, seen.before, seen.cut_off.month)
    return exported(bridge_table(moved, seen.now.year, seen.cut_off.said), extension)


def _books(board: Board) -> str:
    """« 7 sur 9 »: how many chambers have their book."""
    return f"{sum(not book.is_absent for book in board.books)} sur {len(board.books)}"


def _unmatched(line: IndicatorRow) -> float | str:
    """Part of the network's figure: told where it is."""
    if line.unmatched is None:
        return Absent(line.network.reason)
    return round(line.unmatched / 100, 2)


def _exported(cell: FigureCell) -> float | str:
    return Absent(cell.reason) if cell.value is None else cell.value


routes = [
    path("tableaux/", dashboard, name="dashboard"),
    path("tableaux/tableau.<str:extension>", dashboard_export, name="dashboard_export"),
    path("tableaux/passage.<str:extension>", bridge_export, name="bridge_export"),
]
