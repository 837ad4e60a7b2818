"""The request every view receives: Django's, with who acts. Knows no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from maillage.people.actors import Actor
    from maillage.people.models import User


class Request(HttpRequest):
    """What the middlewares add: `actor`, resolved where something asks for it.

    `user` is an `AnonymousUser` in fact where nobody is signed in; only pages that require a
    session read it, and all others ask `actor`.
    """

    actor: Actor
    user: User
