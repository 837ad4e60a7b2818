"""Time things side by side and print one table. Knows medians; knows nothing of what is timed."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RUNS = 15


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `value` and `baseline` are written out; `ok` None where no aim."""

    what: str
    value: str
    baseline: str = ""
    ratio: str = ""
    aim: str = ""
    ok: bool | None = None


def medians(
    *works: Callable[[], object], runs: int = RUNS, before: Callable[[], object] | None = None
) -> list[float]:
    """The median processor seconds of each work, taken in turns.

    Processor time, because what else a shared machine does is no part of the work; everything
    timed here runs in this process, the database included. `before` runs untimed ahead of every
    work. Memory is collected once at first, then as it comes, as in a server: collecting it all
    ahead of every run would empty the processor's caches, which no request suffers.
    """
    times: list[list[float]] = [[] for _ in works]
    for work in works:  # warm-up: imports, compiled templates, prepared statements
        if before:
            before()
        work()
    gc.collect()
    for _ in range(runs):
        for place, work in enumerate(works):
            if before:
                before()
            started = time.process_time()
            work()
            times[place].append(time.process_time() - started)
    return [statistics.median(series) for series in times]


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def against(what: str, value: float, name: str, baseline: float, aim: float) -> Line:
    """A line that compares two medians; `aim` is the largest ratio wanted."""
    ratio = value / baseline
    shown = f"{ratio:.2f}" if aim >= 1 else f"1/{1 / ratio:.1f}"
    wanted = f"<= {aim:g}" if aim >= 1 else f"<= 1/{1 / aim:g}"
    return Line(what, seconds(value), f"{name} {seconds(baseline)}", shown, wanted, ratio <= aim)


def table(lines: Sequence[Line]) -> str:
    """The lines under their headings, as text in columns."""
    head = ("what", "median", "baseline", "ratio", "aim", "")
    verdicts = {True: "met", False: "NOT MET", None: ""}
    rows = [head] + [(i.what, i.value, i.baseline, i.ratio, i.aim, verdicts[i.ok]) for i in lines]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    written = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([written[0], "  ".join("-" * width for width in widths), *written[1:]])
