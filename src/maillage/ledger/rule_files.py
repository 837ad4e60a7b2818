"""Rules of correspondence in a spreadsheet: out, and back in with every fault located.

Knows the columns; whether a rule holds in its network is told by the caller, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from maillage.ledger.queries.mapping import RuleValue
from maillage.sheets.archive import is_workbook
from maillage.sheets.findings import Findings, Unreadable
from maillage.sheets.sources import csv_rows, workbook_rows
from maillage.sheets.writing import Column, Table

SHEET = "Correspondances"
MOST_ROWS = 100_000
COLUMNS = {
    "entity": Column("Chambre", width=14),
    "prefix": Column("Compte local", width=16),
    "exact": Column("Exact", width=8),
    "target": Column("Compte commun", width=16),
    "note": Column("Note", width=50),
}
YES, NO = ("oui", "o", "1", "vrai", "true", "x"), ("non", "n", "0", "faux", "false", "")
FIELDS = tuple(COLUMNS)

Faults = Callable[[Sequence[RuleValue]], Iterable[tuple[int, str, str]]]


def rules_table(values: Iterable[RuleValue]) -> Table:
    """The rules as a table that reads back; an empty chamber is all of them."""
    rows = ((v.entity, v.prefix, "oui" if v.exact else "non", v.target, v.note) for v in values)
    return Table(SHEET, tuple(COLUMNS.values()), rows, bare=True)


def read_rules(data: bytes, filename: str, faults: Faults) -> list[RuleValue]:
    """The rules of an XLSX or CSV file. Raises Unreadable with every fault of every cell.

    `faults(rules)` tells what does not hold in rules well written: place, field, why.
    """
    if is_workbook(data, filename):
        findings, rows = workbook_rows(data, filename, SHEET, MOST_ROWS, len(COLUMNS))
    else:
        titles = {column.title.casefold() for column in COLUMNS.values()}
        findings, rows = csv_rows(data, filename, titles, MOST_ROWS)
    findings.raise_any()
    places = _heading(rows[0] if rows else [], findings)
    values: list[RuleValue] = []
    lines: list[int] = []
    for line, row in enumerate(rows[1:], start=2):
        cells = {name: _text(row[at]) if at < len(row) else "" for name, at in places.items()}
        if any(cells.values()):
            values.append(_value(cells, line, findings))
            lines.append(line)
    if not values:
        findings.add("aucune règle", "une règle par ligne, sous l’en-tête")
    for place, field, why in faults(values):
        shown = cells_of(values[place])[field]
        findings.add(why, row=lines[place], column=COLUMNS[field].title, value=shown)
    findings.raise_any()
    return values


def cells_of(value: RuleValue) -> dict[str, str]:
    return {name: str(getattr(value, name)) for name in FIELDS}


def _heading(row: Sequence[Any], findings: Findings) -> dict[str, int]:
    """Where each column stands. Raises Unreadable where one is missing."""
    titles = [_text(cell).casefold() for cell in row]
    places = {}
    for name, column in COLUMNS.items():
        if column.title.casefold() in titles:
            places[name] = titles.index(column.title.casefold())
        elif name in ("prefix", "target"):
            findings.add("colonne absente", "les colonnes du fichier exporté", column=column.title)
    findings.raise_any()
    return places


def _text(cell: Any) -> str:
    """A cell as a text; a spreadsheet makes a number of an account."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _value(cells: dict[str, str], line: int, findings: Findings) -> RuleValue:
    exact = cells.get("exact", "").casefold()
    if exact not in (*YES, *NO):
        findings.add("valeur inconnue", "oui ou non", row=line, column="Exact", value=exact)
    return RuleValue(
        cells.get("entity", ""),
        cells["prefix"],
        exact in YES,
        cells["target"],
        cells.get("note", ""),
    )


__all__ = ["COLUMNS", "Unreadable", "read_rules", "rules_table"]
