"""Rows of a file, as lists of values: from a workbook by the fast reader, from a CSV by ours.

Knows encodings, separators and what a workbook hides (formulas, merged cells). Refuses to know
what the columns mean, beyond recognising the header to choose a separator.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from typing import Any

from python_calamine import CalamineError, load_workbook

from maillage.sheets.archive import open_sheet, unreadable
from maillage.sheets.findings import Findings
from maillage.sheets.formulas import unguarded
from maillage.sheets.words import folded

SEPARATORS = ";,\t"


def workbook_rows(
    data: bytes, filename: str, wanted: str, rows: int, columns: int
) -> tuple[Findings, list[list[Any]]]:
    """Rows of the sheet; what must not be in it is already among the findings."""
    sheet = open_sheet(data, filename, wanted, rows, columns)
    findings = Findings(f"feuille {sheet.name}")
    try:
        with load_workbook(io.BytesIO(sheet.data)) as book:
            found: list[list[Any]] = book.get_sheet_by_name(sheet.name).to_python(
                skip_empty_area=False
            )
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(filename) from error
    except BaseException as error:
        # A panic of the Rust reader is not an Exception, and must not stop the server.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(filename) from error
    titles = [str(value) for value in found[0]] if found else []
    for letters, row in sheet.formulas:
        findings.add(
            "la cellule contient une formule",
            "une valeur (copier, puis collage spécial, valeurs)",
            row=row,
            column=_title(titles, letters),
        )
    for area in sheet.merged:
        findings.add(f"les cellules {area} sont fusionnées", "des cellules non fusionnées")
    return findings, found


def _unreadable(filename: str) -> Exception:
    return unreadable(
        filename,
        "le classeur est tronqué ou abîmé",
        "un classeur .xlsx qui s'ouvre dans un tableur",
    )


def _title(titles: list[str], letters: str) -> str:
    """The header above a cell, or the letters of its column."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    title = titles[index - 1] if 0 < index <= len(titles) else ""
    return title or letters


def csv_rows(
    data: bytes, filename: str, titles: Collection[str], most: int
) -> tuple[Findings, list[list[Any]]]:
    """Rows of a CSV, its separator told by the folded `titles`. Raises Unreadable unless UTF-8."""
    text = _decoded(data, filename)
    findings = Findings("")
    delimiter = _separator(text, titles)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Any]] = []
    try:
        for row in reader:
            rows.append([unguarded(value) for value in row])
            if len(rows) > most + 1:
                break
    except csv.Error:
        findings.add(
            "un guillemet n'est pas fermé, ou mal placé",
            "des guillemets doublés à l'intérieur d'un texte entre guillemets",
            row=len(rows) + 1,
        )
        findings.raise_any()
    _check_widths(rows, findings)
    return findings, rows


def _check_widths(rows: Iterable[list[Any]], findings: Findings) -> None:
    width = -1
    for number, row in enumerate(rows, 1):
        if width < 0:
            width = len(row)
        elif len(row) != width and any(row):
            findings.add(
                f"la ligne compte {len(row)} valeur{'s' if len(row) > 1 else ''}",
                f"{width}, comme l'en-tête",
                row=number,
            )


def _decoded(data: bytes, filename: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise unreadable(
            f"{filename}, ligne {line}",
            "le fichier n'est pas en UTF-8\u00a0; le fichier semble être en "
            f"{_encoding(data)}\u00a0: l'enregistrer en «\u00a0CSV UTF-8\u00a0»",
            "un texte en UTF-8",
            f"octet 0x{byte:02X}",
        ) from None


def _encoding(data: bytes) -> str:
    """The likely encoding of French text that is not UTF-8."""
    accents = sum(data.count(bytes([byte])) for byte in "éèàêçù".encode("cp1252"))
    mac = sum(data.count(bytes([byte])) for byte in "éèàêçù".encode("mac-roman"))
    return "Mac Roman" if mac > accents else "Windows-1252"


def _separator(text: str, titles: Collection[str]) -> str:
    """The separator by which the first line names the most columns we know."""
    head = text[:4000]

    def known(separator: str) -> int:
        try:
            row = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
        except csv.Error:
            return 0
        return sum(folded(title) in titles for title in row)

    return max(SEPARATORS, key=known)
