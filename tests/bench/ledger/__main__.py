"""`python -m tests.bench.ledger [LINES]`: our engine and others on books made from a seed.

Prints what each takes, then our aims as ratios of medians of the same run. Exits with 1 where an
aim is not met.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.ledger import ours
from tests.bench.ledger.baselines import ALL, Baseline, Skipped
from tests.bench.ledger.child import Cost, call
from tests.bench.measure import Line, against, seconds, table
from tests.generated_books import Truth, generate_books


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


OURS, AGAIN = "consolidation with all checks", "run again, files unchanged"


def wanted(lines: int) -> tuple[tuple[str, str, float], ...]:
    """What is compared with what, and the largest ratio wanted, for books of that many lines.

    What starting costs weighs on few lines: raw reading is compared from ten million on. Every
    entry is proved exactly in the one pass: the certified closing is the same work.
    """
    if lines < 10_000_000:
        return (
            (OURS, "hledger", 1 / 25),
            (OURS, "beancount", 1 / 60),
            (OURS, "ledger-cli", 1 / 6),
            ("start of the command", "the whole command", 1 / 3),
        )
    return (
        (OURS, "DuckDB bare", 1.0),
        (OURS, "DuckDB count(*)", 1.35),
        (OURS, "C floor", 2.6),
        (OURS, "ledger-cli", 1 / 15),
        (AGAIN, OURS, 0.05 if lines >= 50_000_000 else 0.2),
        ("import into the store", "the pass alone", 4.0),
    )


def aims(costs: dict[str, Cost], lines: int) -> list[Line]:
    """Our aims against what was measured beside them."""
    return [
        against(what, costs[what].seconds, name, costs[name].seconds, aim)
        for what, name, aim in wanted(lines)
        if what in costs and name in costs
    ]


def after_import(truth: Truth, folder: Path) -> list[Line]:
    """The questions asked of the store."""
    found = []
    _, times = call("tests.bench.ledger.ours:asked", str(folder / "store"), dict(truth.accounts))
    for name, value in times.items():
        found.append(Line(name, seconds(value), "", "", "<= 0.5 s", value <= 0.5))
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ledger", description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=sorted(ALL), default=list(ALL))
    parser.add_argument("--no-import", action="store_true", help="leave the store out")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as name:
        folder = Path(name)
        truth = generate_books(folder / "books", seed=chosen.seed, lines=chosen.lines)
        found = [make(truth, folder) for key, make in ALL.items() if key in chosen.only]
        found += [ours.consolidation(truth, folder), ours.again(truth, folder)]
        found += [ours.start(truth, folder), ours.command(truth, folder)]
        if not chosen.no_import:
            found += [ours.one_pass(truth, folder), ours.import_(truth, folder)]
        runnable = [each for each in found if isinstance(each, Baseline)]
        costs = in_turns(runnable, chosen.runs)
        lines = aims(costs, truth.lines)
        lines += [] if chosen.no_import else after_import(truth, folder)
    print(table(shown(costs, [each for each in found if isinstance(each, Skipped)])))
    print(table(lines))
    return int(any(line.ok is False for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
