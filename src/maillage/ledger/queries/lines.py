"""Entry lines, read from the store: filtered, counted, added up, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from maillage.ledger import archive
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.models import BookFile
from maillage.ledger.queries.local import local_accounts

COLUMNS = (
    *("line", "date", "journal", "number", "account", "account_label", "aux", "aux_label"),
    *("piece", "label", "debit", "credit", "lettering"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the lines; empty means all.

    `account`: beginning of a common account; `local`: of a local one; `month`: its first day;
    `until`: months up to `month` too; `partner`: auxiliary accounts; `text`: in label or piece.
    """

    account: str = ""
    local: str = ""
    month: dt.date | None = None
    until: bool = False
    journal: str = ""
    number: str = ""
    partner: tuple[str, ...] = ()
    text: str = ""
    unmapped: bool = False


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry; amounts in cents. `common`: its common account, "" for none."""

    entity: str
    common: str
    line: int
    date: dt.date | None
    journal: str
    number: str
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
class Page:
    """Some of the lines found, and what all of them come to."""

    lines: tuple[EntryLine, ...] = ()
    count: int = 0
    debit: int = 0
    credit: int = 0
    journals: tuple[str, ...] = field(default=())


def entry_lines(
    files: Sequence[BookFile],
    mapping: Mapping,
    asked: Filter,
    *,
    limit: int = 100,
    offset: int = 0,
) -> Page:
    """Lines of these books that answer, in the order of books, dates and lines."""
    if not files:
        return Page()
    accounts = [(a.entity, a.number) for a in local_accounts(files)]
    targets = {key: found.account for key in accounts if (found := mapping.resolve(*key))}
    parts, values = _parts(files, targets, asked)
    with duckdb.connect() as connection:
        union = " UNION ALL ".join(parts)
        totals = connection.execute(
            f"SELECT count(*), coalesce(sum(debit), 0), coalesce(sum(credit), 0) FROM ({union})",
            values,
        ).fetchone()
        rows = connection.execute(
            f"SELECT * FROM ({union}) ORDER BY rank, date, line LIMIT {limit:d} OFFSET {offset:d}",
            values,
        ).fetchall()
        journals = connection.execute(
            "SELECT DISTINCT journal FROM read_parquet(?) WHERE journal <> '' ORDER BY journal",
            [[str(archive.folder(f) / "cube.parquet") for f in files]],
        ).fetchall()
    count, debit, credit = totals or (0, 0, 0)
    entities = [file.book.entity.code for file in files]
    found = tuple(_line(entities[row[0]], targets, row[1:]) for row in rows)
    return Page(found, count, debit, credit, tuple(name for (name,) in journals))


def _line(entity: str, targets: dict[tuple[str, str], str], row: Sequence[Any]) -> EntryLine:
    values = [value if value is not None or name == "date" else "" for name, value in
              zip(COLUMNS, row, strict=True)]  # fmt: skip
    return EntryLine(entity, targets.get((entity, values[4]), ""), *values)


def _parts(
    files: Sequence[BookFile], targets: dict[tuple[str, str], str], asked: Filter
) -> tuple[list[str], list[Any]]:
    """One query per book, with its values."""
    columns = ", ".join(c for c in COLUMNS if c not in ("debit", "credit", "lettering"))
    cents = "(debit * 100)::BIGINT AS debit, (credit * 100)::BIGINT AS credit, lettering"
    parts: list[str] = []
    values: list[Any] = []
    for rank, file in enumerate(files):
        wheres, given = _conditions(file.book.entity.code, targets, asked)
        parts.append(
            f"SELECT {rank} AS rank, {columns}, {cents} FROM read_parquet(?) "
            f"WHERE {' AND '.join(wheres) or 'true'}"
        )
        values += [str(archive.folder(file) / "lines.parquet"), *given]
    return parts, values


def _conditions(
    entity: str, targets: dict[tuple[str, str], str], asked: Filter
) -> tuple[list[str], list[Any]]:
    wheres: list[str] = []
    values: list[Any] = []

    def ask(condition: str, *given: Any) -> None:
        wheres.append(condition)
        values.extend(given)

    mine = {local: common for (code, local), common in targets.items() if code == entity}
    if asked.account:
        ask(
            "list_contains(?, account)", [a for a, c in mine.items() if c.startswith(asked.account)]
        )
    if asked.unmapped:
        ask("NOT list_contains(?, coalesce(account, ''))", list(mine))
    if asked.local:
        ask("starts_with(account, ?)", asked.local)
    if asked.month:
        ask(f"date_trunc('month', date) {'<=' if asked.until else '='} ?", asked.month)
    for name in ("journal", "number"):
        if value := getattr(asked, name):
            ask(f"{name} = ?", value)
    if asked.partner:
        ask("list_contains(?, aux)", list(asked.partner))
    if asked.text:
        ask("(contains(lower(label), lower(?)) OR contains(lower(piece), lower(?)))",
            asked.text, asked.text)  # fmt: skip
    return wheres, values


@dataclass(frozen=True, slots=True)
class Piece:
    """What two chambers booked of each other under one piece; cents, debit less credit."""

    piece: str
    date: dt.date | None
    label: str
    says: int
    answers: int

    @property
    def difference(self) -> int:
        return self.says + self.answers

    @property
    def pending(self) -> bool:
        return not self.says or not self.answers


def unmatched(ours: Iterable[EntryLine], theirs: Iterable[EntryLine]) -> list[Piece]:
    """Pieces on which two chambers do not say alike, the oldest first."""
    found: dict[str, list[Any]] = {}
    for side, lines in enumerate((ours, theirs)):
        for line in lines:
            cell = found.setdefault(line.piece, [line.date, line.label, 0, 0])
            cell[2 + side] += line.debit - line.credit
    pieces = [Piece(piece, *cell) for piece, cell in found.items() if cell[2] + cell[3]]
    return sorted(pieces, key=lambda p: (p.date or dt.date.max, p.piece))
