"""Granian as `maillage serve` runs it: a process killed again as soon as it is started again does
not end the service, which another answers meanwhile.

Granian takes two falls within six seconds for a program that cannot start, and stops. Here it takes
`MOST` within `SPAN`.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from granian import cli
from granian.server.mp import MPServer

from maillage.jobs.parent import live_with

MOST = 6
"""Falls after which a program that falls again at once is left: it cannot start."""
SPAN = 60.0
"""Seconds within which they are counted."""


class Patient(MPServer):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.falls: deque[float] = deque(maxlen=MOST)

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any, *given: Any) -> Any:
        loader = functools.partial(_loaded, os.getpid(), callback_loader)
        return super()._spawn_worker(idx, target, loader, *given)

    def _respawn_workers(self, *given: Any, **more: Any) -> None:
        super()._respawn_workers(*given, **more)
        self.falls.append(time.monotonic())
        if len(self.falls) < MOST or self.falls[-1] - self.falls[0] > SPAN:
            self.respawned_wrks.clear()


def _loaded(parent: int, loader: Callable[[], Any]) -> Any:
    """What a process answers by, once it is sure to end with the one that started it."""
    live_with(parent)
    return loader()


if __name__ == "__main__":
    live_with(int(sys.argv.pop(1)))
    vars(cli)["Server"] = Patient
    cli.entrypoint()  # type: ignore[no-untyped-call]
