"""From a figure to the entries it is made of, read in the store: nothing is kept in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from maillage.ledger.engine.duck import quoted

COLUMNS = (
    "line", "journal", "number", "date", "account", "account_label", "aux", "aux_label", "piece",
    "label", "debit", "credit", "lettering",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a ledger; amounts in cents."""

    entity: str
    line: int
    journal: str
    number: str
    date: dt.date | None
    account: str
    account_label: str
    aux: str
    aux_label: str
    piece: str
    label: str
    debit: int
    credit: int
    lettering: str


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines. Empty means all; `accounts` are local numbers, `month` any day of it."""

    accounts: tuple[str, ...] = ()
    month: dt.date | None = None
    journal: str = ""
    aux: tuple[str, ...] = ()
    number: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the answer, and what all of it comes to (`count` lines, cents)."""

    lines: tuple[EntryLine, ...]
    count: int
    debit: int
    credit: int


def entries(
    folders: Sequence[tuple[str, Path]], question: Question, *, limit: int = 200, offset: int = 0
) -> Page:
    """Lines of several books ((chamber, folder) pairs) in order of date, chamber and line."""
    if not folders:
        return Page((), 0, 0, 0)
    parts = [
        f"SELECT {quoted(entity)} AS entity, {', '.join(COLUMNS)} "
        f"FROM read_parquet({quoted(str(folder / 'lines.parquet'))}) WHERE {_where(question)}"
        for entity, folder in folders
    ]
    source = " UNION ALL ".join(parts)
    with duckdb.connect() as connection:
        count, debit, credit = _one(
            connection,
            "SELECT count(*), coalesce((sum(debit) * 100)::BIGINT, 0), "
            f"coalesce((sum(credit) * 100)::BIGINT, 0) FROM ({source})",
        )
        rows = connection.execute(
            "SELECT * REPLACE ((debit * 100)::BIGINT AS debit, (credit * 100)::BIGINT AS credit) "
            f"FROM ({source}) ORDER BY date, entity, line "
            f"LIMIT {int(limit)} OFFSET {int(offset)}"
        ).fetchall()
    return Page(tuple(EntryLine(*row) for row in rows), count, debit, credit)


def _one(connection: Any, sql: str) -> tuple[int, int, int]:
    row: tuple[int, int, int] = connection.execute(sql).fetchone()
    return row


def _where(question: Question) -> str:
    """The conditions of a question, every value written as a literal."""
    parts = ["true"]
    if question.accounts:
        parts.append(f"account IN ({', '.join(map(quoted, question.accounts))})")
    if question.month:
        first = question.month.replace(day=1)
        following = (first + dt.timedelta(days=32)).replace(day=1)
        parts.append(f"date >= DATE '{first}' AND date < DATE '{following}'")
    if question.journal:
        parts.append(f"journal = {quoted(question.journal)}")
    if question.aux:
        parts.append(f"aux IN ({', '.join(map(quoted, question.aux))})")
    if question.number:
        parts.append(f"number = {quoted(question.number)}")
    for word in question.words.split():
        text = "lower(strip_accents(label || ' ' || piece || ' ' || aux_label))"
        parts.append(f"contains({text}, lower(strip_accents({quoted(word)})))")
    return " AND ".join(parts)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece between two chambers, as each booked it; cents, debit less credit, None: not."""

    piece: str
    says: int | None
    answers: int | None

    @property
    def difference(self) -> int:
        return (self.says or 0) + (self.answers or 0)

    @property
    def pending(self) -> bool:
        """Booked on one side only."""
        return self.says is None or self.answers is None


def pieces(
    one: tuple[Path, Sequence[str], Sequence[str]],
    other: tuple[Path, Sequence[str], Sequence[str]],
) -> tuple[Piece, ...]:
    """Pieces on which two books differ, the largest difference first.

    Each side: its folder, the local accounts of the family, the auxiliary numbers of the other.
    """
    sides = ["one", "other"]
    selects = []
    for name, (folder, accounts, aux) in zip(sides, (one, other), strict=True):
        where = _where(Question(accounts=tuple(accounts) or ("",), aux=tuple(aux) or ("",)))
        selects.append(
            f"{name} AS (SELECT piece, (sum(debit - credit) * 100)::BIGINT AS net "
            f"FROM read_parquet({quoted(str(folder / 'lines.parquet'))}) WHERE {where} "
            "GROUP BY piece)"
        )
    sql = (
        f"WITH {', '.join(selects)} SELECT coalesce(one.piece, other.piece), one.net, other.net "
        "FROM one FULL JOIN other USING (piece) "
        "WHERE coalesce(one.net, 0) + coalesce(other.net, 0) <> 0 "
        "ORDER BY abs(coalesce(one.net, 0) + coalesce(other.net, 0)) DESC, 1"
    )
    with duckdb.connect() as connection:
        rows = connection.execute(sql).fetchall()
    return tuple(Piece(*row) for row in rows)
