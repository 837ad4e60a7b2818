"""`maillage journal-anchor`: the ends of the journal, to be kept outside the installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from maillage.backups import proofs
from maillage.portal.management.base import MaillageCommand


class Command(MaillageCommand):
    at_level = True
    help = (
        "Donne la fin de chaque chaîne du journal. Gardée ailleurs, elle montre qu’un journal fut "
        "coupé ou récrit.\n\n"
        "Exemple : maillage journal-anchor > /ailleurs/ancre.json\n"
        "          maillage journal-verify --anchor /ailleurs/ancre.json\n"
        "Codes de retour : 0 donnée, 1 le fichier ne s’écrit pas."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", help="Fichier à écrire (par défaut : la sortie).")

    def handle(self, *args: Any, **options: Any) -> None:
        told = json.dumps(proofs.anchored(), ensure_ascii=False, indent=1)
        if options["output"]:
            _write(Path(options["output"]), told + "\n")
        else:
            self.stdout.write(told)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise CommandError(f"Écriture de « {path} » : {error.strerror}.") from None
