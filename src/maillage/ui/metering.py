"""What this service counts of itself, for whoever supervises it: how many, how long, never who.

Counted where `METRICS_TOKEN` is set, and by every process of the server: their counts are added up
when they are asked for (`portal/measures.py`). Labels are names of routes, methods and statuses:
as many as the program has, whatever is asked. No address, no account, no word somebody typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

COUNTED = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "autre"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter(
    "maillage_requests",
    "Requêtes répondues, par route, méthode et état.",
    ["route", "method", "status"],
    registry=COUNTED,
)
DURATIONS = Histogram(
    "maillage_request_duration_seconds",
    "Durée des réponses, par route.",
    ["route"],
    buckets=BOUNDS,
    registry=COUNTED,
)
KEPT_ANSWERS = Counter(
    "maillage_kept_answers",
    "Pages de chiffres demandées, selon qu’elles étaient gardées (hit) ou non (miss).",
    ["result"],
    registry=COUNTED,
)
FAILED_SIGN_INS = Counter("maillage_failed_sign_ins", "Connexions refusées.", registry=COUNTED)


def counted(counter: Counter) -> None:
    """Once more, where anybody may ask."""
    if settings.METRICS_TOKEN:
        counter.inc()


class MeteringMiddleware:
    """Counts each answer and how long it took, whatever it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.METRICS_TOKEN:
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else OTHER
        REQUESTS.labels(route, method, response.status_code).inc()
        DURATIONS.labels(route).observe(time.perf_counter() - began)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of what answered; that of no address of the house is `autre`."""
    match = request.resolver_match
    return (match.view_name if match else "") or OTHER
