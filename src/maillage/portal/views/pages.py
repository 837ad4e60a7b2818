"""Search, help and the other plain pages."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.network.models import Entity, Function, MacroProcess
from maillage.people.requests import Request
from maillage.schemes.engine.document import MODE_DEFINITIONS, MODE_LABELS
from maillage.schemes.models import Section
from maillage.schemes.queries import editions_visible_to, networks_visible_to

LIMIT = 30


@require_safe
def search(request: Request) -> HttpResponse:
    """Chambers, functions, macro-processes, editions and texts one may see."""
    query = request.GET.get("q", "").strip()[:100]
    results: dict[str, Any] = {}
    if len(query) >= 2:
        networks = networks_visible_to(request.actor)
        words = query.split()

        def matching(*fields: str) -> Q:
            found = Q()
            for word in words:
                found &= Q(*[(f"{f}__icontains", word) for f in fields], _connector=Q.OR)
            return found

        inside = Q(network__in=networks)
        editions = editions_visible_to(request.actor)
        results = {
            "entities": Entity.objects.filter(
                inside, matching("name", "short_name")
            ).select_related("network")[:LIMIT],
            "functions": Function.objects.filter(
                inside, matching("name", "description")
            ).select_related("network")[:LIMIT],
            "processes": MacroProcess.objects.filter(
                inside, matching("name", "description", "group")
            ).select_related("network", "function")[:LIMIT],
            "editions": editions.filter(matching("title", "scheme__title"))[:LIMIT],
            "sections": Section.objects.filter(
                Q(edition__in=editions), matching("title", "body")
            ).select_related("edition")[:LIMIT],
        }
    context = {"query": query, **results, "crumbs": [{"label": "Recherche"}]}
    context["empty"] = not any(results.values())
    return render(request, "portal/search.html", context)


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
    crumbs = [{"label": "Aide", "url": "/aide/"}, {"label": "Accessibilité"}]
    return render(request, "portal/accessibility.html", {"crumbs": crumbs})


@require_safe
@login_required
def gallery(request: Request) -> HttpResponse:
    return render(request, "portal/gallery.html")
