"""Twelve months as a small line beside those of the year before, from a zero always in sight.

Knows coordinates; refuses to know units and colours, and to join what is not told: a month without
a figure breaks the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from maillage.costing.engine.spans import Value, scale_of

WIDTH, HEIGHT = 240, 96
SIDE, TOP, BOTTOM = 6, 8, 8


@dataclass(frozen=True, slots=True)
class Point:
    """A month told, from 1, and where it stands."""

    month: int
    value: Value
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """`parts`: the points of each unbroken run, as SVG writes them; `alone`: months between two
    that are not told."""

    points: tuple[Point, ...]
    parts: tuple[str, ...]
    alone: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


@dataclass(frozen=True, slots=True)
class Lines:
    """This year and the one before on one scale, from `low` to `high`, zero within."""

    now: Line
    former: Line
    zero: float
    low: Value
    high: Value
    width: int = WIDTH
    height: int = HEIGHT


def lines(now: Sequence[Value | None], former: Sequence[Value | None]) -> Lines | None:
    """Months from January; None where none of them is told."""
    scale = scale_of([*now, *former])
    if scale is None:
        return None
    tall = HEIGHT - TOP - BOTTOM

    def place(month: int, value: Value) -> Point:
        x = SIDE + (WIDTH - 2 * SIDE) * (month - 1) / 11
        y = TOP + tall * (100 - scale.at(Fraction(value))) / 100
        return Point(month, value, round(x, 1), round(y, 1))

    def line(values: Sequence[Value | None]) -> Line:
        runs: list[list[Point]] = [[]]
        for month, value in enumerate(values, 1):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(place(month, value))
        return Line(
            tuple(point for run in runs for point in run),
            tuple(" ".join(f"{p.x},{p.y}" for p in run) for run in runs if len(run) > 1),
            tuple(run[0] for run in runs if len(run) == 1),
        )

    known = [Fraction(0), *(Fraction(v) for v in (*now, *former) if v is not None)]
    return Lines(line(now), line(former), place(1, 0).y, min(known), max(known))
