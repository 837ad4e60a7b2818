"""Error pages, and the same errors as problem+json for the API."""

from __future__ import annotations

import logging
import sys
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from maillage.kernel.full_disk import is_full
from maillage.kernel.locks import is_away
from maillage.people.requests import Request
from maillage.ui.kept import kept
from maillage.ui.refusals import problem, wants_json, without_database
from maillage.ui.request_log import ANSWERED

logger = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"
REASONS = {
    400: "La demande est mal formée.",
    403: "Cet acte n’est pas permis.",
    404: "Rien à cette adresse, ou rien que vous puissiez voir.",
    500: "Une erreur est survenue ; elle a été consignée.",
    507: "Le disque du serveur est plein\u00a0: rien n’a été enregistré. Prévenir "
    "l’administrateur, puis renvoyer.",
}


SIGNED_OUT = (
    "Rien à cette adresse sans compte, ou votre session a pris fin\u00a0: se connecter dans un "
    "autre onglet, puis réessayer."
)


def _answer(request: Request, status: int) -> HttpResponse:
    signed_out = status == 404 and not request.actor.is_known
    if wants_json(request):
        lost = signed_out and request.method not in ("GET", "HEAD")
        return problem(status, SIGNED_OUT if lost else REASONS[status])
    context: dict[str, Any] = {"login_url": _login_url(request)} if status == 404 else {}
    if signed_out:
        context |= {"kept": kept(request), "signed_out": True}
    if status == 500:
        context["number"] = ANSWERED.get()
    return render(request, f"ui/errors/{status}.html", context, status=status)


def _login_url(request: Request) -> str:
    """Where someone signed out may sign in and come back to what they asked for; "" otherwise.

    Every missing page offers it alike: it tells nothing of what exists.
    """
    if request.actor.is_known:
        return ""
    login, asked = reverse("account_login"), request.get_full_path()
    # "//elsewhere/" is a path of ours and the address of another host.
    if request.method in ("GET", "HEAD") and url_has_allowed_host_and_scheme(asked, None):
        return f"{login}?{urlencode({'next': asked})}"
    return login


def bad_request(request: Request, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: Request, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: Request, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: Request) -> HttpResponse:
    """Called while the error is handled. Where even its page cannot be made, a line says it."""
    error = sys.exc_info()[1]
    if is_away(error):
        return without_database(request)
    status = 507 if is_full(error) else 500
    try:
        return _answer(request, status)
    except Exception:
        logger.exception("the page of an error could not be made")
        return HttpResponse(f"{REASONS[status]}\n", PLAIN, status)
