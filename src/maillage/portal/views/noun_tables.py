"""The nouns of a network entered as a table: typed, pasted, put in order, saved whole.

Knows how it is saved. Its lines are in `noun_lines`; what holds is said by `network.noun_table`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import Saved, order_nouns, save_nouns
from maillage.network.models import Network
from maillage.network.noun_table import ENTITY, FUNCTION, PROCESS, Fault, Held
from maillage.network.queries import held_nouns
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN
from maillage.portal.views.noun_import import administered
from maillage.portal.views.noun_lines import HEADINGS, Line, Table
from maillage.ui.templatetags.ui import pluriel

SLUGS = {"chambres": ENTITY, "fonctions": FUNCTION, "processus": PROCESS}


@require_http_methods(["GET", "HEAD", "POST"])
def noun_table(request: Request, network: str, kind: str) -> HttpResponse:
    """The table of a kind; once sent, saved whole, or back with each fault at its place."""
    found = administered(request, network)
    if kind not in SLUGS:
        raise Http404
    held = held_nouns(found)
    table = Table(SLUGS[kind], held)
    status, left, taken = 200, "", ""
    if request.method == "POST":
        lines = table.sent(request.POST)
        if request.POST.get("geste") == "coller":
            lines += table.pasted(request.POST.get("colle", ""), len(lines))
            taken = "colle"
        else:
            faults, moved = _save(request, found, table, lines)
            if faults is None:
                again = "#nouvelles" if request.POST.get("geste") == "encore" else ""
                here = reverse("portal:noun_table", args=[network, kind])
                there = reverse("portal:admin_network", args=[network])
                return redirect(f"{here}{again}" if again else there)
            status, left = 409 if moved else 422, request.POST.get("colle", "")
            held = held_nouns(found)
            table = Table(SLUGS[kind], held)
            table.mark(lines, faults)
    else:
        lines = table.stored()
    context = table.context(lines) | {
        "network": found,
        "slug": kind,
        "left": left,
        "taken": taken,
        "former": _former_order(found, table.kind, held),
        "crumbs": [ADMIN, _home(found), {"label": HEADINGS[table.kind]}],
    }
    return render(request, "portal/noun_table.html", context, status=status)


def _home(network: Network) -> dict[str, Any]:
    return {"label": network.name, "url": reverse("portal:admin_network", args=[network.code])}


def _save(
    request: Request, network: Network, table: Table, lines: Sequence[Line]
) -> tuple[list[Fault] | None, bool]:
    """Save the rows that say something; else every fault, and whether something has moved."""
    rows, told = table.rows(lines)
    order = None
    if "ordre" in request.POST:
        order = table.kind, [code for code in request.POST["ordre"].split(",") if code]
    try:
        saved = save_nouns(
            network, actor=request.actor, rows=rows, source="tableau", order=order, told=told
        )
    except Refusal as refusal:
        found = refusal.details.get("faults") or [Fault(0, "", refusal.denied.reason)]
        return list(found), refusal.denied.status == 409
    messages.success(request, _told(saved))
    return None, False


def _told(saved: Saved) -> str:
    said = [
        pluriel(saved.created, "ligne ajoutée,lignes ajoutées") if saved.created else "",
        pluriel(saved.changed, "ligne modifiée,lignes modifiées") if saved.changed else "",
        "ordre changé" if saved.ordered else "",
    ]
    done = ", ".join(filter(None, said))
    return f"Enregistré\u00a0: {done}." if done else "Rien n’a changé."


def _former_order(network: Network, kind: str, held: Held) -> Event | None:
    """The last change of order of this kind, where the order is still what it made."""
    about = Event.objects.filter(chain=network.chain, verb="network.nouns.ordered", diff__kind=kind)
    last = about.order_by("-sequence").first()
    return last if last and last.diff["order"][1] == list(held[kind]) else None


@require_POST
def noun_order_back(request: Request, network: str, kind: str) -> HttpResponse:
    """Undo the last change of order, where nothing has moved since."""
    found = administered(request, network)
    if kind not in SLUGS:
        raise Http404
    held = held_nouns(found)
    last = _former_order(found, SLUGS[kind], held)
    if last is None:
        messages.warning(request, "Aucun changement d’ordre à annuler.")
    else:
        before, after = last.diff["order"]
        try:
            order_nouns(found, actor=request.actor, kind=SLUGS[kind], codes=before, seen=after)
        except Refusal as refusal:
            messages.warning(request, refusal.denied.reason)
        else:
            messages.success(request, "L’ordre d’avant est rétabli.")
    return redirect("portal:noun_table", network=network, kind=kind)


_BASE = "administration/reseaux/<slug:network>/tableaux/<slug:kind>/"
routes = [
    path(_BASE, noun_table, name="noun_table"),
    path(f"{_BASE}ordre-precedent/", noun_order_back, name="noun_order_back"),
]
