"""The part of a booklet that says, chamber by chamber, what each runs, receives and decides.

Prints the tables of its sheet (`schemes.engine.chamber_tables`) between the present state and the
projection. Refuses to word them again: a page, a workbook and the booklet say the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from maillage.papers.wording import Fact, french
from maillage.reports.engine.content import ChamberCell, ChamberPage, ChamberTable
from maillage.schemes.engine.chamber import Situation, sheet_of
from maillage.schemes.engine.chamber_tables import Coded, counted, tables_of
from maillage.schemes.engine.document import ENTITY_KIND_LABELS, MODE_LABELS, EditionDocument
from maillage.schemes.engine.resolution import CHAMBERS
from maillage.sheets.writing import Table

_LETTERS = {label: letter for letter, label in MODE_LABELS.items() if letter in "ACHMI"}
FUNCTION = 1
"""The column of the function, which a page of one chamber does not repeat on each line."""
MOST_SHEETS = 20
"""Beyond this many chambers, a whole country's, each is read on its own page alone: their sheets
would be nine tenths of the booklet."""


def chamber_pages(document: EditionDocument) -> Iterator[ChamberPage]:
    """A page for each chamber, in the order of the edition; none where it has no milestone, nor
    beyond `MOST_SHEETS`."""
    situations: dict[str, Situation] = {}
    chambers = [entity for entity in document.entities if entity.kind in CHAMBERS]
    for entity in chambers if len(chambers) <= MOST_SHEETS else ():
        sheet = sheet_of(document, entity.code, situations=situations)
        if sheet is None:
            return
        found = tables_of(sheet)
        told, named = [found.changes, *found.roles.values()], (found.dropped, found.silent)
        yield ChamberPage(
            name=french(entity.name),
            kind=ENTITY_KIND_LABELS[entity.kind],
            milestones=(french(sheet.before.label), french(sheet.after.label)),
            answer=french(found.answer),
            summary=tuple(
                Fact(role, f"{one} → {other}") for role, one, other in found.summary.rows
            ),
            tables=tuple(_table(table) for table in told if table.rows),
            gathered=tuple(_gathered(table) for table in named if table.rows),
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


def _gathered(table: Table) -> tuple[str, tuple[Fact, ...]]:
    """Rows that only name what they are of: by what is said of them and by function."""
    found: dict[tuple[str, str], list[Coded]] = {}
    for row in table.rows:
        found.setdefault((row[FUNCTION], row[-1]), []).append(row[0])
    lines = (
        Fact(f"{french(function)}, {said} {counted(names)}", ", ".join(map(french, names)))
        for (function, said), names in found.items()
    )
    return french(table.title), tuple(lines)
