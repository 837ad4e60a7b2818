"""The sheet of a chamber as it is printed: in the booklet, between the present state and the
projection, and alone, between any two milestones.

Prints its tables (`schemes.engine.chamber_tables`). Refuses to word them again: a page, a workbook
and the booklet say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maillage.kernel.period import french_date
from maillage.papers.wording import Fact, french
from maillage.schemes.engine.chamber import ChamberSheet, Situation, sheet_of
from maillage.schemes.engine.chamber_tables import ChamberTables, tables_of
from maillage.schemes.engine.counting import Coded, counted
from maillage.schemes.engine.document import ENTITY_KIND_LABELS, MODE_LABELS, EditionDocument
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.sheets.writing import Table

_LETTERS = {label: letter for letter, label in MODE_LABELS.items() if letter in "ACHMI"}
FUNCTION = 1
"""The column of the function, which a page of one chamber does not repeat on each line."""
MOST_SHEETS = 20
"""Beyond this many chambers, a whole country's, each is read on its own page alone: their sheets
would be nine tenths of the booklet."""


@dataclass(frozen=True, slots=True)
class ChamberCell:
    """A text, and the letters of the modes it begins with."""

    letters: str
    text: str


@dataclass(frozen=True, slots=True)
class ChamberTable:
    """`count` is told beside the title: what the whole table names, "" where it goes on another."""

    title: str
    count: str
    heads: tuple[str, ...]
    rows: tuple[tuple[ChamberCell, ...], ...]


Gathered = tuple[str, tuple[Fact, ...]]
"""A title and its lines."""


@dataclass(frozen=True, slots=True)
class ChamberPage:
    """One chamber on one page. `gathered`: what is only named."""

    name: str
    kind: str
    milestones: tuple[str, str]
    answer: str
    summary: tuple[Fact, ...]
    tables: tuple[ChamberTable, ...]
    gathered: tuple[Gathered, ...]


def chamber_pages(document: EditionDocument) -> Iterator[ChamberPage]:
    """A page for each chamber, in the order of the edition; none where it has no milestone, nor
    beyond `MOST_SHEETS`."""
    situations: dict[str, Situation] = {}
    chambers = [entity for entity in document.entities if entity.kind in CHAMBERS]
    for entity in chambers if len(chambers) <= MOST_SHEETS else ():
        sheet = sheet_of(document, entity.code, situations=situations)
        if sheet is None:
            return
        yield page_of(sheet, tables_of(sheet))


def page_of(
    sheet: ChamberSheet, tables: ChamberTables, more: Sequence[Gathered] = ()
) -> ChamberPage:
    """The page of one chamber, each string ready to be printed; `more`: what else is named under
    the tables."""
    told = [tables.changes, *tables.roles.values()]
    gathered = ((tables.dropped, 2), (tables.silent, -1))
    named = [_gathered(table, what) for table, what in gathered if table.rows]
    return ChamberPage(
        name=french(sheet.entity.name),
        kind=ENTITY_KIND_LABELS[sheet.entity.kind],
        milestones=(french(sheet.before.label), french(sheet.after.label)),
        answer=french(tables.answer),
        summary=tuple(Fact(role, f"{one} → {other}") for role, one, other in tables.summary.rows),
        tables=tuple(_table(table) for table in told if table.rows),
        gathered=(*named, *more),
    )


def _table(table: Table) -> ChamberTable:
    kept = [place for place in range(len(table.columns)) if place != FUNCTION]
    return ChamberTable(
        french(table.title),
        counted(row[0] for row in table.rows),
        tuple(french(table.columns[place].title) for place in kept),
        tuple(tuple(_cell(row[place]) for place in kept) for row in table.rows),
    )


def _cell(text: str) -> ChamberCell:
    """A text, and the letters of the modes it begins with."""
    said = text.partition(", ")[0].partition(" ; ")[0]
    letters = [_LETTERS.get(word, "") for word in said.split(" + ")]
    return ChamberCell("".join(letters) if all(letters) else "", french(text))


def _gathered(table: Table, what: int) -> Gathered:
    """Rows that only name what they are of: by what is said of them, in the column `what`, and by
    function."""
    found: dict[tuple[str, str], list[Coded]] = {}
    for row in table.rows:
        found.setdefault((row[FUNCTION], row[what]), []).append(row[0])
    lines = (
        Fact(f"{french(function)}, {said} {counted(names)}", ", ".join(map(french, names)))
        for (function, said), names in found.items()
    )
    return french(table.title), tuple(lines)


def gaps_of(observed: Table) -> Gathered:
    """What is observed beside the later milestone (`engine.observed.table_of`), a line each."""
    lines = []
    for process, _, where, target, seen, gap, on, who, _ in observed.rows:
        about = f"{process}, {where}, {french_date(on)}, {who}"
        lines.append(Fact(french(about), french(f"{seen} (cible : {target}) ; {gap}")))
    return french(observed.title), tuple(lines)
