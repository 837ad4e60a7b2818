"""Record what was read of a book, put a former file back, withdraw the book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse, refuse_unread
from maillage.ledger import rules
from maillage.ledger.book_folders import digests_of
from maillage.ledger.models import Book, BookFile
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor

if TYPE_CHECKING:
    from maillage.ledger.engine.ledger_reader import LedgerFile


@action(
    "ledger.book.imported",
    "Livre comptable importé",
    guard=rules.can_import,
    as_written=("read", "columns"),
)
def record_file(
    network: Network,
    entity: Entity,
    closing: dt.date,
    read: LedgerFile,
    *,
    actor: Actor,
    columns: Sequence[str] = (),
) -> Outcome[BookFile]:
    """Make a file the current one of its book; the former is kept, as replaced.

    `columns`: those beyond the columns of a FEC, as the file names them. The file in force given
    again changes nothing, unless it is read otherwise since. Refuses (409) another closing date in
    the year of a book in force, and what is already in force for another book, by its bytes or by
    its lines.
    """
    book, _created = Book.objects.get_or_create(
        network=network, entity=entity, year=closing.year, defaults={"closing": closing}
    )
    former = book.files.filter(replaced_at=None).first()
    if fault := rules.other_closing_fault(book.closing if former else None, closing):
        refuse(fault, 409)
    if former is not None and _says_the_same(former, read):
        return Outcome(former, unchanged=True)
    _put_aside(former)
    book.closing, book.withdrawn_at = closing, None
    book.save(update_fields=["closing", "withdrawn_at"])
    figures = _figures(read) | {"columns": list(columns)}
    file = BookFile.objects.create(book=book, **figures, imported_by=actor.identity)
    book.files.filter(sha256=file.sha256).update(digests=figures["digests"])
    diff = {"entity": entity.code, "year": book.year, "name": file.name, "sha256": file.sha256}
    diff |= {"lines": file.lines, "debit": file.debit, "credit": file.credit}
    return Outcome(file, diff | {"replaces": former.sha256 if former else ""}, book)


def _says_the_same(former: BookFile, read: LedgerFile) -> bool:
    """Whether the file in force is this one, read as it would be today."""
    told = (former.sha256, former.lines, former.debit, former.credit, former.missing)
    return told == (read.sha256, read.lines, read.debit, read.credit, read.missing)


def _put_aside(file: BookFile | None) -> None:
    """Take a file out of force; it is kept."""
    if file is not None:
        file.replaced_at = timezone.now()
        file.save(update_fields=["replaced_at"])


# Whatever changes which file is in force locks the network first, and reads again what it changes.


@action("ledger.book.restored", "Ancien livre comptable remis en vigueur", guard=rules.can_restore)
def restore_file(
    network: Network, file: BookFile, *, actor: Actor, in_force: int | None = None
) -> Outcome[BookFile]:
    """Put a former file back in force; the one in its place is kept, as replaced.

    Refuses (409) where the file in force (by id, 0 for none) is no longer the one seen, `in_force`.
    """
    file = BookFile.objects.select_related("book__entity").get(pk=file.pk)
    book = file.book
    if file.replaced_at is None:
        return Outcome(file, unchanged=True)
    former = book.files.filter(replaced_at=None).first()
    refuse_unread("le fichier en vigueur", in_force, lambda: former.pk if former else 0)
    _put_aside(former)
    file.replaced_at = None
    file.save(update_fields=["replaced_at"])
    book.withdrawn_at = None
    book.save(update_fields=["withdrawn_at"])
    diff = {"entity": book.entity.code, "year": book.year, "sha256": file.sha256}
    return Outcome(file, diff | {"replaces": former.sha256 if former else ""}, book)


@action("ledger.book.withdrawn", "Livre comptable retiré", guard=rules.can_withdraw)
def withdraw_book(
    network: Network, book: Book, *, actor: Actor, in_force: int | None = None
) -> Outcome[Book]:
    """Leave the book without a file in force; its files are kept, each may be put back.

    Refuses (409) where the file in force (by id) is no longer the one seen, `in_force`.
    """
    book = Book.objects.select_related("entity").get(pk=book.pk)
    current = book.files.filter(replaced_at=None).first()
    if current is None:
        return Outcome(book, unchanged=True)
    refuse_unread("le fichier en vigueur", in_force, lambda: current.pk)
    _put_aside(current)
    book.withdrawn_at = current.replaced_at
    book.save(update_fields=["withdrawn_at"])
    diff = {"entity": book.entity.code, "year": book.year, "name": current.name}
    return Outcome(book, diff | {"sha256": current.sha256, "lines": current.lines}, book)


def _figures(read: LedgerFile) -> dict[str, Any]:
    worst = read.findings.worst
    return {
        "sha256": read.sha256,
        "name": read.name[:200],
        "size": read.size,
        "encoding": read.encoding,
        "lines": read.lines,
        "debit": read.debit,
        "credit": read.credit,
        "missing": read.missing,
        "last": read.last,
        "content": read.content,
        "digests": digests_of(read.folder) if read.folder else {},
        "counts": dict(read.findings.counts),
        "worst": worst.value if worst else "",
    }
