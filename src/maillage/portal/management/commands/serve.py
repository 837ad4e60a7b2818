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
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from maillage.config.environment import METRICS, Environment, load
from maillage.portal.standing import TO_START, Held, alone, faults, tidy
from maillage.portal.static_files import make_ready

Start = Callable[[list[str]], "subprocess.Popen[bytes]"]

WAITS = (1, 2, 5, 10, 30)
"""Seconds before what ended by itself is started again, the first time, the second…; a server that
falls once more is left."""
WEB, WORKER = "Le serveur web", "L’exécutant de tâches"
CONNECTIONS = 1000
"""Clients each process keeps at once; those that come beyond wait to be accepted."""
LEAVE = 10
"""Seconds a process that was asked to stop is left to end what it answers."""
SOUND = 60
"""Seconds after which what ends is no longer what cannot start."""


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


def _web(environment: Environment, port: int) -> list[str]:
    silence = str(min(environment.client_silence, 60) * 1000)
    return [
        *(sys.executable, "-P", "-m", "maillage.config.server", str(os.getpid())),
        *("--interface", "rsgi", "--host", environment.host, "--port", str(port)),
        *("--http", "1", "--no-ws", "--workers", str(environment.workers)),
        *("--log-level", "warning", "--backpressure", str(CONNECTIONS)),
        *("--http1-header-read-timeout", silence),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(LEAVE)),
        "maillage.config.rsgi:application",
    ]


def _worker() -> list[str]:
    command = (sys.executable, "-P", "-m", "maillage.portal.command", "worker")
    return [*command, "--parent", str(os.getpid())]


class Child:
    """A process of this server: started again, later and later, where it ends by itself."""

    def __init__(self, name: str, command: list[str], start: Start) -> None:
        self.name, self.command = name, command
        self.falls, self.again, self.since = 0, 0.0, time.monotonic()
        self.process = start(command)

    @property
    def wait(self) -> int:
        """Seconds before it is started again."""
        return WAITS[min(self.falls, len(WAITS)) - 1]

    def fell(self) -> bool:
        """Whether it just ended: told once for each fall."""
        if self.again or self.process.poll() is None:
            return False
        self.falls = 1 if time.monotonic() - self.since > SOUND else self.falls + 1
        self.again = time.monotonic() + self.wait
        return True

    def again_if_due(self, start: Start) -> None:
        """Start it again at its time."""
        if self.again and time.monotonic() >= self.again:
            with suppress(OSError):  # no memory for a process: tried again
                self.process = start(self.command)
                self.again, self.since = 0.0, time.monotonic()


class Command(BaseCommand):
    help = (
        "Lance le serveur et un exécutant de tâches ; Ctrl-C arrête les deux.\n\n"
        "Exemple : PORT=8080 maillage serve\n"
        "L’un ou l’autre, s’il s’arrête seul, est relancé.\n"
        "Les fichiers statiques sont préparés s’ils manquent ou sont d’une autre version.\n"
        "Il ne démarre pas sur une base abîmée ou d’un autre niveau, un disque plein, un dossier\n"
        "qu’un autre sert déjà, et dit pourquoi.\n"
        "Code de retour : celui du serveur ; 1 s’il ne tient pas ou ne démarre pas."
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
        who = f"processus {os.getpid()}, {environment.host}:{port}"
        try:
            with alone(environment.home, who) as self.lock:
                refuse_taken(environment.host, port)
                self._serve(environment, port, without_worker=options["without_worker"])
        except Held as held:
            raise CommandError(f"{environment.home} est déjà servi ({held}).") from None

    def _serve(self, environment: Environment, port: int, *, without_worker: bool) -> None:
        for name, fault in faults(TO_START).items():
            if fault:
                raise CommandError(f"Le serveur ne démarre pas, {name} : {fault}.")
        tidy()
        make_ready()
        connection.close()
        self.stopping, self.children = False, list[Child]()
        self.environment = {**os.environ, **_counting(environment)}
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        commands = {WEB: _web(environment, port), WORKER: _worker()}
        if without_worker:
            del commands[WORKER]
        for name, command in commands.items():
            self.children.append(Child(name, command, self._start))
        code = self._watched()
        sys.exit(0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A process that ends with this one, and holds the home as long as it lives."""
        return subprocess.Popen(command, env=self.environment, pass_fds=[self.lock])

    def _stop(self, *_: Any) -> None:
        if not self.stopping:
            self.stopping = True
            for child in self.children:
                child.process.terminate()

    def _tell(self, child: Child, then: str) -> None:
        code = child.process.returncode
        how = f"tué par le signal {-code}" if code < 0 else f"code {code}"
        with suppress(OSError):  # nothing told is worth the service
            self.stderr.write(f"{child.name} s’est arrêté ({how}) : {then}.")

    def _watched(self) -> int:
        """Start again what ends by itself; the server's code once all ended. A server that cannot
        stay is left, and all ends with it."""
        while not self.stopping:
            for child in self.children:
                if child.fell():
                    if child.name == WEB and child.falls > len(WAITS):
                        self._tell(child, "il ne tient pas, tout s’arrête")
                        self._stop()
                        break
                    self._tell(child, f"relancé dans {child.wait} s")
                child.again_if_due(self._start)
            time.sleep(0.2)
        for child in self.children:
            _wait(child.process)
        return self.children[0].process.returncode
