"""What every operation of the API may answer besides its own value."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class Problem(Schema):
    """RFC 9457 problem details; `detail` is French, for a person."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


READ: dict[Any, Any] = {400: Problem, 404: Problem, 422: Problem}
WRITE: dict[Any, Any] = {**READ, 401: Problem, 403: Problem, 409: Problem}
