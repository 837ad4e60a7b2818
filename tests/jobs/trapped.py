"""An installation whose workers meet what a test wants them to; somebody who reads its pages."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.installation import DATABASE, Installation, answers, until

TRAP = """
import os, sys
if "worker" in sys.orig_argv:
    import signal, time
    from pathlib import Path
    from maillage.ledger.engine import ledger_reader
    from maillage.reports.engine import booklet
    flags = Path(os.environ["FLAGS"])
    docx, read_ledger = booklet.docx, ledger_reader.read_ledger

    def trapped(content):
        if (flags / "kill").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        while (flags / "wait").exists():
            (flags / "here").touch()
            time.sleep(0.05)
        return docx(content)

    def slow(path, *, progress, **more):
        while (flags / "slow").exists():
            (flags / "here").touch()
            progress("Lecture", 0, 100)
            time.sleep(0.05)
        return read_ledger(path, progress=progress, **more)

    booklet.docx, ledger_reader.read_ledger = trapped, slow
"""
"""Read by Python as a worker starts: what it makes waits, or kills it, where a flag says so."""

PREPARE = """
from tests.builders import CHAMBERS, _actors_of, load, small_document
edition = load(small_document())
for chamber in CHAMBERS:
    edition.network.entities.filter(code=chamber.code).update(siren=chamber.siren)
_actors_of(edition.network)
"""
ASK = """
from maillage.people.actors import Actor
from maillage.reports.actions import request_dossier
from maillage.schemes.models import Edition
print(request_dossier(Edition.objects.get(), {kind!r}, actor=Actor("user:1")).pk)
"""
DEPOSIT = """
import uuid
from django.core.files.uploadedfile import SimpleUploadedFile
from maillage.ledger.actions.deposits import assign_files, deposit_files
from maillage.ledger.book_folders import receive
from maillage.ledger.queries.deposits import named_assignments
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.builders import books_of_chambers
network, key, path = Network.objects.get(), uuid.uuid4(), books_of_chambers().files[0]
files = receive(network.code, key, [SimpleUploadedFile(path.name, path.read_bytes())])
row = deposit_files(network, key, files, actor=INSTALLATION)
assign_files(row, named_assignments(row), actor=INSTALLATION)
print(row.pk)
"""
RESTART = """
from django_tasks_db.models import DBTaskResult
from maillage.jobs.actions import restart_work
from maillage.people.models import User
from maillage.people.queries import actor_of
user = User.objects.get(email="installation-essai@essai.test")
restart_work(DBTaskResult.objects.get(status="FAILED"), actor=actor_of(user))
"""


class Trapped:
    """An installation whose workers meet what flags say, in `flags`."""

    def __init__(self, house: Installation, place: Path) -> None:
        self.house, self.flags = house, place / "flags"
        self.flags.mkdir()
        (place / "trap").mkdir()
        (place / "trap" / "sitecustomize.py").write_text(TRAP)
        path = house.environment["PYTHONPATH"]
        house.environment |= {
            "FLAGS": str(self.flags), "PYTHONPATH": f"{place / 'trap'}{os.pathsep}{path}",
        }  # fmt: skip
        house.ask(PREPARE)

    def flag(self, name: str) -> None:
        (self.flags / "here").unlink(missing_ok=True)
        (self.flags / name).touch()

    def lower(self, name: str) -> None:
        (self.flags / name).unlink()

    def is_here(self) -> bool:
        return (self.flags / "here").exists()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Asked of the database itself: no process is started for it."""
        if url := self.house.environment.get("DATABASE_URL"):
            with psycopg.connect(url) as server:
                return server.execute(sql).fetchall()  # type: ignore[call-overload,no-any-return]
        with closing(sqlite3.connect(self.house.home / DATABASE, timeout=20)) as base:
            return base.execute(sql).fetchall()

    def job(self, pk: str) -> str:
        """Where a job stands."""
        sql = "SELECT id, state FROM reports_dossier UNION ALL SELECT id, state FROM "
        rows = self.rows(sql + "ledger_bookimport")
        return str(next(state for key, state in rows if uuid.UUID(str(key)) == uuid.UUID(pk)))

    def attempts(self, pk: str) -> tuple[str, int]:
        """Where its task stands, and how often it was begun."""
        rows = self.rows(
            "SELECT status, worker_ids, args_kwargs FROM django_tasks_database_dbtaskresult"
        )
        status, workers = next((s, w) for s, w, given in rows if pk in str(given))
        return status, len(json.loads(workers) if isinstance(workers, str) else workers)

    def workers(self) -> list[int]:
        return [process for (process,) in self.rows("SELECT process FROM jobs_worker")]

    def wait(self, pk: str, state: str, seconds: float = 240) -> None:
        try:
            until(lambda: self.job(pk) == state, seconds)
        except AssertionError:
            print(self.attempts(pk), self.house.log.read_text(errors="replace")[-6000:])
            raise


@contextmanager
def read_meanwhile(port: int, path: str = "/connexion/") -> Iterator[list[int]]:
    """Somebody who reads a page all the time; the statuses of what came otherwise than well."""
    over, failed, count = threading.Event(), [], [0]

    def read() -> None:
        while not over.wait(0.1):
            count[0] += 1
            if (status := answers(port, path)) != 200:
                failed.append(status)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield failed
    finally:
        over.set()
        reader.join()
        print(f"pages asked {count[0]}, failed {len(failed)}")
    assert count[0] > 10
