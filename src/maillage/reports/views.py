"""The booklet's page, its progress, its file."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.jobs.progress import followed, progress
from maillage.people.requests import Request
from maillage.reports.actions import cancel_dossier, request_dossier
from maillage.reports.models import Dossier
from maillage.reports.queries import dossiers_visible_to
from maillage.reports.rules import can_request
from maillage.schemes.queries import editions_visible_to
from maillage.schemes.views.editions import outline_of


@require_http_methods(["GET", "HEAD", "POST"])
def booklet(request: Request, pk: int) -> HttpResponse:
    """Choose a format and have the booklet made; the last ones made are at hand."""
    editions = editions_visible_to(request.actor)
    edition = get_object_or_404(editions, pk=pk)
    if request.method == "POST":
        dossier = request_dossier(edition, request.POST.get("kind", ""), actor=request.actor)
        return redirect("reports:dossier", pk=dossier.pk)
    context = {
        "edition": edition,
        "kinds": Dossier.Kind.choices,
        "allowed": can_request(edition, actor=request.actor),
        "dossiers": dossiers_visible_to(request.actor).filter(edition=edition)[:10],
        **outline_of(request, edition, "Livret"),
    }
    return render(request, "reports/booklet.html", context)


@require_safe
def dossier(request: Request, pk: str) -> HttpResponse:
    """How far a document has come; the same address answers the fragment."""
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    edition = found.edition
    context = {
        "dossier": found,
        "job": progress(
            found,
            url=reverse("reports:dossier", args=[found.pk]),
            cancel_url=reverse("reports:dossier_cancel", args=[found.pk]),
            result_url=reverse("reports:dossier_file", args=[found.pk]),
        ),
        **outline_of(
            request,
            edition,
            ("Livret", reverse("reports:booklet", args=[edition.pk])),
            found.get_kind_display(),
        ),
    }
    return followed(request, "reports/dossier.html", context)


@require_POST
def cancel(request: Request, pk: str) -> HttpResponse:
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    cancel_dossier(found, actor=request.actor)
    return redirect("reports:dossier", pk=pk)


@require_safe
def download(request: Request, pk: str) -> HttpResponse | FileResponse:
    found = get_object_or_404(dossiers_visible_to(request.actor), pk=pk)
    if found.state != Dossier.State.DONE:
        raise Http404
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
