"""Whether an installation still holds what it says: database, journal, files, seals, anchor."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from maillage.backups import Unusable, databases
from maillage.backups.rules import Heads
from maillage.kernel.models import Event, chains, heads, verify
from maillage.kernel.plain_json import plain
from maillage.kernel.rooms import HOUSE, Held

ANCHOR = "maillage-anchor/1"
LONGEST_CHAIN, MOST_EVENTS = 80, 2**63
HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing looked at: how much of it there is, in words, and what is wrong with it."""

    what: str
    held: str
    faults: list[str] = field(default_factory=list)
    unproved: int = 0
    """How much of it is there, and nothing tells whether it is as it was."""


def prove(kept: Heads | None = None) -> Iterator[Proof]:
    """Each thing in turn, from the ground up; the next only where the database answers. `kept`:
    ends of the journal that are kept outside."""
    fault = database_fault()
    yield Proof("base", databases.kind_of(settings.DATABASES["default"]), [fault] if fault else [])
    if fault:
        return
    yield journal_proof()
    yield files_proof()
    for room in HOUSE.all():
        for what, held, faults in room.proves():
            yield Proof(what, held, list(faults))
    if kept is not None:
        yield heads_proof(kept)


def database_fault() -> str:
    def run(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    return databases.fault_of(settings.DATABASES["default"], run)


def journal_proof() -> Proof:
    events, faults = 0, []
    for chain in chains():
        held, fault = verify(chain)
        events += held
        if fault is not None:
            faults.append(f"{chain}\u00a0: rompue à l’événement {fault.sequence} ({fault.reason})")
    return Proof("journal", f"{events} événements", faults)


def files_proof() -> Proof:
    """Every file that rows rest upon: there, and the same where its hash was kept."""
    held, proved, faults = 0, 0, []
    for room in HOUSE.all():
        for one in room.holds():
            held += 1
            proved += bool(one.digest)
            if fault := fault_of(one):
                faults.append(fault)
    return Proof("fichiers", f"{held}, dont {proved} d’empreinte connue", faults, held - proved)


def fault_of(one: Held) -> str:
    if not one.path.is_file():
        return f"{one.what}\u00a0: fichier absent ({one.path})"
    if one.digest and _digest(one.path) != one.digest:
        return f"{one.what}\u00a0: fichier altéré ({one.path})"
    return ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def anchored() -> dict[str, Any]:
    """The heads of the journal as they stand, to keep outside: a shorter or another journal than
    the one they name is then found out."""
    told = {chain: [number, hash_] for chain, (number, hash_) in heads().items()}
    return {"format": ANCHOR, "at": timezone.now().isoformat(), "heads": told}


def heads_proof(told: Heads) -> Proof:
    """Whether each of these heads is still in the journal."""
    faults = []
    for chain, (number, digest) in told.items():
        kept = Event.objects.filter(chain=chain, sequence=number).values_list("hash", flat=True)
        if not kept:
            faults.append(f"{chain}\u00a0: l’événement {number}, ancré, n’est plus dans le journal")
        elif kept[0] != digest:
            faults.append(f"{chain}\u00a0: l’événement {number} n’est plus celui qui fut ancré")
    return Proof("ancre", f"{len(told)} chaînes", faults)


def read_anchor(path: Path) -> Heads:
    """The heads of an anchor, or of the manifest of a backup. Unusable where it is neither."""
    try:
        return heads_told(path.read_bytes(), str(path))
    except OSError as error:
        raise Unusable(f"{path}\u00a0: {error.strerror}") from None


def heads_told(data: bytes, where: str) -> Heads:
    """The heads that bytes which came from outside tell. Unusable where they tell none."""
    try:
        raw = plain(data)
        told = raw["heads"] if raw["format"] == ANCHOR else raw["journal"]
        return {_chain(chain): _head(*head) for chain, head in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unusable(f"{where}\u00a0: ce n’est pas une ancre (maillage journal-anchor)") from None


def _chain(name: str) -> str:
    if len(name) > LONGEST_CHAIN or not name.isprintable():
        raise ValueError(name)
    return name


def _head(number: object, digest: object) -> tuple[int, str]:
    if type(number) is not int or not 0 < number < MOST_EVENTS:
        raise ValueError(number)
    if not isinstance(digest, str) or not HASH.fullmatch(digest):
        raise ValueError(digest)
    return number, digest
