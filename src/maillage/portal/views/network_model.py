"""A network takes another, or an edition, as its model: chosen, previewed, copied whole.

Knows the sources one may see and how they are chosen; what becomes of each noun is said by
`network.noun_model`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.verdicts import Refusal
from maillage.network.actions import save_nouns
from maillage.network.models import Network
from maillage.network.noun_model import WORDS, Copy, Standing, chosen, copies
from maillage.network.noun_table import (
    ENTITY,
    FUNCTION,
    PROCESS,
    TITLES,
    Held,
    NounRow,
    columns_of,
    version,
)
from maillage.network.queries import held_nouns
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN
from maillage.portal.views.noun_import import administered
from maillage.schemes.queries import document_of, editions_visible_to, networks_visible_to
from maillage.ui.fields import number_seen
from maillage.ui.templatetags.ui import pluriel

PARTS = {FUNCTION: "Fonctions", PROCESS: "Macro-processus", ENTITY: "Chambres et opérateurs"}


@dataclass(frozen=True, slots=True)
class Source:
    """What may be taken as a model: its key in the address, its name, the group it stands in."""

    key: str
    label: str
    group: str


def _sources(actor: Actor, network: Network) -> list[Source]:
    """Other networks one belongs to, and editions one may see, of any network."""
    others = [n for n in networks_visible_to(actor) if n.pk != network.pk and actor.sees(n.pk)]
    found = [Source(f"reseau:{n.code}", n.name, "Réseaux, tels qu’ils sont") for n in others]
    editions = editions_visible_to(actor).select_related("scheme__network")
    return found + [
        Source(f"edition:{e.pk}", f"{e.scheme.network.name}, {e}", "Éditions") for e in editions
    ]


def _rows(actor: Actor, source: Source) -> list[NounRow]:
    kind, _, key = source.key.partition(":")
    if kind == "reseau":
        held: Held = held_nouns(networks_visible_to(actor).get(code=key))
        return [NounRow(k, code, said) for k in TITLES for code, said in held[k].items()]
    document = document_of(editions_visible_to(actor).get(pk=key))
    parts: dict[str, Iterable[Any]] = {
        ENTITY: document.entities,
        FUNCTION: document.functions,
        PROCESS: document.processes,
    }
    return [
        NounRow(kind, noun.code, {
            c.name: str(getattr(noun, c.name)) if c.kind == "choice" else getattr(noun, c.name)
            for c in columns_of(kind, {}) if c.name != "code"
        })
        for kind, nouns in parts.items() for noun in nouns
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def network_model(request: Request, network: str) -> HttpResponse:
    """Choose a source, what to take of it, see what becomes of each noun, copy."""
    found = administered(request, network)
    given = request.POST if request.method == "POST" else request.GET
    sources = _sources(request.actor, found)
    source = next((s for s in sources if s.key == given.get("source", "")), None)
    held = held_nouns(found)
    context: dict[str, Any] = {
        "network": found,
        "sources": sources,
        "source": source,
        "crumbs": _crumbs(found),
    }
    if source is not None:
        rows = _rows(request.actor, source)
        asked = given.get("voir") == "oui"
        kinds = given.getlist("quoi") if asked else [FUNCTION, PROCESS]
        functions = given.getlist("fonction") if asked else [r.code for r in rows]
        found_copies = copies(chosen(rows, kinds, functions), held)
        if request.method == "POST":
            return _copied(request, found, source, found_copies)
        context |= _choices(rows, kinds, functions) | {
            "asked": asked,
            "copies": found_copies if asked else [],
            "counts": _counts(found_copies),
            "news": sum(c.standing is Standing.NEW for c in found_copies),
            "version": version(held),
        }
    return render(request, "portal/network_model.html", context)


def _crumbs(network: Network) -> list[dict[str, Any]]:
    here = {"label": network.name, "url": reverse("portal:admin_network", args=[network.code])}
    return [ADMIN, here, {"label": "Copier un modèle"}]


def _choices(rows: list[NounRow], kinds: list[str], functions: list[str]) -> dict[str, Any]:
    counts = Counter(row.kind for row in rows)
    under = Counter(row.values["function"] for row in rows if row.kind == PROCESS)
    return {
        "parts": [(k, label, counts[k], k in kinds) for k, label in PARTS.items()],
        "functions": [
            (r.code, r.values["name"], under[r.code], r.code in functions)
            for r in rows
            if r.kind == FUNCTION
        ],
    }


def _counts(found: list[Copy]) -> list[tuple[str, int]]:
    counts = Counter(copy.standing for copy in found)
    return [(WORDS[standing], counts[standing]) for standing in Standing if counts[standing]]


def _copied(request: Request, network: Network, source: Source, found: list[Copy]) -> HttpResponse:
    rows = [copy.row for copy in found if copy.standing is Standing.NEW]
    try:
        saved = save_nouns(
            network,
            actor=request.actor,
            rows=rows,
            source=f"modèle\u00a0: {source.label}",
            seen=number_seen(request.POST, "vu"),
        )
    except Refusal as refusal:
        messages.warning(request, refusal.denied.reason)
        again = request.POST.copy()
        for name in ("csrfmiddlewaretoken", "vu"):
            again.pop(name, None)
        return redirect(f"{request.path}?{again.urlencode()}")
    messages.success(request, f"Copié\u00a0: {pluriel(saved.created, 'ligne,lignes')}.")
    return redirect("portal:admin_network", network=network.code)


routes = [
    path("administration/reseaux/<slug:network>/modele/", network_model, name="network_model"),
]
