"""`maillage journal-verify`: walk every chain of the journal and name the first broken link."""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.models import chains, verify


class Command(BaseCommand):
    help = (
        "Vérifie le journal : numéros continus, empreintes enchaînées.\n\n"
        "Exemple : maillage journal-verify --chain network:pays-de-la-loire\n"
        "Codes de retour : 0 tout tient, 1 une chaîne est rompue, 2 chaîne inconnue."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chain", help="Une seule chaîne (par défaut : toutes).")

    def handle(self, *args: Any, **options: Any) -> None:
        known = chains()
        wanted = [options["chain"]] if options["chain"] else known
        if unknown := [chain for chain in wanted if chain not in known]:
            raise CommandError(f"Chaîne inconnue : {unknown[0]}.", returncode=2)
        broken = False
        for chain in wanted:
            held, fault = verify(chain)
            if fault is None:
                self.stdout.write(f"{chain} : {held} événements, la chaîne tient.")
                continue
            broken = True
            self.stderr.write(
                f"{chain} : rompue à l’événement {fault.sequence} — {fault.reason} "
                f"({held} événements tiennent avant lui)."
            )
        sys.exit(1 if broken else 0)
