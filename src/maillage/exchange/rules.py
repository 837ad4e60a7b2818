"""Who adds a document to a network and removes it; what its title must be. Pure."""

from __future__ import annotations

from typing import Protocol

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.rules import NetworkLike, name_fault
from maillage.people.actors import Actor

LAST_PRINTED = 99_999


class DocumentLike(Protocol):
    network_id: int
    requested_by: str


def can_add(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    if actor.edits_something(network.pk):
        return ALLOWED
    return Denied("Un document s’ajoute avec un mandat de rédacteur ou d’administrateur du réseau.")


def can_remove(document: DocumentLike, *, actor: Actor, **_: object) -> Verdict:
    if actor.administers(document.network_id):
        return ALLOWED
    own = bool(actor.identity) and document.requested_by == actor.identity
    if own and actor.edits_something(document.network_id):
        return ALLOWED
    return Denied("Seuls un administrateur du réseau et qui a ajouté ce document le retirent.")


def can_read_for(document: DocumentLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether this actor may say how its pages are numbered and which were read."""
    if actor.edits_something(document.network_id):
        return ALLOWED
    return Denied("Lire un document pour un schéma demande un mandat de rédacteur.")


def title_fault(title: str) -> str:
    """Why a title does not hold, or ""."""
    return name_fault("Titre du document", title)


def removal_fault(resting: int) -> str:
    """Why a document cannot go, or ""; `resting`: how many things rest on it."""
    if not resting:
        return ""
    what = "d’une édition" if resting == 1 else f"de {resting} éditions"
    return f"Des cellules {what} reposent sur ce document\u00a0: il reste."


def numbering_fault(first: int, pages: int) -> str:
    """Why the page printed 1 cannot have that place in a file, or ""."""
    if first >= 1:
        return page_fault(first, pages)
    if pages - first + 1 <= LAST_PRINTED:
        return ""
    return "Le numéro imprimé a cinq chiffres au plus, jusqu’à la dernière page du document."


def page_fault(number: int, pages: int) -> str:
    """Why a number is none of a document's pages, or ""."""
    if 1 <= number <= pages:
        return ""
    return f"Ce document a {pages} pages\u00a0: une page de 1 à {pages} est attendue."
