"""What every command of ours shares: French help kept as written, refusals as clean errors."""

from __future__ import annotations

import sqlite3
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from maillage.backups import Unusable
from maillage.kernel.verdicts import Refusal
from maillage.sheets.findings import Unreadable

if TYPE_CHECKING:
    from maillage.backups.proofs import Proof
    from maillage.schemes.models import Edition


class MaillageCommand(BaseCommand):
    """Turns refusals into a message and exit code 1; 2 is for a wrong call.

    Asks no page: checking them would double its start, and whatever serves them checks.
    """

    requires_system_checks = ()
    at_level = False
    """Whether it reads rows as this version of the program knows them."""
    unreadable = 1
    """Exit code for a file that cannot be read."""

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            if self.at_level:
                _refuse_another_level()
            return super().execute(*args, **options)
        except Unreadable as refused:
            lines = "\n".join(f"  - {finding}" for finding in refused.findings)
            told = f"Refusé, rien n’a été changé :\n{lines}"
            raise CommandError(told, returncode=self.unreadable) from refused
        except Unusable as refused:
            raise CommandError(f"Refusé : {refused}.") from refused
        except (DatabaseError, sqlite3.Error) as error:
            why = next(iter(str(error).splitlines()), type(error).__name__)
            raise CommandError(f"Refusé : la base ne répond pas, ou est abîmée ({why}).") from error
        except Refusal as refusal:
            raise CommandError(f"Refusé : {refusal.denied.reason}") from refusal


def _refuse_another_level() -> None:
    """Commands of files load no room, and this asks one."""
    from maillage.portal.standing import migration_fault

    if fault := migration_fault():
        raise Unusable(fault)


def keys_of(path: str | None) -> list[Any] | None:
    """The identities of a key file, None where none is given."""
    from maillage.backups import archive

    return archive.identities(read_file(path).decode(errors="replace")) if path else None


def tell_proofs(command: BaseCommand, proofs: Iterable[Proof]) -> int:
    """Write each thing proved, or what does not hold of it; the exit code."""
    code = 0
    for proof in proofs:
        if proof.faults:
            code = 1
            command.stderr.write(f"{proof.what} : {len(proof.faults)} à voir")
            for fault in proof.faults:
                command.stderr.write(f"  - {fault}")
        elif proof.unproved:
            told = f"{proof.held} et intacts ; sans empreinte, non vérifiés : {proof.unproved}."
            command.stdout.write(f"{proof.what} : {told}")
        else:
            command.stdout.write(f"{proof.what} : {proof.held}, tout tient.")
    return code


def counted(count: int, one: str, several: str) -> str:
    """`1 ligne`, `12 lignes`, as a console shows them."""
    return f"{count} {several if count > 1 else one}"


def read_file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"Lecture de « {path} » : {error.strerror}.", returncode=2) from error


def edition_of(key: str) -> Edition:
    """The edition of a database number, or of "network/scheme/number"."""
    from maillage.schemes.models import Edition  # not for commands that ask no database

    editions = Edition.objects.select_related("scheme__network")
    if key.isdecimal():
        found = editions.filter(pk=int(key)).first()
    else:
        parts = key.split("/")
        if len(parts) != 3 or not parts[2].isdecimal():
            raise CommandError(
                "Édition attendue : son numéro, ou réseau/schéma/édition "
                "(pays-de-la-loire/srom-2017-2021/1).",
                returncode=2,
            )
        found = editions.filter(
            scheme__network__code=parts[0], scheme__code=parts[1], number=int(parts[2])
        ).first()
    if found is None:
        known = [f"{e.pk} : {e.scheme.network.code}/{e.scheme.code}/{e.number}" for e in editions]
        raise CommandError(
            f"Édition « {key} » inconnue. Connues : {', '.join(known) or 'aucune'}.", returncode=2
        )
    return found
