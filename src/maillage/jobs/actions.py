"""What is done of work by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.jobs.models import Job, Mail
from maillage.jobs.outbox import set_aside
from maillage.jobs.rules import can_restart, can_settle_mails
from maillage.jobs.work import job_of
from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import refuse
from maillage.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Work:
    """A job as the journal of the installation names it."""

    pk: object
    chain: str = "installation"

    @property
    def subject(self) -> str:
        return f"jobs.work:{self.pk}"


@action("jobs.work.restarted", "Travail relancé", guard=can_restart)
def restart_work(task: DBTaskResult[..., Any], *, actor: Actor) -> Outcome[Job]:
    """Have begun again, as often as at first, what was set aside.

    Refuses (409) what is no longer set aside, or no longer there.
    """
    job = job_of(task)
    if job is None:
        refuse("Ce travail n’existe plus.", 409)
    job.again()
    task.status, task.worker_ids, task.exception_class_path, task.traceback = "READY", [], "", ""
    task.started_at, task.finished_at, task.run_after = None, None, get_date_max()
    task.save()
    return Outcome(job, {"work": task.task_name}, Work(job.pk))


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails as the journal of the installation names them: how many, never to whom."""

    chain: str = "installation"
    subject: str = "jobs.mails"


def _aside(keys: Collection[UUID]) -> QuerySet[Mail]:
    """Those mails, locked; refuses (409) where one of them left, or is tried again."""
    mails = set_aside().filter(pk__in=keys)
    if not keys or mails.select_for_update().count() != len(keys):
        refuse("Un de ces courriels n’est plus mis de côté\u00a0: rien n’est changé. Relire.", 409)
    return mails


@action("jobs.mails.resent", "Courriels renvoyés", guard=can_settle_mails)
def resend_mails(target: None, keys: Collection[UUID], *, actor: Actor) -> Outcome[int]:
    """Have mails that were set aside leave, tried as often as at first. How many.

    Refuses (409) where one of them is no longer set aside.
    """
    sent = _aside(keys).order_by().update(attempts=0, failure="", next_at=timezone.now())
    return Outcome(sent, {"mails": sent}, Mails())


@action("jobs.mails.dropped", "Courriels abandonnés", guard=can_settle_mails)
def drop_mails(target: None, keys: Collection[UUID], *, actor: Actor) -> Outcome[int]:
    """Forget mails that were set aside: nobody will receive them. How many.

    Refuses (409) where one of them is no longer set aside.
    """
    dropped = _aside(keys).delete()[0]
    return Outcome(dropped, {"mails": dropped}, Mails())
