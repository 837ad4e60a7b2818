"""From a figure to the entries it is made of: filtered, counted, added up, a page at a time.

Reads the store where it lies; nothing is kept but which accounts a book has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from maillage.ledger.engine import inference
from maillage.ledger.engine.consolidation import Book
from maillage.ledger.engine.disposals import within
from maillage.ledger.engine.duck import asking, one_file
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.flows import Accounts
from maillage.ledger.engine.ledger_file import LedgerFile
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.sharing import shared

COLUMNS = (
    *("line", "date", "journal", "number", "account", "account_label", "aux", "aux_label"),
    *("piece", "label", "debit", "credit", "lettering"),
)
SELECTED = ", ".join(
    f"({name} * 100)::BIGINT" if name in ("debit", "credit") else name for name in COLUMNS
)
AMOUNTS = "1 AS lines, (debit * 100)::BIGINT AS debit, (credit * 100)::BIGINT AS credit"
SUMS = "coalesce(sum(lines), 0), coalesce(sum(debit), 0), coalesce(sum(credit), 0)"
NEAR = 10_000
"""Lines up to which a page is found while the totals are made."""
BY_DAY = "date_trunc('month', date)"
"""The month of a stored line, as the cube keeps it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the lines; empty means all.

    `account`: beginning of a common account; `exact`: it, and none of its subdivisions; `among`:
    common accounts, whole, None for all; `local`: beginning of a local one; `month`: its first day;
    `until`: months up to `month` too; `third`: an auxiliary account; `partner`: a chamber, as
    `partners` knows it behind a line, or `families` behind a portion of one; `text`: in the label,
    the name of the third party (accents or not) or the piece; `axis`: a value of the book's first
    analytical column; `beside`: common accounts, one of which the entry of the line touches, no
    opening one, None for any entry.
    """

    account: str = ""
    exact: bool = False
    local: str = ""
    month: dt.date | None = None
    until: bool = False
    journal: str = ""
    number: str = ""
    third: str = ""
    partner: str = ""
    text: str = ""
    unmapped: bool = False
    axis: str = ""
    partners: Partners = field(default_factory=Partners)
    families: Families | None = None
    among: frozenset[str] | None = None
    beside: Accounts | None = None

    def takes(self, common: str) -> bool:
        """Whether it asks for that common account."""
        if self.among is not None and common not in self.among:
            return False
        return common == self.account if self.exact else common.startswith(self.account)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry; amounts in cents. `common`: its common account, "" for none.

    `shares`: what each chamber has of it, debit less credit, where its entry is shared out; `whole`
    is then the line as its book has it, be a chamber's part alone asked.
    """

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
    debit: int | None
    credit: int | None
    lettering: str
    shares: tuple[tuple[str, int], ...] = ()
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines found, and what all of them come to."""

    lines: tuple[EntryLine, ...] = ()
    count: int = 0
    debit: int = 0
    credit: int = 0
    journals: tuple[str, ...] = field(default=())


def entry_lines(
    books: Sequence[Book],
    mapping: Mapping,
    asked: Filter,
    *,
    limit: int = 100,
    offset: int = 0,
) -> Page:
    """Lines of these books that answer, in the order of books, dates and lines.

    Which lines make the page is asked first, from few columns; then those lines alone are read.
    Totals come from the monthly cubes wherever these can tell.
    """
    if not books:
        return Page()
    accounts = [
        (book.entity, number) for book in books for number in inference.accounts_in(book.folder)
    ]
    targets = {key: found.account for key in accounts if (found := mapping.resolve(*key))}
    store = _Store(books, targets, asked)
    with asking() as connection:
        sums, lines = store.found(connection, limit, offset)
        cubes = [one_file(book.folder / "cube.parquet") for book in books]
        journals = connection.execute(
            "SELECT DISTINCT journal FROM read_parquet(?) WHERE journal <> '' ORDER BY journal",
            [cubes],
        ).fetchall()
    return Page(tuple(lines), *sums, tuple(name for (name,) in journals))


@dataclass(frozen=True, slots=True)
class _Store:
    """The books asked, and where each local account goes."""

    books: Sequence[Book]
    targets: dict[tuple[str, str], str]
    asked: Filter

    def _each(self, columns: str, part: str, month: str) -> tuple[str, list[Any]]:
        """One query over the same part of every book, with its values; `rank` is the book."""
        parts: list[str] = []
        values: list[Any] = []
        for rank, book in enumerate(self.books):
            wheres, given = _conditions(book, self.targets, self.asked, month)
            parts.append(
                f"SELECT {rank} AS rank, {columns} FROM {self._source(book)} "
                f"WHERE {' AND '.join(wheres) or 'true'}"
            )
            values += [one_file(book.folder / part), *given]
        return " UNION ALL ".join(parts), values

    def _source(self, book: Book) -> str:
        """The lines of a book, to be given their file; those a chamber has a part of, for that
        part."""
        portions = _portions(book, self.targets, self.asked)
        if not portions:
            return "read_parquet(?)"
        told = ", ".join(
            f"({line}, {max(cents, 0)} / 100, {max(-cents, 0)} / 100)"
            for line, cents in portions.items()
        )
        sides = ", ".join(
            f"coalesce(part.{side}::DECIMAL(18, 2), l.{side}) AS {side}"
            for side in ("debit", "credit")
        )
        return (
            f"(SELECT l.* REPLACE ({sides}) FROM read_parquet(?) AS l LEFT JOIN (VALUES {told}) "
            "AS part(line, debit, credit) ON l.line = part.line)"
        )

    def found(
        self, connection: duckdb.DuckDBPyConnection, limit: int, offset: int
    ) -> tuple[tuple[int, int, int], list[EntryLine]]:
        """How many lines answer, their debits and credits in cents; the lines of the page.

        What the lines alone can tell is read from them once, unless the page is far.
        """
        first = "NULL"
        if self.asked.number or self.asked.text or self.asked.partner or self.asked.beside:
            union, values = self._each(f"date, line, {AMOUNTS}", "lines.parquet", BY_DAY)
            if offset + limit <= NEAR:
                first = f"min(row(rank, date, line), {offset + limit:d})"
        else:
            union, values = self._each("lines, debit, credit", "cube.parquet", "month")
        row = connection.execute(f"SELECT {SUMS}, {first} FROM ({union})", values).fetchone()
        count, debit, credit, places = row or (0, 0, 0, None)
        if count <= offset:
            places = []
        elif places is None:
            places = self._places(connection, limit, offset)
        else:
            places = places[offset:]
        return (int(count), int(debit), int(credit)), self._lines(connection, places)

    def _places(
        self, connection: duckdb.DuckDBPyConnection, limit: int, offset: int
    ) -> list[tuple[Any, ...]]:
        """Where the lines of the page are: book, date and line."""
        union, values = self._each("date, line", "lines.parquet", BY_DAY)
        return connection.execute(
            f"SELECT rank, date, line FROM ({union}) ORDER BY rank, date, line "
            f"LIMIT {limit:d} OFFSET {offset:d}",
            values,
        ).fetchall()

    def _lines(
        self, connection: duckdb.DuckDBPyConnection, places: list[tuple[Any, ...]]
    ) -> list[EntryLine]:
        wanted: dict[int, list[int]] = {}
        for rank, _, line in places:
            wanted.setdefault(rank, []).append(line)
        return [line for rank in wanted for line in self._read(connection, rank, wanted[rank])]

    def _read(
        self, connection: duckdb.DuckDBPyConnection, rank: int, lines: list[int]
    ) -> list[EntryLine]:
        """These lines of one book, in the order of dates."""
        book = self.books[rank]
        rows = connection.execute(
            f"SELECT {SELECTED} FROM {self._source(book)} WHERE line IN (SELECT unnest(?)) "
            "ORDER BY date, line",
            [one_file(book.folder / "lines.parquet"), lines],
        ).fetchall()
        found = [_line(book.entity, self.targets, row) for row in rows]
        shares = _shares(book, self.targets, self.asked)
        here = [line for line in found if line.line in shares]
        if not here:
            return found
        wholes = dict(
            connection.execute(
                "SELECT line, ((debit - credit) * 100)::BIGINT FROM read_parquet(?) "
                "WHERE line IN (SELECT unnest(?))",
                [one_file(book.folder / "lines.parquet"), [line.line for line in here]],
            ).fetchall()
        )
        return [
            replace(x, shares=tuple(sorted(shares[x.line].items())), whole=wholes[x.line])
            if x.line in shares
            else x
            for x in found
        ]


def _line(entity: str, targets: dict[tuple[str, str], str], row: Sequence[Any]) -> EntryLine:
    values: list[Any] = [
        value if value is not None or name == "date" else ""
        for name, value in zip(COLUMNS, row, strict=True)
    ]
    return EntryLine(entity, targets.get((entity, values[4]), ""), *values)


def _shares(
    book: Book, targets: dict[tuple[str, str], str], asked: Filter
) -> dict[int, dict[str, int]]:
    """What each chamber has of lines that entries share out, by line; cents."""
    if asked.families is None:
        return {}
    found = inference.of_book(book.folder, asked.partners.known_to(book.entity))
    portions, _ = shared(found.entries, lambda a: targets.get((book.entity, a), ""), asked.families)
    told: dict[int, dict[str, int]] = {}
    for portion in portions:
        line = told.setdefault(portion.line.line, {})
        line[portion.partner] = line.get(portion.partner, 0) + portion.cents
    return told


def _portions(book: Book, targets: dict[tuple[str, str], str], asked: Filter) -> dict[int, int]:
    """What the chamber asked has of them."""
    if not asked.partner:
        return {}
    shares = _shares(book, targets, asked)
    return {line: held[asked.partner] for line, held in shares.items() if asked.partner in held}


def _facing(book: Book, targets: dict[tuple[str, str], str], asked: Filter) -> str:
    """SQL: whether a line, or a portion of it, is with the chamber asked."""
    known = asked.partners.known_to(book.entity)
    shares = ", ".join(map(str, _portions(book, targets, asked))) or "-1"
    return f"({inference.facing(book.folder, known, [asked.partner])} OR line IN ({shares}))"


def _conditions(
    book: Book, targets: dict[tuple[str, str], str], asked: Filter, month: str
) -> tuple[list[str], list[Any]]:
    wheres: list[str] = []
    values: list[Any] = []

    def ask(condition: str, *given: Any) -> None:
        wheres.append(condition)
        values.extend(given)

    mine = {local: common for (code, local), common in targets.items() if code == book.entity}
    if asked.account or asked.among is not None:
        ask("list_contains(?, account)", [a for a, c in mine.items() if asked.takes(c)])
    if asked.unmapped:
        ask("NOT list_contains(?, coalesce(account, ''))", list(mine))
    if asked.local:
        ask("starts_with(account, ?)", asked.local)
    if asked.month:
        ask(f"{month} {'<=' if asked.until else '='} ?", asked.month)
    for name in ("journal", "number"):
        if value := getattr(asked, name):
            ask(f"{name} = ?", value)
    if asked.axis:
        axes = LedgerFile.load(book.folder).axes
        ask(f"{axes[0]} = ?" if axes else "? = ''", asked.axis)
    if asked.third:
        ask("aux = ?", asked.third)
    if asked.partner:
        ask(_facing(book, targets, asked))
    if asked.beside is not None:
        ask(within(book.folder), [local for local, c in mine.items() if c in asked.beside])
    if asked.text:
        plain = "contains(strip_accents(lower({})), strip_accents(lower(?)))"
        words = [
            plain.format("label"),
            plain.format("aux_label"),
            "contains(lower(piece), lower(?))",
        ]
        ask(f"({' OR '.join(words)})", *[asked.text] * len(words))
    return wheres, values
