"""An answer made once, given to whoever may read the same for as long as nothing it shows moves.

Knows what an answer owes to who asks: how far their mandates reach, their theme, the zone their
hours are told in, the day; and what differs between two of them all the same, put in afterwards:
their name, their account, the token of their forms. Refuses to know what moves: who asks says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import escape

from maillage.ui import clock
from maillage.ui.context import MARKS
from maillage.ui.metering import KEPT_ANSWERS, counted
from maillage.ui.spliced import Piece, gzipped, piece

TOKEN, NAME, ACCOUNT = "jeton-de-la-requete", "nom-de-qui-lit", "compte-de-qui-lit"
_PLACES = re.compile(b"(%s)" % b"|".join(mark.encode() for mark in (TOKEN, NAME, ACCOUNT)))
SHORT = 200
"""Bytes under which compressing makes an answer longer."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads, as a template asks of an account."""

    is_authenticated: bool = True

    def __str__(self) -> str:
        return NAME


class Kept(NamedTuple):
    """An answer as it is kept: its headers, its pieces, what stands between them."""

    headers: dict[str, str]
    pieces: tuple[Piece, ...]
    between: tuple[bytes, ...]


def kept_answer(
    request: HttpRequest, make: Callable[[], HttpResponse], about: tuple[object, ...]
) -> HttpResponse:
    """What `make` answers, kept. `about`: everything it depends on besides the address and who
    asks. What is not a whole page found (200), or has messages to show, is made for itself.

    While it is made, `request.actor` bears marks for a name and an identity: it may be asked how
    far it reaches, nothing else.
    """
    actor: Any = request.actor  # type: ignore[attr-defined]
    if request.headers.get("HX-Request") or not actor.is_known or len(get_messages(request)):
        return make()
    reader = (actor.perimeters, actor.omnipotent, request.COOKIES.get("theme"), clock.zone_name())
    asked = (request.path, request.META.get("QUERY_STRING", ""), request.get_host())
    whole = repr((asked, reader, timezone.localdate(), about))
    key, cache = f"answer:{hashlib.sha256(whole.encode()).hexdigest()}", caches["pages"]
    held: Kept | None = cache.get(key)
    counted(KEPT_ANSWERS.labels("miss" if held is None else "hit"))
    if held is None:
        answer = _made(request, actor, make)
        if answer.status_code != 200 or answer.streaming or answer.cookies:
            return answer if answer.streaming else _filled(answer, request)
        pieces = _PLACES.split(answer.content)
        held = Kept(dict(answer.items()), tuple(map(piece, pieces[::2])), tuple(pieces[1::2]))
        cache.set(key, held)
    return _answered(held, request)


def _made(request: HttpRequest, actor: Any, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer, with marks where what is the reader's own goes."""
    asked: Any = request
    asked.actor = actor.under(ACCOUNT, NAME)
    setattr(request, MARKS, {"csrf_token": TOKEN, "user": _Reader()})
    try:
        return make()
    finally:
        asked.actor = actor
        delattr(request, MARKS)


def _own(request: HttpRequest, mark: bytes) -> bytes:
    """What goes where a mark stands, for whoever asks."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if mark.decode() == TOKEN:
        return get_token(request).encode()
    return str(escape(actor.name if mark.decode() == NAME else actor.identity)).encode()


def _filled(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    answer.content = _PLACES.sub(lambda found: _own(request, found[0]), answer.content)
    return answer


def _answered(held: Kept, request: HttpRequest) -> HttpResponse:
    own = {mark: _own(request, mark) for mark in set(held.between)}
    parts: list[Piece | bytes] = [held.pieces[0]]
    for mark, following in zip(held.between, held.pieces[1:], strict=True):
        parts += [own[mark], following]
    length = sum(one.length if isinstance(one, Piece) else len(one) for one in parts)
    if length >= SHORT and _takes_gzip(request):
        answer = HttpResponse(gzipped(parts), headers=held.headers)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        plain = [one.plain if isinstance(one, Piece) else one for one in parts]
        answer = HttpResponse(b"".join(plain), headers=held.headers)
    patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


def _takes_gzip(request: HttpRequest) -> bool:
    return bool(re.search(r"\bgzip\b", request.headers.get("Accept-Encoding", "")))
