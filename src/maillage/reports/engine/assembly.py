"""The file an assembly is given, before any layout: its words, its tables, its charts.

Knows how the tables of the pages are told on paper, in words ready to be printed: the PDF and the
Word file are two layouts of this one content. Refuses to compute any figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maillage.kernel.absence import NOT_TOLD, Absent
from maillage.kernel.money import exact, percent
from maillage.papers.typesetting import compile_pdf
from maillage.papers.wording import Block, Fact, french
from maillage.reports.engine.gap_chart import Chart
from maillage.sheets.columns import Column
from maillage.sheets.writing import Sum, Table

_TEMPLATE = Path(__file__).parent / "templates" / "assembly.typ"
WIDE = 5
"""Columns of figures beyond which a table lies on a page turned."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`nature`: row, sum or heading; `blocks`: what is written under it."""

    label: str
    cells: tuple[str, ...]
    nature: str = "row"
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in words."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...]

    @property
    def is_wide(self) -> bool:
        return len(self.heads) - 1 > WIDE


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter: what it says first, its tables; `notes`: what its figures lack."""

    title: str
    lead: str
    sheets: tuple[Sheet, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole file; every string is ready to be printed."""

    network: str
    whose: str
    fictional: bool
    exercise: str
    until: str
    generated_on: str
    generated_at: dt.date
    facts: tuple[Fact, ...]
    presentation: tuple[Block, ...]
    parts: tuple[Part, ...]


def pdf(paper: Paper) -> bytes:
    """A4, tagged, PDF/UA-1, in French; the same paper has the same bytes."""
    data = asdict(paper)
    data["generated_at"] = paper.generated_at.isoformat()
    return compile_pdf(_TEMPLATE, data, paper.generated_at)


def sheet_of(
    table: Table,
    *,
    label: int,
    columns: Sequence[int],
    title: str = "",
) -> Sheet:
    """A table of a page on paper: the places of the column that names rows, and of those shown.

    A sum without any figure is a heading.
    """
    heads = (table.columns[label], *(table.columns[place] for place in columns))
    rows = [row_of(table.columns, row, label, columns) for row in table.rows]
    return Sheet(title or table.title, tuple(french(h.title) for h in heads), tuple(rows))


def row_of(
    heads: Sequence[Column], row: Sequence[Any], label: int, columns: Sequence[int]
) -> SheetRow:
    nature = "sum" if isinstance(row, Sum) else "row"
    if nature == "sum" and all(row[place] is None for place in columns):
        return SheetRow(french(str(row[label])), (), "heading")
    cells = tuple(cell_of(heads[place], row[place]) for place in columns)
    return SheetRow(french(str(row[label])), cells, nature)


def cell_of(column: Column, value: Any) -> str:
    """A figure as it is printed: what nobody told says so, and why is told once apart."""
    if isinstance(value, Absent):
        return NOT_TOLD
    if value is None:
        return "–" if column.kind == "decimal" else NOT_TOLD
    if isinstance(value, str):
        return value
    return percent(value, 1, signed=True) if column.kind == "decimal" else exact(value)


def without_accounts(first: int, last: int = 0) -> Callable[[Sequence[Any]], bool]:
    """Of a statement or of flows: the lines that say something, not the accounts under them.

    `first`: the place of the first figure; `last`: how many columns follow the figures.
    """

    def keeps(row: Sequence[Any]) -> bool:
        account = row[first - 2]
        figures = (cell for cell in row[first : len(row) - last] if not isinstance(cell, Absent))
        return not account and (isinstance(row, Sum) or any(figures))

    return keeps
