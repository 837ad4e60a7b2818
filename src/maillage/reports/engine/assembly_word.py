"""The file of an assembly as a Word file.

Knows how its content is laid out in Word (`papers.word`). Refuses to compute any of it.
"""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import Table

from maillage.papers.word import (
    ACCENT,
    SOFT,
    TEXT_WIDTH,
    TURNED_WIDTH,
    About,
    add_banner,
    add_blocks,
    add_contents,
    add_facts,
    add_picture,
    add_row,
    add_table,
    fill_contents,
    new_document,
    saved,
    shade,
    turn,
    write,
)
from maillage.papers.wording import Block, Fact
from maillage.reports.engine.assembly import Paper, Part, Sheet, SheetRow
from maillage.reports.engine.content import FICTIONAL

_RIGHT = WD_ALIGN_PARAGRAPH.RIGHT
MANY = 8
"""Columns of figures beyond which they are written smaller, so that no amount is cut."""


def docx(paper: Paper) -> bytes:
    """A .docx with the same content as the PDF."""
    document = new_document(_about(paper))
    _cover(document, paper)
    contents = add_contents(document)
    document.add_heading("Présentation", 1)
    add_facts(document, paper.facts)
    add_blocks(document, paper.presentation)
    if not paper.presentation:
        document.add_paragraph("Présentation : non renseigné.")
    turned = False
    for part in paper.parts:
        if part.wide is not turned:
            turn(document, landscape=part.wide)
            turned = part.wide
        _part(document, part)
    fill_contents(contents, document)
    return saved(document)


def _about(paper: Paper) -> About:
    running = f"{paper.whose} · Dossier de l’assemblée, exercice {paper.exercise}"
    running += " · Document fictif" if paper.fictional else ""
    return About(
        title=f"Dossier de l’assemblée, {paper.whose}, exercice {paper.exercise}",
        author=paper.network,
        subject=f"Budget, comptes et écarts, {paper.until}",
        comments="",
        made_on=paper.generated_at,
        header=running,
        footer=f"Établi le {paper.generated_on}",
    )


def _cover(document: Document, paper: Paper) -> None:
    if paper.fictional:
        add_banner(document, FICTIONAL)
    lead = document.add_paragraph()
    lead.paragraph_format.space_before = Pt(150)
    write(lead, paper.network, size=14, color=SOFT)
    document.add_paragraph("Dossier de l’assemblée", style="Title")
    write(document.add_paragraph(), paper.whose, size=20)
    write(document.add_paragraph(), f"Exercice {paper.exercise}, {paper.until}", size=13)
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_before = Pt(110)
    add_facts(document, (Fact("Établi le", paper.generated_on),))


def _part(document: Document, part: Part) -> None:
    document.add_heading(part.title, 1)
    if part.lead:
        write(document.add_paragraph(), part.lead, color=SOFT)
    for sheet in part.sheets:
        if len(part.sheets) > 1 or sheet.title != part.title:
            document.add_heading(sheet.title, 2)
        _sheet(document, sheet, TURNED_WIDTH if part.wide else TEXT_WIDTH)
    for chart in part.charts:
        document.add_heading(chart.title, 2)
        add_picture(document, chart.svg, chart.alt, TEXT_WIDTH - 1)
    if part.notes:
        document.add_heading("Ce que ces chiffres comptent, et ce qui leur manque", 2)
    for note in part.notes:
        document.add_paragraph(note, style="List Bullet")


def _sheet(document: Document, sheet: Sheet, room: float) -> None:
    figures = len(sheet.heads) - 1
    wide = min(2.75, (room - (4 if figures > MANY else 4.6)) / figures)
    widths = (room - wide * figures, *(wide,) * figures)
    table = add_table(document, sheet.heads, [], widths)
    for head in table.rows[0].cells[1:]:
        head.paragraphs[0].alignment = _RIGHT
    for row in sheet.rows:
        _row(table, row, widths)


def _row(table: Table, row: SheetRow, widths: tuple[float, ...]) -> None:
    line = add_row(table, widths)
    is_sum = row.nature == "sum"
    if row.nature == "heading":
        first = line.cells[0].merge(line.cells[-1]).paragraphs[0]
        write(first, row.label, size=9, bold=True, color=ACCENT)
        first.paragraph_format.keep_with_next = True
        return
    write(line.cells[0].paragraphs[0], row.label, size=9, bold=is_sum)
    for cell, text in zip(line.cells[1:], row.cells, strict=True):
        cell.paragraphs[0].alignment = _RIGHT
        write(cell.paragraphs[0], text, size=7.5 if len(row.cells) > MANY else 8.5, bold=is_sum)
        if is_sum:
            shade(cell._tc.get_or_add_tcPr(), "F4F6F9")
    if is_sum:
        shade(line.cells[0]._tc.get_or_add_tcPr(), "F4F6F9")
    if row.blocks:
        line.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        below = add_row(table, widths)
        said = below.cells[0].merge(below.cells[-1])
        for rank, text in enumerate(text for block in row.blocks for text in _items(block)):
            paragraph = said.paragraphs[0] if rank == 0 else said.add_paragraph()
            write(paragraph, text, size=9, color=SOFT)


def _items(block: Block) -> list[str]:
    return [f"– {item}" if block.kind == "list" else item for item in block.items]
