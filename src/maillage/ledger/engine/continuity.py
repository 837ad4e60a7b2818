"""What a book says beside another: the same content, an opening that is not the former closing.

Plan comptable général, article 112-2: the balances of classes 1 to 5 that open an exercise are
those that closed the former one, before the result is allocated; classes 6 and 7 open at nothing.
Knows cubes and stored lines; refuses to know whose they are. Amounts are integer cents, debit less
credit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from maillage.kernel.money import NBSP, exact_euros
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.duck import Duck, one_file, quoted

RESULT = "12"
"""Accounts of the result, which the former exercise may have left to the movements of 6 and 7."""
TOLD = 20
"""Accounts told one by one; the others are counted."""

Account = tuple[str, str]
"""A local account and its auxiliary, "" for none."""


@dataclass(frozen=True, slots=True)
class Balances:
    """What a book closes with, what its opening entries bring, and its result.

    `opened` is empty where the book has no opening entry.
    """

    closed: Mapping[Account, int] = field(default_factory=dict)
    opened: Mapping[Account, int] = field(default_factory=dict)
    result: int = 0


@dataclass(frozen=True, slots=True)
class OpeningGap:
    """An account whose opening is not its former closing."""

    account: str
    auxiliary: str
    closed: int
    opened: int

    @property
    def difference(self) -> int:
        return self.opened - self.closed


def balances_of(folder: Path) -> Balances:
    """The balances of a book of the store. Raises OSError where it holds no cube."""
    cube = quoted(one_file(folder / "cube.parquet"))
    with Duck(folder, threads=1) as duck:
        rows = duck.run(
            "SELECT account, aux, sum(debit - credit)::BIGINT, "
            "coalesce(sum(debit - credit) FILTER (opening), 0)::BIGINT "
            f"FROM read_parquet({cube}) WHERE account <> '' GROUP BY ALL"
        )
    return balances((account, aux, net, opened) for account, aux, net, opened in rows)


def balances(rows: Iterable[tuple[str, str, int, int]]) -> Balances:
    """Balances out of (account, auxiliary, net, net of the opening entries)."""
    closed: dict[Account, int] = {}
    opened: dict[Account, int] = {}
    result = 0
    for account, auxiliary, net, opening in rows:
        key = (account, auxiliary)
        if account[:1] in "67":
            result += net
        elif net:
            closed[key] = closed.get(key, 0) + net
        if opening:
            opened[key] = opened.get(key, 0) + opening
    return Balances(closed, opened, result)


def opening_gaps(
    former: Balances, book: Balances, bridge: Callable[[str], str] = str
) -> list[OpeningGap]:
    """Accounts that do not open as they closed, the largest difference first.

    `bridge`: the common account of a local one: an account renumbered from one exercise to the
    next is no gap where its common account opens as it closed. Auxiliaries are compared where the
    opening has them, on accounts that agree as a whole. None without any opening entry.
    """
    if not book.opened:
        return []
    closed, opened = _by_account(former.closed), _by_account(book.opened)
    was, now = (
        sum(net for account, net in nets.items() if account.startswith(RESULT))
        for nets in (closed, opened)
    )
    accounts = {a for a in closed.keys() | opened.keys() if not a.startswith(RESULT)}
    pairs = {a: (closed.get(a, 0), opened.get(a, 0)) for a in accounts}
    found = [OpeningGap(a, "", *pair) for a, pair in pairs.items() if pair[0] != pair[1]]
    found = _without_renumbered(found, bridge)
    if was + former.result != now:
        found.append(OpeningGap(RESULT, "", was + former.result, now))
    wrong = {gap.account for gap in found}
    detailed = {account for account, auxiliary in book.opened if auxiliary}
    for key in former.closed.keys() | book.opened.keys():
        if key[0] in detailed - wrong and former.closed.get(key, 0) != book.opened.get(key, 0):
            found.append(OpeningGap(*key, former.closed.get(key, 0), book.opened.get(key, 0)))
    return sorted(found, key=lambda gap: (-abs(gap.difference), gap.account, gap.auxiliary))


def _without_renumbered(gaps: list[OpeningGap], bridge: Callable[[str], str]) -> list[OpeningGap]:
    """Gaps but for those of accounts that only changed their number within a common account."""
    totals: dict[str, int] = {}
    both: set[str] = set()
    for gap in gaps:
        common = bridge(gap.account)
        totals[common] = totals.get(common, 0) + gap.difference
        if gap.closed and gap.opened:
            both.add(common)
    return [g for g in gaps if totals[bridge(g.account)] or bridge(g.account) in both]


def _by_account(nets: Mapping[Account, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (account, _auxiliary), net in nets.items():
        found[account] = found.get(account, 0) + net
    return found


def opening_findings(
    where: str, former: Balances, book: Balances, bridge: Callable[[str], str] = str
) -> list[AccountsFinding]:
    """The same in words. Warnings: opening.difference by account, opening.absent, opening.more."""
    if former.closed and not book.opened:
        what = "aucune écriture d’à-nouveaux, alors que l’exercice précédent laisse des soldes"
        return [AccountsFinding("opening.absent", "warning", where, what, "les à-nouveaux")]
    gaps = opening_gaps(former, book, bridge)
    found = [
        AccountsFinding(
            "opening.difference",
            "warning",
            f"{where}, compte {gap.account}{', tiers ' if gap.auxiliary else ''}{gap.auxiliary}",
            f"ouvert à {exact_euros(gap.opened)}, clos à {exact_euros(gap.closed)}",
            "le solde de clôture de l’exercice précédent",
            exact_euros(gap.difference),
        )
        for gap in gaps[:TOLD]
    ]
    if len(gaps) > TOLD:
        rest = gaps[TOLD:]
        what = (
            f"{len(rest)} autres comptes ne s’ouvrent pas comme ils ont clos{NBSP}: écarts de "
            f"{exact_euros(sum(abs(gap.difference) for gap in rest))} en valeur absolue"
        )
        found.append(AccountsFinding("opening.more", "warning", where, what))
    return found


# -- the same content under two names --------------------------------------------------------------


def fingerprint(rows: Iterable[tuple[object, ...]]) -> str:
    """What a book moves by account, journal and month, however it is written, as one number.

    `rows`: (account, journal, month, debit, credit, lines). Books that only differ by
    what their lines say share it.
    """
    told = sorted(repr(tuple(row)) for row in rows)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
