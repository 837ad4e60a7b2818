"""A whole installation of its own for tests that kill or run real processes.

SQLite in a directory of its own (or a database of its own on the PostgreSQL under test), and
the real `maillage` command with the settings of a real installation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from tests.prepared import copy, dump, kept, restore

ROOT = Path(__file__).parents[1]
DATABASE = "maillage.sqlite3"


class Installation:
    def __init__(self, home: Path, database_url: str = "") -> None:
        self.home = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PORT")},
            "MAILLAGE_HOME": str(home),
            "SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings.prod",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        if database_url:
            self.environment["DATABASE_URL"] = database_url

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`maillage ARGUMENTS…`, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "maillage.portal.command", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, code: str) -> subprocess.Popen[str]:
        """Python code in a process of its own, Django ready."""
        ready = "import django\ndjango.setup()\n"
        return subprocess.Popen(
            [sys.executable, "-c", ready + textwrap.dedent(code)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, code: str) -> str:
        """What Python code prints, run to its end; its failure is the test's."""
        process = self.start(code)
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        return out.strip()


@cache
def _model() -> str:
    """A migrated installation which each test copies: its file, or its database on the server."""
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        return str(kept("installation.sqlite3", _migrated_file))
    name, made = f"model_{uuid.uuid4().hex[:12]}", []
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')

    def write(path: Path) -> None:
        with tempfile.TemporaryDirectory() as home:
            made.append(_migrate(Installation(Path(home), _on(server, name))))
        dump(_on(server, name), path)

    place = kept("installation.sql", write)
    if not made:
        restore(place, _on(server, name))
    return name


def _migrated_file(path: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        _migrate(Installation(Path(home)))
        copy(Path(home) / DATABASE, path)


def _migrate(house: Installation) -> None:
    done = house.run("migrate", "-v0")
    assert done.returncode == 0, done.stderr


def _on(server: str, database: str) -> str:
    return server.rsplit("/", 1)[0] + f"/{database}"


@contextmanager
def installation(home: Path) -> Iterator[Installation]:
    """A migrated installation in `home`, on the kind of database the suite runs on."""
    server, model = os.environ.get("DATABASE_URL", ""), _model()
    if not server:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(model, home / DATABASE)
        yield Installation(home)
        return
    name = f"house_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}"')
    try:
        yield Installation(home, _on(server, name))
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
