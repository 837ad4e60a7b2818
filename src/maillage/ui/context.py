"""What every page's frame needs: the reader's theme, the version, the rooms' stylesheets, the day.

Knows no user, no route."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

THEMES = frozenset({"light", "dark"})
MARKS = "marks"
"""Of a request answered for several readers, what stands in place of what is one's own."""


@lru_cache(maxsize=1)
def program_version() -> str:
    """That of the program installed; nothing where it is run without being."""
    try:
        return version("maillage")
    except PackageNotFoundError:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. A theme it does not know is ignored: the system then rules."""
    theme = request.COOKIES.get("theme", "")
    shown = theme if theme in THEMES else ""
    return {
        "theme": shown,
        "maillage_version": program_version(),
        "stylesheets": settings.STYLESHEETS,
        "printed_on": timezone.localdate(),
        **getattr(request, MARKS, {}),
    }
