"""Granian as `maillage serve` runs it: a process killed again as soon as it is started again does
not end the service, which another answers meanwhile.

Granian takes two falls within six seconds for a program that cannot start, and stops. Here it takes
`MOST` within `SPAN`.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from granian import cli
from granian.server.mp import MPServer

MOST = 6
"""Falls after which a program that falls again at once is left: it cannot start."""
SPAN = 60.0
"""Seconds within which they are counted."""


class Patient(MPServer):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.falls: deque[float] = deque(maxlen=MOST)

    def _respawn_workers(self, *given: Any, **more: Any) -> None:
        super()._respawn_workers(*given, **more)
        self.falls.append(time.monotonic())
        if len(self.falls) < MOST or self.falls[-1] - self.falls[0] > SPAN:
            self.respawned_wrks.clear()


if __name__ == "__main__":
    vars(cli)["Server"] = Patient
    cli.entrypoint()  # type: ignore[no-untyped-call]
