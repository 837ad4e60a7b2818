"""`maillage generate`: fictitious networks, fully filled, to see every screen full."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from maillage.people.actors import INSTALLATION
from maillage.portal.management.base import MaillageCommand
from maillage.schemes.actions import import_edition
from maillage.schemes.engine import generate
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import EditionFile


class Command(MaillageCommand):
    help = (
        "Crée des réseaux fictifs, entièrement renseignés, toujours les mêmes pour une graine.\n\n"
        "Exemple : maillage generate --networks 13 --entities 125 --processes 60\n"
        "Codes de retour : 0 créés ou déjà là, 1 refusés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="Graine (1).")
        parser.add_argument("--networks", type=int, default=1, help="Nombre de réseaux (1).")
        parser.add_argument("--entities", type=int, default=7, help="Chambres en tout (7).")
        parser.add_argument("--processes", type=int, default=24, help="Macro-processus (24).")
        parser.add_argument(
            "--overrides", type=float, default=0.25, help="Part des valeurs propres (0.25)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        documents = generate.generate(
            options["seed"],
            entities=options["entities"],
            processes=options["processes"],
            networks=options["networks"],
            overrides=options["overrides"],
        )
        adoption = Adoption("Assemblée fictive", dt.date(2022, 6, 15), "FICTIF-2022-01")
        for rank, document in enumerate(documents, 1):
            file = EditionFile(document, "adopted", adoption)
            edition = import_edition(None, file, actor=INSTALLATION)
            self.stdout.write(
                f"{rank}/{len(documents)} {document.network_name} : "
                f"{len(document.placements)} cellules (édition {edition.pk})."
            )
