"""Which named cell of a receiver’s workbook holds which cell of a return. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from maillage.kernel.absence import Absent
from maillage.sheets.named_cells import NamedCell
from maillage.workspaces.returns.engine.definition import Definition
from maillage.workspaces.returns.engine.filling import Filled

Pair = tuple[str, str]
"""Codes of a row and of a column."""


def as_json(mapping: Mapping[str, Pair]) -> dict[str, list[str]]:
    return {name: list(pair) for name, pair in sorted(mapping.items())}


def matched(
    names: Iterable[NamedCell],
    rows: Collection[str],
    columns: Collection[str],
    kept: Mapping[str, Pair],
) -> dict[str, Pair]:
    """What was said before where it still holds, else what the names themselves say:
    `CODE_COLUMN`, whatever the case. A name that would say two cells says none."""
    own: dict[str, Pair | None] = {}
    for row in rows:
        for column in columns:
            name = f"{row}_{column}".upper()
            own[name] = None if name in own else (row, column)
    found: dict[str, Pair] = {}
    for one in names:
        if one.fault:
            continue
        pair = kept.get(one.name) or own.get(one.name.upper())
        if pair and pair[0] in rows and pair[1] in columns:
            found[one.name] = pair
    return found


def without_name(
    rows: Collection[str], columns: Collection[str], mapping: Mapping[str, Pair]
) -> list[Pair]:
    """Cells of the definition that no named cell takes."""
    taken = set(mapping.values())
    return [(row, column) for row in rows for column in columns if (row, column) not in taken]


def written(filled: Filled, mapping: Mapping[str, Pair], absent: str) -> dict[str, object]:
    """What goes in each named cell: a number, or the word of what is not told (None: empty)."""
    found: dict[str, object] = {}
    definition: Definition = filled.definition
    for name, (row, column) in mapping.items():
        line = definition.lines.get(row)
        if line is None or (row, column) not in filled.values:
            found[name] = absent or None
            continue
        value = filled.shown(line, column)
        found[name] = (absent or None) if isinstance(value, Absent) else value
    return found
