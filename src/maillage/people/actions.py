"""Open, close, erase accounts; give and end mandates. No personal data enters the journal."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import refuse, refuse_fault, require
from maillage.network.models import Entity, Function, Network
from maillage.people import rules
from maillage.people.actors import Actor, Role
from maillage.people.models import Mandate, User
from maillage.ui import clock


@action(
    "people.account.opened",
    "Compte ouvert",
    guard=rules.can_manage_accounts,
    as_written=("password",),
)
def open_account(
    _: None,
    *,
    actor: Actor,
    email: str,
    full_name: str,
    position: str = "",
    password: str | None = None,
) -> Outcome[User]:
    """Open an account. Without password, its holder sets one through "mot de passe oublié"."""
    try:
        validate_email(email)
    except ValidationError:
        refuse(f"« {email} » n’est pas une adresse électronique.")
    if User.objects.filter(email=email.lower()).exists():
        refuse("Un compte existe déjà pour cette adresse.", 409)
    user = User.objects.create_user(email, password, full_name=full_name, position=position)
    return Outcome(user, {}, user)


@action("people.account.revised", "Compte modifié", guard=rules.can_manage_accounts)
def revise_account(
    user: User, *, actor: Actor, full_name: str, position: str, is_active: bool
) -> Outcome[User]:
    """Change what is shown of a person, or whether the account may be used."""
    if not is_active:
        require(rules.can_close(user, actor=actor))
    diff = {"is_active": [user.is_active, is_active]}
    user.full_name, user.position, user.is_active = full_name, position, is_active
    user.save(update_fields=["full_name", "position", "is_active"])
    return Outcome(user, diff)


@action("people.zone.chosen", "Fuseau horaire choisi", guard=rules.can_keep_own)
def choose_zone(user: User, *, actor: Actor, time_zone: str) -> Outcome[User]:
    """Choose in which time zone hours are told to oneself; "" is the installation's. Refuses (422)
    one that is not offered."""
    if time_zone and time_zone not in clock.NAMES:
        refuse(f"Fuseau horaire inconnu\u00a0: «\u00a0{time_zone}\u00a0».")
    if user.time_zone == time_zone:
        return Outcome(user, unchanged=True)
    user.time_zone = time_zone
    user.save(update_fields=["time_zone"])
    return Outcome(user)


@action("people.account.erased", "Compte effacé", guard=rules.can_close)
def erase_account(user: User, *, actor: Actor) -> Outcome[User]:
    """Erase a person: the row stays, empty, so that the journal keeps its opaque author.

    Every room forgets what it keeps of them.
    """
    today = timezone.localdate()
    user.mandates.filter(ends_on=None, starts_on__lte=today).update(ends_on=today)
    user.mandates.filter(starts_on__gt=today).delete()
    user.email = f"efface-{user.pk}@invalid"
    user.full_name = user.position = user.time_zone = ""
    user.is_active, user.erased_at = False, timezone.now()
    user.set_unusable_password()
    user.save()
    user.visits.all().delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    for room in HOUSE.all():
        room.forget(user, actor)
    return Outcome(user)


@action("people.mandate.granted", "Mandat donné", guard=rules.can_manage_accounts)
def grant_mandate(
    user: User,
    *,
    actor: Actor,
    role: Role,
    network: Network | None = None,
    entity: Entity | None = None,
    function: Function | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Outcome[Mandate]:
    """Give a role over a perimeter and a period.

    Refuses (422) a perimeter the role does not take.
    """
    start = starts_on or timezone.localdate()
    fault = _perimeter_fault(role, network, entity, function)
    if not fault and ends_on is not None and ends_on < start:
        fault = "La fin du mandat précède son début."
    refuse_fault(fault)
    mandate = Mandate.objects.create(
        user=user,
        role=role,
        network=network,
        entity=entity,
        function=function,
        starts_on=start,
        ends_on=ends_on,
    )
    diff = {
        "mandate": mandate.pk,
        "role": role.value,
        "network": network.code if network else None,
        "entity": entity.code if entity else None,
        "function": function.code if function else None,
        "starts_on": start.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
    }
    return Outcome(mandate, diff)


def _perimeter_fault(
    role: Role, network: Network | None, entity: Entity | None, function: Function | None
) -> str:
    if role is Role.ENTITY_EDITOR and (network is None or entity is None or function):
        return "Un rédacteur de chambre a un réseau et une chambre, sans fonction."
    if role is Role.FUNCTION_EDITOR and (network is None or function is None or entity):
        return "Un rédacteur de fonction a un réseau et une fonction, sans chambre."
    if role in (Role.ADMINISTRATOR, Role.READER) and (entity or function):
        return "Un administrateur ou un lecteur n’a ni chambre ni fonction."
    for part in (entity, function):
        if part is not None and part.network != network:
            return f"« {part} » n’appartient pas à ce réseau."
    return ""


@action("people.mandate.ended", "Mandat terminé", guard=rules.can_manage_accounts)
def end_mandate(mandate: Mandate, *, actor: Actor, on: dt.date | None = None) -> Outcome[Mandate]:
    """End a mandate the day before `on` (today by default): it stops applying at once."""
    if mandate.user.identity == actor.identity and mandate.role == Role.ADMINISTRATOR:
        refuse("Un administrateur ne met pas fin à son propre mandat.", 409)
    last_day = (on or timezone.localdate()) - dt.timedelta(days=1)
    diff = {"mandate": mandate.pk}
    subject = mandate.user
    if last_day < mandate.starts_on:
        mandate.delete()
    else:
        mandate.ends_on = last_day
        mandate.save(update_fields=["ends_on"])
    return Outcome(mandate, diff, subject)
