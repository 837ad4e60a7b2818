"""What must hold for this installation to serve: its home, its disk, its database, its worker.

Each fault is a French sentence that says what to do. Asked by `serve` before it starts and by the
address that tells a supervisor whether to send visitors here.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from maillage.jobs import retention
from maillage.jobs.models import Worker
from maillage.jobs.work import birth_of
from maillage.kernel.money import size
from maillage.portal.static_files import static_fault

logger = logging.getLogger(__name__)

LEAST_SPACE = 200_000_000
"""Bytes free under which nothing more should be taken in."""
SILENT = dt.timedelta(seconds=90)
"""Without a sign of life for so long, no worker is there."""
LOCK = "serveur"
LINGER = 30.0
"""Seconds that processes of a killed server are left to end."""


def home_fault() -> str:
    """Whether the home takes a file and has space left."""
    home = Path(settings.HOME)
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"\0")
        free = shutil.disk_usage(home).free
    except OSError as error:
        return f"{home} ne prend pas de fichier\u00a0: {error.strerror}"
    if free < LEAST_SPACE:
        least = size(LEAST_SPACE)
        return f"le disque de {home} n’a plus que {size(free)}\u00a0; il en faut {least}"
    return ""


def damage() -> str:
    """Whether the database reads itself without fault: the time it takes grows with it."""
    if connection.vendor != "sqlite":
        return ""  # a server checks its own pages as it reads them
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            told = cursor.fetchone()[0]
    except DatabaseError as error:
        told = str(error)
    return "" if told == "ok" else f"elle est abîmée ({told})\u00a0: restaurer une sauvegarde"


def database_fault() -> str:
    """Whether the database answers and takes writings."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT count(*) FROM sqlite_master")
                place = Path(str(connection.settings_dict["NAME"]))
                if place.exists() and not os.access(place, os.W_OK):
                    return f"{place} est en lecture seule"
            else:
                cursor.execute("SHOW transaction_read_only")
                if cursor.fetchone()[0] == "on":
                    return "la base est en lecture seule"
    except DatabaseError as error:
        return f"la base ne répond pas\u00a0: {str(error).strip().splitlines()[0]}"
    return ""


def migration_fault() -> str:
    """Whether the database is at the level of the program."""
    try:
        executor = MigrationExecutor(connection)
        if newer := _newer(executor.loader):
            return newer
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"la base ne répond pas\u00a0: {str(error).strip().splitlines()[0]}"
    if not missing:
        return ""
    first, _ = missing[0]
    return (
        f"la base n’est pas au niveau du programme ({len(missing)} à passer, dont {first})\u00a0: "
        "lancer «\u00a0maillage migrate\u00a0»"
    )


def newer_fault() -> str:
    """Whether the database was brought to the level of a later version of the program."""
    try:
        return _newer(MigrationLoader(connection))
    except DatabaseError as error:
        return f"la base ne répond pas\u00a0: {str(error).strip().splitlines()[0]}"


def _newer(loader: MigrationLoader) -> str:
    known = {*loader.graph.nodes, *loader.disk_migrations, *loader.replacements}
    applied = loader.applied_migrations or {}
    later = sorted(
        f"{app}.{name}"
        for app, name in applied
        if app in loader.migrated_apps and (app, name) not in known
    )
    if not later:
        return ""
    return (
        f"la base est d’une version plus récente du programme (elle a passé {later[-1]})\u00a0: "
        "installer cette version, ou restaurer une sauvegarde faite avant elle"
    )


def worker_fault() -> str:
    """Whether a worker lives: without one no book is read and no document composed."""
    try:
        last = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    except DatabaseError:
        return "on ne peut le savoir\u00a0: la base ne répond pas"
    if last is None or abs(timezone.now() - last) > SILENT:
        return "aucun exécutant de tâches ne donne signe de vie"
    return ""


HOLDS: dict[str, Callable[[], str]] = {
    "dossier": home_fault,
    "base": database_fault,
    "migrations": migration_fault,
}
TO_SERVE = HOLDS | {"statique": static_fault, "exécutant": worker_fault}
TO_START = HOLDS | {"intégrité": damage, "réglages": retention.fault}


def faults(asked: dict[str, Callable[[], str]]) -> dict[str, str]:
    """What does not hold, by name, "" where it does."""
    return {name: ask() for name, ask in asked.items()}


def tidy() -> None:
    """Of a home held for one server: close it to others, and forget what was being sent when the
    former one was killed. A folder that is not its own is left as it is."""
    home = Path(settings.HOME)
    kept = home.stat()
    if kept.st_uid == os.getuid() and not kept.st_mode & stat.S_ISVTX:
        home.chmod(kept.st_mode & 0o700)
    for left in (home / "envois").glob("*.upload*"):
        left.unlink(missing_ok=True)


class Held(Exception):
    """Another server serves this home; its text says which."""


@contextmanager
def alone(home: Path, who: str) -> Iterator[int]:
    """Hold the home for one server; the system lets go of it when the process ends, however, and
    all those it gave the file of the lock to, whose number is given. Those of a server that was
    killed end soon: they are waited for.

    Raises Held, which names the holder by what it wrote.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a+") as lock:
        until = time.monotonic() + LINGER
        while not _taken(lock):
            lock.seek(0)
            holder = lock.read().strip()
            if time.monotonic() > until or not _is_dead(holder):
                raise Held(holder or "un autre serveur")
            time.sleep(0.2)
        lock.truncate(0)
        lock.write(who)
        lock.flush()
        yield lock.fileno()


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_dead(holder: str) -> bool:
    """Whether who wrote this in the lock is a process that ended, and others hold it still."""
    named = re.match(r"processus (\d+),", holder)
    return named is not None and not birth_of(int(named[1]))
