"""What every page's frame needs: the reader's theme and the version. Knows no user, no route."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from django.http import HttpRequest

THEMES = frozenset({"light", "dark"})


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("maillage")
    except PackageNotFoundError:
        return ""


def frame(request: HttpRequest) -> dict[str, str]:
    """Context processor. A theme it does not know is ignored: the system then rules."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else "", "version": _version()}
