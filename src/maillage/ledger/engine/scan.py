"""The loops of the one pass over a text ledger, compiled by Numba at their first call and kept.

Bytes in, one line after another; sums out. A line that holds anything but what a sound ledger
holds ends the pass (GIVE_UP): what is wrong is for `reading` to say. Knows cells, words and sums;
refuses to know files and their encodings.

Bytes are looked at sixty-four at a time: every array of bytes passed in goes on for WIDE bytes
after what it holds.

All in one file, because what is kept is made again where this file changes, and only then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Places = NDArray[np.int32]
Bits = np.uint64

# What a scan ends with: all lines read, nothing provable, a journal to make known, a table to grow.
DONE, GIVE_UP, JOURNAL, GROW = range(4)

# The rules of a file, by place.
SEPARATOR, RETURN, UTF8, SIGNED, FIRST, LAST, RULES = range(7)

# What a scan keeps from line to line, by place. `PREFIX`: bytes of the four first cells, held in
# `former`; `NUMBER` and `NUMBER_END`: the entry number within them.
AT, LINES, RUNNING, PREFIX, NUMBER, NUMBER_END, JOURNAL_ID, MONTH, BEGUN, RANK, DAY = range(11)
BY_JOURNAL, BY_JOURNAL_DATES, OVERALL, OVERALL_DATES, OTHERS = range(11, 16)

# Of the entry being read: where it begins, what its first line moves, how many lines move that.
ENTRY_AT, MOVED, ALIKE = range(16, 19)
TRIED = 8
"""Lines of an entry looked at, at most, for one that stands once."""
# Of the entry under way: how many of its lines name nobody, and its chamber from 1: NONE where no
# line names one, SEVERAL where they name two, or somebody else.
PENDING, CHAMBER = 19, 20
NONE, SEVERAL = 0, -1
NEVER = -2
"""What an account stands for whose lines take no partner but their own."""
# Of it too: whether a line names a chamber, and what its lines that name nobody are, a bit each (a
# charge or a product, what may be somebody's, what a chamber's amount may tell). Of all of them:
# how many were kept, to be shared out. `BASE`: where in the file a block begins; `MARK`: the
# mark that ends the first cell of the line the scan is at. `CREDITED`: whether a line of the entry
# credits an asset; `SOLD`: how many entries do, those that could not be kept among them.
FACED, BARE, GATHERED, BASE, MARK, CREDITED, SOLD, STATE = range(21, 29)
RESULTS, BESIDE, TELLS = 1, 2, 4

# What a scan tells of each line of a block, by place: its account, then which stretches of cells
# hold what those of the line before hold, a bit each; its debit; its credit.
ACCOUNT_TOLD, AGAIN, DEBIT_TOLD, CREDIT_TOLD, READ = range(5)
SAME_ENTRY, SAME_PIECE, SAME_TAIL = 1, 2, 4

# What is known of a journal, by place. `LETTERS`: bytes before the digits of its entry numbers.
OPENING, J_BEGUN, J_RANK, J_DAY, LETTERS, KNOWN = range(6)

# What a key packs: account, journal, month (year x 12 + month - 1), how the partner is known, and
# the partner from 1, or 0.
ACCOUNT_BITS, JOURNAL_BITS, MONTH_BITS, MEANS_BITS = 40, 32, 16, 14
BY_AUXILIARY, BY_ACCOUNT, BY_ENTRY = range(1, 4)
MOST_CHAMBERS = (1 << MEANS_BITS) - 1
MOST_PENDING = 1 << 12
"""Lines of an entry that may take its chamber; one of more that has a chamber ends the pass."""

MOST_GATHERED = 1 << 16
"""Entries of several third parties that are kept, a chamber among them; one more ends the pass."""
MOST_SOLD = 1 << 14
"""Entries that credit an asset and are kept, at most: beyond, none of them is told."""
MOST_TOLD = 1 << 12
"""Numbers of chambers with their labels, at most."""

MOST_JOURNALS = 250
MOST_ACCOUNTS = 1 << 22
LONGEST = 64
"""Bytes of the letters of an entry number, at most."""
LONGEST_WORD = 4096
WIDE = 64
"""Bytes that are looked at together."""
CELLS = 18
LONGEST_LINE = 16_000
WRONG = -(1 << 62)
FACTOR = np.uint64(0x9E3779B97F4A7C15)
ALL, ZEROS = (1 << 64) - 1, 0x3030303030303030
SMALL_A, SMALL_Z = b"az"
TAB, FEED, RETURNED, SPACE, QUOTE, PLUS, COMMA, MINUS = b'\t\n\r "+,-'
ZERO, TWO, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE = b"02456789"
ONE, CREDIT, DEBIT = b"1CD"
ASCII, FIRST_LATIN, SOFT_HYPHEN = 0x80, 0xA0, 0xAD

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop, **options: bool) -> Loop:
    """Compile at the first call. No array is made in a loop: counting who holds them, which would
    cost a third of the time, is left out."""
    kept: Any = njit  # its types know no `_nrt`
    return cast(
        Loop, kept(nogil=True, cache=True, error_model="numpy", _nrt=False, **options)(loop)
    )


def inlined(loop: Loop) -> Loop:
    """The same, and part of whatever calls it."""
    return compiled(loop, forceinline=True)


class Words(NamedTuple):
    """Texts met, numbered from 0. `slots`: hash table of number + 1; `places`: where each text and
    the label that goes with it stand in `held` (start, end, start, end), then which chamber it
    stands for, from 1 (0: none); `sizes`: texts, bytes."""

    slots: Places
    places: Places
    held: Bytes
    sizes: Integers


class Groups(NamedTuple):
    """Sums by key. `slots`: hash table of row + 1; `sums`: key, debit, credit, lines by row."""

    slots: Places
    sums: Integers
    sizes: Integers


def new_words(room: int = 1 << 10) -> Words:
    """An empty table for at least `room` texts."""
    room = 1 << room.bit_length()  # slots are looked up by mask
    return Words(
        np.zeros(room * 2, np.int32),
        np.zeros((room, 5), np.int32),
        np.zeros(room * 64 + 4 * LONGEST_WORD + WIDE, np.uint8),
        np.zeros(2, np.int64),
    )


def new_groups(room: int = 1 << 12) -> Groups:
    """An empty table for `room` rows, a power of two."""
    return Groups(
        np.zeros(room * 2, np.int32), np.zeros((room, 4), np.int64), np.zeros(1, np.int64)
    )


# -- sixty-four bytes at a time -------------------------------------------------------------------
# What Numba has no words for: each is one or two instructions of the processor.


def _loaded(context: Any, builder: Any, kind: Any, array: Any, at: Any, loaded: Any) -> Any:
    """What stands in an array from a place, wherever that is."""
    data = context.make_array(kind)(context, builder, array).data
    place = builder.bitcast(builder.gep(data, [at]), loaded.as_pointer())
    return builder.load(place, align=1)


def _bits(builder: Any, truths: Any) -> Any:
    return builder.bitcast(truths, ir.IntType(WIDE))


def _all_of(builder: Any, byte: Any) -> Any:
    """A byte, as many times as bytes are looked at."""
    wide, one = ir.VectorType(ir.IntType(8), WIDE), ir.IntType(32)
    first = builder.insert_element(ir.Constant(wide, ir.Undefined), byte, one(0))
    zeros = ir.Constant(ir.VectorType(one, WIDE), [0] * WIDE)
    return builder.shuffle_vector(first, ir.Constant(wide, ir.Undefined), zeros)


WIDE_BYTES = ir.VectorType(ir.IntType(8), WIDE)
instruction = cast(Callable[[Any], Callable[..., Any]], intrinsic)


def _against(sign: str, both: str) -> Callable[..., Any]:
    """An instruction that tells which bytes compare so with the separator, and (or or) which are a
    control character: a bit each."""

    @instruction
    def told(_typing: Any, text: Any, at: Any, separator: Any) -> Any:
        def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            held = _loaded(context, builder, signature.args[0], given[0], given[1], WIDE_BYTES)
            apart = builder.icmp_unsigned(sign, held, _all_of(builder, given[2]))
            low = builder.icmp_unsigned("<", held, _all_of(builder, ir.IntType(8)(SPACE)))
            return _bits(builder, getattr(builder, both)(apart, low))

        return types.uint64(text, types.int64, types.uint8), write

    return told


_marks = _against("==", "or_")
"""Which bytes are the separator or a control character."""
_breaks = _against("!=", "and_")
"""Which bytes are a control character other than the separator."""


@instruction
def _high(_typing: Any, text: Any, at: Any) -> Any:
    """Which bytes are no ASCII, a bit each."""

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        held = _loaded(context, builder, signature.args[0], given[0], given[1], WIDE_BYTES)
        return _bits(builder, builder.icmp_signed("<", held, ir.Constant(WIDE_BYTES, [0] * WIDE)))

    return types.uint64(text, types.int64), write


@instruction
def _unlike(_typing: Any, text: Any, at: Any, other: Any, start: Any) -> Any:
    """Which bytes of two stretches differ, a bit each."""

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        here = _loaded(context, builder, signature.args[0], given[0], given[1], WIDE_BYTES)
        there = _loaded(context, builder, signature.args[2], given[2], given[3], WIDE_BYTES)
        return _bits(builder, builder.icmp_unsigned("!=", here, there))

    return types.uint64(text, types.int64, other, types.int64), write


@instruction
def _copy(_typing: Any, text: Any, at: Any, other: Any, start: Any) -> Any:
    """Write what stands from a place of `text` from a place of `other`, which has room for all."""

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        held = _loaded(context, builder, signature.args[0], given[0], given[1], WIDE_BYTES)
        data = context.make_array(signature.args[2])(context, builder, given[2]).data
        place = builder.bitcast(builder.gep(data, [given[3]]), WIDE_BYTES.as_pointer())
        builder.store(held, place, align=1)
        return context.get_dummy_value()

    return types.void(text, types.int64, other, types.int64), write


@instruction
def _eight(_typing: Any, text: Any, at: Any) -> Any:
    """Eight bytes as a number, the first of them the least."""

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        eight = ir.IntType(64)
        held = _loaded(context, builder, signature.args[0], given[0], given[1], eight)
        little = sys.byteorder == "little"
        return held if little else builder.bswap(held)

    return types.uint64(text, types.int64), write


@instruction
def _first(_typing: Any, bits: Any) -> Any:
    """The place of the first bit that is set."""

    def write(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.IntType(1)(1))

    return types.int64(types.uint64), write


@instruction
def _count(_typing: Any, bits: Any) -> Any:
    """How many bits are set."""

    def write(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.int64(types.uint64), write


@inlined
def _below(size: int) -> Bits:
    """As many bits from the first, of sixty-four at most."""
    return np.uint64(ALL) if size >= WIDE else (np.uint64(1) << np.uint64(size)) - np.uint64(1)


@compiled
def mark(text: Bytes, at: int, end: int, rules: Integers, marks: Places) -> int:
    """Note where cells end in whole lines; how many are noted, -1 where a line has more or fewer.

    Of each line: its separators, then its line end, of one or two bytes.
    """
    separator, returned = rules[SEPARATOR], rules[RETURN] != 0
    width, noted, ended = CELLS + returned, 0, 0
    while at < end:
        here = _below(end - at)
        bits = _marks(text, at, separator) & here
        breaks = _breaks(text, at, separator) & here
        while breaks:
            place = _first(breaks)
            breaks &= breaks - np.uint64(1)
            rank, byte = noted + _count(bits & _below(place)) + 1, text[at + place]
            if byte == RETURNED and returned and rank == ended + CELLS:
                continue
            whole = byte == FEED and rank == ended + width
            if not whole or (returned and text[at + place - 1] != RETURNED):
                return -1
            ended = rank
        while bits:
            marks[noted] = at + _first(bits)
            noted += 1
            bits &= bits - np.uint64(1)
        at += WIDE
    return noted if noted == ended else -1


# -- cells ----------------------------------------------------------------------------------------


@inlined
def _same(text: Bytes, at: int, end: int, other: Bytes, start: int, stop: int) -> bool:
    """Whether two stretches hold the same bytes."""
    size = end - at
    if size != stop - start:
        return False
    while size > WIDE:
        if _unlike(text, at, other, start):
            return False
        at, start, size = at + WIDE, start + WIDE, size - WIDE
    return _unlike(text, at, other, start) & _below(size) == 0


@inlined
def _bare(text: Bytes, at: int, end: int) -> bool:
    """Whether a cell holds something, without a space at its ends nor a quote before it."""
    return (end > at) & (text[at] != SPACE) & (text[at] != QUOTE) & (text[end - 1] != SPACE)


@inlined
def _are_digits(word: Bits) -> bool:
    """Whether eight bytes are all digits."""
    carried = word & (word + np.uint64(0x0606060606060606))
    return carried & np.uint64(0xF0F0F0F0F0F0F0F0) == np.uint64(ZEROS)


@inlined
def _number(word: Bits) -> int:
    """Eight digits as a number: by pairs, by fours, then all of them."""
    pairs = (word & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561) >> np.uint64(8)
    fours = (pairs & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    whole = (fours & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
    return np.int64(whole)


@inlined
def _day(text: Bytes, at: int, end: int) -> int:
    """A real day as yyyymmdd, 0 where the cell is empty, WRONG where it is no day."""
    if end == at:
        return 0
    if end - at != 8:
        return WRONG
    word = _eight(text, at)
    if not _are_digits(word):
        return WRONG
    number = _number(word)
    year, month, day = number // 10000, number // 100 % 100, number % 100
    if year < 1 or month < 1 or month > 12 or day < 1:
        return WRONG
    if day > 28:
        longest = 31
        if month == 2:
            longest = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
        elif month == 4 or month == 6 or month == 9 or month == 11:  # noqa: PLR1714
            longest = 30
        if day > longest:
            return WRONG
    return number


@inlined
def _cents(text: Bytes, at: int, end: int) -> int:
    """An amount in cents by its value, 0 where the cell is empty, WRONG where it is not plain.

    Spaces around, zeros before, a sign first or last, no digit on one side of the comma, zeros
    after the cents: all ways of writing one value. More than two decimals, or a point, are not.
    """
    if end - at == 1 and text[at] == ZERO:
        return 0
    digits = end - at - 3
    if 0 < digits <= 8 and end >= 11 and text[end - 3] == COMMA:
        before = ~_below((8 - digits) * 8)
        word = (_eight(text, end - 11) & before) | (np.uint64(ZEROS) & ~before)
        tens, ones = np.int64(text[end - 2]) - ZERO, np.int64(text[end - 1]) - ZERO
        if _are_digits(word) and 0 <= tens <= 9 and 0 <= ones <= 9:
            return _number(word) * 100 + tens * 10 + ones
    while at < end and text[at] == SPACE:
        at += 1
    while at < end and text[end - 1] == SPACE:
        end -= 1
    if end == at:
        return 0
    sign = 1
    if text[at] == MINUS or text[at] == PLUS:
        sign = -1 if text[at] == MINUS else 1
        at += 1
    elif text[end - 1] == MINUS or text[end - 1] == PLUS:
        sign = -1 if text[end - 1] == MINUS else 1
        end -= 1
    value = _magnitude(text[at:end])
    return WRONG if value == WRONG else sign * value


@inlined
def _magnitude(cell: Bytes) -> int:
    """Digits and a comma as cents, WRONG for anything else or more than eleven digits."""
    place = 0
    while place < cell.size and cell[place] == ZERO:
        place += 1
    value, zeros = 0, place
    while place < cell.size and ZERO <= cell[place] <= NINE and place - zeros < 12:
        value = value * 10 + np.int64(cell[place]) - ZERO
        place += 1
    if place - zeros > 11:
        return WRONG
    value *= 100
    if place == cell.size:
        return value if place else WRONG
    if cell[place] != COMMA or cell.size == 1:
        return WRONG
    weight = 10
    for rest in range(place + 1, cell.size):
        digit = np.int64(cell[rest]) - ZERO
        if digit < 0 or digit > 9 or (weight == 0 and digit):
            return WRONG
        value += digit * weight
        weight //= 10
    return value


@inlined
def _direction(text: Bytes, at: int, end: int) -> int:
    """1 for a debit (D, +1), -1 for a credit (C, -1), 0 for another word."""
    size, first = end - at, text[at]
    if size == 1 and first == DEBIT:
        return 1
    if size == 2 and text[at + 1] == ONE and first == PLUS:
        return 1
    if size == 1 and first == CREDIT:
        return -1
    if size == 2 and text[at + 1] == ONE and first == MINUS:
        return -1
    return 0


@inlined
def _hidden(lead: int, second: int, third: int) -> bool:
    """Whether bytes begin a letter that takes no room, or a separator of lines."""
    if lead == 0xC2:
        return second == 0x85 or second == 0xAD  # noqa: PLR1714
    if lead == 0xD8:
        return second == 0x9C
    if lead == 0xEF:
        return second == 0xBB and third == 0xBF
    if lead != 0xE2 or second < 0x80 or second > 0x81:
        return False
    if second == 0x81:
        return 0xA0 <= third <= 0xA4
    return 0x8B <= third <= 0x8F or 0xA8 <= third <= 0xAE


@compiled
def is_utf8(text: Bytes, at: int, end: int) -> bool:
    """Whether bytes are well-formed UTF-8 (Unicode, table 3-7) of letters that show."""
    while at < end:
        high = _high(text, at) & _below(end - at)
        if high == 0:
            at += WIDE
            continue
        at += _first(high)
        byte = text[at]
        at += 1
        low, high, more = 0x80, 0xBF, 0
        if 0xC2 <= byte <= 0xDF:
            more = 1
        elif 0xE0 <= byte <= 0xEF:
            more = 2
            low = 0xA0 if byte == 0xE0 else low
            high = 0x9F if byte == 0xED else high
        elif 0xF0 <= byte <= 0xF4:
            more = 3
            low = 0x90 if byte == 0xF0 else low
            high = 0x8F if byte == 0xF4 else high
        if more == 0 or (at + 1 < end and _hidden(byte, text[at], text[at + 1])):
            return False
        if at + 1 == end and byte == 0xC2 and (text[at] == 0x85 or text[at] == 0xAD):
            return False
        for _ in range(more):
            if at >= end or text[at] < low or text[at] > high:
                return False
            low, high = 0x80, 0xBF
            at += 1
    return True


@compiled
def is_latin(text: Bytes, at: int, end: int) -> bool:
    """Whether bytes are letters that show in ISO 8859: those from 128 to 159 are not."""
    doubt = False
    for byte in text[at:end]:
        doubt |= (ASCII <= byte < FIRST_LATIN) | (byte == SOFT_HYPHEN)
    return not doubt


@inlined
def _is_ascii(text: Bytes, at: int, end: int) -> bool:
    while at < end and _high(text, at) & _below(end - at) == 0:
        at += WIDE
    return at >= end


@inlined
def _is_text(text: Bytes, at: int, end: int, utf8: bool) -> bool:
    """Whether bytes may stand in a file that is UTF-8, or ISO 8859."""
    if _is_ascii(text, at, end):
        return True
    return is_utf8(text, at, end) if utf8 else is_latin(text, at, end)


# -- tables ---------------------------------------------------------------------------------------


@inlined
def _up_to_eight(text: Bytes, at: int, size: int) -> Bits:
    """The first bytes of a stretch, eight at most, as a number."""
    return _eight(text, at) & _below(size * 8)


@inlined
def _mixed(mixed: Bits, word: Bits) -> Bits:
    mixed = (mixed ^ word) * FACTOR
    return mixed ^ (mixed >> np.uint64(32))


@inlined
def _slot(text: Bytes, at: int, end: int, slots: Places) -> int:
    """Where a hash table begins to look for a text."""
    mixed = np.uint64(end - at)
    while at < end:
        mixed = _mixed(mixed, _up_to_eight(text, at, end - at))
        at += 8
    return np.int64(mixed & np.uint64(slots.size - 1))


@inlined
def _find(words: Words, text: Bytes, at: int, end: int) -> int:
    """The number of a text among `words`, -1 where it is not there."""
    slot = _slot(text, at, end, words.slots)
    while True:
        number = words.slots[slot] - 1
        if number < 0:
            return -1
        if _same(text, at, end, words.held, words.places[number, 0], words.places[number, 1]):
            return number
        slot = (slot + 1) & (words.slots.size - 1)


@inlined
def _capitals(word: Bits) -> Bits:
    """Letters a to z of eight bytes as capitals: as `partners.fold`."""
    plain = word & np.uint64(0x7F7F7F7F7F7F7F7F)
    from_a = plain + np.uint64(0x0101010101010101 * (ASCII - SMALL_A))
    beyond = plain + np.uint64(0x0101010101010101 * (ASCII - 1 - SMALL_Z))
    small = from_a & ~beyond & ~word & np.uint64(0x8080808080808080)
    return word ^ (small >> np.uint64(2))


@inlined
def _find_folded(words: Words, text: Bytes, at: int, end: int) -> int:
    """The number of a text, in any case, among `words`, which are in capitals; -1 if not there."""
    mixed = np.uint64(end - at)
    for place in range(at, end, 8):
        mixed = _mixed(mixed, _capitals(_up_to_eight(text, place, end - place)))
    slot = np.int64(mixed & np.uint64(words.slots.size - 1))
    while True:
        number = words.slots[slot] - 1
        if number < 0:
            return -1
        start = words.places[number, 0]
        same = words.places[number, 1] - start == end - at
        if same:
            for place in range(at, end, 8):
                word = _capitals(_up_to_eight(text, place, end - place))
                same &= word == _up_to_eight(words.held, start + place - at, end - place)
        if same:
            return number
        slot = (slot + 1) & (words.slots.size - 1)


@compiled
def add_word(words: Words, text: Bytes, at: int, end: int, label: int, label_end: int) -> int:
    """Keep a text and its label, which `words` does not hold yet; its number, -1 if too long."""
    if end - at > LONGEST_WORD or label_end - label > LONGEST_WORD:
        return -1
    number, top = words.sizes[0], words.sizes[1]
    slot = _slot(text, at, end, words.slots)
    while words.slots[slot]:
        slot = (slot + 1) & (words.slots.size - 1)
    words.slots[slot] = number + 1
    words.places[number, 0] = top
    for place in range(at, end):
        words.held[top] = text[place]
        top += 1
    words.places[number, 1] = top
    words.places[number, 2] = top
    for place in range(label, label_end):
        words.held[top] = text[place]
        top += 1
    words.places[number, 3] = top
    words.sizes[0], words.sizes[1] = number + 1, top
    return number


@inlined
def has_room(words: Words) -> bool:
    """Whether one more text fits in the tables."""
    full = words.held.size - 2 * LONGEST_WORD - WIDE
    return (words.sizes[0] < words.places.shape[0]) & (words.sizes[1] <= full)


@inlined
def _row(slots: Places, sums: Integers, sizes: Integers, key: int) -> int:
    """The row of a key, made where it is new."""
    mixed = np.uint64(key) * FACTOR
    slot = np.int64(mixed >> np.uint64(20)) & (slots.size - 1)
    while True:
        row = slots[slot] - 1
        if row < 0:
            break
        if sums[row, 0] == key:
            return row
        slot = (slot + 1) & (slots.size - 1)
    row = sizes[0]
    sizes[0] = row + 1
    slots[slot] = row + 1
    sums[row, 0] = key
    return row


@compiled
def copy_groups(groups: Groups, larger: Groups) -> None:
    """Put every row of a table in a larger, empty one."""
    for row in range(groups.sizes[0]):
        place = _row(larger.slots, larger.sums, larger.sizes, groups.sums[row, 0])
        for column in range(1, 4):
            larger.sums[place, column] = groups.sums[row, column]


@inlined
def _line_end(text: Bytes, at: int) -> int:
    lines = text[at:]
    size = 0
    while lines[size] != FEED:
        size += 1
    return at + size + 1


@inlined
def _stands_once(text: Bytes, begin: int, end: int, line: int) -> bool:
    """Whether no other line of an entry holds what the line at a place holds."""
    stop = _line_end(text, line)
    at = begin
    while at < end:
        after = _line_end(text, at)
        if at != line and _same(text, at, after, text, line, stop):
            return False
        at = after
    return True


@compiled
def stands_twice(text: Bytes, end: int, state: Integers) -> bool:
    """Whether each line of the entry that ends there may stand at least twice in it.

    Its last line is looked at first: most often, it is the counterpart of all others.
    """
    if state[ALIKE] < 2:
        return False
    begin = last = at = state[ENTRY_AT]
    if begin < 0:
        return True
    while at < end:
        last, at = at, _line_end(text, at)
    if _stands_once(text, begin, end, last):
        return False
    at = begin
    for _ in range(TRIED):
        if at >= end:
            break
        if _stands_once(text, begin, end, at):
            return False
        at = _line_end(text, at)
    return True


# -- parts of a line ------------------------------------------------------------------------------
# `mark`: the place among `marks` of the one that ends the first cell of the line.


@compiled
def _begin(
    text: Bytes, at: int, marks: Places, mark: int, rules: Integers, state: Integers, former: Bytes,
    journals: Words, known: Integers, letters: Bytes,
) -> int:  # fmt: skip
    """Read the four first cells of a line that differs from the one before by some of them.

    The lines of an entry must follow one another and balance; its number must follow the former
    one, of its journal or of all; its day must be of the year. One of DONE, GIVE_UP, JOURNAL.
    """
    code_end, label_end = marks[mark], marks[mark + 1]
    number_end, date_end = marks[mark + 2], marks[mark + 3]
    label, number, date = code_end + 1, label_end + 1, number_end + 1
    size = date_end + 1 - at
    if size > former.size - WIDE or code_end == at or number_end == number:
        return GIVE_UP
    if not _bare(text, at, code_end) or not _bare(text, number, number_end):
        return GIVE_UP
    day = _day(text, date, date_end)
    if day < rules[FIRST] or day > rules[LAST] or state[RUNNING] != 0:
        return GIVE_UP
    if stands_twice(text, at, state):
        return GIVE_UP
    if not _is_text(text, at, date_end, rules[UTF8] != 0):
        return GIVE_UP
    journal = _find(journals, text, at, code_end)
    if journal < 0:
        return JOURNAL if _bare(text, label, label_end) else GIVE_UP
    start, stop = journals.places[journal, 2], journals.places[journal, 3]
    if not _same(text, label, label_end, journals.held, start, stop):
        return GIVE_UP
    if not _follows(text, number, number_end, day, journal, state, known, letters):
        return GIVE_UP
    for place in range(size):
        former[place] = text[at + place]
    state[PREFIX] = size
    state[ENTRY_AT] = at
    state[ALIKE] = 0
    state[JOURNAL_ID] = journal
    state[MONTH] = day // 10000 * 12 + day // 100 % 100 - 1
    return DONE


@compiled
def _follows(
    text: Bytes, number: int, end: int, day: int, journal: int, state: Integers, known: Integers,
    letters: Bytes,
) -> bool:  # fmt: skip
    """Whether an entry number follows, in its journal or overall, each scope with its dates.

    Its letters must be those of its journal; other letters in another journal leave the numbering
    by journal alone to prove anything. `letters[-1]` are those of the file's first entry. An entry
    already met would break both scopes. Openings must come first.
    """
    if known[journal, OPENING] and state[OTHERS]:
        return False
    state[OTHERS] |= known[journal, OPENING] == 0
    digits = end
    while digits > number and ZERO <= text[digits - 1] <= NINE:
        digits -= 1
    if digits == end or end - digits > 18 or digits - number > LONGEST:
        return False
    rank = 0
    for place in range(digits, end):
        rank = rank * 10 + np.int64(text[place]) - ZERO
    if not state[BEGUN]:
        _keep_letters(text, number, digits, known, letters, -1)
    elif rank != state[RANK] + 1:
        state[OVERALL] = 0
    if not _same(text, number, digits, letters[-1], 0, known[-1, LETTERS]):
        state[OVERALL] = 0
    if not known[journal, J_BEGUN]:
        _keep_letters(text, number, digits, known, letters, journal)
    elif not _same(text, number, digits, letters[journal], 0, known[journal, LETTERS]):
        return False
    else:
        state[BY_JOURNAL] &= rank == known[journal, J_RANK] + 1
        state[BY_JOURNAL_DATES] &= day >= known[journal, J_DAY]
    state[OVERALL_DATES] &= day >= state[DAY]
    state[BEGUN] = known[journal, J_BEGUN] = 1
    state[RANK] = known[journal, J_RANK] = rank
    state[DAY] = known[journal, J_DAY] = day
    by_journal = state[BY_JOURNAL] & state[BY_JOURNAL_DATES]
    return (by_journal | state[OVERALL] & state[OVERALL_DATES]) != 0


@inlined
def _keep_letters(
    text: Bytes, at: int, end: int, known: Integers, letters: Bytes, journal: int
) -> None:
    for place in range(end - at):
        letters[journal, place] = text[at + place]
    known[journal, LETTERS] = end - at


@inlined
def _account(
    text: Bytes, marks: Places, mark: int, utf8: bool, accounts: Words, meant: Words
) -> int:
    """The number of the account, by CompteNum and CompteLib; -1 where in doubt."""
    at, end, label_end = marks[mark + 3] + 1, marks[mark + 4], marks[mark + 5]
    label = end + 1
    account = _find(accounts, text, at, end)
    if account < 0:
        return _new_account(text, at, end, label, label_end, utf8, accounts, meant)
    start, stop = accounts.places[account, 2], accounts.places[account, 3]
    return account if _same(text, label, label_end, accounts.held, start, stop) else -1


@compiled
def _new_account(
    text: Bytes, at: int, end: int, label: int, label_end: int, utf8: bool, accounts: Words,
    meant: Words,
) -> int:  # fmt: skip
    """The number of an account met for the first time; -1 where something is to be said of it."""
    if end - at < 3 or text[end - 1] == SPACE or not _bare(text, label, label_end):
        return -1
    if not _is_text(text, at, label_end, utf8):
        return -1
    for place in range(at, at + 3):
        if text[place] < ZERO or text[place] > NINE:
            return -1
    account = add_word(accounts, text, at, end, label, label_end)
    dedicated = _find(meant, text, at, end)
    if account >= 0 and dedicated >= 0:
        accounts.places[account, 4] = meant.places[dedicated, 4]
    return account


@inlined
def _third(
    text: Bytes, marks: Places, mark: int, utf8: bool, partners: Words, told: Words
) -> tuple[int, int]:
    """The chamber from 1, or SEVERAL for another, by CompAuxNum and CompAuxLib, both there, and
    the number of both cells among `told` where it is a chamber, which a label may deny; WRONG where
    in doubt."""
    at, end, label_end = marks[mark + 5] + 1, marks[mark + 6], marks[mark + 7]
    if not _bare(text, at, end) or not _bare(text, end + 1, label_end):
        return WRONG, 0
    if not _is_text(text, at, label_end, utf8):
        return WRONG, 0
    number = _find_folded(partners, text, at, end)
    if number < 0:
        return SEVERAL, 0
    both = _find(told, text, at, label_end)
    if both < 0 and has_room(told) and told.sizes[0] < MOST_TOLD:
        both = add_word(told, text, at, label_end, label_end, label_end)
        if both >= 0:
            told.places[both, 4] = partners.places[number, 4]
    return (told.places[both, 4] if both >= 0 else WRONG), both


@inlined
def _piece(text: Bytes, marks: Places, mark: int, utf8: bool) -> bool:
    """Whether PieceRef, PieceDate and EcritureLib are all there."""
    at, end, date_end, label_end = (
        marks[mark + 7] + 1, marks[mark + 8], marks[mark + 9], marks[mark + 10]
    )  # fmt: skip
    if not _bare(text, at, end) or not _bare(text, date_end + 1, label_end):
        return False
    return _day(text, end + 1, date_end) > 0 and _is_text(text, at, label_end, utf8)


@inlined
def _sides(text: Bytes, marks: Places, mark: int, signed: bool) -> tuple[bool, int, int]:
    """Debit and credit, of which exactly one is not zero; whether they can be told."""
    at, middle, end = marks[mark + 10] + 1, marks[mark + 11], marks[mark + 12]
    first = _cents(text, at, middle)
    if first == WRONG:
        return False, 0, 0
    if not signed:
        second = _cents(text, middle + 1, end)
        return second != WRONG and (first == 0) != (second == 0), first, second
    way = _direction(text, middle + 1, end)
    debit, credit = (first if way > 0 else 0), (first if way < 0 else 0)
    return way != 0 and first != 0, debit, credit


@inlined
def _tail(text: Bytes, marks: Places, mark: int, utf8: bool) -> bool:
    """Whether nothing is to be said of the five last cells.

    Lettering and its date go together, so do the currency and its amount; ValidDate is there.
    """
    at, lettered, dated, valid, priced, end = (
        marks[mark + 12] + 1, marks[mark + 13], marks[mark + 14], marks[mark + 15],
        marks[mark + 16], marks[mark + 17],
    )  # fmt: skip
    if (lettered == at) != (dated == lettered + 1) or _day(text, lettered + 1, dated) == WRONG:
        return False
    if _day(text, dated + 1, valid) <= 0:
        return False
    cents = _cents(text, valid + 1, priced)
    if cents == WRONG or (cents == 0) != (end == priced + 1):
        return False
    if lettered > at and not _bare(text, at, lettered):
        return False
    if end > priced + 1 and not _bare(text, priced + 1, end):
        return False
    return _is_text(text, at, end, utf8)


@inlined
def _lies(state: Integers, places: Integers, place: int) -> None:
    """Note where the entry that ends begins and ends in the file."""
    places[place, 0] = state[BASE] + state[ENTRY_AT]
    places[place, 1] = state[BASE] + state[AT]


@inlined
def _keep_sold(state: Integers, sold: Integers, credited: bool) -> None:
    """Note where the entry that ends lies, where it credits an asset."""
    if not credited:
        return
    place = state[SOLD]
    if state[ENTRY_AT] < 0:
        place = MOST_SOLD  # too long to be looked back at
    if place < MOST_SOLD:
        _lies(state, sold, place)
    state[SOLD] = place + 1
    state[CREDITED] = 0


@inlined
def _bare_of(text: Bytes, at: int) -> int:
    """What the account there is, on a line that names nobody: `inference.BALANCE` and `MUTE`."""
    first, second = text[at], text[at + 1]
    if first >= SIX:
        return TELLS | RESULTS if first <= SEVEN else TELLS
    if first == FIVE:
        return BESIDE
    if first != FOUR or second >= EIGHT:
        return (BESIDE | TELLS) if first > ZERO else TELLS
    if second == FIVE:
        return BESIDE | TELLS
    return 0 if second == FOUR and text[at + 2] == FIVE else BESIDE


@inlined
def _gather(state: Integers, gathered: Integers) -> bool:
    """Note where the entry that ends lies, to be shared out, once; False where that cannot be."""
    if state[GATHERED] == MOST_GATHERED or state[ENTRY_AT] < 0:
        return False
    _lies(state, gathered, state[GATHERED])
    state[GATHERED] += 1
    state[FACED] = state[BARE] = 0
    return True


@inlined
def settle(
    state: Integers,
    known: Integers,
    pending: Integers,
    groups: Groups,
    gathered: Integers,
    sold: Integers,
) -> int:
    """End an entry: its lines that name nobody are with its chamber, where it has one alone and no
    line may be somebody else's; where one may, amounts have to say, and the entry is kept for them.

    An opening entry gathers what has nothing to do with each other: it tells nothing. One of DONE,
    GROW (to be called again), GIVE_UP.
    """
    sums, told = groups.sums, not known[state[JOURNAL_ID], OPENING]
    _keep_sold(state, sold, told and state[CREDITED] != 0)
    alone = state[CHAMBER] > 0 and state[BARE] & BESIDE == 0
    several = state[CHAMBER] == SEVERAL and state[FACED] and state[BARE] & RESULTS
    apart = several or (state[CHAMBER] > 0 and not alone and state[BARE] & TELLS)
    if told and apart and not _gather(state, gathered):
        return GIVE_UP
    if told and alone:
        if state[PENDING] > MOST_PENDING:
            return GIVE_UP
        while state[PENDING]:
            if groups.sizes[0] == sums.shape[0]:
                return GROW
            state[PENDING] -= 1
            line = state[PENDING]
            nobody = pending[line, 0]
            key = sums[nobody, 0] | BY_ENTRY << MEANS_BITS | state[CHAMBER]
            row = _row(groups.slots, sums, groups.sizes, key)
            for column in range(1, 3):
                sums[row, column] += pending[line, column]
                sums[nobody, column] -= pending[line, column]
            sums[row, 3] += 1
            sums[nobody, 3] -= 1
    state[PENDING], state[CHAMBER] = 0, NONE
    state[FACED], state[BARE], state[CREDITED] = 0, 0, 0
    return DONE


@compiled
def scan(
    text: Bytes, marks: Places, noted: int, rules: Integers, state: Integers, former: Bytes,
    accounts: Words, journals: Words, known: Integers, letters: Bytes, partners: Words,
    meant: Words, pending: Integers, groups: Groups, gathered: Integers, sold: Integers,
    told: Words, moved_by: Integers, read: Integers,
) -> int:  # fmt: skip
    """Read whole lines from state[AT], whose marks are noted: DONE, GIVE_UP, JOURNAL or GROW.

    `former`: room for the four first cells; `known` and `letters`: a row by journal and one more.
    Most lines of an entry repeat most of the line before: what repeats is not read again.
    `partners` and `meant`: auxiliaries and accounts that stand for a chamber; `pending`: the lines
    of the entry under way that name nobody (row, debit, credit); `gathered`: where entries of
    several third parties begin and end; `sold`: where those that credit an asset do; `told` and
    `moved_by`: how numbers of chambers are labelled, and what these move (debit, credit); `read`:
    what is told of each line, for whoever keeps it.
    """
    width, utf8, signed = CELLS + (rules[RETURN] != 0), rules[UTF8] != 0, rules[SIGNED] != 0
    sums, rows = groups.sums, groups.sizes
    at, mark, running, prefix = state[AT], state[MARK], state[RUNNING], state[PREFIX]
    waiting, chamber = state[PENDING], state[CHAMBER]
    faced, bare = state[FACED], state[BARE]
    outcome, lines = DONE, 0
    piece, piece_end, tail, tail_end = 0, 0, 0, 0
    moved, alike = state[MOVED], state[ALIKE]
    line = mark // width
    while mark < noted:
        if rows[0] == sums.shape[0] or not has_room(accounts):
            outcome = GROW
            break
        begun, after = marks[mark + 3] + 1, marks[mark + width - 1] + 1
        again = SAME_ENTRY | SAME_PIECE | SAME_TAIL
        if prefix == 0 or not _same(text, at, begun, former, 0, prefix):
            state[RUNNING], state[ALIKE] = running, alike
            state[PENDING], state[CHAMBER] = waiting, chamber
            state[AT], state[FACED], state[BARE] = at, faced, bare
            outcome = settle(state, known, pending, groups, gathered, sold)
            waiting, chamber = state[PENDING], state[CHAMBER]
            faced, bare = state[FACED], state[BARE]
            if outcome == DONE and rows[0] == sums.shape[0]:
                outcome = GROW  # what ends the entry took the last row
            if outcome != DONE:
                break
            outcome = _begin(text, at, marks, mark, rules, state, former, journals, known, letters)
            if outcome != DONE:
                break
            prefix = state[PREFIX]
            alike = 0
            again ^= SAME_ENTRY
        outcome = GIVE_UP
        account = _account(text, marks, mark, utf8, accounts, meant)
        if account < 0 or after - at > LONGEST_LINE:
            break
        third, both, partner = 0, 0, accounts.places[account, 4]
        takes = partner != NEVER
        partner = partner if takes else 0
        if marks[mark + 7] > marks[mark + 5] + 2:
            third, both = _third(text, marks, mark, utf8, partners, told)
            if third == WRONG:
                break
        means = BY_ACCOUNT if partner else 0
        if third > 0:
            partner, means = third, BY_AUXILIARY
        if partner or third:
            named = partner if partner else SEVERAL
            chamber = named if chamber in (NONE, named) else SEVERAL
            if partner:
                faced = 1
        else:
            bare |= _bare_of(text, begun) if takes else BESIDE
        start, end = marks[mark + 7] + 1, marks[mark + 10]
        if not _same(text, start, end, text, piece, piece_end):
            if not _piece(text, marks, mark, utf8):
                break
            piece, piece_end = start, end
            again ^= SAME_PIECE
        sound, debit, credit = _sides(text, marks, mark, signed)
        if not sound:
            break
        start, end = marks[mark + 12] + 1, marks[mark + 17]
        if not _same(text, start, end, text, tail, tail_end):
            if not _tail(text, marks, mark, utf8):
                break
            tail, tail_end = start, end
            again ^= SAME_TAIL
        if credit and text[begun] == TWO and not EIGHT <= text[begun + 1] <= NINE:
            state[CREDITED] = 1
        journal, month = state[JOURNAL_ID] << JOURNAL_BITS, state[MONTH] << MONTH_BITS
        key = account << ACCOUNT_BITS | journal | month | means << MEANS_BITS | partner
        row = _row(groups.slots, sums, rows, key)
        if takes and not partner and not third:
            if waiting < MOST_PENDING:
                pending[waiting, 0], pending[waiting, 1] = row, debit
                pending[waiting, 2] = credit
            waiting += 1
        sums[row, 1] += debit
        sums[row, 2] += credit
        sums[row, 3] += 1
        if third > 0:
            moved_by[both, 0] += debit
            moved_by[both, 1] += credit
        move = (account << 44) ^ (debit << 1) ^ credit
        if alike == 0:
            moved = move
        alike += move == moved
        running += debit - credit
        read[line, ACCOUNT_TOLD], read[line, AGAIN] = account, again
        read[line, DEBIT_TOLD], read[line, CREDIT_TOLD] = debit, credit
        lines += 1
        line += 1
        at, mark, outcome = after, mark + width, DONE
    state[AT], state[MARK], state[RUNNING] = at, mark, running
    state[MOVED], state[ALIKE] = moved, alike
    state[PENDING], state[CHAMBER] = waiting, chamber
    state[FACED], state[BARE] = faced, bare
    state[LINES] += lines
    return outcome


# -- lines as the store keeps them ----------------------------------------------------------------

# Of a line kept, by place: its texts, its days, its amounts, what is told by a number.
ENTRY_TEXT, PIECE_TEXT, LABEL_TEXT, LETTERED_TEXT, PRICED_TEXT = range(5)
ENTRY_DAY, PIECE_DAY, LETTERED_DAY, VALID_DAY = range(4)
DEBIT_CENTS, CREDIT_CENTS, PRICED_CENTS = range(3)
JOURNAL_CODE, ACCOUNT_CODE, AUXILIARY_CODE = range(3)
TEXTS, DAYS, AMOUNTS, CODES = 5, 4, 3, 3
FULLEST = 1 + 2 * TEXTS
NO_DAY = -(1 << 31)
WIDEST = 3
"""Bytes of a letter in UTF-8, at most, that a file writes in one."""
AUXILIARY_BITS = 20
"""Of the key of a stored sum, after account, journal, and months since the first one allowed."""
MOST_AUXILIARIES = (1 << AUXILIARY_BITS) - 2
"""Auxiliaries with their labels, at most."""
EPOCH = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""


class Kept(NamedTuple):
    """Lines kept for the store. `codes`: journal, account, auxiliary from 1; `ranks`: by text and
    line, which of the texts written it has, of those that are not written anew for each line
    (`_text_over`); `ends`: where each text written ends in `held`, in UTF-8;
    `days`: since 1970, or NO_DAY; `cents`: debit, credit, amount in currency. `sizes`: lines, then
    texts, then bytes of each, then of the fullest."""

    codes: NDArray[np.int32]
    ranks: NDArray[np.int32]
    ends: NDArray[np.int32]
    held: Bytes
    days: NDArray[np.int32]
    cents: Integers
    sizes: Integers


def new_kept(lines: int, room: int) -> Kept:
    """Room for so many lines, and so many bytes of each text."""
    return Kept(
        np.empty((CODES, lines), np.int32),
        np.empty((TEXTS, lines), np.int32),
        np.zeros((TEXTS, lines + 1), np.int32),
        np.empty((TEXTS, room), np.uint8),
        np.empty((DAYS, lines), np.int32),
        np.empty((AMOUNTS, lines), np.int64),
        np.zeros(FULLEST + 1, np.int64),
    )


@inlined
def _since_1970(number: int) -> int:
    """The days from 1 January 1970 to a day as yyyymmdd, NO_DAY for 0."""
    if number == 0:
        return NO_DAY
    year, month, day = number // 10000, number // 100 % 100, number % 100
    year -= month <= 2
    month += 9 if month <= 2 else -3
    leaps = year // 4 - year // 100 + year // 400
    return year * 365 + leaps + (153 * month + 2) // 5 + day - 1 - EPOCH


@compiled
def _decode(text: Bytes, at: int, end: int, letters: Bytes, held: Bytes, top: int) -> int:
    """Write bytes as UTF-8 from a place of `held`; where they end."""
    while at < end:
        _copy(text, at, held, top)
        high = _high(text, at) & _below(end - at)
        if high == 0:
            size = min(WIDE, end - at)
            at, top = at + size, top + size
            continue
        plain = _first(high)
        byte, at, top = text[at + plain], at + plain + 1, top + plain
        for rank in range(WIDEST):
            held[top + rank] = letters[byte, 1 + rank]
        top += np.int64(letters[byte, 0])
    return top


@inlined
def _keep_text(
    text: Bytes, at: int, end: int, utf8: bool, letters: Bytes, kept: Kept, place: int
) -> None:
    """Write a cell in UTF-8 after those of its column, for the line being kept."""
    held, top = kept.held[place], kept.sizes[1 + TEXTS + place]
    if utf8:
        for moved in range(0, end - at, WIDE):
            _copy(text, at + moved, held, top + moved)
        top += end - at
    else:
        top = _decode(text, at, end, letters, held, top)
    number = kept.sizes[1 + place]
    kept.ends[place, number + 1] = top
    kept.sizes[1 + place] = number + 1
    kept.sizes[1 + TEXTS + place] = top
    kept.sizes[FULLEST] = max(kept.sizes[FULLEST], top)
    kept.ranks[place, kept.sizes[0]] = number


@inlined
def _text_again(kept: Kept, place: int) -> None:
    """Keep for a line the text of the line before."""
    line = kept.sizes[0]
    kept.ranks[place, line] = kept.ranks[place, line - 1]


@inlined
def _text_over(kept: Kept, place: int) -> None:
    """Write for a line the text of the line before once more: that of a column so written
    throughout stands as Arrow wants it."""
    held, ends, number = kept.held[place], kept.ends[place], kept.sizes[1 + place]
    start, end = ends[number - 1], ends[number]
    for moved in range(0, end - start, WIDE):
        _copy(held, start + moved, held, end + moved)
    top = end + end - start
    ends[number + 1] = top
    kept.sizes[1 + place] = number + 1
    kept.sizes[1 + TEXTS + place] = top
    kept.sizes[FULLEST] = max(kept.sizes[FULLEST], top)


@inlined
def _keep_day(text: Bytes, at: int, end: int, kept: Kept, place: int) -> None:
    kept.days[place, kept.sizes[0]] = _since_1970(_day(text, at, end))


@inlined
def _day_again(kept: Kept, place: int) -> None:
    """Keep for a line the day of the line before."""
    line = kept.sizes[0]
    kept.days[place, line] = kept.days[place, line - 1]


@inlined
def _keep_piece(
    text: Bytes, marks: Places, mark: int, again: bool, utf8: bool, letters: Bytes, kept: Kept
) -> None:
    """Keep PieceRef, PieceDate and EcritureLib. `again`: they are those of the line before."""
    if again:
        _text_over(kept, PIECE_TEXT)
        _day_again(kept, PIECE_DAY)
        _text_again(kept, LABEL_TEXT)
        return
    dated, named = marks[mark + 8] + 1, marks[mark + 9] + 1
    _keep_text(text, marks[mark + 7] + 1, dated - 1, utf8, letters, kept, PIECE_TEXT)
    _keep_day(text, dated, named - 1, kept, PIECE_DAY)
    _keep_text(text, named, marks[mark + 10], utf8, letters, kept, LABEL_TEXT)


@inlined
def _keep_tail(
    text: Bytes, marks: Places, mark: int, again: bool, utf8: bool, letters: Bytes, kept: Kept
) -> None:
    """Keep the five last cells. `again`: they are those of the line before."""
    line = kept.sizes[0]
    if again:
        _text_again(kept, LETTERED_TEXT)
        _day_again(kept, LETTERED_DAY)
        _day_again(kept, VALID_DAY)
        kept.cents[PRICED_CENTS, line] = kept.cents[PRICED_CENTS, line - 1]
        _text_again(kept, PRICED_TEXT)
        return
    dated, valid, priced = marks[mark + 13] + 1, marks[mark + 14] + 1, marks[mark + 15] + 1
    _keep_text(text, marks[mark + 12] + 1, dated - 1, utf8, letters, kept, LETTERED_TEXT)
    _keep_day(text, dated, valid - 1, kept, LETTERED_DAY)
    _keep_day(text, valid, priced - 1, kept, VALID_DAY)
    end = marks[mark + 16]
    kept.cents[PRICED_CENTS, line] = _cents(text, priced, end)
    _keep_text(text, end + 1, marks[mark + 17], utf8, letters, kept, PRICED_TEXT)


@inlined
def _auxiliary(text: Bytes, at: int, end: int, auxiliaries: Words) -> int:
    """The number from 1 of an auxiliary and its label, made where they are new; 0 for none, as for
    those that are too long."""
    if end == at + 1:
        return 0
    number = _find(auxiliaries, text, at, end)
    return 1 + (number if number >= 0 else add_word(auxiliaries, text, at, end, at, at))


@compiled
def keep(
    text: Bytes, at: int, mark: int, marks: Places, noted: int, rules: Integers, letters: Bytes,
    kept: Kept, read: Integers, journals: Words, auxiliaries: Words, groups: Groups,
) -> int:  # fmt: skip
    """Keep the lines that `scan` took, the first at `at`; the mark where it stops for want of room,
    -1 at an auxiliary too long to be kept.

    `letters`: by byte, how many bytes its letter has in UTF-8, and which. `groups`: sums by
    account, journal, month and auxiliary with its label, from 1 (0: none). What `scan` told of
    lines in `read`, and stretches of cells that repeat those of the line before, are not read
    again.
    """
    width, utf8 = CELLS + (rules[RETURN] != 0), rules[UTF8] != 0
    opened, room = rules[FIRST] // 10000 * 12, kept.held.shape[1] - WIDEST * LONGEST_LINE
    sizes, codes = kept.sizes, kept.codes
    journal, month, repeats, begun = 0, 0, 0, False
    place = mark // width
    while mark < noted:
        line = sizes[0]
        if line == kept.ranks.shape[1] or sizes[FULLEST] > room:
            break
        if groups.sizes[0] == groups.sums.shape[0] or not has_room(auxiliaries):
            break
        numbered, dated, end = marks[mark + 1] + 1, marks[mark + 2] + 1, marks[mark + 3]
        repeats = read[place, AGAIN] if begun else 0
        if repeats & SAME_ENTRY:
            _text_over(kept, ENTRY_TEXT)
            _day_again(kept, ENTRY_DAY)
        else:
            journal = _find(journals, text, at, marks[mark])
            _keep_text(text, numbered, dated - 1, utf8, letters, kept, ENTRY_TEXT)
            day = _day(text, dated, end)
            kept.days[ENTRY_DAY, line] = _since_1970(day)
            month = day // 10000 * 12 + day // 100 % 100 - 1 - opened
        third, labelled = marks[mark + 5] + 1, marks[mark + 7]
        auxiliary = _auxiliary(text, third, labelled, auxiliaries)
        if auxiliary == 0 and labelled > third + 1:
            return -1
        _keep_piece(text, marks, mark, repeats & SAME_PIECE != 0, utf8, letters, kept)
        _keep_tail(text, marks, mark, repeats & SAME_TAIL != 0, utf8, letters, kept)
        account = read[place, ACCOUNT_TOLD]
        debit, credit = read[place, DEBIT_TOLD], read[place, CREDIT_TOLD]
        kept.cents[DEBIT_CENTS, line], kept.cents[CREDIT_CENTS, line] = debit, credit
        codes[JOURNAL_CODE, line], codes[ACCOUNT_CODE, line] = journal, account
        codes[AUXILIARY_CODE, line] = auxiliary
        stored = month << AUXILIARY_BITS | auxiliary
        key = account << ACCOUNT_BITS | journal << JOURNAL_BITS | stored
        row = _row(groups.slots, groups.sums, groups.sizes, key)
        groups.sums[row, 1] += debit
        groups.sums[row, 2] += credit
        groups.sums[row, 3] += 1
        sizes[0] = line + 1
        begun, place = True, place + 1
        at, mark = marks[mark + width - 1] + 1, mark + width
    return mark
