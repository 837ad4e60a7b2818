"""One's own page in a network: what awaits one's act, the dates to come, what one holds there,
what was done lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.kernel.models import Event
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.portal.awaiting import acts, awaiting, dates
from maillage.portal.events import describe
from maillage.portal.views.network import visible_network
from maillage.schemes.engine.document import MODE_LABELS, EditionDocument, MilestoneDoc, by_date
from maillage.schemes.engine.resolution import resolve
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, editions_of
from maillage.ui.outline import outline

RECENT = 5


@dataclass(frozen=True, slots=True)
class Held:
    """A chamber one holds, as the edition in force has it at one milestone.

    `modes` counts its macro-processes by mode, known ones only, actions aside; `differences` those
    that depart from the network: `url` shows the ones, `differences_url` the others.
    """

    entity: Entity
    milestone: MilestoneDoc | None = None
    modes: tuple[tuple[str, int], ...] = ()
    differences: int = 0
    url: str = ""
    differences_url: str = ""


@require_safe
def mine(request: Request, network: str) -> HttpResponse:
    found = visible_network(request, network)
    actor = request.actor
    if not actor.sees(found.pk):
        raise Http404
    held = awaiting(actor, [found])[found.pk]
    recent = Event.objects.filter(chain=found.chain).order_by("-sequence")[:RECENT]
    mandates = [p for p in actor.perimeters if p.network in (None, found.pk)]
    codes = [p.function for p in mandates if p.function]
    context = outline(request, found, "portal:mine") | {
        "acts": acts(held),
        "dates": dates(held),
        "chambers": _chambers(request, found, [p.entity for p in mandates if p.entity]),
        "functions": found.functions.filter(code__in=codes),
        "edits": actor.edits_something(found.pk),
        "recent": describe(recent, actor),
    }
    return render(request, "portal/mine.html", context)


def _chambers(request: Request, network: Network, pks: list[int]) -> list[Held]:
    entities = list(network.entities.filter(pk__in=pks))
    edition = editions_of(network, request.actor).in_force if entities else None
    if edition is None:
        return [Held(entity) for entity in entities]
    document = document_of(edition)
    return [_held(edition, document, entity) for entity in entities]


def _held(edition: Edition, document: EditionDocument, entity: Entity) -> Held:
    """At the last milestone come to, else the first to come."""
    dated = by_date(document.milestones)
    today = timezone.localdate()
    at = next((m for m in reversed(dated) if m.date <= today), next(iter(dated), None))
    if at is None or all(e.code != entity.code for e in document.entities):
        return Held(entity)
    cells = {p.key: p for p in document.placements}
    modes: Counter[str] = Counter()
    differences = 0
    for process in (p for p in document.processes if not p.is_action):
        common = cells.get((process.code, at.code, ""))
        own = cells.get((process.code, at.code, entity.code))
        value = resolve(common, own)
        modes[value.mode if value else ""] += 1
        differences += own is not None and _shown(own) != _shown(common)
    query = {"lecture": "chambres", "jalon": at.code, "entite": entity.code}
    here = reverse("schemes:cartography", args=[edition.pk])
    return Held(
        entity,
        at,
        tuple((mode, modes[mode]) for mode in MODE_LABELS if modes[mode] and mode in "ACHMI"),
        differences,
        f"{here}?{urlencode(query)}",
        f"{here}?{urlencode(query | {'seulement': 'differences'})}",
    )


def _shown(cell: Any) -> tuple[str, str, str]:
    """What the cartography compares."""
    return (cell.mode, cell.complementary, cell.lead) if cell else ("?", "", "")
