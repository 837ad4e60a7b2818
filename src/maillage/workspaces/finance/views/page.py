"""What the pages of the finance room find in an address: a chamber, a year, a budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from maillage.costing.models import Budget
from maillage.costing.queries.budgets import budgets_visible_to
from maillage.kernel.money import parse_count
from maillage.kernel.period import FIRST_YEAR, LAST_YEAR
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.ui.asked import choice, misread
from maillage.ui.outline import outline


def chamber_or_404(network: Network, code: str) -> Entity:
    chambers = network.entities.filter(kind__in=Entity.CHAMBERS)
    found: Entity = get_object_or_404(chambers, code=code)
    return found


def year_asked(request: Request) -> int:
    """The year in the address, this one by default; what is no year is this one, and said."""
    year = parse_count(request.GET.get("annee", ""), LAST_YEAR) or 0
    if year >= FIRST_YEAR:
        return year
    year = timezone.localdate().year
    misread(request, "annee", str(year))
    return year


def chamber_asked(request: Request, chambers: Iterable[Entity]) -> Entity | None:
    """The chamber in the address, None for all of them; what is no chamber is said."""
    held = {chamber.code: chamber for chamber in chambers}
    return held.get(choice(request, "chambre", held, "toutes les chambres"))


def visible_budget(request: Request, network: str, pk: int) -> Budget:
    """The budget, under its own network; 404 where this actor may not know of it."""
    visible = budgets_visible_to(request.actor)
    found: Budget = get_object_or_404(visible, pk=pk, network__code=network)
    return found


def budget_outline(request: Request, budget: Budget, *last: str) -> dict[str, Any]:
    """Context of a page about one budget; `last` names the page below it."""
    parts: list[str | tuple[str, str]] = []
    here = reverse("finance:budget", args=[budget.network.code, budget.pk])
    name = f"{budget.entity.short_name}, {budget}"
    parts = [(name, here), *last] if last else [name]
    return outline(request, budget.network, "finance:budgets", *parts) | {"budget": budget}


def chamber_outline(
    request: Request, page: str, network: Network, entity: Entity, year: int, *last: str
) -> dict[str, Any]:
    """Context of a page about a chamber's year, under the network's `page`; `last` names the page
    below it."""
    here = reverse(f"{page}_chamber", args=[network.code, entity.code, year])
    name = f"{entity.short_name}, {year}"
    parts: list[str | tuple[str, str]] = [(name, here), *last] if last else [name]
    return outline(request, network, page, *parts) | {"entity": entity, "year": year}
