"""What accounts moved within the entries that touch others: assets that left, taxes on sales.

An entry that touches a book value sold (657, 6671) or a depreciation (28) and credits an asset
takes that asset out. Reads the store where it lies; knows local accounts only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from maillage.ledger.engine.duck import asking, one_file, quoted
from maillage.ledger.engine.entry_checks import OPENING


@dataclass(frozen=True, slots=True)
class Beside:
    """Cents of a local account in a month, in the entries that touch others.

    `axis`: of the book's first analytical column, "" where it has none; `is_between`: whether its
    lines are those of `facing`.
    """

    account: str
    month: dt.date | None
    axis: str
    debit: int
    credit: int
    is_between: bool = False


Handed = tuple[Beside, ...]
Run = Callable[[str], Sequence[tuple[Any, ...]]]
"""Asks SQL, for its rows."""


def moved_beside(
    folder: Path, accounts: Iterable[str], telling: Iterable[str], facing: str = "false"
) -> tuple[Beside, ...]:
    """What local accounts of a book moved in the entries that touch one of `telling`.

    Opening entries are left out. Entries are told by journal and number, by piece without one.
    `facing`: SQL of the lines to be told apart.
    """
    held, others = tuple(sorted(set(accounts))), tuple(sorted(set(telling)))
    return _beside(folder, held, others, facing) if held and others else ()


@lru_cache(maxsize=128)
def _beside(
    folder: Path, held: tuple[str, ...], others: tuple[str, ...], facing: str
) -> tuple[Beside, ...]:
    """What a folder of the store holds never changes: what was read of it is kept in memory."""
    from maillage.ledger.engine.ledger_reader import LedgerFile

    axes = LedgerFile.load(folder).axes
    axis = f"coalesce(\"{axes[0]}\"::VARCHAR, '')" if axes else "''"
    entry = "journal, number, CASE WHEN number = '' THEN piece || date::VARCHAR END AS other"
    lines = f"FROM read_parquet(?) WHERE NOT coalesce({OPENING}, false)"
    with asking() as connection:
        rows = connection.execute(
            f"WITH telling AS (SELECT DISTINCT {entry} {lines} AND list_contains(?, account)), "
            f"held AS (SELECT {entry}, account, date_trunc('month', date)::DATE AS month, "
            f"{axis} AS axis, {facing} AS is_between, debit, credit {lines} "
            "AND list_contains(?, account)) "
            "SELECT account, month, axis, (sum(debit) * 100)::BIGINT, "
            "(sum(credit) * 100)::BIGINT, is_between FROM held "
            "SEMI JOIN telling ON held.journal = telling.journal "
            "AND held.number = telling.number "
            "AND held.other IS NOT DISTINCT FROM telling.other "
            "GROUP BY ALL ORDER BY ALL",
            [
                *(one_file(folder / "lines.parquet"), list(others)),
                *(one_file(folder / "lines.parquet"), list(held)),
            ],
        ).fetchall()
    return tuple(Beside(*row) for row in rows)


ENTRY = "row(journal, number, coalesce(CASE WHEN number = '' THEN piece || date::VARCHAR END, ''))"


def within(folder: Path) -> str:
    """SQL, to be given local accounts: whether a stored line is of an entry that touches one of
    them, as `moved_beside` tells."""
    kept = f"NOT coalesce({OPENING}, false)"
    stored = f"read_parquet({quoted(one_file(folder / 'lines.parquet'))})"
    return (
        f"({kept} AND {ENTRY} IN "
        f"(SELECT {ENTRY} FROM {stored} WHERE {kept} AND list_contains(?, account)))"
    )


def credited(lines: str) -> str:
    """SQL: `cube.Credited` of the lines of a book, whatever its accounts are sent to. `lines`: SQL
    of them. Depreciation, which year ends credit, is left out as an asset."""
    entry = "journal, number, CASE WHEN number = '' THEN piece || date::VARCHAR END AS other"
    return (
        f"WITH held AS (SELECT {entry}, account, date_trunc('month', date)::DATE AS month, credit "
        f"FROM ({lines}) WHERE left(account, 1) IN ('2', '6', '7') "
        f"AND NOT coalesce({OPENING}, false)), "
        "sold AS (SELECT * FROM held WHERE left(account, 1) = '2' "
        "AND left(account, 2) NOT IN ('28', '29') AND credit <> 0), "
        "beside AS (SELECT journal, number, other, list_sort(list(DISTINCT account)) AS accounts "
        "FROM held SEMI JOIN sold ON held.journal = sold.journal AND held.number = sold.number "
        "AND held.other IS NOT DISTINCT FROM sold.other GROUP BY journal, number, other) "
        "SELECT account, month, accounts, (sum(credit) * 100)::BIGINT FROM sold JOIN beside "
        "ON sold.journal = beside.journal AND sold.number = beside.number "
        "AND sold.other IS NOT DISTINCT FROM beside.other GROUP BY ALL ORDER BY ALL"
    )


def handed(lines: str, written_down: Iterable[str], run: Run, axis: str = "''") -> Handed:
    """What goes with depreciation in entries without a charge or a product: nothing is bought or
    sold there, a chamber hands over what it has or takes what another had.

    So does, in the same months, what equity answers for in other entries; not what is scrapped
    whole. `lines`: SQL of those of a book; `written_down`: its accounts of depreciation; `axis`:
    SQL of what stands in the result as one.
    """
    down = f"account IN ({', '.join(map(quoted, sorted(set(written_down)))) or 'NULL'})"
    entry = "journal, number, CASE WHEN number = '' THEN piece || date::VARCHAR END AS other"
    net = "coalesce(debit, 0) - coalesce(credit, 0)"
    booked = (
        f"booked AS (SELECT {entry}, account, date_trunc('month', date)::DATE AS month, {axis} AS "
        f"axis, debit, credit, {net} AS net, {down} AS is_down, left(account, 1) AS class "
        f"FROM ({lines}) WHERE NOT coalesce({OPENING}, false))"
    )
    plain = "NOT bool_or(class IN ('6', '7'))"
    scrapped = "bool_and(class = '2') AND NOT bool_or(net > 0 AND NOT is_down)"
    wide = "bool_or(left(account, 2) IN ('10', '11', '12')) AND "
    wide += "bool_or(class = '2' OR left(account, 2) IN ('13', '16', '17'))"
    told = "SELECT journal, number, other, min(month) AS month FROM booked"
    rows = run(
        f"WITH {booked}, "
        f"first AS ({told} GROUP BY journal, number, other "
        f"HAVING bool_or(is_down) AND {plain} AND NOT ({scrapped})), "
        f"kept AS (SELECT * FROM first UNION {told} "
        "WHERE month IN (SELECT month FROM first) GROUP BY journal, number, other "
        f"HAVING {plain} AND {wide}) "
        "SELECT account, booked.month, axis, (sum(coalesce(debit, 0)) * 100)::BIGINT, "
        "(sum(coalesce(credit, 0)) * 100)::BIGINT FROM booked JOIN kept "
        "ON booked.journal = kept.journal AND booked.number = kept.number "
        "AND booked.other IS NOT DISTINCT FROM kept.other "
        "GROUP BY ALL ORDER BY ALL"
    )
    return tuple(Beside(*row) for row in rows)


@lru_cache(maxsize=128)
def handed_in(folder: Path, written_down: tuple[str, ...]) -> Handed:
    """`handed` of a book of the store, by its first analytical column."""
    from maillage.ledger.engine.ledger_reader import LedgerFile

    if not written_down:
        return ()
    axes = LedgerFile.load(folder).axes
    axis = f"coalesce(\"{axes[0]}\"::VARCHAR, '')" if axes else "''"
    lines = f"SELECT * FROM read_parquet({quoted(one_file(folder / 'lines.parquet'))})"
    with asking() as connection:
        return handed(lines, written_down, lambda sql: connection.execute(sql).fetchall(), axis)


def by_account(rows: Iterable[Beside], common: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    """Debits and credits by common account; `common`: from a local one, "" for none."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        if account := common(row.account):
            debit, credit = found.get(account, (0, 0))
            found[account] = debit + row.debit, credit + row.credit
    return found


@dataclass(frozen=True, slots=True)
class Opened:
    """Cents of the opening entries of a local account."""

    account: str
    debit: int
    credit: int


@lru_cache(maxsize=256)
def opened(folder: Path) -> tuple[Opened, ...]:
    """The opening entries of a book by account; none where it has no such entry."""
    with asking() as connection:
        rows = connection.execute(
            "SELECT account, sum(debit)::BIGINT, sum(credit)::BIGINT FROM read_parquet(?) "
            "WHERE coalesce(opening, false) GROUP BY account ORDER BY account",
            [one_file(folder / "cube.parquet")],
        ).fetchall()
    return tuple(Opened(*row) for row in rows)
