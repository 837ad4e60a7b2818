"""Search, help and the other plain pages."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

import yaml
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.kernel.rooms import HOUSE, Found
from maillage.kernel.words import Words
from maillage.people.requests import Request
from maillage.schemes.engine.document import MODE_DEFINITIONS, MODE_LABELS

LIMIT = 30
"""Results shown of each kind."""


@require_safe
def search(request: Request) -> HttpResponse:
    """What the rooms find among what one may see, by kind; the same address answers the list."""
    words = Words(request.GET.get("q", "")[:100])
    groups: dict[str, list[tuple[int, Found]]] = {}
    if words:
        for room in HOUSE.all():
            for found in room.search(request.actor, words):
                groups.setdefault(found.kind, []).append((words.rank(found.title), found))
    for ranked in groups.values():
        ranked.sort(key=itemgetter(0))
    nearest = sorted(groups.items(), key=lambda group: group[1][0][0])
    context = {
        "query": words.question,
        "asked": bool(words),
        "groups": [(kind, [one for _, one in got[:LIMIT]], len(got)) for kind, got in nearest],
        "crumbs": [{"label": "Recherche"}],
    }
    part = request.headers.get("HX-Request")
    return render(request, "portal/found.html" if part else "portal/search.html", context)


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
