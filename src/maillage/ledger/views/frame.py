"""What every page of a network's finances shares: the network, where one is, exports."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from maillage.kernel.money import parse_count
from maillage.ledger.queries.books import networks_kept_visible_to
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.requests import Request

Page = tuple[str, str]
"""A page: the name of its address, its label."""

TABS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    ("Vue d’ensemble", (("finance:home", "Vue d’ensemble"),)),
    ("Tableaux de bord", (("finance:dashboard", "Tableaux de bord"),)),
    ("Calendrier", (("finance:calendar", "Calendrier"),)),
    (
        "Budgets",
        (
            ("finance:budgets", "Par chambre"),
            ("finance:budget_comparison", "Comparaison"),
            ("finance:budget_consolidation", "Consolidation"),
            ("finance:budget_actions", "Actions"),
            ("finance:budget_axes", "Plan analytique"),
        ),
    ),
    (
        "Livres et comptes",
        (
            ("ledger:books", "Livres"),
            ("ledger:mapping", "Correspondances"),
            ("ledger:common_chart", "Plan commun"),
            ("ledger:trial_balance", "Balance"),
            ("ledger:income_statement", "Compte de résultat"),
            ("ledger:balance_sheet", "Bilan"),
            ("ledger:entry_lines", "Écritures"),
            ("ledger:intercompany", "Réciproques"),
        ),
    ),
    ("Investissement", (("finance:investments", "Investissement"),)),
    ("Clés et refacturations", (("finance:keys", "Clés"), ("finance:recharges", "Refacturations"))),
    (
        "Coûts et volumes",
        (("finance:costs", "Coût de service"), ("finance:volumes", "Volumes et ETP")),
    ),
)
"""Tabs of a network's finances, each with its pages; the first is where the tab leads."""


def kept_network(request: Request, code: str) -> Network:
    """The network, for whoever holds a mandate in it; it does not exist for anyone else."""
    found: Network = get_object_or_404(networks_kept_visible_to(request.actor), code=code)
    return found


def frame(network: Network, page: str, *last: str | tuple[str, str]) -> dict[str, Any]:
    """Context of every page: `network`, `crumbs`, `tabs`, `subtabs`. `last`: what is below it.

    A part of `last` is a label, or a label and its address.
    """
    tab, pages = next((tab, pages) for tab, pages in TABS if page in dict(pages))
    crumbs = [
        _link(network, "portal:network", network.name),
        _link(network, "finance:home", "Finances"),
    ]
    if page != "finance:home":
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


def keeper_frame(
    request: Request, network: Network, page: str, *last: str | tuple[str, str]
) -> dict[str, Any]:
    """The frame, and `keeps`: whether whoever asks keeps the finances of the network."""
    keeps = can_keep_finances(network, actor=request.actor)
    return frame(network, page, *last) | {"keeps": keeps}


def whole_number(text: str | None, most: int = 2**31 - 1) -> int | None:
    """A number that an address or a form gives in digits; None for what is none, or too large."""
    return parse_count(text or "", most)
