from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.registers import world as worlds


@pytest.fixture(autouse=True)
def addresses(settings: object) -> None:
    """The house's addresses and the example's."""
    settings.ROOT_URLCONF = "tests.registers.example.urls"  # type: ignore[attr-defined]


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return worlds.world()
