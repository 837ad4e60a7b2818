"""What the books say was realised, by common account: what budgets are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maillage.kernel.period import opening_of
from maillage.ledger import book_folders
from maillage.ledger.engine.disposals import Handed, handed_in, moved_beside
from maillage.ledger.engine.duck import asking, one_file
from maillage.ledger.engine.flows import EXIT, WRITTEN_DOWN, shipped_flows
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.network.models import Network


@dataclass(frozen=True, slots=True)
class Realised:
    """What an entity moved on a common account in a month (1 to 12, 0 unknown); cents.

    `axis`: the value of the first analytical axis of its file, "" where it has none. `gone`: of the
    credit, the gross value of assets sold or scrapped; `taken`, `given`: of the debit and the
    credit, what is handed over or taken over, which is no money.
    """

    entity: str
    month: int
    account: str
    axis: str
    debit: int
    credit: int
    gone: int = 0
    taken: int = 0
    given: int = 0


Gone = dict[tuple[str, dt.date | None, str], int]
"""Cents by common account, month and axis."""


@lru_cache(maxsize=64)
def _moved(folder: Path) -> tuple[tuple[str, dt.date | None, str, int, int], ...]:
    """Account, month, axis, debit, credit of one book, opening entries left out."""
    from maillage.ledger.engine.ledger_reader import LedgerFile

    axes = LedgerFile.load(folder).axes
    axis = f"coalesce(\"{axes[0]}\"::VARCHAR, '')" if axes else "''"
    with asking() as connection:
        return tuple(
            connection.execute(
                f"SELECT account, month, {axis} AS axis, sum(debit)::BIGINT, "
                "sum(credit)::BIGINT FROM read_parquet(?) WHERE NOT coalesce(opening, false) "
                "GROUP BY ALL ORDER BY ALL",
                [one_file(folder / "cube.parquet")],
            ).fetchall()
        )


def months_moved(folder: Path) -> frozenset[dt.date]:
    """The months one book moves, each by its first day, opening entries left out."""
    return frozenset(month for _account, month, *_ in _moved(folder) if month)


def disposed_of(file: BookFile, rules: Mapping, day: dt.date | None = None) -> Gone:
    """The gross value of what the entries of a book took out. `day`: whose sets of accounts tell
    it; those of the exercise by default."""
    return _disposed(file, targets_of(file, rules), day)


def handed_of(file: BookFile, targets: dict[str, str]) -> Handed:
    """What the entries of a book hand over or take over, by local account. `targets`: where these
    go."""
    down = sorted(a for a, target in targets.items() if target.startswith(WRITTEN_DOWN))
    return handed_in(book_folders.folder(file), tuple(down))


def targets_of(file: BookFile, rules: Mapping) -> dict[str, str]:
    """Where a book's local accounts go, those that move without a rule left out."""
    found = {}
    for account in {row[0] or "" for row in _moved(book_folders.folder(file))}:
        if target := rules.resolve(file.book.entity.code, account):
            found[account] = target.account
    return found


def _disposed(file: BookFile, targets: dict[str, str], day: dt.date | None = None) -> Gone:
    flows = shipped_flows()
    held = day or flows.read_on(opening_of(file.book.closing), targets.values())
    telling = flows.named(EXIT, held)
    exits = [local for local, account in targets.items() if account in telling]
    assets = [
        local
        for local, account in targets.items()
        if account.startswith("2") and account not in telling
    ]
    found: Gone = {}
    for row in moved_beside(book_folders.folder(file), assets, exits):
        if row.credit:
            key = (targets[row.account], row.month, row.axis)
            found[key] = found.get(key, 0) + row.credit
    return found


def realised(
    network: Network,
    year: int,
    until: dt.date | None = None,
    files: Iterable[BookFile] | None = None,
    rules: Mapping | None = None,
) -> list[Realised]:
    """Movements of the books in force that year, by entity, month, common account and axis.

    Opening entries are not movements of the year; accounts without a rule are left out. `until`:
    the last day counted; what has no date is counted where there is none. `files`, `rules`: where
    they are already known.
    """
    held = current_files(network) if files is None else files
    mapping = mapping_of(rules_of(network)) if rules is None else rules
    return list(_realised(mapping, [f for f in held if f.book.year == year], until))


def unplaced(
    network: Network,
    year: int,
    until: dt.date | None = None,
    files: Iterable[BookFile] | None = None,
) -> dict[str, tuple[int, int]]:
    """What `realised` leaves out of charges and products, by entity: how many local accounts of
    classes 6 and 7 no rule sends anywhere, and the cents moved on them."""
    held = current_files(network, year) if files is None else files
    mapping, found = mapping_of(rules_of(network)), {}
    for file in (f for f in held if f.book.year == year):
        entity, moved, targets = file.book.entity.code, 0, targets_of(file, mapping)
        lost: set[str] = set()
        for account, month, _axis, debit, credit in _moved(book_folders.folder(file)):
            if until and (month is None or month > until):
                continue
            local = account or ""
            if local[:1] in ("6", "7") and local not in targets:
                lost.add(local)
                moved += abs(debit) + abs(credit)
        if lost:
            found[entity] = (len(lost), moved)
    return found


def _realised(
    mapping: Mapping, files: Iterable[BookFile], until: dt.date | None
) -> Iterable[Realised]:
    totals: dict[tuple[str, int, str, str], list[int]] = {}

    def cell(entity: str, month: dt.date | None, account: str, axis: str) -> list[int]:
        key = (entity, month.month if month else 0, account, axis)
        return totals.setdefault(key, [0, 0, 0, 0, 0])

    for file in files:
        entity, targets = file.book.entity.code, targets_of(file, mapping)
        for account, month, axis, debit, credit in _moved(book_folders.folder(file)):
            if until and (month is None or month > until):
                continue
            target = targets.get(account or "")
            if target is None:
                continue
            sums = cell(entity, month, target, axis)
            sums[0] += debit
            sums[1] += credit
        for (account, month, axis), cents in _disposed(file, targets).items():
            if not until or (month is not None and month <= until):
                cell(entity, month, account, axis)[2] += cents
        for row in handed_of(file, targets):
            if row.account in targets and (not until or (row.month and row.month <= until)):
                sums = cell(entity, row.month, targets[row.account], row.axis)
                sums[3] += row.debit
                sums[4] += row.credit
    for key in sorted(totals):
        yield Realised(*key, *totals[key])
