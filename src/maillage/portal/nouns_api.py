"""Nouns of a network through the API: what taking one out would entail, and the act."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.security import SessionAuth

from maillage.network.actions import removal_of, remove_nouns
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.ui.api import READ, WRITE

Kind = Literal["entity", "function", "process"]
router = Router()


class RemovalOut(Schema):
    """`removes`: the codes that would leave, by kind; `losing`, how many of them leave because
    they stand within the one asked for: to be given back with the act. `reason`, `resting`: why it
    is refused, and what keeps it; empty where it is allowed."""

    allowed: bool
    reason: str
    resting: list[str]
    removes: dict[str, list[str]]
    losing: int


class RemovedOut(Schema):
    removed: int


def _administered(request: Request, code: str) -> Network:
    found = get_object_or_404(Network, code=code)
    if not request.actor.administers(found.pk):
        raise Http404
    return found


@router.get(
    "/networks/{network}/nouns/{kind}/{code}/removal",
    response={200: RemovalOut, **READ},
    tags=["réseaux"],
)
def noun_removal(request: Request, network: str, kind: Kind, code: str) -> Any:
    """What taking a chamber, a function or a macro-process out of its network would entail."""
    found = removal_of(_administered(request, network), kind, [code], request.actor)
    if not found.rows[kind]:
        raise Http404
    return 200, {
        "allowed": bool(found.verdict),
        "reason": getattr(found.verdict, "reason", ""),
        "resting": list(found.resting),
        "removes": {one: [row.code for row in rows] for one, rows in found.rows.items()},
        "losing": found.losing,
    }


@router.post(
    "/networks/{network}/nouns/{kind}/{code}/removal",
    response={200: RemovedOut, **WRITE},
    auth=SessionAuth(),
    tags=["réseaux"],
)
def remove_noun(request: Request, network: str, kind: Kind, code: str, losing: int = 0) -> Any:
    """Take it out, with the `losing` nouns that stand within it; 409 where something rests on it
    (`violations`), or where another number would leave."""
    found = _administered(request, network)
    count = remove_nouns(found, actor=request.actor, kind=kind, codes=[code], losing=losing)
    return 200, {"removed": count}
