"""Fields of a Word file: page numbers, and a table of contents one can follow.

Word computes them, when the file is opened or the fields updated; until then, what is written
here stands in their place. Refuses to know what the headings say.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from maillage.reports.engine.word_tables import ACCENT, write

_LEVELS = {"Heading 1": "toc 1", "Heading 2": "toc 2"}


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field at the end of a paragraph; `shown` stands there until Word computes it."""
    _mark(paragraph, "begin")
    _instruct(paragraph, instruction)
    _mark(paragraph, "separate")
    write(paragraph, shown)
    _mark(paragraph, "end")


def add_contents(document: Document, width: float) -> Paragraph:
    """The heading of the contents, and the paragraph that `fill_contents` will fill.

    `width` is the width of the text, in centimetres.
    """
    for level, (name, before) in enumerate((("toc 1", 6), ("toc 2", 0))):
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.base_style = document.styles["Normal"]
        style.font.bold = level == 0
        layout = style.paragraph_format
        layout.left_indent = Cm(0.6 * level)
        layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(1), 1.0
        layout.tab_stops.add_tab_stop(Cm(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
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
    headings = [p for p in document.paragraphs if p.style and p.style.name in _LEVELS]
    for rank, heading in enumerate(headings):
        bookmark = f"_Toc{rank + 1:06d}"
        _bookmark(heading, rank, bookmark)
        entry = place.insert_paragraph_before(style=_LEVELS[str(heading.style.name)])  # type: ignore[union-attr]
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
