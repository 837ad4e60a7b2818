"""One's own page in a network: what awaits one's act, the dates to come, what one holds there, what
moved since one last came."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.network.models import Entity, Function, Network
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.people.visits import read_before
from maillage.portal.awaiting import Figures, acts, awaiting, dates, figures, last_events
from maillage.portal.moved import latest, moved_since
from maillage.portal.views.network import visible_network
from maillage.portal.who_runs_what import Counted, Matrix, who_runs_what
from maillage.schemes.engine.document import EntityDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import NetworkEditions, document_of, editions_of
from maillage.ui.outline import outline

Cells = tuple[tuple[EntityDoc, Counted], ...]


@dataclass(frozen=True, slots=True)
class Chamber:
    """A chamber one holds: its modes where an edition in force speaks of it, what rooms count."""

    entity: Entity
    counted: Counted | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Held:
    """What one's mandates are over. `whole` is what is counted of the network, but what is late in
    chambers one does not hold; `functions` each with what its chambers hold of it."""

    chambers: list[Chamber]
    functions: list[tuple[Function, Cells]]
    whole: Figures
    edition: Edition | None
    matrix: Matrix | None


@require_safe
def mine(request: Request, network: str) -> HttpResponse:
    found = visible_network(request, network)
    actor = request.actor
    if not actor.sees(found.pk):
        raise Http404
    last = last_events([found])
    awaited = awaiting(actor, [found], last)[found.pk]
    editions = editions_of(found, actor)
    before = read_before(request.user, found, last.get(found.chain, 0))
    moved = None if before is None else moved_since(found, actor, before)
    held = _held(actor, found, editions, last)
    entity = held.chambers[0].entity.code if len(held.chambers) == 1 else ""
    context = outline(request, found, "portal:mine") | {
        "acts": acts(awaited),
        "dates": dates(awaited),
        "dates_of": f"{found.code}/{entity}" if entity else found.code,
        "held": held,
        "edits": actor.edits_something(found.pk),
        "editions": editions,
        "moved": moved,
        "recent": [] if moved and moved.groups else latest(found, actor),
    }
    return render(request, "portal/mine.html", context)


def _held(actor: Actor, network: Network, editions: NetworkEditions, last: dict[str, int]) -> Held:
    mandates = [p for p in actor.perimeters if p.network in (None, network.pk)]
    entities = list(network.entities.filter(pk__in=[p.entity for p in mandates if p.entity]))
    codes = {p.function for p in mandates if p.function}
    functions = list(network.functions.filter(code__in=codes)) if codes else []
    edition = editions.in_force
    matrix = None
    if edition is not None and (entities or functions):
        matrix = who_runs_what(edition, document_of(edition, texts=False))
    rows = {f.code: cells for f, cells in matrix.rows} if matrix else {}
    beside: list[tuple[Function, Cells]] = []
    for function in functions:
        cells = rows.get(function.code, ())
        chambers = matrix.chambers if matrix and cells else ()
        beside.append((function, tuple(zip(chambers, cells, strict=True))))
    whole = figures(actor, network, None, last)
    return Held(
        [
            Chamber(e, matrix.of(e.code) if matrix else None, figures(actor, network, e, last))
            for e in entities
        ],
        beside,
        _not_late(whole) if entities else whole,
        edition,
        matrix,
    )


def _not_late(told: Figures) -> Figures:
    """What of the network is no delay: who holds a chamber is told of its own."""
    held = {purpose: [one for one in rows if not one.is_late] for purpose, rows in told.items()}
    return {purpose: rows for purpose, rows in held.items() if rows}
