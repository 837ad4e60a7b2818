"""Reading cells from a workbook or a CSV: strictly, with every fault located."""

from __future__ import annotations

import csv
import difflib
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
from maillage.schemes.engine.tables.archive import hazards, kind_of, open_workbook
from maillage.schemes.engine.tables.columns import (
    COLUMNS,
    HEADINGS,
    MODE_WORDS,
    OPTION_WORDS,
    PLACEMENTS,
)
from maillage.schemes.engine.tables.writing import DANGEROUS

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MOST = 200
LENGTHS = {"Justification": 4000, "Document source": 200, "Page": 40, "Fondement": 4000}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Findings(list[Finding]):
    """Findings, up to a number a person may read; the rest is counted."""

    hidden = 0

    def say(self, where: str, what: str, expected: str = "", value: str = "") -> None:
        if len(self) >= MOST:
            self.hidden += 1
            return
        self.append(Finding(where, what, expected, value[:80]))

    def refuse(self) -> None:
        if not self:
            return
        if self.hidden:
            self.append(Finding("ensuite", f"et {self.hidden} autres points de même nature"))
        raise Refused(self)


def read_table(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> tuple[PlacementDoc, ...]:
    """The placements of a file, by the codes of `document`. Raises Refused with every finding."""
    if len(data) > max_bytes:
        size = f"{max_bytes // 1_000_000} Mo au plus"
        raise Refused([Finding(filename, "fichier trop lourd", size, f"{len(data)} octets")])
    findings = _Findings()
    if kind_of(data, filename) == "xlsx":
        name, rows = _workbook(data, filename, findings)
    else:
        name, rows = filename, _csv(data, filename)
    findings.refuse()
    if len(rows) > MAX_ROWS + 1:
        raise Refused(
            [Finding(name, "trop de lignes", f"{MAX_ROWS} au plus", str(len(rows) - 1))]
        )
    columns = _columns(rows[0] if rows else (), name, findings)
    findings.refuse()
    reader = _Rows(document, columns, name, findings)
    placements = [cell for line, row in enumerate(rows[1:], 2) if (cell := reader.read(line, row))]
    findings.refuse()
    return tuple(placements)


def _workbook(
    data: bytes, filename: str, findings: _Findings
) -> tuple[str, Sequence[Sequence[object]]]:
    archive = open_workbook(data, filename)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        sheet = PLACEMENTS if PLACEMENTS in names else names[0]
        for finding in hazards(archive, sheet, sheet):
            findings.say(finding.where, finding.what, finding.expected)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError):
        raise Refused(
            [Finding(filename, "le classeur ne se lit pas : abîmé, tronqué ou protégé", "XLSX")]
        ) from None
    return f"feuille {sheet}", rows


def _csv(data: bytes, filename: str) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            [
                Finding(
                    f"{filename}, ligne {line}",
                    "le fichier n'est pas en UTF-8 (sans doute en Windows-1252)",
                    "l'enregistrer en « CSV UTF-8 »",
                )
            ]
        ) from None
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(
            [Finding(filename, f"le CSV est mal formé ({error})", "des guillemets appariés")]
        ) from None
    return [[_bare(value) for value in row] for row in rows]


def _bare(value: str) -> str:
    """Take off the mark that kept a text from being read as a formula."""
    return value[1:] if value.startswith("'") and value[1:].startswith(DANGEROUS) else value


def _near(value: str, known: Iterable[str], expected: str) -> str:
    close = difflib.get_close_matches(value, list(known), n=1, cutoff=0.6)
    return f"{expected} ; le plus proche : « {close[0]} »" if close else expected


def _columns(header: Sequence[object], name: str, findings: _Findings) -> dict[str, int]:
    """Heading -> rank. Unknown, repeated and missing headings are findings."""
    columns: dict[str, int] = {}
    for rank, value in enumerate(header):
        heading = str(value).strip()
        if not heading:
            continue
        where = f"{name}, ligne 1, colonne {rank + 1}"
        if heading not in HEADINGS:
            expected = _near(heading, HEADINGS, "un en-tête du modèle")
            findings.say(where, "colonne inconnue", expected, heading)
        elif heading in columns:
            findings.say(where, "colonne en double", "une seule fois chaque en-tête", heading)
        else:
            columns[heading] = rank
    for column in COLUMNS:
        if column.required and column.heading not in columns:
            findings.say(f"{name}, ligne 1", f"colonne « {column.heading} » absente", "le modèle")
    return columns


def _text(value: object) -> str:
    """A cell as text: Excel turns a milestone "2017" into a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""


class _Rows:
    """Reads rows one by one, remembering the cells already given."""

    def __init__(
        self, document: EditionDocument, columns: Mapping[str, int], name: str, findings: _Findings
    ) -> None:
        self.columns, self.name, self.findings = columns, name, findings
        self.processes = {p.code for p in document.processes}
        self.milestones = {m.code for m in document.milestones}
        self.entities = {e.code for e in document.entities}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.ranks = [(heading, rank) for heading, rank in columns.items()]

    def read(self, line: int, row: Sequence[object]) -> PlacementDoc | None:
        values = {
            heading: _text(row[rank]) if rank < len(row) else "" for heading, rank in self.ranks
        }
        if not any(values.values()):
            return None
        before = len(self.findings) + self.findings.hidden
        self._texts(line, values)
        cell = PlacementDoc(
            self._code(line, values, "Processus (code)", self.processes),
            self._code(line, values, "Jalon", self.milestones),
            self._code(line, values, "Entité (code)", self.entities, optional=True),
            mode := self._mode(line, values.get("Mode", "")),
            self._complementary(line, values.get("Modes complémentaires", ""), mode),
            self._code(line, values, "Pilote", self.entities, optional=True),
            self._served(line, values.get("Bénéficiaires", "")),
            self._option(line, values.get("Option d'intégration", "")),
            values.get("Justification", ""),
            values.get("Document source", ""),
            values.get("Page", ""),
            values.get("Fondement", ""),
        )
        if len(self.findings) + self.findings.hidden > before:
            return None
        if cell.key in self.seen:
            first = self.seen[cell.key]
            self._say(line, "Processus (code)", f"cellule déjà donnée ligne {first}", "une ligne par cellule")
            return None
        self.seen[cell.key] = line
        return cell

    def _say(self, line: int, column: str, what: str, expected: str, value: str = "") -> None:
        self.findings.say(f"{self.name}, ligne {line}, colonne {column}", what, expected, value)

    def _texts(self, line: int, values: Mapping[str, str]) -> None:
        for heading, value in values.items():
            if CONTROL.search(value):
                self._say(line, heading, "caractère de commande", "du texte seul")
            limit = LENGTHS.get(heading)
            if limit and len(value) > limit:
                self._say(line, heading, "texte trop long", f"{limit} caractères au plus")

    def _code(
        self,
        line: int,
        values: Mapping[str, str],
        heading: str,
        known: set[str],
        optional: bool = False,
    ) -> str:
        code = values.get(heading, "")
        if code in known or (optional and not code):
            return code
        expected = _near(code, known, "un code de la feuille Listes")
        self._say(line, heading, "code inconnu" if code else "code absent", expected, code)
        return ""

    def _mode(self, line: int, value: str) -> str:
        mode = UNKNOWN if not value else MODE_WORDS.get(value.casefold(), "")
        if not mode:
            expected = _near(value, MODE_WORDS, "A, C, H, M, I, « ? » ou « - »")
            self._say(line, "Mode", "mode inconnu", expected, value)
        return mode

    def _complementary(self, line: int, value: str, mode: str) -> str:
        letters = [MODE_WORDS.get(part.casefold(), "") for part in re.findall(r"\w+", value)]
        if len(letters) == 1 and not letters[0]:
            letters = list(value.upper())
        allowed = set("ACHMI") - {mode}
        if mode in (UNKNOWN, NOT_APPLICABLE):
            allowed = set()
        if set(letters) - allowed:
            expected = "des lettres de modes autres que le mode dominant"
            self._say(line, "Modes complémentaires", "valeur inattendue", expected, value)
            return ""
        return "".join(sorted(set(letters)))

    def _served(self, line: int, value: str) -> tuple[str, ...]:
        codes = {part for part in re.split(r"[,;\s]+", value) if part}
        for code in sorted(codes - self.entities):
            expected = _near(code, self.entities, "des codes de la feuille Listes")
            self._say(line, "Bénéficiaires", "code inconnu", expected, code)
        return tuple(sorted(codes))

    def _option(self, line: int, value: str) -> str:
        code = OPTION_WORDS.get(value.casefold(), "") if value else ""
        if value and not code:
            expected = _near(value, OPTION_WORDS, "une option de la feuille Listes")
            self._say(line, "Option d'intégration", "option inconnue", expected, value)
        return code
