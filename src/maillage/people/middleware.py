"""Gives each request its actor, and the reader's time zone, resolved only where something asks.

A page says for whom it was made, where it sends by itself (`X-Account`) and in its forms (`FIELD`):
what one person typed is never recorded under the name of whoever signed in since, in another tab.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from maillage.people.queries import actor_of
from maillage.ui import clock
from maillage.ui.refusals import holds_form, respond

FIELD = "compte-de-la-page"
OTHER = (
    "Un autre compte est connecté\u00a0: se connecter de nouveau avec celui de cette page, "
    "puis réessayer."
)


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user))  # type: ignore[attr-defined]
        if refused := _of_another(request, request.headers.get("X-Account", "")):
            return refused
        user = request.user
        with clock.read_in(lambda: getattr(user, "time_zone", "")):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_given: Any
    ) -> HttpResponse | None:
        """Of a form whose token is verified by now: its body is read already."""
        if not holds_form(request) or getattr(view, "csrf_exempt", False):
            return None
        return _of_another(request, request.POST.get(FIELD, ""))


def _of_another(request: HttpRequest, meant: str) -> HttpResponse | None:
    """The refusal of what was made for an account, where another is signed in."""
    actor = request.actor  # type: ignore[attr-defined]
    if meant and actor.is_known and actor.identity != meant:
        return respond(request, 403, OTHER)
    return None
