"""The consolidated accounts of an exercise, whole: what a workbook and a program are given, and
what is told of the books behind any figure of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from maillage.ledger import book_folders
from maillage.ledger.consolidated_tables import Whole
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.partners import Named
from maillage.ledger.engine.scope import Source, doubt_finding, likely_finding
from maillage.ledger.models import BookFile
from maillage.ledger.queries.beside import source_of
from maillage.ledger.queries.consolidated import Year
from maillage.network.models import Network
from maillage.network.queries import every_chamber


def whole_of(network: Network, year: Year, files: Iterable[BookFile]) -> Whole:
    """Everything of a year, its chambers without a book named. `files`: those of every year."""
    chambers = every_chamber(network)
    names = {entity.code: entity.short_name for entity in chambers}
    held = sources_of(year.files, files, year)
    present = {source.chamber for source in held}
    absent = [
        Source(one.code, one.short_name, state="absent")
        for one in chambers
        if one.code not in present and not one.archived
    ]
    return Whole(year.year, year.result, year.families, year.chart, names, [*held, *absent])


def sources_of(held: Iterable[BookFile], files: Iterable[BookFile], year: Year) -> list[Source]:
    """What is told of each book, beside its former exercise where it is among `files`, of the third
    parties doubted in it and of its accounts that may be a chamber's; then, set aside, those among
    `files` that hold the content of one of them."""
    every, books = list(files), list(held)
    former = {(f.book.entity_id, f.book.year): f for f in every}
    names = {f.book.entity.code: f.book.entity.short_name for f in books}
    asked: dict[str, list[AccountsFinding]] = {}
    for d in year.doubts:
        row = Named(d.number, d.label, d.debit, d.credit, d.also)
        told = doubt_finding(names.get(d.entity, d.entity), names.get(d.chamber, d.chamber), row)
        asked.setdefault(d.entity, []).append(told)
    for a in year.likely:
        chambers = [names.get(code, code) for code in a.chambers]
        told = likely_finding(names.get(a.entity, a.entity), chambers, a)
        asked.setdefault(a.entity, []).append(told)
    told_of = [
        source_of(f, said=_said(f, former.get((f.book.entity_id, f.book.year - 1)), asked))
        for f in books
    ]
    mine, contents = {f.pk for f in books}, {s.content for s in told_of} - {""}
    others = (source_of(f, "aside") for f in every if f.pk not in mine)
    return told_of + [source for source in others if source.content in contents]


def _said(
    file: BookFile, former: BookFile | None, asked: Mapping[str, Sequence[AccountsFinding]]
) -> tuple[AccountsFinding, ...]:
    """What a book says beside its former exercise, and what is asked of its third parties."""
    told = tuple(asked.get(file.book.entity.code, ()))
    if former is None:
        return told
    name = file.book.entity.short_name
    return told + _openings(book_folders.folder(former), book_folders.folder(file), name)


@lru_cache(maxsize=256)
def _openings(former: Path, folder: Path, name: str) -> tuple[AccountsFinding, ...]:
    """Accounts that do not open as they closed; a folder of the store never changes."""
    from maillage.ledger.engine.continuity import balances_of, opening_findings

    return tuple(opening_findings(name, balances_of(former), balances_of(folder)))
