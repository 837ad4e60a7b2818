"""The cartography to take away, exactly as filtered: a picture, or numbered pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.papers.typesetting import png
from maillage.papers.wording import Fact, french
from maillage.people.requests import Request
from maillage.schemes.cartography import matrix
from maillage.schemes.cartography.view import View, view_of
from maillage.schemes.engine import cartography_paper, trajectory
from maillage.schemes.engine.cartography_grid import Grid, Marks, grid_of, in_place_of
from maillage.schemes.engine.cartography_paper import Flows, Subject
from maillage.schemes.engine.cartography_picture import matrix_svg
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of
from maillage.schemes.views.editions import visible_edition
from maillage.schemes.views.observed_links import day_for
from maillage.ui.downloads import attachment


def _asked(request: Request, pk: int) -> tuple[Edition, View]:
    edition = visible_edition(request, pk)
    day = day_for(request, edition)
    return edition, view_of(edition, axes_of(edition), request.GET, day)


def _picture(request: Request, pk: int) -> tuple[Edition, str]:
    """The view asked for as a picture, its filters written on it."""
    edition, view = _asked(request, pk)
    if view.chosen.reading == "trajectoire":
        function = view.chosen.functions[0] if len(view.chosen.functions) == 1 else None
        return edition, trajectory.svg(_flows(edition, view, function))
    network = edition.scheme.network
    told = (network.name, str(edition), edition.get_status_display().lower())
    subject = f"{'Document fictif. ' if network.fictional else ''}{', '.join(told)}"
    return edition, matrix_svg(_grid(edition, view), subject, filters_text=" · ".join(view.filters))


def _grid(edition: Edition, view: View) -> Grid:
    """The rows and columns of the page, each cell with what the page marks it with."""
    marks = {
        (row.code, column): Marks(s.kinds, s.different, s.seen, s.observed, s.told)
        for row in view.rows
        for column, s in enumerate(row.cells)
        if s.kinds or s.different or s.told
    }
    document, beside = document_of(edition), view.beside
    milestone = view.milestone.code if view.milestone else None
    if beside and beside.shows == "constate":
        document = in_place_of(
            document, beside.counted, beside.in_place(beside.counted), alone=milestone is None
        )
    shown = tuple(row.code for row in view.rows)
    return grid_of(document, milestone, processes=shown, entity=view.chosen.entity, marks=marks)


def _flows(edition: Edition, view: View, function: str | None) -> trajectory.Trajectory:
    entity = view.chosen.entity
    document = matrix.light_document(edition, view.counted, view.network, view.own, entity)
    return trajectory.flows(document, function, entity)


def _pages(request: Request, pk: int) -> tuple[Edition, bytes, str]:
    """The view asked for on pages of the size the reader chose, and that size."""
    edition, view = _asked(request, pk)
    paper = request.GET.get("papier", "")
    paper = paper if paper in cartography_paper.PAPERS else "a4"
    today, subject = timezone.localdate(), _subject(edition, view)
    if view.chosen.reading != "trajectoire":
        grid = _grid(edition, view)
        return edition, cartography_paper.cartography_pdf(grid, subject, paper, today), paper
    names = {p.code: p.title for p in view.counted.processes}
    names |= {m.code: m.label for m in view.axes.milestones}
    found = [_flows(edition, view, f) for f in view.chosen.functions or (None,)]
    flows = [Flows(trajectory.svg(one), trajectory.describe(one), _steps(one, names))
             for one in found]  # fmt: skip
    title = found[0].title if len(found) == 1 else "Trajectoire"
    pages = cartography_paper.trajectory_pdf(title, flows, subject, paper, today)
    return edition, pages, paper


Steps = tuple[tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...]


def _steps(found: trajectory.Trajectory, names: dict[str, str]) -> Steps:
    return tuple(
        (
            f"De {names[step.before]} à {names[step.after]}",
            tuple((f.before, f.after, tuple(f.called(names))) for f in step.flows),
        )
        for step in found.steps
    )


def _subject(edition: Edition, view: View) -> Subject:
    shown = [view.milestone] if view.milestone else view.axes.milestones
    filters = [word for word in view.filters if not word.startswith("Jalon")]
    facts = [
        ("Réseau", edition.scheme.network.name),
        ("Schéma", edition.scheme.title),
        ("Édition", f"{edition.number}, {edition.title}"),
        ("Statut", edition.get_status_display()),
        ("Jalon" if len(shown) == 1 else "Jalons", ", ".join(m.label for m in shown)),
        ("Filtres", " · ".join(filters) or "aucun"),
    ]
    return subject_of(edition, tuple(Fact(label, french(value)) for label, value in facts))


def subject_of(edition: Edition, facts: tuple[Fact, ...] = ()) -> Subject:
    """What pages of an edition are about."""
    network = edition.scheme.network
    return Subject(
        network=french(network.name),
        running=french(f"{edition.scheme.title}, édition {edition.number}"),
        facts=facts,
        fictional=network.fictional,
        is_draft=not edition.is_sealed,
    )


def _sent(edition: Edition, file: bytes | str, kind: str, ending: str) -> HttpResponse:
    name = f"cartographie-{edition.scheme.code}-edition-{edition.number}{ending}"
    return attachment(file, kind, name)


@require_safe
def cartography_svg(request: Request, pk: int) -> HttpResponse:
    edition, svg = _picture(request, pk)
    return _sent(edition, svg, "image/svg+xml", ".svg")


@require_safe
def cartography_png(request: Request, pk: int) -> HttpResponse:
    edition, svg = _picture(request, pk)
    return _sent(edition, png(svg), "image/png", ".png")


@require_safe
def cartography_pdf(request: Request, pk: int) -> HttpResponse:
    edition, pages, paper = _pages(request, pk)
    return _sent(edition, pages, "application/pdf", f"-{paper.upper()}.pdf")


routes = [
    path("editions/<int:pk>/cartographie.svg", cartography_svg, name="cartography_svg"),
    path("editions/<int:pk>/cartographie.png", cartography_png, name="cartography_png"),
    path("editions/<int:pk>/cartographie.pdf", cartography_pdf, name="cartography_pdf"),
]
