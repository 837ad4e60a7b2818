"""`maillage migrate`: Django's own command, with a help like the others'; then what can be found by
its words is read again, as this version of the program says it."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate

from maillage.kernel.index import rebuild
from maillage.portal.standing import newer_fault


class Command(migrate.Command):
    help = (
        "Crée la base de données, ou la met au niveau du programme.\n\n"
        "Exemple : maillage migrate\n"
        "Rejouée, elle ne change rien. Sauvegarder d’abord une base en service.\n"
        "Codes de retour : 0 fait, 1 échec."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        if fault := newer_fault():
            raise CommandError(f"Refusé : {fault}.")
        super().handle(*args, **options)
        partly = options["app_label"] or options["plan"] or options["check_unapplied"]
        if not partly:
            rebuild()
