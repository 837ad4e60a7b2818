"""Error pages, and the same errors as problem+json for the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from maillage.ui.refusals import problem, wants_json

REASONS = {
    400: "La demande est mal formée.",
    403: "Cet acte n'est pas permis.",
    404: "Rien à cette adresse, ou rien que vous puissiez voir.",
    500: "Une erreur est survenue ; elle a été consignée.",
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if wants_json(request):
        return problem(status, REASONS[status])
    return render(request, f"ui/errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)
