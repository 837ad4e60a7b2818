"""`maillage verify`: that an installation, or a backup, still holds all that it says it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from maillage.backups import Unusable, archive, proofs
from maillage.backups.anchors import heads_kept
from maillage.kernel.money import size
from maillage.portal.management.base import MaillageCommand, keys_of, tell_proofs
from maillage.portal.standing import migration_fault


class Command(MaillageCommand):
    help = (
        "Vérifie l’installation : base, journal, chaque livre et document présent et intact, "
        "sceaux.\n"
        "Avec un fichier : relit une sauvegarde entière contre son manifeste.\n\n"
        "Exemple : maillage verify --anchor /ailleurs/ancre.json\n"
        "          maillage verify maillage-20300101-020000.tar\n"
        "Codes de retour : 0 tout tient, 1 quelque chose ne tient pas, et quoi."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="Fichier d’une sauvegarde.")
        parser.add_argument("--key", help="Fichier de la clé age ou SSH qui la déchiffre.")
        parser.add_argument("--anchor", help="Ancre du journal, gardée ailleurs (journal-anchor).")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            manifest = archive.read(Path(options["file"]), None, keys_of(options["key"]))
            count = f"{len(manifest.members)} fichiers, {size(manifest.size)}"
            self.stdout.write(f"Sauvegarde du {manifest.made_at} : {count}, tout tient.")
            return
        if fault := migration_fault():
            raise Unusable(fault)
        kept = heads_kept(options["anchor"]) if options["anchor"] else None
        sys.exit(tell_proofs(self, proofs.prove(kept)))
