"""How the page of a chamber stands on one A4: the size of its letters, its tables in two columns.

Knows how much room a text takes, near enough; the typesetter, asked to try each size in turn, would
take ten times as long as the rest of the booklet: it is asked to for a sheet printed alone. Knows
nothing of what is printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from maillage.papers.wording import Fact
from maillage.schemes.engine.chamber_page import (
    ChamberCell,
    ChamberPage,
    ChamberTable,
    Gathered,
)
from maillage.schemes.engine.chamber_tables import WHOLE

WIDTH, HEIGHT = 504.0, 735.0
"""Points of a page within its margins, its heading left out."""
GUTTER, INSET = 12.0, 5.0
SIZES, OVER_TWO = (8.2, 7.7, 7.2, 6.8, 6.4, 6.0), 7.2
"""Points: what a sheet of one page may be set in, the largest that fits; else over several."""
LAST_SIZE = 5.6
"""Points: what a sheet printed alone may be set in before it takes a second page."""
LEGIBLE = 7.2
"""Points below which a sheet is first folded."""
MISJUDGED = 1.2
"""How many times too much room a text may be thought to take."""
LETTER, LINE, LAST, ROW = 0.43, 1.08, 0.42, 3.4
"""Width of a letter, height of a line, what the last line of a cell lacks of it, in sizes of
letters; points around a row."""
ROLE_SHAPE, CHANGE_SHAPE = (0.36, 0.32, 0.32), (0.24, 0.13, 0.245, 0.245, 0.14)
WHAT = 1
"""The column of a change that says which field of a cell it is."""
FEW_CHANGES = 14
Row = tuple[ChamberCell, ...]
Columns = tuple[tuple[ChamberTable, ...], tuple[ChamberTable, ...]]
CHIP = 1.5
"""Width of a mode's letter in its box, in sizes of letters."""


@dataclass(frozen=True, slots=True)
class Laid:
    """`size` of letters in points; `wide` tables across the page; `roles`, the others, in two
    `columns` where the sheet is of one page; `gathered`, what is only named.

    Over several, they go across each too: a column that went on overleaf would be read after the
    one beside it, which continues it.
    """

    size: float
    wide: tuple[ChamberTable, ...]
    roles: tuple[ChamberTable, ...]
    columns: Columns
    gathered: tuple[Gathered, ...]


def laid(page: ChamberPage) -> Laid:
    """In the largest size that lets the page stand on one sheet, else over several."""
    page, size = fitted(page)
    return _at(page, size) if size else _over_several(page)


def tried(page: ChamberPage) -> tuple[Laid, ...]:
    """Each way of standing on one sheet, the most legible first, then over several: whoever can
    measure them takes the first that fits, whatever room it was thought to take."""
    tight, brief = folded(page), briefed(page)
    ways = [(one, size) for one in (page, tight, brief) for size in SIZES if size >= LEGIBLE]
    ways += [(one, size) for size in SIZES if size < LEGIBLE for one in (tight, brief)]
    likely = (way for way in ways if _height(*way) <= HEIGHT * MISJUDGED)
    return (*(_at(*way) for way in likely), _at(brief, LAST_SIZE), _over_several(page))


def _at(page: ChamberPage, size: float) -> Laid:
    wide, roles = _shared_out(page)
    return Laid(size, wide, roles, _split(roles, size), page.gathered)


def _over_several(page: ChamberPage) -> Laid:
    return Laid(OVER_TWO, *_shared_out(page), ((), ()), page.gathered)


def _shared_out(page: ChamberPage) -> Columns:
    wide = tuple(table for table in page.tables if len(table.heads) == len(CHANGE_SHAPE))
    return wide, tuple(table for table in page.tables if len(table.heads) == len(ROLE_SHAPE))


def fitted(page: ChamberPage) -> tuple[ChamberPage, float | None]:
    """The page as it stands on one sheet, and in which size; None where it takes several.

    One that would be set smaller than `LEGIBLE` first names together what is told alike; one that
    would not stand at all names it in lines, without a table.
    """
    size = _largest(page)
    if size is None or size < LEGIBLE:
        tight = folded(page)
        tighter = _largest(tight)
        page, size = (tight, tighter) if tighter else (page, size)
    if size is None:
        brief = briefed(page)
        briefer = _largest(brief)
        page, size = (brief, briefer) if briefer else (page, size)
    return page, size


def _largest(page: ChamberPage) -> float | None:
    return next((size for size in SIZES if _height(page, size) <= HEIGHT), None)


def folded(page: ChamberPage) -> ChamberPage:
    """The page where rows of a table that say the same are one, under all their names."""
    return replace(page, tables=tuple(map(_folded, page.tables)))


def briefed(page: ChamberPage) -> ChamberPage:
    """The page where each thing said has one line that names what it is said of. A table of few
    changes keeps the rows where both milestones say something."""
    tables: list[ChamberTable] = []
    gathered: list[Gathered] = []
    for table in page.tables:
        changes = len(table.heads) == len(CHANGE_SHAPE)
        moves = tuple(row for row in table.rows if changes and row[WHAT].text != WHOLE)
        kept = moves if len(moves) <= FEW_CHANGES else ()
        rest = [row for row in table.rows if row not in moves]
        lines = [*([] if kept else _by_name(moves)), *(_newly if changes else _by_said)(rest)]
        tables += [replace(table, rows=kept)] if kept else []
        title = f"{table.title} (suite)" if kept else f"{table.title} {table.count}"
        gathered += [(title, tuple(lines))] if lines else []
    return replace(page, tables=tuple(tables), gathered=(*gathered, *page.gathered))


def _by_said(rows: Iterable[Row]) -> list[Fact]:
    """Standings, each with the names of those that stand so."""
    return _lines_of((" → ".join(cell.text for cell in said), name.text) for name, *said in rows)


def _newly(rows: Iterable[Row]) -> list[Fact]:
    """What is said where nothing was, or the reverse, each with its names."""
    return _lines_of((f"{row[-1].text}, {row[-2].text}", row[0].text) for row in rows)


def _by_name(rows: Iterable[Row]) -> list[Fact]:
    """Changes, those of one macro-process on one line."""
    return _lines_of(
        (name.text, f"{what.text.lower()} : {before.text} → {after.text}".replace(" :", "\u00a0:"))
        for name, what, before, after, _ in rows
    )


def _lines_of(pairs: Iterable[tuple[str, str]]) -> list[Fact]:
    found: dict[str, list[str]] = {}
    for label, value in pairs:
        found.setdefault(label, []).append(value)
    return [Fact(label, ", ".join(values)) for label, values in found.items()]


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
