"""A deposit: whose the files are, how far their reading has come, what became of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from maillage.jobs.progress import followed, progress
from maillage.kernel.money import NBSP, parse_count
from maillage.kernel.verdicts import Refusal
from maillage.ledger import book_folders, rules
from maillage.ledger.actions.deposits import assign_files, cancel_import, deposit_files
from maillage.ledger.engine.findings import SEVERITY_LABELS, Severity
from maillage.ledger.models import BookFile, BookImport
from maillage.ledger.queries.books import imports_visible_to
from maillage.ledger.queries.deposits import (
    Assignment,
    clashes_of,
    doubts_about,
    files_to_assign,
    named_assignments,
    replaced_by,
)
from maillage.ledger.templatetags.ledger import STANDINGS
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.network.queries import every_chamber
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.ui.statuses import Standing
from maillage.ui.templatetags.ui import pluriel


def start(
    request: Request, network: Network, uploads: Sequence[UploadedFile[bytes]]
) -> HttpResponse:
    """Put the files aside; read them at once where nothing is left to ask."""
    key = uuid.uuid4()
    try:
        files = book_folders.receive(network.code, key, uploads)
        row = deposit_files(network, key, files, actor=request.actor)
    except Exception:
        book_folders.discard(network.code, key)
        raise
    given = named_assignments(row)
    if all(a.entity and a.closing for a in given):
        # A refusal, a replacement or a doubt is told on the page that assigns, with what to do.
        with suppress(Refusal):
            assign_files(row, given, actor=request.actor)
    return redirect("ledger:book_import", network=network.code, pk=row.pk)


def _import(request: Request, network: str, pk: uuid.UUID) -> BookImport:
    imports = imports_visible_to(request.actor).filter(network__code=network)
    found: BookImport = get_object_or_404(imports, pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def book_import(request: Request, network: str, pk: uuid.UUID) -> HttpResponse:
    """A deposit at its stage: to assign, under way, or over."""
    row = _import(request, network, pk)
    if row.state == BookImport.State.ASSIGNING or request.method == "POST":
        return _assign(request, row)
    context = page_context(request, row.network, "ledger:books", str(row)) | {
        "row": row,
        "job": _progress(row),
        "by": names_of({row.requested_by}).get(row.requested_by, ""),
        "results": _results(row),
    }
    return followed(request, "ledger/import.html", context, fragment="ledger/import_followed.html")


def _progress(row: BookImport) -> dict[str, Any]:
    read = sum(f["state"] in ("done", "same") for f in row.files)
    blocking = sum(_is_blocking(f) for f in row.files)
    held = pluriel(read, "fichier en place,fichiers en place")
    message = {
        BookImport.State.CANCELLED: f"Arrêté à la demande ; {held}, les autres ne sont pas lus.",
        BookImport.State.FAILED: "Aucun fichier n’a pu être pris ; les livres sont inchangés.",
    }.get(BookImport.State(row.state), f"{held} sur {len(row.files)}{_told(blocking)}.")
    where = [row.network.code, row.pk]
    return progress(
        row,
        url=reverse("ledger:book_import", args=where),
        cancel_url=reverse("ledger:book_import_cancel", args=where),
        message=message,
        mixed=bool(blocking) or read < len(row.files),
    )


def _is_blocking(file: Mapping[str, Any]) -> bool:
    """Whether it is in place and the official check would refuse it."""
    return file["state"] in ("done", "same") and (
        BookFile.State.of(file.get("worst", "")) == BookFile.State.BLOCKING
    )


def _told(blocking: int) -> str:
    if not blocking:
        return ""
    return (
        f", dont {pluriel(blocking, 'bloquant,bloquants')}\u00a0: le contrôle officiel refuserait"
    )


STATES = {
    "waiting": (Standing.COMING, "En attente"),
    "reading": (Standing.UNDER_WAY, "En cours de lecture"),
    "same": (Standing.DONE, "Inchangé"),
    "refused": (Standing.FAILED, "Illisible"),
    "failed": (Standing.FAILED, "Non importé"),
    "cancelled": (Standing.CLOSED, "Non lu"),
}


def _standing(file: Mapping[str, Any]) -> tuple[Standing, str]:
    """Where a file stands: its chip and its word."""
    state = BookFile.State.of(file.get("worst", ""))
    return STATES.get(file["state"]) or (STANDINGS[state], str(state.label))


def _results(row: BookImport) -> list[dict[str, Any]]:
    """What became of each file."""
    names = {e.pk: e.short_name for e in row.network.entities.all()}
    return [
        {
            "name": f["name"],
            "size": f["size"],
            "entity": names.get(f["entity"], ""),
            "closing": parse_date(f["closing"]) if f["closing"] else None,
            "standing": _standing(f),
            "message": f["message"],
            "findings": f["findings"],
            "lines": f.get("lines"),
            "missing": f.get("missing", 0),
            "found": f.get("found", 0),
            "worst": SEVERITY_LABELS[Severity(f["worst"])] if f.get("worst") else "",
            "url": reverse("ledger:book", args=[row.network.code, f["entity_code"], f["year"]])
            if "year" in f
            else "",
        }
        for f in row.files
    ]


def _given(request: Request, row: BookImport) -> list[Assignment]:
    """What the form says of each file to assign; what cannot be read is as if not said."""
    found = []
    for rank, _file in row.waiting:
        entity = request.POST.get(f"entity-{rank}", "")
        closing: dt.date | None = None
        try:
            closing = parse_date(request.POST.get(f"closing-{rank}", ""))
        except ValueError:
            closing = None
        found.append(Assignment(parse_count(entity), closing))
    return found


def _assign(request: Request, row: BookImport) -> HttpResponse:
    """Ask whose each file is; say what would be replaced, and what is odd, before anything is."""
    posted = request.method == "POST"
    given = _given(request, row) if posted else named_assignments(row)
    clashes = clashes_of(row, given)
    names = {rank: file["name"] for rank, file in row.waiting}
    # What no button could do is said at once.
    fault = next((f"{names[rank]}{NBSP}: {why}" for rank, why in clashes.items()), "")
    if posted:
        asked = map(parse_count, request.POST.getlist("remplace"))
        accepted = frozenset(pk for pk in asked if pk is not None)
        sure = frozenset(request.POST.getlist("doute"))
        try:
            assign_files(row, given, actor=request.actor, replacing=accepted, sure=sure)
        except Refusal as refusal:
            if refusal.denied.status == 403 or row.state != BookImport.State.ASSIGNING:
                raise
            fault = refusal.denied.reason if refusal.denied.status == 422 else ""
        else:
            return redirect("ledger:book_import", network=row.network.code, pk=row.pk)
    context = page_context(request, row.network, "ledger:books", str(row)) | {
        "row": row,
        "fault": fault,
        "replaced": [] if fault else replaced_by(row, given),
        "doubts": [] if fault else doubts_about(row, given),
        "files": files_to_assign(row, given, timezone.localdate()),
        "chambers": rules.chambers_kept(every_chamber(row.network), actor=request.actor),
        "refused": [file for file in row.files if file["state"] == "refused"],
        "cancel_url": reverse("ledger:book_import_cancel", args=[row.network.code, row.pk]),
    }
    return render(request, "ledger/assign.html", context, status=422 if fault and posted else 200)


@require_POST
def cancel(request: Request, network: str, pk: uuid.UUID) -> HttpResponse:
    row = _import(request, network, pk)
    cancel_import(row, actor=request.actor)
    return redirect("ledger:book_import", network=network, pk=pk)


routes = [
    path("livres/depots/<uuid:pk>/", book_import, name="book_import"),
    path("livres/depots/<uuid:pk>/annuler/", cancel, name="book_import_cancel"),
]
