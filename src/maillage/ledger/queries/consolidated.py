"""The books of a year as one: consolidated lines, balances by common account, statements.

What books, rules and partners give never changes while they do not: it is kept in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from django.conf import settings

from maillage.kernel.period import months_later
from maillage.ledger import book_folders
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Book, ConsolidatedLine, Consolidation, consolidate
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.partners import Partners, Whose, fold
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.statements import (
    Accounts,
    LayoutFile,
    cumulate,
    load_layouts,
    present,
    shipped_text,
)
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files, sirens_of
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of

Cells = dict[tuple[str, str, str], tuple[int, int]]
"""(entity, period, common account) -> (debit, credit), in cents."""

Cell = tuple[str, str]
"""(entity or "" for all, period)."""


@dataclass(frozen=True, slots=True)
class Year:
    """The books of one year, consolidated."""

    year: int
    files: tuple[BookFile, ...]
    entities: tuple[Entity, ...]
    result: Consolidation
    partners: Partners

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


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a year: all months, one, or those up to one; all axes or one.

    `monthly`: every month apart too, each from the first one where `cumulated`.
    """

    month: dt.date | None = None
    cumulated: bool = False
    axis: str = ""
    monthly: bool = False

    def holds(self, line: ConsolidatedLine) -> bool:
        if self.axis and line.axis != self.axis:
            return False
        if self.month is None:
            return True
        return line.month is not None and (
            line.month <= self.month if self.cumulated else line.month == self.month
        )

    def later(self, years: int) -> Span:
        """The same span of an exercise so many years later."""
        return replace(self, month=self.month and months_later(self.month, 12 * years))


@lru_cache(maxsize=24)
def _consolidated(books: tuple[Book, ...], mapping: Mapping, partners: Partners) -> Consolidation:
    perimeter = Perimeter(tuple(b.entity for b in books), partners)
    return consolidate(books, mapping, perimeter, address=settings.LEDGER_ENGINE)


def partners_of(network: Network, files: Iterable[BookFile]) -> Partners:
    """What these books call the chambers of a network, two queries.

    Every book may name a chamber by its code, its SIREN, the SIREN its own files bear; then come
    the numbers the network attached, in one book or in all.
    """
    numbers: dict[Whose, str] = {}
    chambers = chambers_of(network)
    for chamber in chambers:
        for number in (chamber.code, chamber.siren):
            if number:
                numbers.setdefault(("", fold(number)), chamber.code)
    codes = {chamber.code for chamber in chambers}
    for code, siren in sirens_of(files):
        if code in codes:
            numbers.setdefault(("", siren), code)
    named = network.partner_numbers.values_list("holder__code", "number", "entity__code")
    for holder, number, code in named.order_by("pk"):
        numbers[holder or "", fold(number)] = code
    return Partners(numbers)


def years_of(
    network: Network, wanted: Iterable[int], files: Iterable[BookFile] | None = None
) -> dict[int, Year]:
    """The books of each of these years as one; no line where no book is in."""
    held = current_files(network) if files is None else list(files)
    mapping = mapping_of(rules_of(network))
    partners = partners_of(network, held)
    found = {}
    for year in wanted:
        mine = tuple(file for file in held if file.book.year == year)
        books = tuple(book_folders.books_of(mine))
        result = _consolidated(books, mapping, partners)
        found[year] = Year(year, mine, tuple(f.book.entity for f in mine), result, partners)
    return found


def year_of(network: Network, year: int, files: Iterable[BookFile] | None = None) -> Year:
    return years_of(network, [year], files)[year]


def cells(
    lines: Iterable[ConsolidatedLine], year: int, span: Span = Span(), digits: int = 0
) -> Cells:
    """Debits and credits by entity and common account ("" where no rule sends it), over a span.

    The period is the year, and each of its months ("2026-03") too in a monthly span. `digits`:
    accounts by their first ones; 0 for all of them.
    """
    found: Cells = {}
    for line in lines:
        if not span.holds(line):
            continue
        account = line.account[:digits] if digits else line.account
        periods = [str(year)]
        if span.monthly and line.month:
            periods.append(line.month.isoformat()[:7])
        for period in periods:
            key = (line.entity, period, account)
            debit, credit = found.get(key, (0, 0))
            found[key] = (debit + line.debit, credit + line.credit)
    return cumulate(found, restarts=False) if span.monthly and span.cumulated else found


def without(balances: Cells, taken: Cells) -> Cells:
    """Balances once others are taken out of them."""
    left = dict(balances)
    for key, (debit, credit) in taken.items():
        former = left.get(key, (0, 0))
        left[key] = (former[0] - debit, former[1] - credit)
    return left


def mapped(balances: Cells) -> Cells:
    """Those that a rule sends to a common account."""
    return {key: sides for key, sides in balances.items() if key[2]}


@cache
def shipped_layouts() -> LayoutFile:
    return load_layouts(shipped_text())


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements as each chamber books (`own`), and once what faces another is out (`net`)."""

    own: Accounts
    net: Accounts


def statements(years: Iterable[Year], span: Span, chart: Chart) -> Statements:
    """The accounts of these years side by side, each as a period, and its months if monthly.

    A month of one year is compared to the same month of the other.
    """
    own, net = (mapped(balances) for balances in side_by_side(years, span))
    layouts = shipped_layouts()
    return Statements(present(own, chart, layouts), present(net, chart, layouts))


def side_by_side(years: Iterable[Year], span: Span, digits: int = 0) -> tuple[Cells, Cells]:
    """Balances of these years, as each chamber books, and once what faces another is out.

    `span` is of the first.
    """
    own: Cells = {}
    taken: Cells = {}
    first: int | None = None
    for year in years:
        first = year.year if first is None else first
        there = span.later(year.year - first)
        own |= cells(year.result.lines, year.year, there, digits)
        taken |= cells(year.result.eliminations, year.year, there, digits)
    return own, without(own, taken)


@dataclass(frozen=True, slots=True)
class Trial:
    """One common account ("" where no rule sends them), cents by (entity or "" for all, period).

    `debit`, `credit` and `own` (debit less credit) as each chamber books, `net` once what faces
    another is out.
    """

    account: str
    name: str
    debit: dict[Cell, int] = field(default_factory=dict)
    credit: dict[Cell, int] = field(default_factory=dict)
    own: dict[Cell, int] = field(default_factory=dict)
    net: dict[Cell, int] = field(default_factory=dict)


def trial(years: Iterable[Year], span: Span, chart: Chart, digits: int = 0) -> list[Trial]:
    """The trial balance of these years side by side, by account or by its first `digits`."""
    rows: dict[str, Trial] = {}

    def row(account: str) -> Trial:
        return rows.setdefault(account, Trial(account, chart.name_of(account)))

    own, net = side_by_side(years, span, digits)
    for (entity, period, account), (debit, credit) in own.items():
        found = row(account)
        for cell in ((entity, period), ("", period)):
            for side, cents in (
                (found.debit, debit), (found.credit, credit), (found.own, debit - credit),
            ):  # fmt: skip
                side[cell] = side.get(cell, 0) + cents
    for (entity, period, account), (debit, credit) in net.items():
        side = row(account).net
        for cell in ((entity, period), ("", period)):
            side[cell] = side.get(cell, 0) + debit - credit
    return [rows[account] for account in sorted(rows)]


def chart_of(network: Network, year: int) -> Chart:
    """The common chart at the end of that year."""
    return common_chart(network, dt.date(year, 12, 31))
