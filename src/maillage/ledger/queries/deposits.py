"""What is known of deposited files before they are read: whose, what they replace, what is odd."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date

from maillage.kernel.period import french_date
from maillage.ledger.engine.fec import said_by
from maillage.ledger.models import BookFile, BookImport
from maillage.ledger.queries.books import current_files
from maillage.ledger.rules import other_closing_fault
from maillage.network.models import Network
from maillage.network.queries import Former, every_chamber, former_of


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a deposited file is: the entity's id and the last day of the exercise."""

    entity: int | None
    closing: dt.date | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """An assignment that its file's name does not bear out. `key`: what accepting it sends back."""

    key: str
    file: str
    text: str


def sirens_of(network: Network) -> dict[str, set[int]]:
    """The chambers each SIREN is known of: their own, and those their files in force bear.

    A chamber attached to its region may share the region's.
    """
    known: dict[str, set[int]] = {}
    chambers = {chamber.pk: chamber for chamber in every_chamber(network)}
    former = former_of(network, chambers.values())
    for chamber in chambers.values():
        for siren in (chamber.siren, *former.get(chamber.code, Former()).sirens):
            if siren:
                known.setdefault(siren, set()).add(chamber.pk)
    for file in current_files(network):
        siren = said_by(file.name).siren
        if siren and file.book.entity_id in chambers:
            known.setdefault(siren, set()).add(file.book.entity_id)
    return known


def named_assignments(row: BookImport) -> list[Assignment]:
    """What the names of the files to assign say."""
    return [
        Assignment(file["entity"], parse_date(file["closing"]) if file["closing"] else None)
        for _rank, file in row.waiting
    ]


@dataclass(frozen=True, slots=True)
class ToAssign:
    """A file whose chamber or exercise is to be said. `unsaid`: what its name leaves to say;
    `supposed`: its name tells no closing, which is taken to be the last 31 December."""

    rank: int
    name: str
    size: int
    unsaid: str
    supposed: bool
    entity: int | None
    closing: dt.date


def files_to_assign(row: BookImport, given: Sequence[Assignment], today: dt.date) -> list[ToAssign]:
    chambers, known = every_chamber(row.network), sirens_of(row.network)
    last = dt.date(today.year - 1, 12, 31)
    found = []
    for (rank, file), assigned in zip(row.waiting, given, strict=True):
        held = known.get(file.get("siren", ""), set())
        owners = [chamber.short_name for chamber in chambers if chamber.pk in held]
        closing, supposed = assigned.closing or last, not file["closing"]
        unsaid, size = _unsaid(file, owners), file["size"]
        found.append(ToAssign(rank, file["name"], size, unsaid, supposed, assigned.entity, closing))
    return found


def _unsaid(file: Mapping[str, Any], owners: Sequence[str]) -> str:
    """What the name of a file leaves to say. `owners`: the chambers its SIREN is known of."""
    if not file.get("siren"):
        return "le nom ne dit ni chambre ni exercice"
    if len(owners) > 1:
        return f"SIREN de plusieurs chambres\u00a0: {', '.join(owners)}"
    return "" if owners else "SIREN inconnu du réseau"


def replaced_by(
    row: BookImport, assignments: Sequence[Assignment]
) -> list[tuple[BookFile, dict[str, Any]]]:
    """Files in force that these assignments would replace, each with the file that would."""
    wanted = {
        (given.entity, given.closing.year): file
        for (_rank, file), given in zip(row.waiting, assignments, strict=True)
        if given.entity and given.closing
    }
    held = BookFile.objects.filter(
        book__network=row.network_id, replaced_at=None, book__entity__in=[e for e, _ in wanted]
    ).select_related("book__entity")
    return [
        (file, wanted[file.book.entity_id, file.book.year])
        for file in held
        if (file.book.entity_id, file.book.year) in wanted
    ]


def clashes_of(row: BookImport, assignments: Sequence[Assignment]) -> dict[int, str]:
    """By the rank of a waiting file, why the year of its chamber cannot take it: a book of another
    closing is in place, or another file is given for it."""
    met: dict[tuple[int, int], dt.date] = {}
    inplace = {(file.book.entity_id, file.book.year): file.book.closing
               for file, _new in replaced_by(row, assignments)}  # fmt: skip
    found = {}
    for (rank, _file), given in zip(row.waiting, assignments, strict=True):
        if not (given.closing and given.entity):
            continue
        book = (given.entity, given.closing.year)
        faults = [other_closing_fault(x, given.closing) for x in (met.get(book), inplace.get(book))]
        if book in met:
            twice = "Un autre fichier de ce dépôt est déjà pour cette chambre et cet exercice."
            faults.append(twice)
        if fault := next(filter(None, faults), ""):
            found[rank] = fault
        met[book] = given.closing
    return found


def doubts_about(row: BookImport, assignments: Sequence[Assignment]) -> list[Doubt]:
    """What the names of the files say against these assignments."""
    known = sirens_of(row.network)
    names = {chamber.pk: chamber.short_name for chamber in every_chamber(row.network)}
    found = []
    for (rank, file), given in zip(row.waiting, assignments, strict=True):
        found += _doubts(rank, file["name"], given, known, names)
    return found


def _doubts(
    rank: int,
    name: str,
    given: Assignment,
    known: Mapping[str, set[int]],
    names: Mapping[int, str],
) -> list[Doubt]:
    said = said_by(name)
    siren, closing = said.siren, said.closing
    owners, found = known.get(siren, set()), []
    if owners and given.entity is not None and given.entity in names.keys() - owners:
        whose = ", ".join(names[pk] for pk in names if pk in owners)
        text = f"son nom porte le SIREN {siren}, celui de {whose}, et non de {names[given.entity]}"
        found.append(Doubt(f"{rank}:{siren}:{given.entity}", name, text))
    if closing and given.closing and closing != given.closing:
        text = (
            f"son nom dit une clôture au {french_date(closing)}, "
            f"et non au {french_date(given.closing)}"
        )
        found.append(Doubt(f"{rank}:{closing}:{given.closing}", name, text))
    return found


def waiting_deposits() -> QuerySet[BookImport]:
    """Those of which a file is in force in no book yet: to assign, to read, or set aside."""
    under_way = Q(state__in=["assigning", "queued", "running"])
    aside = Q(state="failed") & ~Q(failure="")
    return BookImport.objects.filter(under_way | aside).select_related("network").order_by("pk")


def unread_of(row: BookImport) -> Iterator[tuple[int, dict[str, Any]]]:
    """Its files in force in no book yet, each with its place in `files`."""
    kept = ("waiting", "reading", "failed")
    return ((rank, file) for rank, file in enumerate(row.files) if file["state"] in kept)
