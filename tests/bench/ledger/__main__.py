"""`python -m tests.bench.ledger [LINES]`: what others take to add up books made from a seed."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from maillage.ledger.engine.generate import generate_books
from tests.bench.ledger.baselines import ALL, Baseline, Skipped
from tests.bench.ledger.child import Cost
from tests.bench.measure import Line, seconds, table


def median(costs: list[Cost]) -> Cost:
    """The median of each figure; of memory, the largest."""
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor for cost in costs),
        max(cost.peak for cost in costs),
    )


def in_turns(baselines: list[Baseline], runs: int) -> dict[str, Cost]:
    """Each baseline `runs` times, in turns, so that a busy moment falls on all."""
    costs: dict[str, list[Cost]] = {baseline.name: [] for baseline in baselines}
    for _ in range(runs):
        for baseline in baselines:
            print(f"… {baseline.name}", file=sys.stderr, flush=True)
            costs[baseline.name].append(baseline.measure())
    return {name: median(series) for name, series in costs.items()}


def shown(costs: dict[str, Cost], skipped: list[Skipped]) -> list[Line]:
    """One line per baseline, against the first; then those that were not run."""
    first, *_ = costs
    floor = costs[first]
    lines = [
        Line(
            f"{name} (processor {seconds(cost.processor)}, {cost.processor / floor.processor:.1f} "
            f"times; peak {cost.peak >> 20} MB)",
            seconds(cost.seconds),
            f"{first} {seconds(floor.seconds)}",
            f"{cost.seconds / floor.seconds:.2f}",
        )
        for name, cost in costs.items()
    ]
    return lines + [Line(f"{each.name}: {each.reason}", "skipped") for each in skipped]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ledger", description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=sorted(ALL), default=list(ALL))
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as name:
        folder = Path(name)
        truth = generate_books(folder / "books", seed=chosen.seed, lines=chosen.lines)
        found = [make(truth, folder) for key, make in ALL.items() if key in chosen.only]
        runnable = [each for each in found if isinstance(each, Baseline)]
        costs = in_turns(runnable, chosen.runs)
    print(table(shown(costs, [each for each in found if isinstance(each, Skipped)])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
