"""Home: the networks one may see, what is in force, what is being written, what awaits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from maillage.kernel.models import Event
from maillage.portal.events import describe
from maillage.schemes.queries import editions_visible_to, networks_visible_to


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One network: its page at once for those who belong to it; else the choice."""
    actor = request.actor
    if not actor.reaches_all and len(actor.networks) == 1 and "tous" not in request.GET:
        only = networks_visible_to(actor).filter(pk__in=actor.networks).first()
        if only is not None:
            return redirect("network", network=only.code)
    networks = list(networks_visible_to(actor))
    editions = list(editions_visible_to(actor).order_by("-scheme__start_year", "-number"))
    rows = []
    for network in networks:
        own = [e for e in editions if e.scheme.network_id == network.pk]
        in_force = next((e for e in own if e.status == "adopted"), None)
        drafts = [e for e in own if not e.is_sealed]
        rows.append({"network": network, "in_force": in_force, "drafts": drafts})
    context = {
        "rows": rows,
        "published": [e for e in editions if e.is_sealed],
        "recent": _recent(actor, networks),
        "import_url": reverse("import_file") if actor.administers_something else "",
    }
    return render(request, "portal/home.html", context)


def _recent(actor: object, networks: list) -> list:
    if not actor.is_known:  # type: ignore[attr-defined]
        return []
    chains = [n.chain for n in networks if actor.sees(n.pk)]  # type: ignore[attr-defined]
    return describe(Event.objects.filter(chain__in=chains).order_by("-at")[:8])
