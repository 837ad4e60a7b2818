"""The pages of chambers in the Word file of a booklet, one each.

Knows how small they are set to stand on one. Refuses to compute anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from maillage.papers.word import SOFT, add_table, write
from maillage.schemes.engine.chamber_layout import fitted
from maillage.schemes.engine.chamber_page import ChamberPage, ChamberTable

SIZE = 7
WIDTHS = {3: (6.0, 5.2, 5.2), 5: (4.4, 2.6, 3.6, 3.6, 2.2)}
"""Centimetres, by number of columns."""


def add_chambers(document: Document, pages: Sequence[ChamberPage]) -> None:
    if pages:
        document.add_heading("Chambre par chambre", 1)
    for rank, page in enumerate(pages):
        heading = document.add_heading(page.name, 2)
        heading.paragraph_format.page_break_before = rank > 0
        span = f"{page.kind}, de « {page.milestones[0]} » à « {page.milestones[1]} »."
        _line(document, span.replace("« ", "«\u00a0").replace(" »", "\u00a0»"), color=SOFT)
        _line(document, page.answer, bold=True, size=SIZE + 1.5)
        _line(document, " · ".join(f"{it.label}\u00a0: {it.value}" for it in page.summary))
        stands = fitted(page)[0]
        for table in stands.tables:
            _table(document, table)
        for title, lines in stands.gathered:
            _title(document, title)
            for it in lines:
                paragraph = _line(document, f"{it.label}\u00a0: ", bold=True)
                write(paragraph, it.value, size=SIZE)


def _title(document: Document, text: str) -> None:
    heading = document.add_heading(text, 3)
    heading.paragraph_format.space_before = Pt(5)
    heading.paragraph_format.space_after = Pt(1)
    for run in heading.runs:
        run.font.size = Pt(SIZE + 1.5)


def _line(
    document: Document,
    text: str,
    *,
    bold: bool = False,
    size: float = SIZE,
    color: RGBColor | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1
    write(paragraph, text, size=size, bold=bold, color=color)
    return paragraph


def _table(document: Document, table: ChamberTable) -> None:
    _title(document, ", ".join(filter(None, (table.title, table.count))))
    rows = [tuple(_text(cell.letters, cell.text) for cell in row) for row in table.rows]
    add_table(document, table.heads, rows, WIDTHS[len(table.heads)], size=SIZE, space=0)


def _text(letters: str, text: str) -> str:
    return f"{' '.join(letters)}  {text}" if letters else text
