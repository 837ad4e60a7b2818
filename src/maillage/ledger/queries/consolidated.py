"""The books of a year as one: consolidated lines, balances by common account, statements.

What books, rules and partners give never changes while they do not: it is kept in memory.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as TextMapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from django.conf import settings

from maillage.ledger import book_folders
from maillage.ledger.engine import inference
from maillage.ledger.engine.adjustments import opening, opens_on
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Book, Consolidation, closed, consolidate
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.likely import Likely, likely
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.partners import (
    NOBODY,
    Doubt,
    Partners,
    Whose,
    doubted,
    fold,
)
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.reciprocity import ConsolidatedLine
from maillage.ledger.models import Adjustment, BookFile
from maillage.ledger.queries.adjustments import (
    adjustments_until,
    as_consolidated,
    lines_of,
    touched,
)
from maillage.ledger.queries.books import current_files, sirens_of
from maillage.ledger.queries.chart import chart_at, chart_versions, common_chart, families_at
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.queries.partners import attached_of
from maillage.network.models import Entity, Network
from maillage.network.queries import Former, every_chamber, former_of


@dataclass(frozen=True, slots=True)
class Year:
    """The books of one year, consolidated. `doubts`: third parties that a chamber's code alone
    tells and their label denies, left with nobody until someone says; `likely`: local accounts that
    their label says to be a chamber's; `written`: what `partners` is before one looks at labels."""

    year: int
    files: tuple[BookFile, ...]
    entities: tuple[Entity, ...]
    chart: Chart
    families: Families
    result: Consolidation
    partners: Partners
    mapping: Mapping
    doubts: tuple[Doubt, ...] = ()
    written: Partners = NOBODY
    likely: tuple[Likely, ...] = ()

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
        moved = sum(abs(debit) + abs(credit) for debit, credit in self.result.unmapped.values())
        return len(self.result.unmapped), moved


@lru_cache(maxsize=24)
def _adjusted(
    books: tuple[Book, ...],
    mapping: Mapping,
    partners: Partners,
    families: Families,
    adjustments: tuple[ConsolidatedLine, ...],
    carried: tuple[ConsolidatedLine, ...] = (),
) -> Consolidation:
    found = _consolidated(books, mapping, partners, families)
    beside = adjustments or carried
    return closed(found, families, adjustments, carried) if beside else found


@lru_cache(maxsize=24)
def _consolidated(
    books: tuple[Book, ...], mapping: Mapping, partners: Partners, families: Families
) -> Consolidation:
    perimeter = Perimeter(tuple(b.entity for b in books), partners, families)
    return consolidate(books, mapping, perimeter, address=settings.LEDGER_ENGINE)


def written_partners(
    network: Network,
    chambers: Sequence[Entity],
    files: Iterable[BookFile],
    former: TextMapping[str, Former],
) -> Partners:
    """What books may call the chambers of a network, before one looks at how they label them: one
    query.

    Every book may name a chamber by its code, its SIREN, the SIREN its own files bear, those it had
    before; then come the numbers the network attached, in one book or in all. `former`: by code.
    """
    numbers: dict[Whose, str] = {}
    for chamber in chambers:
        for number in (chamber.code, chamber.siren):
            if number:
                numbers.setdefault(("", fold(number)), chamber.code)
    codes = {chamber.code for chamber in chambers}
    for code, siren in sirens_of(list(files)):
        if code in codes:
            numbers.setdefault(("", siren), code)
    for chamber in chambers:
        for siren in former.get(chamber.code, Former()).sirens:
            numbers.setdefault(("", siren), chamber.code)
    names = {fold(c.code): names_of(c, former.get(c.code, Former())) for c in chambers}
    return Partners(numbers, implied=names).attached(attached_of(network))


def names_of(chamber: Entity, former: Former) -> str:
    """The words that name a chamber, those of its former names too."""
    now = (chamber.name, chamber.short_name, chamber.code, chamber.siren)
    return " ".join((*now, *former.names, *former.sirens))


def _likely(
    books: Iterable[Book], partners: Partners, words: TextMapping[str, str]
) -> tuple[Likely, ...]:
    """The local accounts of these books that their label says to be a chamber's."""
    found: list[Likely] = []
    for book in books:
        known = partners.known_to(book.entity)
        if (book.folder / "cube.parquet").exists():
            accounts = inference.bare_in(book.folder, known._replace(implied=(), refused=()))
            found += likely(book.entity, accounts, known, words)
    return tuple(found)


def as_labelled(written: Partners, books: Iterable[Book]) -> tuple[Partners, tuple[Doubt, ...]]:
    """What the books of one exercise call chambers, and what is doubted in them.

    A code whose label names something else stands for nobody in that book until someone says; what
    was said to be nobody is somebody still in a book that labels it as the chamber. Other exercises
    are as their own books label them.
    """
    numbers, denied = dict(written.numbers), {}
    found: list[Doubt] = []
    for book in books:
        known = written.known_to(book.entity)
        is_there = known.implied and (book.folder / "cube.parquet").exists()
        said = doubted(known, inference.named_in(book.folder, known) if is_there else ())
        denied[book.entity] = said.denied
        held = dict(known.numbers)
        numbers |= {(book.entity, number): held[number] for number in known.refused}
        numbers |= dict.fromkeys(((book.entity, number) for number in said.nobody), "")
        found += (Doubt(book.entity, held[fold(row.number)], *row) for row in said.asked)
    return replace(written, numbers=numbers, implied={}, denied=denied), tuple(found)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a common account has eliminated before and after something is attached; net cents."""

    account: str
    before: int
    after: int


def effect_of(year: Year, given: Partners) -> list[Effect]:
    """What attaching these would change in the eliminations of a year, by common account."""
    held = year.written
    told = {number for whose, number in given.numbers if not whose}
    wanted = Partners(
        {**held.numbers, **given.numbers},
        {**held.accounts, **given.accounts},
        {**held.patterns, **given.patterns},
        {number: words for number, words in held.implied.items() if number not in told},
    )
    books = tuple(book_folders.books_of(year.files))
    wanted, _ = as_labelled(wanted, books)
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
            cell[1] += abs(line.debit) + abs(line.credit)
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
    chambers = list(every_chamber(network))
    former = former_of(network, chambers)
    written = written_partners(network, chambers, held, former)
    words = {c.code: names_of(c, former.get(c.code, Former())) for c in chambers}
    versions, wanted = chart_versions(network), list(wanted)
    recorded = adjustments_until(network, max(wanted, default=0))
    found = {}
    for year in wanted:
        closing = dt.date(year, 12, 31)
        chart, families = chart_at(versions, closing), families_at(versions, closing)
        mine = tuple(file for file in held if file.book.year == year)
        books = tuple(book_folders.books_of(mine))
        entities = tuple(f.book.entity for f in mine)
        entries = [row for row in recorded if only is None or touched(row) <= set(only)]
        partners, asked = as_labelled(written, books)
        opens = partial(_opens, mine, (books, mapping, partners, families))
        beside = _beside(entries, year, {e.code for e in entities}, opens)
        result = _adjusted(books, mapping, partners, families, *beside)
        found[year] = Year(
            year, mine, entities, chart, families, result, partners, mapping, asked, written,
            _likely(books, partners, words),
        )  # fmt: skip
    return found


Given = tuple[tuple[Book, ...], Mapping, Partners, Families]
"""What books are consolidated from."""


def _beside(
    rows: Iterable[Adjustment],
    year: int,
    present: Collection[str],
    opens: Callable[[], dict[str, dt.date]],
) -> tuple[tuple[ConsolidatedLine, ...], tuple[ConsolidatedLine, ...]]:
    """What is adjusted in an exercise, and what former entries open it with. `opens`: the first
    month of each book, asked where there are any."""
    held = list(rows)
    former = [lines_of(row) for row in held if row.year < year]
    made = as_consolidated((row for row in held if row.year == year), present)
    return made, opening(former, opens(), year) if former else ()


def _opens(files: Iterable[BookFile], given: Given) -> dict[str, dt.date]:
    """The first month of each book, by the code of its chamber."""
    months: dict[str, set[dt.date | None]] = defaultdict(set)
    for line in _consolidated(*given).lines:
        months[line.entity].add(line.month)
    return {
        code: opens_on(file.book.closing, months[code], file.book.year)
        for file in files
        for code in (file.book.entity.code,)
    }


def year_of(network: Network, year: int, files: Iterable[BookFile] | None = None) -> Year:
    return years_of(network, [year], files)[year]


def chart_of(network: Network, year: int) -> Chart:
    """The common chart at the end of that year."""
    return common_chart(network, dt.date(year, 12, 31))
