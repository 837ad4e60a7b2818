"""Ask for a document, give it up."""

from __future__ import annotations

from maillage.jobs.work import queue
from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor
from maillage.reports import rules
from maillage.reports.jobs import produce
from maillage.reports.models import Dossier
from maillage.schemes.models import Edition


@action("reports.dossier.requested", "Document demandé", guard=rules.can_request)
def request_dossier(edition: Edition, kind: str, *, actor: Actor) -> Outcome[Dossier]:
    """Put a document to be made in the queue."""
    if kind not in Dossier.Kind.values:
        refuse(f"Document «\u00a0{kind}\u00a0» inconnu.")
    dossier = Dossier.objects.create(edition=edition, kind=kind, requested_by=actor.identity)
    queue(produce, dossier)
    return Outcome(dossier, {"kind": kind, "edition": edition.subject}, dossier)


@action("reports.dossier.cancelled", "Document abandonné", guard=rules.can_cancel)
def cancel_dossier(dossier: Dossier, *, actor: Actor) -> Outcome[Dossier]:
    """Give up a document not made yet; the maker stops at its next stage."""
    if dossier.is_over:
        return Outcome(dossier, unchanged=True)
    dossier.state = Dossier.State.CANCELLED
    dossier.save(update_fields=["state"])
    return Outcome(dossier)
