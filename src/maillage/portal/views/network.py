"""A network's pages: itself, a function, a macro-process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.kernel.rooms import Figure, Purpose
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.portal.awaiting import acts, awaiting, figures, last_events
from maillage.portal.who_runs_what import who_runs_what
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.models import Edition
from maillage.schemes.queries import (
    NetworkEditions,
    document_of,
    editions_of,
    networks_visible_to,
    nouns_visible_to,
)
from maillage.ui.outline import entrances, outline

HERE = "portal:network"
BEHIND_DOORS = (Purpose.DECIDE, Purpose.SCHEME, Purpose.MANAGE, Purpose.SIMULATE)

N = TypeVar("N", bound=Model)


def visible_network(request: Request, code: str) -> Network:
    found: Network = get_object_or_404(networks_visible_to(request.actor), code=code)
    return found


def _current(request: Request, editions: NetworkEditions) -> Edition | None:
    """The edition asked for (`edition=`), else the one in force, else the draft."""
    asked = request.GET.get("edition", "")
    chosen = next((e for e in editions.all if str(e.pk) == asked), None)
    return chosen or editions.in_force or editions.draft


def _page(request: Request, code: str) -> tuple[Network, dict[str, Any], EditionDocument | None]:
    network = visible_network(request, code)
    editions = editions_of(network, request.actor)
    edition = _current(request, editions)
    document = document_of(edition) if edition else None
    context: dict[str, Any] = {
        "network": network,
        "editions": editions,
        "edition": edition,
        "document": document,
    }
    if document:
        context |= {
            "names": {p.code: p.name for p in document.processes},
            "short": {e.code: e.short_name for e in document.entities},
            "milestones": document.milestones,
            "labels": {m.code: m.label for m in document.milestones},
        }
    return network, context, document


def _known(request: Request, context: dict[str, Any], nouns: QuerySet[N]) -> QuerySet[N]:
    return nouns_visible_to(request.actor, nouns, context["editions"].all)


@require_safe
def network(request: Request, network: str) -> HttpResponse:
    found, context, document = _page(request, network)
    draft = context["editions"].draft
    administers, belongs = request.actor.administers(found.pk), request.actor.sees(found.pk)
    edition, last = context["edition"], last_events([found])
    matrix = who_runs_what(edition, document) if edition and document else None
    context |= {
        "matrix": matrix,
        "coverage": coverage_of(document) if document else None,
        "acts": acts(awaiting(request.actor, [found], last)[found.pk]) if belongs else [],
        "doors": _doors(request, found, edition, last),
        "entities": [
            (entity, matrix.of(entity.code) if matrix else None)
            for entity in _known(request, context, found.entities.filter(archived=False))
        ],
        "functions": _known(request, context, found.functions.all()),
        "has_process": found.processes.exists(),
        "has_scheme": found.schemes.exists(),
        "unopened": found.schemes.filter(editions=None) if administers else [],
        "without_milestone": draft if draft and not draft.milestones.exists() else None,
        "administers": administers,
        "belongs": belongs,
        **outline(request, found, HERE),
    }
    return render(request, "portal/network.html", context)


@dataclass(frozen=True, slots=True)
class Door:
    """What one comes to a network for: what is counted there, and where one enters."""

    purpose: Purpose
    figures: list[Figure]
    pages: list[tuple[str, str]]


def _doors(
    request: Request, network: Network, edition: Edition | None, last: dict[str, int]
) -> list[Door]:
    """By purpose, in the order of the bar: only what exists and this reader may enter. How much is
    stated has its own sentence on the page."""
    counted = figures(request.actor, network, None, last)
    told = reverse("schemes:coverage", args=[edition.pk]) if edition else ""
    pages: dict[Purpose, list[tuple[str, str]]] = {}
    for entrance in entrances(request.actor, network):
        tabs = entrance.tabs.items() if entrance.purpose in BEHIND_DOORS else ()
        pages.setdefault(entrance.purpose, []).extend(
            (label, reverse(held[0].address, args=[network.code])) for label, held in tabs
        )
    doors = [
        Door(purpose, [one for one in counted.get(purpose, []) if one.url != told], held)
        for purpose, held in pages.items()
    ]
    return [door for door in doors if door.figures or len(door.pages) > 1]


@require_safe
def function(request: Request, network: str, code: str) -> HttpResponse:
    found, context, document = _page(request, network)
    subject = get_object_or_404(_known(request, context, found.functions.all()), code=code)
    rows: list[tuple[Any, list[Any]]] = []
    sections: list[Any] = []
    if document:
        cells = {p.key: p for p in document.placements}
        rows = [
            (p, [(m, cells.get((p.code, m.code, ""))) for m in document.milestones])
            for p in document.processes
            if p.function == code
        ]
        sections = [s for s in document.sections if s.function == code]
    context |= {
        "function": subject,
        "rows": rows,
        "sections": sections,
        **outline(request, found, HERE, subject.name),
    }
    return render(request, "portal/function.html", context)


@require_safe
def process(request: Request, network: str, code: str) -> HttpResponse:
    """A macro-process: its value at each milestone, by chamber, and in each edition."""
    found, context, document = _page(request, network)
    processes = _known(request, context, found.processes.select_related("function"))
    subject = get_object_or_404(processes, code=code)
    cells = {p.key: p for p in document.placements} if document else {}
    prefetch_related_objects(context["editions"].all, "sealed")
    history = [
        (edition, [(m, cell) for m, cell in _values(document_of(edition), code)])
        for edition in context["editions"].all
    ]
    chambers = [
        e for e in (document.entities if document else ()) if e.kind.value in Entity.CHAMBERS
    ]
    milestones = document.milestones if document else ()
    context |= {
        "process": subject,
        "values": [(m, cells.get((code, m.code, ""))) for m in milestones],
        "by_chamber": [
            (e, [(m, cells.get((code, m.code, e.code))) for m in milestones]) for e in chambers
        ],
        "has_own": any(key[0] == code and key[2] for key in cells),
        "history": history,
        **outline(request, found, HERE, subject.function.name, subject.name),
    }
    return render(request, "portal/process.html", context)


def _values(document: EditionDocument, code: str) -> list[tuple[Any, Any]]:
    cells = {p.key: p for p in document.placements if p.process == code}
    return [(m, cells.get((code, m.code, ""))) for m in document.milestones]
