"""Who may ask for documents, who writes in those of an assembly. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.rules import kept_by_chamber, kept_by_network
from maillage.network.rules import EntityLike, NetworkLike
from maillage.people.actors import Actor

MOST_TEXT = 2_000
"""Characters of what explains a gap, or presents a file."""
_ROW = re.compile(r"[1267][0-9]{0,11}D?|")
NOT_MEMBER = Denied("Un dossier d’assemblée se compose avec un mandat dans ce réseau.")
NOT_CHAMBER = Denied(
    "Les textes du dossier d’une chambre s’écrivent avec un mandat de rédacteur de cette chambre, "
    "de la fonction finances, ou d’administrateur du réseau."
)
NOT_NETWORK = Denied(
    "Les textes du dossier du réseau s’écrivent avec un mandat de rédacteur de la fonction "
    "finances ou d’administrateur du réseau."
)


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


def can_request_assembly(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    """Whoever reads the finances of a network may have them composed."""
    return ALLOWED if actor.sees(network.pk) else NOT_MEMBER


def can_write_texts(
    network: NetworkLike, *, actor: Actor, entity: EntityLike | None, **_: object
) -> Verdict:
    """Who keeps the finances of the chamber, or of the network where it is of no chamber."""
    if entity is None:
        return kept_by_network(network.pk, actor, NOT_NETWORK)
    if entity.network_id != network.pk:
        return NOT_CHAMBER
    return kept_by_chamber(network.pk, entity.pk, actor, NOT_CHAMBER)


def text_fault(row: str, text: str) -> str:
    """Why a text of a row does not hold, or ""."""
    if not _ROW.fullmatch(row):
        return f"Ligne «\u00a0{row[:20]}\u00a0» inconnue d’une comparaison de budgets."
    if len(text) > MOST_TEXT:
        return f"Texte de {len(text)} caractères\u00a0: {MOST_TEXT} au plus."
    return ""
