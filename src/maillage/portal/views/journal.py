"""The journal as pages: who did what, when; each chain can be verified."""

from __future__ import annotations

from typing import Any

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


def _page(request: Request, chain: str, title: str, place: dict[str, Any]) -> HttpResponse:
    events = Event.objects.filter(chain=chain).order_by("-sequence")
    verb = request.GET.get("acte", "")
    if verb in REGISTRY:
        events = events.filter(verb=verb)
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    context = place | {
        "title": title,
        "chain": chain,
        "page": page,
        "lines": describe(page.object_list, request.actor),
        "acts": sorted(REGISTRY.values(), key=lambda act: act.event),
        "verb": verb,
        "query": f"acte={verb}&" if verb else "",
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
