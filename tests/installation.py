"""A whole installation of its own for tests that kill or run real processes.

SQLite in a directory of its own (or a database of its own on the PostgreSQL under test), and
the real `maillage` command with the settings of a real installation.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from tests.prepared import copy, dump, kept, restore

ROOT = Path(__file__).parents[1]
DATABASE = "maillage.sqlite3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> int:
    """The status of an address, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


def until(holds: Callable[[], object], seconds: float = 60) -> float:
    """Wait until it holds; the seconds it took. Fails where it does not."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


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
            timeout=240,
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

    @contextmanager
    def served(self, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """`maillage serve` once it is ready, and its port; asked to stop afterwards. What it says
        is in `self.log`."""
        port = free_port()
        command = [sys.executable, "-m", "maillage.portal.command", "serve", "--port", str(port)]
        with self.log.open("a") as log:
            process = subprocess.Popen(
                command, env=self.environment | settings, start_new_session=True,
                stdout=log, stderr=log, text=True,
            )  # fmt: skip
        try:
            until(lambda: answers(port, "/sante/pret/") == 200, 120)
            yield process, port
            process.terminate()
            process.wait(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def log(self) -> Path:
        return self.home / "essai.log"

    def ask(self, code: str) -> str:
        """What Python code prints, run to its end; its failure is the test's."""
        process = self.start(code)
        out, error = process.communicate(timeout=240)
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
