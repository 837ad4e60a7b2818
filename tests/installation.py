"""A whole installation of its own for tests that kill or run real processes.

SQLite in a directory of its own (or a database of its own on the PostgreSQL under test), and
the real `maillage` command with the settings of a real installation.
"""

from __future__ import annotations

import atexit
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

ROOT = Path(__file__).parents[1]


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
    """A migrated installation made once, which each test copies: its directory or database."""
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        home = tempfile.mkdtemp(prefix="maillage-model-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        done = Installation(Path(home)).run("migrate", "-v0")
        assert done.returncode == 0, done.stderr
        return home
    name = f"model_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    with tempfile.TemporaryDirectory() as home:
        done = Installation(Path(home), _on(server, name)).run("migrate", "-v0")
    assert done.returncode == 0, done.stderr
    return name


def _on(server: str, database: str) -> str:
    return server.rsplit("/", 1)[0] + f"/{database}"


@contextmanager
def installation(home: Path) -> Iterator[Installation]:
    """A migrated installation in `home`, on the kind of database the suite runs on."""
    server, model = os.environ.get("DATABASE_URL", ""), _model()
    if not server:
        shutil.copytree(model, home, dirs_exist_ok=True)
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
