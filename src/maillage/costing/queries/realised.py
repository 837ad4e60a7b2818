"""What the books of a year say, in the shape of a budget. Empty as long as no book is in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maillage.costing.engine.booked import is_planned, natural
from maillage.costing.engine.budgets import Amounts, Key, Totals, totals
from maillage.ledger.models import BookFile
from maillage.ledger.queries.realised import realised
from maillage.network.models import Network


def realised_amounts(
    network: Network,
    year: int,
    until: dt.date | None = None,
    files: Iterable[BookFile] | None = None,
) -> dict[str, dict[Key, int]]:
    """Figures by entity code, in the natural sense of each account, on the classes of a budget.

    `until`: the last day counted.
    """
    found: dict[str, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in realised(network, year, until, files):
        if is_planned(row.account):
            # What has no month closes the year: nothing is lost from its total.
            debit, credit = row.debit - row.taken, row.credit - row.given
            gone = row.gone - row.given if row.gone else 0
            for account, cents in natural(row.account, debit, credit, gone).items():
                if cents:
                    found[row.entity][row.entity, account, row.axis, row.month or 12] += cents
    return {entity: dict(amounts) for entity, amounts in found.items()}


TOLERANCE = 100
"""Cents between a budget voted in whole euros and the book it was drawn from."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An executed budget beside the book of its exercise, in cents."""

    budget: Totals
    book: Totals

    @property
    def rows(self) -> list[tuple[str, int, int, int]]:
        """Charges, products, result: the budget's, the book's, the first less the second."""
        pairs = (
            ("Charges", self.budget.charges, self.book.charges),
            ("Produits", self.budget.products, self.book.products),
            ("Résultat", self.budget.result, self.book.result),
        )
        return [(name, ours, theirs, ours - theirs) for name, ours, theirs in pairs]

    @property
    def agrees(self) -> bool:
        return all(abs(gap) <= TOLERANCE for _name, _ours, _theirs, gap in self.rows[:2])


def reconciled(
    entity: str, amounts: Amounts, books: Mapping[str, Amounts]
) -> Reconciliation | None:
    """The executed budget of a chamber beside its book; None where no book is in."""
    said = books.get(entity)
    return None if said is None else Reconciliation(totals(amounts), totals(said))
