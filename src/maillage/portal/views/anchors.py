"""Where another installation has the end of its journal kept, and reads what is kept of it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from maillage.backups import Unusable
from maillage.backups.actions import Neighbour, keep_anchor
from maillage.backups.anchors import MOST
from maillage.backups.proofs import ANCHOR, heads_told
from maillage.backups.queries import last_kept
from maillage.people.actors import INSTALLATION
from maillage.ui.refusals import problem


def _neighbour(request: HttpRequest) -> str:
    """Whose token the request bears, "" where it is nobody's; all are compared, in the same time.

    404 where this installation keeps no other's.
    """
    if not settings.ANCHORS_FROM:
        raise Http404
    given, found = request.headers.get("Authorization", "").encode(), ""
    for name, token in settings.ANCHORS_FROM.items():
        if secrets.compare_digest(given, f"Bearer {token}".encode()) and token:
            found = name
    return found


@csrf_exempt  # no cookie counts here: only a token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anchors(request: HttpRequest) -> HttpResponse:
    """What is kept of whoever asks, or keep what they send."""
    name = _neighbour(request)
    if not name:
        asked = {"WWW-Authenticate": 'Bearer realm="ancres"'}
        return HttpResponse(status=401, headers=asked)
    if request.method != "POST":
        kept = last_kept(Neighbour(name).subject)
        told = {"at": kept.at.isoformat(), "heads": kept.heads} if kept else {"at": "", "heads": {}}
        return JsonResponse({"format": ANCHOR, **told})
    if len(request.body) > MOST:
        return problem(413, "Cette ancre est trop longue.")
    try:
        heads = heads_told(request.body, "l’envoi")
    except Unusable as refused:
        return problem(422, str(refused))
    keep_anchor(None, actor=INSTALLATION, name=name, heads=heads)
    return HttpResponse(status=204)


routes = [path("ancres/", anchors, name="anchors")]
