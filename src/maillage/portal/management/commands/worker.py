"""`maillage worker`: carries out the jobs put aside by pages (documents, imports)."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from maillage.ledger.jobs import sweep
from maillage.reports.jobs import reap


class Command(BaseCommand):
    help = (
        "Exécute les tâches longues (livrets, lectures de livres comptables) en attente, "
        "puis attend les suivantes.\n\n"
        "Exemple : maillage worker\n"
        "Au départ, les tâches laissées en cours par un exécutant tué sont remises en attente.\n"
        "Code de retour : 0 à l'arrêt demandé."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        count = reap()
        sweep()
        if count:
            self.stdout.write(f"Tâches interrompues remises en attente : {count}.")
        call_command("db_worker", verbosity=options["verbosity"])
