"""A worker: takes work from the queue, says that it lives, runs what recurs, leaves cleanly.

Asked to stop, it leaves the work under way to be taken up again; killed, another notices.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from maillage.jobs.following import LEAVING, Interrupted
from maillage.jobs.models import Worker
from maillage.jobs.outbox import deliver
from maillage.jobs.recurring import Recurring, run_due
from maillage.jobs.work import AGAIN, birth_of, passing, put_back, take_up

logger = logging.getLogger(__name__)

PULSE = 5.0
"""Seconds between two signs of life."""
SWEEP = 6
"""Signs of life between two looks at whether other workers died."""
PATIENCE = (1, 2, 5, 10, 30)
"""Seconds before a database that does not answer is asked again, the first time, the second…"""


class Held(Exception):
    """Work under way found no disk or no database: it is to be put back once they answer."""


class JobWorker(db_worker.Worker):
    """One process that carries out work. `batch`: until nothing is left, without a pulse.

    `recurring`: what it also runs at its time, where no other worker has.
    """

    def __init__(self, recurring: Iterable[Recurring] = (), *, batch: bool = False) -> None:
        self.recurring = tuple(recurring)
        self.held: tuple[DBTaskResult[..., Any], str] | None = None
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
            if why := passing(error):
                self.held = db_task_result, why
                raise Held from error
            db_task_result.set_failed(error)
        finally:
            self.running_task = False

    def work(self) -> None:
        """Until asked to stop. A database that does not answer is waited for."""
        falls = 0
        threads = [
            threading.Thread(target=each, daemon=True)
            for each in (self._pulse, self._recur, self._post)
        ]
        while self.running:
            try:
                beat(self.worker_id)
                if not self.batch:
                    while threads:
                        threads.pop().start()
                self._put_back()
                falls = 0
                self.run()
                if self.batch:
                    deliver()
                break
            except (OperationalError, InterfaceError, Held):
                logger.exception("the database or the disk does not answer")
                connection.close()
                LEAVING.wait(PATIENCE[min(falls, len(PATIENCE) - 1)])
                falls += 1
        with suppress(OperationalError, InterfaceError):
            Worker.objects.filter(name=self.worker_id).delete()

    def _put_back(self) -> None:
        """What was held up, begun again later, by this worker or by another."""
        if self.held is not None:
            row, why = self.held
            put_back(row, why, AGAIN)
            self.held = None

    def _pulse(self) -> None:
        """Say that this worker lives, and look whether others died."""
        beats = 0

        def once() -> None:
            nonlocal beats
            beat(self.worker_id)
            if beats % SWEEP == 0:
                take_up()
            beats += 1

        self._regularly(once)

    def _recur(self) -> None:
        """Run what recurs, however long it takes: apart from the signs of life."""
        self._regularly(lambda: run_due(self.recurring))

    def _post(self) -> None:
        """Send mail, however slow the server that takes it: apart from all else."""
        self._regularly(deliver)

    def _regularly(self, once: Callable[[], object]) -> None:
        while self.running:
            try:
                close_old_connections()
                once()
            except Exception:
                logger.exception("pulse of %s", self.worker_id)
                connection.close()
            LEAVING.wait(PULSE)
        connection.close()


def register(name: str) -> None:
    process = os.getpid()
    host, born = socket.gethostname(), birth_of(process)
    Worker.objects.create(name=name, host=host, process=process, born=born)


def beat(name: str) -> None:
    """Say that this worker lives; one that was thought dead is known again."""
    if not Worker.objects.filter(name=name).update(seen_at=timezone.now()):
        register(name)


def _give_back(row: DBTaskResult[..., Any]) -> None:
    """Put work back in the queue; a stop that was asked for is no attempt."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING")
    mine.update(status="READY", started_at=None, worker_ids=row.worker_ids[:-1])
