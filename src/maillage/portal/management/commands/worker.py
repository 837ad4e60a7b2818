"""`maillage worker`: carries out the jobs put aside by pages (documents, imports)."""

from __future__ import annotations

from argparse import SUPPRESS, RawDescriptionHelpFormatter
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError

from maillage.jobs.parent import live_with
from maillage.jobs.work import take_up
from maillage.jobs.worker import JobWorker
from maillage.kernel.rooms import HOUSE


class Command(BaseCommand):
    help = (
        "Exécute les tâches longues (livrets, lectures de livres comptables) en attente, "
        "puis attend les suivantes.\n\n"
        "Exemple : maillage worker\n"
        "Les tâches laissées en cours par un exécutant tué sont reprises, trois fois au plus,\n"
        "puis mises de côté : la page Administration les montre et permet de les relancer.\n"
        "Les travaux réguliers passent une fois, quel que soit le nombre d’exécutants.\n"
        "À l’arrêt, la tâche en cours est laissée à reprendre.\n"
        "Code de retour : 0 à l’arrêt demandé."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch", action="store_true", help="S’arrête quand plus rien n’est en attente."
        )

        parser.add_argument("--parent", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            live_with(options["parent"])
        with suppress(OperationalError):  # the worker waits for a database that does not answer
            if count := take_up():
                self.stdout.write(f"Tâches interrompues remises en attente : {count}.")
        worker = JobWorker(HOUSE.recurring(), batch=options["batch"])
        worker.configure_signals()
        worker.work()
