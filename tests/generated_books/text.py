"""FEC text from rows of numbers, fast: each field is looked up in a table, encoded beforehand.

A line is a record of fixed width fields padded with NUL bytes, which are then struck out all at
once. Knows the FEC's columns, separators and encodings; refuses to know how entries are drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.kernel.period import last_of_month
from tests.generated_books import chart
from tests.generated_books.draws import Integers, bits
from tests.generated_books.shapes import JOURNAL, NAMES_THIRD, SIGN, THIRD, LineCents

_NAMES = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib "
    "PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise "
    "Idevise"
)
COLUMNS = tuple(_NAMES.split())
_SLICE = 1 << 14  # lines written together: what stays in the processor's cache
_CODES = 26 * 26


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written. `zero`: the side without amount; `signed`: Montant and Sens."""

    encoding: str
    separator: str
    end: str
    zero: str = "0,00"
    signed: bool = False


# In turn, one per chamber.
FORMATS = (
    Format("utf-8", "\t", "\r\n"),
    Format("iso8859-15", "\t", "\r\n"),
    Format("utf-8-sig", "|", "\n", zero=""),
    Format("iso8859-15", "|", "\n", zero="0"),
    Format("utf-8", "\t", "\n", signed=True),
    Format("iso8859-15", "\t", "\n"),
)


@dataclass(frozen=True, slots=True)
class Posting:
    """Lines to write: their entries, the number of each entry, and their accounts."""

    entries: NDArray[Any]
    numbers: Integers
    lines: LineCents
    accounts: Integers


class Writer:
    """Turns postings of one book into bytes."""

    def __init__(
        self,
        form: Format,
        year: int,
        accounts: Sequence[tuple[str, str]],
        thirds: Sequence[tuple[str, str]],
        axes: Sequence[str] = (),
    ) -> None:
        self.form, self._axes = form, len(axes)
        self._managed = np.array([number[0] in "67" for number, _ in accounts])
        counts = [len(shape.labels) for shape in chart.ALL_SHAPES]
        self._label_first, self._label_count = np.cumsum([0, *counts[:-1]]), np.array(counts)
        tables = _numbers() | {
            name: _encoded(rows, form.encoding.removesuffix("-sig"))
            for name, rows in _words(form, year, accounts, thirds, axes).items()
        }
        tables["piece_high"], tables["piece_low"] = tables["number_high"], tables["number_low"]
        tables["piece_date"] = tables["date"]
        self._tables = {name: tables[name] for name in _FIELDS}
        self._record = np.dtype([(name, rows.dtype) for name, rows in self._tables.items()])

    def header(self) -> bytes:
        names = list(COLUMNS)
        if self.form.signed:
            names[11:13] = ["Montant", "Sens"]
        if self._axes:
            names.append("CodeAction")
        return (self.form.separator.join(names) + self.form.end).encode(self.form.encoding)

    def write(self, posting: Posting) -> Iterator[bytes]:
        """The lines as bytes, some thousands at a time."""
        for first in range(0, len(posting.accounts), _SLICE):
            part = slice(first, first + _SLICE)
            lines = posting.lines
            chosen = LineCents(lines.entry[part], lines.place[part], lines.cents[part])
            yield self._text(
                Posting(posting.entries, posting.numbers, chosen, posting.accounts[part])
            )

    def _text(self, posting: Posting) -> bytes:
        record = np.empty(len(posting.accounts), dtype=self._record)
        ranks = self._entry_ranks(posting)
        ranks["end"] = self._axis_ranks(posting)
        ranks |= _amount_ranks(posting.lines)
        ranks["account"] = posting.accounts
        for name, rank in ranks.items():
            record[name] = self._tables[name].take(rank)
        self._foreign(record, posting)
        padded: NDArray[np.uint8] = record.view(np.uint8)
        return bytes(padded[padded != 0].data)

    def _entry_ranks(self, posting: Posting) -> dict[str, Integers]:
        """Which row of each table the lines take from their entry."""
        entry = posting.entries[posting.lines.entry]
        number = posting.numbers[posting.lines.entry]
        shape, chance, letter = entry["shape"], entry["chance"], entry["letter"]
        piece = np.where(entry["piece"] > 0, entry["piece"], number)
        delay = np.where(THIRD[shape] == 3, 0, bits(chance, 16, 4))
        label = bits(chance, 20, 8) * self._label_count[shape] >> 8
        named = NAMES_THIRD[posting.lines.place] > 0
        return {
            "journal": JOURNAL[shape],
            "number_high": number // 10_000,
            "number_low": number % 10_000,
            "date": entry["day"],
            "third": np.where(named, entry["third"], 0),
            "piece": shape,
            "piece_high": piece // 10_000,
            "piece_low": piece % 10_000,
            "piece_date": np.maximum(entry["day"] - delay, 0),
            "label": self._label_first[shape] + label,
            "letter_high": np.where(named & (letter > 0), 1 + letter // _CODES % _CODES, 0),
            "letter_low": np.where(named & (letter > 0), 1 + letter % _CODES, 0),
            "lettered": np.where(named & (letter > 0), entry["lettered"], 366),
            "validated": entry["day"],
            "currency": np.zeros(len(number), dtype=np.int64),
        }

    def _axis_ranks(self, posting: Posting) -> Integers:
        """Which axis each line bears, 0 for none: half of the lines of expense and income."""
        chance = bits(posting.entries["chance"][posting.lines.entry], 40, 8)
        borne = self._managed[posting.accounts] & (chance < 128) & (self._axes > 0)
        return np.where(borne, 1 + chance % max(1, self._axes), 0)

    def _foreign(self, record: NDArray[Any], posting: Posting) -> None:
        """Some purchases were made in dollars: say the foreign amount of their supplier line."""
        entry = posting.lines.entry
        bought = posting.entries["shape"] == _ABROAD
        bought &= bits(posting.entries["chance"], 28, 4) == 0
        rows = np.flatnonzero(bought[entry] & (NAMES_THIRD[posting.lines.place] > 0))
        foreign = posting.lines.cents[rows] * 108 // 100
        record["currency"][rows] = [
            f"{cents // 100},{cents % 100:02d}{self.form.separator}USD".encode()
            for cents in foreign.tolist()
        ]


_ABROAD = chart.named("expense-2")
_PARTS = (
    "journal number_high number_low date account third piece piece_high piece_low piece_date label "
    "before thousands units cents after letter_high letter_low lettered validated currency end"
)
_FIELDS = _PARTS.split()


def _encoded(rows: Iterable[str], encoding: str = "ascii") -> NDArray[Any]:
    return np.array([row.encode(encoding) for row in rows], dtype=np.bytes_)


@cache
def _numbers() -> dict[str, NDArray[Any]]:
    """The tables that are the same in all files."""
    return {
        "number_high": _encoded(f"{n:04d}" for n in range(10_000)),
        "number_low": _encoded(f"{n:04d}" for n in range(10_000)),
        "thousands": _encoded(["", *map(str, range(1, 10_000))]),
        "units": _encoded([*map(str, range(1000)), *(f"{n:03d}" for n in range(1000))]),
        "cents": _encoded(f",{n:02d}" for n in range(100)),
        "letter_high": _encoded(["", *map("".join, product(ascii_uppercase, repeat=2))]),
        "letter_low": _encoded(["", *map("".join, product(ascii_uppercase, repeat=2))]),
    }


def _words(
    form: Format,
    year: int,
    accounts: Sequence[tuple[str, str]],
    thirds: Sequence[tuple[str, str]],
    axes: Sequence[str],
) -> dict[str, Iterable[str]]:
    """The tables of one file: what stands in a field, with the separators beside it."""
    sep = form.separator
    days = [dt.date(year, 1, 1) + dt.timedelta(days=day) for day in range(366)]
    dates = [f"{sep}{day:%Y%m%d}{sep}" for day in days]
    sides = (sep + "C", sep + "D") if form.signed else (sep[:0], sep + form.zero)
    return {
        "journal": (sep.join((code, name, code)) for code, name in chart.JOURNALS.items()),
        "date": dates,
        "account": (sep.join((*row, "")) for row in accounts),
        "third": (sep.join((*row, "")) for row in [("", ""), *thirds]),
        "piece": (shape.piece for shape in chart.ALL_SHAPES),
        "label": (label + sep for shape in chart.ALL_SHAPES for label in shape.labels),
        "before": ("" if form.signed else form.zero + sep, ""),
        "after": (side + sep for side in sides),
        "lettered": (*dates, sep + sep),
        "validated": (f"{last_of_month(day.year, day.month):%Y%m%d}{sep}" for day in days),
        "currency": (sep, "x" * 24),
        "end": (sep + axis + form.end for axis in ("", *axes)) if axes else (form.end,),
    }


def _amount_ranks(lines: LineCents) -> dict[str, Integers]:
    units, cents = np.divmod(lines.cents, 100)
    thousands, units = np.divmod(units, 1000)
    debit = (SIGN[lines.place] > 0).astype(np.int64)
    return {
        "before": debit,
        "thousands": thousands,
        "units": units + 1000 * (thousands > 0),
        "cents": cents,
        "after": debit,
    }
