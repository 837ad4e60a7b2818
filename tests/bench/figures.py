"""Pages of figures: given from what is kept, made anew, and the memory it all takes."""

from __future__ import annotations

import itertools
import resource
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.ledger.book_folders import books_of
from maillage.ledger.queries.books import current_files
from maillage.network.actions import save_entity
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.bench import books
from tests.bench.measure import Line, against, medians

LINES = 100_000
"""Of two chambers."""
ASKED = f"?exercice={books.YEAR}&annee={books.YEAR}"
PAGES = {
    "dashboard": ("tableaux/", 1 / 20),
    "balance sheet": ("bilan/", 1 / 20),
    "control": ("reciproques/", 1 / 20),
    "home": ("", 1 / 10),
}
"""Each with what it takes once kept, of what making it takes: home has the least to make."""
REQUESTS = 2_000
GROWN = 48_000_000
"""Bytes a process may grow by while it answers so many: what `pages` keeps at most."""


def figures(client: Client) -> Iterator[Line]:
    network = books.network(LINES, "banc-chiffres")
    here = f"/reseaux/{network.code}/finances/"
    rename = _renames(network)
    for name, (page, aim) in PAGES.items():
        address = f"{here}{page}{ASKED}"
        answer = _asks(client, address)
        floor = _floor(client, address, network)
        (kept,) = medians(answer)
        made, sql = medians(answer, floor, before=rename)
        yield against(f"{name}, nothing moved", kept, "made anew", made, aim)
        yield against(f"{name}, something moved", made, "its SQL and sums", sql, 3)
    yield _memory(client, here)


def _asks(client: Client, address: str) -> Callable[[], None]:
    def answer() -> None:
        assert client.get(address).status_code == 200

    return answer


def _renames(network: Network) -> Callable[[], None]:
    """Each call renames a chamber through its action: whatever shows the network is out of date."""
    held, turns = network.entities.order_by("pk")[0], itertools.count(1)

    def rename() -> None:
        save_entity(
            network, actor=INSTALLATION, code=held.code, name=held.name, kind=held.kind,
            short_name=f"{held.short_name[:30]} {next(turns)}",
        )  # fmt: skip

    return rename


def _floor(client: Client, address: str, network: Network) -> Callable[[], None]:
    """What the database and DuckDB take for what a page asks: its queries as they are, and the
    sums of the books by account, third party and month."""
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries: list[Any] = [q["sql"] for q in captured if q["sql"].startswith("SELECT")]
    cubes = [str(book.folder / "cube.parquet") for book in books_of(current_files(network))]
    sums = "SELECT account, aux, month, sum(debit), sum(credit) FROM read_parquet(?) GROUP BY ALL"

    def ask() -> None:
        cursor = connection.connection.cursor()
        for sql in queries:
            cursor.execute(sql).fetchall()
        with duckdb.connect() as other:
            assert other.execute(sums, [cubes]).fetchall()

    return ask


def _memory(client: Client, here: str) -> Line:
    """How much a process grows by while it answers as many pages, no two of the same address."""
    pages = itertools.cycle([page for page, _ in PAGES.values()])
    for number in range(100):
        client.get(f"{here}{next(pages)}{ASKED}&tour={number}")
    before = _resident()
    for number in range(REQUESTS):
        client.get(f"{here}{next(pages)}{ASKED}&centimes=oui&tour={number}")
    grown = _resident() - before
    what = f"memory over {REQUESTS} requests"
    bound = f"<= {GROWN / 1e6:.0f} MB"
    return Line(what, f"{grown / 1e6:+.0f} MB", "", "", bound, grown <= GROWN)


def _resident() -> int:
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * resource.getpagesize()
