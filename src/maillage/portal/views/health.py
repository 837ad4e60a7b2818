"""Whether the service lives, and whether it is ready: asked by whoever supervises it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from maillage.portal import standing


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("vivant\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 where all that serving takes holds, 503 otherwise: each thing and whether it holds.

    What is wrong is told in the server's own log, not to whoever asks.
    """
    told = standing.faults(standing.TO_SERVE)
    for name, fault in told.items():
        if fault:
            standing.logger.error("not ready: %s: %s", name, fault)
    holds = {name: not fault for name, fault in told.items()}
    ready = all(holds.values())
    return JsonResponse({"prêt": ready, **holds}, status=200 if ready else 503)
