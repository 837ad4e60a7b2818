"""A Word file that people can take up: real styles, real tables, real fields.

Knows what Word needs to be read and printed well: an A4 page, headings that are styles, header
rows that repeat, rows that are not cut, a table of contents one can follow. Word computes the
fields when the file is opened; until then, what is written here stands in their place. Refuses
to know what is said.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from maillage.papers.typesetting import png
from maillage.papers.wording import Block, Fact

TEXT_WIDTH, TURNED_WIDTH = 16.4, 25.1
"""Width of the text, in centimetres; the same on a page turned."""
_FONT = "Calibri"
ACCENT = RGBColor(0x1F, 0x4E, 0x79)
SOFT = RGBColor(0x52, 0x5C, 0x6E)
_LEVELS = {"Heading 1": "toc 1", "Heading 2": "toc 2"}


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself, and what each of its pages repeats."""

    title: str
    author: str
    subject: str
    comments: str
    made_on: dt.date
    header: str
    footer: str


def new_document(about: About) -> Document:
    """An empty A4 document in French; the page number follows the footer, but on the cover."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.4), Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    section.different_first_page_header_footer = True
    _styles(document)
    properties = document.core_properties
    properties.title, properties.author = about.title, about.author
    properties.subject, properties.comments = about.subject, about.comments
    properties.language = "fr-FR"
    properties.created = dt.datetime.combine(about.made_on, dt.time())
    properties.modified = properties.created
    write(section.header.paragraphs[0], about.header)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    write(footer, f"{about.footer} · page ")
    add_field(footer, "PAGE", "1")
    return document


def turn(document: Document, *, landscape: bool) -> None:
    """What follows lies on pages turned, or upright again; header and footer go on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    width, height = (29.7, 21) if landscape else (21, 29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_picture(document: Document, svg: str, alt: str, width: float) -> Paragraph:
    """A picture of an SVG, `width` centimetres wide, `alt` read in its place."""
    document.add_picture(io.BytesIO(png(svg)), width=Cm(width))
    document.inline_shapes[-1]._inline.docPr.set("descr", alt)
    return document.paragraphs[-1]


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
    if size or bold or color is not None:
        run._r.insert(0, deepcopy(_look(size, bold, color)))


@cache
def _look(size: float | None, bold: bool, color: RGBColor | None) -> Any:
    """The properties of a run, made once and copied: there are few looks, for thousands of runs."""
    run: Any = Run(OxmlElement("w:r"), None)  # type: ignore[arg-type]
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    return run._r.rPr


def add_table(
    document: Document,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    size: float = 9,
    space: float = 2,
) -> Table:
    """A table whose header row repeats on every page; widths in centimetres.

    `size` of its text and `space` around each paragraph, in points.
    """
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
        tight(cell.paragraphs[0], space)
        write(cell.paragraphs[0], text, size=size, bold=True)
        shade(cell._tc.get_or_add_tcPr(), "EDF1F6")
    for row in rows:
        for tc, text in zip(add_row(table, widths, space)._tr.tc_lst, row, strict=True):
            write(Paragraph(tc.p_lst[0], table), text, size=size)
    return table


def add_row(table: Table, widths: Sequence[float], space: float = 2) -> _Row:
    """A row that no page break cuts."""
    row = deepcopy(_empty_row(tuple(widths), space))
    table._tbl.append(row)
    return _Row(row, table)


@cache
def _empty_row(widths: tuple[float, ...], space: float) -> Any:
    """A row of these widths, made once and copied: adding cells one by one takes most of a file."""
    (row,) = CT_Tbl.new_tbl(1, len(widths), Cm(sum(widths))).tr_lst
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for tc, width in zip(row.tc_lst, widths, strict=True):
        tc.width = Cm(width)
        tight(Paragraph(tc.p_lst[0], None), space)  # type: ignore[arg-type]
    return row


def add_banner(document: Document, text: str) -> None:
    """What is said of the whole document, above everything."""
    paragraph = document.add_paragraph()
    write(paragraph, text, bold=True)
    shade(paragraph._p.get_or_add_pPr(), "FFF3D6")


def add_blocks(document: Document, blocks: Iterable[Block]) -> None:
    """Paragraphs and lists as they were written."""
    for block in blocks:
        style = "List Bullet" if block.kind == "list" else None
        for item in block.items:
            document.add_paragraph(item, style=style)


def add_facts(document: Document, facts: Iterable[Fact]) -> None:
    """A line each."""
    for fact in facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        write(paragraph, f"{fact.label}\u00a0: ", color=SOFT)
        write(paragraph, fact.value)


def tight(paragraph: Paragraph, space: float = 2) -> None:
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(space)
    layout.line_spacing = 1.0


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


def add_field(paragraph: Paragraph, instruction: str, meanwhile: str) -> None:
    """A field at the end of a paragraph; `meanwhile` stands there until Word computes it."""
    _mark(paragraph, "begin")
    _instruct(paragraph, instruction)
    _mark(paragraph, "separate")
    write(paragraph, meanwhile)
    _mark(paragraph, "end")


def add_contents(document: Document) -> Paragraph:
    """The heading of the contents, and the paragraph that `fill_contents` will fill."""
    for level, (name, before) in enumerate((("toc 1", 6), ("toc 2", 0))):
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.base_style = document.styles["Normal"]
        style.font.bold = level == 0
        layout = style.paragraph_format
        layout.left_indent = Cm(0.6 * level)
        layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(1), 1.0
        layout.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    title = document.add_paragraph()
    title.paragraph_format.page_break_before = True
    write(title, "Sommaire", size=22, bold=True, color=ACCENT)
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    document.settings.element.append(update)
    return document.add_paragraph()


def fill_contents(place: Paragraph, document: Document) -> None:
    """Write the entries of every heading, each a link to it, as one TOC field ending in `place`.

    Page numbers are left to Word: only what lays the pages out knows them.
    """
    levels = {document.styles[name].style_id: toc for name, toc in _LEVELS.items()}
    headings = [p for p in document.paragraphs if p._p.style in levels]
    for rank, heading in enumerate(headings):
        bookmark = f"_Toc{rank + 1:06d}"
        _bookmark(heading, rank, bookmark)
        entry = place.insert_paragraph_before(style=levels[str(heading._p.style)])
        if rank == 0:
            _mark(entry, "begin")
            _instruct(entry, 'TOC \\o "1-2" \\h \\z \\u')
            _mark(entry, "separate")
        write(entry, heading.text)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), bookmark)
        link.set(qn("w:history"), "1")
        link.append(entry.runs[-1]._r)
        entry._p.append(link)
    if headings:
        _mark(place, "end")


def _bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph.runs[0]._r.addprevious(start)
    paragraph._p.append(end)


def _mark(paragraph: Paragraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _instruct(paragraph: Paragraph, instruction: str) -> None:
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = instruction
    paragraph.add_run()._r.append(text)


def _styles(document: Document) -> None:
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.12
    _font_and_language(normal.element.get_or_add_rPr())
    for name, size, before in (
        ("Heading 1", 22, 0),
        ("Heading 2", 14, 16),
        ("Heading 3", 11.5, 12),
        ("Title", 30, 0),
    ):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), True
        style.font.color.rgb = ACCENT
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(7)
        style.paragraph_format.keep_with_next = True
        _font_and_language(style.element.get_or_add_rPr())
    for name in ("Header", "Footer"):
        running: Any = document.styles[name]
        running.font.size, running.font.color.rgb = Pt(8.5), SOFT
    first: Any = document.styles["Heading 1"]
    first.paragraph_format.page_break_before = True


def _font_and_language(properties: Any) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    properties.append(language)
