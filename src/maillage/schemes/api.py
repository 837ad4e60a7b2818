"""Networks and editions through the API: read all one may see, write cells."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.security import SessionAuth

from maillage.people.requests import Request
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.engine import canonical, checks, comparison
from maillage.schemes.engine.chamber import sheet_of
from maillage.schemes.engine.chamber_tables import tables_of
from maillage.schemes.engine.change import Names
from maillage.schemes.engine.coverage import coverage as coverage_of
from maillage.schemes.observations_api import router as observations_router
from maillage.schemes.queries import (
    document_of,
    editions_visible_to,
    file_of,
    networks_visible_to,
    outdated_sources,
    version_of,
)
from maillage.sheets.writing import as_values
from maillage.ui.api import READ, WRITE

router = Router()
router.add_router("", observations_router)
BIGGEST = 2**63 - 1


class NetworkOut(Schema):
    code: str
    name: str
    fictional: bool


class EditionOut(Schema):
    id: int
    network: str
    scheme: str
    number: int
    title: str
    status: str
    seal: str


class EditIn(Schema):
    """One cell to set. `changes` null removes the placement; `expected` is the version read.
    `cited` says that the source the cell holds is that of its mode, even of a new one."""

    process: str = Field(max_length=80)
    milestone: str = Field(max_length=40)
    entity: str = Field("", max_length=60)
    changes: dict[str, str | list[str] | dict[str, str | list[str]]] | None = None
    expected: int | None = Field(None, ge=0, le=BIGGEST)
    cited: bool = False


class EditsIn(Schema):
    edits: list[EditIn] = Field(min_length=1, max_length=5000)


class PlacedOut(Schema):
    changed: int
    versions: dict[str, int]


class CellOut(Schema):
    process: str
    milestone: str
    entity: str
    mode: str
    complementary: str
    lead: str
    served: list[str]
    integration: str
    rationale: str
    source_document: str
    source_page: str
    source_basis: str
    provenance: str
    source_quote: str
    details: dict[str, str | list[str]]

    @staticmethod
    def resolve_details(cell: Any) -> dict[str, Any]:
        return cell.details.record()  # type: ignore[no-any-return]


class ToldOut(Schema):
    """A field that differs, in words."""

    field: str
    kind: str
    label: str
    before: str
    after: str


class ChangeOut(Schema):
    """A cell that differs: `kind` is the first of its `kinds`, `before` and `after` its modes."""

    process: str
    milestone: str
    entity: str
    kind: str
    kinds: list[str]
    before: str | None
    after: str | None
    fields: list[ToldOut]


class ComparisonOut(Schema):
    structure: list[str]
    counts: dict[str, int]
    changes: list[ChangeOut]


class ViolationOut(Schema):
    """`cells`: process, milestone and entity ("" for the network) of each."""

    code: str
    severity: str
    message: str
    reference: str
    cells: list[list[str]]


class TallyOut(Schema):
    """Cells of the whole network; `partial` counts, among the unknown, those a chamber states."""

    known: int
    not_applicable: int
    unknown: int
    partial: int
    answered: int
    all: int


class ChamberOut(Schema):
    """The sheet of a chamber: each table as its page and its workbook show it, in French."""

    chamber: str
    since: str
    until: str
    answer: str
    tables: list[dict[str, Any]]


class CheckOut(Schema):
    version: int
    coverage: TallyOut
    violations: list[ViolationOut]


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
    """Cells, all or of one function and milestone (codes)."""
    document = document_of(_edition(request, edition))
    function_of = {p.code: p.function for p in document.processes}
    return 200, [
        p
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
                "fields": [told._asdict() for told in names.tell(c.fields)],
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
    found = sheet_of(document_of(_edition(request, edition)), chamber, since, until)
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
    response={200: PlacedOut, **WRITE},
    auth=SessionAuth(),
    tags=["cellules"],
)
def place(request: Request, edition: int, payload: EditsIn) -> Any:
    """Set cells of a draft, all or none; 409 with `conflicts` where one moved since it was read."""
    edits = [
        CellEdit(e.process, e.milestone, e.entity, e.changes, e.expected, e.cited)
        for e in payload.edits
    ]
    found = _edition(request, edition)
    placed = place_cells(found, edits, actor=request.actor)
    versions = {"|".join(key): version for key, version in placed.versions.items()}
    return 200, {"changed": placed.changed, "versions": versions}
