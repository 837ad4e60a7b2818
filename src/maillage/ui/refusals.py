"""How a refusal reaches whoever asked: a page, a fragment or problem+json, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from maillage.kernel.locks import is_away, is_held
from maillage.kernel.money import parse_count, size
from maillage.kernel.verdicts import Refusal
from maillage.ui.kept import kept

KEEPING = (403, 409, 422, 503)
"""Refusals after which the same may be sent again: signed in, or once things are as they were."""
TITLES = {
    403: "Acte refusé",
    404: "Ce fichier n’est pas fait",
    408: "Envoi interrompu",
    409: "Les choses ont changé",
    413: "Envoi trop volumineux",
    422: "Donnée à corriger",
    503: "Base occupée",
}
HELD = (
    "La base est occupée par une autre écriture\u00a0: rien n’a été enregistré. "
    "Réessayer dans un instant."
)
AWAY = (
    "La base de données ne répond pas, sans doute pour un instant\u00a0: elle redémarre. "
    "Rien n’est écrit à moitié. Réessayer."
)
RETRY_AFTER = "10"
"""Seconds, for a program."""


NOT_UTF8 = (
    "L’envoi contient des octets qui ne sont pas de l’UTF-8 (ils se liraient «\u00a0\ufffd\u00a0»)"
    "\u00a0; rien n’a été enregistré. Remplacer ces caractères, puis renvoyer."
)
BROKEN_OFF = "L’envoi s’est interrompu ; rien n’a été changé."
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or "json" in accept


def problem(status: int, reason: str, **details: Any) -> JsonResponse:
    """RFC 9457 problem details."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Refus"), "status": status}
    body |= {"detail": reason, **details}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _limit(path: str) -> int:
    """Bytes taken at an address: a few take far more than the others."""
    larger = (
        limit for pattern, limit in settings.LARGE_UPLOADS.items() if re.fullmatch(pattern, path)
    )
    return next(larger, settings.UPLOAD_LIMIT)


def is_large(path: str) -> bool:
    """Whether an address takes far more than the others."""
    return any(re.fullmatch(pattern, path) for pattern in settings.LARGE_UPLOADS)


def is_too_large(path: str, length: str) -> bool:
    """Whether a body of so many bytes, as its header says, is refused before a byte is read."""
    return parse_count(length, _limit(path) + 100_000) is None


def holds_form(request: HttpRequest) -> bool:
    """Whether the fields of a form may be read of a request: the body of an address that takes far
    more than the others is read for none but those who may send it."""
    is_form = request.method == "POST" and request.content_type in FORMS
    return is_form and not is_large(request.path)


class refusals_on:  # noqa: N801 (reads as a statement: `with refusals_on(form):`)
    """Within it, a refusal comes back to the form, beside what was typed.

    On `field` (its name, or what finds it in the reason), or on the whole form. A mandate that
    lacks (403) is no fault of the form: it goes on to the page of refusals. `status` is then that
    of the refusal, 422 until there is one.
    """

    def __init__(
        self, form: BaseForm, field: str | Callable[[str], str | None] | None = None
    ) -> None:
        self.form = form
        self.field = field
        self.status = 422

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if not isinstance(error, Refusal) or error.denied.status == 403:
            return False
        reason, self.status = error.denied.reason, error.denied.status
        self.form.add_error(self.field(reason) if callable(self.field) else self.field, reason)
        return True


class BodyLimitMiddleware:
    """Refuses a body larger than the installation takes, before a byte of it is read; leaves
    nothing of one that did not come whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_too_large(request.path, length):
            admitted = size(_limit(request.path))
            reason = f"L’envoi dépasse {admitted}, la taille admise ; rien n’a été changé."
            if wants_json(request):
                return problem(413, reason)
            return render(request, "ui/errors/413.html", {"reason": reason}, status=413)
        try:
            return self.get_response(request)
        finally:
            _forget_begun(request)


def _forget_begun(request: HttpRequest) -> None:
    """A file that stopped coming is closed, hence removed: its disk may be full, or its sender
    gone. What came whole is closed already, or will be with the answer."""
    handlers = request.upload_handlers if request.content_type == "multipart/form-data" else ()
    for file in (getattr(handler, "file", None) for handler in handlers):
        if isinstance(file, TemporaryUploadedFile):
            with suppress(OSError):
                file.close()


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], *_given: Any
    ) -> HttpResponse | None:
        """A text of which bytes were lost is never taken for what was typed."""
        if not holds_form(request):
            return None
        lost = any(
            "\ufffd" in one for name, texts in request.POST.lists() for one in (name, *texts)
        )
        return respond(request, 422, NOT_UTF8) if lost else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig):
            return respond(request, 413, "L’envoi dépasse la taille admise.")
        if isinstance(error, UnreadablePostError):
            return respond(request, 408, BROKEN_OFF)
        if is_held(error):
            answer = respond(request, 503, HELD)
            answer.headers["Retry-After"] = RETRY_AFTER
            return answer
        if is_away(error):
            return without_database(request)
        if not isinstance(error, Refusal):
            return None
        return respond(request, error.denied.status, error.denied.reason, **dict(error.details))


def respond(request: HttpRequest, status: int, reason: str, **details: Any) -> HttpResponse:
    if wants_json(request):
        return problem(status, reason, **details)
    told = {"title": TITLES.get(status, "Refus"), "reason": reason, "details": details}
    context: dict[str, Any] = {**told, "kept": kept(request) if status in KEEPING else None}
    context |= {
        "former_page": former_page(request),
        "tells": reason in (HELD, NOT_UTF8, BROKEN_OFF),
    }
    template = "ui/refusal.html" if request.headers.get("HX-Request") else "ui/refused.html"
    return render(request, template, context, status=status)


def without_database(request: HttpRequest) -> HttpResponse:
    """Said where the database does not answer: the page knows neither who asks nor what is."""
    answer: HttpResponse
    if wants_json(request):
        answer = problem(503, AWAY, title="Base injoignable")
    else:
        context = {
            "reason": AWAY,
            "kept": kept(request) if holds_form(request) else None,
            "csrf_token": get_token(request),
            "stylesheets": settings.STYLESHEETS,
        }
        answer = HttpResponse(render_to_string("ui/errors/503.html", context), status=503)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def former_page(request: HttpRequest) -> str:
    """The page of this house one came from, as its browser says; "" for another's."""
    told = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(told, {request.get_host()})
    return urlsplit(told)._replace(scheme="", netloc="").geturl() if ours else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return respond(
        request,
        403,
        "La page date d’avant votre connexion, ou vient d’un autre site\u00a0: renvoyer ce qui est "
        "gardé ci-dessous, ou recharger la page et recommencer.",
    )
