"""What a budget allows, to whom and when. Pure: reads the rows it is given, never the database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from maillage.costing.engine.budgets import STATE_LABELS, VOTED, Kind, Totals
from maillage.kernel.money import exact_euros
from maillage.kernel.period import FIRST_YEAR, LAST_YEAR, months_later
from maillage.kernel.transitions import Transitions
from maillage.kernel.verdicts import ALLOWED, Denied, Verdict
from maillage.ledger.rules import kept_by_chamber, kept_by_network
from maillage.network.rules import EntityLike, NetworkLike
from maillage.people.actors import Actor

LIFE = Transitions(
    table={
        ("draft", "vote"): "voted",
        ("voted", "send"): "sent",
        ("sent", "approve"): "approved",
        ("sent", "refuse"): "refused",
    },
    labels={str(state): label for state, label in STATE_LABELS.items()},
)
YEARS_BACK, YEARS_AHEAD = 10, 5
"""Years before and after this one for which a budget is opened or a sitting planned."""
MOST_GAP = 5
"""Percent between accounts 64 and the jobs beyond which a vote is cautioned."""
NOT_KEPT = Denied(
    "Les budgets d’une chambre se tiennent avec un mandat de rédacteur de cette chambre, "
    "de rédacteur de la fonction finances, ou d’administrateur du réseau."
)
NO_CHAMBER = Denied("Cette entité n’est pas une chambre du réseau.", status=422)
ANSWER = "enregistrer la réponse de l’autorité"


class BudgetLike(Protocol):
    network_id: int
    entity_id: int
    year: int
    kind: str
    status: str
    voted_on: dt.date | None
    sent_on: dt.date | None


class VersionLike(Protocol):
    @property
    def entity(self) -> EntityLike: ...


class ChamberLike(EntityLike, Protocol):
    @property
    def is_chamber(self) -> bool: ...


def can_keep(entity: EntityLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether the budgets of this chamber are this actor's to keep."""
    return _keeps(entity.network_id, entity.pk, actor)


def _keeps(network: int, entity: int, actor: Actor) -> Verdict:
    return kept_by_chamber(network, entity, actor, NOT_KEPT)


def can_open_some(
    network: NetworkLike, *, actor: Actor, entities: Iterable[EntityLike], **_: object
) -> Verdict:
    """Whether a budget of one of these chambers, or of any, is this actor's to open."""
    mine = any(can_keep(e, actor=actor) for e in entities)
    return ALLOWED if mine else kept_by_network(network.pk, actor, NOT_KEPT)


def can_open(network: NetworkLike, *, actor: Actor, entity: ChamberLike, **_: object) -> Verdict:
    if entity.network_id != network.pk:
        return NO_CHAMBER
    return can_keep_calendar(entity, actor=actor)


def can_keep_calendar(entity: ChamberLike, *, actor: Actor, **_: object) -> Verdict:
    return can_keep(entity, actor=actor) if entity.is_chamber else NO_CHAMBER


def can_enter(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether amounts and jobs may be entered: a draft, of a chamber that is the actor's."""
    if budget.status != "draft":
        advice = "" if budget.kind == "executed" else " Pour le corriger, préparer un rectifié."
        return Denied(
            f"Ce budget est «\u00a0{LIFE.labels[budget.status].lower()}\u00a0»\u00a0: il ne change "
            f"plus.{advice}",
            status=409,
        )
    return _keeps(budget.network_id, budget.entity_id, actor)


def _can_move(budget: BudgetLike, verb: str, what: str, actor: Actor) -> Verdict:
    verdict = LIFE.can(budget.status, verb, what)
    return verdict and _keeps(budget.network_id, budget.entity_id, actor)


def can_vote(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    return _can_move(budget, "vote", "enregistrer le vote", actor)


def can_send(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    return _can_move(budget, "send", "enregistrer l’envoi à l’autorité", actor)


def can_approve(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    return _can_move(budget, "approve", ANSWER, actor)


def can_refuse(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    return _can_move(budget, "refuse", ANSWER, actor)


def can_correct_vote(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether what was typed of a vote may be corrected: never the figures that were voted."""
    if budget.status == "draft":
        return Denied("Ce budget n’est pas voté\u00a0: il n’y a rien à corriger.", status=409)
    return _keeps(budget.network_id, budget.entity_id, actor)


def can_delete(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    if budget.status != "draft":
        return Denied("Seul un budget en préparation peut être supprimé.", status=409)
    return _keeps(budget.network_id, budget.entity_id, actor)


def can_revise(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether a revised budget may be prepared from this one."""
    if budget.kind == Kind.EXECUTED:
        return Denied("Un budget exécuté ne se rectifie pas.", status=409)
    if budget.status not in VOTED:
        return Denied(
            "Un budget rectifié se prépare à partir d’un budget voté\u00a0: enregistrer d’abord "
            "le vote de celui-ci.",
            status=409,
        )
    return _keeps(budget.network_id, budget.entity_id, actor)


def can_revise_from(version: VersionLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether a revised budget may be prepared from a forecast that was kept."""
    return can_keep(version.entity, actor=actor)


def can_keep_shares(budget: BudgetLike, *, actor: Actor, **_: object) -> Verdict:
    """Whether what a budget has with other chambers may be told, voted or not."""
    return _keeps(budget.network_id, budget.entity_id, actor)


def year_fault(year: int) -> str:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return f"Exercice {year}\u00a0: une année de {FIRST_YEAR} à {LAST_YEAR} est attendue."


def opening_fault(kind: str, year: int, today: dt.date) -> str:
    """Say why no budget of this kind is opened for a year, "" where one may be."""
    first, last = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    if not first <= year <= last:
        return f"Exercice {year}\u00a0: une année de {first} à {last} est attendue."
    if kind == Kind.EXECUTED and year > today.year:
        return (
            f"L’exercice {year} n’a pas commencé\u00a0: son budget exécuté ne peut pas encore "
            "être ouvert."
        )
    return ""


def vote_cautions(
    added: Totals, carried: int, jobs: int, below: Sequence[tuple[str, int]] = ()
) -> list[str]:
    """What to look at before a vote: nothing on one side, personnel that does not agree, negatives.

    `carried` and `jobs`: cents of accounts 64 and of the jobs entered (0: none entered). `below`:
    accounts that are negative over the year and should not be, with their cents.
    """
    told = []
    if added.charges == 0:
        told.append("Les charges de ce budget sont nulles.")
    if added.products == 0:
        told.append("Les produits de ce budget sont nuls.")
    if jobs and abs(carried - jobs) * 100 > MOST_GAP * jobs:
        told.append(
            f"Les comptes 64 s’écartent de plus de {MOST_GAP}\u00a0% du coût des emplois saisis."
        )
    if below:
        named = ", ".join(f"{account} ({exact_euros(cents)})" for account, cents in below)
        told.append(
            f"Montants négatifs\u00a0: {named}. Un emploi ne diminue pas d’une cession, dont le "
            "prix est un produit\u00a0; un remboursement et un recouvrement ont leur propre ligne "
            "(D, C)."
        )
    return told


def revision_fault(year: int, on: dt.date, next_initial: dt.date | None) -> str:
    """Say why a revised budget of `year` comes too late on a day, "" where it does not.

    Never after the vote of the next initial budget nor the closing (Code de commerce, A712-20).
    """
    if on > dt.date(year, 12, 31):
        return f"L’exercice {year} est clos\u00a0: son budget ne se rectifie plus (A712-20)."
    if next_initial is not None and on > next_initial:
        return (
            f"Le budget primitif {year + 1} est déjà voté\u00a0: le budget {year} ne se rectifie "
            "plus (A712-20)."
        )
    return ""


def vote_fault(kind: str, year: int, on: dt.date | None, today: dt.date) -> str:
    """Say why a vote cannot bear this date, "" where it can."""
    if on is None:
        return "La date du vote est à indiquer."
    if on > today:
        return "Un vote à venir ne s’enregistre pas\u00a0: saisir la séance au calendrier."
    if kind == Kind.EXECUTED and on <= dt.date(year, 12, 31):
        return f"Un budget exécuté se vote après la clôture de l’exercice {year}."
    if kind == Kind.INITIAL and on < dt.date(year - 2, 7, 1):
        return f"Cette date est trop ancienne pour un budget primitif {year}."
    return ""


def citation_fault(body: str, act: str) -> str:
    """Say what the citation of a vote lacks, "" where nothing."""
    if not body.strip():
        return "L’instance qui a voté le budget est à indiquer."
    if not act.strip():
        return "Le numéro de la délibération est à indiquer."
    if len(body) > 200 or len(act) > 80:
        return "Instance (200 caractères) ou numéro d’acte (80 caractères) trop long."
    if re.search(r"[\x00-\x1f\x7f-\x9f]", body + act):
        return "Instance ou numéro d’acte\u00a0: un caractère de contrôle, invisible, est à ôter."
    return ""


def correction_fault(sent_on: dt.date | None, on: dt.date, reason: str) -> str:
    """Say why a vote is not corrected so, "" where it may be."""
    if not reason.strip():
        return "La raison de la correction est à indiquer\u00a0: elle reste au journal."
    if len(reason) > 500 or re.search(r"[\x00-\x1f\x7f-\x9f]", reason):
        return "Raison\u00a0: une ligne de 500 caractères au plus."
    if sent_on is not None and on > sent_on:
        return "Le vote ne peut pas suivre l’envoi à l’autorité."
    return ""


def sending_fault(voted_on: dt.date | None, on: dt.date | None, today: dt.date) -> str:
    if on is None:
        return "La date de l’envoi est à indiquer."
    if on > today:
        return "La date de l’envoi est à venir."
    if voted_on is not None and on < voted_on:
        return "L’envoi ne peut pas précéder le vote."
    return ""


def answer_fault(
    sent_on: dt.date | None, on: dt.date | None, today: dt.date, tacit_after: int | None
) -> str:
    """Say why an answer of the authority cannot bear this date, "" where it can.

    `tacit_after`: months after which silence approves, None for an answer in writing.
    """
    if on is None:
        return "La date de la réponse est à indiquer."
    if on > today:
        return "La date de la réponse est à venir."
    if sent_on is None or on < sent_on:
        return "La réponse ne peut pas précéder l’envoi."
    if tacit_after is not None and on < months_later(sent_on, tacit_after):
        return (
            f"L’approbation n’est tacite qu’au terme de {tacit_after}\u00a0mois après l’envoi "
            "(R*712-8)."
        )
    return ""
