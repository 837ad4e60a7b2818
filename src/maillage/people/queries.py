"""Who is acting, and how an opaque identity is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.kernel.models import Event
from maillage.kernel.prepared import Prepared
from maillage.kernel.rooms import HOUSE
from maillage.network.models import Network
from maillage.people.actors import ANONYMOUS, Actor, Perimeter, Role
from maillage.people.models import Mandate, User
from maillage.people.requests import Request


def perimeters_of(mandates: Iterable[Mandate]) -> tuple[Perimeter, ...]:
    return tuple(
        Perimeter(Role(m.role), m.network_id, m.entity_id, m.function.code if m.function else "")
        for m in mandates
    )


_mandates: Prepared[Mandate] = Prepared(
    lambda user, today: (
        Mandate.objects.in_force(today)
        .filter(user_id=user)
        .select_related("user", "function")
        .order_by("pk")
    )
)


def networks_held_by(actor: Actor) -> QuerySet[Network]:
    """Networks someone holds a mandate in: those whose inner life they may look at."""
    if actor.reaches_all:
        return Network.objects.all()
    return Network.objects.filter(pk__in=actor.networks)


def kept_network(request: Request, code: str) -> Network:
    """The network, for whoever holds a mandate in it; it does not exist (404) for anyone else."""
    found: Network = get_object_or_404(networks_held_by(request.actor), code=code)
    return found


def user_with_mandates(user_id: Any) -> User | None:
    """The user with `current_mandates` filled, in one query (two for a user without mandate)."""
    mandates = _mandates(int(user_id), timezone.localdate())
    user = mandates[0].user if mandates else User.objects.filter(pk=user_id).first()
    if user is not None:
        user.current_mandates = mandates  # type: ignore[attr-defined]
    return user


def actor_of(user: Any) -> Actor:
    """The actor behind a request's user, with the mandates in force today."""
    if not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    # Not __dict__: a request's user is a lazy proxy, whose __dict__ is its own.
    mandates = getattr(user, "current_mandates", None)
    if mandates is None:
        today = timezone.localdate()
        mandates = (
            Mandate.objects.in_force(today).filter(user_id=user.pk).select_related("function")
        )
    return Actor(user.identity, str(user), perimeters_of(mandates))


def actor_behind(identity: str) -> Actor:
    """The actor of an identity of the journal, with the mandates in force today; "" is nobody."""
    user = user_with_mandates(identity.split(":")[1]) if identity.startswith("user:") else None
    return actor_of(user) if user is not None else ANONYMOUS


def names_of(identities: Iterable[str]) -> dict[str, str]:
    """What to show for each identity of the journal; an erased person stays unnamed."""
    ids = {int(i.split(":")[1]) for i in identities if i.startswith("user:")}
    names = {"": "Maillage"}
    for user in User.objects.filter(pk__in=ids):
        names[user.identity] = "Personne effacée" if user.erased_at else str(user)
    return names


MYSELF = "vous, dans un autre onglet"


def names_told(identities: Iterable[str], to: Actor) -> dict[str, str]:
    """The same, told to somebody: what they did themselves, a page they left open does not know."""
    return names_of(identities) | ({to.identity: MYSELF} if to.identity else {})


def personal_data(user: User) -> dict[str, Any]:
    """Everything kept about a person, for that person (RGPD, articles 15 and 20)."""
    mandates = user.mandates.select_related("network", "entity", "function")
    events = Event.objects.filter(actor=user.identity).order_by("at")
    return {
        "adresse": user.email,
        "nom": user.full_name,
        "fonction": user.position,
        "fuseau horaire": user.time_zone or None,
        "compte créé le": user.created_at.isoformat(),
        "dernière connexion": user.last_login.isoformat() if user.last_login else None,
        "mandats": [
            {
                "mandat": str(mandate),
                "depuis": mandate.starts_on.isoformat(),
                "jusqu’à": mandate.ends_on.isoformat() if mandate.ends_on else None,
            }
            for mandate in mandates
        ],
        "actes": [
            {"date": event.at.isoformat(), "acte": event.verb, "objet": event.subject}
            for event in events
        ],
        "visites": [
            {"réseau": visit.network.name, "dernière visite": visit.at.isoformat()}
            for visit in user.visits.select_related("network").order_by("network__name")
        ],
        "fiches": [held for room in HOUSE.all() for held in room.personal_data(user)],
    }
