"""A workbook somebody else drew, filled by its named cells and by nothing else.

Only the cells asked for are rewritten, in place: every other part of the archive comes out byte for
byte, with its formulas, styles, charts and sheets; the spreadsheet is asked to compute again when
it opens. A cell that holds a formula is never overwritten. Refuses to know what the names mean.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape

from maillage.kernel.money import size
from maillage.sheets.workbook_parts import ODS, broken, is_workbook, parts_of, unreadable
from maillage.sheets.xlsx import sheet_paths, xml_tree

BOOK = "xl/workbook.xml"
EXPECTED = "un classeur .xlsx dont des cellules portent un nom"
MOST_NAMES = 20_000
MOST_MERGED = 200_000
"""Cells of the ranges made one, in a sheet."""
MOST_BYTES = 30_000_000
"""Of one sheet, once inflated."""
_PLACE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})"
    r"(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?"
)
_MERGED = re.compile(r'<mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]+):([A-Z]{1,3}[0-9]+)"')
_ROW = re.compile(r"<row\b([^>]*?)(/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(/>|>(.*?)</c>)", re.DOTALL)
_SHEET_DATA = re.compile(r"<sheetData\b[^>]*?(?:/>|>(.*?)</sheetData>)", re.DOTALL)
_ADDRESS = re.compile(r'\br="([A-Z]{0,3})([0-9]+)"')
_STYLE = re.compile(r'\bs="[0-9]+"')


@dataclass(frozen=True, slots=True)
class NamedCell:
    """Where a name leads. `fault`: why it may not be filled, "" where it may."""

    name: str
    sheet: str
    cell: str
    fault: str = ""


def named_cells(data: bytes, filename: str) -> dict[str, NamedCell]:
    """Every name of a workbook, by itself. Raises Unreadable for what is no XLSX, or has macros."""
    parts = _parts(data, filename)
    paths = sheet_paths(parts, filename)
    try:
        names = [n for n in xml_tree(parts[BOOK]).iter() if n.tag.endswith("}definedName")]
    except ET.ParseError as error:
        raise broken(filename) from error
    if len(names) > MOST_NAMES:
        raise unreadable(filename, "le classeur a trop de noms", f"{MOST_NAMES} au plus")
    found: dict[str, NamedCell] = {}
    drawn = {path: _drawn(_sound(parts[path], filename), filename)
             for path in paths.values() if b"<sheetData" in parts.get(path, b"")}  # fmt: skip
    for node in names:
        name = node.get("name", "")
        if name.startswith("_xlnm.") or name in found or node.get("hidden") in ("1", "true"):
            continue
        found[name] = _located(name, node.text or "", paths, drawn)
    return found


def _parts(data: bytes, filename: str) -> dict[str, bytes]:
    if not data or not is_workbook(data, filename):
        raise unreadable(filename, "le fichier n’est pas un classeur", EXPECTED)
    parts = parts_of(data, filename)
    if ODS in parts:
        raise unreadable(filename, "le fichier est un classeur .ods", EXPECTED)
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        what = "le classeur est au format à macros (.xlsm), quel que soit son nom"
        raise unreadable(filename, what, "le même classeur, enregistré au format .xlsx")
    return parts


def _sound(part: bytes, filename: str) -> str:
    """The text of a sheet whose every element is closed. Raises Unreadable."""
    if len(part) > MOST_BYTES:
        raise unreadable(filename, "une feuille du classeur est trop lourde", size(MOST_BYTES))
    if b"<!" in part:
        # A cell begun in a comment ends nowhere: each would be sought to the end of the sheet.
        raise unreadable(filename, "une feuille du classeur n’est pas écrite par un tableur")
    try:
        expat.ParserCreate().Parse(part, True)
        return part.decode()
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise broken(filename) from error


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of a sheet, the cells that compute and the ranges made one, each by its corners."""

    formulas: frozenset[str]
    merged: frozenset[tuple[str, str]]
    hidden: Mapping[tuple[int, int], tuple[str, str]]
    """Of each cell that another of its range hides, by column and row, the range."""


def _drawn(xml: str, filename: str) -> Drawn:
    """Raises Unreadable where more is merged than a form has cells."""
    merged = frozenset((one[1], one[2]) for one in _MERGED.finditer(xml))
    hidden: dict[tuple[int, int], tuple[str, str]] = {}
    for first, last in merged:
        (left, top), (right, bottom) = _split(first), _split(last)
        if len(hidden) + (right - left + 1) * (bottom - top + 1) > MOST_MERGED:
            what = "le classeur a trop de cellules fusionnées"
            raise unreadable(filename, what, f"{MOST_MERGED} au plus")
        cells = product(range(left, right + 1), range(top, bottom + 1))
        hidden |= dict.fromkeys((cell for cell in cells if cell != (left, top)), (first, last))
    return Drawn(_formulas(xml), merged, hidden)


def _located(
    name: str, text: str, paths: Mapping[str, str], drawn: Mapping[str, Drawn]
) -> NamedCell:
    said = text.strip().removeprefix("=")
    if "#REF!" in said:
        fault = "sa cellule a été supprimée du classeur (#REF!)\u00a0: la nommer de nouveau"
        return NamedCell(name, "", said[:80], fault)
    place = _PLACE.fullmatch(said)
    if place is None:
        return NamedCell(name, "", said[:80], "ce nom n’est pas celui d’une seule cellule")
    quoted, plain, column, row, to_column, to_row = place.groups()
    sheet, cell = (quoted.replace("''", "'") if quoted else plain), f"{column}{row}"
    if paths.get(sheet) not in drawn:
        return NamedCell(name, sheet, cell, "sa feuille manque, ou n’est pas écrite par un tableur")
    held = drawn[paths[sheet]]
    last = f"{to_column}{to_row}" if to_column else cell
    if last != cell and (cell, last) not in held.merged:
        return NamedCell(name, "", said[:80], "ce nom n’est pas celui d’une seule cellule")
    return NamedCell(name, sheet, cell, _fault(cell, held))


def _fault(cell: str, held: Drawn) -> str:
    """Why a cell may not be filled."""
    if hidden := held.hidden.get(_split(cell)):
        first, last = hidden
        return f"la cellule est cachée dans la fusion {first}:{last}\u00a0: nommer {first}"
    return "la cellule contient une formule, qui reste" if cell in held.formulas else ""


def _formulas(xml: str) -> frozenset[str]:
    """The cells of a sheet that compute."""
    found = set()
    for cell in _CELL.finditer(xml):
        address = _ADDRESS.search(cell[1])
        if address and "<f" in (cell[3] or ""):
            found.add(address[1] + address[2])
    return frozenset(found)


def filled(data: bytes, filename: str, values: Mapping[str, Decimal | str | None]) -> bytes:
    """The workbook with these named cells: a number as a number, a text as a text, None empty.

    A name that may not be filled is left alone.
    """
    parts = _parts(data, filename)
    paths, known = sheet_paths(parts, filename), named_cells(data, filename)
    by_part: dict[str, dict[str, Decimal | str | None]] = {}
    for name, value in values.items():
        cell = known.get(name)
        if cell and not cell.fault:
            by_part.setdefault(paths[cell.sheet], {})[cell.cell] = value
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename in by_part:
                content = _rewritten(content.decode(), by_part[entry.filename]).encode()
            elif entry.filename == BOOK:
                content = _computing(content.decode()).encode()
            written.writestr(entry, content)
    return target.getvalue()


def _computing(book: str) -> str:
    """The workbook, told to compute again as it opens."""
    if found := re.search(r"<calcPr\b([^>]*?)(/?)>", book):
        kept = re.sub(r'\s*\bfullCalcOnLoad="[^"]*"', "", found[1])
        said = f'<calcPr{kept} fullCalcOnLoad="1"{found[2]}>'
        return book[: found.start()] + said + book[found.end() :]
    return book.replace("</definedNames>", '</definedNames><calcPr fullCalcOnLoad="1"/>', 1)


def _rewritten(xml: str, values: Mapping[str, Decimal | str | None]) -> str:
    """A sheet with these cells, its rows and cells in order, everything else as it was."""
    rows: dict[int, dict[int, tuple[str, Decimal | str | None]]] = {}
    for cell, value in values.items():
        column, row = _split(cell)
        rows.setdefault(row, {})[column] = (cell, value)
    data = _SHEET_DATA.search(xml)
    if data is None:
        return xml
    inside = "".join(_rows(data[1] or "", rows))
    return f"{xml[: data.start()]}<sheetData>{inside}</sheetData>{xml[data.end() :]}"


def _rows(
    held: str, wanted: dict[int, dict[int, tuple[str, Decimal | str | None]]]
) -> Iterator[str]:
    left, last = dict(sorted(wanted.items())), 0
    for found in _ROW.finditer(held):
        address = re.search(r'\br="([0-9]+)"', found[1])
        last = int(address[1]) if address else last + 1
        for number in [n for n in left if n < last]:
            yield f'<row r="{number}">{"".join(_cells("", left.pop(number)))}</row>'
        if last in left:
            attributes = re.sub(r'\s*\bspans="[^"]*"', "", found[1].rstrip("/"))
            yield f"<row{attributes}>{''.join(_cells(found[3] or '', left.pop(last)))}</row>"
        else:
            yield found[0]
    for number, cells in left.items():
        yield f'<row r="{number}">{"".join(_cells("", cells))}</row>'


def _cells(held: str, wanted: dict[int, tuple[str, Decimal | str | None]]) -> Iterator[str]:
    left, last = dict(sorted(wanted.items())), 0
    for found in _CELL.finditer(held):
        address = _ADDRESS.search(found[1])
        last = _split(address[1] + address[2])[0] if address else last + 1
        for column in [c for c in left if c < last]:
            yield _cell(*left.pop(column))
        if last in left:
            style = _STYLE.search(found[1])
            yield _cell(*left.pop(last), style[0] if style else "")
        else:
            yield found[0]
    for cell in left.values():
        yield _cell(*cell)


def _cell(address: str, value: Decimal | str | None, style: str = "") -> str:
    head = f'<c r="{address}"{" " * bool(style)}{style}'
    if value is None:
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"{head}><v>{value:f}</v></c>"


def _split(cell: str) -> tuple[int, int]:
    """Column and row, from 1."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(cell[len(letters) :])
