"""What long work hands to the house: its traces, and the forgetting of all that is kept a while."""

from __future__ import annotations

import datetime as dt

from django_tasks_db.models import DBTaskResult

from maillage.jobs import outbox
from maillage.jobs.models import Mail
from maillage.jobs.recurring import Recurring
from maillage.jobs.retention import sweep
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import HOUSE, Purpose, Room

OVER = ("SUCCESSFUL", "FAILED")


def forget_tasks(before: dt.datetime) -> int:
    """Forget the tasks that ended before a moment, and what they raised. How many."""
    return DBTaskResult.objects.filter(status__in=OVER, finished_at__lt=before).delete()[0]


ROOM = Room(
    code="jobs",
    label="Travaux",
    purpose=Purpose.NETWORK,
    documentation="guide/installer-exploiter.md",
    keeps=(
        Keeps("jobs.tasks", DBTaskResult.objects.all, forget_tasks),
        Keeps("jobs.mails", Mail.objects.all, outbox.forget),
    ),
    recurring=(
        Recurring(
            "jobs.retention",
            "Oublier ce dont le délai est passé",
            dt.timedelta(hours=1),
            lambda: sweep(HOUSE.keeps()),
        ),
    ),
)
