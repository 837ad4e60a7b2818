"""Who may ask for documents. Pure."""

from __future__ import annotations

from typing import Protocol

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor


class DossierLike(Protocol):
    requested_by: str


def can_request(_: object, *, actor: Actor, **__: object) -> Verdict:
    """Any signed-in person may have the booklet of an edition they see."""
    if actor.is_known:
        return ALLOWED
    return Denied("Se connecter pour faire composer un document.")


def can_cancel(dossier: DossierLike, *, actor: Actor, **_: object) -> Verdict:
    if actor.is_known and dossier.requested_by == actor.identity:
        return ALLOWED
    return Denied("Seule la personne qui a demandé ce document peut l’annuler.")
