"""What a supervisor reads of the service, for whoever holds the token of the installation."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from maillage.portal.measures import told


@require_safe
@never_cache
def measures(request: HttpRequest) -> HttpResponse:
    """404 where the installation has no token, 401 where this one is not it."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        asked = {"WWW-Authenticate": 'Bearer realm="mesures"'}
        return HttpResponse(status=401, headers=asked)
    return HttpResponse(told(), content_type=CONTENT_TYPE_LATEST)


routes = [path("mesures/", measures, name="measures")]
