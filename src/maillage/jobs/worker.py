"""A worker: takes work from the queue, says that it lives, runs what recurs, leaves cleanly.

Asked to stop, it leaves the work under way to be taken up again; killed, another notices.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from maillage.jobs.following import LEAVING, Interrupted
from maillage.jobs.models import Worker
from maillage.jobs.recurring import Recurring, run_due
from maillage.jobs.work import take_up

logger = logging.getLogger(__name__)

PULSE = 5.0
"""Seconds between two signs of life."""
SWEEP = 6
"""Signs of life between two looks at whether other workers died."""
PATIENCE = 2.0
"""Seconds before a database that does not answer is asked again."""


class JobWorker(db_worker.Worker):
    """One process that carries out work. `batch`: until nothing is left, without a pulse.

    `recurring`: what it also runs at its time, where no other worker has.
    """

    def __init__(self, recurring: Iterable[Recurring] = (), *, batch: bool = False) -> None:
        self.recurring = tuple(recurring)
        super().__init__(
            queue_names=["default"],
            interval=1,
            batch=batch,
            backend_name="default",
            startup_delay=not batch,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def shutdown(self, signum: int, frame: Any) -> None:
        """Leave: at once where nothing is under way, else at the next stage."""
        self.running = False
        LEAVING.set()
        if not self.running_task:
            sys.exit(0)

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        self.running_task = True
        try:
            given = db_task_result.args_kwargs
            task = db_task_result.task
            db_task_result.set_successful(task.call(*given["args"], **given["kwargs"]))
        except Interrupted:
            _give_back(db_task_result)
        except Exception as error:
            logger.exception("task %s", db_task_result.pk)
            db_task_result.set_failed(error)
        finally:
            self.running_task = False

    def work(self) -> None:
        """Until asked to stop. A database that does not answer is waited for."""
        register(self.worker_id)
        pulse = threading.Thread(target=self._pulse, daemon=True)
        if not self.batch:
            pulse.start()
        while self.running:
            try:
                self.run()
                break
            except OperationalError:
                logger.exception("the database does not answer")
                connection.close()
                time.sleep(PATIENCE)
        Worker.objects.filter(name=self.worker_id).delete()

    def _pulse(self) -> None:
        beats = 0
        while self.running:
            try:
                close_old_connections()
                beat(self.worker_id)
                if beats % SWEEP == 0:
                    take_up()
                run_due(self.recurring)
            except Exception:
                logger.exception("pulse of %s", self.worker_id)
                connection.close()
            beats += 1
            LEAVING.wait(PULSE)
        connection.close()


def register(name: str) -> None:
    Worker.objects.create(name=name, host=socket.gethostname(), process=os.getpid())


def beat(name: str) -> None:
    """Say that this worker lives; one that was thought dead is known again."""
    if not Worker.objects.filter(name=name).update(seen_at=timezone.now()):
        register(name)


def _give_back(row: DBTaskResult[..., Any]) -> None:
    """Put work back in the queue; a stop that was asked for is no attempt."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING")
    mine.update(status="READY", started_at=None, worker_ids=row.worker_ids[:-1])
