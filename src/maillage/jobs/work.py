"""Work put in the queue, carried out by a worker, taken up again when its worker dies.

A body is called again from the start after a kill or a stop: it takes in whole or not at all.
"""

from __future__ import annotations

import functools
import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from maillage.jobs.following import Follower, GivenUp
from maillage.jobs.models import Job, Worker

logger = logging.getLogger(__name__)
J = TypeVar("J", bound=Job)

ATTEMPTS = 3
"""How often work is begun that each time killed its worker."""
SILENCE = {"here": 600, "elsewhere": 90}
"""Seconds without a sign of life after which a worker is dead, on this machine or another."""
FAILED = "Le traitement a échoué\u00a0; l’erreur est consignée dans le journal du serveur."
ABANDONED = (
    f"Le traitement s’est interrompu {ATTEMPTS} fois sans aller au bout\u00a0: il n’est plus "
    "repris. Le demander à nouveau, et prévenir l’administrateur si cela se répète."
)
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
            except Exception:
                logger.exception("%s %s", model.__name__, job_id)
                job.fail(FAILED)

        MODELS[f"{body.__module__}.{body.__qualname__}"] = model
        return task()(run)

    return wrap


def queue(work: Any, job: Job) -> None:
    """Have the work of a job begun once what is being written stands."""
    transaction.on_commit(functools.partial(work.enqueue, str(job.pk)))


def take_up() -> int:
    """Put back in the queue what dead workers left running, and forget them. How many.

    What was begun `ATTEMPTS` times is told as failed instead.
    """
    workers = {worker.name: worker for worker in Worker.objects.all()}
    dead = {name for name, worker in workers.items() if not _is_alive(worker)}
    taken = 0
    for row in DBTaskResult.objects.filter(status="RUNNING"):
        name = row.worker_ids[-1] if row.worker_ids else ""
        if name in workers and name not in dead:
            continue
        mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
        if len(row.worker_ids) < ATTEMPTS:
            taken += mine.update(status="READY", started_at=None)
        elif mine.update(status="FAILED", finished_at=timezone.now()):
            _abandon(row)
    Worker.objects.filter(name__in=dead).delete()
    return taken


def _abandon(row: DBTaskResult[..., Any]) -> None:
    logger.error("abandoned after %s attempts: %s %s", ATTEMPTS, row.task_path, row.args_kwargs)
    import_string(row.task_path)
    model = MODELS.get(row.task_path)
    job = model._base_manager.filter(pk=row.args_kwargs["args"][0]).first() if model else None
    if job is not None:
        job.fail(ABANDONED)


def _is_alive(worker: Worker) -> bool:
    silent = (timezone.now() - worker.seen_at).total_seconds()
    if worker.host != socket.gethostname():
        return silent < SILENCE["elsewhere"]
    return silent < SILENCE["here"] and _runs(worker.process)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
