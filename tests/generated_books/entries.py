"""One chamber's year as batches of entries: openings first, then all journals in order of date.

Knows how many lines a book takes and how its entries follow; refuses to know words and files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.generated_books import chart, draws
from tests.generated_books.intercompany import ONE
from tests.generated_books.shapes import DRAWN, ENTRY, SCALE, SIZE, THIRD, line_cents

BATCH = 1 << 15  # entries drawn together; part of what the seed means: payments match within it
_DELAY = 12  # a payment comes this part of a batch after its invoice or so
SUPPLIERS, CUSTOMERS = 1500, 2500
_PAIRS = ((1, chart.named("payment")), (2, chart.named("receipt")))  # by third: S, C
_FILLERS = {
    size: chart.named(name)
    for size, name in (
        (2, "wear-2a"),
        (3, "expense-3a"),
        (4, "expense-4a"),
        (5, "payroll-5"),
        (6, "payroll-6"),
    )
}


@dataclass(frozen=True, slots=True)
class Book:
    """What it takes to draw one chamber's year. `between`: its intercompany entries, in order."""

    rank: int
    chambers: int
    seed: int
    lines: int
    days: draws.Integers
    between: NDArray[Any]

    def stream(self, purpose: int) -> int:
        return draws.stream(self.seed, 10, self.rank, purpose)


def batches(book: Book) -> Iterator[NDArray[Any]]:
    """All entries of the year, `book.lines` lines in all, in order of date."""
    opening = _openings(book)
    yield opening
    between = book.between
    room = book.lines - int(SIZE[opening["shape"]].sum() + SIZE[between["shape"]].sum())
    if room < 2:
        raise ValueError(f"{book.lines} lines are too few for a book")
    first = done = merged = letters = 0
    while done < room:
        drawn = _cut(_draw(book, first, BATCH), room - done)
        drawn["third"] = _thirds(book, drawn)
        ends = done + np.cumsum(SIZE[drawn["shape"]])
        drawn["moment"] = (ends - SIZE[drawn["shape"]]) * ONE // room
        drawn["day"] = book.days[drawn["moment"] * len(book.days) >> 32]
        first, done = first + len(drawn), int(ends[-1])
        letters = _match_payments(drawn, letters)
        until = int(np.searchsorted(between["moment"], done * ONE // room))
        until = until if done < room else len(between)
        batch = np.concatenate([drawn, between[merged:until]])
        merged = until
        yield batch[np.argsort(batch["moment"], kind="stable")]


def _thirds(book: Book, entries: NDArray[Any]) -> draws.Integers:
    """A supplier or a customer of the book for each entry whose shape has one."""
    u = draws.bits(entries["chance"], 0, 16)
    u = u * u >> 16  # some come back more than others
    kind = THIRD[entries["shape"]]
    supplier = 1 + book.chambers + (u * SUPPLIERS >> 16)
    customer = 1 + book.chambers + SUPPLIERS + (u * CUSTOMERS >> 16)
    return np.where(kind == 1, supplier, np.where(kind == 2, customer, 0))


def _draw(book: Book, first: int, count: int) -> NDArray[Any]:
    """Ordinary entries by their rank in the book, without dates nor third parties."""
    entries = np.zeros(count, dtype=ENTRY)
    chance = draws.words(first, count, book.stream(0))
    entries["shape"] = DRAWN[draws.bits(chance, 54, 10)]
    entries["chance"] = chance
    sizes = draws.amounts(draws.words(first, count, book.stream(1)))
    entries["base"] = sizes * SCALE[entries["shape"]]
    return entries


def _openings(book: Book) -> NDArray[Any]:
    """What the former year leaves, on 1 January."""
    count = min(6 + book.lines // 2_000, 300)
    entries = np.zeros(count, dtype=ENTRY)
    entries["chance"] = draws.words(0, count, book.stream(2))
    kinds = len(chart.OPENINGS)
    rank = np.arange(count)
    # Properties and cash once; then customers and suppliers, one by one.
    entries["shape"] = chart.FIRST_OPENING + np.where(rank < kinds, rank, 3 + rank % 2)
    entries["base"] = draws.amounts(entries["chance"]) * SCALE[entries["shape"]]
    entries["third"] = _thirds(book, entries)
    return entries


def _cut(drawn: NDArray[Any], room: int) -> NDArray[Any]:
    """Keep what `room` lines hold; the last entries are chosen so that they hold them exactly."""
    ends = np.cumsum(SIZE[drawn["shape"]])
    if ends[-1] < room - 1:
        return drawn
    kept = int(np.searchsorted(ends, room, side="right"))
    left = room - (int(ends[kept - 1]) if kept else 0)
    if left == 1:
        kept -= 1
        left += int(SIZE[drawn["shape"][kept]])
    sizes = [3, 4] if left == 7 else [left] if left else []
    cut = drawn[: kept + len(sizes)].copy()
    for place, size in enumerate(sizes, start=kept):
        cut["shape"][place] = _FILLERS[size]
    return cut


def _match_payments(entries: NDArray[Any], letters: int) -> int:
    """Let payments settle the largest invoices of the same batch, in order, and letter both.

    Invoices of the last days wait, and a payment that comes before its invoice is left as a
    payment on account. Returns the number of letterings made so far.
    """
    delay = len(entries) // _DELAY
    for kind, paying in _PAIRS:
        due = np.flatnonzero((THIRD[entries["shape"]] == kind) & (entries["shape"] != paying))
        payments = np.flatnonzero(entries["shape"] == paying)
        due, payments = due[due < len(entries) - delay], payments[payments >= delay]
        gross = _gross(entries[due], kind)
        pairs = min(len(due), len(payments))
        largest = np.sort(np.argsort(-gross, kind="stable")[:pairs])
        paid, gross, payments = due[largest], gross[largest], payments[:pairs]
        later = payments > paid
        paid, gross, payments = paid[later], gross[later], payments[later]
        entries["base"][payments] = gross
        entries["third"][payments] = entries["third"][paid]
        codes = letters + 1 + np.arange(len(paid))
        for side in (paid, payments):
            entries["letter"][side] = codes
            entries["lettered"][side] = entries["day"][payments]
        letters += len(paid)
    return letters


def _gross(invoices: NDArray[Any], kind: int) -> draws.Integers:
    """What invoices amount to: a supplier's line comes last, a customer's first."""
    if not len(invoices):
        return np.zeros(0, dtype=np.int64)
    sizes = SIZE[invoices["shape"]]
    ends = np.cumsum(sizes)
    gross: draws.Integers = line_cents(invoices).cents[ends - 1 if kind == 1 else ends - sizes]
    return gross
