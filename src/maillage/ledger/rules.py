"""Who may write in the ledger, and what a deposit must hold. Pure.

Whoever holds a mandate in the network reads; the network's administrators and the editors of the
finance function write everything; the editor of a chamber writes the books of that chamber.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.people.actors import Actor

FINANCE_FUNCTION = "finances"
"""Code of the function whose editors keep the network's finances."""

MAX_FILES = 50
"""Files deposited together, at most."""

LOCAL_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,20}")
LOCAL_PREFIX = re.compile(r"[0-9]{1,3}|[0-9]{3}[0-9A-Za-z]{1,17}")
"""How accounts may begin: the first three characters of a FEC's accounts are digits."""


def can_deposit(network: int, finance: int, actor: Actor) -> Verdict:
    """Whether anything may be deposited. `finance`: id of the finance function, 0 for none."""
    if actor.edits_network_value(network, finance) or any(
        p.network == network and p.entity is not None for p in actor.perimeters
    ):
        return ALLOWED
    return Denied(
        "Déposer des livres demande un mandat de rédacteur d’une chambre, de rédacteur de la "
        "fonction finances, ou d’administrateur du réseau."
    )


def can_keep_book(network: int, finance: int, entity: int, actor: Actor) -> Verdict:
    """Whether the book of this entity may be imported or replaced."""
    if actor.edits_entity_value(network, finance, entity):
        return ALLOWED
    return Denied(
        "Le livre d’une chambre s’importe avec un mandat de rédacteur de cette chambre, de la "
        "fonction finances, ou d’administrateur."
    )


def can_keep_finances(network: int, finance: int, actor: Actor) -> Verdict:
    """Whether what holds for the whole network (mapping, chart) may be changed."""
    if actor.edits_network_value(network, finance):
        return ALLOWED
    return Denied(
        "Le plan commun et les correspondances se modifient avec un mandat de rédacteur de la "
        "fonction finances ou d’administrateur du réseau."
    )


def can_cancel(requested_by: str, network: int, finance: int, actor: Actor) -> Verdict:
    mine = actor.is_known and requested_by == actor.identity
    if mine or actor.edits_network_value(network, finance):
        return ALLOWED
    return Denied("Seule la personne qui a déposé ces fichiers peut arrêter leur lecture.")


def closing_fault(closing: dt.date | None, today: dt.date) -> str:
    """Say what is wrong with the last day of an exercise, "" where nothing is."""
    if closing is None:
        return "La date de clôture est à indiquer."
    if not 1990 <= closing.year <= today.year + 1:
        return f"Date de clôture {closing.year} : une année de 1990 à {today.year + 1} attendue."
    return ""


def prefix_fault(prefix: str, *, exact: bool = False) -> str:
    """Say what is wrong with a local account or the beginning of one, "" where nothing is.

    An account named exactly is taken as books write it.
    """
    named = f"Compte local «\u00a0{prefix}\u00a0»\u00a0:"
    if not LOCAL_ACCOUNT.fullmatch(prefix):
        return f"{named} vingt chiffres ou lettres au plus, sans espace."
    if exact or LOCAL_PREFIX.fullmatch(prefix):
        return ""
    return f"{named} les trois premiers caractères d’un compte sont des chiffres."


def given_up(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files of an import that stops: those not read yet never are."""
    return [
        {**file, "state": "cancelled"} if file["state"] in ("waiting", "reading") else dict(file)
        for file in files
    ]


SIDES = {"debit": "Débit", "credit": "Crédit", "either": "L’un ou l’autre", "none": "Sans objet"}
FAMILIES = {
    "": "Aucun",
    "liaison": "Comptes de liaison",
    "courant": "Comptes courants",
    "refacturation": "Refacturation",
    "taxe": "Taxe",
}
"""What an account reconciles between chambers."""

COMMON_ACCOUNT = re.compile(r"[1-9][0-9]{1,19}")


def number_fault(number: str) -> str:
    """Say what is wrong with a number of the common chart, "" where nothing is."""
    if COMMON_ACCOUNT.fullmatch(number):
        return ""
    return f"Compte « {number} » : deux à vingt chiffres, classe 1 à 9."
