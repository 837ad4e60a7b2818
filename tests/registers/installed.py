"""Put the example in the house, for a test."""

from __future__ import annotations

from typing import Any

from maillage.kernel.rooms import HOUSE
from tests.registers.example.room import ROOM


def install(settings: Any, monkeypatch: Any) -> None:
    """Its addresses, and its room in the house's table."""
    settings.ROOT_URLCONF = "tests.registers.example.urls"
    monkeypatch.setattr(HOUSE, "_rooms", (*HOUSE.all(), ROOM))
    monkeypatch.setattr(HOUSE, "_by_noun", {**HOUSE._by_noun, **dict.fromkeys(ROOM.nouns, ROOM)})
