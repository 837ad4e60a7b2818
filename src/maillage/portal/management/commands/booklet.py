"""`maillage booklet`: compose the booklet of an edition."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from maillage.portal.management.base import MaillageCommand, edition_of
from maillage.reports.engine import booklet
from maillage.schemes.queries import file_of


class Command(MaillageCommand):
    help = (
        "Compose le livret d’une édition, en PDF ou en Word selon l’extension.\n\n"
        "Exemple : maillage booklet pays-de-la-loire/srom-2017-2021/1 livret.pdf\n"
        "Codes de retour : 0 écrit, 2 édition inconnue ou extension non prévue."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="Numéro, ou réseau/schéma/édition.")
        parser.add_argument("file", help="Fichier .pdf ou .docx à écrire.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        writers = {".pdf": booklet.pdf, ".docx": booklet.docx}
        if path.suffix not in writers:
            raise CommandError(
                f"Extension « {path.suffix} » : .pdf ou .docx attendu.", returncode=2
            )
        started = time.perf_counter()
        content = booklet.booklet_of(file_of(edition_of(options["edition"])), timezone.localdate())
        data = writers[path.suffix](content)
        path.write_bytes(data)
        elapsed = time.perf_counter() - started
        self.stdout.write(f"{path} : {len(data) // 1024} ko en {elapsed:.2f} s.")
