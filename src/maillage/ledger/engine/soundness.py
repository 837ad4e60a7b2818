"""One pass over a text ledger, in the order of its lines: its cube, where all of it is sound.

The pass never says what is wrong: only that there is nothing to say, or that it cannot tell.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from maillage.ledger.engine import entry_checks, partners, scan
from maillage.ledger.engine.cube import Credited, CubeRow, Sound, is_asset
from maillage.ledger.engine.detection import Form
from maillage.ledger.engine.fec import Layout
from maillage.ledger.engine.partners import NOTHING, Known, Named, fold
from maillage.ledger.engine.sharing import OTHER, EntryLine, GatheredEntry

BLOCK = 4 << 20
ENTRY = 1 << 20
"""Bytes of an entry that a block cuts, kept to be looked back at, at most."""
LONGEST_LINE = scan.LONGEST_LINE
MEANS = ("", partners.AUXILIARY, partners.ACCOUNT, partners.ENTRY)
"""As `scan` numbers them."""
MOST = 1 << 62
"""Cents of a sum: those of one more block could not go over what an integer holds."""


class Keeper(Protocol):
    """Whoever keeps what the pass goes over."""

    def read(self, content: bytes | memoryview) -> None:
        """Bytes just read, which stay as they are until `settle`."""

    def settle(self) -> None:
        """The bytes read are about to change."""

    def take(self, block: scan.Bytes, at: int, noted: int, found: Pass) -> bool:
        """The lines of `found.marks[:noted]`, the first at a place, are sound; False where that is
        too much for it."""


class Passer:
    """Nobody keeps anything."""

    def read(self, content: bytes | memoryview) -> None: ...

    def settle(self) -> None: ...

    def take(self, block: scan.Bytes, at: int, noted: int, found: Pass) -> bool:
        return True


def one_pass(form: Form, known: Known, first: dt.date, last: dt.date) -> Sound | None:
    """What a sound file comes to, whose entries fall between two days; None where it cannot tell.

    `known`: the numbers and accounts that stand for a chamber, whose lines are kept apart, as are
    those of entries that name it alone.
    """
    if not _foreseen(form):
        return None
    with form.path.open("rb") as file:
        file.readline()
        found = Pass(form, known, first, last, Passer())
        return found.sound(file) if found.proves(file) else None


def kept(form: Form, first: dt.date, last: dt.date, keeper: Keeper) -> bool:
    """Whether that pass proves a file, its entries between two days; `keeper` is told all that is
    read, and each line proved."""
    if not _foreseen(form):
        return False
    with form.path.open("rb") as file:
        keeper.read(file.readline())
        return Pass(form, NOTHING, first, last, keeper).proves(file)


def _foreseen(form: Form) -> bool:
    """Whether a file is written as the pass reads them."""
    heading = form.heading
    if heading.missing or heading.unordered or heading.recased or heading.extra:
        return False
    if heading.twice or heading.quoted or heading.payments:
        return False
    return form.newline in ("\n", "\r\n") and form.family != "cp1252"


class Pass:
    """What is gathered of one file."""

    def __init__(
        self, form: Form, known: Known, first: dt.date, last: dt.date, keeper: Keeper
    ) -> None:
        self.keeper = keeper
        self.encoding = form.family or form.encoding
        self.numbers, self.meanings = dict(known.numbers), dict(known.accounts)
        self.end = form.newline.encode()
        self.rules = np.zeros(scan.RULES, np.int64)
        self.rules[scan.SEPARATOR] = ord(form.separator)
        self.rules[scan.RETURN] = form.newline == "\r\n"
        self.rules[scan.UTF8] = form.encoding == "utf-8"
        self.rules[scan.SIGNED] = form.layout is Layout.SIGNED
        self.rules[scan.FIRST] = int(f"{first:%Y%m%d}")
        self.rules[scan.LAST] = int(f"{last:%Y%m%d}")
        self.state = np.zeros(scan.STATE, np.int64)
        for scope in (scan.BY_JOURNAL, scan.BY_JOURNAL_DATES, scan.OVERALL, scan.OVERALL_DATES):
            self.state[scope] = 1
        self.former = np.zeros(scan.LONGEST_WORD + scan.WIDE, np.uint8)
        self.marks = np.empty(ENTRY + BLOCK + LONGEST_LINE + 2 + scan.WIDE, np.int32)
        self.lines = np.empty((len(self.marks) // scan.CELLS, scan.READ), np.int64)
        self.accounts = scan.new_words()
        self.journals = scan.new_words(scan.MOST_JOURNALS)
        self.known = np.zeros((scan.MOST_JOURNALS + 1, scan.KNOWN), np.int64)
        self.letters = np.zeros((scan.MOST_JOURNALS + 1, scan.LONGEST), np.uint8)
        self.groups = scan.new_groups()
        self.chambers = sorted({to for pairs in known[:2] for _, to in pairs})
        self.partners = self._standing(known.numbers)
        self.meant = self._standing([*known.accounts, *((a, "") for a in known.never)])
        self.never = frozenset(known.never)
        self.pending = np.zeros((scan.MOST_PENDING, 3), np.int64)
        self.gathered = np.zeros((scan.MOST_GATHERED, 2), np.int64)
        self.sold = np.zeros((scan.MOST_SOLD, 2), np.int64)
        self.told = scan.new_words(scan.MOST_TOLD)
        self.moved_by = np.zeros((scan.MOST_TOLD, 2), np.int64)
        self.denied = frozenset(known.denied)
        for both in (form.separator.join(pair) for pair in known.denied):
            if (held := _encoded(both, self.encoding)) and _add(self.told, held, b""):
                self.told.places[self.told.sizes[0] - 1, 4] = scan.SEVERAL

    def _standing(self, pairs: Sequence[tuple[str, str]]) -> scan.Words:
        """A table of texts, each with the chamber it stands for."""
        words = scan.new_words(len(pairs) + 1)
        for written, chamber in pairs:
            held = _encoded(written, self.encoding)
            if held and _add(words, held, b""):
                place = self.chambers.index(chamber) + 1 if chamber else scan.NEVER
                words.places[words.sizes[0] - 1, 4] = place
        return words

    def proves(self, file: io.BufferedReader) -> bool:
        """Read every line left in `file`; False where there is something to say of one."""
        twice = False
        self.state[scan.BASE] = file.tell()
        for block, start, size in self._blocks(file):
            self.state[scan.AT], self.state[scan.MARK] = start, 0
            noted = scan.mark(block, start, size, self.rules, self.marks)
            while noted >= 0 and (outcome := self._scan(block, noted)) != scan.DONE:
                if outcome == scan.GIVE_UP or not self._made_room(outcome, block):
                    return False
            if noted < 0 or self.groups.sums[:, 1:3].max(initial=0) > MOST:
                return False
            twice = scan.stands_twice(block, size, self.state)
            if not self.keeper.take(block, start, noted, self):
                return False
        while (
            outcome := scan.settle(
                self.state, self.known, self.pending, self.groups, self.gathered, self.sold
            )
        ) == scan.GROW:
            self.groups = wider(self.groups)
        if outcome != scan.DONE or twice:
            return False
        return bool(self.state[scan.LINES]) and not self.state[scan.RUNNING]

    def sound(self, file: io.BufferedReader) -> Sound:
        """What the lines of `file` come to, once it is proved."""
        journals = [word for word, _ in self.named(self.journals)]
        openings = (name for rank, name in enumerate(journals) if self.known[rank, scan.OPENING])
        return Sound(
            tuple(sorted(self._rows(), key=_order)),
            tuple(sorted(openings)),
            tuple(self._entries(file)),
            tuple(sorted(self._named())),
            self._credited(file),
            tuple(sorted(self.named(self.accounts))),
        )

    def _scan(self, block: scan.Bytes, noted: int) -> int:
        return scan.scan(
            block, self.marks, noted, self.rules, self.state, self.former, self.accounts,
            self.journals, self.known, self.letters, self.partners, self.meant, self.pending,
            self.groups, self.gathered, self.sold, self.told, self.moved_by, self.lines,
        )  # fmt: skip

    def _entries(self, file: io.BufferedReader) -> Iterator[GatheredEntry]:
        """The entries of several third parties, read again where they lie."""
        return self._again(file, self.gathered[: self.state[scan.GATHERED]])

    def _credited(self, file: io.BufferedReader) -> tuple[Credited, ...] | None:
        """What entries credit to assets, from these alone; None where there are too many."""
        if self.state[scan.SOLD] > scan.MOST_SOLD:
            return None
        found: Counter[tuple[str, dt.date | None, tuple[str, ...]]] = Counter()
        for entry in self._again(file, self.sold[: self.state[scan.SOLD]], own=True):
            beside = tuple(sorted({x.account for x in entry if x.account[0] in "267"}))
            for line in entry:
                if is_asset(line.account) and line.credit:
                    found[line.account, line.month, beside] += line.credit
        return tuple(Credited(*key, cents) for key, cents in sorted(found.items(), key=_first))

    def _again(
        self, file: io.BufferedReader, places: scan.Integers, *, own: bool = False
    ) -> Iterator[GatheredEntry]:
        """The entries that lie there, read again. `own`: with the account each line bears."""
        for begin, end in places.tolist():
            file.seek(begin)
            lines = file.read(end - begin).decode(self.encoding).split("\n")
            yield tuple(self._line(rank, text, own) for rank, text in enumerate(lines) if text)

    def _line(self, rank: int, text: str, own: bool) -> EntryLine:
        cells = text.rstrip("\r").split(chr(self.rules[scan.SEPARATOR]))
        account, aux, day = cells[4], cells[6], cells[3]
        whose = "" if (aux, cells[7]) in self.denied else self.numbers.get(fold(aux), "")
        whose = whose or self.meanings.get(account, OTHER if aux else "")
        amount = _cents(cells[11])
        if self.rules[scan.SIGNED]:
            sides = (amount, 0) if _direction(cells[12]) > 0 else (0, amount)
        else:
            sides = amount, _cents(cells[12])
        if not own and not whose and account in self.never:
            account = ""
        month = dt.date(int(day[:4]), int(day[4:6]), 1)
        return EntryLine(rank, account, month, "", whose, *sides)

    def _named(self) -> Iterator[Named]:
        """How numbers of chambers are labelled."""
        separator = chr(self.rules[scan.SEPARATOR])
        for (both, _), moved in zip(_words(self.told), self.moved_by.tolist(), strict=False):
            number, label = both.decode(self.encoding).split(separator, 1)
            yield Named(number, label, moved[0], moved[1])

    def _blocks(self, file: io.BufferedReader) -> Iterator[tuple[scan.Bytes, int, int]]:
        """Blocks that end with a line, with where what is new in them begins.

        The beginning of an entry that a block cuts is kept before, to be looked back at. An empty
        line, which no scan takes, stands for one too long.
        """
        block = np.zeros(len(self.marks), np.uint8)
        start = held = 0
        while got := file.readinto(block[held : held + BLOCK].data):
            size = held + got
            self.keeper.read(block[held:size].data)
            tail = max(start, size - LONGEST_LINE)
            end = tail + block[tail:size].tobytes().rfind(b"\n") + 1
            if end == tail:
                yield _padded(b"\n"), 0, 1
                return
            yield block, start, end
            kept = self._looked_back_at(end)
            held, start = size - kept, end - kept
            self.keeper.settle()
            block[:held] = block[kept:size].copy()
        if held > start:
            block[held : held + len(self.end)] = np.frombuffer(self.end, np.uint8)
            yield block, start, held + len(self.end)

    def _looked_back_at(self, end: int) -> int:
        """From where a block is kept for the next: the entry being read, unless it is too long."""
        at = int(self.state[scan.ENTRY_AT])
        kept = at if 0 <= end - at <= ENTRY and at >= 0 else end
        self.state[scan.ENTRY_AT] = at - kept if kept == at else -1
        self.state[scan.BASE] += kept
        self.state[scan.AT] -= kept
        return kept

    def _made_room(self, outcome: int, block: scan.Bytes) -> bool:
        """Whether the scan may go on: a journal made known, or larger tables."""
        if outcome == scan.JOURNAL:
            return self._new_journal(block)
        if self.accounts.sizes[0] > scan.MOST_ACCOUNTS:
            return False
        if not scan.has_room(self.accounts):
            self.accounts = larger(self.accounts)
        if self.groups.sizes[0] == self.groups.sums.shape[0]:
            self.groups = wider(self.groups)
        return True

    def _new_journal(self, block: scan.Bytes) -> bool:
        """Make known the journal of the line the scan stopped at; False beyond what is foreseen."""
        at = int(self.state[scan.AT])
        line = block[at : at + 2 * scan.LONGEST_WORD].tobytes()
        code, label = line.split(bytes([self.rules[scan.SEPARATOR]]), 2)[:2]
        number = int(self.journals.sizes[0])
        if number == scan.MOST_JOURNALS or not _add(self.journals, code, label):
            return False
        opens = code.decode(self.encoding, "replace").upper() in entry_checks.OPENING_CODES
        named = entry_checks.OPENING_LABEL.search(
            entry_checks.without_accents(label.decode(self.encoding, "replace"))
        )
        self.known[number, scan.OPENING] = opens or named is not None
        return True

    def named(self, words: scan.Words, first: int = 0) -> list[tuple[str, str]]:
        """Each text of a table and its label, in order, from the one of that number."""
        told = self.encoding
        return [(word.decode(told), label.decode(told)) for word, label in _words(words, first)]

    def _rows(self) -> Iterator[CubeRow]:
        accounts = [word for word, _ in self.named(self.accounts)]
        journals = [word for word, _ in self.named(self.journals)]
        chambers = ["", *self.chambers]
        months: dict[int, dt.date] = {}
        for key, debit, credit, lines in self.groups.sums[: self.groups.sizes[0]].tolist():
            if not lines:
                continue  # all of them are with the chamber of their entry
            month = key >> scan.MONTH_BITS & 0xFFFF
            if month not in months:
                months[month] = dt.date(month // 12, month % 12 + 1, 1)
            yield CubeRow(
                accounts[key >> scan.ACCOUNT_BITS],
                journals[key >> scan.JOURNAL_BITS & 0xFF],
                months[month],
                chambers[key & scan.MOST_CHAMBERS],
                debit,
                credit,
                lines,
                MEANS[key >> scan.MEANS_BITS & 3],
            )


@lru_cache(maxsize=1 << 14)
def _cents(cell: str) -> int:
    """An amount as the pass reads it."""
    return int(scan._cents(_padded(cell.encode()), 0, len(cell)))


@lru_cache(maxsize=16)
def _direction(cell: str) -> int:
    return int(scan._direction(_padded(cell.encode()), 0, len(cell)))


def _first(pair: tuple[Any, int]) -> Any:
    return pair[0]


def _order(row: CubeRow) -> tuple[str, str, dt.date, str, str]:
    return row.account, row.journal, row.month, row.partner, row.means


def larger(words: scan.Words) -> scan.Words:
    """The same table with room for more texts."""
    found = scan.new_words(words.places.shape[0] * 4)
    for word, label in _words(words):
        _add(found, word, label)
    found.places[: words.sizes[0], 4] = words.places[: words.sizes[0], 4]
    return found


def wider(groups: scan.Groups) -> scan.Groups:
    """The same table with room for more sums."""
    found = scan.new_groups(groups.sums.shape[0] * 4)
    scan.copy_groups(groups, found)
    return found


def _encoded(name: str, encoding: str) -> bytes:
    try:
        return name.encode(encoding)
    except UnicodeEncodeError:
        return b""  # no such file can name it


def _add(words: scan.Words, word: bytes, label: bytes) -> bool:
    end = len(word) + len(label)
    return scan.add_word(words, _padded(word + label), 0, len(word), len(word), end) >= 0


def _padded(text: bytes) -> scan.Bytes:
    """Bytes as loops want them: more may be looked at together."""
    return np.frombuffer(text + bytes(scan.WIDE), np.uint8)


def _words(words: scan.Words, first: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Each text and its label, in order."""
    held = words.held.data
    for start, end, label, stop, _ in words.places[first : words.sizes[0]].tolist():
        yield bytes(held[start:end]), bytes(held[label:stop])
