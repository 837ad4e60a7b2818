"""`maillage serve`: the server, and one worker for the jobs beside it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import RawDescriptionHelpFormatter
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from maillage.config.environment import METRICS, Environment, load
from maillage.portal.standing import TO_START, Held, alone, faults, tidy

WAITS = (1, 2, 5, 10, 30)
"""Seconds before a worker that ended by itself is started again, the first time, the second…"""
CONNECTIONS = 1000
"""Clients each process keeps at once; those that come beyond wait to be accepted."""
LEAVE = 10
"""Seconds a process that was asked to stop is left to end what it answers."""
SOUND = 60
"""Seconds after which a worker that ends is no longer one that cannot start."""


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Wait for its end; ask again, for a server asked while it starts does not hear."""
    for _ in range(5):
        try:
            child.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            child.terminate()
    child.kill()


def refuse_taken(host: str, port: int) -> None:
    """Raise CommandError where something listens there already: both would answer in turn."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = f"le port {port} est déjà pris. Un autre se choisit ainsi : PORT={port + 1}"
            said = taken if error.errno == errno.EADDRINUSE else error.strerror
            raise CommandError(f"{host}:{port} : {said}.") from None


def _counting(environment: Environment) -> dict[str, str]:
    """Where the processes of this server count what they do, begun anew: prometheus_client asks it
    of a variable as it is imported. Nothing where nobody may read it."""
    folder = environment.home / METRICS
    shutil.rmtree(folder, ignore_errors=True)
    if not environment.metrics_token:
        return {}
    folder.mkdir(mode=0o700)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


class Command(BaseCommand):
    help = (
        "Lance le serveur et un exécutant de tâches ; Ctrl-C arrête les deux.\n\n"
        "Exemple : PORT=8080 maillage serve\n"
        "Un exécutant qui s’arrête seul est relancé.\n"
        "Il ne démarre pas sur une base abîmée ou d’un autre niveau, un disque plein, un dossier\n"
        "qu’un autre sert déjà, et dit pourquoi.\n"
        "Code de retour : celui du serveur ; 1 s’il s’arrête seul ou ne démarre pas."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="Port d’écoute (par défaut : PORT, ou 8000).")
        parser.add_argument(
            "--without-worker", action="store_true", help="Ne lance pas l’exécutant de tâches."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        environment = load()
        port = options["port"] or environment.port
        refuse_taken(environment.host, port)
        who = f"processus {os.getpid()}, {environment.host}:{port}"
        try:
            with alone(environment.home, who):
                self._serve(environment, port, without_worker=options["without_worker"])
        except Held as held:
            raise CommandError(f"{environment.home} est déjà servi ({held}).") from None

    def _serve(self, environment: Environment, port: int, *, without_worker: bool) -> None:
        for name, fault in faults(TO_START).items():
            if fault:
                raise CommandError(f"Le serveur ne démarre pas, {name} : {fault}.")
        tidy()
        connection.close()
        self.stopping = False
        self.environment = {**os.environ, **_counting(environment)}
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        silence = str(min(environment.client_silence, 60) * 1000)
        self.children = [
            subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "maillage.config.server", "--interface", "rsgi"),
                    *("--host", environment.host, "--port", str(port), "--http", "1", "--no-ws"),
                    *("--workers", str(environment.workers), "--log-level", "warning"),
                    *("--backpressure", str(CONNECTIONS), "--http1-header-read-timeout", silence),
                    *("--respawn-failed-workers", "--workers-kill-timeout", str(LEAVE)),
                    "maillage.config.rsgi:application",
                ],
                env=self.environment,
            )
        ]
        if not without_worker:
            self.children.append(self._worker())
        code = self._watched()
        sys.exit(0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1)

    def _stop(self, *_: Any) -> None:
        if not self.stopping:
            self.stopping = True
            for child in self.children:
                child.terminate()

    def _tell(self, code: int, wait: int) -> None:
        how = f"tué par le signal {-code}" if code < 0 else f"code {code}"
        with suppress(OSError):  # nothing told is worth the service
            self.stderr.write(
                f"L’exécutant de tâches s’est arrêté ({how}) : relancé dans {wait} s."
            )

    def _worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "maillage.portal.command", "worker"]
        child = subprocess.Popen(command, env=self.environment)
        self.since = time.monotonic()
        return child

    def _watched(self) -> int:
        """Start the worker again while the server runs; the server's code once both ended."""
        falls, again = 0, None
        while self.children[0].poll() is None and not self.stopping:
            if again is None and len(self.children) > 1 and self.children[1].poll() is not None:
                falls = 0 if time.monotonic() - self.since > SOUND else falls
                wait = WAITS[min(falls, len(WAITS) - 1)]
                again, falls = time.monotonic() + wait, falls + 1
                self._tell(self.children[1].returncode, wait)
            if again is not None and time.monotonic() >= again:
                with suppress(OSError):  # no memory for a process: tried again
                    self.children[1], again = self._worker(), None
            time.sleep(0.2)
        self._stop()
        for child in self.children:
            _wait(child)
        return self.children[0].returncode
