"""Local accounts of the books: their labels and totals, read from the monthly cubes.

What a folder of the store holds never changes: what was read of it is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from maillage.ledger import archive
from maillage.ledger.models import BookFile


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """One account of one book, in cents over the exercise."""

    entity: str
    number: str
    label: str
    debit: int
    credit: int
    lines: int

    @property
    def moved(self) -> int:
        return self.debit + self.credit


@lru_cache(maxsize=256)
def _accounts(folder: Path) -> tuple[tuple[str, str, int, int, int], ...]:
    cube = str(folder / "cube.parquet")
    with duckdb.connect() as connection:
        return tuple(
            connection.execute(
                "SELECT account, arg_max(account_label, lines), sum(debit)::BIGINT, "
                "sum(credit)::BIGINT, sum(lines)::BIGINT FROM read_parquet(?) "
                "GROUP BY account ORDER BY account",
                [cube],
            ).fetchall()
        )


def local_accounts(files: Iterable[BookFile]) -> list[LocalAccount]:
    """Every account of these books, by entity then number."""
    return [
        LocalAccount(file.book.entity.code, number or "", label or "", debit, credit, lines)
        for file in files
        for number, label, debit, credit, lines in _accounts(archive.folder(file))
    ]
