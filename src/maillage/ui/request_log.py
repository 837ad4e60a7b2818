"""One line for each request answered: its number, who asked, what, how it ended, how long it took.

The account is told by its opaque identity, where the answer asked for it; what follows the `?` of
an address may hold words somebody typed, and is not told. The number comes back in `X-Request-ID`.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from maillage.kernel.full_disk import is_full

logger = logging.getLogger("maillage.requests")
ANSWERED: ContextVar[str] = ContextVar("number of the request being answered", default="")
HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
TOLD = ("number", "method", "path", "status", "ms", "actor", "address")


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        number = number_of(request)
        answered = ANSWERED.set(number)
        try:
            response = self.get_response(request)
        finally:
            ANSWERED.reset(answered)
        response.headers[HEADER] = number
        if logger.isEnabledFor(logging.INFO):
            told = {
                "number": number,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "actor": _actor(request),
            }
            logger.info("%(method)s %(path)s %(status)s %(ms)s ms", told, extra=told)
        return response


def number_of(request: HttpRequest) -> str:
    """The number a trusted proxy gave this request, else one drawn."""
    given = request.headers.get(HEADER, "")
    if settings.BEHIND_PROXY and _GIVEN.fullmatch(given):
        return given
    return secrets.token_hex(6)


def _actor(request: HttpRequest) -> str:
    """Who asked, where something of the answer needed to know; nothing is read for it."""
    actor: Any = getattr(request, "actor", None)
    if actor is None or getattr(actor, "_wrapped", None) is empty:
        return ""
    return str(actor.identity)


class Numbered(logging.Filter):
    """Gives each line written while a request is answered the number of that request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if ANSWERED.get() and not hasattr(record, "number"):
            record.number = ANSWERED.get()
        return True


class Once(logging.Filter):
    """What Django says of an answer that is refused or fails, without its cause: the line of the
    request says as much, where there is one. Of a full disk, a line and no trace: each page that
    writes would leave one on it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and is_full(record.exc_info[1]):
            record.msg, record.args = f"{record.getMessage()}: the disk is full", ()
            record.exc_info = None
            return True
        return bool(record.exc_info) or not logger.isEnabledFor(logging.INFO)


class JsonLines(logging.Formatter):
    """A line of JSON for each record, for what gathers logs."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: getattr(record, name) for name in TOLD if hasattr(record, name)}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class TextLines(logging.Formatter):
    """The same for whoever reads it as it comes."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        ends = [
            str(getattr(record, name)) for name in ("number", "actor") if getattr(record, name, "")
        ]
        first, newline, trace = line.partition("\n")
        return " ".join([first, *ends]) + newline + trace
