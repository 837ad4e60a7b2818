"""Who may ask for documents. Pure."""

from __future__ import annotations

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor


def can_request(_: object, kind: str, *, actor: Actor) -> Verdict:
    """Any signed-in person may have the booklet of an edition they see."""
    if actor.is_known:
        return ALLOWED
    return Denied("Se connecter pour faire composer un document.")


def can_cancel(dossier: object, *, actor: Actor) -> Verdict:
    requested_by = dossier.requested_by  # type: ignore[attr-defined]
    if actor.is_known and requested_by == actor.identity:
        return ALLOWED
    return Denied("Seule la personne qui a demandé ce document peut l'annuler.")
