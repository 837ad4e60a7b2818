"""`maillage backup`: one file with all that this installation keeps, made while it serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from maillage.backups import keeping
from maillage.kernel.money import size
from maillage.portal.management.base import MaillageCommand
from maillage.portal.standing import migration_fault


class Command(MaillageCommand):
    help = (
        "Sauvegarde l’installation sans l’arrêter : base, livres, documents, en un fichier.\n\n"
        "Exemple : maillage backup /sauvegardes --to age1… --keep 14\n"
        "Prend aussi, telle quelle, une base qui n’est pas au niveau de ce programme : avant "
        "« migrate ».\n"
        "La clé secrète n’y est pas : la garder ailleurs (MAILLAGE_HOME/secret.key).\n"
        "Codes de retour : 0 faite, 1 refusée, et rien n’est laissé."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="Dossier où la déposer.")
        parser.add_argument("--to", help="Clé publique age (« age1… ») ou SSH qui la chiffre.")
        parser.add_argument(
            "--keep", type=int, default=0, help="N’en garder que tant dans ce dossier (0 : toutes)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep : un nombre à partir de 0.", returncode=2)
        folder = Path(options["folder"]).expanduser().resolve()
        fault = migration_fault()
        done = keeping.back_up(
            folder, to=options["to"] or "", keep=options["keep"], named=not fault
        )
        if fault:
            self.stdout.write(f"Les fichiers que la base nomme n’ont pas été cherchés : {fault}.")
        self.stdout.write(f"{done.file} : {done.members} fichiers, {size(done.size)}.")
        if keeping.last_backup().at != done.at:
            self.stderr.write(
                "Elle est entière, mais le disque des données n’a pas permis de la noter : la page "
                "« Administration » ne la montrera pas."
            )
