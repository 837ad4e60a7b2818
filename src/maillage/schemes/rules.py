"""What an edition allows, and to whom. Pure: reads the rows it is given, never the database.

The rules of the model itself (who may be a delegate, what a mode asks for) are in
`engine.checks`; here is who may do what, and when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from maillage.kernel import unprintable
from maillage.kernel.transitions import Transitions
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.network.rules import NetworkLike
from maillage.people.actors import Actor

LIFE = Transitions(
    table={
        ("draft", "propose"): "proposed",
        ("proposed", "withdraw"): "draft",
        ("proposed", "adopt"): "adopted",
        ("adopted", "supersede"): "superseded",
    },
    labels={
        "draft": "Brouillon",
        "proposed": "Proposée",
        "adopted": "Adoptée",
        "superseded": "Remplacée",
    },
)
SEALED = ("adopted", "superseded")
OBSERVED_MODES = "ACHMI-"
"""What may be observed: a mode, or that there is nothing to do; never « non renseigné »."""
MOST_REASON = 500


class SchemeLike(Protocol):
    network_id: int

    @property
    def is_begun(self) -> bool: ...


class EditionLike(Protocol):
    status: str

    @property
    def scheme(self) -> SchemeLike: ...


def can_create_scheme(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    if actor.administers(network.pk):
        return ALLOWED
    return Denied("Seul un administrateur du réseau peut créer un schéma.")


def can_open_first(scheme: SchemeLike, *, actor: Actor, **_: object) -> Verdict:
    """A first edition is opened where there is none; the next ones are drafted from another."""
    if not actor.administers(scheme.network_id):
        return Denied("Seul un administrateur du réseau peut ouvrir une édition.")
    if scheme.is_begun:
        reason = "Ce schéma a déjà une édition\u00a0: préparer la suivante depuis sa fiche."
        return Denied(reason, status=409)
    return ALLOWED


def can_import(network: NetworkLike | None, *, actor: Actor, **_: object) -> Verdict:
    """Whether the edition of a file may be created here; `network` None is still to create."""
    if actor.administers(network.pk if network else None):
        return ALLOWED
    what = "ce réseau" if network else "l’installation (le réseau du fichier n’existe pas encore)"
    return Denied(f"Seul un administrateur de {what} peut importer cette édition.")


def _administer(edition: EditionLike, actor: Actor, what: str) -> Verdict:
    if actor.administers(edition.scheme.network_id):
        return ALLOWED
    return Denied(f"Seul un administrateur du réseau peut {what}.")


def can_write(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether anything of the edition may be edited at all by this actor."""
    if edition.status != "draft":
        label = LIFE.labels[edition.status].lower()
        tail = (
            "elle ne change plus ; préparer l’édition suivante pour la réviser."
            if edition.status in SEALED
            else "la remettre en brouillon pour la modifier."
        )
        return Denied(f"Cette édition est {label} : {tail}", status=409)
    if not actor.edits_something(edition.scheme.network_id):
        return Denied("Aucun de vos mandats ne permet de modifier ce schéma.")
    return ALLOWED


def can_place(
    edition: EditionLike, *, actor: Actor, function: str, entity: int | None, **_: object
) -> Verdict:
    """Whether one cell may be set. `entity` None is the value of the whole network."""
    network = edition.scheme.network_id
    if entity is None and actor.edits_network_value(network, function):
        return ALLOWED
    if entity is not None and actor.edits_entity_value(network, function, entity):
        return ALLOWED
    if entity is None:
        return Denied(
            "La valeur du réseau se modifie avec un mandat de rédacteur de cette fonction "
            "ou d’administrateur."
        )
    return Denied(
        "La valeur d’une chambre se modifie avec un mandat de rédacteur de cette chambre, "
        "de cette fonction, ou d’administrateur."
    )


def can_administer(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether the draft's frame (title, milestones, texts) may change."""
    verdict = can_write(edition, actor=actor)
    return verdict and _administer(edition, actor, "modifier le cadre de l’édition")


def can_propose(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = LIFE.can(edition.status, "propose", "proposer l’édition")
    return verdict and _administer(edition, actor, "proposer une édition")


def can_withdraw(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = LIFE.can(edition.status, "withdraw", "remettre l’édition en brouillon")
    return verdict and _administer(edition, actor, "remettre une édition en brouillon")


def can_adopt(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    verdict = LIFE.can(edition.status, "adopt", "adopter l’édition")
    return verdict and _administer(edition, actor, "enregistrer une adoption")


def can_draft_next(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    """The next edition copies this one, whatever its state."""
    return _administer(edition, actor, "préparer l’édition suivante")


def can_delete(edition: EditionLike, *, actor: Actor, **_: object) -> Verdict:
    if edition.status != "draft":
        return Denied("Seul un brouillon peut être supprimé.", status=409)
    return _administer(edition, actor, "supprimer un brouillon")


def adoption_fault(
    body: str, on: dt.date | None, act: str, today: dt.date, taken_over: bool
) -> str:
    """Say what an adoption lacks, "" where it holds.

    An edition in force before the application knew it (`taken_over`) may lack them.
    """
    if not body.strip() and not taken_over:
        return "L’instance qui a adopté l’édition est à indiquer."
    if fault := unprintable.fault(body) or unprintable.fault(act):
        return f"Dans l’instance ou l’acte, {fault}."
    if on is not None and on > today:
        return "La date d’adoption est dans l’avenir."
    if taken_over:
        return ""
    if on is None:
        return "La date d’adoption est à indiquer."
    return "" if act.strip() else "Le numéro de l’acte d’adoption est à indiquer."


def can_observe(
    network: NetworkLike, *, actor: Actor, function: str, entity: int | None, **_: object
) -> Verdict:
    """Whether what is in place may be told of one cell: by those who may set it in a draft.
    `entity` None is the whole network."""
    if entity is None and actor.edits_network_value(network.pk, function):
        return ALLOWED
    if entity is not None and actor.edits_entity_value(network.pk, function, entity):
        return ALLOWED
    who = "de cette chambre, de cette fonction" if entity is not None else "de cette fonction"
    return Denied(f"Un constat est écrit avec un mandat de rédacteur {who}, ou d’administrateur.")


def observed_of(name: str, is_chamber: bool) -> Verdict:
    """Whether an entity may be observed: the head of network and operators have no cell."""
    if is_chamber:
        return ALLOWED
    return Denied(
        f"{name} n’est pas une chambre du réseau\u00a0: un constat se fait d’une chambre, "
        "ou de tout le réseau.",
        422,
    )


def can_observe_something(network: NetworkLike, *, actor: Actor, **_: object) -> Verdict:
    if actor.edits_something(network.pk):
        return ALLOWED
    return Denied("Aucun de vos mandats ne permet d’écrire un constat dans ce réseau.")


def late_fault(on: dt.date, today: dt.date) -> str:
    """Why a day may not be that of an observation, or ""."""
    return "Un constat ne se date pas de l’avenir." if on > today else ""


def observation_fault(on: dt.date, today: dt.date, mode: str, observer: str) -> str:
    """Why an observation does not hold, or ""."""
    if late := late_fault(on, today):
        return late
    if mode not in OBSERVED_MODES:
        return "Le mode constaté est à choisir : A, C, H, M, I ou sans objet."
    return "" if observer.strip() else "Qui le constate est à dire."


def reason_fault(reason: str) -> str:
    """Why a reason does not hold, or ""."""
    if not reason.strip():
        return "Le motif est à dire : il reste au journal."
    return "" if len(reason) <= MOST_REASON else f"Un motif a {MOST_REASON} caractères au plus."


def not_theirs(
    functions: Mapping[str, str],
    entities: Mapping[str, int],
    verdict: Callable[[str, int | None], Verdict],
) -> Callable[[Mapping[str, Any]], str]:
    """Of a file's row, why its cell is not the reader's to write; "" where it is, or where the row
    does not say which cell it is. `functions`: of each macro-process; `verdict`: on a function and
    an entity, None for the network."""
    known = {"": None, **entities}

    @cache
    def reason(function: str, entity: int | None) -> str:
        return getattr(verdict(function, entity), "reason", "")

    def outside(values: Mapping[str, Any]) -> str:
        process, entity = values["process"], values["entity"]
        if process not in functions or entity not in known:
            return ""
        return reason(functions[process], known[entity])

    return outside
