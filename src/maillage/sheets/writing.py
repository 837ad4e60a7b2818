"""One table to a workbook, a CSV or JSON, its title and filters written on it.

Knows how a value is written in a spreadsheet; a text is always a text, never a formula. Refuses
to know what the table says. Amounts are integer cents, written in euros.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Self, get_args

import orjson

from maillage.kernel.period import french_date
from maillage.sheets import marks
from maillage.sheets.columns import Column, Kind
from maillage.sheets.formulas import guarded
from maillage.sheets.workbook_parts import MAX_ROWS

FORMATS: dict[Kind, str] = {
    **dict.fromkeys(get_args(Kind), "@"),
    "amount": "#,##0.00",
    "figure": "#,##0.00",
    "number": "#,##0",
    "decimal": "#,##0.00",
    "year": "0",
    "date": "dd/mm/yyyy",
}
MOST_OFFERED = 255
"""Characters of a list of choices: a spreadsheet takes no more."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"


class Sum(tuple[Any, ...]):
    """A row that adds others up."""


class Heading(tuple[Any, ...]):
    """A row that heads those below it: words, no figure."""


class Measure(Decimal):
    """A number that says its own decimals, whatever those of its column."""

    decimals: int

    def __new__(cls, value: Decimal | int, decimals: int) -> Self:
        made = super().__new__(cls, value)
        made.decimals = decimals
        return made


@dataclass(frozen=True, slots=True)
class Table:
    """`filters`: what the rows are, in words, one line each. A None cell stays empty, but in a
    column of figures, where it says that it is not told.

    `bare`: the rows alone, for a file that comes back. `labels`: first columns that stay in sight.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    filters: Sequence[str] = ()
    bare: bool = False
    labels: int = 1


def marked(table: Table, seen: Iterable[str]) -> Table:
    """The table with the mark of each row (`sheets.marks`), for a file that comes back."""
    rows = [[*row, mark] for row, mark in zip(table.rows, seen, strict=True)]
    return replace(table, columns=[*table.columns, marks.COLUMN], rows=rows)


def to_xlsx(table: Table, today: dt.date) -> bytes:
    """The rows on a first sheet of their own, what they are on a second."""
    return to_workbook([table], today)


def to_workbook(tables: Sequence[Table], today: dt.date) -> bytes:
    """Each table on its sheet, and what they all are on a last one."""
    target = io.BytesIO()
    import xlsxwriter  # a tenth of a second, for those alone who write a workbook

    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    for table in tables:
        _sheet(book, table)
    if not all(table.bare for table in tables):
        _notice(book, tables, today)
    book.close()
    return target.getvalue()


def _sheet(book: Any, table: Table) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    plain, sums = (
        {
            kind: book.add_format({"num_format": shape, "valign": "top", **more})
            for kind, shape in FORMATS.items()
        }
        for more in ({}, {"bold": True, "top": 1})
    )

    @cache
    def measured(decimals: int) -> Any:
        return book.add_format({"num_format": shape_of(decimals), "valign": "top"})

    sheet = book.add_worksheet(table.title[:31].translate({ord(c): " " for c in "[]:*?/\\"}))
    for place, column in enumerate(table.columns):
        hidden = {"hidden": column is marks.COLUMN}
        sheet.set_column(place, place, column.width, plain[column.kind], hidden)
        sheet.write_string(0, place, column.title, head)
        if table.bare:
            _offer(sheet, place, column)
    sheet.freeze_panes(1, table.labels)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        formats = sums if isinstance(row, Sum | Heading) else plain
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if isinstance(value, Measure):
                sheet.write_number(last, place, value, measured(value.decimals))
            else:
                _write(sheet, last, place, column, value, formats)
    if last:
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
    _printed(sheet, table)


def shape_of(decimals: int) -> str:
    """How a spreadsheet shows a number of so many decimals."""
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _printed(sheet: Any, table: Table) -> None:
    """A4, as wide as the page, its head on every one."""
    sheet.set_paper(9)
    if sum(column.width for column in table.columns) > 90:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")


def _write(
    sheet: Any, row: int, place: int, column: Column, value: Any, formats: dict[Kind, Any]
) -> None:
    kind = column.kind
    if value in ("", ()) or (value is None and kind != "figure"):
        return
    if value is None or FORMATS[kind] == "@" or isinstance(value, str):
        sheet.write_string(row, place, column.written(value), formats["text"])
    elif kind == "date":
        sheet.write_datetime(row, place, value, formats[kind])
    else:
        number = value / 100 if kind in ("amount", "figure") else value
        sheet.write_number(row, place, number, formats[kind])


def _offer(sheet: Any, place: int, column: Column) -> None:
    """The values of a choice, listed under its cells in a file that comes back."""
    offered = {"choice": list(column.among.values()), "boolean": ["oui", "non"]}.get(column.kind)
    if offered and len(",".join(offered)) <= MOST_OFFERED:
        sheet.data_validation(1, place, MAX_ROWS, place, {"validate": "list", "source": offered})


def _notice(book: Any, tables: Sequence[Table], today: dt.date) -> None:
    sheet = book.add_worksheet("Lisez-moi")
    sheet.set_column(0, 0, 90)
    lines = [f"Export du {french_date(today)}. Les montants sont en euros."]
    for table in tables:
        lines += [table.title, *table.filters]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


def to_csv(table: Table) -> bytes:
    """UTF-8 with a mark, semicolons, CRLF, decimal commas: as a French spreadsheet opens it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for line in () if table.bare else (table.title, *table.filters):
        writer.writerow([guarded(f"# {line}")])
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow(_plain(*cell) for cell in zip(table.columns, row, strict=True))
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def to_json(table: Table) -> bytes:
    """Titles, kinds and rows as they are: amounts in integer cents, days as ISO, null for nothing.

    A row says whether it adds others up.
    """
    return orjson.dumps(as_values(table), default=str)


def as_values(table: Table) -> dict[str, Any]:
    """What `to_json` writes, days as ISO."""
    columns = [{"title": column.title, "kind": column.kind} for column in table.columns]
    rows = [
        {"sum": isinstance(row, Sum), "values": [_dated(cell) for cell in row]}
        for row in table.rows
    ]
    held = {"title": table.title, "filters": list(table.filters), "amounts": "cents"}
    return {**held, "columns": columns, "rows": rows}


def _dated(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def _plain(column: Column, value: Any) -> str:
    text = column.written(value)
    return guarded(text) if isinstance(value, str | tuple) else text


__all__ = [
    "CSV",
    "JSON",
    "XLSX",
    "Column",
    "Heading",
    "Measure",
    "Sum",
    "Table",
    "as_values",
    "marked",
    "to_csv",
    "to_json",
    "to_workbook",
    "to_xlsx",
]
