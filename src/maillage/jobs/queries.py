"""What was set aside, for who administers the installation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django_tasks_db.models import DBTaskResult

from maillage.jobs.rules import ASIDE
from maillage.jobs.work import jobs_of

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SetAside:
    """`why`: what stopped it each time, in a few words."""

    task: object
    label: str
    why: str
    asked: dt.datetime
    at: dt.datetime | None


def set_aside() -> list[SetAside]:
    """The last works set aside, latest first; what is gone since is not told."""
    rows = DBTaskResult.objects.filter(status="FAILED", exception_class_path=ASIDE)
    last = list(rows.order_by("-finished_at", "pk")[:SHOWN])
    jobs = jobs_of(last)
    return [
        SetAside(row.pk, str(job), row.traceback, job.requested_at, row.finished_at)
        for row in last
        if (job := jobs.get(row.pk))
    ]
