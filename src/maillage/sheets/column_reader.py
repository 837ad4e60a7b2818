"""Rows of values from an XLSX, an ODS or a CSV, by the columns a table declares.

Every fault is a finding with its sheet, row, column, value and what was expected; nothing is
corrected in silence. Refuses to know what the rows are about: what holds between cells, or with
what is already known, is the caller's to add to the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from maillage.kernel import money
from maillage.kernel.money import NBSP
from maillage.sheets.cells import UnfitError
from maillage.sheets.columns import Column, by_title
from maillage.sheets.delimited import csv_rows
from maillage.sheets.findings import LIMIT, Findings, shown
from maillage.sheets.ods import ods_names, ods_sheet
from maillage.sheets.remarks import ranges, remark
from maillage.sheets.scanning import letters_of
from maillage.sheets.words import Names, folded
from maillage.sheets.workbook_parts import (
    ODS,
    Sheet,
    is_workbook,
    parts_of,
    rows_text,
    unreadable,
)
from maillage.sheets.xlsx import sheet_paths, xlsx_sheet

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Layout:
    """A table as it is read: its sheet, its columns, the most rows and bytes it may have.

    `others`: the column of a title that is none of the declared ones, such as a year; None where
    it is unknown.
    """

    sheet: str
    columns: Sequence[Column]
    rows: int = 100_000
    size: int = 20 * MEGABYTE
    others: Callable[[str], Column | None] = lambda _: None

    @cached_property
    def by_title(self) -> dict[str, Column]:
        return by_title(self.columns)

    @cached_property
    def titles(self) -> Names:
        return Names(column.title for column in self.columns)

    def looks(self, titles: Sequence[Any]) -> bool:
        """Whether a first row holds every title the table needs."""
        met = {column.title for title in titles if (column := self.column(str(title).strip()))}
        return all(c.title in met for c in self.columns if c.name and c.needed)

    def column(self, title: str) -> Column | None:
        return self.by_title.get(folded(title[:200])) or self.others(title)


@dataclass(slots=True)
class Row:
    """A row read: where it stands, its values by name. A cell that is wrong holds None."""

    number: int
    values: dict[str, Any]
    sound: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or another where the file has no such column."""
        return self.values.get(name, default)


@dataclass(slots=True)
class Reading:
    """What a file holds: its columns as they stand, its rows, what is wrong in them."""

    findings: Findings
    columns: dict[str, Column] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        """The rows without a fault."""
        return (row for row in self.rows if row.sound)

    def fault(self, row: Row, what: str, expected: str = "", name: str = "",
              value: str = "") -> None:  # fmt: skip
        """Add what is wrong in a row, in the column of that name or in none."""
        row.sound = False
        column = self.columns[name].title if name else ""
        self.findings.add(what, expected, row=row.number, column=column, value=value)

    def place(self, row: Row) -> str:
        """Where a row stands, in words: its sheet and its number."""
        return f"{self.findings.place}, ligne {row.number}"

    def raise_any(self) -> None:
        self.findings.raise_any()


def read(data: bytes, filename: str, layout: Layout) -> Reading:
    """What the file holds. Raises Unreadable where it is no such file; the faults of its titles
    and cells are among the findings, and without sound titles there are no rows."""
    name = shown(filename) or "fichier"
    if len(data) > layout.size:
        raise unreadable(name, "le fichier est trop lourd", f"{money.size(layout.size)} au plus",
                     money.size(len(data)))  # fmt: skip
    if not data:
        raise unreadable(name, "le fichier est vide")
    before = 0
    if not is_workbook(data, name):
        findings, rows, before = csv_rows(data, name, layout.by_title)
    else:
        parts = parts_of(data, name)
        take = ods_sheet if ODS in parts else xlsx_sheet
        sheet = take(parts, name, layout.sheet, len(layout.columns), layout.looks)
        findings, rows = sheet.findings, sheet.rows
        _tell_copies(sheet)
        _tell_hidden(sheet, layout)
    return _located(rows, before, layout, Reading(findings))


def _tell_copies(sheet: Sheet) -> None:
    """Another sheet with the same titles may be the one that was filled: where both do not say
    the same, nobody can tell which counts."""
    titles = _titles(sheet.rows[0]) if sheet.rows else set()
    for name, head in sheet.heads.items():
        if len(titles) < 2 or _titles(head) != titles:
            continue
        if _filled(sheet.copy(name)) == _filled(sheet.rows):
            remark(f"La feuille «{NBSP}{name}{NBSP}» est la copie de «{NBSP}{sheet.name}{NBSP}»"
                   f"{NBSP}: une seule est lue.")  # fmt: skip
        else:
            hidden = ", masquée dans le classeur," if name in sheet.hidden_sheets else ""
            sheet.findings.add(
                f"la feuille «{NBSP}{name}{NBSP}»{hidden} porte les mêmes titres et d’autres "
                "valeurs",
                "une seule des deux",
            )


def _titles(row: Sequence[Any]) -> set[str]:
    return {folded(str(title)[:200]) for title in row if str(title).strip()}


def _filled(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows that say something, without the empty cells at their end."""
    found = []
    for row in rows:
        width = len(row)
        while width and row[width - 1] in ("", None):
            width -= 1
        if width:
            found.append(tuple(row[:width]))
    return found


def _tell_hidden(sheet: Sheet, layout: Layout) -> None:
    """What the spreadsheet hides is read as the rest is, and said."""
    place = f"Feuille «{NBSP}{sheet.name}{NBSP}»"
    if sheet.name != layout.sheet:
        remark(f"{place}, lue faute d’une feuille nommée «{NBSP}{layout.sheet}{NBSP}».")
    if sheet.is_hidden:
        remark(f"{place}, masquée dans le classeur{NBSP}: lue comme si elle ne l’était pas.")
    rows = [n for n in sheet.hidden_rows if n <= len(sheet.rows) and any(sheet.rows[n - 1])]
    if rows:
        what = "ligne masquée" if len(rows) == 1 else f"{len(rows)} lignes masquées"
        remark(f"{place}, {what} ({ranges(rows)}){NBSP}: lue{'s' * (len(rows) > 1)} comme "
               "les autres.")  # fmt: skip
    titles = sheet.rows[0] if sheet.rows else ()
    for number in sheet.hidden_columns:
        title = str(titles[number - 1]) if number <= len(titles) else ""
        column = layout.column(title.strip()) if title.strip() else None
        if column and column.name:
            remark(f"{place}, colonne {letters_of(number)} «{NBSP}{shown(title)}{NBSP}» masquée"
                   f"{NBSP}: lue comme les autres.")  # fmt: skip


def sheet_names(data: bytes, filename: str) -> tuple[str, ...] | None:
    """The sheets of a workbook, None for a text. Raises Unreadable where it is neither."""
    name = shown(filename) or "fichier"
    if not data:
        raise unreadable(name, "le fichier est vide")
    if not is_workbook(data, name):
        return None
    parts = parts_of(data, name)
    return tuple(ods_names(parts, name) if ODS in parts else sheet_paths(parts, name))


def _located(rows: list[list[Any]], before: int, layout: Layout, reading: Reading) -> Reading:
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        reading.findings.add("la feuille est vide", "les titres de colonnes en première ligne")
        return reading
    if len(rows) - 1 > layout.rows:
        most = rows_text(layout.rows)
        reading.findings.add(f"plus de {most}", f"{most} au plus")
        return reading
    places = _places(rows[0], before + 1, layout, reading)
    if places is None:
        return reading
    width = len(rows[0])
    numbered = {
        number: row if len(row) >= width else [*row, *[""] * (width - len(row))]
        for number, row in enumerate(rows[1:], before + 2)
        if any(row) or any(value not in ("", None) for value in row)
    }
    _check_untitled(rows[0], numbered, reading)
    numbers = list(numbered)
    faults = _Faults(numbers)
    columns = [
        faults.values(column, [row[place] for row in numbered.values()])
        for column, place in places.items()
    ]
    # A large sheet is not held twice.
    rows.clear()
    numbered.clear()
    names = tuple(reading.columns)
    reading.rows = [
        Row(number, dict(zip(names, cells, strict=True)), number not in faults.rows)
        for number, cells in zip(numbers, zip(*columns, strict=True), strict=True)
    ]
    faults.tell(reading.findings)
    return reading


def _places(
    titles: Iterable[Any], number: int, layout: Layout, reading: Reading
) -> dict[Column, int] | None:
    """Where each column to read stands; None where one is missing, unknown or repeated."""
    findings, places = reading.findings, dict[Column, int]()
    faults, met = findings.count, set[str]()
    for place, value in enumerate(titles):
        title = str(int(value)) if isinstance(value, float) else str(value).strip()
        column = layout.column(title) if title else None
        if not title:
            continue
        if column is None:
            findings.add(
                "colonne inconnue", partial(_near, title, layout),
                row=number, column=shown(title),
            )  # fmt: skip
        elif column.title in met:
            findings.add("colonne en double", "une seule", row=number, column=column.title)
        else:
            met.add(column.title)
            if column.name:
                places[column] = place
    for column in layout.columns:
        if column.name and column.needed and column.title not in met:
            expected = f"«{NBSP}{column.title}{NBSP}»"
            findings.add("colonne absente", expected, row=number, column=column.title)
    reading.columns = {column.name: column for column in places}
    return None if findings.count > faults else places


def _near(title: str, layout: Layout) -> str:
    close = layout.titles.nearest(title)
    if close:
        return f"«{NBSP}{close}{NBSP}» (le titre le plus proche)"
    return "l’un des titres du modèle, ou pas de colonne"


def _check_untitled(titles: list[Any], rows: dict[int, list[Any]], reading: Reading) -> None:
    """A value under no title would be lost in silence."""
    untitled = [place for place, title in enumerate(titles) if not str(title).strip()]
    for number, row in rows.items() if untitled else ():
        if any(row[place] for place in untitled):
            reading.findings.add(
                "valeur dans une colonne sans titre", "une colonne du modèle", row=number
            )


class _Values(dict[str, Any]):
    """The values of a column's texts: each is read once, most stand in many rows."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.wrong = False

    def __missing__(self, text: str) -> Any:
        value = self[text] = self.of(text)
        return value

    def of(self, cell: Any) -> Any:
        """The value, or the UnfitError that says why there is none."""
        try:
            return self.column.value(cell)
        except UnfitError as fault:
            self.wrong = True
            return fault


class _Faults:
    """The faults of the cells, gathered by column and told by row."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.rows: set[int] = set()
        self.met: list[tuple[int, int, Column, UnfitError, Any]] = []
        self.more = 0

    def values(self, column: Column, cells: list[Any]) -> list[Any]:
        """The value of each cell, None where it is wrong."""
        known = _Values(column)
        if set(map(type, cells)) == {str}:
            values = list(map(known.__getitem__, cells))
        else:
            # Only texts are known again: True would find what 1 was, and pass for it.
            values = [known[cell] if type(cell) is str else known.of(cell) for cell in cells]
        if known.wrong:
            self._note(column, values, cells)
        return values

    def _note(self, column: Column, values: list[Any], cells: list[Any]) -> None:
        kept = 0
        for at, value in enumerate(values):
            if not isinstance(value, UnfitError):
                continue
            values[at] = None
            self.rows.add(self.numbers[at])
            for fault in (value, *value.others):
                if kept < LIMIT:
                    self.met.append((self.numbers[at], len(self.met), column, fault, cells[at]))
                    kept += 1
                else:
                    self.more += 1

    def tell(self, findings: Findings) -> None:
        self.met.sort(key=lambda met: met[:1])
        for number, _, column, fault, cell in self.met:
            findings.add(fault.what, fault.expected, row=number, column=column.title,
                         value=fault.value or str(cell))  # fmt: skip
        findings.count += self.more


__all__ = ["Column", "Layout", "Reading", "Row", "UnfitError", "read"]
