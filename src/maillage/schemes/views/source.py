"""What the source of an edition says: known cells by how they are known, statements, grounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.kernel.money import number
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.cartography.selection import UNTOLD
from maillage.schemes.citations import cited_by
from maillage.schemes.engine.counting import of_cells
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.engine.document import (
    PROVENANCE_LABELS,
    UNKNOWN,
    UNSPECIFIED,
    PlacementDoc,
)
from maillage.schemes.engine.observed import NETWORK
from maillage.schemes.queries import document_of
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.schemes.views.statements import by_function

LABELS = {**PROVENANCE_LABELS, "": UNSPECIFIED}


@require_safe
def source(request: Request, pk: int) -> HttpResponse:
    """What the source says, and what it does not; every count leads to its cells: those of the
    network's macro-processes, as everywhere. Actions, and what a chamber alone says, are listed
    with them and not counted."""
    edition = visible_edition(request, pk)
    document = document_of(edition)
    names = {p.code: p.title for p in document.processes}
    actions = {p.code for p in document.processes if p.is_action}
    whose = {e.code: e.short_name or e.name for e in document.entities} | {"": NETWORK}
    known = [p for p in document.placements if p.mode != UNKNOWN]
    cited = cited_by(edition, request.actor)
    asked = request.GET.get("provenance", "")
    wanted = "" if asked == UNTOLD else asked
    chosen = bool(asked) and wanted in LABELS
    counted = [p for p in known if not p.entity and p.process not in actions]
    listed = [
        p
        for p in known
        if (p.provenance == wanted if chosen else p.source_document or p.source_page)
    ]
    context = {
        "edition": edition,
        **outline_of(request, edition, "Ce que dit la source"),
        "coverage": coverage_of(document),
        "milestones": document.milestones,
        "provenances": _counted(
            Counter(p.provenance for p in known),
            Counter(p.provenance for p in counted),
            wanted if chosen else None,
        ),
        "placements": [(names[p.process], whose[p.entity], p, cited.page_of(p)) for p in listed],
        "told": _told(listed, actions),
        "statements": by_function(document),
        "can_revise": rules.can_administer(edition, actor=request.actor),
        "known_by": LABELS,
        "labels": {m.code: m.label for m in document.milestones},
    }
    return render(request, "schemes/source.html", context)


def _told(listed: Sequence[PlacementDoc], actions: Collection[str]) -> str:
    """How many cells the list holds, and how many of its rows are counted nowhere."""
    of_network = [p for p in listed if not p.entity]
    own = len(listed) - len(of_network)
    among = sum(p.process in actions for p in of_network)
    told = of_cells(len(of_network) - among, among)
    if not own:
        return f"{told}."
    if own == 1:
        return f"{told}\u00a0; et 1 valeur propre à une chambre, comptée à part."
    return f"{told}\u00a0; et {number(own)} valeurs propres à des chambres, comptées à part."


def _counted(known: Counter[str], counts: Counter[str], chosen: str | None) -> list[dict[str, Any]]:
    """Cells counted of each provenance that some known cell has, and whether they are those
    shown."""
    return [
        {"code": code or UNTOLD, "label": label, "count": counts[code], "on": code == chosen}
        for code, label in LABELS.items()
        if known[code]
    ]


routes = [edition_route("source/", source, "coverage")]
