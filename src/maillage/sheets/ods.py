"""The rows of one sheet of an ODS, in one pass that bounds what it repeats.

A cell or a row written once may stand for a million: the pass counts them before it makes them.
Knows sheets, formulas and merged cells. Refuses to know what the columns mean.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from xml.parsers import expat

from maillage.sheets.findings import Findings
from maillage.sheets.ods_outline import Handler, Outline, outlined
from maillage.sheets.scanning import (
    KEPT,
    MAX_COLUMN,
    MAX_GRID,
    MAX_TEXT,
    BrokenSheetError,
    WideSheetError,
    hidden_cells,
    letters_of,
    note,
)
from maillage.sheets.workbook_parts import (
    MAX_ROWS,
    MOST_LOOKED_AT,
    MOST_OF_HEAD,
    ODS,
    Looks,
    Sheet,
    broken,
    check_sheets,
    chosen,
    too_wide,
)

_CELLS = ("table:table-cell", "table:covered-table-cell")
_SPANS = {"table:number-columns-spanned", "table:number-rows-spanned"}
_LOOKS = {"table:style-name", "table:number-columns-repeated"}
"""What a cell that says nothing may have."""
_BLANKS = {"text:tab": "\t", "text:line-break": "\n"}


def ods_sheet(
    parts: dict[str, bytes], filename: str, wanted: str, columns: int, looks: Looks
) -> Sheet:
    """The sheet, with what must not be in it."""
    name = wanted
    try:
        book = outlined(parts[ODS])
        check_sheets(book.names, filename)
        looked_at = [*dict.fromkeys(book.names)][:MOST_LOOKED_AT]
        heads = {one: head for one in looked_at if (head := _head(book, one))}
        name = chosen(book.names, filename, wanted, lambda: heads, looks)
        sheet = _taken(book, name)
    except (BrokenSheetError, expat.ExpatError) as error:
        raise broken(filename) from error
    except WideSheetError as error:
        raise too_wide(f"feuille {name}", error.columns, error.rows, columns) from error
    findings = Findings(f"feuille {name}")
    rows = sheet.table()
    faults = hidden_cells(sheet.formulas, sheet.merged)
    heads.pop(name, None)
    return Sheet(name, findings, rows, heads, sheet.hidden_rows, sheet.hidden_columns,
                 name in book.hidden, lambda other: _copied(book, filename, other), book.hidden,
                 faults)  # fmt: skip


def _taken(book: Outline, name: str) -> _Sheet:
    sheet = _Sheet()
    book.parse(name, sheet)
    return sheet


def _copied(book: Outline, filename: str, name: str) -> list[list[Any]]:
    """All the rows of another sheet. Raises Unreadable."""
    try:
        return _taken(book, name).table()
    except (BrokenSheetError, WideSheetError, expat.ExpatError) as error:
        raise broken(filename) from error


def _head(book: Outline, name: str) -> list[Any]:
    """The first row of a sheet, [] where it has none or cannot be read."""
    head = _Head()
    try:
        book.parse(name, head, MOST_OF_HEAD)
    except _HeadReadError:
        return head.rows[0]
    except (BrokenSheetError, WideSheetError, expat.ExpatError):
        return []
    return head.rows[0] if head.rows else []


def ods_names(parts: dict[str, bytes], filename: str) -> list[str]:
    """The names of the sheets. Raises Unreadable."""
    try:
        names = outlined(parts[ODS]).names
    except (BrokenSheetError, expat.ExpatError) as error:
        raise broken(filename) from error
    check_sheets(names, filename)
    return names


class _Sheet(Handler):
    """The rows of one sheet as they are met. What is empty is made only once something follows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[Any]] = []
        self.formulas: dict[tuple[str, int], str] = {}
        self.merged: list[str] = []
        self.height = self.width = self.size = 0
        self.row: list[Any] = []
        self.row_repeat = self.cell_repeat = self.empty = 1
        self.cell: dict[str, str] | None = None
        self.said: list[str] = []
        self.inside = False
        self.depth = 0
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.columns = 0

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if not self.inside:
            self.inside = name == "table:table"
        elif self.cell is not None:
            self._within(name, attributes)
        elif name == "table:table-column":
            first = self.columns + 1
            self.columns += _count(attributes.get("table:number-columns-repeated", "1"))
            if attributes.get("table:visibility", "visible") != "visible":
                self.hidden_columns += range(first, min(self.columns, MAX_COLUMN) + 1)
        elif name == "table:table-row":
            self.row, self.empty = [], 0
            self.row_repeat = _count(attributes.get("table:number-rows-repeated", "1"))
            if attributes.get("table:visibility", "visible") != "visible":
                last = min(self.height + self.row_repeat, MAX_ROWS + 1)
                self.hidden_rows += range(self.height + 1, last + 1)
        elif name in _CELLS:
            self.cell, self.said, self.depth = attributes, [], len(self.open)
            repeated = attributes.get("table:number-columns-repeated")
            self.cell_repeat = _count(repeated) if repeated else 1

    def _within(self, name: str, attributes: dict[str, str]) -> None:
        """A cell's own paragraphs; its notes and drawings say nothing of its value."""
        if self.open[self.depth] != "text:p":
            return
        if name == "text:p" and len(self.open) == self.depth + 1 and self.said:
            self.said.append("\n")
        elif name == "text:s":
            blanks = min(_count(attributes.get("text:c", "1")), 1000)
            self.said.append(" " * blanks)
            self._grow(blanks)
        elif name in _BLANKS:
            self.said.append(_BLANKS[name])

    def text(self, data: str) -> None:
        if self.cell is not None and self.open[self.depth : self.depth + 1] == ["text:p"]:
            self.said.append(data)

    def closed(self, name: str) -> None:
        if not self.inside:
            return
        if name in _CELLS and len(self.open) == self.depth - 1 and self.cell is not None:
            self._filled(self.cell)
            self.cell = None
        elif name == "table:table-row" and self.cell is None:
            self._ended()

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > MAX_TEXT:
            raise BrokenSheetError

    def _filled(self, cell: dict[str, str]) -> None:
        if not self.said and cell.keys() <= _LOOKS:
            self.empty += self.cell_repeat
            return
        value = _value(cell, "".join(self.said))
        place = len(self.row) + self.empty + 1
        if "table:formula" in cell:
            note(self.formulas, letters_of(place), self.height + 1)
        self._merge(cell, place)
        if value == "" and "table:formula" not in cell:
            self.empty += self.cell_repeat
            return
        last = place + self.cell_repeat - 1
        if last > MAX_COLUMN:
            raise WideSheetError(last, self.height + 1)
        self.row += [""] * self.empty + [value] * self.cell_repeat
        self.empty = 0
        self._grow(len(str(value)) * self.cell_repeat * self.row_repeat)

    def _merge(self, cell: dict[str, str], place: int) -> None:
        if not cell.keys() & _SPANS:
            return
        across = _count(cell.get("table:number-columns-spanned", "1"))
        down = _count(cell.get("table:number-rows-spanned", "1"))
        if (across > 1 or down > 1) and len(self.merged) < KEPT:
            first = f"{letters_of(place)}{self.height + 1}"
            self.merged.append(f"{first}:{letters_of(place + across - 1)}{self.height + down}")

    def _ended(self) -> None:
        self.height += self.row_repeat
        if not self.row:
            return
        self.width = max(self.width, len(self.row))
        if self.height > MAX_ROWS + 1 or self.height * self.width > MAX_GRID:
            raise WideSheetError(self.width, self.height)
        before = self.height - self.row_repeat - len(self.rows)
        self.rows += [[]] * before + [self.row] * self.row_repeat

    def table(self) -> list[list[Any]]:
        """The rows, all as wide as the widest."""
        for row in self.rows:
            row.extend([""] * (self.width - len(row)))
        return self.rows


class _HeadReadError(Exception):
    """The first row is read: the rest is not."""


class _Head(_Sheet):
    """The first row that says something."""

    def _ended(self) -> None:
        super()._ended()
        if self.rows:
            self.rows = self.rows[-1:]
            raise _HeadReadError


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) <= 9):
        raise BrokenSheetError
    return int(text)


def _value(cell: dict[str, str], said: str) -> Any:
    """A number, a date, a boolean or a text; a value that lies is the text that is shown."""
    kind = cell.get("office:value-type", "")
    try:
        if kind in ("float", "percentage", "currency"):
            number = float(cell.get("office:value", ""))
            return number if math.isfinite(number) else said
        if kind == "date":
            moment = dt.datetime.fromisoformat(cell.get("office:date-value", ""))
            return moment if "T" in cell["office:date-value"] else moment.date()
    except ValueError:
        return said
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    return cell.get("office:string-value", said) if kind == "string" else said
