"""Stacked bars as plain geometry: rectangles, gridlines and labels a template draws in SVG.

Knows numbers, letters and a frame. Refuses to know colours: a series has a rank, the style sheet
its hue, and its letter doubles the hue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from maillage.kernel.money import NBSP, number, quantity

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 8, 26, 30
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MILLION = 100_000_000
"""Cents in a million euros."""
HUES = 8
"""Hues the style sheet has; beyond, they come again and the letter tells."""


@dataclass(frozen=True, slots=True)
class Segment:
    x: float
    y: float
    width: float
    height: float
    hue: int
    letter: str
    title: str

    @property
    def middle(self) -> tuple[float, float]:
        return round(self.x + self.width / 2, 1), round(self.y + self.height / 2 + 4, 1)

    @property
    def has_room(self) -> bool:
        return self.height >= 15


@dataclass(frozen=True, slots=True)
class Mark:
    """A gridline or a label: where it is and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Top:
    """What stands above a bar: where, and its total."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Serie:
    hue: int
    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class Bars:
    segments: tuple[Segment, ...]
    lines: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    series: tuple[Serie, ...]
    tops: tuple[Top, ...]
    unit: str
    ceiling: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def stack(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """Bars of amounts in cents, one per column, one segment per row, each bar under its total.

    A row is (name, amounts); amounts are not negative. No column or nothing positive: no bar. The
    axis goes up to `ceiling` cents, in `unit`: M€, or k€ where the whole is under a million.
    """
    sums = [sum(amounts) for amounts in zip(*(r for _n, r in rows), strict=True)]
    top = max(sums, default=0)
    step, unit = step_of(top), "M€" if top >= MILLION else "k€"
    ceiling = step * -(-top // step) if top else step
    scale = (HEIGHT - TOP - BOTTOM) / ceiling
    slot = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    width = min(slot * 0.66, 70.0)
    series = tuple(
        Serie(rank % HUES + 1, LETTERS[rank % 26], name) for rank, (name, _a) in enumerate(rows)
    )
    segments: list[Segment] = []
    tops: list[Top] = []
    for place, column in enumerate(columns):
        x = round(LEFT + slot * place + (slot - width) / 2, 1)
        parts = [(s, amounts[place]) for s, (_n, amounts) in zip(series, rows, strict=True)]
        bar, floor = _bar(parts, column, x, width, scale)
        segments += bar
        if sums and sums[place]:
            middle = round(x + width / 2, 1)
            tops.append(Top(middle, round(floor - 6, 1), axis_text(sums[place], unit)))
    lines = tuple(
        Mark(round(HEIGHT - BOTTOM - level * scale, 1), axis_text(level, unit))
        for level in range(0, ceiling + 1, step)
    )
    labels = tuple(
        Mark(round(LEFT + slot * (place + 0.5), 1), column) for place, column in enumerate(columns)
    )
    return Bars(tuple(segments), lines, labels, series, tuple(tops), unit, ceiling)


def _bar(
    parts: Sequence[tuple[Serie, int]], column: str, x: float, width: float, scale: float
) -> tuple[list[Segment], float]:
    """The segments of one bar from the axis up, nothing where there is nothing; where it ends."""
    segments, floor = [], float(HEIGHT - BOTTOM)
    for serie, cents in parts:
        if (tall := cents * scale) > 0:
            floor -= tall
            place = (x, round(floor, 1), round(width, 1), round(tall, 1))
            title = f"{serie.name}, {column}\u00a0: {axis_text(cents, 'k€')}"
            segments.append(Segment(*place, serie.hue, serie.letter, title))
    return segments, floor


def axis_text(cents: int, unit: str) -> str:
    """`5,77 M€`, useless zeros left out; `340 k€`, whole."""
    if unit == "k€":
        return f"{number(round(cents / 100_000))}{NBSP}{unit}"
    return f"{quantity(Decimal(cents) / MILLION, 2)}{NBSP}{unit}"


def step_of(top: int) -> int:
    """A round step giving three to six gridlines, never under a thousand euros."""
    wanted = max(top // 5, 1)
    power = 10 ** (len(str(wanted)) - 1)
    factor = next(factor for factor in (1, 2, 5, 10) if power * factor >= wanted)
    return max(int(power * factor), 100_000)
