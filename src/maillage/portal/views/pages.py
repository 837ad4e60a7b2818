"""Search, help and the other plain pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from operator import itemgetter
from typing import Any

import yaml
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.kernel import index
from maillage.kernel.index import Group
from maillage.kernel.rooms import ACTS, HOUSE, PAGES, Found
from maillage.kernel.words import EMPTY, Words, tokens
from maillage.network.models import Network
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.portal.room import EVERYTHING, pages_found
from maillage.schemes.engine.document import MODE_DEFINITIONS, MODE_LABELS
from maillage.schemes.queries import networks_seen_by

LIMIT = 30
"""Results shown of each kind."""


@require_safe
def search(request: Request) -> HttpResponse:
    """What one may see of what answers, by kind; the same address answers the list, and the
    palette (`palette`), which offers what may be done here where nothing is asked."""
    words, in_palette = Words(request.GET.get("q", "")[:100]), "palette" in request.GET
    actor = request.actor
    networks = networks_seen_by(actor) if words or in_palette else []
    here = next((n for n in networks if n.code == request.GET.get("ici")), None)
    if words:
        groups = found_by(actor, words, networks)
    else:
        groups = offered_in(actor, networks, here) if in_palette else []
    name = here.name if here else ""
    context = {
        "query": words.question,
        "asked": bool(words),
        "here": "" if words else name,
        "groups": [(g.kind, _near(g.found, name), g.count) for g in groups],
        "crumbs": [{"label": "Recherche"}],
    }
    if not request.headers.get("HX-Request"):
        return render(request, "portal/search.html", context)
    return render(request, "portal/palette.html" if in_palette else "portal/found.html", context)


def _near(found: Sequence[Found], name: str) -> list[Found]:
    """The acts of the network one stands in before those of others."""
    return sorted(found, key=lambda one: one.kind == ACTS and not one.about.endswith(name))


def offered_in(actor: Actor, networks: Sequence[Network], here: Network | None) -> list[Group]:
    """What this actor may do in the network they stand in, and its pages; in none, what they may
    do wherever they belong."""
    held = [here] if here else [network for network in networks if actor.sees(network.pk)]
    found = {ACTS: [one for room in HOUSE.all() for one in room.acts(actor, held)]}
    found[PAGES] = list(pages_found(actor, [here] if here else [], EVERYTHING))
    return [Group(kind, tuple(rows[:LIMIT]), len(rows), 0) for kind, rows in found.items() if rows]


def found_by(actor: Actor, words: Words, networks: Sequence[Network]) -> list[Group]:
    """The pages, the acts, what the index holds, and what rooms look for themselves: the nearest
    kinds first. `networks`: those the actor sees."""
    audiences = None if actor.reaches_all else [n.chain for n in networks if actor.sees(n.pk)]
    groups = index.find(words, audiences, LIMIT)
    ranked_alike = cache(words.rank)
    others: dict[str, list[tuple[int, Found]]] = {}
    rooms = HOUSE.all()
    for found in chain(
        pages_found(actor, networks, words),
        (one for room in rooms for one in room.acts(actor, networks) if _fits(one, words)),
        *(room.search(actor, words) for room in rooms),
    ):
        others.setdefault(found.kind, []).append((ranked_alike(found.title), found))
    for kind, ranked in others.items():
        ranked.sort(key=itemgetter(0))
        shown = tuple(one for _, one in ranked[:LIMIT])
        groups.append(Group(kind, shown, len(ranked), ranked[0][0]))
    return sorted(groups, key=lambda group: group.rank)


def _fits(act: Found, words: Words) -> bool:
    """Whether an act answers: its name, or what else it is called, has at least one word that says
    something, the others are in what it is about or say nothing."""
    left = words.left_by(tokens(f"{act.title} {act.words}"))
    beside = words.left_by(tokens(f"{act.title} {act.words} {act.about}"))
    return any(w not in left and w not in EMPTY for w in words.words) and EMPTY.issuperset(beside)


@lru_cache(maxsize=1)
def _news() -> Any:
    return yaml.safe_load(files("maillage.portal").joinpath("nouveautes.yaml").read_text("utf-8"))


@require_safe
def news(request: Request) -> HttpResponse:
    context = {"releases": _news(), "crumbs": [{"label": "Nouveautés"}]}
    return render(request, "portal/news.html", context)


@require_safe
def help_page(request: Request) -> HttpResponse:
    modes = [(m, MODE_LABELS[m], MODE_DEFINITIONS[m]) for m in "ACHMI"]
    return render(request, "portal/help.html", {"modes": modes, "crumbs": [{"label": "Aide"}]})


@require_safe
def accessibility(request: Request) -> HttpResponse:
    crumbs = [{"label": "Aide", "url": reverse("portal:help")}, {"label": "Accessibilité"}]
    return render(request, "portal/accessibility.html", {"crumbs": crumbs})


COLOURS = [
    ("page", "is-paper"),
    ("surface", "is-surface"),
    ("fond discret", "is-wash"),
    ("encre", "is-ink"),
    ("encre seconde", "is-ink-2"),
    ("filet", "is-line"),
    ("bord", "is-line-strong"),
    ("accent", "is-accent"),
    ("bon", "is-good"),
    ("à surveiller", "is-warn"),
    ("mauvais", "is-bad"),
]
"""The colours of the interface, in words, and the class that shows each in the gallery."""


@require_safe
@login_required
def gallery(request: Request) -> HttpResponse:
    context = {"colours": COLOURS, "on": date(2026, 11, 30)}
    return render(request, "portal/gallery.html", context)
