"""How a bench measures: medians of processor time, the calls taking turns.

Processor time of this process, not wall time: SQLite runs inside it, nothing waits on a network,
and what other programs of the machine do stays out of the figures.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: seconds of ours, seconds of the reference, and the ratio aimed at."""

    what: str
    ours: float
    reference: float
    aim: float

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def holds(self) -> bool:
        return self.ratio <= self.aim


@dataclass(frozen=True, slots=True)
class Fact:
    """A count or a size beside its ceiling: no clock involved."""

    what: str
    value: float
    ceiling: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.value <= self.ceiling


def medians(calls: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Median seconds of each call; the calls take turns, after one unmeasured turn."""
    for call in calls:
        call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, seen in zip(calls, times, strict=True):
            gc.collect()
            start = time.process_time()
            call()
            seen.append(time.process_time() - start)
    return [statistics.median(seen) for seen in times]
