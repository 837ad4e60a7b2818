"""What a book in force says beside its former exercise and the calendar."""

from __future__ import annotations

import datetime as dt

from maillage.ledger import book_folders
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.scope import stops_before
from maillage.ledger.models import Book, BookFile


def said_beside(book: Book, file: BookFile, last: dt.date | None) -> list[AccountsFinding]:
    """That it stops before its closing, and the accounts that do not open as they closed.

    `last`: the day of its last entry. A former exercise without a book says nothing.
    """
    found = []
    if what := stops_before(last, book.closing):
        expected = "des écritures jusqu’à la clôture"
        found.append(AccountsFinding("scope.stops", "warning", "Le livre", what, expected))
    former = BookFile.objects.filter(
        book__network=book.network_id,
        book__entity=book.entity_id,
        book__year=book.year - 1,
        replaced_at=None,
    ).select_related("book__entity", "book__network")
    for other in former:
        if book_folders.is_there(other):
            from maillage.ledger.engine.continuity import balances_of, opening_findings

            closed, opened = (balances_of(book_folders.folder(f)) for f in (other, file))
            found += opening_findings(f"Exercice {book.year}", closed, opened)
    return found
