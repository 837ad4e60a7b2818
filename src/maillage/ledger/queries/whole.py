"""The consolidated accounts of an exercise, whole: what a workbook and a program are given, and
what is told of the books behind any figure of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from maillage.ledger import book_folders
from maillage.ledger.consolidated_tables import Whole
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.scope import Source
from maillage.ledger.models import BookFile
from maillage.ledger.queries.consolidated import Year
from maillage.network.models import Network
from maillage.network.queries import chambers_of


def whole_of(network: Network, year: Year, files: Iterable[BookFile]) -> Whole:
    """Everything of a year, its chambers without a book named. `files`: those of every year."""
    names = {entity.code: entity.short_name for entity in chambers_of(network)}
    held = sources_of(year.files, files)
    present = {source.chamber for source in held}
    absent = [
        Source(code, name, state="absent") for code, name in names.items() if code not in present
    ]
    return Whole(year.year, year.result, year.families, year.chart, names, [*held, *absent])


def sources_of(held: Iterable[BookFile], files: Iterable[BookFile]) -> list[Source]:
    """What is told of each book, beside its former exercise where it is among `files`."""
    former = {(f.book.entity_id, f.book.year): f for f in files}
    return [_source(f, former.get((f.book.entity_id, f.book.year - 1))) for f in held]


def _source(file: BookFile, former: BookFile | None) -> Source:
    book = file.book
    said: tuple[AccountsFinding, ...] = ()
    name = book.entity.short_name
    if former is not None:
        said = _openings(book_folders.folder(former), book_folders.folder(file), name)
    return Source(
        book.entity.code,
        name,
        file.name,
        book.closing,
        "held",
        file.lines,
        file.debit,
        file.credit,
        file.missing,
        file.last,
        file.content,
        said,
    )


@lru_cache(maxsize=256)
def _openings(former: Path, folder: Path, name: str) -> tuple[AccountsFinding, ...]:
    """Accounts that do not open as they closed; a folder of the store never changes."""
    from maillage.ledger.engine.continuity import balances_of, opening_findings

    return tuple(opening_findings(name, balances_of(former), balances_of(folder)))
