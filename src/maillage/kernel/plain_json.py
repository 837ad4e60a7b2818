"""JSON that came from outside: read whole, or a ValueError; never an error of another kind."""

from __future__ import annotations

from typing import Any

import orjson


def plain(text: str | bytes) -> Any:
    """What a JSON text says. Raises ValueError for what is none, holds a lone surrogate, or nests
    so deep (254 levels) that going through it would fail."""
    found = orjson.loads(text)
    try:
        orjson.dumps(found)
    except TypeError as error:
        raise ValueError("nesting") from error
    return found
