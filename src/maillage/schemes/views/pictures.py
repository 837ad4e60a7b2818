"""The cartography as a picture, exactly as filtered."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.papers.typesetting import picture_pdf, png
from maillage.people.requests import Request
from maillage.schemes.cartography import matrix
from maillage.schemes.cartography.view import View, view_of
from maillage.schemes.engine import trajectory
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of
from maillage.schemes.views.editions import visible_edition
from maillage.ui.downloads import attachment


def picture(request: Request, pk: int) -> tuple[Edition, str]:
    """The view asked for as a picture, its filters written on it."""
    edition = visible_edition(request, pk)
    view = view_of(edition, axes_of(edition), request.GET)
    if view.chosen.reading == "trajectoire":
        return edition, _trajectory(edition, view)
    if view.milestone:
        document = document_of(edition)
    else:
        values = {**view.network, **view.own}
        document = matrix.light_document(edition, view.axes, values, {}, "")
    return edition, trajectory.matrix_svg(
        document,
        view.milestone.code if view.milestone else None,
        filters_text=" · ".join(view.filters),
        processes=tuple(row.code for row in view.rows),
        entities=(view.chosen.entity,) if view.milestone and view.chosen.entity else None,
        moved=_moved(view),
    )


def _moved(view: View) -> dict[tuple[str, int], tuple[str, ...]]:
    """The kinds of what changed, by row and column: those the page marks. The picture of chambers
    leaves out the network's own column."""
    first = 1 if view.milestone else 0
    return {
        (row.code, column): state.kinds
        for row in view.rows
        for column, state in enumerate(row.cells[first:])
        if state.kinds
    }


def _trajectory(edition: Edition, view: View) -> str:
    entity, functions = view.chosen.entity, view.chosen.functions
    document = matrix.light_document(edition, view.counted, view.network, view.own, entity)
    function = functions[0] if len(functions) == 1 else None
    return trajectory.svg(trajectory.flows(document, function, entity))


def _sent(edition: Edition, picture: bytes | str, kind: str, extension: str) -> HttpResponse:
    name = f"cartographie-{edition.scheme.code}-edition-{edition.number}.{extension}"
    return attachment(picture, kind, name)


@require_safe
def cartography_svg(request: Request, pk: int) -> HttpResponse:
    edition, svg = picture(request, pk)
    return _sent(edition, svg, "image/svg+xml", "svg")


@require_safe
def cartography_png(request: Request, pk: int) -> HttpResponse:
    edition, svg = picture(request, pk)
    return _sent(edition, png(svg), "image/png", "png")


@require_safe
def cartography_pdf(request: Request, pk: int) -> HttpResponse:
    edition, svg = picture(request, pk)
    return _sent(edition, picture_pdf(svg), "application/pdf", "pdf")


routes = [
    path("editions/<int:pk>/cartographie.svg", cartography_svg, name="cartography_svg"),
    path("editions/<int:pk>/cartographie.png", cartography_png, name="cartography_png"),
    path("editions/<int:pk>/cartographie.pdf", cartography_pdf, name="cartography_pdf"),
]
