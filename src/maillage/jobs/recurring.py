"""Work that recurs: declared by rooms, run once at its time whatever the number of workers."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from maillage.jobs.models import Recurrence
from maillage.ui.templatetags.ui import pluriel

logger = logging.getLogger(__name__)

RETRY = dt.timedelta(minutes=10)
"""How long what failed waits before it is tried again, at most."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """`title`: for administrators, in French. `run` may be called again after an interruption."""

    name: str
    title: str
    every: dt.timedelta
    run: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A work and its times; `row` is None where it never ran."""

    work: Recurring
    row: Recurrence | None

    @property
    def every(self) -> str:
        minutes = int(self.work.every.total_seconds()) // 60
        for size, forms in ((1440, "jour,jours"), (60, "heure,heures")):
            if minutes >= size and minutes % size == 0:
                return pluriel(minutes // size, forms)
        return pluriel(minutes, "minute,minutes")


def timetable(declared: Iterable[Recurring]) -> list[Timetable]:
    """Every work with its last and next times."""
    rows = Recurrence.objects.in_bulk()
    return [Timetable(work, rows.get(work.name)) for work in declared]


def run_due(declared: Iterable[Recurring], now: dt.datetime | None = None) -> list[str]:
    """Run what is due and nobody else has begun; the names of what ran, well or not."""
    now = now or timezone.now()
    ran = []
    for work in declared:
        Recurrence.objects.get_or_create(name=work.name, defaults={"next_at": now})
        due = Recurrence.objects.filter(name=work.name, next_at__lte=now)
        if due.update(next_at=now + work.every, started_at=now):
            _run(work)
            ran.append(work.name)
    return ran


def _run(work: Recurring) -> None:
    told: dict[str, Any] = {"failure": ""}
    try:
        work.run()
    except Exception as error:
        logger.exception("recurring work %s", work.name)
        again = timezone.now() + min(work.every, RETRY)
        told = {"failure": f"{type(error).__name__}\u00a0: {error}", "next_at": again}
    Recurrence.objects.filter(name=work.name).update(ended_at=timezone.now(), **told)
