"""Entries of consolidation in a spreadsheet: out, and back in with every fault located.

Rows of one number are one entry. Whether an entry holds in its network is told by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.sheets.column_reader import Layout, Row, read
from maillage.sheets.columns import Column
from maillage.sheets.writing import Table

YEARS = (1990, 2100)
COLUMNS = (
    Column("Écriture", width=10, name="entry", filled=True),
    Column("Exercice", "year", 10, name="year", filled=True, least=YEARS[0], most=YEARS[1]),
    Column("Date", "date", 12, name="day", filled=True),
    Column("Motif", "prose", 50, name="reason"),
    Column("Chambre", width=14, name="entity", filled=True),
    Column("Compte", width=12, name="account", filled=True),
    Column("Chambre en face", width=16, name="partner", needed=False),
    Column("Débit", "amount", 16, name="debit"),
    Column("Crédit", "amount", 16, name="credit"),
)
LAYOUT = Layout("Retraitements", COLUMNS)

Faults = Callable[[Sequence[Entry]], Iterable[tuple[int, str]]]


def adjustments_table(entries: Iterable[tuple[str, Entry]]) -> Table:
    """Entries, each under its number, as a table that reads back."""
    rows = (
        (number, e.year, e.day, e.reason, x.entity, x.account, x.partner, x.debit or None,
         x.credit or None)
        for number, e in entries
        for x in e.lines
    )  # fmt: skip
    return Table(LAYOUT.sheet, LAYOUT.columns, rows, bare=True)


def read_adjustments(
    data: bytes, filename: str, faults: Faults, *, empty: bool = False
) -> list[Entry]:
    """The entries of an XLSX, ODS or CSV file. Raises Unreadable with every fault of every cell.

    `faults(entries)` tells what does not hold in entries well written: place and why.
    `empty`: whether there may be no entry.
    """
    reading = read(data, filename, LAYOUT)
    if reading.columns and not reading.rows and not empty:
        reading.findings.add("aucune écriture", "une ligne d’écriture par ligne, sous l’en-tête")
    grouped: dict[str, list[Row]] = {}
    for row in reading:
        grouped.setdefault(f"{row['year']} {row['entry']}", []).append(row)
    for rows in grouped.values():
        for row in rows[1:]:
            for name in ("day", "reason"):
                if row[name] not in ("", None, rows[0][name]):
                    told = f"une seule valeur pour l’écriture {row['entry']}"
                    reading.fault(row, "autre valeur plus haut", told, name=name)
    firsts = [rows[0] for rows in grouped.values()]
    entries = [_entry(rows) for rows in grouped.values()]
    for place, why in faults(entries):
        reading.fault(firsts[place], why, name="entry", value=str(firsts[place]["entry"]))
    reading.raise_any()
    return entries


def _entry(rows: Sequence[Row]) -> Entry:
    lines = tuple(
        AdjustmentLine(
            row["entity"],
            row["account"],
            row.get("partner") or "",
            row["debit"] or 0,
            row["credit"] or 0,
        )
        for row in rows
    )
    day: dt.date = rows[0]["day"]
    return Entry(int(rows[0]["year"]), day, (rows[0]["reason"] or "").strip(), lines)
