"""What every operation of the API may answer besides its own value."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from maillage.kernel.verdicts import refuse


class Problem(Schema):
    """RFC 9457 problem details; `detail` is French, for a person."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


READ: dict[Any, Any] = {400: Problem, 404: Problem, 422: Problem}
WRITE: dict[Any, Any] = {**READ, 401: Problem, 403: Problem, 409: Problem}


def refuse_unknown(request: HttpRequest, **known: Collection[str] | None) -> None:
    """Refuse (422) a filter that is none of `known`, or a value none of its own (None: any), with
    those there are: what is asked for is never left aside unsaid."""
    for name, value in request.GET.items():
        if name not in known:
            refuse(f"Filtre inconnu\u00a0: «\u00a0{name}\u00a0». Connus\u00a0: {', '.join(known)}.")
        values = known[name]
        if value and values is not None and value not in values:
            told = ", ".join(values) or "aucune"
            refuse(
                f"{name}\u00a0: «\u00a0{value}\u00a0» est inconnu. Valeurs connues\u00a0: {told}."
            )
