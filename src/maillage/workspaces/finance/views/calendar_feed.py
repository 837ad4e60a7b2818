"""The address a diary subscribes to: it carries whom it was given to, and asks no password.

What it shows is what that person may still see today: the address of someone without a mandate in
the network any more, or whose account is closed, is no address.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.people.queries import actor_behind, networks_held_by
from maillage.people.requests import Request
from maillage.workspaces.finance.views.calendar import SALT, diary


@require_safe
def feed(request: Request, network: str, signed: str) -> HttpResponse:
    """The deadlines of every exercise, as the person of the address sees them today."""
    try:
        code, chamber, identity = Signer(salt=SALT).unsign_object(signed)
    except (BadSignature, ValueError):
        raise Http404 from None
    held = networks_held_by(actor_behind(identity))
    if code != network:
        raise Http404
    return diary(request, get_object_or_404(held, code=code), chamber)


routes = [path("calendrier/abonnement/<str:signed>.ics", feed, name="calendar_feed")]
