"""A process that ends once the one that started it did, however: what nobody looks after would
hold the port and write for ever."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress

EVERY = 0.5
"""Seconds between two looks."""
LEAVE = 10.0
"""Seconds this process is left to end what it does."""


def live_with(parent: int) -> None:
    """End this process in good order, then without, once `parent` is no longer its parent."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    with suppress(OSError):
        sys.stderr.write(f"Le processus {parent} a disparu : {os.getpid()} s’arrête aussi.\n")
        sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LEAVE)
    os.kill(os.getpid(), signal.SIGKILL)
