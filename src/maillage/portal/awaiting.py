"""What awaits someone in networks, as every room tells it; kept until something happens there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.core.cache import caches
from django.db.models import Max
from django.utils import timezone

from maillage.kernel.models import Event
from maillage.kernel.rooms import HOUSE, Awaiting
from maillage.network.models import Network
from maillage.people.actors import Actor


def awaiting(actor: Actor, networks: Sequence[Network]) -> dict[int, list[Awaiting]]:
    """By network, what is late or due first. One query where nothing happened since.

    Every write is an event of its network's chain: the number of the last one says whether what
    was found still holds, today, for whoever holds these mandates.
    """
    chains = Event.objects.filter(chain__in=[network.chain for network in networks])
    last = dict(chains.order_by().values_list("chain").annotate(Max("sequence")))
    today, cache, found = timezone.localdate(), caches["pages"], {}
    for network in networks:
        whole = (actor.identity, actor.perimeters, network.pk, last.get(network.chain), today)
        key = f"awaiting:{hashlib.sha256(repr(whole).encode()).hexdigest()}"
        held: list[Awaiting] | None = cache.get(key)
        if held is None:
            every = [one for room in HOUSE.all() for one in room.awaits(actor, network)]
            held = sorted(every, key=lambda one: (one.due is None, one.due or today))
            cache.set(key, held)
        found[network.pk] = held
    return found


def acts(found: Sequence[Awaiting]) -> list[Awaiting]:
    return [one for one in found if one.act]


def dates(found: Sequence[Awaiting]) -> list[Awaiting]:
    return [one for one in found if not one.act]
