"""The benchmark's own installation: temporary, on a real SQLite file, thrown away afterwards."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from maillage.schemes.engine.document import EditionDocument
    from maillage.schemes.models import Edition

SEED = 7
NATIONAL = (125, 60)
REGIONAL = (6, 60)
ADDRESS = "banc@essai.test"


@contextmanager
def installation() -> Iterator[Path]:
    """A home of its own and Django with the settings of a real installation."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as home:
        os.environ |= {
            "MAILLAGE_HOME": home,
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings.prod",
            "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
            "SECRET_KEY": "only-for-the-benchmark",
            "DATABASE_URL": "",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield Path(home)
        connections.close_all()


@dataclass(frozen=True, slots=True)
class Loaded:
    """An edition in the database, the document it came from, and the milestone pages show."""

    edition: Edition
    document: EditionDocument

    @property
    def milestone(self) -> Any:
        return [m for m in self.edition.milestones.order_by("date") if m.nature != "projection"][-1]


def load(size: tuple[int, int], name: str, *, adopted: bool = False, empty: bool = False) -> Loaded:
    """Draw an edition of `size` (entities, processes), every cell filled, and import it."""
    from maillage.people.actors import INSTALLATION
    from maillage.schemes.actions import import_edition
    from maillage.schemes.engine.document import Adoption, EditionFile
    from maillage.schemes.engine.generate import generate

    document = replace(
        generate(SEED, *size, overrides="all")[0], network_code=name, network_name=f"Réseau {name}"
    )
    kept = replace(document, placements=()) if empty else document
    file = EditionFile(kept)
    if adopted:
        file = EditionFile(kept, "adopted", Adoption("Assemblée", dt.date(2022, 6, 15), "2022-01"))
    return Loaded(import_edition(None, file, actor=INSTALLATION), document)


def reader() -> Client:
    """Someone who reaches everything, signed in."""
    from django.test import Client

    from maillage.people.actions import grant_mandate, open_account
    from maillage.people.actors import INSTALLATION, Role

    user = open_account(
        None, actor=INSTALLATION, email=ADDRESS, full_name="Banc d'essai", password="x" * 16
    )
    grant_mandate(user, actor=INSTALLATION, role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(user, "maillage.people.backends.EmailBackend")
    return client
