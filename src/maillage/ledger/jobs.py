"""Reading deposited files apart from the pages: followed, stopped, taken up again after a kill.

Each file is taken in whole or not at all: the engine writes its folder under another name first,
and the book names it only once it is there.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from maillage.jobs.following import Follower, GivenUp
from maillage.jobs.models import OVER
from maillage.jobs.work import FAILED, long_work, passing
from maillage.kernel.verdicts import Refusal
from maillage.ledger import book_folders, rules
from maillage.ledger.actions.books import record_file
from maillage.ledger.engine.findings import Severity
from maillage.ledger.engine.ledger_file import sha256_of
from maillage.ledger.models import BookFile, BookImport
from maillage.ledger.queries.beside import twins_of
from maillage.ledger.queries.deposits import unread_of, waiting_deposits
from maillage.network.models import Entity
from maillage.people.actors import INSTALLATION, Actor
from maillage.people.queries import actor_behind

if TYPE_CHECKING:
    from maillage.ledger.engine.ledger_reader import LedgerFile

logger = logging.getLogger(__name__)

TOLD = 20
"""Findings of a file that cannot be read, kept in words."""
ALTERED = (
    "Le fichier n’est plus celui qui fut déposé\u00a0: rien n’en est pris. Le déposer de nouveau."
)
SETTLED = ("done", "same", "refused", "failed")


@long_work(BookImport)
def import_books(row: BookImport, follow: Follower) -> None:
    """Read every file of an import. A failure is told on its file; the others go on."""
    if row.state == BookImport.State.ASSIGNING:
        return
    actor = actor_behind(row.requested_by) if row.requested_by else INSTALLATION
    try:
        for rank, file in enumerate(row.files):
            if file["state"] not in SETTLED:
                file.update(_taken_in(row, rank, actor, follow))
                follow.note("Fichier suivant", files=row.files)
    except GivenUp:
        BookImport.objects.filter(pk=row.pk).update(files=rules.given_up(row.files))
    else:
        failed = all(file["state"] in ("refused", "failed") for file in row.files)
        row.end(state="failed" if failed else "done", files=row.files)
    if all(file["state"] != "failed" for file in row.files):
        book_folders.discard(row.network.code, row.pk)


def _taken_in(row: BookImport, rank: int, actor: Actor, follow: Follower) -> dict[str, Any]:
    """Read one file and record it in its book; what became of it, for its import."""
    from maillage.ledger.engine.ledger_reader import read_ledger

    file = row.files[rank]
    file["state"] = "reading"
    label = f"{file['name']} ({rank + 1} sur {len(row.files)}), étape «\u00a0%s\u00a0»"
    follow.note(label % "Ouverture", files=row.files)
    try:
        entity = Entity.objects.get(pk=file["entity"])
        closing = dt.date.fromisoformat(file["closing"])
        path = book_folders.deposited(row, rank)
        read = read_ledger(
            path,
            store=book_folders.root() / row.network.code / entity.code / str(closing.year),
            name=file["name"],
            siren=entity.siren,
            closing=closing,
            progress=lambda stage, done, total: follow(label % stage, done, total),
        )
        if not_taken := _not_taken(read, file.get("sha256", "")):
            return not_taken
        follow.note(label % "Enregistrement")
        before = timezone.now()
        taken = record_file(
            row.network, entity, closing, read, actor=actor, columns=book_folders.columns_of(path)
        )
        return _recorded(taken, same=taken.imported_at < before)
    except Refusal as refusal:
        return {"state": "failed", "message": refusal.denied.reason}
    except OSError as error:
        if passing(error):
            raise
        logger.exception("import %s, file %s", row.pk, rank)
        return {"state": "failed", "message": f"Le disque a refusé : {error.strerror or error}."}
    except Exception as error:
        if passing(error):
            raise
        logger.exception("import %s, file %s", row.pk, rank)
        return {"state": "failed", "message": FAILED}


def _not_taken(read: LedgerFile, deposited: str) -> dict[str, Any]:
    """Why nothing is taken of a file; nothing where it is. `deposited`: its hash, "" unknown."""
    if read.refused:
        told = [str(finding) for finding in islice(read.findings, TOLD)]
        return {"state": "refused", "message": "Illisible : rien n’en est pris.", "findings": told}
    altered = deposited not in ("", read.sha256)
    return {"state": "failed", "message": ALTERED} if altered else {}


def _recorded(taken: BookFile, *, same: bool) -> dict[str, Any]:
    told = {"year": taken.book.year, "entity_code": taken.book.entity.code, "lines": taken.lines}
    if taken.missing:
        told["missing"] = taken.missing
    twice = twins_of(taken)
    told |= {"worst": taken.worst, "found": taken.findings + len(twice), "findings": twice}
    if twice and taken.state == BookFile.State.IMPORTED:
        told["worst"] = Severity.WARNING.value
    if same:
        return {"state": "same", "message": "Déjà en place, à l’identique.", **told}
    return {"state": "done", "message": "", **told}


def forget_deposits(before: dt.datetime) -> int:
    """Forget what was deposited before a moment and nobody assigned, and what an import that is
    over left. How many.

    One assigned meanwhile is left, and that of an import set aside: its books are in no force yet.
    """
    old = BookImport.objects.filter(state=BookImport.State.ASSIGNING, requested_at__lt=before)
    forgotten = 0
    for row in old.select_related("network"):
        if old.filter(pk=row.pk).delete()[0]:
            book_folders.discard(row.network.code, row.pk)
            forgotten += 1
    kept = {str(pk) for pk in waiting_deposits().values_list("pk", flat=True)}
    for folder in book_folders.root().glob("*/depots/*"):
        if folder.name not in kept and folder.stat().st_mtime < before.timestamp():
            book_folders.discard(folder.parent.parent.name, uuid.UUID(folder.name))
            forgotten += 1
    return forgotten


def forget_imports(before: dt.datetime) -> int:
    """Forget how imports that are over went, of those deposited before a moment; the books they
    gave stay. How many."""
    return BookImport.objects.filter(state__in=OVER, requested_at__lt=before).delete()[0]


def note_digests() -> int:
    """Note the hashes of what a version took in that noted none, as it stands: its loss is found
    out from then on. How many books and deposits."""
    noted = sum(map(_note_deposit, waiting_deposits()))
    for file in BookFile.objects.filter(digests={}).select_related("book__network", "book__entity"):
        try:
            digests = book_folders.digests_of(book_folders.folder(file))
        except OSError:
            continue  # a lost file is told by `maillage verify`
        noted += BookFile.objects.filter(pk=file.pk, digests={}).update(digests=digests)
    return noted


def _note_deposit(row: BookImport) -> bool:
    """Whether the hash of a file of a deposit was missing, and is noted now."""
    lacking = [rank for rank, told in unread_of(row) if not told.get("sha256")]
    places = {rank: book_folders.deposited(row, rank) for rank in lacking}
    found = {rank: sha256_of(place) for rank, place in places.items() if place.is_file()}
    with transaction.atomic():
        waiting = waiting_deposits().exclude(state=BookImport.State.RUNNING)
        held = waiting.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if held is None or not found:
            return False
        for rank, digest in found.items():
            held.files[rank]["sha256"] = digest
        held.save(update_fields=["files"])
    return True
