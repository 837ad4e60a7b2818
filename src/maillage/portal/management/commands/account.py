"""`maillage account`: open an account from the command line, the first one above all."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from maillage.people.actions import grant_mandate, open_account
from maillage.people.actors import INSTALLATION, Role
from maillage.portal.management.base import MaillageCommand


class Command(MaillageCommand):
    help = (
        "Ouvre un compte ; le mot de passe est demandé, ou lu sur l’entrée standard.\n\n"
        "Exemple : maillage account jeanne@chambre.example 'Jeanne Dubois' --administrator\n"
        "Codes de retour : 0 ouvert, 1 refusé."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Adresse électronique.")
        parser.add_argument("name", help="Nom de la personne.")
        parser.add_argument(
            "--administrator", action="store_true", help="Administre toute l’installation."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = sys.stdin.isatty()
        password = getpass.getpass("Mot de passe : ") if terminal else sys.stdin.readline().strip()
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = open_account(
            None,
            actor=INSTALLATION,
            email=options["email"],
            full_name=options["name"],
            password=password,
        )
        if options["administrator"]:
            grant_mandate(user, actor=INSTALLATION, role=Role.ADMINISTRATOR)
        self.stdout.write(f"Compte ouvert : {user.email}.")
