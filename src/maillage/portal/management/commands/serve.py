"""`maillage serve`: the server, and one worker for the jobs beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.config.environment import load


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Wait for its end; ask again, for a server asked while it starts does not hear."""
    for _ in range(5):
        try:
            child.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            child.terminate()
    child.kill()


class Command(BaseCommand):
    help = (
        "Lance le serveur et un exécutant de tâches ; Ctrl-C arrête les deux.\n\n"
        "Exemple : PORT=8080 maillage serve\n"
        "Code de retour : celui du serveur ; 1 si l'un des deux s'arrête seul."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="Port d'écoute (par défaut : PORT, ou 8000).")
        parser.add_argument(
            "--without-worker", action="store_true", help="Ne lance pas l'exécutant de tâches."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        environment = load()
        server = [
            *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi"),
            *("--host", environment.host, "--port", str(options["port"] or environment.port)),
            *("--workers", str(environment.workers), "--blocking-threads", "1"),
            *("--backpressure", "64", "--log-level", "warning", "--respawn-failed-workers"),
            "maillage.config.wsgi:application",
        ]
        commands = [server]
        if not options["without_worker"]:
            commands.append([sys.executable, "-P", "-m", "maillage.portal.command", "worker"])
        children = [subprocess.Popen(command, env=os.environ) for command in commands]

        def stop(*_: Any) -> None:
            for child in children:
                child.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        pid, status = os.wait()
        stop()
        for child in children:
            if child.pid != pid:
                _wait(child)
        code = os.waitstatus_to_exitcode(status)
        sys.exit(0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1)
