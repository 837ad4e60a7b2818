"""The addresses of the house, and some that fail, each its own way."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from maillage.config import urls
from maillage.kernel.verdicts import Denied, Refusal

FAILURES: dict[int, Callable[[], Exception]] = {
    400: lambda: BadRequest("x"),
    403: lambda: PermissionDenied,
    409: lambda: Refusal(Denied("Cette édition a été adoptée entre-temps.", 409)),
    413: lambda: RequestDataTooBig("x"),
    500: lambda: RuntimeError("x"),
    503: lambda: OperationalError("database is locked"),
    507: lambda: OSError(errno.ENOSPC, "No space left on device"),
}


def fail(request: HttpRequest, status: int) -> HttpResponse:
    raise FAILURES[status]()


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns: list[Any] = [path("echec/<int:status>/", fail), *urls.urlpatterns]
