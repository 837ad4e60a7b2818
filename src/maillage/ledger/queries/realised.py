"""What the books say was realised, by common account: what budgets are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maillage.ledger import book_folders
from maillage.ledger.engine.duck import one_file
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.network.models import Network


@dataclass(frozen=True, slots=True)
class Realised:
    """What an entity moved on a common account in a month (1 to 12, 0 unknown); cents.

    `axis`: the value of the first analytical axis of its file, "" where it has none.
    """

    entity: str
    month: int
    account: str
    axis: str
    debit: int
    credit: int


@lru_cache(maxsize=64)
def _moved(folder: Path) -> tuple[tuple[str, dt.date | None, str, int, int], ...]:
    """Account, month, axis, debit, credit of one book, opening entries left out."""
    import duckdb

    from maillage.ledger.engine.ledger_reader import LedgerFile

    axes = LedgerFile.load(folder).axes
    axis = f"coalesce(\"{axes[0]}\"::VARCHAR, '')" if axes else "''"
    with duckdb.connect() as connection:
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


def _realised(
    mapping: Mapping, files: Iterable[BookFile], until: dt.date | None
) -> Iterable[Realised]:
    totals: dict[tuple[str, int, str, str], list[int]] = {}
    for file in files:
        entity = file.book.entity.code
        for account, month, axis, debit, credit in _moved(book_folders.folder(file)):
            if until and (month is None or month > until):
                continue
            target = mapping.resolve(entity, account or "")
            if target is None:
                continue
            key = (entity, month.month if month else 0, target.account, axis)
            cell = totals.setdefault(key, [0, 0])
            cell[0] += debit
            cell[1] += credit
    for key in sorted(totals):
        yield Realised(*key, *totals[key])
