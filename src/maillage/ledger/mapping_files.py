"""Rules of correspondence in a spreadsheet: out, and back in with every fault located.

Knows the columns; whether a rule holds in its network is told by the caller, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from maillage.ledger.engine.mapping import RuleValue
from maillage.sheets.column_reader import Layout, read
from maillage.sheets.columns import Column
from maillage.sheets.writing import Table

COLUMNS = {
    column.name: column
    for column in (
        Column("Chambre", width=14, name="entity", needed=False),
        Column("Compte local", width=16, name="prefix"),
        Column("Exact", "boolean", 8, name="exact", needed=False),
        Column("Compte commun", width=16, name="target"),
        Column("Note", "prose", 50, name="note", needed=False),
    )
}
LAYOUT = Layout("Correspondances", tuple(COLUMNS.values()))
FIELDS = tuple(COLUMNS)

Faults = Callable[[Sequence[RuleValue]], Iterable[tuple[int, str, str]]]


def rules_table(values: Iterable[RuleValue]) -> Table:
    """The rules as a table that reads back; an empty chamber is all of them."""
    rows = ((v.entity, v.prefix, v.exact, v.target, v.note) for v in values)
    return Table(LAYOUT.sheet, LAYOUT.columns, rows, bare=True)


def read_rules(data: bytes, filename: str, faults: Faults) -> list[RuleValue]:
    """The rules of an XLSX, ODS or CSV file. Raises Unreadable with every fault of every cell.

    `faults(rules)` tells what does not hold in rules well written: place, field, why.
    """
    reading = read(data, filename, LAYOUT)
    if reading.columns and not reading.rows:
        reading.findings.add("aucune règle", "une règle par ligne, sous l’en-tête")
    values = [
        RuleValue(
            row.get("entity") or "",
            row["prefix"] or "",
            bool(row.get("exact")),
            row["target"] or "",
            (row.get("note") or "").strip(),
        )
        for row in reading.rows
    ]
    for place, field, why in faults(values):
        row = reading.rows[place]
        name = field if field in reading.columns else ""
        reading.fault(row, why, name=name, value=cells_of(values[place])[field])
    reading.raise_any()
    return values


def cells_of(value: RuleValue) -> dict[str, str]:
    return {name: str(getattr(value, name)) for name in FIELDS}
