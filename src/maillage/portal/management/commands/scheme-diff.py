"""`maillage scheme-diff`: compare two editions, from the database or from files."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from maillage.portal.management.base import MaillageCommand, edition_of, read_file
from maillage.schemes.engine import canonical, comparison
from maillage.schemes.engine.change_words import Names, cells_called
from maillage.schemes.engine.document import EditionDocument
from maillage.schemes.queries import document_of


def _document(key: str) -> EditionDocument:
    if key.endswith(".json"):
        return canonical.loads_file(read_file(key)).document
    return document_of(edition_of(key))


class Command(MaillageCommand):
    help = (
        "Compare deux éditions, cellule par cellule.\n\n"
        "Exemple : maillage scheme-diff avant.json pays-de-la-loire/srom-2017-2021/2\n"
        "Codes de retour : 0 identiques, 1 différentes, 2 édition ou fichier inconnu ou illisible."
    )
    unreadable = 2

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("before", help="Édition ou fichier .json de départ.")
        parser.add_argument("after", help="Édition ou fichier .json d’arrivée.")

    def handle(self, *args: Any, **options: Any) -> None:
        former, latter = _document(options["before"]), _document(options["after"])
        found, names = comparison.compare(former, latter), Names.of(former, latter)
        called = cells_called(former, latter)
        for sentence in found.structure:
            self.stdout.write(sentence)
        for change in found.changes:
            place = " · ".join(part for part in change.key if part)
            frame = f", {comparison.KINDS[change.frame].lower()}" if change.frame else ""
            self.stdout.write(f"{called(change.key)} ({place}){frame}")
            for told in names.tell(change.fields, change.known):
                self.stdout.write(f"  {told}")
        many = "diffère" if len(found.changes) == 1 else "diffèrent"
        self.stdout.write(f"{found.counted(found.changes)} {many}.")
        for kind, count in found.counts.items():
            self.stdout.write(f"  {comparison.KINDS[kind]} : {count}")
        sys.exit(1 if found.changes or found.structure else 0)
