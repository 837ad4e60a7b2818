"""What is known of each chamber for the dashboard: books, budgets, invoices, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from maillage.costing.engine.budgets import Kind, totals
from maillage.costing.queries.budgets import YearOfBudgets
from maillage.costing.queries.budgets import year_of as budgets_of
from maillage.costing.queries.invoices import invoices_counted
from maillage.ledger.queries.consolidated import year_of as books_of
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.workspaces.finance.engine.dashboard import (
    INDICATORS,
    Facts,
    Figure,
    Indicator,
    Movement,
    book_facts,
    consolidated,
    figure,
)

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class BookState:
    """The book of a chamber in words, and how many of its accounts no rule sends anywhere."""

    label: str
    unmapped: int

    @property
    def is_absent(self) -> bool:
        return self.label == ABSENT


@dataclass(frozen=True, slots=True)
class Board:
    """The dashboard of a year: indicators, a figure per chamber, the network's."""

    year: int
    chambers: list[Entity]
    books: list[BookState]
    rows: list[tuple[Indicator, list[Figure], Figure]]
    unreconciled: list[Entity]
    """Chambers whose executed budget does not say what their book says."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of any chamber."""
        values = (figure for _, figures, whole in self.rows for figure in (*figures, whole))
        return all(figure.value is None for figure in values) and all(
            book.is_absent for book in self.books
        )

    @property
    def unmapped(self) -> int:
        return sum(book.unmapped for book in self.books)


def board_of(network: Network, year: int) -> Board:
    """Everything of one year, in as many queries whatever the number of chambers."""
    chambers = chambers_of(network)
    facts, states, between = _books(network, year, chambers)
    view = budgets_of(network, year)
    facts = _with_budgets(facts, view, chambers)
    facts = _with_invoices(facts, network, year, chambers)
    by_name = {entity.short_name or entity.name: facts[entity.pk] for entity in chambers}
    rows = [
        (
            indicator,
            [figure(indicator, facts[entity.pk]) for entity in chambers],
            consolidated(indicator, by_name, between),
        )
        for indicator in INDICATORS
    ]
    return Board(year, chambers, states, rows, view.unreconciled)


def _books(
    network: Network, year: int, chambers: list[Entity]
) -> tuple[dict[int, Facts], list[BookState], Facts]:
    """What the books in force say, their state, and what chambers book with each other."""
    books = books_of(network, year)
    moved: dict[str, list[Movement]] = defaultdict(list)
    for line in books.result.lines:
        moved[line.entity].append(Movement(line.account, line.debit, line.credit))
    files = {file.book.entity_id: file for file in books.files}
    facts, states = {}, []
    for entity in chambers:
        file = files.get(entity.pk)
        label = str(file.state.label) if file else ""
        lost = [account for code, account in books.result.unmapped if code == entity.code]
        read = book_facts(moved[entity.code], label, lost) if file else Facts()
        facts[entity.pk] = read
        states.append(BookState(label or ABSENT, len(lost)))
    taken = (Movement(x.account, x.debit, x.credit) for x in books.result.eliminations)
    return facts, states, book_facts(taken, "")


def _with_budgets(
    facts: dict[int, Facts], view: YearOfBudgets, chambers: Iterable[Entity]
) -> dict[int, Facts]:
    """The charges of each chamber's last voted budget."""
    found = dict(facts)
    for entity in chambers:
        budget = view.latest(entity, Kind.REVISED) or view.latest(entity, Kind.INITIAL)
        if budget is not None:
            charges = totals(view.amounts[budget.pk]).charges
            found[entity.pk] = replace(found[entity.pk], budget=charges)
    return found


def _with_invoices(
    facts: dict[int, Facts], network: Network, year: int, chambers: list[Entity]
) -> dict[int, Facts]:
    """Suppliers' invoices counted and studied."""
    found = dict(facts)
    for pk, (volume, fte, unit) in invoices_counted(network, year, chambers).items():
        cost, studied = (unit.cost, unit.volume) if unit else (None, None)
        found[pk] = replace(found[pk], invoices=volume, fte=fte, invoice_cost=cost, studied=studied)
    return found
