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
from maillage.sheets import marks
from maillage.sheets.cell_faults import CellFaults
from maillage.sheets.cells import UnfitError
from maillage.sheets.columns import Column, by_title
from maillage.sheets.delimited import csv_rows
from maillage.sheets.findings import LIMIT, Findings, shown
from maillage.sheets.ods import ods_names, ods_sheet
from maillage.sheets.remarks import ranges, remark
from maillage.sheets.scanning import Hidden, letters_of
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
_TALLEST = 50
"""Rows of a merged area that may be rows of somebody else's."""
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
    reads to write, of a row that is wrong: it is named, not judged.
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
    """What a file holds: its columns as they stand, its rows, what is wrong in them."""

    findings: Findings
    columns: dict[str, Column] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    outside: Outside = lambda _: ""

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
        row.apart = row.apart or self.outside(row.values)
        if row.apart:
            return
        column = self.columns[name].title if name else ""
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
    before, hidden = 0, list[Hidden]()
    if not is_workbook(data, name):
        findings, rows, before = csv_rows(data, name, layout.by_title)
    else:
        parts = parts_of(data, name)
        take = ods_sheet if ODS in parts else xlsx_sheet
        sheet = take(parts, name, layout.sheet, len(layout.every), layout.looks)
        findings, rows, hidden = sheet.findings, sheet.rows, list(sheet.faults)
        _tell_copies(sheet)
        _tell_hidden(sheet, layout)
    reading = _located(rows, before, layout, Reading(findings, outside=layout.outside), hidden)
    _tell_hiding(hidden, reading)
    return reading


def _tell_hiding(hidden: Iterable[Hidden], reading: Reading) -> None:
    """What the workbook hides, but in rows set apart; first in its row, it explains the rest."""
    apart = {row.number for row in reading.apart}
    findings = reading.findings
    others, findings.listed = findings.listed, []
    for one in hidden:
        if not 0 < len(one.rows) <= _TALLEST or not all(number in apart for number in one.rows):
            one.tell(findings)
    findings.listed += others[: LIMIT - len(findings.listed)]


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
        if column and column.name and column is not marks.COLUMN:
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
        for number in one.rows if len(one.rows) <= _TALLEST else ():
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
    columns = [
        faults.values(column, [row[place] for row in numbered.values()])
        for column, place in places.items()
    ]
    numbered.clear()  # a large sheet is not held twice
    names = tuple(reading.columns)
    told = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
    wrong = faults.met_at | {at for at, n in enumerate(numbers) if suspects and n in suspects}
    apart = {
        at: why
        for at in wrong
        if (why := layout.outside(_sound(told[at]) | suspects.get(numbers[at], {})))
    }
    wrong = faults.judged(apart)
    reading.rows = [
        Row(number, _sound(values) if at in wrong or at in apart else values,
            at not in wrong and at not in apart, apart.get(at, ""))
        for at, (number, values) in enumerate(zip(numbers, told, strict=True))
    ]  # fmt: skip
    _take_marks(reading, layout)
    faults.tell(reading.findings)


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


def _sound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: None if isinstance(value, UnfitError) else value for n, value in values.items()}


def _take_marks(reading: Reading, layout: Layout) -> None:
    """What the file saw of each row, out of its values."""
    if reading.columns.pop(marks.NAME, None) is None:
        return
    rows = [(row.values.pop(marks.NAME) or "", row.values) for row in reading.rows]
    found = marks.seen_of(rows, layout.keys, layout.about)
    for row, seen in zip(reading.rows, found, strict=True):
        row.seen = seen


__all__ = ["Column", "Layout", "Reading", "Row", "UnfitError", "read"]
