"""The books of a year as one: consolidated lines, balances by common account, statements.

What books, rules and partners give never changes while they do not: it is kept in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from django.conf import settings

from maillage.ledger import archive
from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.consolidation import Book, Consolidation, Line, consolidate
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.statements import (
    Accounts,
    LayoutFile,
    load_layouts,
    present,
    shipped_text,
)
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import chambers_of, current_files
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.network.models import Entity, Network

Cells = dict[tuple[str, str, str], tuple[int, int]]
"""(entity, period, common account) -> (debit, credit), in cents."""

_Known = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The books of one year, consolidated."""

    year: int
    files: tuple[BookFile, ...]
    entities: tuple[Entity, ...]
    result: Consolidation

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
    """Which part of a year: all months, one, or those up to one; all axes or one."""

    month: dt.date | None = None
    cumulated: bool = False
    axis: str = ""

    def holds(self, line: Line) -> bool:
        if self.axis and line.axis != self.axis:
            return False
        if self.month is None:
            return True
        return line.month is not None and (
            line.month <= self.month if self.cumulated else line.month == self.month
        )


@lru_cache(maxsize=24)
def _consolidated(books: tuple[Book, ...], mapping: Mapping, known: _Known) -> Consolidation:
    perimeter = Perimeter(tuple(b.entity for b in books), dict(known))
    return consolidate(books, mapping, perimeter, address=settings.LEDGER_ENGINE)


def partners_of(network: Network) -> dict[str, str]:
    """Auxiliary account -> chamber: by its code or SIREN, then as the network says."""
    known: dict[str, str] = {}
    for chamber in chambers_of(network):
        for number in (chamber.code, chamber.code.upper(), chamber.siren):
            if number:
                known.setdefault(number, chamber.code)
    named = network.partner_numbers.values_list("number", "entity__code")
    return known | dict(named)


def years_of(
    network: Network, wanted: Iterable[int], files: Iterable[BookFile] | None = None
) -> dict[int, Year]:
    """The books of each of these years as one; no line where no book is in."""
    held = current_files(network) if files is None else list(files)
    mapping = mapping_of(rules_of(network))
    known = tuple(sorted(partners_of(network).items()))
    found = {}
    for year in wanted:
        mine = tuple(file for file in held if file.book.year == year)
        books = tuple(archive.books_of(mine))
        result = _consolidated(books, mapping, known)
        found[year] = Year(year, mine, tuple(f.book.entity for f in mine), result)
    return found


def year_of(network: Network, year: int, files: Iterable[BookFile] | None = None) -> Year:
    return years_of(network, [year], files)[year]


def cells(lines: Iterable[Line], period: str, span: Span) -> Cells:
    """Debits and credits by entity and mapped common account, over a span, under one period."""
    found: Cells = {}
    for line in lines:
        if line.account and span.holds(line):
            key = (line.entity, period, line.account)
            debit, credit = found.get(key, (0, 0))
            found[key] = (debit + line.debit, credit + line.credit)
    return found


def without(balances: Cells, taken: Cells) -> Cells:
    """Balances once others are taken out of them."""
    left = dict(balances)
    for key, (debit, credit) in taken.items():
        former = left.get(key, (0, 0))
        left[key] = (former[0] - debit, former[1] - credit)
    return left


@cache
def shipped_layouts() -> LayoutFile:
    return load_layouts(shipped_text())


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements as each chamber books (`own`), and once what faces another is out (`net`)."""

    own: Accounts
    net: Accounts
    periods: tuple[str, ...]


def statements(years: Iterable[Year], span: Span, chart: Chart) -> Statements:
    """The accounts of these years side by side, each as a period.

    A month of one year is compared to the same month of the other.
    """
    own: Cells = {}
    taken: Cells = {}
    periods = []
    for year in years:
        there = _in_year(span, year.year)
        periods.append(str(year.year))
        own |= cells(year.result.lines, str(year.year), there)
        taken |= cells(year.result.eliminations, str(year.year), there)
    layouts = shipped_layouts()
    return Statements(
        present(own, chart, layouts),
        present(without(own, taken), chart, layouts),
        tuple(periods),
    )


def _in_year(span: Span, year: int) -> Span:
    """The same span, moved to another year."""
    return replace(span, month=span.month and span.month.replace(year=year))


@dataclass(frozen=True, slots=True)
class Trial:
    """One common account: net cents by entity (debit less credit), then all together.

    `taken`: what is eliminated; `former`: consolidated, the year before.
    """

    account: str
    name: str
    nets: Lookup[str, int]
    debit: int
    credit: int
    taken: int
    former: int | None

    @property
    def summed(self) -> int:
        return self.debit - self.credit

    @property
    def consolidated(self) -> int:
        return self.summed - self.taken

    @property
    def variation(self) -> int | None:
        return None if self.former is None else self.consolidated - self.former


def trial(
    year: Year, former: Year | None, span: Span, chart: Chart, *, digits: int = 0, entity: str = ""
) -> list[Trial]:
    """The trial balance, by account or by its first `digits`; of one entity where one is named."""
    own = _by_account(year.result.lines, span, digits, entity)
    taken = {} if entity else _by_account(year.result.eliminations, span, digits, "")
    before: dict[str, dict[str, tuple[int, int]]] | None = None
    gone: dict[str, dict[str, tuple[int, int]]] = {}
    if former is not None:
        there = _in_year(span, former.year)
        before = _by_account(former.result.lines, there, digits, entity)
        gone = {} if entity else _by_account(former.result.eliminations, there, digits, "")
    rows = []
    for account in sorted({*own, *(before or {})}):
        cell = own.get(account, {})
        rows.append(
            Trial(
                account,
                chart.name_of(account),
                {code: debit - credit for code, (debit, credit) in cell.items()},
                sum(debit for debit, _ in cell.values()),
                sum(credit for _, credit in cell.values()),
                _net(taken.get(account)),
                None if before is None else _net(before.get(account)) - _net(gone.get(account)),
            )
        )
    return rows


def _by_account(
    lines: Iterable[Line], span: Span, digits: int, entity: str
) -> dict[str, dict[str, tuple[int, int]]]:
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for line in lines:
        if span.holds(line) and entity in ("", line.entity):
            account = line.account[:digits] if digits else line.account
            cell = found.setdefault(account, {})
            debit, credit = cell.get(line.entity, (0, 0))
            cell[line.entity] = (debit + line.debit, credit + line.credit)
    return found


def _net(cell: dict[str, tuple[int, int]] | None) -> int:
    return sum(debit - credit for debit, credit in cell.values()) if cell else 0


def chart_of(network: Network, year: int) -> Chart:
    """The common chart at the end of that year."""
    return common_chart(network, dt.date(year, 12, 31))
