"""The page of one cell: what holds, who leads, why, and what held before."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.citations import cited_by
from maillage.schemes.engine import document as doc
from maillage.schemes.engine.change import SAID_NO_MORE, describe
from maillage.schemes.engine.change_words import Names, Told
from maillage.schemes.engine.milestone_changes import between_milestones
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.observed import STATES, Targets, beside
from maillage.schemes.engine.resolution import CHAMBERS, differences
from maillage.schemes.events import Touched, history_of
from maillage.schemes.models import Edition, Placement
from maillage.schemes.observations import doc_of, observations_of_cell
from maillage.schemes.queries import (
    document_of,
    editions_visible_to,
)
from maillage.schemes.views.editions import outline_of, visible_edition

PROVENANCE_TOLD = {
    "": "non précisée",
    "stated": "énoncé par la source",
    "inferred": "déduit de ce que dit la source",
    "carried": "reporté d’un jalon antérieur",
}
OF_MODE = "\u00a0; se dit du mode, les modes complémentaires étant connus comme le dit le fondement"


@require_safe
def cell(request: Request, pk: int, process: str, milestone: str, entity: str = "") -> HttpResponse:
    """One cell: what holds, who leads, who is served, why, on what source, and its history."""
    edition = visible_edition(request, pk)
    document = document_of(edition, texts=False)
    subject = next((p for p in document.processes if p.code == process), None)
    date = next((m for m in document.milestones if m.code == milestone), None)
    chamber = next((e for e in document.entities if e.code == entity), None)
    if subject is None or date is None or (entity and chamber is None):
        raise Http404
    cells = {p.key: p for p in document.placements}
    regional = cells.get((process, milestone, ""))
    own = cells.get((process, milestone, entity)) if entity else None
    value = own or regional or doc.PlacementDoc(process, milestone)
    context = {
        "edition": edition,
        "process": subject,
        "milestone": date,
        "entity": chamber,
        "value": value,
        "own": own is not None,
        "differs": Names.of(document).tell(differences(regional, own)) if own else (),
        **_said(document, value),
        "source_url": cited_by(edition, request.actor).page_of(value),
        "function": next(f.name for f in document.functions if f.code == subject.function),
        "history": _history(document, process, entity),
        "former": _former(request, edition, value, entity, Names.of(document)),
        "events": _events(request, edition, (process, milestone, entity)),
        "can_write": rules.can_write(edition, actor=request.actor),
        **_observed(request, edition, document, value, chamber),
        **outline_of(
            request,
            edition,
            ("Cartographie", reverse("schemes:cartography", args=[edition.pk])),
            subject.name,
        ),
    }
    alone = request.headers.get("HX-Request")
    return render(request, "schemes/cell_sheet.html" if alone else "schemes/cell.html", context)


def _said(document: doc.EditionDocument, value: doc.PlacementDoc) -> dict[str, Any]:
    """A cell's letters and codes in words."""
    names = {e.code: e.name for e in document.entities}
    return {
        "mode_label": doc.MODE_LABELS[value.mode],
        "definition": doc.MODE_DEFINITIONS.get(value.mode, ""),
        "complementary": [(m, doc.MODE_LABELS[m]) for m in value.complementary],
        "lead": names.get(value.lead, ""),
        "served": [names[code] for code in value.served if code in names],
        "option": doc.INTEGRATION_LABELS.get(value.integration, ""),
        "provenance": PROVENANCE_TOLD[value.provenance]
        + (OF_MODE if value.complementary and value.provenance else ""),
    }


def _history(
    document: doc.EditionDocument, process: str, entity: str
) -> list[tuple[doc.MilestoneDoc, doc.PlacementDoc | None, tuple[Told, ...]]]:
    """What holds at each milestone, and in words what moved since the one before; of one that only
    says nothing, nothing."""
    cells, names = {p.key: p for p in document.placements}, Names.of(document)
    changes = {c.after: c for c in between_milestones(document, entity, process)}
    return [
        (
            m,
            cells.get((process, m.code, entity)) or cells.get((process, m.code, "")),
            names.tell(changes[m.code].fields, changes[m.code].known)
            if m.code in changes and changes[m.code].kinds != (SAID_NO_MORE,)
            else (),
        )
        for m in document.milestones
    ]


def _former(
    request: Request, edition: Edition, value: doc.PlacementDoc, entity: str, names: Names
) -> list[tuple[Edition, doc.PlacementDoc, tuple[Told, ...]]]:
    """What held in this cell in the editions this one descends from, the nearest first, and each
    field in which the present one differs."""
    if edition.based_on_id is None:
        return []
    seen = editions_visible_to(request.actor).filter(scheme__network_id=edition.scheme.network_id)
    known = {e.pk: e for e in seen}
    line: list[Edition] = []
    parent: int | None = edition.based_on_id
    while parent is not None and (former := known.pop(parent, None)):
        line.append(former)
        parent = former.based_on_id
    columns = [f"{name}__code" if name == "lead" else name for name in doc.FIELDS]
    rows = Placement.objects.filter(
        Q(entity=None) | Q(entity__code=entity),
        edition__in=line,
        process__code=value.process,
        milestone__code=value.milestone,
    ).values_list("edition_id", "entity_id", *columns)
    values: dict[int, doc.PlacementDoc] = {}
    for pk, owner, *held in rows:
        if owner is not None or pk not in values:
            given = dict(zip(doc.FIELDS, held, strict=True))
            given |= {"lead": given["lead"] or "", "served": tuple(given["served"])}
            given["details"] = Details.of(given["details"])
            values[pk] = doc.PlacementDoc(value.process, value.milestone, **given)
    blank = doc.PlacementDoc(value.process, value.milestone)
    found = [(e, values.get(e.pk, blank)) for e in line]
    return [
        (e, cell, names.tell(describe(cell, value), (cell.provenance, value.provenance)))
        for e, cell in found
    ]


def _observed(
    request: Request,
    edition: Edition,
    document: doc.EditionDocument,
    value: doc.PlacementDoc,
    chamber: doc.EntityDoc | None,
) -> dict[str, Any]:
    """What is observed of this cell, the last first, each beside its target; for those of the
    network. What holds is the chamber's own, else what was observed of the network; an entity that
    is no chamber has but its own."""
    network, actor = edition.scheme.network, request.actor
    if not actor.sees(network.pk):
        return {"observed": [], "observes": False}
    code, names = chamber.code if chamber else "", Names.of(document)
    targets, reached = Targets(document, value.milestone), not chamber or chamber.kind in CHAMBERS
    rows = [row for row in observations_of_cell(actor, network, value.process, code)
            if reached or row.entity is not None]  # fmt: skip
    kept = [row for row in rows if not row.withdrawn]
    own = [row for row in kept if row.entity is not None] if code else kept
    holding = next(iter(own or kept), None)
    told = []
    for row in rows:
        seen = beside(targets.of(held := doc_of(row)), held)
        told.append((row, row is holding, STATES[seen.state], names.tell(seen.fields)))
    return {"observed": told, "observes": reached and actor.edits_something(network.pk)}


def _events(request: Request, edition: Edition, key: tuple[str, str, str]) -> list[Touched]:
    """The acts that touched this cell, for those of the network."""
    belongs = request.actor.sees(edition.scheme.network_id)
    return history_of(edition, key) if belongs else []


routes = [
    path("editions/<int:pk>/cellule/<slug:process>/<slug:milestone>/", cell, name="cell"),
    path(
        "editions/<int:pk>/cellule/<slug:process>/<slug:milestone>/<slug:entity>/",
        cell,
        name="cell",
    ),
]
