"""Gives each request its actor, and the reader's time zone, resolved only where something asks.

A page that sends by itself says for whom it was made (`X-Account`): what one person typed is never
recorded under the name of whoever signed in since, in another tab.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from maillage.people.queries import actor_of
from maillage.ui import clock
from maillage.ui.refusals import respond

OTHER = (
    "Un autre compte est connecté\u00a0: se connecter de nouveau avec celui de cette page, "
    "puis réessayer."
)


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user))  # type: ignore[attr-defined]
        meant = request.headers.get("X-Account", "")
        if meant and request.actor.is_known and request.actor.identity != meant:  # type: ignore[attr-defined]
            return respond(request, 403, OTHER)
        user = request.user
        with clock.read_in(lambda: getattr(user, "time_zone", "")):
            return self.get_response(request)
