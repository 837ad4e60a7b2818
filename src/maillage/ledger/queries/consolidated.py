"""The books of a year as one: consolidated lines, balances by common account, statements.

What books, rules and partners give never changes while they do not: it is kept in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from maillage.ledger import book_folders
from maillage.ledger.engine import inference
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Book, Consolidation, closed, consolidate
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.partners import Attached, Doubt, Named, Partners, Whose, doubted, fold
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.reciprocity import ConsolidatedLine
from maillage.ledger.models import BookFile
from maillage.ledger.queries.adjustments import adjustments_of, as_consolidated, touched
from maillage.ledger.queries.books import current_files, sirens_of
from maillage.ledger.queries.chart import chart_at, chart_versions, common_chart, families_at
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.queries.partners import attached_of
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of


@dataclass(frozen=True, slots=True)
class Year:
    """The books of one year, consolidated. `doubts`: third parties that a chamber's code alone
    tells and their label denies, left with nobody until someone says."""

    year: int
    files: tuple[BookFile, ...]
    entities: tuple[Entity, ...]
    chart: Chart
    families: Families
    result: Consolidation
    partners: Partners
    mapping: Mapping
    doubts: tuple[Doubt, ...] = ()

    @property
    def months(self) -> tuple[dt.date, ...]:
        return tuple(sorted({line.month for line in self.result.lines if line.month}))

    @property
    def axes(self) -> tuple[str, ...]:
        """The values its books give to their first analytical column."""
        return tuple(sorted({line.axis for line in self.result.lines if line.axis}))

    @property
    def unmapped(self) -> tuple[int, int]:
        """How many local accounts go nowhere, and the cents moved on them."""
        moved = sum(debit + credit for debit, credit in self.result.unmapped.values())
        return len(self.result.unmapped), moved


@lru_cache(maxsize=24)
def _adjusted(
    books: tuple[Book, ...],
    mapping: Mapping,
    partners: Partners,
    families: Families,
    adjustments: tuple[ConsolidatedLine, ...],
) -> Consolidation:
    found = _consolidated(books, mapping, partners, families)
    return closed(found, families, adjustments) if adjustments else found


@lru_cache(maxsize=24)
def _consolidated(
    books: tuple[Book, ...], mapping: Mapping, partners: Partners, families: Families
) -> Consolidation:
    perimeter = Perimeter(tuple(b.entity for b in books), partners, families)
    return consolidate(books, mapping, perimeter, address=settings.LEDGER_ENGINE)


def partners_and_doubts(
    network: Network, files: Iterable[BookFile]
) -> tuple[Partners, dict[Path, tuple[Doubt, ...]]]:
    """What these books call the chambers of a network, and what is doubted in each, by its folder:
    two queries.

    Every book may name a chamber by its code, its SIREN, the SIREN its own files bear; then come
    the numbers the network attached, in one book or in all. A code whose label names something else
    stands for nobody in that book until someone says.
    """
    numbers: dict[Whose, str] = {}
    chambers, held = chambers_of(network), list(files)
    for chamber in chambers:
        for number in (chamber.code, chamber.siren):
            if number:
                numbers.setdefault(("", fold(number)), chamber.code)
    codes = {chamber.code for chamber in chambers}
    for code, siren in sirens_of(held):
        if code in codes:
            numbers.setdefault(("", siren), code)
    names = {fold(c.code): f"{c.name} {c.short_name} {c.code} {c.siren}" for c in chambers}
    partners = Partners(numbers, implied=names).attached(attached_of(network))
    doubts = _doubts(partners, book_folders.books_of(held))
    told = [Attached(d.entity, "number", d.number, "") for rows in doubts.values() for d in rows]
    return (partners.also(told) if told else partners), doubts


def _doubts(partners: Partners, books: Iterable[Book]) -> dict[Path, tuple[Doubt, ...]]:
    """What books label as something else than the chamber whose code they write; a number doubted
    in one exercise of a chamber is in all of them."""
    named: dict[Path, tuple[str, tuple[Named, ...]]] = {}
    asked: set[Whose] = set()
    for book in books:
        known = partners.known_to(book.entity)
        is_there = known.implied and (book.folder / "cube.parquet").exists()
        rows = inference.named_in(book.folder, known) if is_there else ()
        named[book.folder] = book.entity, rows
        asked |= {(book.entity, fold(row.number)) for row in doubted(known, rows)}
    return {
        folder: tuple(
            Doubt(entity, partners.of(entity, row.number), *row)
            for row in rows
            if (entity, fold(row.number)) in asked
        )
        for folder, (entity, rows) in named.items()
    }


@dataclass(frozen=True, slots=True)
class Effect:
    """What a common account has eliminated before and after something is attached; net cents."""

    account: str
    before: int
    after: int


def effect_of(year: Year, given: Partners) -> list[Effect]:
    """What attaching these would change in the eliminations of a year, by common account."""
    held = year.partners
    wanted = Partners(
        {**held.numbers, **given.numbers},
        {**held.accounts, **given.accounts},
        {**held.patterns, **given.patterns},
    )
    books = tuple(book_folders.books_of(year.files))
    beside = year.result.adjustments
    after = _adjusted(books, year.mapping, wanted, year.families, beside)
    nets: dict[str, list[int]] = {}
    for rank, lines in enumerate((year.result.eliminations, after.eliminations)):
        for line in lines:
            nets.setdefault(line.account, [0, 0])[rank] += line.net
    return [Effect(account, *cell) for account, cell in sorted(nets.items()) if cell[0] != cell[1]]


def inferences(year: Year) -> dict[str, tuple[int, int]]:
    """By which means partners are known: how many cells of the accounts, and cents moved."""
    found: dict[str, list[int]] = {}
    for line in year.result.lines:
        if line.partner:
            cell = found.setdefault(line.means, [0, 0])
            cell[0] += 1
            cell[1] += line.debit + line.credit
    return {means: (count, cents) for means, (count, cents) in found.items()}


def years_of(
    network: Network,
    wanted: Iterable[int],
    files: Iterable[BookFile] | None = None,
    *,
    only: Collection[str] | None = None,
) -> dict[int, Year]:
    """The books of each of these years as one; no line where no book is in.

    `only`: the chambers counted, None for all; an adjustment that touches another is left out.
    """
    held = current_files(network) if files is None else list(files)
    if only is not None:
        held = [file for file in held if file.book.entity.code in only]
    mapping = mapping_of(rules_of(network))
    partners, doubts = partners_and_doubts(network, held)
    versions, wanted = chart_versions(network), list(wanted)
    recorded = adjustments_of(network, wanted)
    found = {}
    for year in wanted:
        closing = dt.date(year, 12, 31)
        chart, families = chart_at(versions, closing), families_at(versions, closing)
        mine = tuple(file for file in held if file.book.year == year)
        books = tuple(book_folders.books_of(mine))
        entities = tuple(f.book.entity for f in mine)
        entries = [row for row in recorded[year] if only is None or touched(row) <= set(only)]
        beside = as_consolidated(entries, {e.code for e in entities})
        result = _adjusted(books, mapping, partners, families, beside)
        asked = tuple(d for book in books for d in doubts[book.folder])
        found[year] = Year(year, mine, entities, chart, families, result, partners, mapping, asked)
    return found


def year_of(network: Network, year: int, files: Iterable[BookFile] | None = None) -> Year:
    return years_of(network, [year], files)[year]


def chart_of(network: Network, year: int) -> Chart:
    """The common chart at the end of that year."""
    return common_chart(network, dt.date(year, 12, 31))
