"""What the dashboard draws: a year month by month, what moved the result, budgets against books.

Reads what `queries/dashboard.py` knows of a year: no query of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.workspaces.finance.engine.dashboard import (
    INDICATORS,
    Figure,
    Indicator,
    Movement,
    lacks,
)
from maillage.workspaces.finance.engine.result_bridge import moves
from maillage.workspaces.finance.queries.dashboard import RESULT, Known

UNTOLD = Figure(None)


@dataclass(frozen=True, slots=True)
class Executed:
    """Charges of a chamber up to the cut-off, in cents, and what its budget meant by then; None
    where one is not told, and why."""

    name: str
    spent: int | None
    budget: int | None
    why_spent: str
    why_budget: str


def executed(now: Known, month: int) -> list[Executed]:
    facts = now.facts(month)
    found = []
    for entity in now.chambers:
        one = facts[entity.pk]
        whys = [
            "" if getattr(one, name) is not None else lacks(name, one)
            for name in ("spent", "budget")
        ]
        found.append(Executed(entity.short_name or entity.name, one.spent, one.budget, *whys))
    return found


@dataclass(frozen=True, slots=True)
class Trend:
    """The network's figure of an indicator at each end of month: this year's up to the cut-off,
    the whole of the year before."""

    indicator: Indicator
    now: list[Figure]
    former: list[Figure]


def trends(now: Known, before: Known, month: int, wanted: Sequence[Indicator]) -> list[Trend]:
    present = [now.measured(one, wanted) if one <= month else None for one in range(1, 13)]
    former = [before.measured(one, wanted) for one in range(1, 13)]
    return [
        Trend(
            indicator,
            [UNTOLD if held is None else held[place].network for held in present],
            [held[place].network for held in former],
        )
        for place, indicator in enumerate(wanted)
    ]


@dataclass(frozen=True, slots=True)
class ResultBridge:
    """The network's result a year before, what moved it, what it is; `why`: why it is not told."""

    former: int = 0
    moves: tuple[tuple[str, int], ...] = ()
    now: int = 0
    why: str = ""


def result_bridge(now: Known, before: Known, month: int) -> ResultBridge:
    """Up to the same month of both years, what chambers book with each other taken out."""
    result = [one for one in INDICATORS if one.code == RESULT]
    levels = []
    for known in (before, now):
        figure = known.measured(month, result)[0].network
        if figure.rounded is None:
            return ResultBridge(why=f"résultat {known.year}\u00a0: {figure.reason}")
        levels.append(figure.rounded)
    told = moves(_whole(now, month), _whole(before, month))
    return ResultBridge(levels[0], tuple(told), levels[1])


def _whole(known: Known, month: int) -> list[Movement]:
    return [row for rows in known.balances(month, net=True).values() for row in rows]
