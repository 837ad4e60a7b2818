"""How far random tests go: a little at every change, ten times further in `make deep`."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

DEEP = os.environ.get("MAILLAGE_DEEP") == "1"
FURTHER = 10

PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
"""A machine that does something else is no fault of what is tested."""

settings.register_profile("usual", **PATIENT)
settings.register_profile("deep", **PATIENT, max_examples=100 * FURTHER)
settings.load_profile("deep" if DEEP else "usual")


def examples(usual: int, further: int = FURTHER, **more: Any) -> settings:
    """Settings for `usual` examples, `further` times as many in depth, without deadline."""
    return settings(max_examples=usual * (further if DEEP else 1), deadline=None, **more)


def drawn(usual: int, deep: int) -> list[Any]:
    """Seeds to draw from: the first `usual` at every change, all `deep` of them in `make deep`."""
    return [*range(usual), *(pytest.param(n, marks=pytest.mark.deep) for n in range(usual, deep))]
