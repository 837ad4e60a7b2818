"""Work put in the queue, carried out by a worker, taken up again when its worker dies.

A body is called again from the start after a kill or a stop: it takes in whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

from maillage.jobs.following import Follower, GivenUp
from maillage.jobs.models import Job, Worker
from maillage.jobs.rules import ASIDE
from maillage.kernel.full_disk import is_full
from maillage.kernel.money import NBSP

logger = logging.getLogger(__name__)
J = TypeVar("J", bound=Job)

ATTEMPTS = 3
"""How often work is begun that each time killed its worker, or found no disk or database."""
SILENCE = 90
"""Seconds without a sign of life after which a worker of another machine is dead."""
AGAIN = dt.timedelta(seconds=20)
"""How long work waits that found no disk or database."""
FAILED = "Le traitement a échoué\u00a0; l’erreur est consignée dans le journal du serveur."
KILLED = "son exécutant a été tué à chaque fois, peut-être faute de mémoire"
NO_DATABASE = "la base de données n’a pas répondu"
NO_SPACE = "le disque est plein"
PROCESSES = Path("/proc")
"""Where the system tells of processes, on Linux."""
MODELS: dict[str, type[Job]] = {}
"""The kind of row that each task works on, by its path."""


def long_work(model: type[J]) -> Callable[[Callable[[J, Follower], None]], Any]:
    """Make a body a task: `queue(made, job)` has it called with the job and its follower.

    The body ends its job itself; an error it lets out is told on it, in French.
    """

    def wrap(body: Callable[[J, Follower], None]) -> Any:
        @functools.wraps(body)
        def run(job_id: str) -> None:
            job = model._base_manager.filter(pk=job_id).first()
            if job is None or job.is_over:
                return
            try:
                with suppress(GivenUp):
                    body(job, Follower(job))
            except Exception as error:
                if passing(error):
                    raise
                logger.exception("%s %s", model.__name__, job_id)
                job.fail(FAILED)

        MODELS[f"{body.__module__}.{body.__qualname__}"] = model
        return task()(run)

    return wrap


def queue(work: Any, job: Job) -> None:
    """Have the work of a job begun once what is being written stands."""
    transaction.on_commit(functools.partial(work.enqueue, str(job.pk)))


def passing(error: BaseException) -> str:
    """Why work may do better later, in French; "" where the fault is its own."""
    if is_full(error):
        return NO_SPACE
    return NO_DATABASE if isinstance(error, OperationalError | InterfaceError) else ""


def take_up() -> int:
    """Put back in the queue what dead workers left running, and forget them. How many.

    What was begun `ATTEMPTS` times is set aside instead.
    """
    workers = {worker.name: worker for worker in Worker.objects.all()}
    dead = {name for name, worker in workers.items() if not is_alive(worker)}
    taken = 0
    for row in DBTaskResult.objects.filter(status="RUNNING"):
        name = row.worker_ids[-1] if row.worker_ids else ""
        if name not in workers or name in dead:
            taken += put_back(row, KILLED)
    Worker.objects.filter(name__in=dead).delete()
    return taken


def put_back(row: DBTaskResult[..., Any], why: str, after: dt.timedelta = dt.timedelta()) -> int:
    """Put work back in the queue, or set it aside where it was begun `ATTEMPTS` times: 1 where it
    will be begun again, 0 where not or where another did so first."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
    if len(row.worker_ids) < ATTEMPTS:
        later = timezone.now() + after if after else get_date_max()
        return mine.update(status="READY", started_at=None, run_after=later)
    told = {"exception_class_path": ASIDE, "traceback": why, "finished_at": timezone.now()}
    if mine.update(status="FAILED", **told):
        logger.error("set aside after %s attempts: %s %s", ATTEMPTS, row.task_path, row.args_kwargs)
        if job := job_of(row):
            job.fail(
                f"Le traitement s’est interrompu {ATTEMPTS} fois sans aller au bout ({why})"
                f"{NBSP}: il n’est plus repris. Un administrateur de l’installation peut le "
                "relancer."
            )
    return 0


def job_of(row: DBTaskResult[..., Any]) -> Job | None:
    """The job that a task works on, None where it is no job of this house or is gone."""
    return jobs_of([row]).get(row.pk)


def jobs_of(rows: Iterable[DBTaskResult[..., Any]]) -> dict[Any, Job]:
    """Those that tasks work on, by the key of the task, in one query a kind of job."""
    asked: dict[type[Job], dict[Any, str]] = {}
    for row in rows:
        import_string(row.task_path)
        if model := MODELS.get(row.task_path):
            asked.setdefault(model, {})[row.pk] = row.args_kwargs["args"][0]
    found: dict[Any, Job] = {}
    for model, keys in asked.items():
        kept = model._base_manager.select_related(*_cited(model)).filter(pk__in=keys.values())
        jobs = {str(job.pk): job for job in kept}
        found |= {task: jobs[key] for task, key in keys.items() if key in jobs}
    return found


def _cited(model: type[Job]) -> list[str]:
    """What its rows name, which their titles say."""
    return [column.name for column in model._meta.concrete_fields if column.many_to_one]


_OBSERVED: dict[str, tuple[dt.datetime, float]] = {}
"""Of workers of other machines: their last sign of life, and when this process first saw it."""


def is_alive(worker: Worker) -> bool:
    """Whether a worker lives: here, whether its process does, however slow; elsewhere, whether it
    gave another sign of life since this process has looked. No clock is believed."""
    if worker.host == socket.gethostname():
        return birth_of(worker.process) == worker.born if worker.born else _runs(worker.process)
    now = time.monotonic()
    seen, since = _OBSERVED.get(worker.name, (None, now))
    if seen != worker.seen_at:
        _OBSERVED[worker.name] = worker.seen_at, now
        return True
    return now - since < SILENCE


def birth_of(process: int) -> str:
    """What tells a process from a later one of the same number; "" where there is none, or where
    the system does not tell. One that ended and was not yet reaped is none."""
    try:
        told = (PROCESSES / f"{process}" / "stat").read_text().rpartition(")")[2].split()
        boot = (PROCESSES / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except OSError:
        return ""
    return "" if told[0] in "ZX" else f"{boot} {told[19]}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
