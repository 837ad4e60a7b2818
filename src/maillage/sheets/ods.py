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
from maillage.sheets.scanning import (
    KEPT,
    MAX_COLUMN,
    MAX_GRID,
    MAX_TEXT,
    BrokenSheetError,
    WideSheetError,
    hidden_cells,
    letters_of,
)
from maillage.sheets.workbook_parts import (
    MAX_ROWS,
    MOST_LOOKED_AT,
    ODS,
    Looks,
    Sheet,
    broken,
    chosen,
    too_wide,
)

_NAMES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
}
_CELLS = ("table:table-cell", "table:covered-table-cell")
_BLANKS = {"text:tab": "\t", "text:line-break": "\n"}
_BODY = "office:spreadsheet"


def ods_sheet(
    parts: dict[str, bytes], filename: str, wanted: str, columns: int, looks: Looks
) -> Sheet:
    """The sheet, with what must not be in it."""
    name = wanted
    try:
        names, hidden = _named(parts[ODS])
        heads = {one: head for one in names[:MOST_LOOKED_AT] if (head := _head(parts, one))}
        name = chosen(names, filename, wanted, lambda: heads, looks)
        sheet = _taken(parts, name)
    except (BrokenSheetError, expat.ExpatError) as error:
        raise broken(filename) from error
    except WideSheetError as error:
        raise too_wide(f"feuille {name}", error.columns, error.rows, columns) from error
    findings = Findings(f"feuille {name}")
    faults = hidden_cells(sheet.table(), sheet.formulas, sheet.merged)
    heads.pop(name, None)
    return Sheet(name, findings, sheet.rows, heads, sheet.hidden_rows, sheet.hidden_columns,
                 name in hidden, lambda other: _copied(parts, filename, other), hidden,
                 faults)  # fmt: skip


def _taken(parts: dict[str, bytes], name: str) -> _Sheet:
    sheet = _Sheet(name)
    _parse(parts[ODS], sheet)
    return sheet


def _copied(parts: dict[str, bytes], filename: str, name: str) -> list[list[Any]]:
    """All the rows of another sheet. Raises Unreadable."""
    try:
        return _taken(parts, name).table()
    except (BrokenSheetError, WideSheetError, expat.ExpatError) as error:
        raise broken(filename) from error


def _head(parts: dict[str, bytes], name: str) -> list[Any]:
    """The first row of a sheet, [] where it has none or cannot be read."""
    head = _Head(name)
    try:
        _parse(parts[ODS], head)
    except _HeadReadError:
        return head.rows[0]
    except (BrokenSheetError, WideSheetError):
        return []
    return head.rows[0] if head.rows else []


def ods_names(parts: dict[str, bytes], filename: str) -> list[str]:
    """The names of the sheets. Raises Unreadable."""
    try:
        return _named(parts[ODS])[0]
    except expat.ExpatError as error:
        raise broken(filename) from error


class _Handler:
    """Goes through the elements, their names short ("table:table-row")."""

    def __init__(self) -> None:
        self.open: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.open.append(_short(name))
        self.opened(self.open[-1], {_short(key): value for key, value in attributes.items()})

    def end(self, _: str) -> None:
        self.closed(self.open.pop())

    def opened(self, name: str, attributes: dict[str, str]) -> None: ...

    def closed(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{_NAMES.get(space, '')}:{local}"


def _parse(xml: bytes, handler: _Handler) -> None:
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.Parse(xml, True)


def _named(xml: bytes) -> tuple[list[str], set[str]]:
    """The names of the sheets; of those, the ones hidden, which a style of the file says before."""
    found: list[str] = []
    hidden: set[str] = set()
    unseen: set[str] = set()

    class Sheets(_Handler):
        style = ""

        def opened(self, name: str, attributes: dict[str, str]) -> None:
            if name == "style:style":
                self.style = attributes.get("style:name", "")
            elif name == "style:table-properties" and len(unseen) < KEPT:
                if attributes.get("table:display") == "false":
                    unseen.add(self.style)
            elif name == "table:table" and self.open[-2:-1] == [_BODY]:
                found.append(attributes.get("table:name", ""))
                if attributes.get("table:style-name") in unseen:
                    hidden.add(found[-1])

    _parse(xml, Sheets())
    return found, hidden


class _Sheet(_Handler):
    """The rows of one sheet as they are met. What is empty is made only once something follows."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.rows: list[list[Any]] = []
        self.formulas: list[tuple[str, int]] = []
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
        if name == "table:table" and self.open[-2:-1] == [_BODY]:
            self.inside = attributes.get("table:name", "") == self.name and not self.height
        elif not self.inside:
            return
        elif self.cell is not None:
            self._within(name, attributes)
        elif name == "table:table-column":
            count = _count(attributes.get("table:number-columns-repeated", "1"))
            if attributes.get("table:visibility", "visible") != "visible":
                self.hidden_columns += range(self.columns + 1, self.columns + min(count, 1000) + 1)
            self.columns += count
        elif name == "table:table-row":
            self.row, self.empty = [], 0
            self.row_repeat = _count(attributes.get("table:number-rows-repeated", "1"))
            if attributes.get("table:visibility", "visible") != "visible":
                last = self.height + min(self.row_repeat, MAX_ROWS)
                self.hidden_rows += range(self.height + 1, last + 1)
        elif name in _CELLS:
            self.cell, self.said, self.depth = attributes, [], len(self.open)
            self.cell_repeat = _count(attributes.get("table:number-columns-repeated", "1"))

    def _within(self, name: str, attributes: dict[str, str]) -> None:
        """A cell's own paragraphs; its notes and drawings say nothing of its value."""
        if self.open[self.depth] != "text:p":
            return
        if name == "text:p" and len(self.open) == self.depth + 1 and self.said:
            self.said.append("\n")
        elif name == "text:s":
            self.said.append(" " * min(_count(attributes.get("text:c", "1")), 1000))
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
        elif name == "table:table" and self.open[-1:] == [_BODY]:
            self.inside = False

    def _filled(self, cell: dict[str, str]) -> None:
        value = _value(cell, "".join(self.said))
        place = len(self.row) + self.empty + 1
        if "table:formula" in cell and len(self.formulas) < KEPT:
            self.formulas.append((letters_of(place), self.height + 1))
        self._merge(cell, place)
        if value == "" and "table:formula" not in cell:
            self.empty += self.cell_repeat
            return
        last = place + self.cell_repeat - 1
        if last > MAX_COLUMN:
            raise WideSheetError(last, self.height + 1)
        self.row += [""] * self.empty + [value] * self.cell_repeat
        self.empty = 0
        self.size += len(str(value)) * self.cell_repeat * self.row_repeat

    def _merge(self, cell: dict[str, str], place: int) -> None:
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
        if self.size > MAX_TEXT:
            raise BrokenSheetError
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
