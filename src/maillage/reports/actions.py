"""Ask for a document, give it up; write what explains the gaps of an assembly's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.jobs.work import queue
from maillage.kernel.actions import Held, Outcome, action, changes, stamp_of
from maillage.kernel.period import CutOff
from maillage.kernel.unprintable import unix
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION, Actor
from maillage.reports import rules
from maillage.reports.jobs import produce
from maillage.reports.models import AssemblyFile, Dossier
from maillage.reports.queries import assembly_of, to_publish
from maillage.schemes.models import Edition

MOVED = "Les textes de ce dossier ont changé depuis votre lecture\u00a0: relire, puis recommencer."


@action("reports.dossier.requested", "Document demandé", guard=rules.can_request)
def request_dossier(edition: Edition, kind: str, *, actor: Actor) -> Outcome[Dossier]:
    """Put a document to be made in the queue."""
    if kind not in Dossier.BOOKLETS:
        refuse(f"Document «\u00a0{kind}\u00a0» inconnu.")
    dossier = Dossier.objects.create(edition=edition, kind=kind, requested_by=actor.identity)
    queue(produce, dossier)
    return Outcome(dossier, {"kind": kind, "edition": edition.subject}, dossier)


def publish_booklets() -> None:
    """Ask for the booklets of sealed editions that have none, PDF and Word, for anybody to take."""
    for edition, kind in to_publish():
        request_dossier(edition, kind, actor=INSTALLATION)


@action("reports.dossier.cancelled", "Document abandonné", guard=rules.can_cancel)
def cancel_dossier(dossier: Dossier, *, actor: Actor) -> Outcome[Dossier]:
    """Give up a document not made yet; the maker stops at its next stage."""
    if dossier.is_over:
        return Outcome(dossier, unchanged=True)
    dossier.state = Dossier.State.CANCELLED
    dossier.save(update_fields=["state"])
    return Outcome(dossier)


def texts_held(network: Network, entity: Entity | None, until: CutOff) -> Held:
    """The texts of a file, as its page gives them back."""
    return Held(stamp_of(sorted(assembly_of(network, entity, until).texts.items())), MOVED)


def _seen(network: Network, **given: Any) -> Held:
    return texts_held(network, given["entity"], given["until"])


@action(
    "reports.assembly.written",
    "Textes du dossier d’assemblée écrits",
    guard=rules.can_write_texts,
    seen=_seen,
)
def write_texts(
    network: Network,
    *,
    actor: Actor,
    entity: Entity | None,
    until: CutOff,
    texts: Mapping[str, str],
    seen: str | None = None,
) -> Outcome[AssemblyFile]:
    """Write what is said of the gaps of a file, by row; an empty text takes one away.

    What `texts` does not name stays. Refuses (422) a row or a text that does not hold. The same
    texts change nothing.
    """
    file = assembly_of(network, entity, until)
    before = dict(file.texts)
    for row, text in texts.items():
        said = unix(text).strip()
        refuse_fault(rules.text_fault(row, said))
        file.texts[row] = said
    file.texts = {row: text for row, text in sorted(file.texts.items()) if text}
    if file.texts == before:
        return Outcome(file, unchanged=True)
    rows = sorted({*before, *file.texts})
    moved = changes({r: before.get(r, "") for r in rows}, {r: file.texts.get(r, "") for r in rows})
    file.save()
    return Outcome(file, {"texts": moved}, file)


@action(
    "reports.assembly.requested", "Dossier d’assemblée demandé", guard=rules.can_request_assembly
)
def request_assembly(
    network: Network, kind: str, *, actor: Actor, entity: Entity | None, until: CutOff
) -> Outcome[Dossier]:
    """Put the file of an assembly in the queue, as it then is: its figures are read when made."""
    if kind not in Dossier.ASSEMBLIES:
        refuse(f"Document «\u00a0{kind}\u00a0» inconnu.")
    file = assembly_of(network, entity, until)
    if file.pk is None:
        file.save()
    dossier = Dossier.objects.create(assembly=file, kind=kind, requested_by=actor.identity)
    queue(produce, dossier)
    return Outcome(dossier, {"kind": kind, "assembly": file.subject}, dossier)
