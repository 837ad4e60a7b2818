"""Several chambers' books as one: common accounts, months, and what they owe each other taken out.

    books = [Book("nord", 2025, store / sha), ...]
    result = consolidate(books, mapping, perimeter)

The heavy part, `by_common`, is written once in Ibis: on DuckDB over the cubes, on a Spark cluster
over the same Parquet files. Amounts are integer cents everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maillage.kernel.money import exact_euros
from maillage.ledger.engine import inference
from maillage.ledger.engine import mapping as mappings
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.cube import CubeRow
from maillage.ledger.engine.duck import one_file
from maillage.ledger.engine.engines import DUCKDB, connect
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.partners import ACCOUNT, AUXILIARY, Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.reciprocity import (
    NATURES,
    ConsolidatedLine,
    Reciprocity,
    facing_lines,
    reciprocities,
)

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

    `lines` hold everything booked, `adjustments` what is adjusted beside the books;
    `eliminations` the lines, among both, that face another chamber of the perimeter on an account
    of a family; `unmapped` local accounts no rule sends anywhere, by (chamber, account); `absent`
    those of `lines` that face a chamber whose book is not there, bearing its name.
    """

    lines: tuple[ConsolidatedLine, ...]
    eliminations: tuple[ConsolidatedLine, ...]
    reciprocities: tuple[Reciprocity, ...]
    unmapped: Mapping[tuple[str, str], tuple[int, int]]
    adjustments: tuple[ConsolidatedLine, ...] = ()
    absent: tuple[ConsolidatedLine, ...] = ()

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


# -- the part that runs on any engine ------------------------------------------------------------


def by_common(cube: ir.Table, accounts: ir.Table, numbers: ir.Table, meant: ir.Table) -> ir.Table:
    """Common accounts by chamber, month, partner, means and axis.

    `cube`: entity, account, month, aux, axis, debit, credit. `accounts`: entity, account, common.
    `numbers`: entity, aux, chamber. `meant`: entity, account, chamber. A local account without a
    rule stays, under the common account "".
    """
    import ibis

    known = (
        cube.left_join(accounts, ["entity", "account"])
        .left_join(numbers.rename(third="chamber"), ["entity", "aux"])
        .left_join(meant.rename(dedicated="chamber"), ["entity", "account"])
    )
    named = known.select(
        "entity",
        "month",
        "axis",
        "debit",
        "credit",
        common=known.common.fill_null(""),
        chamber=ibis.coalesce(known.third, known.dedicated, ""),
        means=ibis.cases(
            (known.third.notnull(), AUXILIARY), (known.dedicated.notnull(), ACCOUNT), else_=""
        ),
        local=ibis.ifelse(known.common.isnull(), known.account, ""),
    )
    return named.group_by("entity", "month", "common", "chamber", "means", "axis", "local").agg(
        debit=named.debit.sum(), credit=named.credit.sum()
    )


def tables(
    accounts: Iterable[tuple[str, str]],
    written: Iterable[tuple[str, str]],
    mapping: mappings.Mapping,
    partners: Partners,
) -> tuple[ir.Table, ir.Table, ir.Table]:
    """The small tables `by_common` joins: local accounts to common, what stands for chambers.

    `accounts` and `written`: the local accounts and the auxiliaries of the books, by chamber.
    """
    keys = sorted(set(accounts))
    found = [
        (entity, account, target.account)
        for entity, account in keys
        if (target := mapping.resolve(entity, account))
    ]
    third = [(e, aux, to) for e, aux in sorted(set(written)) if (to := partners.of(e, aux))]
    meant = [
        (entity, *pair)
        for entity in sorted({entity for entity, _ in keys})
        for pair in partners.known_to(entity).accounts
    ]
    return (
        _table(found, "entity", "account", "common"),
        _table(third, "entity", "aux", "chamber"),
        _table(meant, "entity", "account", "chamber"),
    )


def _table(rows: Iterable[Sequence[str]], *names: str) -> ir.Table:
    import ibis

    kinds = dict.fromkeys(names, "string")
    return ibis.memtable(_columns(rows, names), schema=kinds)


def _stored(engine: Any, rank: int, book: Book) -> ir.Table:
    path = one_file(book.folder / "lines.parquet")
    return engine.read_parquet(path, table_name=f"lines_{rank}")


def _inferred(
    engine: Any, books: Sequence[Book], partners: Partners
) -> list[tuple[str, inference.Inferred]]:
    """What the lines of each book have with chambers they do not name: the engine reads them."""
    found = []
    for rank, book in enumerate(books):
        known = inference.spelled_in(book.folder, partners.known_to(book.entity))
        if any(known):
            _stored(engine, rank, book)
            lines = inference.of_lines(book.folder, f"lines_{rank}", known)
            rows = engine.to_pyarrow(engine.sql(inference.summed(lines), dialect="duckdb"))
            found += [(book.entity, inference.Inferred(**row)) for row in rows.to_pylist()]
    return found


def _columns(rows: Iterable[Sequence[Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    rows = list(rows)
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


# -- over the store, or over what was just surveyed ----------------------------------------------


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
    parts = []
    for rank, book in enumerate(books):
        path = book.folder / "cube.parquet"
        if not path.exists():
            raise FileNotFoundError(path)
        cube = engine.read_parquet(one_file(path), table_name=f"cube_{rank}")
        entity = ibis.literal(book.entity)
        kept = ("account", "month", "debit", "credit")
        parts.append(cube.select(*kept, "aux", entity=entity, axis=_axis(cube)))
    if not parts:
        return Consolidation((), (), (), {})
    if address == DUCKDB:
        partners = perimeter.partners
        inferred = [
            (book.entity, row)
            for book in books
            for row in inference.of_book(book.folder, partners.known_to(book.entity))
        ]
    else:
        inferred = _inferred(engine, books, perimeter.partners)
    return _consolidated(engine, ibis.union(*parts), inferred, mapping, perimeter)


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
) -> Consolidation:
    """The same from surveyed cubes, by chamber, without a store: their partners are known."""
    keys = {(entity, row.account) for entity, cube in cubes.items() for row in cube}
    targets = {key: found.account for key in keys if (found := mapping.resolve(*key))}
    return assemble(
        (
            _row(targets, entity, row) | {"debit": row.debit, "credit": row.credit}
            for entity, cube in cubes.items()
            for row in cube
        ),
        perimeter,
        adjustments,
    )


def _row(
    targets: Mapping[tuple[str, str], str], entity: str, row: CubeRow | inference.Inferred
) -> dict[str, Any]:
    """One row as `by_common` gives them, but for its amounts."""
    common = targets.get((entity, row.account), "")
    return {
        "entity": entity,
        "month": row.month,
        "common": common,
        "chamber": row.partner,
        "means": row.means,
        "axis": row.axis,
        "local": "" if common else row.account,
    }


def _consolidated(
    engine: Any,
    cube: ir.Table,
    inferred: Iterable[tuple[str, inference.Inferred]],
    mapping: mappings.Mapping,
    perimeter: Perimeter,
) -> Consolidation:
    """What the cube names, then what is inferred, taken from what has no partner."""
    partners = perimeter.partners
    locals_ = engine.to_pyarrow(cube.select("entity", "account").distinct()).to_pylist()
    small = tables(
        ((row["entity"], row["account"]) for row in locals_),
        _written(engine, cube, partners),
        mapping,
        partners,
    )
    rows = engine.to_pyarrow(by_common(cube, *small)).to_pylist()
    for entity, row in inferred:
        target = mapping.resolve(entity, row.account)
        told = _row({(entity, row.account): target.account} if target else {}, entity, row)
        nobody = {"chamber": "", "means": "", "debit": -row.debit, "credit": -row.credit}
        rows += [told | {"debit": row.debit, "credit": row.credit}, told | nobody]
    return assemble(rows, perimeter)


def _written(engine: Any, cube: ir.Table, partners: Partners) -> Iterator[tuple[str, str]]:
    """The auxiliaries of each book that may stand for a chamber, as it spells them."""
    numbers = sorted({number.upper() for _, number in partners.numbers})
    if numbers:
        named = cube.select("entity", "aux").filter(cube.aux.strip().upper().isin(numbers))
        for row in engine.to_pyarrow(named.distinct()).to_pylist():
            yield row["entity"], row["aux"]


def assemble(
    rows: Iterable[Mapping[str, Any]],
    perimeter: Perimeter,
    adjustments: Iterable[ConsolidatedLine] = (),
) -> Consolidation:
    """What `by_common` gives, whichever engine ran it, as a consolidation.

    `adjustments`: beside the books, on common accounts; those that face another chamber are
    eliminated with the rest.
    """
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
    return closed(books, perimeter.families, adjustments)


def _lines(totals: Mapping[Key, Sequence[int]]) -> tuple[ConsolidatedLine, ...]:
    return tuple(
        ConsolidatedLine(*key, debit, credit)
        for key, (debit, credit) in sorted(totals.items(), key=lambda item: str(item[0]))
        if debit or credit
    )


def closed(
    books: Consolidation, families: Families, adjustments: Iterable[ConsolidatedLine] = ()
) -> Consolidation:
    """The same books with these adjustments: eliminated anew, and compared pair by pair."""
    adjusted = tuple(adjustments)
    facing = facing_lines((*books.lines, *adjusted), families)
    return replace(
        books,
        adjustments=adjusted,
        eliminations=facing,
        reciprocities=reciprocities(facing, families),
    )


def _add(totals: dict[Any, list[int]], key: Any, row: Mapping[str, Any]) -> None:
    cell = totals.setdefault(key, [0, 0])
    cell[0] += int(row["debit"])
    cell[1] += int(row["credit"])
