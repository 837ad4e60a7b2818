"""The cartography as one SVG: what a `Grid` says, drawn; nothing of it is shortened.

Knows the layout of the table and of its captions. Refuses to know pages and permissions. Where
columns are many they are narrow, their heads turned, and who runs a cell is a number told below.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from maillage.schemes.engine import picture
from maillage.schemes.engine.cartography_grid import Cell, Grid, Line, Named
from maillage.schemes.engine.change import KINDS
from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.engine.observed import sign_of

MANY = 12
"""Columns from which they are narrow."""
_NAMES = 330.0
_ROW = 26.0
_TALL = 16.0
"""A line of a macro-process's name."""
_SMALL = 10.5
_MARGIN = 16.0


@dataclass(slots=True)
class _Sheet:
    """A picture being drawn: its parts, how wide it is, how far down it has come."""

    prefix: str
    width: float
    y: float = 0.0
    parts: list[str] = field(default_factory=list)

    def write(self, text: str, *, size: float, step: float, kind: str = "", weight: int = 400,
              x: float = _MARGIN, room: float = 0.0) -> None:  # fmt: skip
        """A text down the page, on as many lines as it takes."""
        for line in picture.wrapped(text, room or self.width - x - _MARGIN, size):
            self.y += step
            self.parts.append(picture.label(x, self.y, line, size=size, weight=weight, kind=kind))


def matrix_svg(grid: Grid, subject: str, *, filters_text: str = "") -> str:
    """The table as a picture under its title, `subject` (whose edition it is) and its filters."""
    narrow = len(grid.columns) > MANY
    cell = 34.0 if narrow else 150.0 if len(grid.columns) <= 4 else 108.0
    seed = repr((grid, subject, filters_text))
    prefix = "m" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:8]
    sheet = _Sheet(prefix, max(_MARGIN * 2 + _NAMES + cell * len(grid.columns), 700.0), 8.0)
    sheet.write(grid.title, size=19, step=24, weight=600, kind="title")
    sheet.write(subject, size=13, step=20)
    if filters_text:
        sheet.write(f"Filtres : {filters_text}", size=13, step=20, kind="filters")
    _heads(sheet, grid.columns, cell, narrow)
    numbers = {lead.short: rank for rank, lead in enumerate(grid.leads, 1)} if narrow else {}
    section = ("", "")
    for line in grid.lines:
        if (line.function, line.group) != section:
            section = (line.function, line.group)
            name = " · ".join(filter(None, section))
            sheet.write(name, size=13.5, step=20, weight=600, kind="group")
            sheet.y += 6
        _line(sheet, line, cell, numbers)
    _legends(sheet, grid, numbers)
    actions = sum(line.is_action for line in grid.lines)
    counted = f"{len(grid.lines) - actions} macro-processus"
    counted += f", {actions} action{'s' if actions > 1 else ''}" if actions else ""
    desc = f"{counted}, {len(grid.columns)} colonnes. {picture.NOT_RANKED}."
    size = (sheet.width, sheet.y + _MARGIN)
    return picture.document(prefix, size, grid.title, desc, "".join(sheet.parts))


def _heads(sheet: _Sheet, columns: Sequence[Named], cell: float, narrow: bool) -> None:
    left = _MARGIN + _NAMES
    if narrow:
        tall = max(picture.measured(column.name, 12) for column in columns) + 12
        sheet.y += tall
        for rank, column in enumerate(columns):
            x = left + rank * cell + cell / 2 + 4
            head = picture.label(x, sheet.y - 6, column.name, size=12, weight=600, turn=True)
            sheet.parts.append(head)
        return
    heads = [picture.wrapped(column.name, cell - 8, 12) for column in columns]
    tall = max((len(lines) for lines in heads), default=1)
    for rank, lines in enumerate(heads):
        x = left + rank * cell + cell / 2
        for number, line in enumerate(lines):
            y = sheet.y + 8 + 15 * (tall - len(lines) + number + 1)
            sheet.parts.append(picture.label(x, y, line, size=12, anchor="middle", weight=600))
    sheet.y += 15 * tall + 16


def _line(sheet: _Sheet, line: Line, cell: float, numbers: dict[str, int]) -> None:
    """As tall as its name and its longest lead need."""
    names = picture.wrapped(line.name, _NAMES - 12, 13)
    told = [
        () if numbers else picture.wrapped(one.lead, cell - 10, _SMALL) if one.lead else ()
        for one in line.cells
    ]
    leads = max(map(len, told), default=0)
    tall = max(_ROW + 12 * leads + (3 if leads else 0), _TALL * len(names) + 10)
    first = sheet.y + (tall - _TALL * len(names)) / 2 + 12
    for number, name in enumerate(names):
        sheet.parts.append(picture.label(_MARGIN, first + _TALL * number, name))
    for rank, (one, lead) in enumerate(zip(line.cells, told, strict=True)):
        frame = (_MARGIN + _NAMES + rank * cell + 1.5, sheet.y + 1.5, cell - 3, tall - 3)
        sheet.parts.append(_cell(sheet.prefix, one, frame, lead, numbers.get(one.lead)))
    sheet.y += tall


Frame = tuple[float, float, float, float]


def _cell(
    prefix: str, cell: Cell, frame: Frame, lead: Sequence[str], number: int | None
) -> str:  # fmt: skip
    x, y, width, height = frame
    middle, fill = x + width / 2, picture.FILLS[cell.mode]
    top = y + (height - 23 - 12 * len(lead)) / 2
    own = " own" if cell.marks.different else ""
    n = picture.number
    after = 10 if cell.provenance in picture.KNOWN_SIGNS else 6
    sign = sign_of(cell.marks.seen, cell.mode, cell.marks.observed)
    plate = 16 + 7 * len(cell.complementary) + 8 * len(sign)
    parts = [
        f'<g class="cell{own}"><title>{picture.escape(_tip(cell))}</title>',
        picture.swatch(prefix, cell.mode, frame),
        f'<rect x="{n(middle - 9)}" y="{n(top + 3)}" width="{n(plate + 2)}" height="17" rx="8" '
        f'fill="{fill}" class="plate"/>',
        picture.label(middle, top + 16, _letter(cell), anchor="middle", weight=600,
                      fill=picture.INK),
    ]  # fmt: skip
    if cell.complementary:
        sup = picture.label(middle + after, top + 12, cell.complementary, size=9, fill=picture.INK)
        parts.append(sup)
    if sign:
        right = middle + after + 7 * len(cell.complementary)
        parts.append(picture.label(right, top + 16, sign, size=11, weight=600, fill=picture.INK))
    if number:
        parts.append(picture.label(x + 3, y + height - 3, str(number), size=8.5, fill=picture.INK))
    if lead:
        wide = max(picture.measured(one, _SMALL) for one in lead) + 6
        box = f'x="{n(middle - wide / 2)}" y="{n(top + 21)}" width="{n(wide)}"'
        parts.append(f'<rect {box} height="{12 * len(lead) + 3}" fill="{fill}" class="plate"/>')
    for rank, one in enumerate(lead):
        parts.append(picture.label(middle, top + 31 + 12 * rank, one, size=_SMALL, anchor="middle",
                                   fill=picture.INK))  # fmt: skip
    parts += picture.outline(frame) if cell.marks.different else ()
    parts += picture.parted(frame) if cell.marks.seen == "gap" else ()
    parts += picture.signs(cell.marks.kinds, (x, y, width))
    return "".join(parts) + "</g>"


def _letter(cell: Cell) -> str:
    return picture.KNOWN_SIGNS.get(cell.provenance, "") + picture.SIGNS[cell.mode]


def _tip(cell: Cell) -> str:
    words = [MODE_LABELS[cell.mode]]
    words += [f"complété par {MODE_LABELS[m].lower()}" for m in cell.complementary]
    words += [f"assuré par {cell.lead}"] if cell.lead else []
    words += [told] if (told := picture.KNOWN_WORDS.get(cell.provenance)) else []
    words += ["diffère de la valeur du réseau"] if cell.marks.different else []
    if cell.marks.kinds:
        told = ", ".join(KINDS[kind].lower() for kind in cell.marks.kinds)
        words.append(f"changement\u00a0: {told}")
    words += [cell.marks.told] if cell.marks.told else []
    return ", ".join(words)


def _legends(sheet: _Sheet, grid: Grid, numbers: dict[str, int]) -> None:
    """What the letters, the signs and the short names stand for."""
    room = sheet.width - 2 * _MARGIN
    drawn, sheet.y = picture.legend(sheet.prefix, picture.VALUES, _MARGIN, sheet.y + 14, room)
    sheet.parts.append(drawn)
    if any(given := (grid.is_moved, grid.is_differing, grid.is_gaping)):
        drawn, sheet.y = picture.legend_of_signs(_MARGIN, sheet.y + 6, *given)
        sheet.parts.append(drawn)
    for sign, told in picture.SEEN_WORDS if grid.is_parting else ():
        sheet.write(f"{sign}  {told}", size=12.5, step=17)
    for known in grid.known_otherwise:
        sheet.write(
            f"{picture.KNOWN_SIGNS[known]}  {picture.KNOWN_WORDS[known]}", size=12.5, step=17
        )
    named = [lead for lead in grid.leads if numbers or lead.short != lead.name]
    named += [one for one in grid.columns if one.short != one.name and one not in named
              and not numbers]  # fmt: skip
    if not named:
        return
    sheet.y += 6
    title = "Assuré par (numéro au bas de la cellule)" if numbers else "Noms complets"
    sheet.write(f"{title} :", size=12, step=16, kind="legend-title")
    for one in named:
        told = one.name if one.short == one.name else f"{one.short} : {one.name}"
        rank = f"{numbers[one.short]}. " if one.short in numbers else ""
        sheet.write(rank + told, size=12.5, step=17)
    sheet.y += 6


__all__ = ["MANY", "matrix_svg"]
