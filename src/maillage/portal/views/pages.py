"""Search, help and the other plain pages."""

from __future__ import annotations

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
from maillage.kernel.rooms import HOUSE, Found
from maillage.kernel.words import Words
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.portal.room import pages_found
from maillage.schemes.engine.document import MODE_DEFINITIONS, MODE_LABELS
from maillage.schemes.queries import networks_seen_by

LIMIT = 30
"""Results shown of each kind."""


@require_safe
def search(request: Request) -> HttpResponse:
    """What one may see of what answers, by kind; the same address answers the list."""
    words = Words(request.GET.get("q", "")[:100])
    groups = found_by(request.actor, words)
    context = {
        "query": words.question,
        "asked": bool(words),
        "groups": [(group.kind, group.found, group.count) for group in groups],
        "crumbs": [{"label": "Recherche"}],
    }
    part = request.headers.get("HX-Request")
    return render(request, "portal/found.html" if part else "portal/search.html", context)


def found_by(actor: Actor, words: Words) -> list[Group]:
    """The pages, what the index holds, and what rooms look for themselves: the nearest kinds
    first."""
    if not words:
        return []
    networks = networks_seen_by(actor)
    audiences = None if actor.reaches_all else [n.chain for n in networks if actor.sees(n.pk)]
    groups = index.find(words, audiences, LIMIT)
    ranked_alike = cache(words.rank)
    others: dict[str, list[tuple[int, Found]]] = {}
    for found in chain(
        pages_found(actor, networks, words), *(r.search(actor, words) for r in HOUSE.all())
    ):
        others.setdefault(found.kind, []).append((ranked_alike(found.title), found))
    for kind, ranked in others.items():
        ranked.sort(key=itemgetter(0))
        shown = tuple(one for _, one in ranked[:LIMIT])
        groups.append(Group(kind, shown, len(ranked), ranked[0][0]))
    return sorted(groups, key=lambda group: group.rank)


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


@require_safe
@login_required
def gallery(request: Request) -> HttpResponse:
    return render(request, "portal/gallery.html")
