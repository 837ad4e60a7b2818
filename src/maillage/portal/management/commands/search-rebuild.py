"""`maillage search-rebuild`: read again everything that can be found by its words."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.kernel.index import rebuild


class Command(BaseCommand):
    help = (
        "Met l’index de la recherche en accord avec la base, et dit combien d’entrées il a.\n\n"
        "Exemple : maillage search-rebuild\n"
        "L’index suit seul chaque acte ; à lancer après une base restaurée ou modifiée à la main.\n"
        "Rejouée, elle ne change rien. « maillage migrate » le fait aussi.\n"
        "Codes de retour : 0 fait, 1 échec."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Index de la recherche : {rebuild()} entrées.")
