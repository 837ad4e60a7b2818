"""Rows drawn on one scale from zero, in percents of their width: bullets, bridges, dot strips.

The words stand beside the picture, in the page: it is read at any width. Knows values and places;
refuses to know units, colours, and to draw what is not told: what is missing has no place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

Value = int | Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, zero always within."""

    low: Value
    high: Value

    def at(self, value: Value) -> float:
        """Where a value stands, from 0 to 100."""
        return round(float((value - self.low) * 100 / (self.high - self.low)), 2)

    @property
    def zero(self) -> float:
        return self.at(0)


def scale_of(values: Sequence[Value | None]) -> Scale | None:
    """The scale that holds them all and zero; None where none is told."""
    known = [Fraction(value) for value in values if value is not None]
    if not known:
        return None
    low, high = min([Fraction(0), *known]), max([Fraction(0), *known])
    return Scale(low, high if high > low else low + 1)


@dataclass(frozen=True, slots=True)
class Bullet:
    """What was done, as a bar, against what was meant, as a mark; None is not drawn."""

    name: str
    done: Value | None
    meant: Value | None
    start: float = 0
    width: float | None = None
    mark: float | None = None


def bullets(rows: Sequence[tuple[str, Value | None, Value | None]]) -> list[Bullet]:
    """Rows of (name, done, meant), all on one scale."""
    scale = scale_of([value for _name, *both in rows for value in both])
    if scale is None:
        return [Bullet(name, done, meant) for name, done, meant in rows]
    found = []
    for name, done, meant in rows:
        start, width = _bar(scale, 0, done) if done is not None else (scale.zero, None)
        mark = None if meant is None else scale.at(meant)
        found.append(Bullet(name, done, meant, start, width, mark))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a bridge: a level from zero, or what moves it from one level to the next.

    `value`: the level, or the move; `level`: where it ends, from 0 to 100.
    """

    name: str
    value: int
    is_level: bool
    start: float
    width: float
    level: float
    zero: float


def bridge(
    first: tuple[str, int], moves: Sequence[tuple[str, int]], last: tuple[str, int]
) -> list[Step]:
    """From a level to another, each move from where the one before ends. They must add up."""
    if first[1] + sum(cents for _name, cents in moves) != last[1]:
        raise ValueError("moves do not lead from the first level to the last")
    reached = [first[1]]
    for _name, cents in moves:
        reached.append(reached[-1] + cents)
    scale = scale_of(reached)
    assert scale is not None
    found = [_step(scale, first, 0, first[1], is_level=True)]
    for (name, cents), before in zip(moves, reached, strict=False):
        found.append(_step(scale, (name, cents), before, before + cents, is_level=False))
    return [*found, _step(scale, last, 0, last[1], is_level=True)]


def _step(scale: Scale, told: tuple[str, int], start: int, end: int, *, is_level: bool) -> Step:
    name, value = told
    return Step(name, value, is_level, *_bar(scale, start, end), scale.at(end), scale.zero)


def _bar(scale: Scale, start: Value, end: Value) -> tuple[float, float]:
    """Where a bar between two values begins, and how wide it is."""
    places = sorted((scale.at(start), scale.at(end)))
    return places[0], round(places[1] - places[0], 2)


@dataclass(frozen=True, slots=True)
class Dot:
    name: str
    value: Value
    at: float

    @property
    def anchor(self) -> str:
        """On which side its name is written, so that it stays in the picture."""
        return "start" if self.at < 50 else "end"


@dataclass(frozen=True, slots=True)
class Strip:
    """Values as dots on one line, the middle one as a mark. `missing`: those who have none;
    `band`: where what they are compared with begins, and how wide it is."""

    dots: tuple[Dot, ...]
    missing: tuple[str, ...]
    zero: float = 0
    middle: Value | None = None
    mark: float | None = None
    band: tuple[float, float] | None = None

    @property
    def lowest(self) -> Dot | None:
        return min(self.dots, key=lambda dot: dot.at, default=None)

    @property
    def highest(self) -> Dot | None:
        found = max(self.dots, key=lambda dot: dot.at, default=None)
        return found if found and len(self.dots) > 1 else None


def strip(
    values: Sequence[tuple[str, Value | None]], beside: tuple[Value, Value] | None = None
) -> Strip:
    """The median is that of the values told; of one value there is none. `beside`: the two ends of
    what they are compared with, on the same scale."""
    missing = tuple(name for name, value in values if value is None)
    known = [(name, value) for name, value in values if value is not None]
    if not known:
        return Strip((), missing)
    scale = scale_of([*(value for _name, value in known), *(beside or ())])
    assert scale is not None
    dots = tuple(Dot(name, value, scale.at(value)) for name, value in known)
    band = None if beside is None else _bar(scale, *beside)
    if len(known) < 2:
        return Strip(dots, missing, scale.zero, band=band)
    middle = Fraction(median(Fraction(value) for _name, value in known))
    return Strip(dots, missing, scale.zero, middle, scale.at(middle), band)
