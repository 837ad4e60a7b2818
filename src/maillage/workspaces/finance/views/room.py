"""What every page of the finance room shares: the network, where one is, the year, exports."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from maillage.ledger.views.frame import exported, kept_network
from maillage.network.models import Entity, Network
from maillage.workspaces.finance.rules.budgets import FIRST_YEAR, LAST_YEAR

__all__ = ["attachment", "chamber_or_404", "exported", "frame", "kept_network", "year_asked"]

Page = tuple[str, str]
"""A page of the room: the name of its address, its label."""

TABS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    ("Vue d’ensemble", (("finance", "Vue d’ensemble"),)),
    ("Tableaux de bord", (("finance_dashboard", "Tableaux de bord"),)),
    ("Calendrier", (("finance_calendar", "Calendrier"),)),
    (
        "Budgets",
        (
            ("budgets", "Par chambre"),
            ("budget_comparison", "Comparaison"),
            ("budget_consolidation", "Consolidation"),
            ("budget_actions", "Actions"),
            ("budget_axes", "Plan analytique"),
        ),
    ),
    ("Livres et comptes", (("books", "Livres et comptes"),)),
    ("Investissement", (("investments", "Investissement"),)),
    ("Clés et refacturations", (("keys", "Clés"), ("recharges", "Refacturations"))),
    ("Coûts et volumes", (("costs", "Coût de service"), ("volumes", "Volumes et ETP"))),
)
"""Tabs of the room, each with its pages; the first is where the tab leads."""


def chamber_or_404(network: Network, code: str) -> Entity:
    chambers = network.entities.filter(kind__in=["regional", "territorial"])
    found: Entity = get_object_or_404(chambers, code=code)
    return found


def frame(network: Network, page: str, *last: str | tuple[str, str]) -> dict[str, Any]:
    """Context of every page: `network`, `crumbs`, `tabs`, `subtabs`. `last`: what is below it.

    A part of `last` is a label, or a label and its address.
    """
    tab, pages = next((tab, pages) for tab, pages in TABS if page in dict(pages))
    crumbs = [_link(network, "network", network.name), _link(network, "finance", "Finances")]
    if page != "finance":
        crumbs.append(_link(network, pages[0][0], tab))
    if page != pages[0][0]:
        crumbs.append(_link(network, page, dict(pages)[page]))
    for part in last:
        label, url = (part, "") if isinstance(part, str) else part
        crumbs.append({"label": label} | ({"url": url} if url else {}))
    if not last:
        crumbs[-1] = {"label": crumbs[-1]["label"]}
    tabs = [_link(network, held[0][0], t) | {"current": t == tab} for t, held in TABS]
    subtabs = [_link(network, name, text) | {"current": name == page} for name, text in pages]
    return {
        "network": network,
        "crumbs": crumbs,
        "tabs": tabs,
        "subtabs": subtabs if len(pages) > 1 else [],
    }


def _link(network: Network, name: str, label: str) -> dict[str, Any]:
    return {"label": label, "url": reverse(name, args=[network.code])}


def year_asked(request: HttpRequest) -> int:
    """The year in the address, this one by default. What is no year is this one."""
    text = request.GET.get("annee", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year


def attachment(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
