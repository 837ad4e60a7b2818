"""The navigation every page carries, for whoever reads it; asks the database nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from maillage.people.requests import Request

MAIN = [
    ("portal:home", "Réseaux"),
    ("portal:journal", "Journal"),
    ("portal:news", "Nouveautés"),
    ("portal:help", "Aide"),
]


def shell(request: Request) -> dict[str, Any]:
    """Context processor: `nav`, a list of {label, url, current}."""
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
        nav.append({"label": label, "url": url, "current": current})
    return {"nav": nav}
