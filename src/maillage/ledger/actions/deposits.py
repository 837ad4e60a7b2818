"""Deposit files, say whose they are, give up their reading."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.jobs.work import queue
from maillage.kernel.actions import Outcome, action
from maillage.kernel.money import NBSP
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.ledger import rules
from maillage.ledger.book_folders import Deposited, discard
from maillage.ledger.engine.fec import said_by
from maillage.ledger.models import BookImport
from maillage.ledger.queries.deposits import (
    Assignment,
    clashes_of,
    doubts_about,
    replaced_by,
    sirens_of,
)
from maillage.network.models import Entity, Network
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor


@action(
    "ledger.import.deposited",
    "Livres comptables déposés",
    guard=rules.can_deposit,
    as_written=("files",),
)
def deposit_files(
    network: Network, import_id: uuid.UUID, files: Sequence[Deposited], *, actor: Actor
) -> Outcome[BookImport]:
    """Take note of files put aside under `import_id`; each is given to the chamber of its SIREN.

    A file that is no FEC is noted as refused. Refuses (422) no file, too many files, and files of
    which none is a FEC, with the reason of each.
    """
    fault = "" if files else f"Aucun fichier n’a été reçu{NBSP}: choisir un ou plusieurs fichiers."
    if len(files) > rules.MAX_FILES:
        fault = f"{rules.MAX_FILES} fichiers au plus par dépôt, {len(files)} reçus."
    refuse_fault(fault)
    if all(file.fault for file in files):
        told = [f"{file.name}{NBSP}: {file.fault}" for file in files]
        why = f"Rien n’est gardé{NBSP}: aucun fichier reçu n’est un FEC."
        refuse(why, violations=told)
    known = sirens_of(network)
    row = BookImport.objects.create(
        pk=import_id,
        network=network,
        files=[_described(file, known) for file in files],
        requested_by=actor.identity,
    )
    refused = [file.name for file in files if file.fault]
    return Outcome(row, {"files": [f.name for f in files], "refused": refused}, row)


def _described(file: Deposited, known: Mapping[str, set[int]]) -> dict[str, Any]:
    """A file as an import keeps it, with what its name says of its owner and exercise."""
    said = said_by(file.name)
    siren, closing = said.siren, said.closing
    owners = known.get(siren, set())
    return {
        "name": file.name,
        "size": file.size,
        "siren": siren,
        "entity": next(iter(owners)) if len(owners) == 1 else None,
        "closing": closing.isoformat() if closing else "",
        "state": "refused" if file.fault else "waiting",
        "message": file.fault,
        "findings": [],
        "sha256": file.sha256,
    }


@action("ledger.import.assigned", "Livres affectés à leur chambre", guard=rules.can_assign)
def assign_files(
    row: BookImport,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    replacing: frozenset[int] = frozenset(),
    sure: frozenset[str] = frozenset(),
) -> Outcome[BookImport]:
    """Say whose each waiting file is, in their order, and put their reading in the queue.

    `replacing`: ids of the files whose replacement was accepted; `sure`: keys of the doubts
    answered. Refuses (422) a file without entity or exercise, two files for one book; (409) a
    replacement nobody accepted, a doubt nobody answered.
    """
    from maillage.ledger.jobs import import_books

    chambers = {e.pk: e for e in every_chamber(row.network)}
    _refuse_assignments(row, assignments, chambers)
    _refuse_unseen(row, assignments, replacing, sure)
    for (_rank, file), given in zip(row.waiting, assignments, strict=True):
        assert given.closing is not None
        file |= {"entity": given.entity, "closing": given.closing.isoformat()}
    row.state = BookImport.State.QUEUED
    row.save(update_fields=["files", "state"])
    queue(import_books, row)
    books = [
        f"{chambers[given.entity].code} {given.closing}"  # type: ignore[index]
        for given in assignments
    ]
    return Outcome(row, {"books": books})


def _refuse_unseen(
    row: BookImport,
    assignments: Sequence[Assignment],
    replacing: frozenset[int],
    sure: frozenset[str],
) -> None:
    """Refuse what was not shown and accepted."""
    unseen = [str(f.book) for f, _new in replaced_by(row, assignments) if f.pk not in replacing]
    if unseen:
        why = f"Un fichier serait remplacé sans accord{NBSP}: {', '.join(unseen)}."
        refuse(why, 409)
    for doubt in doubts_about(row, assignments):
        if doubt.key not in sure:
            refuse(f"{doubt.file}{NBSP}: {doubt.text}.", 409)


def _refuse_assignments(
    row: BookImport, assignments: Sequence[Assignment], chambers: Mapping[int, Entity]
) -> None:
    waiting = row.waiting
    if len(assignments) != len(waiting):
        refuse("Chaque fichier est à affecter.")
    clashes = clashes_of(row, assignments)
    for (rank, file), given in zip(waiting, assignments, strict=True):
        fault = rules.closing_fault(given.closing, timezone.localdate())
        if given.entity not in chambers:
            fault = "La chambre est à choisir parmi celles du réseau."
        if fault := fault or clashes.get(rank, ""):
            refuse(f"{file['name']}{NBSP}: {fault}")


@action("ledger.import.cancelled", "Lecture de livres abandonnée", guard=rules.can_cancel)
def cancel_import(row: BookImport, *, actor: Actor) -> Outcome[BookImport]:
    """Give up what is not read yet; files already taken in stay."""
    if row.is_over:
        return Outcome(row, unchanged=True)
    if row.state != BookImport.State.RUNNING:
        transaction.on_commit(partial(discard, row.network.code, row.pk))
    row.state = BookImport.State.CANCELLED
    row.files, row.stage, row.done, row.total = rules.given_up(row.files), "", 0, 0
    row.save(update_fields=["state", "files", "stage", "done", "total"])
    return Outcome(row)
