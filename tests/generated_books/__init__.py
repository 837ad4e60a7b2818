"""Books of chambers that exist nowhere, made from a seed, with the truth of what they hold.

    truth = generate_books(Path("books"), seed=1, lines=1_000_000)

writes one FEC text file per chamber, each in another encoding, separator or line end, and says
the balances to the cent. Same seed, same bytes. Knows how a book looks; refuses to know how one
is read.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.generated_books import chart, draws
from tests.generated_books.chambers import SIX, BookEntity
from tests.generated_books.entries import CUSTOMERS, SUPPLIERS, Book, batches
from tests.generated_books.intercompany import (
    Difference,
    draw_exchanges,
    list_differences,
    partner_balances,
)
from tests.generated_books.shapes import JOURNAL, ROOT, SIGN, line_cents
from tests.generated_books.text import COLUMNS, FORMATS, Format, Posting, Writer

__all__ = [
    "COLUMNS", "FORMATS", "SIX", "BookEntity", "Difference", "Format", "Truth", "generate_books",
]  # fmt: skip
LEAST = 100  # lines per chamber

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Truth:
    """What the books hold, in cents.

    `balances`: (chamber, month YYYY-MM, local account) -> (debit, credit). `partners`: (chamber,
    partner, account family of `chart.FAMILIES`) -> net, debit less credit. `differences`: where
    two chambers do not say alike. `accounts`: local account -> root of the general chart.
    """

    lines: int
    entities: tuple[str, ...]
    balances: Mapping[tuple[str, str, str], tuple[int, int]]
    partners: Mapping[tuple[str, str, str], int]
    differences: tuple[Difference, ...]
    accounts: Mapping[str, str]
    files: tuple[Path, ...]


def generate_books(
    directory: Path,
    *,
    seed: int,
    lines: int,
    entities: tuple[BookEntity, ...] = SIX,
    year: int = 2025,
    axes: Sequence[str] = (),
    progress: Progress | None = None,
) -> Truth:
    """Write one FEC per chamber, `lines` lines in all, and say the truth of them.

    The directory is made where missing; files of the same name are replaced. Memory does not
    grow with `lines`, save 80 bytes per intercompany event (one per 220 lines). Where `axes` are
    named, a nineteenth column bears one of them on some lines of expense and income. `progress`
    is told the lines written and `lines`. ValueError below 100 lines per chamber.
    """
    if lines < LEAST * len(entities):
        raise ValueError(f"at least {LEAST * len(entities)} lines for {len(entities)} chambers")
    directory.mkdir(parents=True, exist_ok=True)
    days = draws.working_days(year)
    exchanges = draw_exchanges(seed, len(entities), lines, days)
    balances: dict[tuple[str, str, str], tuple[int, int]] = {}
    files: list[Path] = []
    written = 0
    shares = _shares(lines, len(entities))
    for rank, entity in enumerate(entities):
        book = Book(rank, len(entities), seed, shares[rank], days, exchanges.of(rank))
        scribe = _Scribe(book, entities, year, axes)
        files.append(directory / f"{entity.siren}FEC{year}1231.txt")
        for count in scribe.write(files[-1]):
            written += count
            if progress:
                progress(written, lines)
        balances |= scribe.balances(entity.code)
    codes = tuple(entity.code for entity in entities)
    partners = partner_balances(exchanges, codes)
    differences = tuple(list_differences(exchanges, codes, year))
    roots = _roots(len(entities))
    return Truth(written, codes, balances, partners, differences, roots, tuple(files))


def _roots(chambers: int) -> dict[str, str]:
    """The root of the general chart of every local account."""
    charts = (chart.local_accounts(rank) for rank in range(chambers))
    return {number: root for accounts in charts for root, number, _ in accounts}


def _shares(lines: int, chambers: int) -> list[int]:
    """Lines per chamber, the first twice as many as the last, `lines` in all."""
    weights = [2 * chambers - rank for rank in range(chambers)]
    shares = [lines * weight // sum(weights) for weight in weights]
    shares[0] += lines - sum(shares)
    return shares


class _Scribe:
    """Writes one book and adds it up."""

    def __init__(
        self, book: Book, entities: tuple[BookEntity, ...], year: int, axes: Sequence[str]
    ) -> None:
        self.book, self.year = book, year
        self.chart = chart.local_accounts(book.rank)
        roots = [root for root, _, _ in self.chart]
        self._first = np.array([roots.index(root) for root in chart.ROOTS])
        self._count = np.array([roots.count(root) for root in chart.ROOTS])
        self._numbers = np.zeros(len(chart.JOURNALS), dtype=np.int64)
        self._sums = np.zeros((12, len(roots), 2), dtype=np.int64)
        self._touched = np.zeros((12, len(roots)), dtype=np.bool_)
        ends = np.cumsum([calendar.monthrange(year, month)[1] for month in range(1, 13)])
        self._month = np.searchsorted(ends, np.arange(366), side="right")
        self._writer = Writer(
            FORMATS[book.rank % len(FORMATS)],
            year,
            [(number, label) for _, number, label in self.chart],
            [(entity.code, entity.name) for entity in entities] + _third_parties(),
            axes,
        )

    def write(self, path: Path) -> Iterator[int]:
        """Write the file batch by batch, saying the lines of each."""
        with path.open("wb") as file:
            file.write(self._writer.header())
            for entries in batches(self.book):
                posting = self._post(entries)
                self._add(posting)
                file.writelines(self._writer.write(posting))
                yield len(posting.accounts)

    def _post(self, entries: NDArray[Any]) -> Posting:
        """Number the entries, journal by journal, and choose the local account of each line."""
        journals = JOURNAL[entries["shape"]]
        numbers = np.zeros(len(entries), dtype=np.int64)
        for journal in range(len(self._numbers)):
            mine = np.flatnonzero(journals == journal)
            numbers[mine] = self._numbers[journal] + 1 + np.arange(len(mine))
            self._numbers[journal] += len(mine)
        lines = line_cents(entries)
        root = ROOT[lines.place]
        division = draws.bits(entries["chance"], 32, 8)[lines.entry] * self._count[root] >> 8
        return Posting(entries, numbers, lines, self._first[root] + division)

    def _add(self, posting: Posting) -> None:
        """Add the lines up by month, account and side."""
        month = self._month[posting.entries["day"]][posting.lines.entry]
        cell = month * len(self.chart) + posting.accounts
        place = cell * 2 + (SIGN[posting.lines.place] < 0)
        # Sums of a batch stay far below 2^53: a float holds them exactly.
        sums = np.bincount(place, weights=posting.lines.cents, minlength=self._sums.size)
        self._sums += sums.astype(np.int64).reshape(self._sums.shape)
        self._touched |= (
            np.bincount(cell, minlength=self._touched.size).reshape(-1, len(self.chart)) > 0
        )

    def balances(self, code: str) -> dict[tuple[str, str, str], tuple[int, int]]:
        return {
            (code, f"{self.year}-{month + 1:02d}", self.chart[account][1]): (
                int(self._sums[month, account, 0]),
                int(self._sums[month, account, 1]),
            )
            for month, account in np.argwhere(self._touched).tolist()
        }


_TRADES = (
    "Imprimerie|Électricité|Boulangerie|Cabinet d'études|Transports|Menuiserie|Hôtel|Librairie|"
    "Atelier de mécanique|Œnothèque|Garage|Traiteur|Formation|Sécurité|Nettoyage|Conseil"
)
_PLACES = (
    "du Vieux-Chêne|des Trois-Îles|de l'Étang|de la Forêt|du Pré-Fleuri|des Remparts|du Château|"
    "de la Fontaine|des Noyers|du Pont-Rouge|de l'Abbaye|des Mouettes|du Moulin|des Évêques"
)
_FORMS = "SARL|SAS|EURL|& fils|SCOP|EI|& Cie|SA"


def _third_parties() -> list[tuple[str, str]]:
    """Suppliers then customers: (auxiliary account, name)."""
    words = (part.split("|") for part in (_TRADES, _PLACES, _FORMS))
    names = [" ".join(three) for three in product(*words)]
    codes = [f"FOU{n:05d}" for n in range(1, SUPPLIERS + 1)]
    codes += [f"CLI{n:05d}" for n in range(1, CUSTOMERS + 1)]
    return [(code, names[n * 37 % len(names)]) for n, code in enumerate(codes)]
