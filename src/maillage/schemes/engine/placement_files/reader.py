"""From the rows of a table to placements, or to the list of everything wrong in it.

Knows the document the table must fit: its processes, milestones and entities. Refuses to guess:
an unknown code is a finding with the nearest known one, never a correction made silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from maillage.schemes.engine import mode_change, mode_details
from maillage.schemes.engine.change import Key
from maillage.schemes.engine.document import FIELDS, UNKNOWN, EditionDocument, PlacementDoc
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.placement_files.columns import COLUMNS, DETAIL, OBSERVED, SHEET
from maillage.sheets.column_reader import Layout, Row, read


@dataclass(frozen=True, slots=True)
class ConfirmedCell(PlacementDoc):
    """A row that says its source is that of its mode, even of a new one."""

    cited: bool = True


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row read: what it says of its cell, and where it stands, "" where that is not known."""

    cell: PlacementDoc
    place: str = ""


MAX_BYTES = 20_000_000


def read_table(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> tuple[PlacementDoc, ...]:
    """Placements of an XLSX, ODS or CSV file, in its order. Raises Unreadable with faults."""
    return tuple(row.cell for row in read_rows(data, filename, document, max_bytes))


def read_rows(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> list[PlacedRow]:
    """The same, each with its place. Raises Unreadable with every finding.

    An empty row of the template is left out where the edition has no such cell: both mean
    "non renseigné". Where the edition has one, the empty row empties it.
    """
    reading = read(data, filename, _layout(document, max_bytes))
    existing = {placement.key: placement for placement in document.placements}
    first: dict[tuple[str, str, str], Row] = {}
    found = []
    for row in reading:
        cell = _cell(row, existing)
        for name, what, expected in _faults(cell) if cell.details else ():
            reading.fault(row, what, expected, name=name, value=str(row.get(name) or ""))
        if (before := first.setdefault(cell.key, row)) is not row:
            entity = f", entité {cell.entity}" if cell.entity else ", réseau"
            reading.fault(
                row,
                f"la cellule figure déjà à la ligne {before.number}",
                "une seule ligne par processus, jalon et entité",
                value=f"{cell.process}, jalon {cell.milestone}{entity}",
            )
        elif cell.mode != UNKNOWN or cell.key in existing or cell != PlacementDoc(*cell.key):
            found.append(PlacedRow(cell, reading.place(row)))
    reading.raise_any()
    return found


def _cell(row: Row, existing: Mapping[Key, PlacementDoc]) -> PlacementDoc:
    """The cell of a row; where its mode changes, what becomes of what it leaves as it was."""
    values = _whole(row, existing)
    carried = values.pop("carried", "")
    cell = PlacementDoc(**values)
    before = existing.get(cell.key)
    if not carried or before is None or before.mode == cell.mode:
        return cell
    held = {name: getattr(before, name) for name in FIELDS}
    answers = dict.fromkeys(mode_change.LABELS, carried)
    values, cited = mode_change.settled(held, values, answers)
    values["details"] = Details.of(values["details"])
    return ConfirmedCell(**values) if cited else PlacementDoc(**values)


_MAY_LACK = ("provenance", "source_quote")


def _whole(row: Row, existing: Mapping[Key, PlacementDoc]) -> dict[str, Any]:
    """The values of a row: what no column of the file says stays as it is recorded."""
    values = {n: value for n, value in row.values.items() if not n.startswith(DETAIL)}
    given = {n.removeprefix(DETAIL): v for n, v in row.values.items() if n.startswith(DETAIL)}
    held = existing.get((values["process"], values["milestone"], values["entity"]), _BLANK)
    values = {name: getattr(held, name) for name in _MAY_LACK} | values
    if values["mode"] == UNKNOWN:
        values["provenance"] = ""
    kept = held.details.under(values["mode"], values["complementary"])
    return values | {"details": Details.of(kept.record() | given)}


_BLANK = PlacementDoc("", "")


def _faults(cell: PlacementDoc) -> Iterator[tuple[str, str, str]]:
    """What of its details does not go with a cell: which column, why, what was expected."""
    taken = mode_details.taken(cell.mode, cell.complementary)
    for name in cell.details.record():
        if name not in taken:
            modes = ", ".join(mode_details.MEMBERS[name].modes)
            yield DETAIL + name, "cette précision ne va pas avec les modes", f"rien, ou {modes}"
    if fault := mode_details.fault(cell.details.record()):
        yield f"{DETAIL}end", fault.rstrip("."), "des dates qui se suivent"


def _layout(document: EditionDocument, max_bytes: int) -> Layout:
    """The columns with the codes of the document."""
    entities: dict[str, Any] = {
        "among": {entity.code: entity.name for entity in document.entities},
        "hints": {e.short_name: e.code for e in document.entities if e.short_name},
    }
    known = {
        "process": {"among": {process.code: process.name for process in document.processes}},
        "milestone": {"among": {m.code: m.label for m in document.milestones}},
        **dict.fromkeys(("entity", "lead", "served"), entities),
    }
    columns = [replace(column, **known.get(column.name, {})) for column in (*COLUMNS, OBSERVED)]
    return Layout(SHEET, columns, size=max_bytes)
