"""`maillage journal-anchor`: the ends of the journal, to be kept outside the installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from maillage.backups import proofs
from maillage.portal.management.base import MaillageCommand


class Command(MaillageCommand):
    help = (
        "Donne la fin de chaque chaîne du journal. Gardée ailleurs, elle montre qu’un journal fut "
        "coupé ou récrit.\n\n"
        "Exemple : maillage journal-anchor > /ailleurs/ancre.json\n"
        "          maillage journal-verify --anchor /ailleurs/ancre.json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", help="Fichier à écrire (par défaut : la sortie).")

    def handle(self, *args: Any, **options: Any) -> None:
        told = json.dumps(proofs.anchored(), ensure_ascii=False, indent=1)
        if options["output"]:
            Path(options["output"]).write_text(told + "\n")
        else:
            self.stdout.write(told)
