"""The consolidated accounts of an exercise in one file: a workbook, or JSON for a program."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.ledger.consolidated_tables import Whole, as_json, tables_of
from maillage.ledger.queries.accounts_question import former_of
from maillage.ledger.queries.asked_tables import financing_asked
from maillage.ledger.queries.whole import whole_of
from maillage.ledger.views.accounts_question import OF_NETWORK, question_of
from maillage.ledger.views.kept import kept
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import XLSX, to_workbook
from maillage.ui.downloads import attachment


@require_safe
@kept
def whole(request: Request, network: str, extension: str) -> HttpResponse:
    """Balance, statements, control of eliminations, perimeter, of every chamber."""
    found = kept_network(request, network)
    question = question_of(request, found, OF_NETWORK | {"perimetre": "toutes les chambres"})
    if question.year is None or extension not in ("xlsx", "json"):
        raise Http404
    told = whole_of(found, question.year, question.files)
    *_, flows = financing_asked(question)
    told = replace(told, moves=flows.columns, former=former_of(question))
    name = f"comptes-consolides-{told.year}.{extension}"
    if extension == "json":
        return _json(told, name)
    return attachment(to_workbook(tables_of(told), timezone.localdate()), XLSX, name)


def _json(told: Whole, name: str) -> HttpResponse:
    answer = JsonResponse(as_json(told), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


routes = [path("comptes.<str:extension>", whole, name="whole_accounts")]
