"""`maillage scheme-import`: take in an edition from a JSON file or a shipped referential."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from maillage.people.actors import INSTALLATION
from maillage.portal.management.base import MaillageCommand, read_file
from maillage.schemes.actions import NumberTaken, import_edition
from maillage.schemes.engine import canonical, referential
from maillage.schemes.engine.document import EditionFile


class Command(MaillageCommand):
    help = (
        "Importe une édition : fichier JSON exporté, fichier YAML, ou référentiel fourni.\n\n"
        "Exemple : maillage scheme-import pays-de-la-loire-2017-2021\n"
        "D’un référentiel fourni viennent toutes les éditions, dans l’ordre : relancer la\n"
        "commande après une mise à niveau apporte celles qui manquent ; une édition\n"
        "installée dont le contenu diffère de celui fourni est dite, et laissée telle quelle.\n"
        "Un fichier déjà importé ne change rien.\n"
        "Codes de retour : 0 importée ou déjà là, 1 refusée, 2 fichier illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Chemin du fichier, ou nom d’un référentiel fourni.")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"]
        editions = []
        for file in _files(source):
            try:
                editions.append(import_edition(None, file, actor=INSTALLATION))
            except NumberTaken:
                if source not in referential.available():
                    raise
                self.stdout.write(
                    f"Édition {file.document.number} : déjà là avec un autre contenu, laissée "
                    "telle quelle."
                )
        for edition in editions:
            edition.refresh_from_db()  # One may have been replaced by the next.
            self.stdout.write(
                f"Édition {edition.pk} : {edition}, {edition.placements.count()} cellules, "
                f"état « {edition.get_status_display()} »."
            )


def _files(source: str) -> tuple[EditionFile, ...]:
    """What a name or a path stands for: every edition of a shipped scheme, or one file."""
    if source in referential.available():
        return referential.series(source)
    data = read_file(source)
    if source.endswith((".yaml", ".yml")):
        return (referential.load(data.decode("utf-8"), source),)
    verdict = canonical.verify(data)
    if not verdict.is_read:
        raise CommandError(f"Fichier illisible : {verdict.reason}", returncode=2)
    return (canonical.loads_file(data),)
