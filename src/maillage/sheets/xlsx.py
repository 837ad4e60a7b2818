"""The rows of one sheet of an XLSX, by the fast reader, once a pass has shown that it may read it.

Knows sheets, formulas and merged cells. Refuses to know what the columns mean.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Collection
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, load_workbook

from maillage.sheets.findings import Findings
from maillage.sheets.scanning import (
    BrokenSheetError,
    Scan,
    WideSheetError,
    check_strings,
    check_styles,
    hidden_cells,
    scan,
)
from maillage.sheets.workbook_parts import (
    MAX_ROWS,
    MOST_LOOKED_AT,
    MOST_OF_HEAD,
    Looks,
    Sheet,
    broken,
    check_sheets,
    chosen,
    too_wide,
    unreadable,
)

_ROW_END, _PLAIN_DATA = b"</row>", b"<sheetData>"
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,80} t="e"[^<>]{0,80}>'
    rb"(?:<f[^<>]{0,80}>[^<>]{0,9000}</f>)?<v>(#[A-Z0-9/!?_]{1,30})</v>"
)
"""A cell in error, as spreadsheets write it."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def xlsx_sheet(
    parts: dict[str, bytes], filename: str, wanted: str, columns: int, looks: Looks
) -> Sheet:
    """The sheet, with what must not be in it."""
    paths = sheet_paths(parts, filename)
    name = chosen(paths, filename, wanted, lambda: _heads(parts, filename, paths), looks)
    path = paths[name]
    if path not in parts:
        raise unreadable(f"{filename}, feuille {name}", "le contenu de la feuille manque")
    found = _scanned(parts, path, f"feuille {name}", columns)
    # One name for each part: several names of one sheet are no copies of one another.
    once = {at: other for other, at in paths.items() if at != path}
    named = {other: at for at, other in once.items()}
    others = _first_rows(parts, named)
    whole = _without_sheets(parts) | others | {path: parts[path]}
    read = _read(_repacked(whole), filename, {name, *named}, name)
    rows = read.pop(name, [])
    findings = Findings(f"feuille {name}")
    faults = hidden_cells(found.formulas, found.merged, _said(found, parts[path]))
    heads = {other: held[0] for other, held in read.items() if held}
    hidden = _hidden_sheets(parts)
    return Sheet(name, findings, rows, heads, found.hidden_rows, found.hidden_columns,
                 name in hidden, lambda other: _copied(parts, filename, paths, other, columns),
                 hidden, faults)  # fmt: skip


def _said(found: Scan, sheet: bytes) -> dict[tuple[str, int], str]:
    """The errors met, with what each shows where it is plainly written."""
    met = _ERROR.finditer(sheet) if found.errors else ()
    shown = {(m[1].decode(), int(m[2])): m[3].decode() for m in met}
    return {cell: shown.get(cell, "") for cell in found.errors}


def _copied(
    parts: dict[str, bytes], filename: str, paths: dict[str, str], name: str, columns: int
) -> list[list[Any]]:
    """All the rows of another sheet. Raises Unreadable."""
    path = paths[name]
    _scanned(parts, path, f"feuille {name}", columns)
    whole = _without_sheets(parts) | {path: parts[path]}
    return _read(_repacked(whole), filename, {name}, name).get(name, [])


def _heads(parts: dict[str, bytes], filename: str, paths: dict[str, str]) -> dict[str, list[Any]]:
    read = _read(_repacked(_without_sheets(parts) | _first_rows(parts, paths)), filename, paths)
    return {name: rows[0] for name, rows in read.items() if rows}


def _without_sheets(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {key: part for key, part in parts.items() if "/worksheets/" not in key}


def _first_rows(parts: dict[str, bytes], paths: dict[str, str]) -> dict[str, bytes]:
    """Sheets cut after their first row, those that may be read: they are looked at, not taken."""
    cut = {}
    for path in list(paths.values())[:MOST_LOOKED_AT]:
        part = parts.get(path, b"")
        end = part.find(_ROW_END, 0, MOST_OF_HEAD)
        if end < 0 or part.find(_PLAIN_DATA, 0, end) < 0:
            continue
        part = part[: end + len(_ROW_END)] + b"</sheetData></worksheet>"
        try:
            values = scan(part, MAX_ROWS + 1).values
            for name, strings in parts.items():
                if "sharedstrings" in name.lower():
                    check_strings(strings, part, values)
        except (BrokenSheetError, WideSheetError):
            continue
        cut[path] = part
    return cut


def _hidden_sheets(parts: dict[str, bytes]) -> set[str]:
    """The sheets the workbook hides; it was already read as XML."""
    return {
        node.get("name", "")
        for node in xml_tree(parts["xl/workbook.xml"]).iter()
        if node.tag.endswith("}sheet") and node.get("state", "visible") != "visible"
    }


def _read(
    data: bytes, filename: str, names: Collection[str], needed: str = ""
) -> dict[str, list[list[Any]]]:
    """The rows of each of these sheets that is there; the one needed must be."""
    found = {}
    try:
        with load_workbook(io.BytesIO(data)) as book:
            for name in filter(names.__contains__, book.sheet_names):
                try:
                    found[name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                except CalamineError:
                    if name == needed:
                        raise
        return found
    except (CalamineError, OSError, ValueError) as error:
        raise broken(filename) from error
    except BaseException as error:
        # A panic of the Rust reader is not an Exception, and must not stop the server.
        if type(error).__name__ != "PanicException":
            raise
        raise broken(filename) from error


def sheet_paths(parts: dict[str, bytes], filename: str) -> dict[str, str]:
    """The part of each sheet, by its name. Raises Unreadable."""
    try:
        book = xml_tree(parts["xl/workbook.xml"])
        links = xml_tree(parts["xl/_rels/workbook.xml.rels"])
    except (ET.ParseError, KeyError) as error:
        raise unreadable(filename, "la liste des feuilles du classeur est illisible") from error
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    found = {
        node.get("name", ""): posixpath.normpath(
            posixpath.join("xl", targets.get(node.get(_RELATION, ""), ""))
        ).lstrip("/")
        for node in book.iter()
        if node.tag.endswith("}sheet")
    }
    check_sheets(found, filename)
    return found


def xml_tree(xml: bytes) -> ET.Element:
    """A part of a workbook that passed through `parts_of`. Raises ET.ParseError."""
    # No DTD passes the archive, and the declared encoding is ignored, as the reader ignores it.
    parser: ET.XMLParser[ET.Element] = ET.XMLParser(encoding="utf-8")  # noqa: S314
    return ET.fromstring(xml, parser)  # noqa: S314


def _scanned(parts: dict[str, bytes], sheet: str, where: str, columns: int) -> Scan:
    """The pass over the sheet and what it draws on, its refusals said in French."""
    try:
        found = scan(parts[sheet], MAX_ROWS + 1)
        for path, part in parts.items():
            if path.lower() == "xl/styles.xml":
                check_styles(part)
            elif "sharedstrings" in path.lower() and path.lower().endswith(".xml"):
                check_strings(part, parts[sheet], found.values)
        return found
    except BrokenSheetError as error:
        raise broken(where) from error
    except WideSheetError as error:
        raise too_wide(where, error.columns, error.rows, columns) from error


def _repacked(parts: dict[str, bytes]) -> bytes:
    """A plain archive of parts already inflated, so that the reader sees what was checked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return target.getvalue()
