"""Books of the demonstration: the second year opens as the first closed, and both are plausible."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from maillage.ledger.demo import fill
from maillage.ledger.demo_books import Keeper, write_books
from maillage.ledger.engine.continuity import balances, opening_gaps
from maillage.ledger.models import BookFile
from maillage.ledger.queries.beside import said_beside
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.schemes.models import Edition

KEEPERS = [Keeper(f"c{rank}", f"Chambre {rank}", f"00000150{rank}") for rank in range(6)]


class Row(NamedTuple):
    entry: tuple[str, str]
    day: dt.date
    account: str
    third: str
    label: str
    letter: str
    net: int

    @property
    def opens(self) -> bool:
        return self.entry[0] == "AN"


def rows_of(path: Path) -> Iterator[Row]:
    for text in path.read_text("utf-8").splitlines()[1:]:
        cells = text.split("\t")
        debit, credit = (Decimal(cells[at].replace(",", ".")) for at in (11, 12))
        day = dt.datetime.strptime(cells[3], "%Y%m%d").date()
        named = (cells[4], cells[6], cells[10], cells[13])
        yield Row((cells[0], cells[2]), day, *named, net=int((debit - credit) * 100))


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[Row]]]:
    """By year, by chamber, the lines of a book."""
    years = write_books(tmp_path_factory.mktemp("demo"), KEEPERS, (2024, 2025), ("a", "b"))
    return [[list(rows_of(path)) for path in paths] for paths in years]


def test_each_entry_balances(books: list[list[list[Row]]]) -> None:
    for rows in (rows for year in books for rows in year):
        entries: Counter[tuple[str, str]] = Counter()
        for row in rows:
            entries[row.entry] += row.net
        assert not any(entries.values())


def test_the_second_year_opens_as_the_first_closed(books: list[list[list[Row]]]) -> None:
    for former, book in zip(*books, strict=True):
        closed, opened = (
            balances((r.account, r.third, r.net, r.net if r.opens else 0) for r in rows)
            for rows in (former, book)
        )
        assert opening_gaps(closed, opened) == []
        assert {account for account, third in opened.opened if third} >= {
            account for account, _ in closed.closed if account.startswith(("401", "411"))
        }, "third parties one by one"
        assert not [account for account, _ in opened.opened if account[0] in "67"]
        result = sum(net for (account, _), net in opened.opened.items() if account[:2] == "12")
        assert result == closed.result != 0, "brought forward before it is allocated"
        left = sum(row.net for row in book if row.account[:2] == "12")
        assert left == 0, "then it is"


def test_banks_never_lack_and_loans_stay_owed(books: list[list[list[Row]]]) -> None:
    for rows in (rows for year in books for rows in year):
        for root, sign in (("512", 1), ("164", -1)):
            days: Counter[dt.date] = Counter()
            for row in rows:
                if row.account.startswith(root):
                    days[row.day] += row.net
            left = 0
            for day in sorted(days):
                left += days[day] * sign
                assert left > 0, (root, day)


def test_what_is_lettered_balances(books: list[list[list[Row]]]) -> None:
    for rows in (rows for year in books for rows in year):
        letters: Counter[tuple[str, str, str]] = Counter()
        for row in rows:
            if row.letter:
                letters[row.account, row.third, row.letter] += row.net
        assert len(letters) > 100
        assert not any(letters.values())


def test_no_book_of_the_demonstration_contradicts_its_former_closing(draft: Edition) -> None:
    network = draft.scheme.network
    Network.objects.filter(pk=network.pk).update(fictional=True)
    network.refresh_from_db()
    chambers = len(chambers_of(network))
    assert fill(network) == 2 * chambers
    files = BookFile.objects.filter(replaced_at=None).select_related(
        "book__entity", "book__network"
    )
    last = max(file.book.year for file in files)
    seconds = [file for file in files if file.book.year == last]
    assert len(seconds) == chambers
    for file in seconds:
        said = said_beside(file.book, file)
        assert (said.told, said.gaps, said.more) == ((), (), 0), file
