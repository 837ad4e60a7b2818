"""A sound text ledger put in the store in the one pass that proves it: hashed, proved and written
side by side, its letters decoded once.

What it writes is what `fec_sql.typed` reads, to the value. Knows columns; refuses to say what is
wrong: where the pass cannot tell, nothing is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from maillage.ledger.engine import scan, soundness
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.ledger_file import Journal

ROOM = 16 << 20
"""Bytes of one text of the lines written together; what comes after goes with the next ones."""
AUXILIARIES = 1 << 12
"""For so many, with their labels, there is room at once."""
TEXTS = ("number", "piece", "label", "lettering", "currency")
DAYS = ("date", "piece_date", "lettering_date", "valid_date")
AMOUNTS = ("debit", "credit", "currency_amount")
CODED = ("journal", "journal_label", "account", "account_label", "aux", "aux_label")
ORDER = (
    "line", "journal", "journal_label", "number", "date", "account", "account_label", "aux",
    "aux_label", "piece", "piece_date", "label", "debit", "credit", "lettering", "lettering_date",
    "valid_date", "currency_amount", "currency",
)  # fmt: skip
"""As `fec_sql.STORED` has them."""
LOOKED_FOR = ["line", "number", "date"]
"""Of which each group of lines tells the least and the most: entries follow one another by these,
while any group has nearly every journal and account."""
UNIQUE = ("number", "piece")
"""Texts of which nearly each entry has its own: a dictionary of them would be as large as they."""
CLOSE = ("line", "debit", "credit")
"""Numbers written by their differences: the amounts of an entry are often those of its counterpart
or nothing, and packed so they are read faster than once compressed."""
ABSENT = ("lettering_date", "currency_amount")
"""What a proved line may lack; of others, Parquet need not note whether they are there."""
MONEY = pa.decimal64(18, 2)
"""Which Parquet holds as it stands here: an integer of cents."""
REPEATED = ["account", "account_label", "journal", "month", "aux", "opening"]
"""Columns of the cube: of its sums, nearly each is another."""
PACKED = dict.fromkeys((*CLOSE, *CODED, "currency_amount"), "NONE")
"""By what these are compressed: they are packed to the bit. All others are by LZ4."""
TOGETHER = 1 << 16
"""Values of a column that are encoded at once."""

Follow = Callable[[int], None]


class Stored(NamedTuple):
    """What was put in Parquet files. `cube`: as `continuity.fingerprint` takes its rows."""

    sha256: str
    journals: tuple[Journal, ...]
    first: dt.date
    last: dt.date
    cube: tuple[tuple[object, ...], ...]


def store(
    form: Form, first: dt.date, last: dt.date, folder: Path, group: int, follow: Follow
) -> Stored | None:
    """Write `lines.parquet`, by groups of lines, and `cube.parquet`; None where it cannot tell.

    Entries fall between the two days. `follow` is told the bytes done, and may raise to stop.
    """
    with ThreadPoolExecutor(1) as hashing, ThreadPoolExecutor(1) as writing:
        keeper = _Keeper(form, folder / "lines.parquet", group, hashing, writing, follow)
        try:
            proved = soundness.kept(form, first, last, keeper)
            return keeper.ended(folder / "cube.parquet") if proved else None
        finally:
            keeper.close()


class _Keeper:
    """Told of bytes as they are read, then of the lines that are proved."""

    def __init__(
        self,
        form: Form,
        lines: Path,
        group: int,
        hashing: ThreadPoolExecutor,
        writing: ThreadPoolExecutor,
        follow: Follow,
    ) -> None:
        self.hash, self.hashing = hashlib.sha256(), hashing
        self.hashed: Future[None] | None = None
        self.writing, self.written = writing, _done()
        self.letters = letters_of(form.family or form.encoding)
        self.group, self.follow, self.done = group, follow, 0
        self.kept, self.spare = (scan.new_kept(group, ROOM) for _ in range(2))
        self.auxiliaries, self.groups = scan.new_words(AUXILIARIES), scan.new_groups()
        self.journals: list[tuple[str, str]] = []
        self.accounts: list[tuple[str, str]] = []
        self.named: list[tuple[str, str]] = []
        self.dictionaries = [Dictionary() for _ in CODED]
        self.line = 2
        self.days: list[int] = []
        self.lines = pq.ParquetWriter(
            lines, SCHEMA, compression=dict.fromkeys(ORDER, "LZ4") | PACKED,
            column_encoding=dict.fromkeys(CLOSE, "DELTA_BINARY_PACKED"),
            use_dictionary=DICTIONARIES, store_schema=False, store_decimal_as_integer=True,
            write_statistics=LOOKED_FOR, write_batch_size=TOGETHER,
        )  # fmt: skip

    def read(self, content: bytes | memoryview) -> None:
        """Bytes just read, which stay as they are until `settle`."""
        self.settle()
        self.done += len(content)
        self.follow(self.done)
        self.hashed = self.hashing.submit(self.hash.update, content)

    def settle(self) -> None:
        if self.hashed is not None:
            self.hashed.result()
            self.hashed = None

    def take(self, block: scan.Bytes, at: int, noted: int, found: soundness.Pass) -> bool:
        """Lines of a block that were proved; False beyond what is foreseen."""
        self.found = found
        mark = 0
        while mark < noted:
            begin = at if mark == 0 else int(found.marks[mark - 1]) + 1
            mark = scan.keep(
                block, begin, mark, found.marks, noted, found.rules, self.letters, self.kept,
                found.lines, found.journals, self.auxiliaries, self.groups,
            )  # fmt: skip
            if mark == noted:
                break
            if mark < 0:
                return False
            if not scan.has_room(self.auxiliaries):
                if self.auxiliaries.sizes[0] > scan.MOST_AUXILIARIES >> 2:
                    return False
                self.auxiliaries = soundness.larger(self.auxiliaries)
            elif self.groups.sizes[0] == self.groups.sums.shape[0]:
                self.groups = soundness.wider(self.groups)
            else:
                self._flush()
        return True

    def _flush(self) -> None:
        """Have another core write the lines kept, once those before are."""
        self.written.result()
        kept, lines = self.kept, int(self.kept.sizes[0])
        self.kept, self.spare = self.spare, kept
        self.kept.sizes[:] = 0
        if lines:
            days = kept.days[0, :lines]
            self.days += [int(days.min()), int(days.max())]
            self.written = self.writing.submit(self._write, self._named(), kept, lines, self.line)
            self.line += lines

    def _named(self) -> list[Told]:
        """What codes stand for, once the names of what was numbered since last time are known."""
        found, separator = self.found, chr(self.found.rules[scan.SEPARATOR])
        journals = found.named(found.journals, len(self.journals))
        accounts = found.named(found.accounts, len(self.accounts))
        auxiliaries = [] if self.named else [("", "")]  # the first of all is nobody
        for both, _ in found.named(self.auxiliaries, max(len(self.named) - 1, 0)):
            number, _, label = both.partition(separator)
            auxiliaries.append((number, label))
        self.journals += journals
        self.accounts += accounts
        self.named += auxiliaries
        return [
            words.know(pair[place % 2] for pair in (journals, accounts, auxiliaries)[place // 2])
            for place, words in enumerate(self.dictionaries)
        ]

    def _write(self, coded: Sequence[Told], kept: scan.Kept, lines: int, first: int) -> None:
        self.lines.write_table(table_of(coded, kept, lines, first), row_group_size=self.group)

    def ended(self, cube: Path) -> Stored:
        self.settle()
        self._flush()
        self.written.result()
        moved = self._moved()
        pq.write_table(
            moved.table(), cube, compression="zstd", use_dictionary=REPEATED, store_schema=False
        )
        return Stored(
            self.hash.hexdigest(),
            moved.by_journal(),
            _date(min(self.days)),
            _date(max(self.days)),
            moved.by_month(),
        )

    def _moved(self) -> _Moved:
        found = self.found
        auxiliaries: dict[str, int] = {}
        renamed = [auxiliaries.setdefault(aux, len(auxiliaries)) for aux, _ in self.named]
        return _Moved(
            _renamed(self.groups.sums[: self.groups.sizes[0]], np.array(renamed)),
            self.accounts,
            self.journals,
            list(auxiliaries),
            found.known[:, scan.OPENING] != 0,
            int(found.rules[scan.FIRST]) // 10000,
        )

    def close(self) -> None:
        """Leave nothing under way."""
        for work in (self.hashed, self.written):
            if work is not None:
                work.exception()
        self.lines.close()


def _done() -> Future[None]:
    work: Future[None] = Future()
    work.set_result(None)
    return work


def _date(days: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days)


def letters_of(encoding: str) -> scan.Bytes:
    """By byte above 127, how many bytes its letter has in UTF-8, then which."""
    letters = np.zeros((256, 1 + scan.WIDEST), np.uint8)
    for byte in range(256):
        told = bytes([byte])
        if encoding != "utf-8":
            told = told.decode(encoding, "replace").encode()
        letters[byte, : 1 + len(told)] = [len(told), *told]
    return letters


# -- lines and cube as Parquet --------------------------------------------------------------------


def _kind(name: str) -> pa.DataType:
    if name == "line":
        return pa.int32()
    if name in DAYS:
        return pa.date32()
    if name in AMOUNTS:
        return MONEY
    return pa.string() if name in UNIQUE else pa.dictionary(pa.int32(), pa.string())


SCHEMA = pa.schema([pa.field(name, _kind(name), name in ABSENT) for name in ORDER])
DICTIONARIES = [name for name in (*CODED, *TEXTS) if name not in UNIQUE]


class Told(NamedTuple):
    """What numbers stand for in a column of texts: none stands twice among `words`; `renamed`: by
    number, which of them it is, None where each is its own."""

    words: pa.Array
    renamed: np.ndarray | None

    def column(self, codes: np.ndarray) -> pa.Array:
        places = codes.astype(np.int32) if self.renamed is None else self.renamed[codes]
        return pa.DictionaryArray.from_arrays(pa.array(places), self.words)


class Dictionary:
    """Words of a column by their numbers, as they come to be known."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.renamed: list[int] = []

    def know(self, words: Iterable[str]) -> Told:
        """These bear the next numbers: what all of them stand for."""
        places = self.places
        self.renamed += [places.setdefault(word, len(places)) for word in words]
        renamed = self.renamed if len(places) < len(self.renamed) else None
        told = None if renamed is None else np.array(renamed, np.int32)
        return Told(pa.array(list(places), pa.string()), told)


def told(words: Iterable[str]) -> Told:
    return Dictionary().know(words)


def table_of(coded: Sequence[Told], kept: scan.Kept, lines: int, first: int) -> pa.Table:
    """Lines kept as the store has them, the first of them numbered so. `coded`: as CODED."""
    columns = {"line": pa.array(np.arange(first, first + lines, dtype=np.int32))}
    for place, name in enumerate(CODED):
        columns[name] = coded[place].column(kept.codes[place >> 1, :lines])
    for place, name in enumerate(TEXTS):
        columns[name] = _words(kept, place) if name in UNIQUE else _text(kept, place, lines)
    for place, name in enumerate(DAYS):
        days = kept.days[place, :lines]
        known = days != scan.NO_DAY if name in ABSENT else None
        columns[name] = _whole(pa.Date32Array, pa.date32(), days, known)
    for place, name in enumerate(AMOUNTS):
        cents = kept.cents[place, :lines]
        known = cents != 0 if name in ABSENT else None
        columns[name] = _whole(pa.Decimal64Array, MONEY, cents, known)
    return pa.table([columns[name] for name in ORDER], SCHEMA)


def _words(kept: scan.Kept, place: int) -> pa.Array:
    """The texts written of a column, as they stand."""
    count = int(kept.sizes[1 + place])
    ends = kept.ends[place, : count + 1]
    held = kept.held[place, : ends[-1]]
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(held))


def _text(kept: scan.Kept, place: int, lines: int) -> pa.Array:
    coded = _words(kept, place).dictionary_encode()
    indices = coded.indices.to_numpy()[kept.ranks[place, :lines]]
    return pa.DictionaryArray.from_arrays(pa.array(indices), coded.dictionary)


def _whole(kind: Any, told: pa.DataType, values: np.ndarray, known: np.ndarray | None) -> pa.Array:
    """A column of what is a whole number in memory, those not `known` absent."""
    bits = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return kind.from_buffers(told, len(values), [bits, pa.py_buffer(values)])


@dataclass(frozen=True)
class _Moved:
    """The sums of `scan.keep`, in the order of their keys, with what these number."""

    sums: scan.Integers
    accounts: list[tuple[str, str]]
    journals: list[tuple[str, str]]
    auxiliaries: list[str]
    opens: np.ndarray
    opened: int

    def months(self, keys: scan.Integers) -> list[dt.date]:
        months = ((keys & 0xFFFFFFFF) >> scan.AUXILIARY_BITS).tolist()
        return [dt.date(self.opened + month // 12, month % 12 + 1, 1) for month in months]

    def table(self) -> pa.Table:
        """The cube, as `ledger_reader` has it."""
        keys, debit, credit, lines = self.sums.T
        account, journal = keys >> scan.ACCOUNT_BITS, keys >> scan.JOURNAL_BITS & 0xFF
        month = (keys & 0xFFFFFFFF) >> scan.AUXILIARY_BITS
        first = np.datetime64(f"{self.opened:04d}-01", "M")
        columns = {
            "account": told(word for word, _ in self.accounts).column(account),
            "account_label": told(label for _, label in self.accounts).column(account),
            "journal": told(word for word, _ in self.journals).column(journal),
            "month": pa.array((first + month).astype("datetime64[D]")),
            "aux": told(self.auxiliaries).column(keys & ((1 << scan.AUXILIARY_BITS) - 1)),
            "opening": pa.array(self.opens[journal]),
        }
        sums = zip(("debit", "credit", "lines"), (debit, credit, lines), strict=True)
        return pa.table(columns | {name: pa.array(values) for name, values in sums})

    def by_month(self) -> tuple[tuple[object, ...], ...]:
        """Account, journal, month, debit, credit, lines."""
        keys, sums = _summed(self.sums, self.sums[:, 0] >> scan.AUXILIARY_BITS)
        months = self.months(keys << scan.AUXILIARY_BITS)
        return tuple(
            (self.accounts[key >> scan.ACCOUNT_BITS - scan.AUXILIARY_BITS][0],
             self.journals[key >> scan.JOURNAL_BITS - scan.AUXILIARY_BITS & 0xFF][0],
             month, *row)
            for key, month, row in zip(keys.tolist(), months, sums.tolist(), strict=True)
        )  # fmt: skip

    def by_journal(self) -> tuple[Journal, ...]:
        journals = self.sums[:, 0] >> scan.JOURNAL_BITS & 0xFF
        order = np.argsort(journals, kind="stable")
        keys, sums = _summed(self.sums[order], journals[order])
        found = [
            Journal(self.journals[key][0], self.journals[key][1], lines, debit, credit)
            for key, (debit, credit, lines) in zip(keys.tolist(), sums.tolist(), strict=True)
        ]
        return tuple(sorted(found, key=lambda journal: journal.code))


def _renamed(sums: scan.Integers, numbers: scan.Integers) -> scan.Integers:
    """The same sums in the order of their keys, whose auxiliaries are numbered anew: those of one
    that bears several labels stand together."""
    known = (1 << scan.AUXILIARY_BITS) - 1
    keys = (sums[:, 0] & ~known) | numbers[sums[:, 0] & known]
    order = np.argsort(keys, kind="stable")
    return np.column_stack(_summed(sums[order], keys[order]))


def _summed(rows: scan.Integers, keys: scan.Integers) -> tuple[scan.Integers, scan.Integers]:
    """The sums of rows whose keys are alike, which stand together."""
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[starts], np.add.reduceat(rows[:, 1:], starts)
