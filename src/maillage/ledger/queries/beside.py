"""What a book in force says beside its former exercise and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.ledger import book_folders
from maillage.ledger.engine.scope import stops_before
from maillage.ledger.models import Book, BookFile

if TYPE_CHECKING:
    from maillage.ledger.engine.continuity import OpeningGap


@dataclass(frozen=True, slots=True)
class Beside:
    """In words, that a book stops before its closing, or has no opening entry where its former
    exercise leaves balances; the accounts that do not open as they closed, the largest first."""

    told: tuple[str, ...] = ()
    gaps: tuple[OpeningGap, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.told) + len(self.gaps) + self.more


def said_beside(book: Book, file: BookFile) -> Beside:
    """What is said of a file in force; a former exercise without a book says nothing."""
    stops = stops_before(file.last, book.closing)
    told = [f"Le livre {stops}."] if stops else []
    former = BookFile.objects.filter(
        book__network=book.network_id,
        book__entity=book.entity_id,
        book__year=book.year - 1,
        replaced_at=None,
    ).select_related("book__entity", "book__network")
    gaps: list[OpeningGap] = []
    for other in former:
        if book_folders.is_there(other):
            from maillage.ledger.engine.continuity import balances_of, opening_gaps

            closed, opened = (balances_of(book_folders.folder(f)) for f in (other, file))
            gaps = opening_gaps(closed, opened)
            if closed.closed and not opened.opened:
                told.append("Aucune écriture d’à-nouveaux, là où l’exercice précédent en attend.")
    return Beside(tuple(told), tuple(gaps[:SHOWN]), max(0, len(gaps) - SHOWN))


SHOWN = 20
"""Accounts shown one by one; the others are counted."""
