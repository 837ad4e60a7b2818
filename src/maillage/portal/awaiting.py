"""What awaits someone in networks, and what is counted there, as every room tells it; kept until
something happens in the network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from django.core.cache import caches
from django.db.models import Max
from django.utils import timezone

from maillage.kernel.models import Event
from maillage.kernel.rooms import HOUSE, Awaiting, Figure, Purpose
from maillage.network.models import Entity, Network
from maillage.people.actors import Actor

T = TypeVar("T")
Figures = dict[Purpose, list[Figure]]
"""By what one comes for."""


def last_events(networks: Iterable[Network]) -> dict[str, int]:
    """By chain, the number of its last event; a chain without any is left out. One query."""
    chains = Event.objects.filter(chain__in=[network.chain for network in networks])
    return dict(chains.order_by().values_list("chain").annotate(Max("sequence")))


def awaiting(
    actor: Actor, networks: Sequence[Network], last: dict[str, int] | None = None
) -> dict[int, list[Awaiting]]:
    """By network, what is late or due first. One query where nothing happened since, none where
    the `last` events are known."""
    last, today = last_events(networks) if last is None else last, timezone.localdate()

    def told(network: Network) -> list[Awaiting]:
        every = [one for room in HOUSE.all() for one in room.awaits(actor, network)]
        return sorted(every, key=lambda one: (one.due is None, one.due or today))

    return {n.pk: _kept("awaiting", actor, n, last, partial(told, n)) for n in networks}


def figures(
    actor: Actor, network: Network, chamber: Entity | None, last: dict[str, int]
) -> Figures:
    """What every room counts of a network, or of one of its chambers."""

    def told() -> Figures:
        found: Figures = {}
        for room in HOUSE.all():
            held = list(room.figures(actor, network, chamber))
            if held:
                found.setdefault(room.purpose, []).extend(held)
        return {purpose: found[purpose] for purpose in Purpose if purpose in found}

    return _kept(f"figures:{chamber.pk if chamber else 0}", actor, network, last, told)


def _kept(
    name: str, actor: Actor, network: Network, last: dict[str, int], make: Callable[[], T]
) -> T:
    """Every write is an event of its network's chain: the number of the last one says whether what
    was found still holds, today, for whoever holds these mandates."""
    today = timezone.localdate()
    whole = (actor.identity, actor.perimeters, network.pk, last.get(network.chain), today)
    key = f"{name}:{hashlib.sha256(repr(whole).encode()).hexdigest()}"
    held: Any = caches["pages"].get(key)
    if held is None:
        held = make()
        caches["pages"].set(key, held)
    return held  # type: ignore[no-any-return]


def acts(found: Sequence[Awaiting]) -> list[Awaiting]:
    return [one for one in found if one.act]


def dates(found: Sequence[Awaiting]) -> list[Awaiting]:
    return [one for one in found if not one.act]
