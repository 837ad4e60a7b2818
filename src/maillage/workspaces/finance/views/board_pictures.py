"""The dashboard drawn: each picture with the question it answers and the table it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from maillage.costing.engine.spans import (
    Bullet,
    Dot,
    Step,
    Strip,
    Value,
    bridge,
    bullets,
    strip,
)
from maillage.kernel.absence import Absent
from maillage.kernel.period import MONTHS
from maillage.sheets.writing import Column, Measure, Sum, Table
from maillage.ui.tables import shown
from maillage.workspaces.finance.engine.dashboard import INDICATORS, Figure, Indicator
from maillage.workspaces.finance.engine.dashboard_table import UNITS, figure_text
from maillage.workspaces.finance.engine.lines import Lines, lines
from maillage.workspaces.finance.queries.board_pictures import (
    Executed,
    ResultBridge,
    Trend,
    executed,
    result_bridge,
    trends,
)
from maillage.workspaces.finance.queries.dashboard import Board, Known

MONTHLY = [one for one in INDICATORS if one.top not in ("invoice_cost", "invoices")]
"""Indicators that change from month to month."""


@dataclass(frozen=True, slots=True)
class Against:
    """What a chamber spent against its budget: its bullet, the share, why one is not told."""

    bullet: Bullet
    told: Executed
    rate: str


@dataclass(frozen=True, slots=True)
class Panel:
    """An indicator through the year: its picture, the ends of its scale, what its last months
    say."""

    indicator: Indicator
    drawn: Lines | None
    low: str
    high: str
    now: str
    now_month: str
    former: str


@dataclass(frozen=True, slots=True)
class Spread:
    """An indicator across the chambers: each dot with its words, those of the two ends."""

    indicator: Indicator
    drawn: Strip
    dots: list[tuple[Dot, str]]
    ends: list[tuple[Dot, str]]
    middle: str


def pictures(now: Known, before: Known, board: Board) -> dict[str, Any]:
    """The context of every picture of the dashboard."""
    month = board.until.month
    found = trends(now, before, month, MONTHLY)
    moved = result_bridge(now, before, month)
    return {
        "against": _against(executed(now, month), board),
        "bridge": moved,
        "steps": [] if moved.why else _steps(moved, now.year),
        "panels": [_panel(one) for one in found],
        "months": shown(_months(found, now.year)),
        "spreads": [_spread(row.indicator, row.chambers, board) for row in board.rows],
    }


def _against(told: list[Executed], board: Board) -> list[Against]:
    (rates,) = [row.chambers for row in board.rows if row.indicator.code == "execution"]
    drawn = bullets([(one.name, one.spent, one.budget) for one in told])
    return [
        Against(bullet, one, figure_text(rate, "%"))
        for bullet, one, rate in zip(drawn, told, rates, strict=True)
    ]


def _steps(moved: ResultBridge, year: int) -> list[Step]:
    first = (f"Résultat {year - 1}", moved.former)
    return bridge(first, moved.moves, (f"Résultat {year}", moved.now))


def _panel(trend: Trend) -> Panel:
    now = [figure.value for figure in trend.now]
    former = [figure.value for figure in trend.former]
    drawn, unit = lines(now, former), trend.indicator.unit
    last = drawn.now.last if drawn else None
    end = drawn.former.last if drawn else None
    return Panel(
        trend.indicator,
        drawn,
        _said(drawn.low, unit) if drawn else "",
        _said(drawn.high, unit) if drawn else "",
        _said(last.value, unit) if last else "",
        MONTHS[last.month - 1] if last else "",
        _said(end.value, unit) if end else "",
    )


def _spread(indicator: Indicator, figures: Sequence[Figure], board: Board) -> Spread:
    names = [entity.short_name or entity.name for entity in board.chambers]
    drawn = strip([(name, one.value) for name, one in zip(names, figures, strict=True)])
    unit = indicator.unit
    told = {dot.name: f"{dot.name} {_said(dot.value, unit)}" for dot in drawn.dots}
    return Spread(
        indicator,
        drawn,
        [(dot, told[dot.name]) for dot in drawn.dots],
        [(dot, told[dot.name]) for dot in (drawn.lowest, drawn.highest) if dot],
        "" if drawn.middle is None else _said(drawn.middle, unit),
    )


def _said(value: Value, unit: str) -> str:
    """A figure with its unit, in thousands of euros where it is an amount."""
    if unit == "€":
        return f"{figure_text(Figure(Fraction(value) / 1000), unit)}\u00a0k€"
    return f"{figure_text(Figure(Fraction(value)), unit)}\u00a0{UNITS[unit]}"


def _months(found: Sequence[Trend], year: int) -> Table:
    """The figures of the small lines: a row a month, this year's beside those of the year
    before."""
    columns = [Column("À la fin de", width=16)]
    for trend in found:
        unit = UNITS[trend.indicator.unit]
        for one in (year, year - 1):
            columns.append(Column(f"{trend.indicator.label} {one} ({unit})", "decimal", 18))
    rows = []
    for month in range(12):
        told = [(f, t.indicator.unit) for t in found for f in (t.now[month], t.former[month])]
        rows.append((MONTHS[month].capitalize(), *(_month(*one) for one in told)))
    return Table(f"Réseau mois par mois, {year}", columns, rows)


def _month(figure: Figure, unit: str) -> Measure | Absent | None:
    """None for a month to come."""
    if figure.value is None:
        return Absent(figure.reason) if figure.reason else None
    places = 0 if unit == "€" else 1
    value = round(figure.value / (100 if unit == "€" else 1), places)
    return Measure(Decimal(value.numerator) / value.denominator, places)


def bridge_table(moved: ResultBridge, year: int, said: str) -> Table:
    columns = [Column("Étape", width=40), Column("Montant", "amount", 18)]
    rows: list[Sequence[Any]]
    if moved.why:
        rows = [(f"Résultat {year}", Absent(moved.why))]
    else:
        rows = [(f"Résultat {year - 1}, même période", moved.former), *moved.moves]
        rows.append(Sum([f"Résultat {year}", moved.now]))
    told = [said, "Réseau, opérations entre chambres retirées."]
    return Table(f"Ce qui a changé le résultat {year}", columns, rows, told)
