"""The cartography as a picture, exactly as filtered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.schemes.cartography import matrix, reading
from maillage.schemes.engine import trajectory
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of
from maillage.schemes.views.cartography import milestone_of, own_cells, question
from maillage.schemes.views.editions import visible_edition


def picture(request: HttpRequest, pk: int) -> tuple[Edition, str]:
    """The view asked for as a picture, its filters written on it."""
    edition = visible_edition(request, pk)
    axes, chosen = question(axes_of(edition), request)
    network, own = reading.network_cells(edition), own_cells(edition, axes, chosen)
    chips = chosen.filters(
        {f.code: f.name for f in axes.functions}, {e.code: e.short_name for e in axes.entities}
    )
    words = " · ".join(chip.label for chip in chips)
    if chosen.reading == "trajectoire":
        document = matrix.light_document(edition, axes, network, own, chosen.entity)
        function = chosen.functions[0] if len(chosen.functions) == 1 else None
        return edition, trajectory.svg(trajectory.flows(document, function, chosen.entity))
    milestone = None
    document = matrix.light_document(edition, axes, {**network, **own}, {}, "")
    if chosen.reading == "chambres":
        milestone = milestone_of(axes, chosen)
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


@require_safe
def cartography_svg(request: HttpRequest, pk: int) -> HttpResponse:
    edition, svg = picture(request, pk)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Disposition"] = attachment(edition, "svg")
    return response


routes = [
    path("editions/<int:pk>/cartographie.svg", cartography_svg, name="cartography_svg"),
]
