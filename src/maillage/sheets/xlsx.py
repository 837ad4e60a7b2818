"""The rows of one sheet of an XLSX, by the fast reader, once a pass has shown that it may read it.

Knows sheets, formulas and merged cells. Refuses to know what the columns mean.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
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
from maillage.sheets.workbook_parts import MAX_ROWS, broken, chosen, too_wide, unreadable

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def xlsx_rows(
    parts: dict[str, bytes], filename: str, wanted: str, columns: int
) -> tuple[Findings, list[list[Any]]]:
    """Rows of the sheet; what must not be in it is already among the findings."""
    name, path = _chosen(parts, filename, wanted)
    found = _scanned(parts, path, f"feuille {name}", columns)
    kept = {key: part for key, part in parts.items() if "/worksheets/" not in key or key == path}
    rows = _read(_repacked(kept), filename, name)
    findings = Findings(f"feuille {name}")
    hidden_cells(findings, rows, found.formulas, found.merged, found.errors)
    return findings, rows


def _read(data: bytes, filename: str, name: str) -> list[list[Any]]:
    try:
        with load_workbook(io.BytesIO(data)) as book:
            rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            return rows
    except (CalamineError, OSError, ValueError) as error:
        raise broken(filename) from error
    except BaseException as error:
        # A panic of the Rust reader is not an Exception, and must not stop the server.
        if type(error).__name__ != "PanicException":
            raise
        raise broken(filename) from error


def _chosen(parts: dict[str, bytes], filename: str, wanted: str) -> tuple[str, str]:
    """Name and path of the sheet to read."""
    sheets = sheet_paths(parts, filename)
    name = chosen(sheets, filename, wanted)
    if sheets[name] not in parts:
        raise unreadable(f"{filename}, feuille {name}", "le contenu de la feuille manque")
    return name, sheets[name]


def sheet_paths(parts: dict[str, bytes], filename: str) -> dict[str, str]:
    """The part of each sheet, by its name. Raises Unreadable."""
    try:
        book = xml_tree(parts["xl/workbook.xml"])
        links = xml_tree(parts["xl/_rels/workbook.xml.rels"])
    except (ET.ParseError, KeyError) as error:
        raise unreadable(filename, "la liste des feuilles du classeur est illisible") from error
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    return {
        node.get("name", ""): posixpath.normpath(
            posixpath.join("xl", targets.get(node.get(_RELATION, ""), ""))
        ).lstrip("/")
        for node in book.iter()
        if node.tag.endswith("}sheet")
    }


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
