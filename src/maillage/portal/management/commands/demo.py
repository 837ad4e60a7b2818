"""`maillage demo`: prepare the database, load real and fictitious data, open demo accounts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from maillage.config.environment import load
from maillage.kernel.rooms import HOUSE, Room
from maillage.network.models import Entity, Function, Network
from maillage.people.actions import grant_mandate, open_account
from maillage.people.actors import INSTALLATION, Role
from maillage.people.models import User
from maillage.portal.management.base import MaillageCommand
from maillage.portal.management.commands.serve import refuse_taken
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.models import Edition

REAL = "pays-de-la-loire-2017-2021"
Person = tuple[str, str, str, list[dict[str, Any]]]


class Command(MaillageCommand):
    help = (
        "Prépare la base, charge le schéma 2017-2021 des Pays de la Loire et un réseau fictif,\n"
        "ouvre des comptes de démonstration, puis lance le serveur.\n\n"
        "Exemple : PORT=8080 maillage demo\n"
        "Relancer ne perd rien. Codes de retour : 0 arrêt demandé, 1 échec ou port pris."
    )

    step, steps = 0, 0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="Ne lance pas le serveur.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["prepare_only"]:
            environment = load()
            refuse_taken(environment.host, environment.port)
        labels = dict.fromkeys(room.label for room in _filling())
        self.steps = 5 + len(labels)
        self._step("Base de données")
        call_command("migrate", verbosity=0)
        self._step("Fichiers statiques")
        call_command("collectstatic", interactive=False, verbosity=0)
        self._step("Schéma 2017-2021 des Pays de la Loire")
        self._real()
        self._step("Réseau fictif")
        self._fictional()
        for label in labels:
            self._step(f"{label} du réseau fictif")
            self._fill(label)
        self._step("Éditions suivantes et comptes")
        self._drafts()
        password = self._accounts()
        self._announce(password)
        if not options["prepare_only"]:
            call_command("serve")

    def _step(self, what: str) -> None:
        self.step += 1
        self.stdout.write(f"[{self.step}/{self.steps}] {what}")
        self.stdout.flush()

    def _real(self) -> None:
        """The editions not there yet. What an earlier run or another version loaded stays."""
        try:
            call_command("scheme-import", REAL, stdout=self.stdout)
        except CommandError as refused:
            self.stdout.write(f"laissé tel quel. {refused}")

    def _fictional(self) -> None:
        """Once: what an earlier run or another version loaded is left as it is."""
        if Network.objects.filter(fictional=True).exists():
            self.stdout.write("déjà là, laissé tel quel")
        else:
            call_command("generate", stdout=self.stdout)

    def _fill(self, label: str) -> None:
        """What the rooms of one label hold, in the first fictitious network, once."""
        network = Network.objects.filter(fictional=True).order_by("pk").first()
        for room in _filling():
            if room.label == label and room.demo is not None and network is not None:
                room.demo(network)

    def _drafts(self) -> None:
        """Each scheme gets the draft of its next edition, to try the grid on."""
        for edition in Edition.objects.filter(status="adopted").select_related("scheme__network"):
            if not edition.revisions.exists():
                draft_next_edition(edition, actor=INSTALLATION)

    def _accounts(self) -> str:
        """Open the accounts that are missing; all share one password, which is returned."""
        password = _shared_password()
        for email, name, position, mandates in _people():
            if User.objects.filter(email=email).exists():
                continue
            user = open_account(
                None,
                actor=INSTALLATION,
                email=email,
                full_name=name,
                position=position,
                password=password,
            )
            for mandate in mandates:
                grant_mandate(user, actor=INSTALLATION, **mandate)
        return password

    def _announce(self, password: str) -> None:
        port = load().port
        self.stdout.write(f"\nMaillage est prêt : http://localhost:{port}/")
        self.stdout.write(f"Données : {settings.ENVIRONMENT.home}")
        self.stdout.write(f"Comptes de démonstration (mot de passe : {password}) :")
        for email in User.objects.filter(email__endswith="@demo.maillage").values_list(
            "email", flat=True
        ):
            self.stdout.write(f"  {email}")
        self.stdout.write("Ctrl-C pour arrêter.\n")
        self.stdout.flush()


def _filling() -> list[Room]:
    """The rooms that fill a network, from the ground up."""
    return [room for room in HOUSE.all() if room.demo is not None]


def _shared_password() -> str:
    """Drawn once and kept beside the database, readable by its owner only."""
    path = load().home / "mot-de-passe-demo.txt"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


def _people() -> Iterator[Person]:
    """One person per kind of mandate: address, name, position, mandates."""
    network = Network.objects.get(code="pays-de-la-loire")
    fictional = Network.objects.filter(fictional=True).order_by("pk").first()
    chamber = Entity.objects.filter(network=network, departement="53").first()
    finances = [
        {
            "role": Role.FUNCTION_EDITOR,
            "network": kept,
            "function": Function.objects.filter(network=kept).order_by("position").first(),
        }
        for kept in (network, fictional)
    ]
    installation = {"role": Role.ADMINISTRATOR}
    yield "admin@demo.maillage", "Camille Administratrice", "Administratrice", [installation]
    yield (
        "directrice@demo.maillage",
        "Dominique Directrice",
        "Directrice générale régionale",
        [{"role": Role.ADMINISTRATOR, "network": network}],
    )
    yield (
        "mayenne@demo.maillage",
        "Claude Contributeur",
        "Contributeur de la Mayenne",
        [{"role": Role.ENTITY_EDITOR, "network": network, "entity": chamber}],
    )
    yield (
        "finances@demo.maillage",
        "Sacha Finances",
        "Direction financière",
        finances,
    )
    yield (
        "lecteur@demo.maillage",
        "Alix Lecture",
        "Membre élu",
        [{"role": Role.READER, "network": seen} for seen in (network, fictional)],
    )
