"""What the books say of the treasury: what a year opens with, what comes in and goes out by month.

Treasury is class 5 less its depreciation (59). Transfers between its own accounts (58) are taken
off both sides. An account without a rule counts by its own number: no money is lost for want of
one. Refuses to know why money moves.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maillage.ledger import book_folders
from maillage.ledger.engine.duck import asking, one_file
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.network.models import Network

TREASURY, DEPRECIATED, TRANSFERS = "5", "59", "58"


@dataclass(frozen=True, slots=True)
class Treasury:
    """Cents. `opening`: on 1 January, with what a book that opened before had moved by then; None
    where it has no opening entry; `months`: in and out, the twelve of the civil year."""

    opening: int | None
    months: tuple[tuple[int, int], ...]

    @property
    def closing(self) -> int | None:
        """What the year ends with; None where it is not known what it opened with."""
        if self.opening is None:
            return None
        return self.opening + sum(received - paid for received, paid in self.months)


@lru_cache(maxsize=64)
def _accounts(folder: Path) -> tuple[tuple[str, dt.date | None, bool, int, int], ...]:
    """Account, month, whether it opens the year, debit and credit of one book."""
    with asking() as connection:
        return tuple(
            connection.execute(
                "SELECT account, month, coalesce(opening, false), sum(debit)::BIGINT, "
                "sum(credit)::BIGINT FROM read_parquet(?) GROUP BY ALL ORDER BY ALL",
                [one_file(folder / "cube.parquet")],
            ).fetchall()
        )


def treasuries(
    network: Network, year: int, files: Iterable[BookFile] | None = None
) -> dict[str, Treasury]:
    """By entity code, for the books in force of a year."""
    held = current_files(network, year) if files is None else files
    mapping = mapping_of(rules_of(network))
    found = {}
    for file in held:
        if file.book.year != year:
            continue
        entity = file.book.entity.code
        opens, opening = False, 0
        months: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for account, month, is_opening, debit, credit in _accounts(book_folders.folder(file)):
            opens |= is_opening
            target = mapping.resolve(entity, account or "")
            number = target.account if target else account or ""
            if not number.startswith(TREASURY) or number.startswith(DEPRECIATED):
                continue
            if is_opening or (month and month.year < year):
                opening += debit - credit
            elif number.startswith(TRANSFERS):
                months[month.month if month else 12][0] -= credit
                months[month.month if month else 12][1] -= debit
            else:
                months[month.month if month else 12][0] += debit
                months[month.month if month else 12][1] += credit
        twelve = tuple((months[m][0], months[m][1]) for m in range(1, 13))
        found[entity] = Treasury(opening if opens else None, twelve)
    return found
