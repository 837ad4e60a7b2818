"""The rows of a CSV, as lists of texts.

Knows encodings, separators, the lines that come before the titles. Refuses to know what the
columns mean, beyond recognising their titles to choose a separator.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

from maillage.sheets.dressed import MOST_ABOVE, tell_above, title_row
from maillage.sheets.findings import Findings
from maillage.sheets.formulas import unguarded
from maillage.sheets.words import folded
from maillage.sheets.workbook_parts import MAX_ROWS, unreadable

SEPARATORS = ";,\t"
MOST_COLUMNS = 1_000
HEAD = 20_000
"""Characters among which the titles are looked for."""
_TOLD = re.compile(r'"?sep=(?P<separator>[^\w"])"?[ ;,\t]*\r?\n', re.IGNORECASE)
"""The line by which a file tells a spreadsheet its separator."""
_NOTICE = ("#", '"#')
"""How the lines of an export that say what it is begin."""


def csv_rows(
    data: bytes, filename: str, titles: Collection[str]
) -> tuple[Findings, list[list[str]], int]:
    """Rows of a CSV from its titles on, and how many lines precede them.

    The separator is told by the file, or by the folded `titles`. Raises Unreadable unless UTF-8.
    """
    text, before, told = _from_titles(_decoded(data, filename))
    findings = Findings("")
    if above := _above(text, titles, told):
        text, before = _without(text, above), before + above
        tell_above(above, before + 1)
    delimiter = told or _separator(text, titles)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                line = f"{filename}, ligne {before + len(rows) + 1}"
                raise unreadable(line, f"{len(row)} colonnes", "les colonnes du modèle")
            rows.append([unguarded(v) if v[:1] == "'" else v for v in row])
            if len(rows) > MAX_ROWS + 1:
                break
    except csv.Error:
        findings.add(
            "un guillemet n’est pas fermé, ou mal placé",
            "des guillemets doublés à l’intérieur d’un texte entre guillemets",
            row=before + len(rows) + 1,
        )
        findings.raise_any()
    _check_widths(rows, findings, before)
    return findings, rows, before


def _from_titles(text: str) -> tuple[str, int, str]:
    """The text from its titles on, how many lines precede them, the separator they tell or ""."""
    told = _TOLD.match(text)
    at = told.end() if told else 0
    before = 1 if told else 0
    while text.startswith(_NOTICE, at) and (end := text.find("\n", at)) >= 0:
        at, before = end + 1, before + 1
    return text[at:], before, told["separator"] if told else ""


def _above(text: str, titles: Collection[str], told: str) -> int:
    """How many lines somebody has written above the titles."""
    lines = text[:HEAD].split("\n", MOST_ABOVE)[:MOST_ABOVE]
    found = (title_row([_row(line, one) for line in lines], titles) for one in told or SEPARATORS)
    return max(found)


def _without(text: str, lines: int) -> str:
    return text.split("\n", lines)[lines]


def _row(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _check_widths(rows: list[list[str]], findings: Findings, before: int) -> None:
    width = -1
    for number, row in enumerate(rows, before + 1):
        if width < 0:
            width = len(row)
        elif len(row) != width and any(row):
            findings.add(
                f"la ligne compte {len(row)} valeur{'s' if len(row) > 1 else ''}",
                f"{width}, comme l’en-tête",
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
            "le fichier n’est pas en UTF-8\u00a0; le fichier semble être en "
            f"{_encoding(data)}\u00a0: l’enregistrer en «\u00a0CSV UTF-8\u00a0»",
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
    head = text[:HEAD].partition("\n")[0]

    def known(separator: str) -> int:
        return sum(folded(title) in titles for title in _row(head, separator))

    return max(SEPARATORS, key=known)
