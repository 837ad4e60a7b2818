"""Networks and editions through the API: read all one may see, write cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.security import SessionAuth

from maillage.kernel.verdicts import Refusal
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.schemes.actions import CellEdit, milestones_of, place_cells, revise_milestones
from maillage.schemes.api_shapes import (
    BIGGEST,
    CellOut,
    ChamberOut,
    CheckOut,
    ComparisonOut,
    EditionOut,
    EditsIn,
    LeftOut,
    NetworkOut,
    PlacedOut,
)
from maillage.schemes.engine import canonical, checks, comparison
from maillage.schemes.engine.chamber import sheet_of
from maillage.schemes.engine.chamber_tables import tables_of
from maillage.schemes.engine.change import kept
from maillage.schemes.engine.change_words import Names, cells_called
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.engine.document import FIELDS
from maillage.schemes.events import named_conflicts
from maillage.schemes.observations_api import router as observations_router
from maillage.schemes.queries import (
    document_of,
    editions_visible_to,
    file_of,
    networks_visible_to,
    outdated_sources,
    version_of,
    versions_of,
)
from maillage.sheets.writing import as_values
from maillage.ui.api import READ, WRITE, Problem, refuse_unknown

router = Router()
router.add_router("", observations_router)


def _edition(request: Request, edition: int) -> Any:
    if not 0 < edition <= BIGGEST:
        raise Http404
    return get_object_or_404(editions_visible_to(request.actor), pk=edition)


@router.get("/networks", response={200: list[NetworkOut], **READ}, tags=["réseaux"])
def networks(request: Request) -> Any:
    """Networks one may see."""
    return 200, list(networks_visible_to(request.actor))


@router.get("/editions", response={200: list[EditionOut], **READ}, tags=["éditions"])
def editions(request: Request) -> Any:
    """Editions one may see: adopted ones for everybody."""
    found = editions_visible_to(request.actor).order_by("pk")
    return 200, [_edition_out(edition) for edition in found]


def _edition_out(edition: Any) -> dict[str, Any]:
    return {
        "id": edition.pk,
        "network": edition.scheme.network.code,
        "scheme": edition.scheme.code,
        "number": edition.number,
        "title": edition.title,
        "status": edition.status,
        "seal": edition.seal,
    }


@router.get("/editions/{edition}", response={200: EditionOut, **READ}, tags=["éditions"])
def edition_sheet(request: Request, edition: int) -> Any:
    return 200, _edition_out(_edition(request, edition))


@router.get("/editions/{edition}/file", response={200: dict[str, Any], **READ}, tags=["éditions"])
def edition_file(request: Request, edition: int) -> Any:
    """The canonical file, byte for byte."""
    data = canonical.dumps_file(file_of(_edition(request, edition)))
    return HttpResponse(data, content_type="application/json")


@router.get(
    "/editions/{edition}/placements", response={200: list[CellOut], **READ}, tags=["cellules"]
)
def placements(request: Request, edition: int, function: str = "", milestone: str = "") -> Any:
    """Cells, all or of one function and milestone (codes; 422 where the edition has none such),
    each with its `version`."""
    found = _edition(request, edition)
    document = document_of(found)
    refuse_unknown(
        request,
        function=[one.code for one in document.functions],
        milestone=[one.code for one in document.milestones],
    )
    function_of = {p.code: p.function for p in document.processes}
    versions = versions_of(found)
    return 200, [
        {name: getattr(p, name) for name in FIELDS}
        | {"process": p.process, "milestone": p.milestone, "entity": p.entity}
        | {"details": p.details.record(), "version": versions.get(p.key, 0)}
        for p in document.placements
        if (not function or function_of[p.process] == function)
        and (not milestone or p.milestone == milestone)
    ]


@router.get("/editions/{edition}/checks", response={200: CheckOut, **READ}, tags=["éditions"])
def edition_checks(request: Request, edition: int) -> Any:
    """Rules broken (`error`) or to complete (`warning`), as the edition's page says them: what
    keeps a draft from being proposed is an error of it. Coverage, and the version of what was read.
    """
    found = _edition(request, edition)
    document = document_of(found)
    return 200, {
        "version": version_of(found),
        "coverage": coverage_of(document).total,
        "violations": list(
            checks.check(document, outdated=outdated_sources(found), to_propose=found.is_draft)
        ),
    }


@router.post(
    "/editions/{edition}/milestones/{milestone}/removal",
    response={200: LeftOut, **WRITE},
    auth=SessionAuth(),
    tags=["éditions"],
)
def remove_milestone(request: Request, edition: int, milestone: str, losing: int = 0) -> Any:
    """Take a milestone out of a draft, with the `losing` cells it holds; 409 with `lost` (cells by
    milestone) where it holds another number. An adopted edition keeps its own."""
    found = _edition(request, edition)
    held = milestones_of(found)
    kept = [one for one in held if one["code"] != milestone]
    if len(kept) == len(held):
        raise Http404
    revise_milestones(found, actor=request.actor, title=found.title, milestones=kept, losing=losing)
    return 200, {"milestones": [one["code"] for one in kept]}


@router.get(
    "/editions/{edition}/compare/{other}", response={200: ComparisonOut, **READ}, tags=["éditions"]
)
def compare(request: Request, edition: int, other: int) -> Any:
    """What changes from `other` to `edition`."""
    former = document_of(_edition(request, other))
    latter = document_of(_edition(request, edition))
    found, names = comparison.compare(former, latter), Names.of(former, latter)
    return 200, {
        "structure": list(found.structure),
        "counts": dict(found.counts),
        "changes": [
            {
                "process": c.key[0],
                "milestone": c.key[1],
                "entity": c.key[2],
                "kind": (c.frame or c.kinds[0]),
                "kinds": list(comparison.kinds_of(c)),
                "before": c.before.mode if c.before else None,
                "after": c.after.mode if c.after else None,
                "fields": [told._asdict() for told in names.tell(c.fields, c.known)],
            }
            for c in found.changes
        ],
    }


@router.get(
    "/editions/{edition}/chambers/{chamber}",
    response={200: ChamberOut, **READ},
    tags=["éditions"],
)
def chamber_sheet(
    request: Request, edition: int, chamber: str, since: str = "", until: str = ""
) -> Any:
    """What a chamber runs, for whom, receives, decides with whom, and what changes from the
    milestone `since` to `until` (codes; by default from the present state to the projection)."""
    document = document_of(_edition(request, edition))
    milestones = [one.code for one in document.milestones]
    refuse_unknown(request, since=milestones, until=milestones)
    found = sheet_of(document, chamber, since, until)
    if found is None:
        raise Http404
    tables = tables_of(found)
    return 200, {
        "chamber": chamber,
        "since": found.before.code,
        "until": found.after.code,
        "answer": tables.answer,
        "tables": [as_values(table) for table in tables.all],
    }


@router.post(
    "/editions/{edition}/placements",
    response={200: PlacedOut, **WRITE, 428: Problem},
    auth=SessionAuth(),
    tags=["cellules"],
)
def place(request: Request, edition: int, payload: EditsIn) -> Any:
    """Set cells of a draft, all or none.

    An edit of a cell that exists says by `expected` at which `version` it was read: 428 with
    `refused` where it does not. 409 with `conflicts` where a cell moved since it was read: each by
    its codes and by what it is `called`, `by` whom it was set or emptied, its fields by codes and,
    in `told`, in words (`before`: as recorded; `after`: as asked). 422 with `refused`, cells
    likewise.
    """
    edits = [
        CellEdit(e.process, e.milestone, e.entity, e.changes, e.expected, e.cited, e.said, e.quoted)
        for e in payload.edits
    ]
    found = _edition(request, edition)
    try:
        placed = place_cells(found, edits, actor=request.actor, must_say=True)
    except Refusal as refusal:
        raise Refusal(refusal.denied, _in_words(found, refusal.details, request.actor)) from None
    versions, asked = (
        {"|".join(key): value for key, value in told.items()}
        for told in (placed.versions, placed.asked)
    )
    return 200, {"changed": placed.changed, "versions": versions, "asked": asked}


def _in_words(edition: Any, details: Mapping[str, Any], reader: Actor) -> dict[str, Any]:
    """What a refusal tells of cells, with what they are called, what their fields say and who set
    them: a name, never a number of this database."""
    told = dict(details)
    if "conflicts" in told:
        told["conflicts"] = named_conflicts(told["conflicts"], reader)
    lists = [what for what in ("conflicts", "refused") if what in told]
    if not lists:
        return told
    document = document_of(edition, texts=False)
    names, called = Names.of(document), cells_called(document)

    def in_words(cell: Mapping[str, Any]) -> dict[str, Any]:
        said = {"called": called((cell["process"], cell["milestone"], cell["entity"]))}
        if "fields" not in cell:
            return {**cell, **said}
        return {**cell, **said, "told": [it._asdict() for it in names.tell(kept(cell["fields"]))]}

    return told | {what: [in_words(cell) for cell in told[what]] for what in lists}
