"""Volumes and people as a spreadsheet, out and in: a row per macro-process, chamber and year.

Knows the codes a row may name. An empty cell says nothing: what is held stays. Refuses to guess,
and takes nothing from a file that has a single fault: every finding is listed with its row and
column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from maillage.kernel.period import FIRST_YEAR, LAST_YEAR
from maillage.sheets.column_reader import Layout, Outside, read
from maillage.sheets.columns import Column
from maillage.sheets.marks import Seen, mark_of
from maillage.sheets.writing import Table, marked

SHEET = "Volumes et ETP"
MAX_BYTES, MOST_ROWS = 5_000_000, 20_000
MOST_VOLUME, MOST_FTE = Decimal(10**10), Decimal(10_000)
COLUMNS = (
    Column("Macro-processus (code)", "code", 28, name="process", filled=True,
           unknown="macro-processus inconnu", expected="un code de la fonction finances"),
    Column("Macro-processus", width=36),
    Column("Chambre (code)", "code", 22, name="entity", filled=True,
           unknown="chambre inconnue", expected="un code de chambre"),
    Column("Chambre", width=28),
    Column("Année", "year", 10, name="year", filled=True, least=FIRST_YEAR, most=LAST_YEAR),
    Column("Unité d’œuvre", width=22),
    Column("Volume", "decimal", name="volume", least=0, most=MOST_VOLUME),
    Column("ETP", "decimal", name="fte", least=0, most=MOST_FTE),
    Column("Source"),
)  # fmt: skip

KEYS = ("process", "entity", "year")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a row says of a cell; None where it says nothing. Texts, so that JSON keeps them."""

    process: str
    entity: str
    year: int
    volume: str | None
    fte: str | None
    place: str = field(default="", compare=False)
    """Where a file says it, "" where none does."""
    seen: Seen | None = field(default=None, compare=False)
    """What the file saw of the cell; what it left as it saw it says nothing."""
    apart: str = field(default="", compare=False)
    """Why a row that is wrong was not read: it is not for whoever reads to write."""

    @property
    def key(self) -> tuple[str, str, int]:
        return self.process, self.entity, self.year

    @property
    def numbers(self) -> tuple[Decimal | None, Decimal | None]:
        volume, fte = (None if v is None else Decimal(v) for v in (self.volume, self.fte))
        return volume, fte


def table_of(rows: Iterable[Any], about: Iterable[str] = (), *, bare: bool = False) -> Table:
    """Rows in the order of COLUMNS, as the file that is read back."""
    return Table(SHEET, COLUMNS, rows, list(about), bare=bare)


def seen_table(table: Table, whose: str) -> Table:
    """The same, each row with what the file saw of it; `whose`: of which network."""
    rows = list(table.rows)
    names = {place: column.name for place, column in enumerate(COLUMNS) if column.name}
    seen = [mark_of({n: row[at] for at, n in names.items()}, whose) for row in rows]
    return marked(replace(table, rows=rows), seen)


def read_volumes(
    data: bytes,
    filename: str,
    processes: Mapping[str, str],
    chambers: Mapping[str, str],
    whose: str = "",
    outside: Outside = lambda _: "",
) -> list[Counted]:
    """The cells of an XLSX, ODS or CSV file. Raises Unreadable with all faults, but of rows that
    are `outside`: these are set apart."""
    among = {"process": dict.fromkeys(processes, ""), "entity": dict.fromkeys(chambers, "")}
    columns = [replace(c, among=among[c.name]) if c.name in among else c for c in COLUMNS]
    layout = Layout(SHEET, columns, MOST_ROWS, MAX_BYTES, keys=KEYS, about=whose, outside=outside)
    reading = read(data, filename, layout)
    found: list[Counted] = []
    met: dict[tuple[str, str, int], int] = {}
    for row in reading:
        for name in ("volume", "fte"):
            if row[name] is not None and round(row[name], 2) != row[name]:
                reading.fault(row, "trop de décimales", "deux décimales au plus", name)
        if not row.sound:
            continue
        volume, fte = (
            None if row[n] is None or (row.seen and n not in row.seen.touched) else str(row[n])
            for n in ("volume", "fte")
        )
        cell = row["process"], row["entity"], row["year"]
        one = Counted(*cell, volume, fte, reading.place(row), row.seen)
        if one.key in met:
            what = f"cellule déjà donnée à la ligne {met[one.key]}"
            reading.fault(row, what, "une ligne par macro-processus, chambre et année", "process")
        met[one.key] = row.number
        found.append(one)
    reading.raise_any()
    apart = [
        Counted(r["process"], r["entity"], r["year"] or 0, None, None, reading.place(r),
                apart=r.apart)
        for r in reading.apart
    ]  # fmt: skip
    return [one for one in found if one.place not in {row.place for row in apart}] + apart
