"""One's own page in a network: what awaits one's act, the dates to come, what was done lately."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.kernel.models import Event
from maillage.people.requests import Request
from maillage.portal.awaiting import acts, awaiting, dates
from maillage.portal.events import describe
from maillage.portal.views.network import visible_network
from maillage.ui.outline import outline

RECENT = 5


@require_safe
def mine(request: Request, network: str) -> HttpResponse:
    found = visible_network(request, network)
    if not request.actor.sees(found.pk):
        raise Http404
    held = awaiting(request.actor, [found])[found.pk]
    recent = Event.objects.filter(chain=found.chain).order_by("-sequence")[:RECENT]
    context = outline(request, found, "portal:mine") | {
        "acts": acts(held),
        "dates": dates(held),
        "recent": describe(recent, request.actor),
    }
    return render(request, "portal/mine.html", context)
