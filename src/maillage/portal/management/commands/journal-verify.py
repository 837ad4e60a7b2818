"""`maillage journal-verify`: walk every chain of the journal and name the first broken link."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from maillage.backups import proofs
from maillage.backups.anchors import heads_kept
from maillage.kernel.models import chains, verify
from maillage.portal.management.base import MaillageCommand, tell_proofs


class Command(MaillageCommand):
    at_level = True
    help = (
        "Vérifie le journal : numéros continus, empreintes enchaînées.\n\n"
        "Exemple : maillage journal-verify --chain network:pays-de-la-loire\n"
        "Les livres et documents dont le journal parle sont cherchés aussi.\n"
        "Codes de retour : 0 tout tient, 1 une chaîne est rompue ou un fichier absent, "
        "2 chaîne inconnue."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chain", help="Une seule chaîne (par défaut : toutes).")
        parser.add_argument("--anchor", help="Ancre gardée ailleurs (journal-anchor).")

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
        whole = [] if options["chain"] else [proofs.files_proof()]
        if options["anchor"]:
            whole.append(proofs.heads_proof(heads_kept(options["anchor"])))
        sys.exit(max(tell_proofs(self, whole), int(broken)))
