"""Chance that depends on a number only: the same seed and rank give the same draw everywhere.

Arithmetic of 64-bit integers alone, so that the books are the same to the byte whatever the
version of numpy, the machine, or how the work is cut.
"""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Integers = NDArray[np.int64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def stream(*words: int) -> int:
    """A number of its own for each tuple of numbers: where a series of draws starts."""
    state = 0
    for word in words:
        state = (state + word + 1) * _GOLDEN & _MASK
        state = (state ^ state >> 30) * _FIRST & _MASK
        state = (state ^ state >> 27) * _SECOND & _MASK
        state ^= state >> 31
    return state


def words(first: int, count: int, start: int) -> Words:
    """The draws number `first` to `first + count` of a stream, 64 bits each (SplitMix64)."""
    state = np.arange(first, first + count, dtype=np.uint64)
    state *= np.uint64(_GOLDEN)
    state += np.uint64(start)
    state ^= state >> np.uint64(30)
    state *= np.uint64(_FIRST)
    state ^= state >> np.uint64(27)
    state *= np.uint64(_SECOND)
    state ^= state >> np.uint64(31)
    return state


def bits(draws: Words, low: int, width: int) -> Integers:
    """`width` bits of each draw from bit `low`, as numbers."""
    return (draws >> np.uint64(low) & np.uint64((1 << width) - 1)).astype(np.int64)


def _ladder() -> Integers:
    """Amounts in cents growing by 0.85 % a step, from 10 to about 56 000 euros."""
    steps = [1_000_000]
    while len(steps) < 1021:
        steps.append(steps[-1] + steps[-1] * 85 // 10_000)
    return np.array(steps, dtype=np.int64) // 1000


_AMOUNTS = _ladder()


def amounts(draws: Words) -> Integers:
    """Skewed amounts in cents, of at least 10 euros: many small, few large (near log-normal)."""
    step = bits(draws, 0, 8) + bits(draws, 8, 8) + bits(draws, 16, 8) + bits(draws, 24, 8)
    base: Integers = _AMOUNTS[step]
    return base + (base * bits(draws, 32, 16) >> 19)  # up to an eighth more: cents of all kinds


def working_days(year: int) -> Integers:
    """Days of the year (0 is 1 January) on which entries are booked; month ends count four."""
    first = dt.date(year, 1, 1)
    found = []
    for day in range(366 if calendar.isleap(year) else 365):
        date = first + dt.timedelta(days=day)
        last = calendar.monthrange(year, date.month)[1]
        if date.day >= last - 1:
            found += [day] * 4
        elif date.weekday() < 5:
            found.append(day)
    return np.array(found, dtype=np.int64)
