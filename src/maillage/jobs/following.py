"""How work under way tells where it is, and learns that it is to stop."""

from __future__ import annotations

import threading
import time
from typing import Any

from maillage.jobs.models import Job

EVERY = 0.4
"""Seconds between two notes of how far work has come."""
LEAVING = threading.Event()
"""Set once this process was asked to end: work under way is left to be taken up again."""


class Stopped(BaseException):
    """The work is to stop. No error: nothing that handles errors may take it for one."""


class GivenUp(Stopped):
    """Who asked for the work does not want it any more."""


class Interrupted(Stopped):
    """This process ends; another will begin the work again."""


class Follower:
    """Told a stage, what is done and the total; raises Stopped where the work is to stop."""

    def __init__(self, job: Job) -> None:
        self.job, self.last = job, 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """As `note`, written down from time to time only."""
        _stay()
        now = time.monotonic()
        if now - self.last < EVERY and done < total:
            return
        self.last = now
        self.note(stage, done, total)

    def note(self, stage: str, done: int = 0, total: int = 0, **more: Any) -> None:
        """Write down a stage, and what else the row of the work holds."""
        _stay()
        if not self.job.reach(stage, done, total, **more):
            raise GivenUp


def _stay() -> None:
    if LEAVING.is_set():
        raise Interrupted
