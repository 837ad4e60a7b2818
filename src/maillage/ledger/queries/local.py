"""Local accounts of the books: their labels and totals, read from the monthly cubes.

What a folder of the store holds never changes: what was read of it is kept in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maillage.ledger import book_folders
from maillage.ledger.engine.duck import asking, one_file
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
        """Never less than nothing: a book may write a product as a debit below zero."""
        return abs(self.debit) + abs(self.credit)


@lru_cache(maxsize=256)
def _accounts(folder: Path) -> tuple[tuple[str, str, int, int, int], ...]:
    cube = one_file(folder / "cube.parquet")
    with asking() as connection:
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
        for number, label, debit, credit, lines in _accounts(book_folders.folder(file))
    ]


@dataclass(frozen=True, slots=True)
class LocalBalance:
    """What an account of one book stands at, opening entries counted; cents."""

    entity: str
    number: str
    debit: int
    credit: int


@lru_cache(maxsize=64)
def _monthly(folder: Path) -> tuple[tuple[str, dt.date | None, int, int], ...]:
    with asking() as connection:
        return tuple(
            connection.execute(
                "SELECT account, month, sum(debit)::BIGINT, sum(credit)::BIGINT "
                "FROM read_parquet(?) GROUP BY ALL ORDER BY ALL",
                [one_file(folder / "cube.parquet")],
            ).fetchall()
        )


def local_balances(files: Iterable[BookFile], until: dt.date | None = None) -> list[LocalBalance]:
    """Every account of these books up to a day, the whole exercise without one; what has no date
    is counted where there is none."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for file in files:
        for number, month, debit, credit in _monthly(book_folders.folder(file)):
            if until and (month is None or month > until):
                continue
            key = (file.book.entity.code, number or "")
            former = found.get(key, (0, 0))
            found[key] = (former[0] + debit, former[1] + credit)
    return [LocalBalance(*key, *pair) for key, pair in found.items()]


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """An auxiliary account of one account of one book; cents over the exercise."""

    entity: str
    account: str
    number: str
    debit: int
    credit: int
    label: str = ""


OF_HOUSE = r"\bCCI[RT]?\b|CHAMBRES? (TERRITORIALE |REGIONALE |RÉGIONALE )?DE COMMERCE"
"""What a label that is a chamber's holds, in capitals."""


@lru_cache(maxsize=256)
def _thirds(folder: Path, pattern: str) -> tuple[tuple[str, str, int, int, str], ...]:
    cube, lines = (one_file(folder / f"{name}.parquet") for name in ("cube", "lines"))
    with asking() as connection:
        return tuple(
            connection.execute(
                "WITH named AS (SELECT aux, any_value(aux_label) AS label FROM read_parquet(?) "
                "WHERE aux <> '' AND regexp_matches(upper(aux_label), ?) GROUP BY aux) "
                "SELECT account, aux, sum(debit)::BIGINT, sum(credit)::BIGINT, "
                "coalesce(any_value(label), '') FROM read_parquet(?) LEFT JOIN named USING (aux) "
                "WHERE aux <> '' AND (starts_with(account, '18') OR starts_with(account, '45') OR "
                "regexp_matches(upper(aux), ?) OR label IS NOT NULL) "
                "GROUP BY account, aux ORDER BY sum(abs(debit) + abs(credit)) DESC LIMIT 2000",
                [lines, OF_HOUSE, cube, pattern],
            ).fetchall()
        )


def third_parties(files: Iterable[BookFile], pattern: str) -> list[ThirdParty]:
    """Auxiliary accounts, on every account, that match a pattern (RE2) in capitals, or whose label
    says a chamber of commerce; and all those under the local accounts that chambers use between
    them (18, 45)."""
    return [
        ThirdParty(file.book.entity.code, *third)
        for file in files
        for third in _thirds(book_folders.folder(file), pattern)
    ]
