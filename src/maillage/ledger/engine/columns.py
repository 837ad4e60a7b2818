"""A sound text ledger put in the store in the one pass that proves it: hashed, proved and written
side by side, its letters decoded once.

What it writes is what `fec_sql.typed` reads, to the value. Knows columns; refuses to say what is
wrong: where the pass cannot tell, nothing is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from maillage.ledger.engine import scan, soundness
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.ledger_file import Journal
from maillage.ledger.engine.partners import NOTHING

ROOM = 16 << 20
"""Bytes of one text of the lines written together; what comes after goes with the next ones."""
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
MONEY = pa.decimal128(18, 2)

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
            sound = soundness.one_pass(form, NOTHING, first, last, keeper)
            return keeper.ended(folder / "cube.parquet") if sound is not None else None
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
        self.auxiliaries, self.groups = scan.new_words(), scan.new_groups()
        self.journals: list[tuple[str, str]] = []
        self.accounts: list[tuple[str, str]] = []
        self.named = [("", "")]
        self.line = 2
        self.days: list[int] = []
        self.lines = pq.ParquetWriter(
            lines, SCHEMA, compression="lz4", use_dictionary=DICTIONARIES,
            column_encoding=dict.fromkeys(CLOSE, "DELTA_BINARY_PACKED"), store_schema=False,
            store_decimal_as_integer=True, write_statistics=LOOKED_FOR,
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
            self._name()
            coded = coded_in(kept, lines, self.journals, self.accounts, self.named)
            self.written = self.writing.submit(self._write, coded, kept, lines, self.line)
            self.line += lines

    def _name(self) -> None:
        """The names of what was numbered since last time."""
        found = self.found
        self.journals += found.named(found.journals, len(self.journals))
        self.accounts += found.named(found.accounts, len(self.accounts))
        known, separator = len(self.named) - 1, chr(found.rules[scan.SEPARATOR])
        for both, _ in found.named(self.auxiliaries, known):  # the first of all is nobody
            number, _, label = both.partition(separator)
            self.named.append((number, label))

    def _write(self, coded: dict[str, pa.Array], kept: scan.Kept, lines: int, first: int) -> None:
        self.lines.write_table(table_of(coded, kept, lines, first), row_group_size=self.group)

    def ended(self, cube: Path) -> Stored:
        self.settle()
        self._flush()
        self.written.result()
        moved = self._moved()
        pq.write_table(moved.table(), cube, compression="zstd", store_schema=False)
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


def coded_in(
    kept: scan.Kept,
    lines: int,
    journals: list[tuple[str, str]],
    accounts: list[tuple[str, str]],
    auxiliaries: list[tuple[str, str]],
) -> dict[str, pa.Array]:
    """The columns of lines kept that codes tell."""
    journal, account, auxiliary = kept.codes[:, :lines]
    return {
        "journal": _coded(journal, [code for code, _ in journals]),
        "journal_label": _coded(journal, [label for _, label in journals]),
        "account": _coded(account, [number for number, _ in accounts]),
        "account_label": _coded(account, [label for _, label in accounts]),
        "aux": _coded(auxiliary, [number for number, _ in auxiliaries]),
        "aux_label": _coded(auxiliary, [label for _, label in auxiliaries]),
    }


def _coded(codes: np.ndarray, words: list[str]) -> pa.Array:
    """A column of texts out of their numbers; none stands twice among those it then numbers."""
    places: dict[str, int] = {}
    renamed = np.array([places.setdefault(word, len(places)) for word in words], np.int32)
    if len(places) < len(words):
        codes = renamed[codes]
    told = pa.array(list(places), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), told)


def table_of(coded: dict[str, pa.Array], kept: scan.Kept, lines: int, first: int) -> pa.Table:
    """Lines kept as the store has them, the first of them numbered so."""
    columns = coded | {"line": pa.array(np.arange(first, first + lines, dtype=np.int32))}
    for place, name in enumerate(TEXTS):
        columns[name] = _text(kept, place, lines, name in UNIQUE)
    for place, name in enumerate(DAYS):
        days = kept.days[place, :lines]
        columns[name] = pa.array(days, pa.int32(), mask=days == scan.NO_DAY).cast(pa.date32())
    for place, name in enumerate(AMOUNTS):
        cents = kept.cents[place, :lines]
        columns[name] = _money(cents, cents == 0 if name == "currency_amount" else None)
    return pa.table([columns[name] for name in ORDER], SCHEMA)


def _text(kept: scan.Kept, place: int, lines: int, unique: bool) -> pa.Array:
    count = int(kept.sizes[1 + place])
    ends = kept.ends[place, : count + 1]
    ends[0] = 0
    words = pa.StringArray.from_buffers(
        count, pa.py_buffer(ends), pa.py_buffer(kept.held[place, : ends[-1]])
    )
    ranks = kept.ranks[place, :lines]
    if unique:
        return words.take(pa.array(ranks))
    coded = words.dictionary_encode()
    indices = coded.indices.to_numpy()[ranks]
    return pa.DictionaryArray.from_arrays(pa.array(indices), coded.dictionary)


def _money(cents: scan.Integers, absent: np.ndarray | None) -> pa.Array:
    """Decimals of two places out of cents."""
    wide = np.empty((len(cents), 2), np.int64)
    wide[:, 0], wide[:, 1] = cents, cents >> 63
    known = None if absent is None else pa.py_buffer(np.packbits(~absent, bitorder="little"))
    return pa.Decimal128Array.from_buffers(MONEY, len(cents), [known, pa.py_buffer(wide)])


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
            "account": _coded(account, [word for word, _ in self.accounts]),
            "account_label": _coded(account, [label for _, label in self.accounts]),
            "journal": _coded(journal, [word for word, _ in self.journals]),
            "month": pa.array((first + month).astype("datetime64[D]")),
            "aux": _coded(keys & ((1 << scan.AUXILIARY_BITS) - 1), self.auxiliaries),
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
