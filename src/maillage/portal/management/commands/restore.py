"""`maillage restore`: put a backup back where no installation is yet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from maillage.backups import keeping, proofs
from maillage.jobs import outbox
from maillage.portal.management.base import MaillageCommand, keys_of, tell_proofs
from maillage.portal.standing import migration_fault

NOT_PROVED = 3


class Command(MaillageCommand):
    help = (
        "Restaure une sauvegarde dans un MAILLAGE_HOME vide, puis vérifie que tout tient.\n\n"
        "Exemple : MAILLAGE_HOME=/srv/neuf maillage restore maillage-20300101-020000.tar\n"
        "Rien n’est écrit avant que toute la sauvegarde ait été lue et trouvée intacte.\n"
        "Celle d’une version antérieure : lancer ensuite « maillage migrate », puis « maillage "
        "verify ».\n"
        "Codes de retour : 0 restaurée et tout tient, 1 refusée ou quelque chose ne tient pas,\n"
        "3 restaurée, mais la base n’est pas au niveau de ce programme."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="Fichier de la sauvegarde.")
        parser.add_argument("--key", help="Fichier de la clé age ou SSH qui la déchiffre.")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        manifest = keeping.put_back(Path(options["file"]), keys_of(options["key"]), say)
        say(f"Sauvegarde du {manifest.made_at} restaurée.")
        if fault := migration_fault():
            self.stderr.write(f"Restaurée, mais non vérifiée : {fault}.")
            sys.exit(NOT_PROVED)
        if held := outbox.hold_restored():
            say(f"Courriels qui attendaient, retenus à la page Administration : {held}.")
        kept = proofs.heads_proof(manifest.journal)
        sys.exit(tell_proofs(self, [*proofs.prove(), kept]))
