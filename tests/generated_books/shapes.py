"""Entries as rows of numbers, and their lines to the cent. Knows the chart's shapes as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.generated_books import chart
from tests.generated_books.draws import Integers

ENTRY = np.dtype(
    [
        ("shape", np.int64),  # rank in chart.ALL_SHAPES
        ("base", np.int64),  # cents to which the weights apply
        ("third", np.int64),  # rank of the third party, 0 for nobody
        ("piece", np.int64),  # number of the piece, 0 to follow the entry's number
        ("moment", np.int64),  # when in the year, in 2^-32
        ("day", np.int64),  # 0 is 1 January
        ("letter", np.int64),  # number of the lettering, 0 for none
        ("lettered", np.int64),  # day of the lettering
        ("chance", np.uint64),  # bits for what has no field of its own
    ]
)
WIDEST = max(len(shape.lines) for shape in chart.ALL_SHAPES)
_ROOT_RANK = {root: rank for rank, root in enumerate(chart.ROOTS)}


def _per_line(value: Any) -> Integers:
    """One number per shape and line, flat, `WIDEST` a shape; `value(shape, line)` gives it."""
    rows = np.zeros((len(chart.ALL_SHAPES), WIDEST), dtype=np.int64)
    for rank, shape in enumerate(chart.ALL_SHAPES):
        for place, line in enumerate(shape.lines):
            rows[rank, place] = value(shape, line)
    return rows.reshape(-1)


def _per_shape(value: Any) -> Integers:
    return np.array([value(shape) for shape in chart.ALL_SHAPES], dtype=np.int64)


SIZE = _per_shape(lambda shape: len(shape.lines))
SCALE = _per_shape(lambda shape: shape.scale)
JOURNAL = _per_shape(lambda shape: list(chart.JOURNALS).index(shape.journal))
THIRD = _per_shape(lambda shape: " SCP".index(shape.third or " "))
WEIGHT = _per_line(lambda _, line: line[2])
SIGN = _per_line(lambda _, line: 1 if line[1] == "D" else -1)
ROOT = _per_line(lambda _, line: _ROOT_RANK[line[0]])
NAMES_THIRD = _per_line(lambda shape, line: chart.carries_partner(shape, line[0]))
DRAWN = np.repeat(
    np.arange(len(chart.SHAPES)), [shape.share for shape in chart.SHAPES]
)  # 1 024 places


@dataclass(frozen=True, slots=True)
class LineCents:
    """Lines in order of their entries: rank of the entry, place in its shape, cents > 0."""

    entry: Integers
    place: Integers
    cents: Integers


def line_cents(entries: NDArray[Any]) -> LineCents:
    """Weigh the entries' amounts; the last line of each takes the balance."""
    sizes = SIZE[entries["shape"]]
    ends = np.cumsum(sizes)
    starts = ends - sizes
    rank = np.repeat(np.arange(len(entries)), sizes)
    total = int(ends[-1]) if len(ends) else 0
    place = np.arange(total) + np.repeat(entries["shape"] * WIDEST - starts, sizes)
    cents = (np.repeat(entries["base"], sizes) * WEIGHT[place] + 5_000) // 10_000
    if total:
        cents[ends - 1] = 0  # the balance, not the half added for rounding
        cents[ends - 1] = np.abs(np.add.reduceat(cents * SIGN[place], starts))
    return LineCents(rank, place, cents)
