"""What a change of rules would move, exercise by exercise: read before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.ledger.engine.mapping import Change, RuleValue
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files, held_year
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.local import LocalAccount, local_accounts
from maillage.ledger.queries.mapping import changed, moves, rules_of
from maillage.network.models import Network

SHOWN = 300
"""Accounts moved that a page shows; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the workbench works on."""

    network: Network
    year: int | None
    years: list[int]
    accounts: list[LocalAccount]
    files: list[BookFile]

    def accounts_of(self, year: int) -> list[LocalAccount]:
        """The local accounts of an exercise."""
        return local_accounts([file for file in self.files if file.book.year == year])


def bench_of(network: Network, asked: int | None = None) -> Bench:
    """The accounts of the exercise asked for, of the latest where it has no book."""
    files = current_files(network)
    year = held_year(asked, files)
    years = sorted({file.book.year for file in files}, reverse=True)
    held = [file for file in files if file.book.year == year]
    return Bench(network, year, years, local_accounts(held), files)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of rules would move in an exercise: the first accounts with their labels, and
    what all of them come to. `elsewhere`: how many accounts in the other exercises."""

    year: int | None
    moves: list[tuple[Change, str]]
    count: int
    crossing: int
    total: int
    elsewhere: list[tuple[int, int]]
    short: dict[str, str]
    names: dict[str, str]
    most: int = SHOWN


def effect_of(bench: Bench, given: Sequence[RuleValue], removed: Iterable[Any]) -> Effect:
    """What the rules given and withdrawn would move."""
    network, rules = bench.network, rules_of(bench.network)
    after = changed(rules, given, [tuple(key) for key in removed])
    moved, chart = moves(rules, after, bench.accounts), common_chart(network)
    labels = {(a.entity, a.number): a.label for a in bench.accounts}
    others = [year for year in bench.years if year != bench.year]
    return Effect(
        bench.year,
        [(m, labels[m.entity, m.local_account]) for m in moved[:SHOWN]],
        len(moved),
        sum(map(_crosses, moved)),
        sum(abs(m.debit) + abs(m.credit) for m in moved),
        [(year, len(moves(rules, after, bench.accounts_of(year)))) for year in others],
        {e.code: e.short_name for e in network.entities.all()},
        {n: chart.name_of(n) for m in moved for n in (m.before, m.after) if n},
    )


def _crosses(move: Change) -> bool:
    """Whether an account would go to another class than its own."""
    return move.after is not None and move.after[0] != move.local_account[0]
