"""What a book in force says beside its former exercise, the calendar and the other books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.ledger import book_folders
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.scope import Source, State, stop_days, stops_before, twins
from maillage.ledger.models import Book, BookFile

if TYPE_CHECKING:
    from maillage.ledger.engine.continuity import OpeningGap


@dataclass(frozen=True, slots=True)
class Beside:
    """In words, that a book stops before its closing, or has no opening entry where its former
    exercise leaves balances; that another book holds the same content (`twins`); the accounts that
    do not open as they closed, the largest first. `count`: all but the twins."""

    told: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
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
    more = max(0, len(gaps) - SHOWN)
    return Beside(tuple(told), tuple(twins_of(file)), tuple(gaps[:SHOWN]), more)


def source_of(
    file: BookFile, state: State = "held", said: tuple[AccountsFinding, ...] = ()
) -> Source:
    """A file in force as what is told of a book, its book and entity being joined."""
    book = file.book
    return Source(
        book.entity.code,
        book.entity.short_name,
        file.name,
        book.closing,
        state,
        file.lines,
        file.debit,
        file.credit,
        file.missing,
        file.last,
        file.content,
        said,
    )


def stops_of(files: Iterable[BookFile]) -> dict[str, dt.date]:
    """The last day that each chamber's book covers, where it stops before its closing: as whatever
    tells the whole of these files says it."""
    return stop_days(map(source_of, files))


def twins_of(file: BookFile) -> list[str]:
    """What is said of a file in force that holds the content of another, each sentence whole."""
    held = BookFile.objects.filter(
        book__network=file.book.network_id, replaced_at=None, content=file.content
    ).select_related("book__entity")
    return told_twice(held if file.content else ())


def told_twice(files: Iterable[BookFile]) -> list[str]:
    """The contents that several of these files hold, books and entities joined, a sentence each."""
    return [f"{f.where}\u00a0: {f.what}." for f in twins(map(source_of, files))]


SHOWN = 20
"""Accounts shown one by one; the others are counted."""
