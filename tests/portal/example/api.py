"""The API of the example."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

router = Router()


@router.get("/essais")
def essais(request: HttpRequest) -> Any:
    return {"essais": ["sept"]}
