"""The journal as pages: who did what, when; each chain can be verified."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.kernel.actions import REGISTRY
from maillage.kernel.models import Event, verify
from maillage.people.requests import Request
from maillage.portal.events import describe
from maillage.portal.views.network import visible_network
from maillage.schemes.queries import networks_visible_to
from maillage.ui.outline import outline

OTHERS = "autres"
"""In an address: what others than oneself did."""
DIGITS = 18


def _without(kept: dict[str, str], name: str) -> str:
    return f"?{urlencode({key: value for key, value in kept.items() if key != name})}"


def _page(request: Request, chain: str, title: str, place: dict[str, Any]) -> HttpResponse:
    events = Event.objects.filter(chain=chain).order_by("-sequence")
    verb, since = request.GET.get("acte", ""), request.GET.get("depuis", "")
    kept = {}
    if verb in REGISTRY:
        events, kept["acte"] = events.filter(verb=verb), verb
    if since.isdecimal() and len(since) < DIGITS:
        events, kept["depuis"] = events.filter(sequence__gt=int(since)), since
    if OTHERS in request.GET:
        events, kept[OTHERS] = events.exclude(actor=request.actor.identity), "1"
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    context = place | {
        "title": title,
        "chain": chain,
        "page": page,
        "lines": describe(page.object_list, request.actor),
        "acts": sorted(REGISTRY.values(), key=lambda act: act.event),
        "verb": verb,
        "query": f"{urlencode(kept)}&" if kept else "",
        "kept": kept,
        "since_label": f"Après l’événement {since}",
        "without_since": _without(kept, "depuis"),
        "without_others": _without(kept, OTHERS),
        "verdict": verify(chain) if "verifier" in request.GET else None,
    }
    return render(request, "portal/journal.html", context)


@require_safe
def journal(request: Request) -> HttpResponse:
    """The journals one may read: each network's, and the installation's for its administrators."""
    actor = request.actor
    if not actor.is_known:
        raise Http404
    if "installation" in request.GET and actor.administers(None):
        crumbs = [{"label": "Journal", "url": reverse("portal:journal")}, {"label": "Installation"}]
        place = {"crumbs": crumbs}
        return _page(request, "installation", "Journal de l’installation", place)
    networks = [n for n in networks_visible_to(actor) if actor.sees(n.pk)]
    context = {
        "networks": networks,
        "installation": actor.administers(None),
        "crumbs": [{"label": "Journal"}],
    }
    return render(request, "portal/journals.html", context)


@require_safe
def network_journal(request: Request, network: str) -> HttpResponse:
    found = visible_network(request, network)
    if not request.actor.sees(found.pk):
        raise Http404
    place = outline(request, found, "portal:network_journal")
    return _page(request, found.chain, f"Journal : {found.name}", place)
