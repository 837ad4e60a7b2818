"""Which books someone sees, and the matrix of entities and exercises.

Whoever holds a mandate in a network sees all its books; nobody else sees that they exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.ledger import book_folders
from maillage.ledger.engine.fec import said_by
from maillage.ledger.models import Book, BookFile, BookImport
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by


def chambers_in(network: Network, year: int, also: Q | None = None) -> list[Entity]:
    """The chambers of an exercise, in their order: those of the network, and those archived that
    have a book in it, or something else of it (`also`). One query."""
    held = Q(books__year=year, books__withdrawn_at=None)
    rows = network.entities.filter(kind__in=Entity.CHAMBERS)
    return list(rows.filter(Q(archived=False) | held | (also or held)).distinct())


def books_visible_to(actor: Actor) -> QuerySet[Book]:
    books = Book.objects.select_related("network", "entity")
    return books.filter(network__in=networks_held_by(actor))


def imports_visible_to(actor: Actor) -> QuerySet[BookImport]:
    imports = BookImport.objects.select_related("network")
    return imports.filter(network__in=networks_held_by(actor))


def current_files(network: Network, year: int | None = None) -> list[BookFile]:
    """The file in force of each book, books and entities joined; not one the disk has lost."""
    return [file for file in in_force(network, year) if book_folders.is_there(file)]


def held_year(asked: int | None, files: Iterable[BookFile]) -> int | None:
    """The exercise asked for where it has a book, else the latest that has one."""
    years = {file.book.year for file in files}
    return asked if asked in years else max(years, default=None)


def last_told(files: Iterable[BookFile]) -> int | None:
    """The last exercise closed that has a book, else the present one; None where there is none."""
    years = {file.book.year for file in files}
    closed = [year for year in years if year < timezone.localdate().year]
    return max(closed or years, default=None)


def years_kept(network: Network) -> list[int]:
    """The exercises of which some book was ever in, the latest first."""
    return sorted(set(network.books.values_list("year", flat=True)), reverse=True)


def in_force(network: Network, year: int | None = None) -> list[BookFile]:
    """Whether the disk still holds them or not."""
    files = BookFile.objects.filter(book__network=network, replaced_at=None)
    if year is not None:
        files = files.filter(book__year=year)
    return list(
        files.select_related("book__entity", "book__network").order_by(
            "book__year", "book__entity__position", "book__entity__name"
        )
    )


def sirens_of(files: Iterable[BookFile]) -> list[tuple[str, str]]:
    """(chamber, SIREN) as the names of its files say."""
    found = ((file.book.entity.code, said_by(file.name).siren) for file in files)
    return [(code, siren) for code, siren in found if siren]


@dataclass(frozen=True, slots=True)
class Cell:
    """One exercise of one entity: the file in force, None where the book is missing.

    `withdrawn`: the book is there, without a file in force; `lost`: the disk no longer holds what
    was read of the file, which is then counted nowhere; `twin`: another book in force holds the
    same content, a finding that is of no file alone.
    """

    year: int
    file: BookFile | None
    withdrawn: bool = False
    twin: bool = False

    @property
    def state(self) -> BookFile.State | None:
        if self.file is None:
            return None
        return self.file.state_with(1 if self.twin else 0)

    @property
    def findings(self) -> int:
        return self.file.findings + self.twin if self.file else 0

    @property
    def lost(self) -> bool:
        return self.file is not None and not book_folders.is_there(self.file)


@dataclass(frozen=True, slots=True)
class Row:
    entity: Entity
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """What the books of one exercise hold, in cents, and how many of them are in.

    `missing`: neither in nor withdrawn, and not of an archived chamber.
    """

    year: int
    books: int
    missing: int
    withdrawn: int
    lines: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Entities by exercise, the latest exercise first."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]


def matrix(network: Network, years: Iterable[int] = ()) -> Matrix:
    """The state of every book, in three queries whatever their number."""
    files = {(f.book.entity_id, f.book.year): f for f in in_force(network)}
    gone = {
        (book.entity_id, book.year): book
        for book in network.books.filter(withdrawn_at__isnull=False).select_related("entity")
    }
    chambers = chambers_of(network)
    known = {entity.pk for entity in chambers}
    others = {f.book.entity_id: f.book.entity for f in files.values()}
    others |= {book.entity_id: book.entity for book in gone.values()}
    chambers += [entity for pk, entity in others.items() if pk not in known]
    held = {year for _, year in (*files, *gone)}
    contents = Counter(f.content for f in files.values() if f.content)
    columns = tuple(sorted({*years, *held}, reverse=True))
    rows = tuple(
        Row(
            entity,
            tuple(
                Cell(
                    year,
                    file := files.get((entity.pk, year)),
                    (entity.pk, year) in gone,
                    file is not None and contents[file.content] > 1,
                )
                for year in columns
            ),
        )
        for entity in chambers
    )
    return Matrix(
        columns, rows, tuple(_total(year, rows, place) for place, year in enumerate(columns))
    )


def _total(year: int, rows: tuple[Row, ...], place: int) -> Total:
    cells = [row.cells[place] for row in rows]
    held = [cell.file for cell in cells if cell.file is not None]
    withdrawn = sum(cell.withdrawn for cell in cells)
    away = sum(
        not row.entity.archived
        for row, cell in zip(rows, cells, strict=True)
        if cell.file is not None or cell.withdrawn
    )
    return Total(
        year,
        len(held),
        sum(not row.entity.archived for row in rows) - away,
        withdrawn,
        sum(file.lines for file in held),
        sum(file.debit for file in held),
        sum(file.credit for file in held),
    )
