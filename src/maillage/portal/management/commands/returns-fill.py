"""`maillage returns-fill`: a return filled for a year, without keeping it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from maillage.portal.management.base import MaillageCommand
from maillage.sheets.writing import Table, as_values, to_csv, to_json, to_xlsx
from maillage.workspaces.returns.engine.facts import Period
from maillage.workspaces.returns.engine.filling import Filled
from maillage.workspaces.returns.engine.tables import return_table
from maillage.workspaces.returns.models import DefinitionVersion, ReturnDefinition
from maillage.workspaces.returns.queries.gathering import gather


class Command(MaillageCommand):
    help = (
        "Remplit un état à rendre pour un exercice, sans le conserver.\n\n"
        "Exemple : maillage returns-fill essai indicateurs 2025 --month 10 etat.xlsx\n"
        "La dernière version publiée est remplie, ou celle de --of-version. Ce qui se saisit reste "
        "« non renseigné ».\n"
        "Sans fichier, le JSON va sur la sortie standard.\n"
        "Codes de retour : 0 rempli, 2 état, version ou extension inconnus."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("network", metavar="RÉSEAU", help="Code du réseau.")
        parser.add_argument("definition", metavar="ÉTAT", help="Code de l’état.")
        parser.add_argument("year", metavar="EXERCICE", type=int)
        parser.add_argument("file", nargs="?", help="Fichier .xlsx, .csv ou .json à écrire.")
        parser.add_argument("--month", type=int, default=12, choices=range(1, 13), metavar="MOIS",
                            help="Arrêté à la fin de ce mois (12).")  # fmt: skip
        parser.add_argument("--of-version", type=int, metavar="N", help="Version à remplir.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"]) if options["file"] else None
        if path and path.suffix not in (".xlsx", ".csv", ".json"):
            raise CommandError(f"« {path} » : .xlsx, .csv ou .json attendu.", returncode=2)
        version = _version(options["network"], options["definition"], options["of_version"])
        table = _table(version, Period(options["year"], options["month"]))
        if path is None:
            self.stdout.write(json.dumps(as_values(table), ensure_ascii=False, default=str))
            return
        writers = {".csv": to_csv, ".json": to_json}
        today = timezone.localdate()
        write = writers.get(path.suffix)
        data = write(table) if write else to_xlsx(table, today)
        path.write_bytes(data)
        self.stdout.write(f"{path} : {len(data)} octets.")


def _version(network: str, code: str, number: int | None) -> DefinitionVersion:
    """Raises CommandError (2) where there is none."""
    held = ReturnDefinition.objects.filter(network__code=network, code=code).first()
    if held is None:
        known = ReturnDefinition.objects.filter(network__code=network).values_list(
            "code", flat=True
        )
        raise CommandError(
            f"État « {code} » inconnu du réseau « {network} ». Connus : "
            f"{', '.join(known) or 'aucun'}.",
            returncode=2,
        )
    versions = held.versions.select_related("definition__network").order_by("-number")
    if number is not None:
        found = versions.filter(number=number).first()
    else:
        found = versions.filter(status=DefinitionVersion.Status.PUBLISHED).first()
    if found is None:
        raise CommandError(f"« {held} » : aucune version publiée de ce numéro.", returncode=2)
    return found


def _table(version: DefinitionVersion, period: Period) -> Table:
    definition = version.held
    filled = Filled(definition, gather(version.definition.network, definition, period), period)
    title = f"{version.definition.title}, {period.words}"
    filters = [f"{version.definition.title}, version {version.number}, {period.words}"]
    return return_table(filled, filled.columns, title, filters)
