"""The matrix of books, and its export."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.verdicts import Refusal, require
from maillage.ledger import rules
from maillage.ledger.models import BookImport
from maillage.ledger.queries.books import (
    imports_visible_to,
    matrix,
)
from maillage.ledger.views.deposits import start
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.people.queries import kept_network, names_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.downloads import exported
from maillage.ui.refusals import wants_json
from maillage.ui.templatetags.ui import pluriel

TOLD = 3
"""Files of a deposit told by their names."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def books(request: Request, network: str) -> HttpResponse:
    """Which book is in, in which state. A deposit's body is read only for who may deposit."""
    found = kept_network(request, network)
    verdict = rules.can_deposit(found, actor=request.actor)
    if request.method == "POST":
        require(verdict)
        return _deposit(request, network)
    return _page(request, found)


def _page(request: Request, network: Network, refusal: Refusal | None = None) -> HttpResponse:
    """The matrix and what is under way; `refusal`: what has just been refused of a deposit."""
    today = timezone.localdate()
    over = Q(state__in=[BookImport.State.DONE, "failed", "cancelled"])
    imports = imports_visible_to(request.actor).filter(network=network)
    under_way, latest = list(imports.exclude(over)[:5]), list(imports.filter(over)[:5])
    names = names_of({row.requested_by for row in (*under_way, *latest)})
    told = [(row, _names(row), names.get(row.requested_by, "")) for row in under_way]
    context = page_context(request, network, "ledger:books") | {
        "matrix": matrix(network, [today.year - 1]),
        "verdict": rules.can_deposit(network, actor=request.actor),
        "to_assign": [one for one in told if one[0].state == BookImport.State.ASSIGNING],
        "reading": [one for one in told if one[0].state != BookImport.State.ASSIGNING],
        "latest": [(row, _names(row), names.get(row.requested_by, "")) for row in latest],
        "fault": refusal.denied.reason if refusal else "",
        "refused": refusal.details.get("violations", []) if refusal else [],
    }
    status = refusal.denied.status if refusal else 200
    return render(request, "ledger/books.html", context, status=status)


def _names(row: BookImport) -> str:
    """The files of a deposit by their names, shortened, the first of them."""
    names = [Truncator(file["name"]).chars(40) for file in row.files]
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" et {pluriel(more, 'autre,autres')}" if more > 0 else "")


@csrf_protect
def _deposit(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    try:
        return start(request, found, request.FILES.getlist("files"))
    except Refusal as refusal:
        if refusal.denied.status != 422 or wants_json(request):
            raise
        return _page(request, found, refusal)


MATRIX = (
    *(Column("Chambre", width=30), Column("Exercice", "year", 10), Column("État", width=14)),
    *(Column("Constats", "number"), Column("Lignes", "number"), Column("Débit", "amount", 18)),
    *(Column("Crédit", "amount", 18), Column("Importé le", "date", 12)),
    Column("Fichier", width=32),
)


@require_safe
def books_export(request: Request, network: str, extension: str) -> HttpResponse:
    """The state of every book, a row each."""
    found = kept_network(request, network)
    shown = matrix(found, [timezone.localdate().year - 1])
    rows = [
        (row.entity.name, cell.year, cell.state.label, cell.findings, file.lines, file.debit,
         file.credit, timezone.localdate(file.imported_at), file.name)
        if (file := cell.file) and cell.state
        else (row.entity.name, cell.year, "absent", *[None] * 6)
        for row in shown.rows
        for cell in row.cells
    ]  # fmt: skip
    return exported(Table("État des livres", MATRIX, rows), extension)


routes = [
    path("livres/", books, name="books"),
    path("livres/export.<str:extension>", books_export, name="books_export"),
]
