"""What a change of rules would move, exercise by exercise: shown before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.money import parse_count
from maillage.ledger.engine.mapping import Change
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.local import LocalAccount, local_accounts
from maillage.ledger.queries.mapping import RuleValue, changed, moves, rules_of
from maillage.network.models import Network
from maillage.people.requests import Request

SHOWN = 300
"""Accounts moved that a page shows; all of them are counted."""


def chosen_year(request: Request, files: Iterable[BookFile]) -> int | None:
    """The exercise asked for where it has a book, else the latest that has one."""
    years = {file.book.year for file in files}
    asked = request.GET.get("exercice") or request.POST.get("exercice", "")
    number = parse_count(asked)
    return number if number in years else max(years, default=None)


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


def bench_of(network: Network, request: Request | None = None) -> Bench:
    """The accounts of the exercise asked for, the latest without a request."""
    files = current_files(network)
    years = sorted({file.book.year for file in files}, reverse=True)
    year = chosen_year(request, files) if request else next(iter(years), None)
    held = [file for file in files if file.book.year == year]
    return Bench(network, year, years, local_accounts(held), files)


def effect_of(bench: Bench, given: Sequence[RuleValue], removed: Iterable[Any]) -> dict[str, Any]:
    """What the rules given and withdrawn would move, as the pages show it."""
    network, rules = bench.network, rules_of(bench.network)
    after = changed(rules, given, [tuple(key) for key in removed])
    moved, chart = moves(rules, after, bench.accounts), common_chart(network)
    labels = {(a.entity, a.number): a.label for a in bench.accounts}
    return {
        "year": bench.year,
        "elsewhere": [
            (year, len(moves(rules, after, bench.accounts_of(year))))
            for year in bench.years
            if year != bench.year
        ],
        "moves": [(m, labels[m.entity, m.local_account]) for m in moved[:SHOWN]],
        "count": len(moved),
        "crossing": sum(map(_crosses, moved)),
        "most": SHOWN,
        "total": sum(m.debit + m.credit for m in moved),
        "short": {e.code: e.short_name for e in network.entities.all()},
        "names": {n: chart.name_of(n) for m in moved for n in (m.before, m.after) if n},
    }


def _crosses(move: Change) -> bool:
    """Whether an account would go to another class than its own."""
    return move.after is not None and move.after[0] != move.local_account[0]
