"""Rules of correspondence in a spreadsheet: out, and back in with every fault located.

Knows the columns; whether a rule holds in its network is told by the caller, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from maillage.ledger.engine.mapping import RuleValue
from maillage.sheets.column_reader import Layout, read
from maillage.sheets.columns import Column
from maillage.sheets.marks import Seen, is_left, mark_of
from maillage.sheets.writing import Table, marked

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
KEYS = ("entity", "prefix", "exact")
LAYOUT = Layout("Correspondances", tuple(COLUMNS.values()), keys=KEYS)
FIELDS = tuple(COLUMNS)

Faults = Callable[[Sequence[RuleValue]], Iterable[tuple[int, str, str]]]


def rules_table(values: Iterable[RuleValue], about: str = "") -> Table:
    """The rules as a table that reads back; an empty chamber is all of them. `about`: the set whose
    rules they are, which each row then says it saw."""
    rows = [(v.entity, v.prefix, v.exact, v.target, v.note) for v in values]
    table = Table(LAYOUT.sheet, LAYOUT.columns, rows, bare=True)
    if not about:
        return table
    return marked(table, (mark_of(dict(zip(FIELDS, row, strict=True)), about) for row in rows))


def read_rules(data: bytes, filename: str, faults: Faults) -> list[RuleValue]:
    """The rules of an XLSX, ODS or CSV file, whatever it saw of them; see `read_seen_rules`."""
    return [rule for rule, _ in read_seen_rules(data, filename, faults)]


def read_seen_rules(
    data: bytes, filename: str, faults: Faults, about: str = ""
) -> list[tuple[RuleValue, Seen | None]]:
    """The rules of an XLSX, ODS or CSV file, each with what the file saw of it. Raises Unreadable
    with every fault of every cell.

    `faults(rules)` tells what does not hold in rules well written: place, field, why; of one left
    as the file saw it nothing is told.
    """
    reading = read(data, filename, replace(LAYOUT, about=about))
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
        if is_left(row.seen):
            continue
        name = field if field in reading.columns else ""
        reading.fault(row, why, name=name, value=cells_of(values[place])[field])
    reading.raise_any()
    return [(value, row.seen) for value, row in zip(values, reading.rows, strict=True)]


def cells_of(value: RuleValue) -> dict[str, str]:
    return {name: str(getattr(value, name)) for name in FIELDS}
