"""The dashboard as a table: a text per figure, and the reasons of what is missing, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.kernel.money import number
from maillage.workspaces.finance.engine.dashboard import Figure, Indicator

UNITS = {"€": "€", "€/u": "€", "j": "jours", "%": "%", "u": "factures"}


def figure_text(figure: Figure, unit: str) -> str:
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
class FigureCell:
    """What is shown: a text, or the reason of its absence and the number of that reason.

    `value`: the same in the unit of the line, to the hundredth.
    """

    text: str
    reason: str
    note: int = 0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator: its rule, a cell per chamber, the network's."""

    code: str
    label: str
    unit: str
    rule: str
    cells: list[FigureCell]
    network: FigureCell


Indicators = Sequence[tuple[Indicator, list[Figure], Figure]]
"""An indicator, its figure for each chamber, the network's."""


def rows_of(indicators: Indicators) -> tuple[list[IndicatorRow], list[str]]:
    """The rows, and the reasons of what is missing in the order they are numbered."""
    reasons: list[str] = []

    def cell(figure: Figure, unit: str) -> FigureCell:
        text, reason = figure_text(figure, unit), figure.reason
        if text:
            return FigureCell(text, "", value=_value(figure, unit))
        if reason not in reasons:
            reasons.append(reason)
        return FigureCell("", reason, reasons.index(reason) + 1)

    lines = [
        IndicatorRow(
            indicator.code,
            indicator.label,
            UNITS[indicator.unit],
            indicator.rule,
            [cell(figure, indicator.unit) for figure in figures],
            cell(whole, indicator.unit),
        )
        for indicator, figures, whole in indicators
    ]
    return lines, reasons
