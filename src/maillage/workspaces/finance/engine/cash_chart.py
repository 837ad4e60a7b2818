"""The treasury of a year as a line: what was observed, what is expected, the lowest point.

Knows coordinates and words; refuses to know where the figures come from and how they are coloured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.kernel.money import NBSP, number
from maillage.kernel.period import MONTHS, SHORT_MONTHS
from maillage.workspaces.finance.engine.bars import Mark, axis_text, step_of

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 260, 84, 16, 20, 30


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class CashChart:
    """`observed`, `expected`: points of polylines; `zero`: the height of an empty treasury."""

    observed: str
    expected: str
    points: tuple[Point, ...]
    lowest: Point | None
    scale: tuple[Mark, ...]
    months: tuple[Mark, ...]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT

    @property
    def right(self) -> int:
        return self.width - RIGHT


def cash_chart(expected: Sequence[int | None], closed: int) -> CashChart | None:
    """The picture of twelve ends of month, `closed` of them observed; None where none is told."""
    known = [(rank, cents) for rank, cents in enumerate(expected) if cents is not None]
    if not known:
        return None
    low, high = min(0, *(c for _, c in known)), max(0, *(c for _, c in known))
    step = step_of(high - low)
    floor, ceiling = step * (low // step), step * -(-high // step)
    ceiling = max(ceiling, floor + step)
    tall = HEIGHT - TOP - BOTTOM

    def height(cents: int) -> float:
        return round(TOP + tall * (ceiling - cents) / (ceiling - floor), 1)

    slot = (WIDTH - LEFT - RIGHT) / 12
    places = [round(LEFT + slot * (rank + 0.5), 1) for rank in range(12)]
    points = [
        Point(places[rank], height(cents), _title(rank, cents, closed)) for rank, cents in known
    ]
    at = {rank: f"{places[rank]},{height(cents)}" for rank, cents in known}
    worst = min(range(len(known)), key=lambda place: known[place][1])
    return CashChart(
        " ".join(at[rank] for rank in at if rank < closed),
        " ".join(at[rank] for rank in at if rank >= closed - 1),
        tuple(points),
        points[worst] if len(known) == 12 else None,
        tuple(
            Mark(height(level), axis_text(level, "k€")) for level in range(floor, ceiling + 1, step)
        ),
        tuple(Mark(places[rank], name) for rank, name in enumerate(SHORT_MONTHS)),
        height(0),
    )


def _title(rank: int, cents: int, closed: int) -> str:
    how = "observée" if rank < closed else "attendue"
    return f"Fin {MONTHS[rank]}, trésorerie {how}{NBSP}: {number(round(cents / 100))}{NBSP}€"
