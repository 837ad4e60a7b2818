"""Home: one's own page where one belongs to one network; else the networks one may see, where to
go in them, what awaits in each."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.kernel.models import Event
from maillage.kernel.rooms import Awaiting
from maillage.network.models import Entity, Function, Network
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.portal.awaiting import acts, awaiting, dates
from maillage.portal.events import describe
from maillage.schemes.models import Edition
from maillage.schemes.queries import editions_visible_to, networks_visible_to, nouns_visible_to

NETWORKS = 8
"""Networks whose awaiting acts home shows, at most; each has its own page for them."""
DATES = 3

DESTINATIONS: dict[str, tuple[str, Any]] = {
    "chambre": ("schemes:chamber", Entity),
    "fonction": ("portal:function", Function),
}
"""Where one may go at once, by parameter: the name of its page, and what is there."""


@require_safe
def home(request: Request) -> HttpResponse:
    """One network: one's own page in it at once; several: what awaits in each; else the choice."""
    actor = request.actor
    networks = list(networks_visible_to(actor))
    for name in DESTINATIONS:
        if asked := request.GET.get(name):
            return _go(name, asked, networks, actor)
    if not actor.reaches_all and len(actor.networks) == 1 and "tous" not in request.GET:
        only = next((n for n in networks if n.pk in actor.networks), None)
        if only is not None:
            return redirect("portal:mine", network=only.code)
    editions = list(editions_visible_to(actor).order_by("-scheme__start_year", "-number"))
    context = {
        "rows": [_row(network, editions, actor) for network in networks],
        "seen_drafts": any(actor.sees(network.pk) for network in networks),
        "mine": _mine(actor, networks),
        "places": {name: _places(name, networks, actor, editions) for name in DESTINATIONS},
        "recent": _recent(actor, networks),
        "import_url": reverse("schemes:import_file") if actor.administers_something else "",
        "installation": actor.administers(None),
        "known": actor.is_known,
    }
    return render(request, "portal/home.html", context)


def _mine(
    actor: Actor, networks: list[Network]
) -> list[tuple[Network, list[Awaiting], list[Awaiting]]]:
    """What awaits this actor's act, and the next dates, in the first networks they belong to."""
    held = [network for network in networks if actor.sees(network.pk)][:NETWORKS]
    found = awaiting(actor, held)
    return [(n, acts(found[n.pk]), dates(found[n.pk])[:DATES]) for n in held]


def _row(network: Network, editions: list[Edition], actor: Actor) -> dict[str, Any]:
    own = [e for e in editions if e.scheme.network_id == network.pk]
    drafts = [e for e in own if not e.is_sealed]
    return {
        "network": network,
        "in_force": next((e for e in own if e.status == "adopted"), None),
        "drafts": drafts,
        "sees": actor.sees(network.pk),
    }


def _go(name: str, asked: str, networks: list[Network], actor: Actor) -> HttpResponse:
    """To the chamber or function "network/code", where this actor may know of its network."""
    network, _, code = asked.partition("/")
    page, model = DESTINATIONS[name]
    rows = nouns_visible_to(actor, model.objects.filter(network__in=networks))
    found = get_object_or_404(rows.select_related("network"), network__code=network, code=code)
    return redirect(page, network=found.network.code, code=found.code)


def _places(
    name: str, networks: list[Network], actor: Actor, editions: list[Edition]
) -> list[tuple[Network, list[Any]]]:
    """What each network offers to go to, networks without any left out."""
    rows = DESTINATIONS[name][1].objects.filter(network__in=networks)
    rows = nouns_visible_to(actor, rows, editions)
    if name == "chambre":
        rows = rows.filter(archived=False)
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.network_id, []).append(row)
    return [(network, found[network.pk]) for network in networks if network.pk in found]


def _recent(actor: Actor, networks: list[Network]) -> list[Any]:
    if not actor.is_known:
        return []
    chains = [n.chain for n in networks if actor.sees(n.pk)]
    return describe(Event.objects.filter(chain__in=chains).order_by("-at")[:8], actor)
