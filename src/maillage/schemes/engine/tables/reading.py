"""Reading cells from a workbook or a CSV: strictly, with every fault located."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from python_calamine import CalamineError, CalamineWorkbook

from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    UNKNOWN,
    EditionDocument,
    Finding,
    PlacementDoc,
    Refused,
)
from maillage.schemes.engine.tables.archive import is_workbook, open_sheet, refuse
from maillage.schemes.engine.tables.columns import (
    BY_TITLE,
    COLUMNS,
    LETTERS_EXPECTED,
    MAX_ROWS,
    MODE_EXPECTED,
    OPTION_EXPECTED,
    SHEET,
    TITLES,
    Column,
    codes_in,
    folded,
    letters_of,
    mode_of,
    nearest,
    option_of,
)
from maillage.schemes.engine.tables.writing import DANGEROUS

MAX_BYTES = 20_000_000
MOST = 200
REQUIRED = ("process", "milestone", "entity", "mode")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BY_NAME = {column.name: column for column in COLUMNS}


class _Findings(list[Finding]):
    """Findings, up to a number a person may read; the rest is counted."""

    hidden = 0

    @property
    def total(self) -> int:
        return len(self) + self.hidden

    def say(self, where: str, what: str, expected: str = "", value: str = "") -> None:
        if len(self) >= MOST:
            self.hidden += 1
            return
        self.append(Finding(where, what, expected, value[:80]))

    def refuse(self) -> None:
        if not self:
            return
        if self.hidden:
            self.append(Finding("ensuite", f"et {self.hidden} autres points à corriger"))
        raise Refused(self)


def read_table(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> tuple[PlacementDoc, ...]:
    """The placements of a file, by the codes of `document`. Raises Refused with every finding."""
    if len(data) > max_bytes:
        size = f"{max_bytes // 1_000_000} Mo au plus"
        raise refuse(filename, "le fichier est trop lourd", size, f"{len(data)} octets")
    findings = _Findings()
    if is_workbook(data, filename):
        place, rows = _workbook(data, filename, findings)
    else:
        place, rows = filename, _csv(data, filename)
    findings.refuse()
    if len(rows) > MAX_ROWS + 1:
        raise refuse(place, "trop de lignes", f"{MAX_ROWS} au plus", str(len(rows) - 1))
    columns = _columns(rows[0] if rows else (), place, findings)
    findings.refuse()
    reader = _Rows(document, columns, place, findings)
    placements = [cell for line, row in enumerate(rows[1:], 2) if (cell := reader.read(line, row))]
    findings.refuse()
    return tuple(placements)


def _workbook(
    data: bytes, filename: str, findings: _Findings
) -> tuple[str, Sequence[Sequence[object]]]:
    sheet = open_sheet(data, filename, SHEET)
    place = f"feuille {sheet.name}"
    for cells in sheet.merged:
        expected = "une valeur par cellule, sans fusion"
        findings.say(f"{place}, cellules {cells}", "cellules fusionnées", expected)
    for letters, row in sheet.formulas:
        expected = "une valeur (copier, puis coller les valeurs)"
        findings.say(f"{place}, cellule {letters}{row or ''}", "formule", expected)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data))
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise refuse(filename, "le classeur ne se lit pas : il est abîmé ou tronqué") from error
    return place, rows


def _csv(data: bytes, filename: str) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            f"{filename}, ligne {line}",
            "le fichier n'est pas en UTF-8 (sans doute en Windows-1252)",
            "l'enregistrer en « CSV UTF-8 »",
        ) from None
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise refuse(filename, "le CSV est mal formé", "des guillemets appariés") from error
    return [[_bare(value) for value in row] for row in rows]


def _bare(value: str) -> str:
    """Take off the mark that kept a text from being read as a formula."""
    return value[1:] if value.startswith("'") and value[1:].startswith(DANGEROUS) else value


def _hint(value: str, known: Iterable[str], expected: str) -> str:
    close = nearest(value, known) if value else ""
    return f"{expected} ; le plus proche : « {close} »" if close else expected


def _columns(header: Sequence[object], place: str, findings: _Findings) -> dict[str, int]:
    """Field -> rank. Unknown, repeated and missing headings are findings."""
    columns: dict[str, int] = {}
    for rank, value in enumerate(header):
        title = str(value).strip()
        if not title:
            continue
        where = f"{place}, ligne 1, colonne {rank + 1}"
        column = BY_TITLE.get(folded(title))
        if column is None:
            expected = _hint(title, TITLES, "un en-tête du modèle")
            findings.say(where, "colonne inconnue", expected, title)
        elif column.name in columns:
            findings.say(where, "colonne en double", "chaque en-tête une seule fois", title)
        else:
            columns[column.name] = rank
    for name in REQUIRED:
        if name not in columns:
            what = f"colonne « {BY_NAME[name].title} » absente"
            findings.say(f"{place}, ligne 1", what, "les en-têtes du modèle")
    return columns


def _text(value: object) -> str:
    """A cell as text: a spreadsheet turns a milestone "2017" into a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""


class _Rows:
    """Reads rows one by one, remembering the cells already given."""

    def __init__(
        self, document: EditionDocument, columns: Mapping[str, int], place: str, found: _Findings
    ) -> None:
        self.place, self.findings = place, found
        self.processes = {p.code for p in document.processes}
        self.milestones = {m.code for m in document.milestones}
        self.entities = {e.code for e in document.entities}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.ranks = [(name, rank) for name, rank in columns.items() if BY_NAME[name].read]

    def read(self, line: int, row: Sequence[object]) -> PlacementDoc | None:
        """The placement of a row, None for an empty or faulty one."""
        values = dict.fromkeys(BY_NAME, "")
        for name, rank in self.ranks:
            if rank < len(row):
                values[name] = _text(row[rank])
        if not any(values.values()):
            return None
        before = self.findings.total
        cell = self._cell(line, values)
        if self.findings.total > before:
            return None
        if cell.key in self.seen:
            what = f"cellule déjà donnée ligne {self.seen[cell.key]}"
            self._say(line, "process", what, "une ligne par cellule")
            return None
        self.seen[cell.key] = line
        return cell

    def _cell(self, line: int, values: Mapping[str, str]) -> PlacementDoc:
        for column in COLUMNS:
            if column.longest:
                self._free_text(line, column, values[column.name])
        mode = self._one_of(line, "mode", mode_of(values["mode"]), values, MODE_EXPECTED)
        option = option_of(values["integration"])
        return PlacementDoc(
            self._code(line, values, "process", self.processes),
            self._code(line, values, "milestone", self.milestones),
            self._code(line, values, "entity", self.entities),
            mode,
            self._complementary(line, values["complementary"], mode),
            self._code(line, values, "lead", self.entities),
            self._served(line, values["served"]),
            self._one_of(line, "integration", option, values, OPTION_EXPECTED),
            *(values[column.name] for column in COLUMNS if column.longest),
        )

    def _say(self, line: int, name: str, what: str, expected: str, value: str = "") -> None:
        where = f"{self.place}, ligne {line}, colonne {BY_NAME[name].title}"
        self.findings.say(where, what, expected, value)

    def _free_text(self, line: int, column: Column, value: str) -> None:
        if len(value) > column.longest:
            expected = f"{column.longest} caractères au plus"
            self._say(line, column.name, "texte trop long", expected)
        elif CONTROL.search(value):
            self._say(line, column.name, "caractère de commande", "du texte seul")

    def _code(self, line: int, values: Mapping[str, str], name: str, known: set[str]) -> str:
        code = values[name]
        if code in known or (not code and name in ("entity", "lead")):
            return code
        expected = _hint(code, known, "un code de la feuille Listes")
        self._say(line, name, "code inconnu" if code else "code absent", expected, code)
        return ""

    def _one_of(
        self, line: int, name: str, found: str | None, values: Mapping[str, str], expected: str
    ) -> str:
        if found is None:
            self._say(line, name, "valeur inconnue", expected, values[name])
        return found or ""

    def _complementary(self, line: int, value: str, mode: str) -> str:
        letters = letters_of(value)
        silent = mode in (UNKNOWN, NOT_APPLICABLE)
        if letters is None or mode in letters or (letters and silent):
            expected = f"{LETTERS_EXPECTED}, autres que le mode dominant"
            self._say(line, "complementary", "valeur inattendue", expected, value)
            return ""
        return letters

    def _served(self, line: int, value: str) -> tuple[str, ...]:
        codes = set(codes_in(value))
        for code in sorted(codes - self.entities):
            expected = _hint(code, self.entities, "des codes de la feuille Listes")
            self._say(line, "served", "code inconnu", expected, code)
        return tuple(sorted(codes))
