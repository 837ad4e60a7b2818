"""Bars of amounts as plain geometry: rectangles, gridlines and labels a template draws in SVG.

One series is one picture, named in words: several stand beside each other on one scale. Knows
numbers and a frame. Refuses to know colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from maillage.kernel.money import NBSP, number, quantity

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 8, 26, 30
PANEL = (240, 120)
"""Width and height of a picture among others."""
PANEL_TOP, PANEL_BOTTOM = 20, 20
MILLION = 100_000_000
"""Cents in a million euros."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str
    text: str = ""
    """What stands above it, "" for nothing."""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 6, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A gridline or a label: where it is and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of one series. `ceiling`: cents the frame goes up to; `base`: where zero is."""

    name: str
    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    unit: str
    ceiling: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def bars(name: str, columns: Sequence[str], amounts: Sequence[int]) -> Bars:
    """One bar per column under its amount, in cents, not negative; no bar for nothing.

    The axis goes from zero up to `ceiling` cents, in `unit`: M€, or k€ under a million.
    """
    top = max(amounts, default=0)
    step, unit = step_of(top), _unit(top)
    ceiling = step * -(-top // step) if top else step
    frame = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
    drawn = _drawn(columns, amounts, ceiling, unit, frame)
    scale = (HEIGHT - TOP - BOTTOM) / ceiling
    lines = tuple(
        Mark(round(HEIGHT - BOTTOM - level * scale, 1), axis_text(level, unit))
        for level in range(0, ceiling + 1, step)
    )
    return Bars(name, drawn, lines, _labels(columns, frame), unit, ceiling)


def panels(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> list[Bars]:
    """One small picture per row (name, amounts), all on one scale; each bar under its amount
    where columns are few, else the tallest alone."""
    width, height = PANEL
    top = max((cents for _name, amounts in rows for cents in amounts), default=0)
    frame = (0, width, PANEL_TOP, height - PANEL_BOTTOM)
    ceiling, unit = max(top, 1), _unit(top)
    found = []
    for name, amounts in rows:
        drawn = _drawn(columns, amounts, ceiling, unit, frame, all_told=len(columns) <= 4)
        labels = _labels(columns, frame)
        if len(columns) > 4:
            labels = (labels[0], labels[-1])
        base = height - PANEL_BOTTOM
        found.append(Bars(name, drawn, (), labels, unit, ceiling, width, height, 0, base))
    return found


Frame = tuple[int, int, int, int]
"""Left, right, top, and the line of zero."""


def _drawn(
    columns: Sequence[str],
    amounts: Sequence[int],
    ceiling: int,
    unit: str,
    frame: Frame,
    *,
    all_told: bool = True,
) -> tuple[Bar, ...]:
    left, right, top, base = frame
    slot = (right - left) / max(len(columns), 1)
    width = min(slot * 0.66, 70.0)
    tallest = max(amounts, default=0)
    found, is_told = [], False
    for place, (column, cents) in enumerate(zip(columns, amounts, strict=True)):
        if cents <= 0:
            continue
        tall = cents * (base - top) / ceiling
        x = left + slot * place + (slot - width) / 2
        title = f"{column}\u00a0: {axis_text(cents, 'k€')}"
        tells = all_told or (cents == tallest and not is_told)
        is_told = is_told or tells
        text = axis_text(cents, unit) if tells else ""
        y = round(base - tall, 1)
        found.append(Bar(round(x, 1), y, round(width, 1), round(tall, 1), title, text))
    return tuple(found)


def _labels(columns: Sequence[str], frame: Frame) -> tuple[Mark, ...]:
    left, right, _top, _base = frame
    slot = (right - left) / max(len(columns), 1)
    return tuple(
        Mark(round(left + slot * (place + 0.5), 1), text) for place, text in enumerate(columns)
    )


def _unit(top: int) -> str:
    return "M€" if top >= MILLION else "k€"


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
