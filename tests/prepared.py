"""A migrated database, kept under `build/` from one run to the next and copied by each worker.

    python -m tests.prepared        # makes it, and whatever else the first test would wait for

Replaying the migrations costs nine seconds a worker and an installation; a copy, none. What is
kept is known by a print of all that it comes from: the migrations and models of every app, the
triggers, the versions. Migrations stay replayed by their own tests (`tests/kernel/upgrade.py`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from maillage.kernel import triggers
from maillage.ledger.engine.detection import detect
from maillage.ledger.engine.partners import NOTHING
from maillage.ledger.engine.proving import allowed, compiled, proved
from tests.postgresql import binaries
from tests.remembered import begin

HOME = Path(__file__).parents[1] / "build" / "databases"
BEGUN = "TESTS_BEGIN_FROM"
"""A variable: the database of a house this one is a copy of, whose own migrations follow."""


@cache
def state() -> str:
    """A print of what the tables come from."""
    server = binaries()
    found = hashlib.sha256(repr((django.VERSION, sqlite3.sqlite_version, server)).encode())
    files = [Path(__file__), Path(triggers.__file__)]
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        found.update(app.name.encode())
        place = Path(app.path)
        for pattern in ("migrations/*.py", "models.py", "models/**/*.py"):
            files += sorted(place.glob(pattern))
    for file in files:
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()[:16]


def kept(name: str, make: Callable[[Path], None], home: Path = HOME) -> Path:
    """Where the database `name` stands, of the present state: `make(path)` writes it the first
    time. One process makes it, the others wait; one that is interrupted leaves nothing."""
    stem, _, extension = name.partition(".")
    place = home / f"{stem}-{state()}.{extension}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            begun = home / f"{name}.begun"
            begun.unlink(missing_ok=True)
            make(begun)
            for former in home.glob(f"{stem}-*.{extension}"):
                former.unlink()
            begun.replace(place)
    return place


def copy(source: Path | sqlite3.Connection, target: Path | sqlite3.Connection) -> None:
    """A whole SQLite database, whatever its journal holds: each a file, or open already."""
    with _opened(source) as one, _opened(target) as other:
        one.backup(other)


@contextmanager
def _opened(database: Path | sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    if isinstance(database, sqlite3.Connection):
        yield database
        return
    with closing(sqlite3.connect(database)) as opened:
        yield opened


def dump(url: str, path: Path) -> None:
    """Write a whole PostgreSQL database as SQL."""
    _postgresql("pg_dump", "--no-owner", "-d", url, "-f", str(path))


def restore(path: Path, url: str) -> None:
    """Fill an empty PostgreSQL database with what `dump` wrote."""
    _postgresql("psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(path))


def _postgresql(program: str, *arguments: str) -> None:
    place = binaries()
    assert place is not None
    command = [place / program, *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()


def present() -> Path | None:
    """The kept SQLite database of the present state, where it was made already."""
    place = HOME / f"tests-{state()}.sqlite3"
    return place if place.exists() else None


def migrate(replay: Callable[[], Any]) -> None:
    """Give the connection's empty database its tables: a copy, or `replay` and what it made."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":

        def make(path: Path) -> None:
            if begun := os.environ.get(BEGUN):
                copy(Path(begun), connection.connection)
            replay()
            copy(connection.connection, path)

        copy(kept("tests.sqlite3", make), connection.connection)
        return
    if binaries() is None:  # a server elsewhere, without the programs that dump and restore
        replay()
        return
    told = connection.settings_dict
    url = f"postgresql://{told['USER']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    replayed = []

    def write(path: Path) -> None:
        replayed.append(replay())
        dump(url, path)

    place = kept("tests.sql", write)
    if not replayed:
        restore(place, url)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """The database of the tests, in place of pytest-django's, which replays every migration."""
    with django_db_blocker.unblock(), database():
        yield


@contextmanager
def database() -> Iterator[None]:
    """The empty database of the tests behind Django's connection, gone at the end."""
    replay = Migrate.handle

    def handle(command: Migrate, *arguments: Any, **options: Any) -> None:
        migrate(lambda: replay(command, *arguments, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Migrate, "handle", handle)
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    begin()
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def main() -> None:
    """Make what is kept, and compile the pass over ledgers, before workers would at once."""
    from tests.builders import books_of_chambers
    from tests.installation import installation

    with database(), tempfile.TemporaryDirectory() as place, installation(Path(place)):
        book = detect(books_of_chambers().files[0])
        assert compiled("columns").store(
            book, *allowed(None), Path(place), 1000, lambda _done: None
        )
        assert proved(book, NOTHING, None)


if __name__ == "__main__":
    django.setup()
    main()
