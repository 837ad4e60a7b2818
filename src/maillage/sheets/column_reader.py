"""Rows of values from an XLSX, an ODS or a CSV, by the columns a table declares.

Every fault is a finding with its sheet, row, column, value and what was expected; nothing is
corrected in silence. Refuses to know what the rows are about: what holds between cells, or with
what is already known, is the caller's to add to the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from maillage.kernel import money
from maillage.kernel.money import NBSP
from maillage.sheets import dressed, marks
from maillage.sheets.cell_faults import CellFaults
from maillage.sheets.cells import UnfitError
from maillage.sheets.columns import Column, by_title
from maillage.sheets.delimited import csv_rows
from maillage.sheets.findings import Findings, not_read, shown
from maillage.sheets.ods import ods_names, ods_sheet
from maillage.sheets.scanning import Hidden, letters_of
from maillage.sheets.words import Names, folded
from maillage.sheets.workbook_parts import (
    ODS,
    is_workbook,
    parts_of,
    rows_text,
    unreadable,
)
from maillage.sheets.xlsx import sheet_paths, xlsx_sheet

MEGABYTE = 1_000_000
Outside = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Layout:
    """A table as it is read: its sheet, its columns, the most rows and bytes it may have.

    `others`: the column of a title that is none of the declared ones, such as a year; None where
    it is unknown. `keys`: names of the values that say which row it is, of a table whose file may
    tell what it saw (`sheets.marks`) of `about`, the thing they are rows of. `outside`: why the row
    of such values is not for whoever reads to write, "" where it is: what is wrong in it is then
    nobody's to mend.
    """

    sheet: str
    columns: Sequence[Column]
    rows: int = 100_000
    size: int = 20 * MEGABYTE
    others: Callable[[str], Column | None] = lambda _: None
    keys: tuple[str, ...] = ()
    about: str = ""
    outside: Outside = lambda _: ""

    @property
    def every(self) -> Sequence[Column]:
        """The columns, that of marks among them where rows may have some."""
        return (*self.columns, marks.COLUMN) if self.keys else self.columns

    @cached_property
    def by_title(self) -> dict[str, Column]:
        return by_title(self.every)

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
    """A row read: where it stands, its values by name. A cell that is wrong holds None.

    `seen`: what its file saw of it, None where it does not say. `apart`: why it is not for whoever
    reads to write, and what is wrong in it first: it is named, not judged.
    """

    number: int
    values: dict[str, Any]
    sound: bool = True
    apart: str = ""
    seen: marks.Seen | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or another where the file has no such column."""
        return self.values.get(name, default)


@dataclass(slots=True)
class Reading:
    """What a file holds: its columns as they stand, its rows, what is wrong in them. `foreign`: a
    mark (`sheets.marks`) of a file that saw rows of another thing alone."""

    findings: Findings
    columns: dict[str, Column] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    outside: Outside = lambda _: ""
    foreign: str = ""

    @property
    def apart(self) -> list[Row]:
        return [row for row in self.rows if row.apart]

    def __iter__(self) -> Iterator[Row]:
        """The rows without a fault."""
        return (row for row in self.rows if row.sound)

    def fault(self, row: Row, what: str, expected: str = "", name: str = "",
              value: str = "") -> None:  # fmt: skip
        """Add what is wrong in a row, in the column of that name or in none; one that is not for
        whoever reads to write is set apart."""
        row.sound = False
        column = self.columns[name].title if name else ""
        if not row.apart and (why := self.outside(row.values)):
            row.apart = not_read(why, what, column, value)
        if row.apart:
            return
        self.findings.add(what, expected, row=row.number, column=column, value=value)

    def place(self, row: Row) -> str:
        """Where a row stands, in words: its sheet if it has one, and its number."""
        return ", ".join(filter(None, (self.findings.place, f"ligne {row.number}")))

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
    if not is_workbook(data, name):
        findings, rows, before = csv_rows(data, name, layout.by_title)
        return _located(rows, before, layout, Reading(findings, outside=layout.outside))
    parts = parts_of(data, name)
    take = ods_sheet if ODS in parts else xlsx_sheet
    sheet = take(parts, name, layout.sheet, len(layout.every), layout.looks)
    at = dressed.title_row(sheet.rows, layout.by_title)
    titles = list(sheet.rows[at]) if sheet.rows else []
    dressed.tell_above(at, at + 1)
    dressed.tell_copies(sheet, at)
    dressed.tell_hidden(sheet, layout.sheet, at, partial(_read_title, titles, layout))
    hidden = dressed.in_the_way(sheet.faults, at + 1, partial(_is_read, titles, layout))
    reading = Reading(sheet.findings, outside=layout.outside)
    _located(sheet.rows[at:], at, layout, reading, hidden)
    apart = {row.number for row in reading.apart}
    dressed.tell_hiding(hidden, titles, apart, reading.findings)
    return reading


def _at(titles: Sequence[Any], layout: Layout, number: int) -> Column | None:
    """The column of that number, from 1; None where its title says nothing that is known."""
    title = str(titles[number - 1]).strip() if number <= len(titles) else ""
    return layout.column(title) if title else None


def _is_read(titles: Sequence[Any], layout: Layout, number: int) -> bool:
    """Whether what stands in that column matters: it is one of those read, or nobody knows."""
    column = _at(titles, layout, number)
    return column is None or bool(column.name)


def _read_title(titles: Sequence[Any], layout: Layout, number: int) -> str:
    """The letters and title of a column that is read, "" of another."""
    column = _at(titles, layout, number)
    if column is None or not column.name or column is marks.COLUMN:
        return ""
    return f"{letters_of(number)} «{NBSP}{shown(str(titles[number - 1]))}{NBSP}»"


def sheet_names(data: bytes, filename: str) -> tuple[str, ...] | None:
    """The sheets of a workbook, None for a text. Raises Unreadable where it is neither."""
    name = shown(filename) or "fichier"
    if not data:
        raise unreadable(name, "le fichier est vide")
    if not is_workbook(data, name):
        return None
    parts = parts_of(data, name)
    return tuple(ods_names(parts, name) if ODS in parts else sheet_paths(parts, name))


def _located(
    rows: list[list[Any]],
    before: int,
    layout: Layout,
    reading: Reading,
    hidden: Sequence[Hidden] = (),
) -> Reading:
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
    rows.clear()
    _read_cells(numbered, places, layout, reading, _suspects(hidden, places))
    return reading


def _suspects(hidden: Iterable[Hidden], places: Mapping[Column, int]) -> dict[int, dict[str, None]]:
    """The rows of which something hides, with the names of the values that it hides: they say
    nothing."""
    found: dict[int, dict[str, None]] = {}
    for one in hidden:
        for number in one.rows if len(one.rows) <= dressed.TALLEST else ():
            names = (c.name for c, place in places.items() if place + 1 in one.columns)
            found.setdefault(number, {}).update(dict.fromkeys(names))
    return found


def _read_cells(
    numbered: dict[int, list[Any]],
    places: dict[Column, int],
    layout: Layout,
    reading: Reading,
    suspects: dict[int, dict[str, None]],
) -> None:
    """The rows, of cells by number; what is wrong in those that are not set apart."""
    numbers = list(numbered)
    faults = CellFaults(numbers)
    cells = dict(enumerate(zip(*numbered.values(), strict=False)))
    numbered.clear()  # a large sheet is not held twice
    columns = [faults.values(column, cells.get(place, ())) for column, place in places.items()]
    names = tuple(reading.columns)
    told = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
    wrong = faults.met_at | {at for at, n in enumerate(numbers) if suspects and n in suspects}
    apart = {
        at: why
        for at in wrong
        if (why := layout.outside(_sound(told[at]) | suspects.get(numbers[at], {})))
    }
    wrong = faults.judged(apart)
    first = faults.first_of(apart)
    apart = {at: not_read(why, *first.get(at, (_HIDING,))) for at, why in apart.items()}
    reading.rows = [
        Row(number, _sound(values) if at in wrong or at in apart else values,
            at not in wrong and at not in apart, apart.get(at, ""))
        for at, (number, values) in enumerate(zip(numbers, told, strict=True))
    ]  # fmt: skip
    _take_marks(reading, layout)
    faults.tell(reading.findings)


_HIDING = "une cellule fusionnée, en erreur ou calculée"


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
        elif column.title in met and column.name:
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


def _sound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: None if isinstance(value, UnfitError) else value for n, value in values.items()}


def _take_marks(reading: Reading, layout: Layout) -> None:
    """What the file saw of each row, out of its values."""
    if reading.columns.pop(marks.NAME, None) is None:
        return
    rows = [(row.values.pop(marks.NAME) or "", row.values) for row in reading.rows]
    found = marks.seen_of(rows, layout.keys, layout.about)
    reading.foreign = marks.of_another(rows, layout.about)
    for row, seen in zip(reading.rows, found, strict=True):
        row.seen = seen


__all__ = ["Column", "Layout", "Reading", "Row", "UnfitError", "read"]
