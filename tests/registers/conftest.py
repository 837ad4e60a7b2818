from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.registers import world as worlds
from tests.registers.installed import install


@pytest.fixture(autouse=True)
def _example(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    install(settings, monkeypatch)


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return worlds.world()
