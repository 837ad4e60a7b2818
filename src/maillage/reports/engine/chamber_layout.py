"""How the page of a chamber stands on one A4: the size of its letters, its tables in two columns.

Knows how much room a text takes, near enough; the typesetter, asked to try each size in turn, would
take ten times as long as the rest of the booklet. Knows nothing of what is printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maillage.reports.engine.content import ChamberCell, ChamberPage, ChamberTable

WIDTH, HEIGHT = 504.0, 735.0
"""Points of a page within its margins, its heading left out."""
GUTTER, INSET = 12.0, 5.0
SIZES, OVER_TWO = (8.2, 7.7, 7.2, 6.8, 6.4, 6.0), 7.2
"""Points: what a sheet of one page may be set in, the largest that fits; else over several."""
LEGIBLE = 7.2
"""Points below which a sheet is first folded."""
LETTER, LINE, LAST, ROW = 0.43, 1.08, 0.42, 3.4
"""Width of a letter, height of a line, what the last line of a cell lacks of it, in sizes of
letters; points around a row."""
ROLE_SHAPE, CHANGE_SHAPE = (0.36, 0.32, 0.32), (0.24, 0.13, 0.245, 0.245, 0.14)
Columns = tuple[tuple[ChamberTable, ...], tuple[ChamberTable, ...]]
CHIP = 1.5
"""Width of a mode's letter in its box, in sizes of letters."""


@dataclass(frozen=True, slots=True)
class Laid:
    """`size` of letters in points; `wide` tables across the page; `roles`, the others, in two
    `columns` where the sheet is of one page.

    Over several, they go across each too: a column that went on overleaf would be read after the
    one beside it, which continues it.
    """

    size: float
    wide: tuple[ChamberTable, ...]
    roles: tuple[ChamberTable, ...]
    columns: Columns = ((), ())


def laid(page: ChamberPage) -> Laid:
    """In the largest size that lets the page stand on one sheet, else over several."""
    page, size = fitted(page)
    wide = tuple(table for table in page.tables if len(table.heads) == len(CHANGE_SHAPE))
    roles = tuple(table for table in page.tables if len(table.heads) == len(ROLE_SHAPE))
    return Laid(size, wide, roles, _split(roles, size)) if size else Laid(OVER_TWO, wide, roles)


def fitted(page: ChamberPage) -> tuple[ChamberPage, float | None]:
    """The page as it stands on one sheet, and in which size; None where it takes several.

    One that would be set smaller than `LEGIBLE` first names together what is told alike.
    """
    size = next((size for size in SIZES if _height(page, size) <= HEIGHT), None)
    if size is None or size < LEGIBLE:
        tight = folded(page)
        tighter = next((size for size in SIZES if _height(tight, size) <= HEIGHT), None)
        page, size = (tight, tighter) if tighter else (page, size)
    return page, size


def folded(page: ChamberPage) -> ChamberPage:
    """The page where rows of a table that say the same are one, under all their names."""
    return replace(page, tables=tuple(map(_folded, page.tables)))


def _folded(table: ChamberTable) -> ChamberTable:
    names: dict[tuple[ChamberCell, ...], list[ChamberCell]] = {}
    for name, *said in table.rows:
        names.setdefault(tuple(said), []).append(name)
    rows = (
        (replace(of[0], text="\u00a0; ".join(one.text for one in of)), *said)
        for said, of in names.items()
    )
    return replace(table, rows=tuple(rows))


def _height(page: ChamberPage, size: float) -> float:
    line = size * LINE
    total = 5 * line + _lines(page.answer, WIDTH, 1.16 * size) * 1.3 * line
    narrow = []
    for table in page.tables:
        if len(table.heads) == len(CHANGE_SHAPE):
            total += _head(size) + sum(_row(row, CHANGE_SHAPE, WIDTH, size) for row in table.rows)
        else:
            narrow.append(_head(size) + sum(_rows(table, size)))
    total += sum(narrow) / 2 + 2 * _head(size) * bool(narrow)
    for _, lines in page.gathered:
        half = (WIDTH - GUTTER) / 2
        needed = sum(_lines(f"{it.label} : {it.value}", half, size) + 0.4 for it in lines)
        total += 2 * line + needed / 2 * line + line
    return total


def _split(tables: Sequence[ChamberTable], size: float) -> Columns:
    """The tables in two columns of one height, one of them cut where it must be."""
    whole = sum(_head(size) + sum(_rows(table, size)) for table in tables)
    left: list[ChamberTable] = []
    right: list[ChamberTable] = []
    filled = 0.0
    for table in tables:
        heights, kept = _rows(table, size), 0
        filled += _head(size)
        while kept < len(heights) and filled + heights[kept] / 2 <= whole / 2:
            filled += heights[kept]
            kept += 1
        if kept:
            left.append(replace(table, rows=table.rows[:kept]))
        if kept < len(heights):
            rest = replace(table, rows=table.rows[kept:])
            right.append(replace(rest, title=f"{table.title} (suite)", count="") if kept else rest)
            filled = whole
    return tuple(left), tuple(right)


def _head(size: float) -> float:
    return 3.4 * size * LINE + ROW


def _rows(table: ChamberTable, size: float) -> list[float]:
    return [_row(row, ROLE_SHAPE, (WIDTH - GUTTER) / 2, size) for row in table.rows]


def _row(row: Sequence[ChamberCell], shape: Sequence[float], width: float, size: float) -> float:
    lines = (
        _lines(cell.text, share * width - INSET - CHIP * size * len(cell.letters), size)
        for cell, share in zip(row, shape, strict=True)
    )
    return (max(lines) * LINE - LAST) * size + ROW


def _lines(text: str, width: float, size: float) -> int:
    return max(1, math.ceil(len(text) * LETTER * size / max(width, size)))
