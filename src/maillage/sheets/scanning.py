"""A pass over the XML of a workbook, before the fast reader sees it.

Knows formulas, merged cells, the order and extent of cells, and the counts a workbook declares:
the reader believes them, and where they lie it asks for terabytes and stops the whole process.
Refuses to know what the cells mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from xml.parsers import expat

from maillage.sheets.findings import Findings

MAX_GRID = 2_500_000
"""Cells of the rectangle the reader may allocate (about sixty megabytes), each looked at."""
MAX_COLUMN = 16_384
MAX_STRINGS = 2_000_000
MAX_TEXT = 300_000_000
"""Bytes of text once each cell has its own copy of the string it shares with others."""
KEPT = 10_000
"""Formulas and merged areas remembered; beyond, they are only more of the same."""
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?", re.ASCII)
HEAD = 100_000
"""Bytes within which a sheet's rows begin, to take them without the parser."""
SHAPES = 1_000
"""Rows remembered by which of their cells are filled: a sheet repeats a few dozen."""

_SETTINGS = b"spans s customFormat ht hidden customHeight outlineLevel collapsed x14ac:dyDescent"
_PLAIN_CELL = (
    rb'<c r="[A-Z]{1,3}\1"(?: s="[0-9]{1,9}")?(?: t="[a-z]{1,9}")?'
    rb"(?:/>|><v>[0-9.E+-]{1,40}</v></c>)"
)
_PLAIN_ROW = re.compile(
    rb'<row r="([1-9][0-9]{0,8})"%b(?:/>|>((?:%b){0,64}+)</row>)'
    % (
        b"".join(rb'(?: %b="[0-9a-z.:]{1,40}")?' % name for name in _SETTINGS.split()),
        _PLAIN_CELL,
    )
)
"""A row as spreadsheets write it where its texts are shared strings."""
_UNSEEN = (MAX_COLUMN + 1, 0)
_HIDDEN = re.compile(rb'<row [^>]* hidden="(?:1|true)"')
_REFERENCE = re.compile(rb'<c r="([A-Z]+)"')
_SHEET_DATA = b"<sheetData>"
_ROOT = re.compile(rb"<(?:[^\s<>:]+:)?sst[\s/>]")
_STRING = re.compile(rb"<(?:[^\s<>:]+:)?si[\s/>]")
_SHARED = re.compile(rb"<(?:\w+:)?v>([0-9]+)</")


class BrokenSheetError(Exception):
    """The sheet is not well formed, or its rows and cells are not in order."""


class WideSheetError(Exception):
    """The sheet spreads too far; carries its columns and rows."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.columns, self.rows = columns, rows


def note(met: dict[tuple[str, int], str], letters: str, row: int) -> None:
    """Remember a cell; beyond those that are kept, the first of each column."""
    if len(met) < KEPT or (letters, 0) not in met:
        met[letters, row if len(met) < KEPT else 0] = ""


@dataclass(slots=True)
class Scan:
    """What was met, and where the pass is: the current row and the last column in it."""

    max_rows: int
    formulas: dict[tuple[str, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    errors: dict[tuple[str, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    row: int = 0
    row_text: str = "0"
    column: int = 0
    widest: int = 0
    values: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "v":
            self.values += 1
            return
        local = name.rpartition(":")[2]
        if local == "v":
            self.values += 1
        elif local == "c":
            self._cell(attributes.get("r"))
            if attributes.get("t") == "e":
                note(self.errors, letters_of(self.column), self.row)
        elif local == "row":
            self._row(attributes.get("r"))
            if _is_true(attributes.get("hidden")) and len(self.hidden_rows) < KEPT:
                self.hidden_rows.append(self.row)
        elif local == "col" and _is_true(attributes.get("hidden")):
            first, last = _number(attributes.get("min", "0")), _number(attributes.get("max", "0"))
            if len(self.hidden_columns) < MAX_COLUMN:
                self.hidden_columns += range(first, min(last, first + 1_000) + 1)
        elif local == "f":
            note(self.formulas, letters_of(self.column), self.row)
        elif local == "mergeCell" and len(self.merged) < KEPT:
            self.merged.append(attributes.get("ref", "")[:40])

    def _row(self, text: str | None) -> None:
        number = self.row + 1 if text is None else _number(text)
        if number <= self.row:
            raise BrokenSheetError
        self.row, self.row_text, self.column = number, str(number), 0
        self._check()

    def _cell(self, reference: str | None) -> None:
        column = self.column + 1
        if reference is not None:
            letters = reference.removesuffix(self.row_text)
            if letters == reference:
                raise BrokenSheetError
            column = _COLUMNS.get(letters) or index_of(letters)
        self._reach(column)

    def _reach(self, column: int) -> None:
        if column <= self.column or not self.row:
            raise BrokenSheetError
        self.column = column
        if column > self.widest:
            self.widest = column
            self._check()

    def plain_rows(self, xml: bytes, at: int) -> int:
        """Take the plain rows that follow each other from `at`; return where they end."""
        shapes: dict[bytes, tuple[int, int]] = {}
        while row := _PLAIN_ROW.match(xml, at):
            at = row.end()
            self._row(row[1].decode())
            if _HIDDEN.match(xml, row.start()) and len(self.hidden_rows) < KEPT:
                self.hidden_rows.append(self.row)
            shape = (row[2] or b"").translate(None, b"0123456789")
            last, values = shapes.get(shape, _UNSEEN)
            if last > self.widest:
                for letters in _REFERENCE.findall(shape):
                    self._reach(index_of(letters.decode()))
                last, values = self.column, shape.count(b"<v>")
                if len(shapes) < SHAPES:
                    shapes[shape] = last, values
            self.column = last
            self.values += values
        return at

    def _check(self) -> None:
        if self.row > self.max_rows or self.row * self.widest > MAX_GRID:
            raise WideSheetError(self.widest, self.row)


def scan(xml: bytes, max_rows: int) -> Scan:
    """Go through the sheet. Raises BrokenSheetError or WideSheetError as soon as it must."""
    found = Scan(max_rows)
    parser = _parser(found.start)
    at = xml.find(_SHEET_DATA, 0, HEAD) + len(_SHEET_DATA)
    head = xml[:at]
    plain = head.endswith(_SHEET_DATA) and b"<!" not in head and b"<?" not in head[5:]
    try:
        if plain:
            # No comment can be open there: what follows is read as the reader will read it.
            parser.Parse(head, False)
            at = found.plain_rows(xml, at)
        parser.Parse(memoryview(xml)[at if plain else 0 :], True)
    except expat.ExpatError as error:
        raise BrokenSheetError from error
    return found


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a workbook hides in some cells: rows and columns by number (no row where the area is
    not to be read), and how it is said."""

    rows: range
    columns: range
    what: str
    expected: str
    row: int | None = None
    value: str = ""

    def tell(self, findings: Findings, titles: Sequence[Any]) -> None:
        """Say it; of one cell (`row`, 0 where it is not known), under the title of its column, else
        by its letters."""
        at = self.columns.start
        title = (str(titles[at - 1]) if at <= len(titles) else "") or letters_of(at)
        column = "" if self.row is None else title
        findings.add(self.what, self.expected, row=self.row or 0, column=column, value=self.value)


def hidden_cells(
    formulas: Collection[tuple[str, int]],
    merged: Sequence[str],
    errors: Mapping[tuple[str, int], str] = MappingProxyType({}),
) -> list[Hidden]:
    """What a workbook hides: formulas (letters of a column, row), merged areas, and errors with
    what they show, which would be read as empty cells."""

    def one(met: tuple[str, int], what: str, expected: str, value: str = "") -> Hidden:
        letters, row = met
        cells = range(row, row + 1), range(index_of(letters), index_of(letters) + 1)
        return Hidden(*cells, f"la cellule contient une {what}", expected, row, value)

    computed = set(formulas)
    values = "une valeur (copier, puis collage spécial, valeurs)"
    found = [one(met, "formule", values) for met in formulas]
    found += [
        one(met, "erreur du tableur", "une valeur, ou rien", said)
        for met, said in errors.items()
        if met not in computed
    ]
    areas = [Hidden(*_spread(area), f"les cellules {area} sont fusionnées",
                    "des cellules non fusionnées") for area in merged]  # fmt: skip
    if len(merged) >= KEPT:
        areas = [replace(one, columns=range(0)) for one in areas]
    if max(len(formulas), len(merged), len(errors)) >= KEPT:
        # What is not remembered may be in any row: none of it may be passed over for its own.
        return [replace(one, rows=range(0)) for one in (*found, *areas)]
    return [*found, *areas]


def _spread(area: str) -> tuple[range, range]:
    """The rows and columns of an area ("B2:C4"); none where it does not say them."""
    met = _AREA.fullmatch(area)
    if met is None:
        return range(0), range(0)
    try:
        columns = range(index_of(met[1]), index_of(met[3] or met[1]) + 1)
    except BrokenSheetError:
        return range(0), range(0)
    return range(int(met[2]), int(met[4] or met[2]) + 1), columns


def check_styles(xml: bytes) -> None:
    """Refuse a declared count larger than the file could hold."""
    _parse(xml, lambda _, attributes: _check_count(attributes, "count", len(xml)))


def check_strings(xml: bytes, sheet: bytes, values: int) -> None:
    """Refuse shared strings that lie about their number, or whose copies would fill the memory.

    `values` is the number of values the scan met in the sheet. A value that is not plainly
    written as a number is counted as if it named the longest string.
    """
    roots = _ROOT.findall(xml)
    if len(roots) != 1:
        raise BrokenSheetError
    if xml.count(b"<si") + xml.count(b":si") > MAX_STRINGS:
        raise BrokenSheetError
    _check_root(xml, xml.index(roots[0]))
    if max(map(len, xml.split(b"<si>"))) * values <= MAX_TEXT:
        return  # as long as the longest may be
    sizes = [len(part) for part in _STRING.split(xml)[1:]]
    longest = max(sizes, default=0)
    if longest * values <= MAX_TEXT:
        return
    named = Counter(_SHARED.findall(sheet))
    total = (values - named.total()) * longest
    total += sum(
        count * sizes[int(index)]
        for index, count in named.items()
        if len(index) < 9 and int(index) < len(sizes)
    )
    if total > MAX_TEXT:
        raise BrokenSheetError


def _check_root(xml: bytes, start: int) -> None:
    """Only the first element counts, and it must be the list itself: the rest is not parsed."""
    met: list[tuple[str, dict[str, str]]] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        if not met:
            met.append((name, attributes))

    parser = _parser(note)
    try:
        parser.Parse(xml[: start + 4096], False)
    except expat.ExpatError as error:
        raise BrokenSheetError from error
    if not met or met[0][0].rpartition(":")[2] != "sst":
        raise BrokenSheetError
    # `count` is how many cells draw on the list, `uniqueCount` how long it is.
    _check_count(met[0][1], "count", MAX_GRID)
    _check_count(met[0][1], "uniqueCount", len(xml))


def _check_count(attributes: dict[str, str], name: str, most: int) -> None:
    if _number(attributes.get(name, "0")) > most:
        raise BrokenSheetError


def _parse(xml: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = _parser(start)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise BrokenSheetError from error


def _parser(start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    # The declared encoding is ignored, as the reader ignores it.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_: object) -> None:
    raise BrokenSheetError


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BrokenSheetError
    return int(text)


def index_of(letters: str) -> int:
    """ "A" is 1, "AA" is 27."""
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
        raise BrokenSheetError
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    if index > MAX_COLUMN:
        raise BrokenSheetError
    return index


def letters_of(index: int) -> str:
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_COLUMNS = {letters_of(index): index for index in range(1, 53)}
