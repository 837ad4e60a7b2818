"""A page whose frame is kept, between the requests of one reader, around a body made elsewhere.

Knows where the body and the request's token go; knows nothing of what either says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from maillage.ui import clock

BODY = mark_safe("<!-- corps -->")
MARK = "jeton-de-la-requete"


def kept_page(
    request: HttpRequest,
    template: str,
    context: Callable[[], dict[str, Any]],
    *,
    about: tuple[object, ...],
    body: bytes,
) -> HttpResponse:
    """The page of `template`, where `{{ body }}` is put in as bytes.

    `about` holds everything `context()` depends on besides the actor. As bytes, and last: the
    template engine would copy a large body at each level of its blocks. A request with messages
    to show is rendered for itself.
    """
    page = _kept(request, template, context, about)
    before, after = page.split(BODY.encode(), 1)
    content = b"".join((before, body, after))
    return HttpResponse(content)


def _kept(
    request: HttpRequest,
    template: str,
    context: Callable[[], dict[str, Any]],
    about: tuple[object, ...],
) -> bytes:
    def render() -> str:
        return render_to_string(template, {**context(), "body": BODY, "csrf_token": MARK}, request)

    actor, cache = request.actor, caches["frames"]  # type: ignore[attr-defined]
    if len(get_messages(request)):
        page = render()
    else:
        theme, zone = request.COOKIES.get("theme"), clock.zone_name()
        reader = (actor.identity, actor.name, actor.perimeters, theme, zone)
        whole = repr((template, request.path, reader, about))
        key = f"frame:{hashlib.sha256(whole.encode()).hexdigest()}"
        page = cache.get(key)
        if page is None:
            page = render()
            cache.set(key, page)
    return page.replace(MARK, get_token(request)).encode()
