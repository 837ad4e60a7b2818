"""The balance of a network whose largest book has a million lines, against the SQL of its sums."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from django.conf import settings
from django.test import Client

from maillage.ledger.actions import change_mapping, name_partners, record_file
from maillage.ledger.book_folders import books_of
from maillage.ledger.engine import inference
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.engine.partners import Attached
from maillage.ledger.queries import consolidated
from maillage.ledger.queries.books import current_files
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from tests.bench import data
from tests.bench.measure import Line, against, medians, seconds
from tests.generated_books import SIX, generate_books

LINES = 1_750_000
"""Of two chambers, the first of which has a million."""
YEAR = 2025
LONGEST = 0.5
"""Seconds one waits for the balance of an exercise nobody asked for yet."""
MOST = 10
"""Of what DuckDB takes to add the same books up by account and third party."""
KEPT = (
    consolidated._adjusted, consolidated._consolidated, inference.of_book, inference.named_in,
    inference.bare_in, inference._auxiliaries, inference.accounts_in,
)  # fmt: skip
"""What a process remembers of books once it has read them."""


def balance(client: Client) -> Iterator[Line]:
    """As the first to ask of an exercise waits for it, then as everyone does."""
    held = network()
    address = f"/reseaux/{held.code}/finances/balance/?exercice={YEAR}"
    cubes = [str(book.folder / "cube.parquet") for book in books_of(current_files(held))]

    def sums() -> None:
        sql = "SELECT account, aux, sum(debit), sum(credit) FROM read_parquet(?) GROUP BY ALL"
        with duckdb.connect() as connection:
            assert connection.execute(sql, [cubes]).fetchall()

    def answer() -> None:
        assert client.get(address).status_code == 200

    def forget() -> None:
        for kept in KEPT:
            kept.cache_clear()

    sql, first = medians(sums, answer, before=forget)
    (again,) = medians(answer)
    what = "balance, a book of a million lines"
    yield against(f"{what}, read first", first, "SQL of its sums", sql, MOST)
    yield Line("  in time", seconds(first), "", "", f"<= {LONGEST} s", first <= LONGEST)
    yield against(f"{what}, read again", again, "read first", first, 1)


def network(lines: int = LINES, name: str = "banc-livres") -> Network:
    """A network whose two first chambers have their books, mapped and attached."""
    made = data.load(data.REGIONAL, name).edition.scheme.network
    chambers = list(chambers_of(made))[:2]
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as place:
        truth = generate_books(Path(place), seed=1, lines=lines, entities=SIX[:2], year=YEAR)
        for chamber, path in zip(chambers, truth.files, strict=True):
            store = Path(settings.LEDGER_ROOT) / made.code / chamber.code / str(YEAR)
            read = read_ledger(path, store=store)
            record_file(made, chamber, dt.date(YEAR, 12, 31), read, actor=INSTALLATION)
    rules = [RuleValue("", local, True, root, "") for local, root in truth.accounts.items()]
    change_mapping(made, rules, actor=INSTALLATION, label="Banc")
    pairs = zip(SIX, chambers, strict=False)
    rows = [Attached("", "number", six.code, chamber.code) for six, chamber in pairs]
    name_partners(made, rows, actor=INSTALLATION)
    return made
