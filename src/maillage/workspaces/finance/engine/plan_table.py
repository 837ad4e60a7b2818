"""The investment plan as a spreadsheet, out and in: the same columns both ways.

One row per operation, one column per year, one per source of funding. Knows the chambers,
functions and macro-processes a row may name. Refuses to guess, and takes nothing from a file that
has a single fault: every finding is listed with its row and column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.money import EXPECTED, cents_of, parse_amount
from maillage.sheets.archive import is_workbook, unreadable
from maillage.sheets.findings import Findings, shown
from maillage.sheets.sources import csv_rows, workbook_rows
from maillage.sheets.words import folded, nearest
from maillage.workspaces.finance.engine.investments import (
    SOURCES,
    STATUSES,
    Operation,
    done_fault,
    operation_fault,
)

SHEET = "Plan d'investissement"
MAX_BYTES = 5_000_000
MOST_ROWS = 5_000
FIXED: dict[str, str] = {
    "entity": "Chambre (code)",
    "code": "Code",
    "title": "Opération",
    "function": "Fonction (code)",
    "process": "Macro-processus (code)",
    "status": "État",
}
_TITLES = {folded(title): name for name, title in FIXED.items()}
_SOURCES = {folded(label): source for source, label in SOURCES.items()}
_STATUSES = {folded(label): status for status, label in STATUSES.items()} | {s: s for s in STATUSES}
_YEAR = re.compile(r"20\d\d|2100")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name: codes of chambers, of functions, of processes with their function.

    `year`: the one that runs.
    """

    entities: Collection[str]
    functions: Collection[str]
    processes: Mapping[str, str]
    year: int


def titles(years: Iterable[int]) -> list[str]:
    return [*FIXED.values(), *(str(year) for year in years), *SOURCES.values()]


def row_of(operation: Operation, years: Sequence[int]) -> list[Any]:
    """The values of one row, amounts in cents and None where there is none."""
    named = [operation.entity, operation.code, operation.title, operation.function]
    named += [operation.process, STATUSES[operation.status]]
    amounts = [operation.years.get(year) for year in years]
    return [*named, *amounts, *(operation.funding.get(source) for source in SOURCES)]


def read_plan(data: bytes, filename: str, known: Known) -> list[Operation]:
    """Operations of an XLSX or CSV file, in its order. Raises Unreadable with every finding."""
    name = shown(filename) or "fichier"
    if len(data) > MAX_BYTES:
        raise unreadable(
            name, "le fichier est trop lourd", f"{MAX_BYTES // 1_000_000}\u00a0Mo au plus"
        )
    if not data:
        raise unreadable(name, "le fichier est vide")
    notice = 0
    if is_workbook(data, name):
        findings, rows = workbook_rows(data, name, SHEET, 100_000, len(FIXED) + 100)
    else:
        data, notice = _without_notice(data)
        findings, rows = csv_rows(data, name, {**_TITLES, **_SOURCES}, 100_000)
    operations = _Plan(known, findings, notice).operations(rows)
    findings.raise_any()
    return operations


def _without_notice(data: bytes) -> tuple[bytes, int]:
    """An exported CSV without the lines that say what it is, and how many they were."""
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    count = next((at for at, line in enumerate(lines) if not line.startswith((b"#", b'"#'))), 0)
    return b"".join(lines[count:]), count


class _Plan:
    """One reading: what may be named, what was met, what is wrong."""

    def __init__(self, known: Known, findings: Findings, notice: int) -> None:
        self.known, self.findings, self.notice = known, findings, notice
        self.met: dict[tuple[str, str], int] = {}

    def operations(self, rows: list[list[Any]]) -> list[Operation]:
        while rows and not any(rows[-1]):
            rows.pop()
        if not rows:
            self.findings.add("la feuille est vide", "les titres de colonnes en première ligne")
            return []
        if len(rows) - 1 > MOST_ROWS:
            self.findings.add(f"plus de {MOST_ROWS} lignes", f"{MOST_ROWS} lignes au plus")
            return []
        places = self._header(rows[0])
        if self.findings.count:
            return []
        first = 2 + self.notice
        found = [self._row(row, number, places) for number, row in enumerate(rows[1:], first)]
        return [operation for operation in found if operation is not None]

    def _header(self, row: list[Any]) -> dict[str | int, int]:
        """Where each field, year and source stands; sources are ("own"), years are integers."""
        places: dict[str | int, int] = {}
        for index, value in enumerate(row):
            title = str(int(value)) if isinstance(value, float) else str(value).strip()
            if not title:
                continue
            key = self._key(title)
            if key is None:
                hint = nearest(title, [*FIXED.values(), *SOURCES.values()])
                expected = f"«\u00a0{hint}\u00a0»\u00a0?" if hint else "une colonne du modèle"
                self.findings.add("colonne inconnue", expected, row=1, column=shown(title))
            elif key in places:
                self.findings.add("colonne en double", "une seule", row=1, column=title)
            else:
                places[key] = index
        for name, title in FIXED.items():
            if name not in places:
                self.findings.add("colonne absente", f"«\u00a0{title}\u00a0»", row=1, column=title)
        if not any(isinstance(key, int) for key in places):
            self.findings.add("aucune année", "une colonne par année, par exemple 2026", row=1)
        return places

    def _key(self, title: str) -> str | int | None:
        if _YEAR.fullmatch(title):
            return int(title)
        return _TITLES.get(folded(title)) or _SOURCES.get(folded(title))

    def _row(self, row: list[Any], number: int, places: dict[str | int, int]) -> Operation | None:
        if not any(value not in ("", None) for value in row):
            return None
        faults = self.findings.count
        cells = {key: row[at] if at < len(row) else "" for key, at in places.items()}
        texts = {name: _text(cells[name]) for name in FIXED}
        self._named(texts, number)
        amounts = {
            key: self._amount(value, str(key) if isinstance(key, int) else SOURCES[key], number)
            for key, value in cells.items()
            if key not in FIXED
        }
        if self.findings.count > faults:
            return None
        operation = Operation(
            texts["entity"],
            texts["code"],
            texts["title"],
            _STATUSES[folded(texts["status"]) or "idea"],
            texts["function"],
            texts["process"],
            {year: cents for year, cents in amounts.items() if isinstance(year, int) and cents},
            {source: amounts.get(source, 0) for source in SOURCES if amounts.get(source)},
        )
        if fault := operation_fault(operation) or done_fault(operation, self.known.year):
            self.findings.add(fault.rstrip("."), row=number, value=operation.title)
        return operation

    def _named(self, texts: dict[str, str], number: int) -> None:
        """Check what the row names; each fault with its column."""
        known = self.known
        self._among(texts["entity"], known.entities, "entity", number, needed=True)
        self._among(texts["function"], known.functions, "function", number)
        self._among(texts["process"], known.processes, "process", number)
        if not _CODE.fullmatch(texts["code"]) or len(texts["code"]) > 40:
            self._fault("code mal formé", "minuscules, chiffres et tirets, 40 au plus", "code",
                        number, texts["code"])  # fmt: skip
        if not texts["title"] or len(texts["title"]) > 200:
            self._fault("intitulé absent ou trop long", "de 1 à 200 caractères", "title", number)
        if texts["status"] and folded(texts["status"]) not in _STATUSES:
            expected = ", ".join(STATUSES.values())
            self._fault("état inconnu", expected, "status", number, texts["status"])
        owner = known.processes.get(texts["process"], "")
        if owner and texts["function"] and owner != texts["function"]:
            self._fault("ce macro-processus est d'une autre fonction", owner, "function", number)
        key = (texts["entity"], texts["code"])
        if key in self.met:
            self._fault(f"opération déjà à la ligne {self.met[key]}", "une ligne par opération",
                        "code", number, texts["code"])  # fmt: skip
        self.met.setdefault(key, number)

    def _among(
        self, value: str, codes: Iterable[str], name: str, number: int, *, needed: bool = False
    ) -> None:
        codes = list(codes)
        if value in codes or (not value and not needed):
            return
        hint = nearest(value, codes)
        expected = f"«\u00a0{hint}\u00a0»\u00a0?" if hint else "un code du réseau"
        self._fault("code inconnu" if value else "code absent", expected, name, number, value)

    def _fault(self, what: str, expected: str, name: str, number: int, value: str = "") -> None:
        self.findings.add(what, expected, row=number, column=FIXED[name], value=value)

    def _amount(self, value: Any, title: str, number: int) -> int:
        cents: int | None
        if value is None or value == "":
            return 0
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            cents = None
        elif isinstance(value, int | float):
            cents = cents_of(value)
        else:
            cents = parse_amount(str(value))
        if cents is None or cents < 0:
            expected = EXPECTED if cents is None else "un montant positif"
            self.findings.add(
                "montant illisible" if cents is None else "montant négatif",
                expected, row=number, column=title, value=str(value),
            )  # fmt: skip
            return 0
        return cents


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value if value is not None else "").split())
