"""Tables and shaded cells of a Word file.

Knows what Word needs for a table to be read and printed well: header rows that repeat, rows
that are not cut, cells shaded like the modes. Refuses to know what is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from maillage.schemes.engine.picture import FILLS

ACCENT = RGBColor(0x1F, 0x4E, 0x79)
SOFT = RGBColor(0x52, 0x5C, 0x6E)


def write(
    paragraph: Paragraph,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    color: RGBColor | None = None,
) -> None:
    """Text added to a paragraph."""
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color


def add_table(
    document: Document,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
) -> Table:
    """A table whose header row repeats on every page; widths in centimetres."""
    table: Table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _light_borders(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    header = table.rows[0]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    header._tr.get_or_add_trPr().append(repeat)
    for cell, text, width in zip(header.cells, heads, widths, strict=True):
        cell.width = Cm(width)
        tight(cell.paragraphs[0])
        write(cell.paragraphs[0], text, size=9, bold=True)
        shade(cell._tc.get_or_add_tcPr(), "EDF1F6")
    for row in rows:
        for cell, text in zip(add_row(table, widths).cells, row, strict=True):
            write(cell.paragraphs[0], text, size=9)
    return table


def add_row(table: Table, widths: Sequence[float]) -> _Row:
    """A row that no page break cuts."""
    row = cast(_Row, cast(Any, table).add_row())
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Cm(width)
        tight(cell.paragraphs[0])
    return row


def tight(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0


def fill_mode(cell: _Cell, value: str, sign: str) -> None:
    paragraph = cell.paragraphs[0]
    for run in paragraph.runs:
        run.text = ""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(paragraph, sign, size=11, bold=True)
    pattern = {"?": "pct5", "-": "thinDiagStripe"}.get(value, "clear")
    shade(cell._tc.get_or_add_tcPr(), FILLS[value].lstrip("#").upper(), pattern)


def shade(properties: Any, fill: str, pattern: str = "clear") -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), pattern)
    shading.set(qn("w:color"), "8A91A0" if pattern != "clear" else "auto")
    shading.set(qn("w:fill"), fill)
    properties.append(shading)


def _light_borders(table: Table) -> None:
    """Hairlines between rows only: the eye follows the line, and shaded cells stay apart."""
    borders = OxmlElement("w:tblBorders")
    for side, color in (
        ("top", "1F4E79"),
        ("left", "FFFFFF"),
        ("bottom", "C3C9D4"),
        ("right", "FFFFFF"),
        ("insideH", "C3C9D4"),
        ("insideV", "FFFFFF"),
    ):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", color)):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    table._tbl.tblPr.append(borders)
