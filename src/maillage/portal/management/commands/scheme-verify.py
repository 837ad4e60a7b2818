"""`maillage scheme-verify`: check the seal of an exported file, without any database."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from maillage.portal.management.base import MaillageCommand, read_file
from maillage.schemes.engine import canonical


class Command(MaillageCommand):
    help = (
        "Vérifie le sceau d’un fichier d’édition, sans base de données.\n\n"
        "Exemple : maillage scheme-verify edition.json\n"
        "Seul le contenu est scellé, non l’instance, la date et le numéro d’acte.\n"
        "Codes de retour : 0 le sceau tient, 1 il ne tient pas, 2 fichier illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="Fichier JSON exporté.")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = canonical.verify(read_file(options["file"]))
        if verdict.ok:
            self.stdout.write(f"{verdict.title}, {verdict.reason} ({verdict.found}).")
            return
        what = "Le sceau ne tient pas" if verdict.is_read else "Fichier illisible"
        self.stderr.write(f"{what} : {verdict.reason}")
        sys.exit(1 if verdict.is_read else 2)
