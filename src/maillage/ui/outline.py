"""Where one is in a network: its bar by purpose, the crumbs, the tabs and pages of an entry.

Built from the rooms' pages for whoever reads; asks the database nothing and knows no room by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from maillage.kernel.rooms import HOUSE, Page, Purpose

ICONS = {
    Purpose.NETWORK: "network",
    Purpose.MINE: "user-round",
    Purpose.SCHEME: "grid-3x3",
}
"""The drawing of what stands at hand on a telephone."""
Crumb = str | tuple[str, str]
"""A label, or a label and its address."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the bar leads to under one purpose: the pages of every room of one label."""

    purpose: Purpose
    label: str
    pages: tuple[Page, ...]

    @property
    def tabs(self) -> dict[str, list[Page]]:
        tabs: dict[str, list[Page]] = {}
        for page in self.pages:
            tabs.setdefault(page.tab or page.label, []).append(page)
        return tabs


def entrances(actor: Any, network: Any) -> list[Entrance]:
    """What this actor may enter, by purpose; within one entrance the uppermost room leads, but one
    that follows."""
    found: dict[tuple[Purpose, str], tuple[Page, ...]] = {}
    for room in HOUSE.all():
        pages = tuple(page for page in room.pages if room.enters(page, actor, network))
        if pages:
            key = (room.purpose, room.label)
            held = found.get(key, ())
            found[key] = held + pages if room.follows else pages + held
    order = list(Purpose)
    return [
        Entrance(purpose, label, pages)
        for (purpose, label), pages in sorted(found.items(), key=lambda one: order.index(one[0][0]))
    ]


def outline(request: HttpRequest, network: Any, address: str = "", *last: Crumb) -> dict[str, Any]:
    """Context of a page of a network: `network`, `network_bar`, `at_hand`, `crumbs`, `tabs`,
    `subtabs`.

    `address` is the room's page one is on or below, `last` what is below it.
    LookupError where no room lets this actor enter that page.
    """
    found = entrances(request.actor, network)  # type: ignore[attr-defined]
    here = next((e for e in found if any(p.address == address for p in e.pages)), None)
    if address and here is None:
        raise LookupError(address)
    context = {
        "network": network,
        "network_bar": _bar(network, found, here),
        "at_hand": _at_hand(network, found, here),
        "tabs": [],
        "subtabs": [],
    }
    crumbs = [_link(network, e.pages[0], network.name) for e in found[:1] if _is_head(e)]
    if here is not None:
        tab = next(t for t, pages in here.tabs.items() if any(p.address == address for p in pages))
        pages = here.tabs[tab]
        crumbs += _way(network, here, tab, address)
        if len(here.tabs) > 1:
            context["tabs"] = [
                _link(network, held[0], label, label == tab) for label, held in here.tabs.items()
            ]
        if len(pages) > 1 and not last:
            context["subtabs"] = [_link(network, p, p.label, p.address == address) for p in pages]
    crumbs += [
        {"label": part} if isinstance(part, str) else {"label": part[0], "url": part[1]}
        for part in last
    ]
    if crumbs:
        crumbs[-1] = {"label": crumbs[-1]["label"]}
    return context | {"crumbs": crumbs}


def _is_head(entrance: Entrance) -> bool:
    return entrance.purpose is Purpose.NETWORK


def _link(network: Any, page: Page, label: str, current: bool = False) -> dict[str, Any]:
    url = reverse(page.address, kwargs={"network": network.code})
    return {"label": label, "url": url, "current": current}


def _way(network: Any, here: Entrance, tab: str, address: str) -> list[dict[str, Any]]:
    """From the entrance to a page, each step once."""
    steps = [] if _is_head(here) else [(here.pages[0], here.label)]
    steps += [(here.tabs[tab][0], tab)]
    steps += [(page, page.label) for page in here.tabs[tab] if page.address == address]
    seen: set[str] = {here.pages[0].address} if _is_head(here) else set()
    way = []
    for page, label in steps:
        if page.address not in seen:
            seen.add(page.address)
            way.append(_link(network, page, label))
    return way


def _at_hand(network: Any, found: list[Entrance], here: Entrance | None) -> list[dict[str, Any]]:
    """What a thumb reaches on a telephone: one's own page, else the network's, then the scheme."""
    first = {e.purpose: e for e in reversed(found)}
    mine = Purpose.MINE if Purpose.MINE in first else Purpose.NETWORK
    return [
        _link(network, first[purpose].pages[0], purpose.value, purpose is (here and here.purpose))
        | {"icon": ICONS[purpose]}
        for purpose in (mine, Purpose.SCHEME)
        if purpose in first
    ]


def _bar(network: Any, found: list[Entrance], here: Entrance | None) -> list[dict[str, Any]]:
    """The network, then each purpose: a link where it has one entrance, else its `entries`."""
    bar: list[dict[str, Any]] = []
    for purpose in Purpose:
        held = [e for e in found if e.purpose is purpose]
        if not held:
            continue
        entries = [_link(network, e.pages[0], e.label, e is here) for e in held]
        label = network.name if purpose is Purpose.NETWORK else purpose.value
        current = any(entry["current"] for entry in entries)
        group: dict[str, Any] = {"label": label, "current": current, "entries": entries}
        bar.append(group | {"url": entries[0]["url"]} if len(held) == 1 else group)
    return bar
