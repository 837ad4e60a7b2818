"""The addresses and the navigation every page carries, for whoever reads it; asks the database
nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from maillage.people.requests import Request

ADDRESSES = {
    "home": "portal:home",
    "search": "portal:search",
    "help": "portal:help",
    "accessibility": "portal:accessibility",
    "news": "portal:news",
    "account": "people:account",
    "login": "account_login",
    "logout": "account_logout",
}
"""What the frame of a page, which stands below every room, leads to."""
MAIN = [
    ("portal:home", "Réseaux"),
    ("portal:journal", "Journaux"),
    ("portal:news", "Nouveautés"),
    ("portal:help", "Aide"),
]


def shell(request: Request) -> dict[str, Any]:
    """Context processor: `addresses` by name, `nav`, a list of {label, url, current}."""
    actor = getattr(request, "actor", None)
    entries = [
        (name, label)
        for name, label in MAIN
        if name != "portal:journal" or (actor and actor.is_known)
    ]
    if actor is not None and actor.administers_something:
        entries.append(("portal:administration", "Administration"))
    nav = []
    for name, label in entries:
        url = reverse(name)
        current = request.path == url if url == "/" else request.path.startswith(url)
        # Home leads whoever belongs to one network to it: here it is all of them one asks for.
        every = f"{url}?tous" if name == "portal:home" else url
        nav.append({"label": label, "url": every, "current": current})
    return {"nav": nav, "addresses": {key: reverse(name) for key, name in ADDRESSES.items()}}
