"""Files out (workbook, CSV, JSON) and in (spreadsheet with a dry run, JSON edition)."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.imports.views import UploadForm, received
from maillage.kernel.verdicts import Refusal
from maillage.people.requests import Request
from maillage.schemes.actions import import_edition
from maillage.schemes.cartography.view import View, cells_of, view_of
from maillage.schemes.engine import canonical, placement_files
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of, file_of
from maillage.schemes.views.editions import visible_edition
from maillage.schemes.views.observed_links import day_for
from maillage.sheets.findings import Finding, Unreadable
from maillage.ui.downloads import attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _name(edition: Edition, extension: str, suffix: str = "") -> str:
    return f"{edition.scheme.code}-edition-{edition.number}{suffix}.{extension}"


def _asked(
    request: Request, edition: Edition
) -> tuple[EditionDocument, tuple[PlacementDoc, ...], View]:
    """The cells of the cartography at the same address."""
    document, day = document_of(edition), day_for(request, edition)
    view = view_of(edition, axes_of(edition), request.GET, day)
    return document, cells_of(document, view), view


@require_safe
def export_xlsx(request: Request, pk: int) -> HttpResponse:
    """The rows of the cartography at the same address, the filters written in the file."""
    edition = visible_edition(request, pk)
    document, cells, view = _asked(request, edition)
    data = placement_files.write_workbook(
        document,
        cells,
        filters=view.filters,
        status=edition.get_status_display(),
        seal=edition.seal,
        today=timezone.localdate(),
        observed=view.beside.by_cell(cells) if view.beside else None,
    )
    return attachment(data, XLSX, _name(edition, "xlsx"))


@require_safe
def export_csv(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    document, cells, view = _asked(request, edition)
    observed = view.beside.by_cell(cells) if view.beside else None
    data = placement_files.write_csv(document, cells, observed)
    return attachment(data, "text/csv; charset=utf-8", _name(edition, "csv"))


@require_safe
def export_template(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    data = placement_files.template(document_of(edition), timezone.localdate())
    return attachment(data, XLSX, _name(edition, "xlsx", "-modele"))


@require_safe
def export_json(request: Request, pk: int) -> HttpResponse:
    """The canonical file, with its seal where the edition is adopted."""
    edition = visible_edition(request, pk)
    data = canonical.dumps_file(file_of(edition))
    return attachment(data, "application/json", _name(edition, "json"))


def _numbered(number: int) -> QuerySet[Edition, int]:
    """Those that bear a number before a file is taken in: it never writes over one of them."""
    return Edition.objects.filter(number=number).values_list("pk", flat=True)


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: Request) -> HttpResponse:
    """Take in a whole edition from its JSON file."""
    if not request.actor.administers_something:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: Sequence[Finding] = ()
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            data, _name = received(form)
            file = canonical.loads_file(data)
            here = list(_numbered(file.document.number))
            edition = import_edition(None, file, actor=request.actor)
        except Unreadable as refused:
            findings = refused.findings
        except Refusal as refused_act:
            refusal = refused_act.denied.reason
        else:
            if edition.pk in here:
                messages.info(request, "L’édition est déjà là, la même\u00a0: rien n’a changé.")
            else:
                messages.success(request, "L’édition est importée.")
            return redirect("schemes:edition", pk=edition.pk)
    context = {
        "form": form,
        "findings": findings,
        "refusal": refusal,
        "crumbs": [{"label": "Réseaux", "url": "/"}, {"label": "Importer une édition"}],
    }
    failed = request.method == "POST"
    return render(request, "schemes/import_file.html", context, status=422 if failed else 200)


routes = [
    path("editions/<int:pk>/export.xlsx", export_xlsx, name="export_xlsx"),
    path("editions/<int:pk>/export.csv", export_csv, name="export_csv"),
    path("editions/<int:pk>/export.json", export_json, name="export_json"),
    path("editions/<int:pk>/modele.xlsx", export_template, name="export_template"),
    path("importer/", import_file, name="import_file"),
]
