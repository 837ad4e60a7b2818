"""Deposit files, say whose they are, give up their reading, record what was read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal, Verdict
from maillage.ledger import rules
from maillage.ledger.archive import Deposited, discard
from maillage.ledger.engine.fec import FILE_NAME
from maillage.ledger.models import Book, BookFile, BookImport
from maillage.ledger.queries.books import chambers_of, finance_function
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor

if TYPE_CHECKING:
    from maillage.ledger.engine.reading import LedgerFile


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a deposited file is: the entity's id and the last day of the exercise."""

    entity: int | None
    closing: dt.date | None


def can_deposit(network: Network, *_: object, actor: Actor, **__: object) -> Verdict:
    return rules.can_deposit(network.pk, finance_function(network.pk), actor)


@action("ledger.import.deposited", guard=can_deposit)
def deposit_files(
    network: Network, import_id: uuid.UUID, files: Sequence[Deposited], *, actor: Actor
) -> Outcome[BookImport]:
    """Take note of files put aside under `import_id`; each is given to the entity of its SIREN.

    Refuses (422) no file, an empty file, too many files.
    """
    fault = "" if files else "Aucun fichier n’a été reçu : choisir un ou plusieurs fichiers."
    if len(files) > rules.MAX_FILES:
        fault = f"{rules.MAX_FILES} fichiers au plus par dépôt, {len(files)} reçus."
    if fault:
        raise Refusal(Denied(fault, status=422))
    sirens = {e.siren: e.pk for e in chambers_of(network) if e.siren}
    row = BookImport.objects.create(
        pk=import_id,
        network=network,
        files=[_described(file, sirens) for file in files],
        requested_by=actor.identity,
    )
    return Outcome(row, {"files": [f.name for f in files]}, row)


def _described(file: Deposited, sirens: Mapping[str, int]) -> dict[str, Any]:
    """A file as an import keeps it, with what its name says of its owner and exercise."""
    named = FILE_NAME.fullmatch(file.name)
    closing = ""
    if named:
        try:
            closing = dt.datetime.strptime(named["closing"], "%Y%m%d").date().isoformat()
        except ValueError:
            closing = ""
    return {
        "name": file.name,
        "size": file.size,
        "entity": sirens.get(named["siren"]) if named else None,
        "closing": closing,
        "state": "waiting",
        "message": "",
        "findings": [],
    }


def can_assign(
    row: BookImport, assignments: Sequence[Assignment], *, actor: Actor, **_: object
) -> Verdict:
    finance = finance_function(row.network_id)
    if row.state != BookImport.State.ASSIGNING:
        return Denied("Ces fichiers sont déjà affectés.", status=409)
    verdict = rules.can_cancel(row.requested_by, row.network_id, finance, actor)
    if not verdict:
        return Denied("Seule la personne qui a déposé ces fichiers peut les affecter.")
    for given in assignments:
        if given.entity is not None:
            verdict = rules.can_keep_book(row.network_id, finance, given.entity, actor)
        if not verdict:
            return verdict
    return ALLOWED


def replaced_by(row: BookImport, assignments: Sequence[Assignment]) -> list[BookFile]:
    """Files in force that these assignments would replace."""
    wanted = {(a.entity, a.closing.year) for a in assignments if a.entity and a.closing}
    files = BookFile.objects.filter(
        book__network=row.network_id, replaced_at=None, book__entity__in=[e for e, _ in wanted]
    ).select_related("book__entity")
    return [f for f in files if (f.book.entity_id, f.book.year) in wanted]


@action("ledger.import.assigned", guard=can_assign)
def assign_files(
    row: BookImport,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    replacing: frozenset[int] = frozenset(),
) -> Outcome[BookImport]:
    """Say whose each file is, in their order, and put their reading in the queue.

    `replacing`: ids of the files whose replacement was accepted. Refuses (422) a file without
    entity or exercise, two files for one book; (409) a replacement nobody accepted.
    """
    from maillage.ledger.jobs import import_books

    chambers = {e.pk: e for e in chambers_of(row.network)}
    _refuse_assignments(row, assignments, chambers)
    replaced = {file.pk: file for file in replaced_by(row, assignments)}
    if unseen := [replaced[pk] for pk in replaced if pk not in replacing]:
        books = ", ".join(str(file.book) for file in unseen)
        raise Refusal(Denied(f"Un fichier serait remplacé sans accord : {books}.", status=409))
    for file, given in zip(row.files, assignments, strict=True):
        assert given.closing is not None
        file |= {"entity": given.entity, "closing": given.closing.isoformat()}
    row.state = BookImport.State.QUEUED
    row.save(update_fields=["files", "state"])
    transaction.on_commit(partial(import_books.enqueue, str(row.pk)))
    books = [
        f"{chambers[given.entity].code} {given.closing}"  # type: ignore[index]
        for given in assignments
    ]
    return Outcome(row, {"books": books})


def _refuse_assignments(
    row: BookImport, assignments: Sequence[Assignment], chambers: Mapping[int, Entity]
) -> None:
    if len(assignments) != len(row.files):
        raise Refusal(Denied("Chaque fichier est à affecter.", status=422))
    met: set[tuple[int, int]] = set()
    for file, given in zip(row.files, assignments, strict=True):
        fault = rules.closing_fault(given.closing, timezone.localdate())
        if given.entity not in chambers:
            fault = "La chambre est à choisir parmi celles du réseau."
        if not fault and given.closing and given.entity:
            book = (given.entity, given.closing.year)
            if book in met:
                fault = "Un autre fichier de ce dépôt est déjà pour cette chambre et cet exercice."
            met.add(book)
        if fault:
            raise Refusal(Denied(f"{file['name']} : {fault}", status=422))


def can_cancel(row: BookImport, *, actor: Actor) -> Verdict:
    finance = finance_function(row.network_id)
    return rules.can_cancel(row.requested_by, row.network_id, finance, actor)


@action("ledger.import.cancelled", guard=can_cancel)
def cancel_import(row: BookImport, *, actor: Actor) -> Outcome[BookImport]:
    """Give up what is not read yet; files already taken in stay."""
    if row.is_over:
        return Outcome(row, unchanged=True)
    if row.state == BookImport.State.ASSIGNING:
        transaction.on_commit(partial(discard, row.network.code, row.pk))
    row.state = BookImport.State.CANCELLED
    row.save(update_fields=["state"])
    return Outcome(row)


def can_record(_: Network, entity: Entity, *__: object, actor: Actor, **___: object) -> Verdict:
    network = entity.network_id
    return rules.can_keep_book(network, finance_function(network), entity.pk, actor)


@action("ledger.book.imported", guard=can_record)
def record_file(
    network: Network, entity: Entity, closing: dt.date, read: LedgerFile, *, actor: Actor
) -> Outcome[BookFile]:
    """Make a file the current one of its book; the former is kept, as replaced.

    The file in force given again changes nothing. Refuses (409) another closing date in the
    year of a book that exists.
    """
    book, _created = Book.objects.get_or_create(
        network=network, entity=entity, year=closing.year, defaults={"closing": closing}
    )
    if book.closing != closing:
        fault = f"L’exercice {book.year} de cette chambre se clôt déjà le {book.closing:%d/%m/%Y}."
        raise Refusal(Denied(fault, status=409))
    former = book.files.filter(replaced_at=None).first()
    if former is not None and former.sha256 == read.sha256:
        return Outcome(former, unchanged=True)
    now = timezone.now()
    if former is not None:
        former.replaced_at = now
        former.save(update_fields=["replaced_at"])
    file = BookFile.objects.create(book=book, **_figures(read), imported_by=actor.identity)
    diff = {"entity": entity.code, "year": book.year, "name": file.name, "sha256": file.sha256}
    diff |= {"lines": file.lines, "debit": file.debit, "credit": file.credit}
    return Outcome(file, diff | {"replaces": former.sha256 if former else ""}, book)


def can_restore(file: BookFile, *, actor: Actor) -> Verdict:
    book = file.book
    return rules.can_keep_book(
        book.network_id, finance_function(book.network_id), book.entity_id, actor
    )


@action("ledger.book.restored", guard=can_restore)
def restore_file(file: BookFile, *, actor: Actor) -> Outcome[BookFile]:
    """Put a replaced file back in force; the one in its place is kept, as replaced."""
    if file.replaced_at is None:
        return Outcome(file, unchanged=True)
    book = file.book
    former = book.files.filter(replaced_at=None).first()
    if former is not None:
        former.replaced_at = timezone.now()
        former.save(update_fields=["replaced_at"])
    file.replaced_at = None
    file.save(update_fields=["replaced_at"])
    diff = {"entity": book.entity.code, "year": book.year, "sha256": file.sha256}
    return Outcome(file, diff | {"replaces": former.sha256 if former else ""}, book)


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
        "counts": dict(read.findings.counts),
        "worst": worst.value if worst else "",
    }
