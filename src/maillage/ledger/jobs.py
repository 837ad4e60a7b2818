"""Reading deposited files apart from the pages: followed, stopped, taken up again after a kill.

Each file is taken in whole or not at all: the engine writes its folder under another name first,
and the book names it only once it is there.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from itertools import islice
from typing import Any

from django.utils import timezone
from django_tasks import task

from maillage.kernel.verdicts import Refusal
from maillage.ledger import archive, rules
from maillage.ledger.actions.books import record_file
from maillage.ledger.engine.reading import Cancelled, LedgerFile, read_ledger
from maillage.ledger.models import BookFile, BookImport
from maillage.network.models import Entity
from maillage.people.actors import INSTALLATION, Actor
from maillage.people.queries import actor_behind

logger = logging.getLogger(__name__)

EVERY = 0.4
"""Seconds between two notes of how far a reading has come."""
TOLD = 20
"""Findings of a file that cannot be read, kept in words."""
KEPT_FOR = dt.timedelta(days=1)
OVER = ("done", "same", "refused", "failed")


class _Follower:
    """Notes how far one file has come; stops its reading once the import is given up."""

    def __init__(self, row: BookImport, rank: int) -> None:
        self.row, self.last = row, 0.0
        self.label = f"{row.files[rank]['name']} ({rank + 1} sur {len(row.files)})"

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.last < EVERY and done < total:
            return
        self.last = now
        self.note(f"{self.label}, étape «\u00a0{stage}\u00a0»", done, total)

    def note(self, stage: str, done: int = 0, total: int = 0) -> None:
        reached = (
            BookImport.objects.filter(pk=self.row.pk)
            .exclude(state=BookImport.State.CANCELLED)
            .update(
                state=BookImport.State.RUNNING,
                stage=stage[:200],
                done=done,
                total=total,
                files=self.row.files,
            )
        )
        if not reached:
            raise Cancelled


@task()
def import_books(import_id: str) -> None:
    """Read every file of an import. A failure is told on its file; the others go on."""
    row = BookImport.objects.select_related("network").filter(pk=import_id).first()
    if row is None or row.state == BookImport.State.ASSIGNING:
        return
    if row.is_over:
        archive.discard(row.network.code, row.pk)
        return
    sweep()
    actor = actor_behind(row.requested_by) if row.requested_by else INSTALLATION
    try:
        for rank, file in enumerate(row.files):
            if file["state"] not in OVER:
                file.update(_taken_in(row, rank, actor))
                _Follower(row, rank).note("Fichier suivant")
    except Cancelled:
        BookImport.objects.filter(pk=row.pk).update(files=rules.given_up(row.files))
    else:
        failed = all(file["state"] in ("refused", "failed") for file in row.files)
        row.state = BookImport.State.FAILED if failed else BookImport.State.DONE
        row.stage, row.done, row.total = "", 0, 0
        row.save(update_fields=["state", "stage", "done", "total", "files"])
    archive.discard(row.network.code, row.pk)


def _taken_in(row: BookImport, rank: int, actor: Actor) -> dict[str, Any]:
    """Read one file and record it in its book; what became of it, for its import."""
    file = row.files[rank]
    file["state"] = "reading"
    follower = _Follower(row, rank)
    follower.note(f"{follower.label}, étape «\u00a0Ouverture\u00a0»")
    try:
        entity = Entity.objects.get(pk=file["entity"])
        closing = dt.date.fromisoformat(file["closing"])
        path = archive.deposited(row, rank)
        read = read_ledger(
            path,
            store=archive.root() / row.network.code / entity.code / str(closing.year),
            name=file["name"],
            siren=entity.siren,
            closing=closing,
            progress=follower,
        )
        if read.refused:
            return _refused(read)
        follower.note(f"{follower.label}, étape «\u00a0Enregistrement\u00a0»")
        before = timezone.now()
        taken = record_file(
            row.network, entity, closing, read, actor=actor, columns=archive.columns_of(path)
        )
        return _recorded(taken, same=taken.imported_at < before)
    except Cancelled:
        raise
    except Refusal as refusal:
        return {"state": "failed", "message": refusal.denied.reason}
    except OSError as error:
        logger.exception("import %s, file %s", row.pk, rank)
        return {"state": "failed", "message": f"Le disque a refusé : {error.strerror or error}."}
    except Exception:
        logger.exception("import %s, file %s", row.pk, rank)
        message = "La lecture a échoué ; l’erreur est consignée dans le journal du serveur."
        return {"state": "failed", "message": message}


def _refused(read: LedgerFile) -> dict[str, Any]:
    told = [str(finding) for finding in islice(read.findings, TOLD)]
    return {"state": "refused", "message": "Illisible : rien n’en est pris.", "findings": told}


def _recorded(taken: BookFile, *, same: bool) -> dict[str, Any]:
    told = {"year": taken.book.year, "entity_code": taken.book.entity.code, "lines": taken.lines}
    told |= {"worst": taken.worst, "found": taken.findings}
    if same:
        return {"state": "same", "message": "Déjà en place, à l’identique.", **told}
    return {"state": "done", "message": "", **told}


def sweep() -> int:
    """Forget deposits nobody assigned in a day. How many. One assigned meanwhile is left."""
    old = BookImport.objects.filter(
        state=BookImport.State.ASSIGNING, requested_at__lt=timezone.now() - KEPT_FOR
    )
    forgotten = 0
    for row in old.select_related("network"):
        gone, _ = old.filter(pk=row.pk).delete()
        if gone:
            archive.discard(row.network.code, row.pk)
            forgotten += 1
    return forgotten
