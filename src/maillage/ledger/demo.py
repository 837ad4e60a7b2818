"""Books of the fictitious network, generated, read and mapped as people's would be. All invented.

Two closed exercises of every chamber, the second opening as the first closed; what they owe each
other agrees, but for a few entries.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from maillage.ledger import book_folders
from maillage.ledger.actions import change_mapping, record_file
from maillage.ledger.demo_books import ACCOUNTS, Keeper, write_books
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import Book
from maillage.ledger.queries.chart import common_chart
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.network.rules import siren_fault
from maillage.people.actors import INSTALLATION

AXES = ("transition-numerique", "creation-entreprise", "transition-ecologique", "formation")
"""Values of their analytical column: the axes of the demonstration's budgets."""


def fill(network: Network) -> int:
    """Take in the books of a fictitious network, once; how many there are.

    ValueError where the network is not fictitious.
    """
    if not network.fictional:
        raise ValueError("only a fictitious network is filled")
    chambers = list(chambers_of(network))
    if chambers and not Book.objects.filter(network=network).exists():
        year = timezone.localdate().year
        keepers = [
            Keeper(chamber.code, chamber.name, chamber.siren or _nobody(rank))
            for rank, chamber in enumerate(chambers)
        ]
        years = (year - 2, year - 1)
        with TemporaryDirectory(prefix="maillage-") as folder:
            books = write_books(Path(folder), keepers, years, AXES)
            for past, paths in zip(years, books, strict=True):
                _take_in(network, chambers, paths, past)
        _map(network)
    return Book.objects.filter(network=network).count()


def _nobody(rank: int) -> str:
    """A SIREN of a range never given, with its key."""
    return next(s for key in range(10) if not siren_fault(s := f"0000{rank + 1501:04d}{key}"))


def _forget(path: Path) -> None:
    """Leave a validation date out of one line: a book to look at closer."""
    rows = path.read_bytes().split(b"\n")
    cells = rows[40].split(b"\t")
    cells[15] = b""
    rows[40] = b"\t".join(cells)
    path.write_bytes(b"\n".join(rows))


def _take_in(network: Network, chambers: list[Entity], paths: list[Path], year: int) -> None:
    from maillage.ledger.engine.ledger_reader import read_ledger

    closing = dt.date(year, 12, 31)
    _forget(paths[-1])
    for chamber, path in zip(chambers, paths, strict=True):
        store = book_folders.root() / network.code / chamber.code / str(year)
        read = read_ledger(path, store=store, siren=chamber.siren, closing=closing)
        columns = book_folders.columns_of(path)
        record_file(network, chamber, closing, read, actor=INSTALLATION, columns=columns)


def _map(network: Network) -> None:
    """Every root the books use, to the account of the common chart that bears it."""
    chart = common_chart(network)
    rules = []
    for root in sorted(ACCOUNTS):
        near = chart.nearest(root)
        if near is not None:
            rules.append(RuleValue("", root, False, near.number))
    change_mapping(network, rules, actor=INSTALLATION, label="Plan des chambres fictives")
