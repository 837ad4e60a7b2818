"""From the rows of a table to placements, or to the list of everything wrong in it.

Knows the document the table must fit: its processes, milestones and entities. Refuses to guess:
an unknown code is a finding with the nearest known one, never a correction made silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from maillage.papers.glyphs import undrawn
from maillage.schemes.engine import mode_change, mode_details
from maillage.schemes.engine.change import Key
from maillage.schemes.engine.document import (
    FIELDS,
    UNKNOWN,
    EditionDocument,
    PlacementDoc,
    by_key,
)
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.placement_files.columns import (
    COLUMNS,
    DETAIL,
    KEYS,
    OBSERVED,
    SHEET,
    about,
    told_of,
)
from maillage.sheets import marks
from maillage.sheets.column_reader import Layout, Outside, Reading, Row, read
from maillage.sheets.marks import Seen


@dataclass(frozen=True, slots=True)
class ConfirmedCell(PlacementDoc):
    """A row that says its source is that of its mode, even of a new one."""

    cited: bool = True


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row read: what it says of its cell, and where it stands, "" where that is not known.

    `seen`: what its file saw of the cell. `apart`: why it is not the reader's to write, of a row
    in which something is wrong: its cell says nothing. `is_blank`: an empty row of the template,
    of a cell that the edition has not: both mean "non renseigné". `foreign`: of the first row of a
    file that saw another edition alone, its mark.
    """

    cell: PlacementDoc
    place: str = ""
    seen: Seen | None = None
    apart: str = ""
    is_blank: bool = False
    foreign: str = ""


MAX_BYTES = 20_000_000


def read_table(
    data: bytes, filename: str, document: EditionDocument, max_bytes: int = MAX_BYTES
) -> tuple[PlacementDoc, ...]:
    """Placements of an XLSX, ODS or CSV file, in its order. Raises Unreadable with faults."""
    rows = read_rows(data, filename, document, max_bytes)
    return tuple(row.cell for row in rows if not row.is_blank)


def read_rows(
    data: bytes,
    filename: str,
    document: EditionDocument,
    max_bytes: int = MAX_BYTES,
    outside: Outside = lambda _: "",
) -> list[PlacedRow]:
    """The same, each with its place. Raises Unreadable with every finding, but of rows that are
    `outside`: these are set apart. Where the edition has its cell, an empty row empties it."""
    reading = read(data, filename, _layout(document, max_bytes, outside))
    existing = by_key(document.placements)
    first: dict[tuple[str, str, str], Row] = {}
    found = []
    for row in reading:
        cell = _cell(row, existing)
        for name, what, expected in _faults(cell) if cell.details else ():
            told = mode_details.word(name.removeprefix(DETAIL), row.get(name) or "")
            reading.fault(row, what, expected, name=name, value=told)
        if (before := first.setdefault(cell.key, row)) is not row:
            entity = f", entité {cell.entity}" if cell.entity else ", réseau"
            reading.fault(
                row,
                f"la cellule figure déjà à la ligne {before.number}",
                "une seule ligne par processus, jalon et entité",
                value=f"{cell.process}, jalon {cell.milestone}{entity}",
            )
        else:
            blank = cell.key not in existing and cell == PlacementDoc(*cell.key)
            place, seen = reading.place(row), _seen(row, cell)
            found.append(PlacedRow(cell, place, seen, is_blank=blank))
    _tell_undrawn(reading, existing)
    reading.raise_any()
    rows = _beside(found, reading)
    return [replace(rows[0], foreign=reading.foreign), *rows[1:]] if reading.foreign else rows


def _beside(found: list[PlacedRow], reading: Reading) -> list[PlacedRow]:
    """The rows read, and those set apart; a cell that one of these names is not read."""
    apart = {row.number: row for row in reading.apart}
    set_apart = {_key(row) for row in apart.values()}
    found = [one for one in found if one.cell.key not in set_apart]
    return found + [
        PlacedRow(PlacementDoc(*_key(row)), reading.place(row), apart=row.apart)
        for row in apart.values()
    ]


def _tell_undrawn(reading: Reading, existing: Mapping[Key, PlacementDoc]) -> None:
    """The texts that no booklet could print, of those the file changes, told with the rest."""
    texts = [name for name, column in reading.columns.items() if column.kind == "prose"]
    known: dict[str, str] = {}
    for row in reading.rows:
        for name in texts if not row.apart else ():
            text = row[name]
            if not text or (row.seen and name not in row.seen.touched):
                continue
            missing = known.get(text)
            if missing is None:
                missing = known[text] = undrawn(text)
            held = existing.get(_key(row))
            if missing and (held is None or told_of(held).get(name) != text):
                what = "caractère que le livret ne peut imprimer"
                reading.fault(row, what, "un texte sans ce caractère", name, missing)


def _key(row: Row) -> Key:
    return row["process"], row["milestone"] or "", row["entity"] or ""


def _seen(row: Row, cell: PlacementDoc) -> Seen | None:
    """What the file saw of the cell; what a change of mode cleared is changed by the file too."""
    if row.seen is None:
        return None
    said = told_of(cell)
    cleared = [n for n, v in row.values.items() if v and n in said and not said[n]]
    if not cleared:
        return row.seen
    return Seen(row.seen.mark, tuple(dict.fromkeys([*row.seen.touched, *cleared])))


def merged(row: PlacedRow, held: PlacementDoc | None) -> tuple[PlacementDoc, tuple[str, ...]]:
    """The cell a row makes of the one held, and the fields changed on both sides since its file
    was exported, each part of what its mode is made of for itself."""
    if row.seen is None or (row.seen.is_lost and held is None):
        return _known(row.cell, held), ()
    theirs = told_of(held or PlacementDoc(*row.cell.key))
    found = marks.merged(row.seen, told_of(row.cell), theirs)
    values = {n: v for n, v in found.values.items() if not n.startswith(DETAIL)}
    members = {n.removeprefix(DETAIL): v for n, v in found.values.items() if n.startswith(DETAIL)}
    values["details"] = Details.of({name: v for name, v in members.items() if v} or None)
    return _known(replace(row.cell, **values), held), tuple(found.clashes)


def _known(cell: PlacementDoc, held: PlacementDoc | None) -> PlacementDoc:
    """The cell; how it is known is not said where it says more than its source was said to."""
    if held is None or not held.provenance or isinstance(cell, ConfirmedCell):
        return cell
    before, after = ({n: getattr(one, n) for n in FIELDS} for one in (held, cell))
    return replace(cell, provenance="") if mode_change.doubted(before, after) else cell


def _cell(row: Row, existing: Mapping[Key, PlacementDoc]) -> PlacementDoc:
    """The cell of a row; where its mode changes, what becomes of what it leaves as it was."""
    values = _whole(row, existing)
    carried = values.pop("carried", "")
    cell = PlacementDoc(**values)
    before = existing.get(cell.key)
    if not carried or before is None:
        return cell
    held = {name: getattr(before, name) for name in FIELDS}
    answers = dict.fromkeys(mode_change.LABELS, carried)
    values, cited = mode_change.settled(held, values, answers)
    values["details"] = Details.of(values["details"])
    return ConfirmedCell(**values) if cited else PlacementDoc(**values)


_MAY_LACK = ("provenance", "source_quote")
_OF_DETAILS = {DETAIL + name: name for name in mode_details.MEMBERS}
"""Members of what a mode is made of, by the columns that say them."""


def _whole(row: Row, existing: Mapping[Key, PlacementDoc]) -> dict[str, Any]:
    """The values of a row: what no column of the file says stays as it is recorded."""
    values = {n: value for n, value in row.values.items() if n not in _OF_DETAILS}
    given = {name: row.values[n] for n, name in _OF_DETAILS.items() if n in row.values}
    held = existing.get((values["process"], values["milestone"], values["entity"]), _BLANK)
    for name in _MAY_LACK:
        values.setdefault(name, getattr(held, name))
    if values["mode"] == UNKNOWN:
        values["provenance"] = ""
    kept = held.details.under(values["mode"], values["complementary"])
    said = Details.of(kept.record() | given) if kept or any(given.values()) else mode_details.UNSAID
    return values | {"details": said}


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


def _layout(document: EditionDocument, max_bytes: int, outside: Outside) -> Layout:
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
    return Layout(SHEET, columns, size=max_bytes, keys=KEYS, about=about(document), outside=outside)
