"""Several chambers' books as one: common accounts, months, and what they owe each other taken out.

    books = [Book("nord", 2025, store / sha), ...]
    result = consolidate(books, mapping, perimeter)

The heavy part, `by_common`, is written once in Ibis: on DuckDB over the cubes, on a Spark cluster
over the same Parquet files. Amounts are integer cents everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maillage.kernel.money import exact_euros
from maillage.ledger.engine import inference
from maillage.ledger.engine import mapping as mappings
from maillage.ledger.engine.by_common import by_common, tables
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.cube import CubeRow
from maillage.ledger.engine.duck import one_file
from maillage.ledger.engine.engines import DUCKDB, connect
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.reciprocity import (
    NATURES,
    ConsolidatedLine,
    Reciprocity,
    facing_lines,
    reciprocities,
)
from maillage.ledger.engine.sharing import EntryLine, GatheredEntry, Unshared, added_up, shared

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Ibis takes as long to import as Django: whoever consolidates nothing does not wait for it.

Key = tuple[str, dt.date | None, str, str, str, str]
"""Chamber, month, common account ("" where unmapped), partner (""), axis (""), means ("")."""


@dataclass(frozen=True, slots=True)
class Book:
    """A chamber's ledger of one year, in the store."""

    entity: str
    year: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Books as one.

    `lines` hold everything booked, `adjustments` what is adjusted beside the books, beginning with
    `carried`: what adjustments of former exercises open this one with;
    `eliminations` the lines, among both, that face another chamber of the perimeter on an account
    of a family; `unmapped` local accounts no rule sends anywhere, by (chamber, account); `absent`
    those of `lines` that face a chamber whose book is not there, bearing its name; `unshared`:
    what may be with chambers in entries that name several, and is with nobody.
    """

    lines: tuple[ConsolidatedLine, ...]
    eliminations: tuple[ConsolidatedLine, ...]
    reciprocities: tuple[Reciprocity, ...]
    unmapped: Mapping[tuple[str, str], tuple[int, int]]
    adjustments: tuple[ConsolidatedLine, ...] = ()
    absent: tuple[ConsolidatedLine, ...] = ()
    unshared: tuple[Unshared, ...] = ()
    carried: tuple[ConsolidatedLine, ...] = ()

    @property
    def own_adjustments(self) -> tuple[ConsolidatedLine, ...]:
        """What adjustments of this exercise move, without what former ones open it with."""
        return self.adjustments[len(self.carried) :]

    @property
    def findings(self) -> tuple[AccountsFinding, ...]:
        """What keeps the whole from being sound: accounts sent nowhere, chambers that disagree.

        Warnings: mapping.unmapped, intercompany.difference.
        """
        unmapped = [
            AccountsFinding("mapping.unmapped", "warning", f"{entity}, compte {account}",
                    f"aucune règle ne l’envoie au plan commun : débit {exact_euros(debit)}, "
                    f"crédit {exact_euros(credit)}", "une règle", account)
            for (entity, account), (debit, credit) in self.unmapped.items()
        ]  # fmt: skip
        return (*unmapped, *(_difference(r) for r in self.differences))

    @property
    def unsent(self) -> frozenset[str]:
        """The chambers that book, and none of whose accounts a rule sends anywhere."""
        sent = {line.entity for line in self.lines if line.account}
        return frozenset(line.entity for line in self.lines) - sent

    @property
    def differences(self) -> tuple[Reciprocity, ...]:
        return tuple(r for r in self.reciprocities if r.difference)


def _difference(found: Reciprocity) -> AccountsFinding:
    return AccountsFinding(
        "intercompany.difference",
        "warning",
        f"{found.entity} et {found.partner}, {found.family.label}, {NATURES[found.nature].lower()}",
        f"{found.entity} dit {exact_euros(found.says)}, "
        f"{found.partner} répond {exact_euros(found.answers)}",
        "deux montants opposés",
        exact_euros(found.difference),
    )


# -- over the store, or over what was just surveyed ----------------------------------------------


def _stored(engine: Any, rank: int, book: Book) -> ir.Table:
    path = one_file(book.folder / "lines.parquet")
    return engine.read_parquet(path, table_name=f"lines_{rank}")


def _inferred(
    engine: Any, books: Sequence[Book], partners: Partners
) -> list[tuple[str, inference.Found]]:
    """What the lines of each book have with chambers they do not name: the engine reads them."""
    found = []
    for rank, book in enumerate(books):
        known = inference.spelled_in(book.folder, partners.known_to(book.entity))
        if any(known[:3]):
            _stored(engine, rank, book)
            asked = inference.of_lines(book.folder, f"lines_{rank}", known)
            summed, lines = (
                engine.to_pyarrow(engine.sql(sql, dialect="duckdb")).to_pylist() for sql in asked
            )
            rows = tuple(inference.Inferred(**row) for row in summed)
            entries = inference.by_entry([*row.values()] for row in lines)
            again = inference.more_of(book.folder, f"lines_{rank}", known)
            more = engine.sql(again, dialect="duckdb") if again else None
            moved = [] if more is None else engine.to_pyarrow(more).to_pylist()
            relabelled = tuple(inference.Inferred(**row) for row in moved)
            found.append((book.entity, inference.Found(rows, entries, relabelled)))
    return found


def consolidate(
    books: Sequence[Book],
    mapping: mappings.Mapping,
    perimeter: Perimeter,
    *,
    address: str = DUCKDB,
) -> Consolidation:
    """The books as one, from their cubes.

    Raises OSError where a folder holds no cube, ValueError where a chamber has two books of a year.

    `address`: where it runs, as `engines.connect` takes it.
    """
    import ibis

    if len({(book.entity, book.year) for book in books}) < len(books):
        raise ValueError("two books of one chamber and year")
    engine = connect(address)
    parts = [_cube(engine, rank, book) for rank, book in enumerate(books)]
    if not parts:
        return Consolidation((), (), (), {})
    known = [perimeter.partners.known_to(book.entity) for book in books]
    written = [
        (book.entity, number)
        for book, told in zip(books, known, strict=True)
        for number, _ in inference.spelled_in(book.folder, told).numbers
    ]
    if address == DUCKDB:
        inferred = [
            (book.entity, inference.of_book(book.folder, told))
            for book, told in zip(books, known, strict=True)
        ]
    else:
        inferred = _inferred(engine, books, perimeter.partners)
    accounts = [(b.entity, account) for b in books for account in inference.accounts_in(b.folder)]
    small = tables(accounts, written, mapping, perimeter.partners)
    rows = engine.to_pyarrow(by_common(ibis.union(*parts), *small)).to_pylist()
    return _consolidated(rows, accounts, inferred, mapping, perimeter)


def _cube(engine: Any, rank: int, book: Book) -> ir.Table:
    import ibis

    path = book.folder / "cube.parquet"
    if not path.exists():
        raise FileNotFoundError(path)
    cube = engine.read_parquet(one_file(path), table_name=f"cube_{rank}")
    entity = ibis.literal(book.entity)
    kept = ("account", "month", "debit", "credit")
    return cube.select(*kept, "aux", entity=entity, axis=_axis(cube))


def _axis(table: ir.Table) -> ir.StringValue:
    """The first analytical column of a book, "" where it has none."""
    import ibis

    names = [name for name in table.columns if name.startswith("axe_")]
    return table[names[0]].fill_null("") if names else ibis.literal("")


def consolidate_cubes(
    cubes: Mapping[str, Sequence[CubeRow]],
    mapping: mappings.Mapping,
    perimeter: Perimeter,
    adjustments: Iterable[ConsolidatedLine] = (),
    entries: Iterable[tuple[str, Sequence[GatheredEntry]]] = (),
    carried: Iterable[ConsolidatedLine] = (),
) -> Consolidation:
    """The same from surveyed cubes, by chamber, without a store: their partners are known.

    `entries`: by chamber, those that name several third parties; axes are not told here.
    """
    keys = {(entity, row.account) for entity, cube in cubes.items() for row in cube}
    targets = {key: found.account for key in keys if (found := mapping.resolve(*key))}
    rows = [
        _row(targets, entity, row) | {"debit": row.debit, "credit": row.credit}
        for entity, cube in cubes.items()
        for row in cube
    ]
    left: list[Unshared] = []
    for entity, gathered in entries:
        moved, more = _shares(entity, gathered, targets, perimeter.families)
        rows += [row | {"axis": ""} for row in moved]
        left += more
    booked = replace(assemble(rows, perimeter), unshared=tuple(left))
    return closed(booked, perimeter.families, adjustments, carried)


def _shares(
    entity: str,
    entries: Sequence[GatheredEntry],
    targets: Mapping[tuple[str, str], str],
    families: Families,
) -> tuple[list[dict[str, Any]], list[Unshared]]:
    """What entries of several third parties have with each, as `by_common` gives rows, taken from
    what has no partner; and what could not be shared."""

    def common(account: str) -> str:
        return targets.get((entity, account), "")

    portions, left = shared(entries, common, families)
    rows = []
    for portion in portions:
        told = _row(targets, entity, portion.line)
        debit, credit = portion.sides
        rows.append(told | {"chamber": portion.partner, "means": portion.means, "debit": debit,
                            "credit": credit})  # fmt: skip
        rows.append(told | {"debit": -debit, "credit": -credit})
    return rows, added_up(entity, left, common)


def _row(
    targets: Mapping[tuple[str, str], str],
    entity: str,
    row: CubeRow | inference.Inferred | EntryLine,
) -> dict[str, Any]:
    """One row as `by_common` gives them, but for its amounts; an entry's line is with nobody."""
    common = targets.get((entity, row.account), "")
    return {
        "entity": entity,
        "month": row.month,
        "common": common,
        "chamber": "" if isinstance(row, EntryLine) else row.partner,
        "means": "" if isinstance(row, EntryLine) else row.means,
        "axis": row.axis,
        "local": "" if common else row.account,
    }


def _consolidated(
    rows: list[dict[str, Any]],
    accounts: Iterable[tuple[str, str]],
    inferred: Iterable[tuple[str, inference.Found]],
    mapping: mappings.Mapping,
    perimeter: Perimeter,
) -> Consolidation:
    """What the cubes name, as `by_common` gives it, then what is inferred, taken from what has no
    partner. `accounts`: the local ones, by chamber."""
    left: list[Unshared] = []
    targets = {key: found.account for key in accounts if (found := mapping.resolve(*key))}
    for entity, told_of in inferred:
        for row in told_of.inferred:
            told = _row(targets, entity, row)
            nobody = {"chamber": "", "means": "", "debit": -row.debit, "credit": -row.credit}
            rows += [told | {"debit": row.debit, "credit": row.credit}, told | nobody]
        for row in told_of.relabelled:
            told = _row(targets, entity, row)
            rows.append(told | {"debit": row.debit, "credit": row.credit})
        moved, more = _shares(entity, told_of.entries, targets, perimeter.families)
        rows += moved
        left += more
    return replace(assemble(rows, perimeter), unshared=tuple(left))


def assemble(rows: Iterable[Mapping[str, Any]], perimeter: Perimeter) -> Consolidation:
    """What `by_common` gives, whichever engine ran it, as a consolidation."""
    inside = set(perimeter.entities)
    totals: dict[Key, list[int]] = {}
    unmapped: dict[tuple[str, str], list[int]] = {}
    away: dict[Key, list[int]] = {}
    for row in rows:
        if row["entity"] not in inside:
            continue
        if row["chamber"] and row["chamber"] not in inside:
            faced = (row["chamber"], row["axis"], row["means"])
            _add(away, (row["entity"], row["month"], row["common"], *faced), row)
        partner = row["chamber"] if row["chamber"] in inside - {row["entity"]} else ""
        means = row["means"] if partner else ""
        key = (row["entity"], row["month"], row["common"], partner, row["axis"], means)
        _add(totals, key, row)
        if row["local"]:
            _add(unmapped, (row["entity"], row["local"]), row)
    left = {key: (debit, credit) for key, (debit, credit) in sorted(unmapped.items())}
    books = Consolidation(_lines(totals), (), (), left, absent=_lines(away))
    return closed(books, perimeter.families)


def _lines(totals: Mapping[Key, Sequence[int]]) -> tuple[ConsolidatedLine, ...]:
    return tuple(
        ConsolidatedLine(*key, debit, credit)
        for key, (debit, credit) in sorted(totals.items(), key=lambda item: str(item[0]))
        if debit or credit
    )


def closed(
    books: Consolidation,
    families: Families,
    adjustments: Iterable[ConsolidatedLine] = (),
    carried: Iterable[ConsolidatedLine] = (),
) -> Consolidation:
    """The same books with these adjustments: eliminated anew, and compared pair by pair.

    `adjustments`: beside the books, on common accounts; those that face another chamber are
    eliminated with the rest. `carried`: what those of former exercises open with.
    """
    opens = tuple(carried)
    adjusted = (*opens, *adjustments)
    facing = facing_lines((*books.lines, *adjusted), families)
    return replace(
        books,
        adjustments=adjusted,
        carried=opens,
        eliminations=facing,
        reciprocities=reciprocities(facing, families),
    )


def _add(totals: dict[Any, list[int]], key: Any, row: Mapping[str, Any]) -> None:
    cell = totals.setdefault(key, [0, 0])
    cell[0] += int(row["debit"])
    cell[1] += int(row["credit"])
