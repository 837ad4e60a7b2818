"""The consolidated accounts of an exercise, whole: what a workbook and a program are given."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.ledger.consolidated_tables import Whole
from maillage.ledger.engine.scope import Source
from maillage.ledger.models import BookFile
from maillage.ledger.queries.consolidated import Year
from maillage.network.models import Network
from maillage.network.queries import chambers_of


def whole_of(network: Network, year: Year) -> Whole:
    """Everything of a year, its chambers without a book named."""
    names = {entity.code: entity.short_name for entity in chambers_of(network)}
    held = list(_held(year.files))
    present = {source.chamber for source in held}
    absent = [Source(code, name, state="absent") for code, name in names.items()
              if code not in present]  # fmt: skip
    return Whole(year.year, year.result, year.families, year.chart, names, [*held, *absent])


def _held(files: Iterable[BookFile]) -> Iterable[Source]:
    for file in files:
        book = file.book
        yield Source(
            book.entity.code,
            book.entity.short_name,
            file.name,
            book.closing,
            "held",
            file.lines,
            file.debit,
            file.credit,
            file.missing,
        )
