"""What is done of work by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.jobs.models import Job
from maillage.jobs.rules import can_restart
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
