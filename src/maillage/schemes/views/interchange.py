"""Files out (workbook, CSV, JSON) and in (spreadsheet with a dry run, JSON edition)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.kernel.verdicts import Refusal, require
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import import_edition, import_placements
from maillage.schemes.cartography.shown import cells_of, shown
from maillage.schemes.engine import canonical, comparison, tables
from maillage.schemes.models import Edition, PendingImport
from maillage.schemes.queries import axes_of, document_of, file_of, version_of
from maillage.schemes.views.editions import crumbs_of, visible_edition
from maillage.sheets.findings import Finding, Unreadable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_FOR = dt.timedelta(days=1)


def _attachment(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name(edition: Edition, extension: str, suffix: str = "") -> str:
    return f"{edition.scheme.code}-edition-{edition.number}{suffix}.{extension}"


@require_safe
def export_xlsx(request: Request, pk: int) -> HttpResponse:
    """The rows of the cartography at the same address, the filters written in the file."""
    edition = visible_edition(request, pk)
    document, view = document_of(edition), shown(edition, axes_of(edition), request.GET)
    data = tables.write_workbook(
        document,
        cells_of(document, view),
        filters=view.filters,
        status=edition.get_status_display(),
        seal=edition.seal,
        today=timezone.localdate(),
    )
    return _attachment(data, XLSX, _name(edition, "xlsx"))


@require_safe
def export_csv(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    document, view = document_of(edition), shown(edition, axes_of(edition), request.GET)
    data = tables.write_csv(document, cells_of(document, view))
    return _attachment(data, "text/csv; charset=utf-8", _name(edition, "csv"))


@require_safe
def export_template(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    data = tables.template(document_of(edition), timezone.localdate())
    return _attachment(data, XLSX, _name(edition, "xlsx", "-modele"))


@require_safe
def export_json(request: Request, pk: int) -> HttpResponse:
    """The canonical file, with its seal where the edition is adopted."""
    edition = visible_edition(request, pk)
    data = canonical.dumps_file(file_of(edition))
    return _attachment(data, "application/json", _name(edition, "json"))


class UploadForm(forms.Form):
    file = forms.FileField(label="Fichier", max_length=200)


def _read(request: Request, form: forms.Form) -> tuple[bytes, str]:
    """The uploaded bytes and name. Raises Unreadable where the file is too large."""
    upload = form.cleaned_data["file"]
    if upload.size > settings.UPLOAD_LIMIT:
        size = f"{settings.UPLOAD_LIMIT // 1_000_000} Mo au plus"
        heavy = Finding(upload.name, "fichier trop lourd", size, f"{upload.size} octets")
        raise Unreadable([heavy])
    return upload.read(), upload.name


@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: Request, pk: int) -> HttpResponse:
    """Read a spreadsheet and show what it would change; nothing is written to the cells."""
    edition = visible_edition(request, pk)
    verdict = rules.can_write(edition, actor=request.actor)
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: Sequence[Finding] = ()
    if request.method == "POST":
        require(verdict)
    if request.method == "POST" and form.is_valid():
        try:
            data, name = _read(request, form)
            tables.read_table(data, name, document_of(edition))
        except Unreadable as refused:
            findings = refused.findings
        else:
            PendingImport.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
            pending = PendingImport.objects.create(
                edition=edition,
                actor=request.actor.identity,
                filename=name[:200],
                data=data,
                seen_version=version_of(edition),
            )
            return redirect("schemes:import_review", pk=pk, pending=pending.pk)
    context = {
        "edition": edition,
        "form": form,
        "findings": findings,
        "verdict": verdict,
        "crumbs": crumbs_of(edition, "Importer un tableur"),
    }
    failed = request.method == "POST"
    return render(request, "schemes/import_table.html", context, status=422 if failed else 200)


def _pending(request: Request, edition: Edition, pending: int) -> PendingImport:
    """One's own import in waiting; another's is a 404."""
    mine = PendingImport.objects.filter(edition=edition, actor=request.actor.identity)
    if not request.actor.is_known:
        raise Http404
    found: PendingImport = get_object_or_404(mine, pk=pending)
    return found


@require_safe
def import_review(request: Request, pk: int, pending: int) -> HttpResponse:
    """The dry run: every cell that would change, before and after."""
    edition = visible_edition(request, pk)
    found = _pending(request, edition, pending)
    document = document_of(edition)
    placements = tables.read_table(bytes(found.data), found.filename, document)
    changes = comparison.diff_placements(document, placements)
    context = {
        "edition": edition,
        "pending": found,
        "changes": changes[:500],
        "total": len(changes),
        "read": len(placements),
        "moved": found.seen_version != version_of(edition),
        "names": {p.code: p.name for p in document.processes},
        "milestones": {m.code: m.label for m in document.milestones},
        "entities": {e.code: e.short_name for e in document.entities},
        "crumbs": crumbs_of(edition, "Importer un tableur", "Changements prévus"),
    }
    return render(request, "schemes/import_review.html", context)


@require_POST
def import_apply(request: Request, pk: int, pending: int) -> HttpResponse:
    """Write every change of the dry run, or none where the edition moved since."""
    edition = visible_edition(request, pk)
    found = _pending(request, edition, pending)
    if request.POST.get("geste") == "abandonner":
        found.delete()
        messages.info(request, "Import abandonné ; rien n'a été changé.")
        return redirect("schemes:edition", pk=pk)
    if found.seen_version != version_of(edition):
        found.seen_version = version_of(edition)
        found.save(update_fields=["seen_version"])
        messages.warning(request, "L'édition a changé depuis la lecture : vérifier à nouveau.")
        return redirect("schemes:import_review", pk=pk, pending=pending)
    document = document_of(edition)
    placements = tables.read_table(bytes(found.data), found.filename, document)
    # A whole export filled in part comes back: what it leaves as it was is nobody's edit.
    moved = {change.key for change in comparison.diff_placements(document, placements)}
    placements = tuple(p for p in placements if p.key in moved)
    try:
        placed = import_placements(edition, placements, actor=request.actor)
    except Refusal as refusal:
        messages.error(request, refusal.denied.reason)
        return redirect("schemes:import_review", pk=pk, pending=pending)
    found.delete()
    messages.success(request, f"Import appliqué : {placed.changed} cellules changées.")
    return redirect("schemes:edition", pk=pk)


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
            data, _name_given = _read(request, form)
            edition = import_edition(None, canonical.loads_file(data), actor=request.actor)
        except Unreadable as refused:
            findings = refused.findings
        except Refusal as refused_act:
            refusal = refused_act.denied.reason
        else:
            messages.success(request, "L'édition est importée.")
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
    path("editions/<int:pk>/importer/", import_table, name="import_table"),
    path("editions/<int:pk>/importer/<int:pending>/", import_review, name="import_review"),
    path("editions/<int:pk>/importer/<int:pending>/appliquer/", import_apply, name="import_apply"),
    path("importer/", import_file, name="import_file"),
]
