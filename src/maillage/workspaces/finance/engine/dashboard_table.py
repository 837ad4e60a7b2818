"""The dashboard as a table: a text per figure, and the reasons of what is missing, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maillage.kernel.money import number, rounded
from maillage.workspaces.finance.engine.dashboard import Figure, Indicator

UNITS = {"€": "€", "€/u": "€", "j": "jours", "%": "%", "u": "factures"}

PLACES = {"€": 0, "€/u": 2, "j": 1, "%": 1, "u": 0}
"""Decimals a figure is read with."""


def figure_text(figure: Figure, unit: str) -> str:
    """A figure as it is read: whole euros, cents for a unit cost, one decimal for a rate."""
    value = figure.value
    if value is None:
        return ""
    return number(value / 100 if "€" in unit else value, PLACES[unit])


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
    """One indicator: its rule, a cell per chamber, the network's, the network's a year before.

    `apart`: what stands between the network and its chambers, in words; "" for nothing. `gap`: the
    network less the sum of the chambers, None where they do not add up; `unmatched`: what chambers
    do not say alike, which the network's figure holds; None where that figure is not told.
    """

    code: str
    label: str
    unit: str
    rule: str
    cells: list[FigureCell]
    network: FigureCell
    former: FigureCell
    apart: str = ""
    gap: int | None = None
    unmatched: int | None = 0
    between: str = ""
    """What the network’s figure makes of what chambers book with each other, in words."""


Indicators = Sequence[tuple[Indicator, Sequence[Figure], Figure, Figure, int | None, int]]
"""An indicator, its figure for each chamber, the network's, a year before, then cents: the network
less the sum of the chambers, and what they do not say alike."""


@dataclass
class Notes:
    """The reasons of what is missing, in the order they are numbered."""

    reasons: list[str] = field(default_factory=list)

    def cell(self, figure: Figure, unit: str) -> FigureCell:
        text, reason = figure_text(figure, unit), figure.reason
        if text:
            return FigureCell(text, "", value=_value(figure, unit))
        if reason not in self.reasons:
            self.reasons.append(reason)
        return FigureCell("", reason, self.reasons.index(reason) + 1)


def rows_of(indicators: Indicators) -> tuple[list[IndicatorRow], list[str]]:
    """The rows, and the reasons of what is missing in the order they are numbered."""
    notes = Notes()
    lines = [
        IndicatorRow(
            indicator.code,
            indicator.label,
            UNITS[indicator.unit],
            indicator.rule,
            [notes.cell(figure, indicator.unit) for figure in figures],
            notes.cell(whole, indicator.unit),
            notes.cell(former, indicator.unit),
            "" if whole.value is None else _apart(gap, unmatched),
            None if whole.value is None else gap,
            None if whole.value is None else unmatched,
            indicator.between,
        )
        for indicator, figures, whole, former, gap, unmatched in indicators
    ]
    return lines, notes.reasons


def _apart(gap: int | None, unmatched: int) -> str:
    told = []
    if unmatched:
        told.append(f"dont écarts d’élimination {rounded(unmatched, signed=True)}")
    if gap:
        told.append(f"dont retraitements de consolidation {rounded(gap, signed=True)}")
    return "\u00a0; ".join(told)
