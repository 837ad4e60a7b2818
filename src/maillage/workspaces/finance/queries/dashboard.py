"""What is known of each chamber for the dashboard: books, budgets, invoices, in a few queries.

A year is read once; what it says up to any of its months is then a matter of adding up.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from django.db.models import Q

from maillage.costing.engine.budgets import class_of
from maillage.costing.queries.budgets import YearOfBudgets
from maillage.costing.queries.budgets import year_of as budgets_of
from maillage.costing.queries.costs import finance_processes
from maillage.costing.queries.invoices import Counted, invoices_counted
from maillage.kernel.period import CutOff, opening_of
from maillage.ledger import book_folders
from maillage.ledger.engine.accounts import Sides, Span, sides
from maillage.ledger.engine.disposals import moved_beside
from maillage.ledger.engine.flows import shipped_flows
from maillage.ledger.engine.inference import facing as between_of
from maillage.ledger.engine.statements import RESULT_GAP
from maillage.ledger.models import BookFile
from maillage.ledger.queries.beside import told_twice
from maillage.ledger.queries.books import chambers_in, current_files
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.consolidated import years_of as books_of
from maillage.ledger.queries.financing import first_day
from maillage.ledger.queries.reach import NO_BOOK, Reach, reach_of, uneven_closings
from maillage.ledger.queries.realised import targets_of
from maillage.network.models import Entity, Network
from maillage.workspaces.finance.engine.dashboard import (
    INDICATORS,
    Facts,
    Figure,
    Indicator,
    Movement,
    Sources,
    book_facts,
    consolidated,
    figure,
    gap,
    has_its_own,
    sources,
)

ABSENT = "absent"
RESULT = "result"


@dataclass(frozen=True, slots=True)
class BookState:
    """The book of a chamber in words, and how many of its accounts no rule sends anywhere.

    `short`: why it says nothing at the cut-off, "" where it does.
    """

    label: str
    unmapped: int
    short: str = ""

    @property
    def is_absent(self) -> bool:
        return self.label == ABSENT


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator, its figure for each chamber, the network's.

    `unmatched`: cents of the network's that answer nothing from one chamber to another.
    """

    indicator: Indicator
    chambers: list[Figure]
    network: Figure
    unmatched: int = 0

    @property
    def gap(self) -> int | None:
        """The network less the sum of its chambers: what is adjusted beside the books. None where
        they do not add up."""
        found = gap(self.indicator, self.chambers, self.network)
        return None if found is None else round(found)


@dataclass(frozen=True)
class Known:
    """A year of the network: its books, the budgets in force, the invoices counted."""

    year: int
    chambers: list[Entity]
    books: Year
    reach: Reach
    budgets: YearOfBudgets
    counted: dict[int, Counted]

    @cached_property
    def cells(self) -> Sides:
        """Balances of each month from the opening, as booked and as one; those of the whole year
        under its number."""
        return sides([self.books], Span(cumulated=True, monthly=True))

    @cached_property
    def sources(self) -> Sources:
        return sources(shipped_flows(), first_day(self.books))

    @cached_property
    def files(self) -> dict[int, BookFile]:
        return {file.book.entity_id: file for file in self.books.files}

    @cached_property
    def lost(self) -> dict[str, list[str]]:
        """Accounts that no rule sends anywhere, by chamber."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, account in self.books.result.unmapped:
            found[code].append(account)
        return found

    def period(self, month: int) -> str:
        """The name of the balances at the end of a month: the last one moved."""
        whole = CutOff(self.year, month)
        if whole.is_whole:
            return str(self.year)
        named = f"{whole.day:%Y-%m}"
        held = {period for is_net, period in self._by_period if not is_net and len(period) > 4}
        return max((period for period in held if period <= named), default=named)

    @cached_property
    def _by_period(self) -> dict[tuple[bool, str], dict[str, list[Movement]]]:
        """Balances by period, those of the whole as one under True, then by chamber."""
        found: dict[tuple[bool, str], dict[str, list[Movement]]] = {}
        for is_net, cells in ((False, self.cells.own), (True, self.cells.net)):
            for (entity, when, account), (debit, credit) in cells.items():
                held = found.setdefault((is_net, when), {})
                if account:
                    held.setdefault(entity, []).append(Movement(account, debit, credit))
        return found

    def balances(self, month: int, *, net: bool = False) -> dict[str, list[Movement]]:
        """What each chamber has on its common accounts at the end of a month."""
        return self._by_period.get((net, self.period(month)), {})

    @cached_property
    def _taxes(self) -> dict[str, dict[str, list[tuple[int, bool, Movement]]]]:
        """By fact and chamber, each with its month and whether it is with another chamber, what the
        accounts of its taxes moved in its entries; what has no date is of the last month."""
        found: dict[str, dict[str, list[tuple[int, bool, Movement]]]] = {}
        held_by = [entity.code for entity in self.books.entities]
        taxed = {name: source for name, source in self.sources.items() if source.tax.taken}
        for file in self.files.values():
            targets = targets_of(file, self.books.mapping)
            folder, code = book_folders.folder(file), file.book.entity.code
            others = [other for other in held_by if other != code]
            facing = between_of(folder, self.books.partners.known_to(code), others)
            for name, source in taxed.items():
                taxes = [local for local, account in targets.items() if account in source.tax]
                own = [local for local, account in targets.items() if source.takes(account)]
                held = found.setdefault(name, {}).setdefault(code, [])
                for row in moved_beside(folder, taxes, own, facing):
                    month = row.month.month if row.month else 12
                    moved = Movement(targets[row.account], row.debit, row.credit)
                    held.append((month, row.is_between, moved))
        return found

    def taxes(self, month: int, *, net: bool = False) -> dict[str, dict[str, list[Movement]]]:
        """By fact and chamber, the taxes on it from the opening to a month. `net`: without those on
        what chambers sell each other."""
        return {
            name: {
                entity: [
                    moved
                    for when, is_between, moved in rows
                    if when <= month and not (net and is_between)
                ]
                for entity, rows in held.items()
            }
            for name, held in self._taxes.items()
        }

    def days(self, entity: Entity, month: int) -> int | None:
        """From the opening of its exercise to the cut-off, its closing where that is sooner."""
        file = self.files.get(entity.pk)
        if file is None:
            return None
        closing: dt.date = file.book.closing
        last = min(closing, CutOff(self.year, month).day)
        return (last - opening_of(closing)).days + 1

    @cached_property
    def _facts(self) -> dict[int, dict[int, Facts]]:
        """By month, those already asked: each picture of a page asks them of the same months."""
        return {}

    def facts(self, month: int) -> dict[int, Facts]:
        """What is known of each chamber at the end of a month, by its id."""
        if month not in self._facts:
            rows, taxes = self.balances(month), self.taxes(month)
            self._facts[month] = {
                entity.pk: self._with_rest(entity, month, self._booked(entity, month, rows, taxes))
                for entity in self.chambers
            }
        return self._facts[month]

    @cached_property
    def _planned(self) -> dict[int, list[int]]:
        """By budget, its charges up to the end of each month, the opening under 0."""
        found = {}
        for pk, amounts in self.budgets.amounts.items():
            charges = [0] * 13
            for (_entity, account, _axis, month), cents in amounts.items():
                if class_of(account) == "6":
                    charges[month] += cents
            found[pk] = list(accumulate(charges))
        return found

    def _booked(
        self,
        entity: Entity,
        month: int,
        rows: dict[str, list[Movement]],
        taxes: dict[str, dict[str, list[Movement]]],
    ) -> Facts:
        file = self.files.get(entity.pk)
        if file is None:
            return Facts()
        label = str(file.state.label)
        if short := self.short(entity, month):
            return Facts(books=label, short=short)
        return book_facts(
            self.sources,
            rows.get(entity.code, []),
            {name: held.get(entity.code, []) for name, held in taxes.items()},
            self.lost.get(entity.code, ()),
            books=label,
            days=self.days(entity, month),
        )

    def short(self, entity: Entity, month: int) -> str:
        found = self.reach.lacks(entity.code, CutOff(self.year, month))
        return "" if found == NO_BOOK else found

    def _with_rest(self, entity: Entity, month: int, facts: Facts) -> Facts:
        budget = self.budgets.in_force(entity)
        if budget is not None:
            facts = replace(facts, budget=self._planned[budget.pk][month])
        volume, fte, unit = self.counted[entity.pk]
        cost, studied = (unit.cost, unit.volume) if unit else (None, None)
        return replace(facts, invoices=volume, fte=fte, invoice_cost=cost, studied=studied)

    def unmatched(self, month: int) -> int:
        """The line of the result where what chambers do not say alike stands."""
        held = [row for rows in self.balances(month, net=True).values() for row in rows]
        return sum(row.credit - row.debit for row in held if row.account == RESULT_GAP)

    def net(self, month: int) -> Facts:
        """The books of all as one, once what chambers owe each other is out."""
        rows = [row for held in self.balances(month, net=True).values() for row in held]
        taxes = {
            name: [row for some in held.values() for row in some]
            for name, held in self.taxes(month, net=True).items()
        }
        return book_facts(self.sources, rows, taxes)

    def measured(self, month: int, wanted: Sequence[Indicator] = INDICATORS) -> list[Measured]:
        """The indicators at the end of a month."""
        facts, net = self.facts(month), self.net(month)
        names = {e.pk: e.short_name or e.name for e in self.chambers}
        owing = {e.pk for e in self.chambers if not e.archived}
        return [
            Measured(
                indicator,
                [figure(indicator, facts[entity.pk]) for entity in self.chambers],
                consolidated(
                    indicator,
                    {
                        names[pk]: held
                        for pk, held in facts.items()
                        if pk in owing or has_its_own(indicator, held)
                    },
                    net,
                ),
                self.unmatched(month) if indicator.code == RESULT else 0,
            )
            for indicator in wanted
        ]


def known(network: Network, *years: int, files: Sequence[BookFile] | None = None) -> list[Known]:
    """Each of these years, in as many queries whatever the number of chambers."""
    held = current_files(network) if files is None else files
    books = books_of(network, years, held)
    found = {year: chambers_in(network, year, Q(budgets__year=year)) for year in years}
    processes = finance_processes(network)
    return [
        Known(
            year,
            found[year],
            books[year],
            reach_of(network, year, held),
            budgets_of(network, year, chambers=found[year], books=held),
            invoices_counted(network, year, found[year], processes),
        )
        for year in years
    ]


@dataclass(frozen=True)
class Board:
    """The dashboard of a year up to a month, and of the same period of the year before."""

    until: CutOff
    chambers: list[Entity]
    books: list[BookState]
    rows: list[Measured]
    former: list[Measured]
    unreconciled: list[Entity]
    """Chambers whose executed budget does not say what their book says."""
    twice: list[str] = field(default_factory=list)
    """The contents that several of its books hold, a sentence each."""
    uneven: str = ""
    """Which books close when, where they do not close together."""

    @property
    def year(self) -> int:
        return self.until.year

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of any chamber."""
        values = (one for row in self.rows for one in (*row.chambers, row.network))
        return all(one.value is None for one in values) and all(
            book.is_absent for book in self.books
        )

    @property
    def unmapped(self) -> int:
        return sum(book.unmapped for book in self.books)

    @property
    def short(self) -> list[tuple[Entity, str]]:
        """Chambers whose book stops before the cut-off, and where."""
        pairs = zip(self.chambers, self.books, strict=True)
        return [(entity, book.short) for entity, book in pairs if book.short]


def board_of(now: Known, before: Known, month: int) -> Board:
    """`before`: the year before."""
    return Board(
        CutOff(now.year, month),
        now.chambers,
        [_state(now, entity, month) for entity in now.chambers],
        now.measured(month),
        before.measured(month),
        now.budgets.unreconciled,
        told_twice(now.books.files),
        uneven_closings(now.books.files),
    )


def _state(now: Known, entity: Entity, month: int) -> BookState:
    file = now.files.get(entity.pk)
    label = str(file.state.label) if file else ABSENT
    return BookState(label, len(now.lost.get(entity.code, ())), now.short(entity, month))


@dataclass(frozen=True, slots=True)
class Moment:
    """An indicator at the end of a month, and the network's a year before."""

    month: int
    now: Measured
    former: Figure


def trend(now: Known, before: Known, indicator: Indicator, month: int) -> list[Moment]:
    """From the first month to the cut-off."""
    return [
        Moment(
            one,
            now.measured(one, [indicator])[0],
            before.measured(one, [indicator])[0].network,
        )
        for one in range(1, month + 1)
    ]
