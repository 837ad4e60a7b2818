"""Say how a chamber is paid and pays, what its treasury opens with, what is known to fall due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from maillage.kernel.actions import Held, Outcome, action, stamp_of
from maillage.kernel.money import LARGEST
from maillage.kernel.verdicts import refuse, refuse_fault
from maillage.network.models import Entity
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine.cash import Due, Profile, due_fault, profile_fault
from maillage.workspaces.finance.models import CashDue, CashPlan, PaymentProfile
from maillage.workspaces.finance.queries.cash import dues_of, profiles_of
from maillage.workspaces.finance.rules import budgets as rules

MOST_PROFILES, MOST_DUES = 60, 200
CHANGED = "Ces paramètres ont changé depuis la lecture\u00a0: vérifier à nouveau."


def held_profiles(entity: Entity, **_: object) -> Held:
    return Held(stamp_of(profiles_of(entity)), CHANGED)


def held_dues(entity: Entity, *, year: int, **_: object) -> Held:
    return Held(
        stamp_of(_known(CashPlan.objects.filter(entity=entity, year=year).first())), CHANGED
    )


def _known(plan: CashPlan | None) -> tuple[int | None, list[Due]]:
    return (plan.opening if plan else None), dues_of(plan)


@action(
    "finance.profile.defined",
    "Profils de paiement enregistrés",
    guard=rules.can_keep_calendar,
    seen=held_profiles,
)
def define_profiles(
    entity: Entity,
    *,
    actor: Actor,
    profiles: Sequence[Profile],
    seen: str | None = None,
) -> Outcome[int]:
    """Replace the payment profiles of a chamber; how many it has.

    Refuses (422) a profile that does not hold, two of one beginning; (409) where they are no longer
    those `seen`. The same profiles change nothing.
    """
    for profile in profiles:
        refuse_fault(profile_fault(profile))
    roots = [profile.root for profile in profiles]
    if len(set(roots)) < len(roots):
        refuse("Deux profils commencent par les mêmes chiffres.")
    if len(profiles) > MOST_PROFILES:
        refuse(f"{MOST_PROFILES} profils au plus.")
    held = profiles_of(entity)
    wanted = sorted(profiles, key=lambda profile: profile.root)
    if wanted == held:
        return Outcome(len(held), unchanged=True)
    PaymentProfile.objects.filter(entity=entity).delete()
    PaymentProfile.objects.bulk_create(
        PaymentProfile(entity=entity, root=p.root, weights=list(p.weights), vat=p.vat)
        for p in wanted
    )
    diff = {"entity": entity.code, "profiles": [_told(held), _told(wanted)]}
    return Outcome(len(wanted), diff, entity.network)


def _told(profiles: Iterable[Profile]) -> dict[str, list[int]]:
    return {p.root: [*p.weights, p.vat] for p in profiles}


@action(
    "finance.cash.dated",
    "Échéances de trésorerie enregistrées",
    guard=rules.can_keep_calendar,
    seen=held_dues,
)
def date_cash(
    entity: Entity,
    *,
    actor: Actor,
    year: int,
    opening: int | None,
    dues: Sequence[Due],
    seen: str | None = None,
) -> Outcome[int]:
    """Replace what a chamber knows of the treasury of a year: what it opens with (None: its book
    says), what falls in which month; how many dates.

    Refuses (422) a date or an amount that does not hold; (409) where they are no longer those
    `seen`. The same ones change nothing.
    """
    refuse_fault(rules.opening_fault("", year, timezone.localdate()))
    for due in dues:
        refuse_fault(due_fault(due))
    if len(dues) > MOST_DUES:
        refuse(f"{MOST_DUES} échéances au plus.")
    if max(abs(cents) for cents in (opening or 0, *(d.amount for d in dues))) > LARGEST:
        refuse("Dix milliards d’euros au plus.")
    plan = CashPlan.objects.filter(entity=entity, year=year).first()
    held = _known(plan)
    wanted = sorted(dues, key=lambda due: (due.month, due.label))
    if (opening, wanted) == held:
        return Outcome(len(wanted), unchanged=True)
    plan = plan or CashPlan(entity=entity, year=year)
    plan.opening = opening
    plan.save()
    plan.dues.all().delete()
    CashDue.objects.bulk_create(
        CashDue(plan=plan, label=d.label.strip(), kind=d.kind, month=d.month, amount=d.amount)
        for d in wanted
    )
    diff = {"entity": entity.code, "year": year, "opening": [held[0], opening]}
    diff |= {"dues": [len(held[1]), len(wanted)], "sum": sum(due.amount for due in wanted)}
    return Outcome(len(wanted), diff, plan)
