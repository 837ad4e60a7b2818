"""What the pages of returns find in an address, and where one is."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.requests import Request
from maillage.ui.outline import outline
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from maillage.workspaces.returns.queries.reading import (
    Read,
    definitions_visible_to,
    read,
    restitutions_visible_to,
)

HOME = "returns:home"


def definition_asked(request: Request, network: str, code: str) -> ReturnDefinition:
    """404 where this actor may not know of it."""
    visible = definitions_visible_to(request.actor)
    found: ReturnDefinition = get_object_or_404(visible, network__code=network, code=code)
    return found


def restitution_asked(request: Request, network: str, code: str, number: int) -> Read:
    """The return as this actor reads it; 404 where they see none of its columns."""
    visible = restitutions_visible_to(request.actor)
    held: Restitution = get_object_or_404(
        visible, definition__network__code=network, definition__code=code, number=number
    )
    held.version.definition = held.definition
    found = read(held, request.actor)
    if not found.columns:
        raise Http404
    return found


def chambers_named(network: Network) -> dict[str, str]:
    """Short names by code."""
    return {chamber.code: chamber.short_name for chamber in every_chamber(network)}


def url(name: str, definition: ReturnDefinition, *more: Any) -> str:
    return reverse(f"returns:{name}", args=[definition.network.code, definition.code, *more])


def definition_outline(
    request: Request, definition: ReturnDefinition, *last: str
) -> dict[str, Any]:
    here = (definition.title, url("definition", definition))
    parts: list[Any] = [here, *last] if last else [definition.title]
    return outline(request, definition.network, HOME, *parts) | {"definition": definition}


def restitution_outline(request: Request, restitution: Restitution, *last: str) -> dict[str, Any]:
    definition = restitution.definition
    there = (definition.title, url("definition", definition))
    named = restitution.period.words[0].upper() + restitution.period.words[1:]
    here = (named, url("restitution", definition, restitution.number))
    parts: list[Any] = [there, here, *last] if last else [there, named]
    found = outline(request, definition.network, HOME, *parts)
    return found | {"definition": definition, "restitution": restitution}
