"""A real PostgreSQL for the tests: `python -m tests.postgresql COMMAND…` runs COMMAND on one.

Debian's server, in a temporary directory, on loopback, gone afterwards. As root it runs as
`postgres` (it refuses root). Without the server: says why and passes, or fails where CI=true.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MISSING = 'PostgreSQL absent (/usr/lib/postgresql/*/bin/initdb) : "apt install postgresql".'


def binaries() -> Path | None:
    """Where Debian keeps the newest server, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, its DATABASE_URL. `stop` takes PostgreSQL's word for how: "fast" closes
    every connection, "immediate" is a power cut; `start` returns once it answers."""

    url: str
    start: Callable[[], None]
    stop: Callable[[str], None]


@contextmanager
def cluster() -> Iterator[Server]:
    """A fresh server. Raises RuntimeError where none is installed."""
    place = binaries()
    if place is None:
        raise RuntimeError(MISSING)
    root = os.getuid() == 0
    as_server = ["runuser", "-u", "postgres", "--"] if root else []
    home = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
    if root:
        shutil.chown(home, "postgres", "postgres")
    data, port = home / "data", _free_port()

    def run(*command: str) -> None:
        done = subprocess.run(
            [*as_server, *command], cwd=home, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} : {done.stdout}{done.stderr}")

    control = [str(place / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log")]
    # No fsync: what these tests write need not outlive the machine.
    options = f"-F -k {home} -p {port} -c listen_addresses=127.0.0.1"
    made = Server(
        f"postgres://postgres@127.0.0.1:{port}/postgres",
        lambda: run(*control, "-o", options, "start"),
        lambda how: run(*control, "-m", how, "stop"),
    )
    try:
        run(
            *(str(place / "initdb"), "--no-sync", "-A", "trust", "-U", "postgres"),
            *("-E", "UTF8", "--locale=C.UTF-8", "-D", str(data)),
        )
        made.start()
        try:
            yield made
        finally:
            with suppress(RuntimeError):  # stopped already
                made.stop("immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh server. Raises RuntimeError where none is installed."""
    with cluster() as made:
        yield made.url


def main(command: list[str]) -> int:
    if binaries() is None:
        print(f"Tests sur PostgreSQL passés. {MISSING}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    with server() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
