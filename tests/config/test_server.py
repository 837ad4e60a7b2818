"""Granian’s processes are started again, however fast they fall, unless none of them can start."""

from __future__ import annotations

from typing import Any

import pytest
from granian.server.mp import MPServer

from maillage.config import server
from maillage.config.server import MOST, Patient


def test_a_process_killed_again_at_once_is_started_again_and_one_that_cannot_start_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def started(self: Any, workers: list[int], *_: Any) -> None:
        self.respawned_wrks[workers[0]] = server.time.monotonic()

    monkeypatch.setattr(MPServer, "_respawn_workers", started)
    made = Patient("nowhere:application")
    for _ in range(MOST - 1):
        made._respawn_workers([0], None, None)
        assert made.respawned_wrks == {}, "the next fall is not taken for a loop"
    made._respawn_workers([0], None, None)
    assert list(made.respawned_wrks) == [0], "granian will stop at the next"
    made.falls[1] -= 2 * server.SPAN
    made._respawn_workers([0], None, None)
    assert made.respawned_wrks == {}, "falls of an hour ago count no more"
