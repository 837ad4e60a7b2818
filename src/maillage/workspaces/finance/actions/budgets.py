"""Open, revise, vote, send, answer, delete a budget.

Amounts are entered by `lines`. What was voted never changes: it is revised by another budget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Max
from django.utils import timezone

from maillage.costing.engine.budgets import VOTED, Amounts, Kind
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of, last_voted
from maillage.costing.queries.realised import realised_amounts
from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
)
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor
from maillage.workspaces.finance.actions.lines import row_version, write_amounts
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.engine.fallback import fallback, rule_on
from maillage.workspaces.finance.models import PersonnelLine
from maillage.workspaces.finance.rules import budgets as rules


class Start(StrEnum):
    """What a budget is opened with."""

    EMPTY = "vide"
    PREVIOUS = "precedent"
    FALLBACK = "repli"
    IN_FORCE = "en-vigueur"
    REALISED = "realise"


START_LABELS = {
    Start.EMPTY: "Vide",
    Start.PREVIOUS: "Le dernier budget voté de l’exercice précédent",
    Start.FALLBACK: "Le budget de repli (R712-18)\u00a0: exercice précédent, réduit",
    Start.IN_FORCE: "Les comptes du budget en vigueur, montants à zéro",
    Start.REALISED: "Ce que disent les livres de l’exercice",
}


@action("finance.budget.opened", "Budget ouvert", guard=rules.can_open)
def open_budget(
    network: Network,
    *,
    actor: Actor,
    entity: Entity,
    year: int,
    kind: str,
    start: str = Start.EMPTY,
) -> Outcome[Budget]:
    """Open the initial or the executed budget of a chamber, as a draft.

    Refuses (409) where the chamber already has one that was not refused, (422) a year or a start
    that does not hold. A revised budget is opened by `revise_budget`.
    """
    if kind not in (Kind.INITIAL, Kind.EXECUTED):
        refuse("Un budget rectifié se prépare à partir du budget voté.")
    refuse_fault(rules.opening_fault(kind, year, timezone.localdate()))
    held = Budget.objects.filter(entity=entity, year=year, kind=kind)
    if held.exclude(status=Budget.Status.REFUSED).exists():
        refuse(f"{entity.short_name} a déjà ce budget pour {year}.", 409)
    number = (held.aggregate(n=Max("number"))["n"] or 0) + 1
    amounts, source = _start(entity, year, start)
    budget = Budget.objects.create(
        network=network, entity=entity, year=year, kind=kind, number=number, version=row_version()
    )
    write_amounts(budget, amounts, actor.identity)
    diff = {"entity": entity.code, "year": year, "kind": kind, "number": number}
    diff |= {"start": start, "source": source.subject if source else ""}
    return Outcome(budget, diff, budget)


def _start(entity: Entity, year: int, start: str) -> tuple[Amounts, Budget | None]:
    """The figures a budget opens with, and the budget they come from. Refuses what is not there."""
    if start == Start.EMPTY:
        return {}, None
    if start == Start.REALISED:
        realised = realised_amounts(entity.network, year).get(entity.code)
        if realised is None:
            refuse(f"Aucun livre {year} de {entity.short_name} n’est importé.")
        return realised or {}, None
    if start not in (Start.PREVIOUS, Start.FALLBACK, Start.IN_FORCE):
        refuse("Point de départ inconnu.")
    wanted = year if start == Start.IN_FORCE else year - 1
    source = last_voted(entity, wanted)
    if source is None:
        refuse(f"{entity.short_name} n’a pas de budget voté pour {wanted}.")
    assert source is not None
    amounts: Amounts = amounts_of([source])[source.pk]
    if start == Start.IN_FORCE:
        return dict.fromkeys(amounts, 0), source
    if start == Start.FALLBACK:
        rule = rule_on(shipped_calendar().fallbacks, dt.date(year, 1, 1))
        if rule is None:
            refuse(f"Aucune règle de repli n’est connue pour {year}.")
        assert rule is not None
        amounts = fallback(amounts, rule, year).operating
    return amounts, source


@action("finance.budget.revised", "Budget rectifié préparé", guard=rules.can_revise)
def revise_budget(budget: Budget, *, actor: Actor) -> Outcome[Budget]:
    """Copy the budget in force of this chamber and year into the draft of the next revised one.

    Refuses (409) where a revised budget is being prepared. Whether it comes in time (A712-20) is
    asked of the day it is voted: past years are taken over too.
    """
    last = last_voted(budget.entity, budget.year)
    assert last is not None
    draft = open_revision(last, amounts_of([last])[last.pk], actor)
    diff = {"entity": budget.entity.code, "year": budget.year, "number": draft.number}
    return Outcome(draft, diff | {"based_on": last.subject}, draft)


def open_revision(last: Budget, amounts: Amounts, actor: Actor) -> Budget:
    """The draft of the next revised budget after the one in force, within another action.

    Refuses (409) where a revised budget is being prepared.
    """
    held = Budget.objects.filter(entity=last.entity, year=last.year, kind=Kind.REVISED)
    if held.filter(status=Budget.Status.DRAFT).exists():
        refuse("Un budget rectifié est déjà en préparation.", 409)
    draft = Budget.objects.create(
        network=last.network,
        entity=last.entity,
        year=last.year,
        kind=Kind.REVISED,
        number=(held.aggregate(n=Max("number"))["n"] or 0) + 1,
        based_on=last,
        version=row_version(),
    )
    write_amounts(draft, amounts, actor.identity, last)
    _copy_personnel(last, draft)
    return draft


def _copy_personnel(source: Budget, target: Budget) -> None:
    lines: Iterable[PersonnelLine] = source.personnel.all()
    copies = []
    for line in lines:
        line.pk, line.budget = None, target
        copies.append(line)
    PersonnelLine.objects.bulk_create(copies)


def _next_initial(budget: Budget) -> dt.date | None:
    """When the initial budget of the year after was voted."""
    following = Budget.objects.filter(
        entity=budget.entity, year=budget.year + 1, kind=Kind.INITIAL, status__in=VOTED
    )
    return following.values_list("voted_on", flat=True).first()


@action("finance.budget.voted", "Budget voté", guard=rules.can_vote)
def vote_budget(
    budget: Budget, *, actor: Actor, body: str, on: dt.date | None, act: str
) -> Outcome[Budget]:
    """Record that an assembly voted the budget: it never changes again.

    Refuses (422) a vote without body, date or act number, to come, or out of the time the law
    gives; (409) a budget without any line.
    """
    refuse_fault(rules.citation_fault(body, act))
    refuse_fault(rules.vote_fault(budget.kind, budget.year, on, timezone.localdate()))
    assert on is not None
    if budget.kind == Kind.REVISED:
        refuse_fault(rules.revision_fault(budget.year, on, _next_initial(budget)))
    if not budget.lines.exists():
        refuse("Ce budget n’a aucune ligne\u00a0: il n’y a rien à voter.", 409)
    budget.status = rules.LIFE.after(budget.status, "vote")
    budget.voted_body, budget.voted_on, budget.voted_act = body.strip(), on, act.strip()
    budget.save()
    diff = {"status": ["draft", "voted"], "body": budget.voted_body, "act": budget.voted_act}
    return Outcome(budget, diff | {"on": on.isoformat()})


@action("finance.vote.corrected", "Vote d’un budget corrigé", guard=rules.can_correct_vote)
def correct_vote(
    budget: Budget, *, actor: Actor, body: str, on: dt.date | None, act: str, reason: str
) -> Outcome[Budget]:
    """Correct the body, the date or the act number of a recorded vote, with a reason.

    What was voted stays. Refuses (422) what no vote may say, a date after the sending, a
    correction without reason or that changes nothing.
    """
    refuse_fault(rules.citation_fault(body, act))
    refuse_fault(rules.vote_fault(budget.kind, budget.year, on, timezone.localdate()))
    assert on is not None
    refuse_fault(rules.correction_fault(budget.sent_on, on, reason))
    if budget.kind == Kind.REVISED:
        refuse_fault(rules.revision_fault(budget.year, on, _next_initial(budget)))
    given = {"voted_body": body.strip(), "voted_on": on, "voted_act": act.strip()}
    moved = {
        name: [str(getattr(budget, name)), str(value)]
        for name, value in given.items()
        if getattr(budget, name) != value
    }
    if not moved:
        refuse("Rien n’est corrigé\u00a0: c’est déjà ce qui est enregistré.")
    for name, value in given.items():
        setattr(budget, name, value)
    budget.vote_corrections += 1
    budget.save(update_fields=[*given, "vote_corrections"])
    return Outcome(budget, {"vote": moved, "reason": reason.strip()})


@action("finance.budget.sent", "Budget envoyé à l’autorité", guard=rules.can_send)
def send_budget(budget: Budget, *, actor: Actor, on: dt.date | None) -> Outcome[Budget]:
    """Record that a voted budget went to the authority. Refuses (422) a date that does not hold."""
    refuse_fault(rules.sending_fault(budget.voted_on, on, timezone.localdate()))
    assert on is not None
    budget.status, budget.sent_on = rules.LIFE.after(budget.status, "send"), on
    budget.save(update_fields=["status", "sent_on"])
    return Outcome(budget, {"status": ["voted", "sent"], "on": on.isoformat()})


def tacit_months() -> int:
    """Months after which the authority's silence approves, from the dated calendar."""
    deadlines = shipped_calendar().deadlines
    return next(d.when.months for d in deadlines if d.tacit)  # type: ignore[union-attr]


@action("finance.budget.approved", "Budget approuvé", guard=rules.can_approve)
def approve_budget(
    budget: Budget, *, actor: Actor, on: dt.date | None, tacit: bool = False
) -> Outcome[Budget]:
    """Record the authority's approval, in writing or by its silence.

    Refuses (422) a date that does not hold, or a silence shorter than the law asks (R*712-8).
    """
    after = tacit_months() if tacit else None
    return _answer(budget, "approve", on, after)


@action("finance.budget.refused", "Budget refusé par l’autorité", guard=rules.can_refuse)
def refuse_budget(budget: Budget, *, actor: Actor, on: dt.date | None) -> Outcome[Budget]:
    """Record the authority's refusal: the budget counts no more, another vote is due."""
    return _answer(budget, "refuse", on, None)


def _answer(
    budget: Budget, verb: str, on: dt.date | None, tacit_after: int | None
) -> Outcome[Budget]:
    refuse_fault(rules.answer_fault(budget.sent_on, on, timezone.localdate(), tacit_after))
    assert on is not None
    budget.status, budget.answered_on = rules.LIFE.after(budget.status, verb), on
    budget.tacit = tacit_after is not None
    budget.save(update_fields=["status", "answered_on", "tacit"])
    diff = {"status": ["sent", budget.status], "on": on.isoformat(), "tacit": budget.tacit}
    return Outcome(budget, diff)


@action("finance.budget.deleted", "Budget en préparation supprimé", guard=rules.can_delete)
def delete_budget(budget: Budget, *, actor: Actor) -> Outcome[None]:
    """Delete a budget being prepared, with its lines."""
    diff = {"entity": budget.entity.code, "year": budget.year, "kind": budget.kind}
    diff |= {"number": budget.number, "budget": budget.subject}
    network = budget.network
    budget.lines.all().delete()
    budget.personnel.all().delete()
    budget.delete()
    return Outcome(None, diff, network)
