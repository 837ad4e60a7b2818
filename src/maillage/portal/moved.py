"""What moved in a network since someone last came: its journal, act by act, in words.

Knows acts by their titles and which rows of the journal each count is of. One's own acts are left
out: one knows of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse

from maillage.kernel.models import Event
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.portal.events import Line, describe

MOST = 8
"""Kinds of acts told one by one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Acts of one kind: how many, the page of the journal with exactly these, the last of them."""

    count: int
    url: str
    last: Line


@dataclass(frozen=True, slots=True)
class Moved:
    """`total` events in all, those `url` shows; `groups` the last kinds of them."""

    total: int
    url: str
    groups: tuple[Group, ...]


def moved_since(network: Network, actor: Actor, after: int) -> Moved:
    """After that event. Two queries, and those of `describe` for as many events as kinds told."""
    events = Event.objects.filter(chain=network.chain, sequence__gt=after)
    kinds = list(
        events.exclude(actor=actor.identity)
        .order_by()
        .values_list("verb")
        .annotate(count=Count("pk"), last=Max("sequence"))
        .order_by("-last")
    )
    here = reverse("portal:network_journal", args=[network.code])
    asked = {"depuis": after, "autres": 1}
    shown = {last: (verb, count) for verb, count, last in kinds[:MOST]}
    rows = Event.objects.filter(chain=network.chain, sequence__in=shown).order_by("-sequence")
    groups = []
    for line in describe(rows, actor):
        verb, count = shown[line.sequence]
        groups.append(Group(count, f"{here}?{urlencode(asked | {'acte': verb})}", line))
    total = sum(count for _, count, _ in kinds)
    return Moved(total, f"{here}?{urlencode(asked)}", tuple(groups))


def latest(network: Network, actor: Actor, most: int = 5) -> list[Line]:
    """The last events, for whoever comes for the first time."""
    return describe(Event.objects.filter(chain=network.chain).order_by("-sequence")[:most], actor)
