"""`maillage scheme-export`: write an edition as canonical JSON, workbook or CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.http import QueryDict
from django.utils import timezone

from maillage.portal.management.base import MaillageCommand, edition_of
from maillage.schemes.cartography.view import cells_of, view_of
from maillage.schemes.engine import canonical, placement_files
from maillage.schemes.models import Edition
from maillage.schemes.queries import axes_of, document_of, file_of


class Command(MaillageCommand):
    help = (
        "Exporte une édition : .json (canonique, scellée si adoptée), .xlsx ou .csv.\n\n"
        "Exemple : maillage scheme-export pays-de-la-loire/srom-2017-2021/1 edition.json\n"
        "Sans fichier, le JSON va sur la sortie standard.\n"
        "Codes de retour : 0 écrit, 2 édition inconnue ou extension non prévue."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="Numéro, ou réseau/schéma/édition.")
        parser.add_argument("file", nargs="?", help="Fichier à écrire.")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = edition_of(options["edition"])
        if not options["file"]:
            sys.stdout.buffer.write(canonical.dumps_file(file_of(edition)))
            return
        path = Path(options["file"])
        data = self._data(edition, path.suffix)
        path.write_bytes(data)
        self.stdout.write(f"{path} : {len(data)} octets.")

    def _data(self, edition: Edition, suffix: str) -> bytes:
        if suffix == ".json":
            return canonical.dumps_file(file_of(edition))
        document, view = document_of(edition), view_of(edition, axes_of(edition), QueryDict(""))
        cells = cells_of(document, view)
        if suffix == ".csv":
            return placement_files.write_csv(document, cells)
        if suffix == ".xlsx":
            return placement_files.write_workbook(
                document,
                cells,
                filters=(),
                status=edition.get_status_display(),
                seal=edition.seal,
                today=timezone.localdate(),
            )
        self.stderr.write(f"Extension « {suffix} » : .json, .xlsx ou .csv attendu.")
        sys.exit(2)
