"""The cartography in its three readings, its pictures, and the page of one cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.core.cache import caches
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from maillage.kernel.models import Event
from maillage.people.queries import names_of
from maillage.schemes import rules
from maillage.schemes.cartography import matrix, reading, rendering
from maillage.schemes.cartography.selection import ONLY, READINGS, Selection, parse, query_of
from maillage.schemes.engine import document as doc
from maillage.schemes.engine import trajectory
from maillage.schemes.engine.resolution import DIFFERENCE_WORDS, differences
from maillage.schemes.models import Edition, Milestone, Placement
from maillage.schemes.queries import (
    Axes,
    axes_of,
    document_of,
    editions_visible_to,
    version_of,
)
from maillage.schemes.views.editions import crumbs_of, visible_edition

PLACE = mark_safe("<!-- cartographie -->")
TURNED_FROM = 9
"""Columns from which headings are written upwards."""


@require_GET
def cartography(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; its body is kept for as long as nothing it shows changes."""
    edition = visible_edition(request, pk)
    version = version_of(edition)
    query = query_of(request.GET)
    key = f"carto:{edition.pk}:{version}:{edition.status}:{query}"
    cache = caches["pages"]
    body = cache.get(key) if len(key) < 230 else None
    if body is None:
        body = _body(edition, request)
        if len(key) < 230:
            cache.set(key, body)
    context = {
        "edition": edition,
        "body": PLACE,
        "query": query,
        "can_write": rules.can_write(edition, request.actor),
        "crumbs": crumbs_of(edition, "Cartographie"),
    }
    response = render(request, "schemes/cartography.html", context)
    # Put in as bytes: the template engine would copy a large table at each level of its blocks.
    response.content = response.content.replace(PLACE.encode(), body, 1)
    return response


@dataclass(frozen=True, slots=True)
class Option:
    """A link of the filter bar: what it shows, where it leads, whether it holds now."""

    label: str
    query: str
    on: bool
    note: str = ""


def _body(edition: Edition, request: HttpRequest) -> bytes:
    """Everything below the title, in UTF-8."""
    whole = axes_of(edition)
    axes, chosen = _question(whole, request)
    network = reading.network_cells(edition)
    context: dict[str, Any] = {
        "edition": edition,
        "chosen": chosen,
        "readings": [
            Option(label, chosen.with_(reading=code), code == chosen.reading)
            for code, label in READINGS.items()
        ],
        "chips": list(
            chosen.filters(
                {f.code: f.name for f in axes.functions},
                {e.code: e.short_name for e in axes.entities},
            )
        ),
        "axes": axes,
        "perimeters": sorted({p.group for p in whole.processes if p.group}),
        "chambers": _options(axes, chosen.entity),
        "modes": doc.MODE_LABELS.items(),
        "only": ONLY.items(),
        **_coverage(axes, network),
    }
    if axes.milestones:
        context |= _reading(edition, axes, chosen, network)
    table = context.get("table", "")
    body = render_to_string("schemes/cartography_body.html", {**context, "table": PLACE})
    return body.encode().replace(PLACE.encode(), table.encode(), 1)


def _options(axes: Axes, chosen: str) -> SafeString:
    """The chambers to choose from: joined here, for a template takes its time over a hundred."""
    return mark_safe(
        "".join(
            f'<option value="{e.code}"{" selected" if e.code == chosen else ""}>'
            f"{escape(e.short_name)}</option>"
            for e in axes.chambers
        )
    )


def _question(axes: Axes, request: HttpRequest) -> tuple[Axes, Selection]:
    """What the address asks, and the axes with the rows of the perimeter asked for."""
    groups = {p.group for p in axes.processes}
    chosen = parse(request.GET, axes.functions, axes.entities, axes.milestones, groups)
    if chosen.perimeter:
        kept = tuple(p for p in axes.processes if p.group == chosen.perimeter)
        axes = replace(axes, processes=kept)
    return axes, chosen


def _coverage(axes: Axes, network: matrix.Cells) -> dict[str, int]:
    shown = {(p.id, m.pk) for p in axes.processes for m in axes.milestones}
    known = sum(network.get(key, matrix.NOTHING)[0] in "ACHMI" for key in shown)
    return {"known": known, "all": len(shown)}


def _milestone(axes: Axes, chosen: Selection) -> Milestone:
    """The one asked for, else the last that is not a projection."""
    asked = [m for m in axes.milestones if m.code == chosen.milestone]
    past = [m for m in axes.milestones if m.nature != Milestone.Nature.PROJECTION]
    return (asked or past[-1:] or list(axes.milestones))[-1]


def _reading(
    edition: Edition, axes: Axes, chosen: Selection, network: matrix.Cells
) -> dict[str, Any]:
    counts = matrix.changes_by_milestone(axes, network)
    milestone = _milestone(axes, chosen)
    slider = [
        Option(
            m.label,
            chosen.with_(milestone=m.code, reading="chambres"),
            m.pk == milestone.pk,
            _note(counts.get(m.code)),
        )
        for m in axes.milestones
    ]
    context: dict[str, Any] = {"slider": slider}
    if chosen.reading == "trajectoire":
        return context | _trajectory(edition, axes, chosen, network)
    if chosen.reading == "chambres":
        held = reading.own_at(milestone.pk)
        columns, rows = matrix.by_chamber(axes, milestone, network, held, chosen)
        caption = f"Modes de gestion par chambre, {milestone.label}"
    else:
        own = _own(edition, axes, chosen)
        columns, rows = matrix.by_milestone(axes, network, own, chosen)
        caption = "Modes de gestion par jalon"
    table = rendering.table(columns, rows, caption, turned=len(columns) >= TURNED_FROM)
    return context | {"table": mark_safe(table), "rows": len(rows), "caption": caption}


def _own(edition: Edition, axes: Axes, chosen: Selection) -> matrix.Cells:
    entity = next((e.id for e in axes.entities if e.code == chosen.entity), None)
    return reading.own_of(edition, entity) if entity else {}


def _note(count: int | None) -> str:
    if not count:
        return ""
    return f"+{count} changement{'s' if count > 1 else ''}"


def light_document(
    edition: Edition, axes: Axes, network: matrix.Cells, own: matrix.Cells, entity: str
) -> doc.EditionDocument:
    """What the pictures need, from the cells at hand: modes, without texts or sources."""
    scheme = edition.scheme
    functions = {f.id: f.code for f in axes.functions}
    milestones = {m.pk: m.code for m in axes.milestones}
    processes = {p.id: p.code for p in axes.processes}
    cells = [(key, value, "") for key, value in network.items()]
    cells += [(key, value, entity) for key, value in own.items()]
    return doc.EditionDocument(
        scheme.network.code,
        scheme.network.name,
        scheme.network.fictional,
        scheme.code,
        scheme.title,
        scheme.start_year,
        scheme.end_year,
        edition.number,
        edition.title,
        tuple(
            doc.EntityDoc(e.code, e.name, e.short_name, doc.EntityKind(e.kind))
            for e in axes.entities
        ),
        tuple(doc.FunctionDoc(f.code, f.name) for f in axes.functions),
        tuple(doc.ProcessDoc(p.code, functions[p.function], p.name) for p in axes.processes),
        tuple(
            doc.MilestoneDoc(m.code, m.label, m.date, doc.MilestoneNature(m.nature))
            for m in axes.milestones
        ),
        tuple(
            doc.PlacementDoc(processes[p], milestones[m], owner, mode, complementary)
            for (p, m), (mode, complementary, _lead), owner in cells
            if p in processes and m in milestones
        ),
    )


def _trajectory(
    edition: Edition, axes: Axes, chosen: Selection, network: matrix.Cells
) -> dict[str, Any]:
    own = _own(edition, axes, chosen)
    document = light_document(edition, axes, network, own, chosen.entity)
    names = {row.code: row.name for row in axes.processes}
    names |= {m.code: m.label for m in axes.milestones}
    pictures = []
    for function in chosen.functions or (None,):
        found = trajectory.flows(document, function, chosen.entity)
        pictures.append({"svg": mark_safe(trajectory.svg(found)), "steps": _steps(found, names)})
    return {"pictures": pictures, "labels": doc.MODE_LABELS}


def _steps(found: trajectory.Trajectory, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "title": f"De {names[step.before]} à {names[step.after]}",
            "flows": [
                {
                    "before": flow.before,
                    "after": flow.after,
                    "count": len(flow.processes),
                    "names": [names[code] for code in flow.processes],
                }
                for flow in step.flows
            ],
        }
        for step in found.steps
    ]


@require_GET
def cell(
    request: HttpRequest, pk: int, process: str, milestone: str, entity: str = ""
) -> HttpResponse:
    """One cell: what holds, who leads, who is served, why, on what source, and its history."""
    edition = visible_edition(request, pk)
    document = document_of(edition)
    subject = next((p for p in document.processes if p.code == process), None)
    date = next((m for m in document.milestones if m.code == milestone), None)
    chamber = next((e for e in document.entities if e.code == entity), None)
    if subject is None or date is None or (entity and chamber is None):
        raise Http404
    cells = {p.key: p for p in document.placements}
    regional = cells.get((process, milestone, ""))
    own = cells.get((process, milestone, entity)) if entity else None
    value = own or regional or doc.PlacementDoc(process, milestone)
    names = {e.code: e.name for e in document.entities}
    context = {
        "edition": edition,
        "process": subject,
        "milestone": date,
        "entity": chamber,
        "value": value,
        "own": own is not None,
        "differs": [DIFFERENCE_WORDS[f] for f in (differences(regional, own) if own else ())],
        "mode_label": doc.MODE_LABELS[value.mode],
        "definition": doc.MODE_DEFINITIONS.get(value.mode, ""),
        "complementary": [(m, doc.MODE_LABELS[m]) for m in value.complementary],
        "lead": names.get(value.lead, ""),
        "served": [names[code] for code in value.served if code in names],
        "option": doc.INTEGRATION_LABELS.get(value.integration, ""),
        "function": next(f.name for f in document.functions if f.code == subject.function),
        "history": [
            (m, cells.get((process, m.code, entity)) or cells.get((process, m.code, "")))
            for m in document.milestones
        ],
        "former": _former(request, edition, process, milestone, entity),
        "events": _events(request, edition, "|".join((process, milestone, entity))),
        "can_write": rules.can_write(edition, request.actor),
        "crumbs": _crumbs(edition, subject.name),
    }
    alone = request.headers.get("HX-Request")
    return render(request, "schemes/cell_sheet.html" if alone else "schemes/cell.html", context)


def _crumbs(edition: Edition, name: str) -> list[dict[str, str]]:
    """Where a cell stands, the cartography being one step away."""
    crumbs = crumbs_of(edition, "Cartographie", name)
    crumbs[-2]["url"] = reverse("cartography", args=[edition.pk])
    return crumbs


def _former(
    request: HttpRequest, edition: Edition, process: str, milestone: str, entity: str
) -> list[tuple[Edition, str]]:
    """What held in this cell in the editions this one descends from, the nearest first."""
    if edition.based_on_id is None:
        return []
    seen = editions_visible_to(request.actor).filter(scheme__network_id=edition.scheme.network_id)
    known = {e.pk: e for e in seen}
    line: list[Edition] = []
    while former := known.pop(line[-1].based_on_id if line else edition.based_on_id, None):
        line.append(former)
    rows = Placement.objects.filter(
        Q(entity=None) | Q(entity__code=entity),
        edition__in=line,
        process__code=process,
        milestone__code=milestone,
    ).values_list("edition_id", "entity_id", "mode")
    values: dict[int, str] = {}
    for pk, owner, mode in rows:
        if owner is not None or pk not in values:
            values[pk] = mode
    return [(e, values.get(e.pk, doc.UNKNOWN)) for e in line]


def _events(request: HttpRequest, edition: Edition, key: str) -> list[dict[str, Any]]:
    """The acts that touched this cell, for those of the network."""
    if not request.actor.sees(edition.scheme.network_id):
        return []
    found = Event.objects.filter(
        chain=edition.chain, subject=edition.subject, verb="schemes.placement.placed"
    )
    touched = [e for e in found.order_by("-sequence")[:400] if key in e.diff.get("cells", {})][:10]
    names = names_of({event.actor for event in touched})
    return [
        {
            "at": event.at,
            "by": names.get(event.actor, ""),
            "before": (event.diff["cells"][key][0] or {}).get("mode", doc.UNKNOWN),
            "after": (event.diff["cells"][key][1] or {}).get("mode", doc.UNKNOWN),
        }
        for event in touched
    ]


def picture(request: HttpRequest, pk: int) -> tuple[Edition, str]:
    """The view asked for as a picture, its filters written on it."""
    edition = visible_edition(request, pk)
    axes, chosen = _question(axes_of(edition), request)
    network, own = reading.network_cells(edition), _own(edition, axes, chosen)
    chips = chosen.filters(
        {f.code: f.name for f in axes.functions}, {e.code: e.short_name for e in axes.entities}
    )
    words = " · ".join(chip.label for chip in chips)
    if chosen.reading == "trajectoire":
        document = light_document(edition, axes, network, own, chosen.entity)
        function = chosen.functions[0] if len(chosen.functions) == 1 else None
        return edition, trajectory.svg(trajectory.flows(document, function, chosen.entity))
    milestone = None
    document = light_document(edition, axes, {**network, **own}, {}, "")
    if chosen.reading == "chambres":
        milestone = _milestone(axes, chosen)
        document = document_of(edition)
        held = reading.own_at(milestone.pk)
        _columns, rows = matrix.by_chamber(axes, milestone, network, held, chosen)
    else:
        _columns, rows = matrix.by_milestone(axes, network, own, chosen)
    svg = trajectory.matrix_svg(
        document,
        milestone.code if milestone else None,
        filters_text=words,
        processes=tuple(row.code for row in rows),
        entities=(chosen.entity,) if milestone and chosen.entity else None,
    )
    return edition, svg


def attachment(edition: Edition, extension: str) -> str:
    """The Content-Disposition of a picture."""
    name = f"cartographie-{edition.scheme.code}-edition-{edition.number}.{extension}"
    return f'attachment; filename="{name}"'


@require_GET
def cartography_svg(request: HttpRequest, pk: int) -> HttpResponse:
    edition, svg = picture(request, pk)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Disposition"] = attachment(edition, "svg")
    return response


routes = [
    path("editions/<int:pk>/", cartography, name="cartography"),
    path("editions/<int:pk>/cellule/<slug:process>/<slug:milestone>/", cell, name="cell"),
    path(
        "editions/<int:pk>/cellule/<slug:process>/<slug:milestone>/<slug:entity>/",
        cell,
        name="cell",
    ),
    path("editions/<int:pk>/cartographie.svg", cartography_svg, name="cartography_svg"),
]
