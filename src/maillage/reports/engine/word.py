"""The booklet as a Word file.

Knows how its content is laid out in Word (`papers.word`). Refuses to compute any of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import _Cell

from maillage.papers.word import (
    ACCENT,
    SOFT,
    TEXT_WIDTH,
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
    write,
)
from maillage.papers.wording import Fact
from maillage.reports.engine.content import FICTIONAL, Booklet, Chapter, Passage, Picture
from maillage.reports.engine.word_chambers import add_chambers
from maillage.schemes.engine.document import MODE_LABELS
from maillage.schemes.engine.picture import FILLS, SIGNS

_PICTURE_WIDTH = 14.6
"""Centimetres, so that a picture more often fits under its table."""


def docx(booklet: Booklet) -> bytes:
    """A .docx with the same content as the PDF."""
    document = new_document(_about(booklet))
    _cover(document, booklet)
    contents = add_contents(document)
    _preamble(document, booklet)
    _modes(document, booklet)
    for chapter in booklet.chapters:
        _chapter(document, booklet, chapter)
    document.add_heading("Trajectoire d’ensemble", 1)
    _picture(document, booklet.trajectory)
    add_chambers(document, booklet.chambers)
    if booklet.governance:
        document.add_heading("Gouvernance", 1)
        _passages(document, booklet.governance)
    _sources(document, booklet)
    _authenticity(document, booklet)
    fill_contents(contents, document)
    return saved(document)


def _about(booklet: Booklet) -> About:
    years = "" if booklet.title_says_years else f" {booklet.years}"
    running = f"{booklet.network} · SROM {booklet.years}, édition {booklet.number}"
    running += " · Document fictif" if booklet.fictional else ""
    running += " · Brouillon" if booklet.is_draft else ""
    return About(
        title=f"{booklet.scheme}{years}, édition {booklet.number}",
        author=booklet.network,
        subject=booklet.title,
        comments=f"Statut : {booklet.status}. Sceau : {booklet.seal or 'aucun'}",
        made_on=booklet.generated_at,
        header=running,
        footer=f"Établi le {booklet.generated_on}",
    )


def _cover(document: Document, booklet: Booklet) -> None:
    if booklet.fictional:
        add_banner(document, FICTIONAL)
    lead = document.add_paragraph()
    lead.paragraph_format.space_before = Pt(150)
    write(lead, booklet.network, size=14, color=SOFT)
    document.add_paragraph(booklet.scheme, style="Title")
    if not booklet.title_says_years:
        write(document.add_paragraph(), booklet.years, size=24)
    write(document.add_paragraph(), booklet.title, size=13)
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_before = Pt(110)
    facts = [
        Fact("Édition", str(booklet.number)),
        Fact("Statut", booklet.status),
        Fact("Établi le", booklet.generated_on),
    ]
    if booklet.filters:
        facts.append(Fact("Filtres", booklet.filters))
    add_facts(document, facts)


def _preamble(document: Document, booklet: Booklet) -> None:
    document.add_heading("Préambule", 1)
    add_facts(document, booklet.facts)
    _passages(document, booklet.preamble)
    document.add_heading("Jalons", 2)
    add_facts(document, booklet.milestone_facts)
    document.add_heading("Chambres et opérateurs", 2)
    add_table(
        document,
        ("Nom", "Nature"),
        [(e.label, e.value) for e in booklet.entities],
        (9.4, 7),
    )


def _modes(document: Document, booklet: Booklet) -> None:
    document.add_heading("Les modes de gestion", 1)
    document.add_paragraph(
        "Chaque cellule porte la lettre du mode dominant ; la couleur la double. Les modes sont "
        "présentés dans l’ordre A, C, H, M, I : cet ordre est non hiérarchique."
    )
    rows = [(mode.sign, mode.label, mode.definition) for mode in booklet.modes]
    table = add_table(document, ("Signe", "Mode", "Définition"), rows, (1.6, 3.6, 11.2))
    for row, mode in zip(table.rows[1:], booklet.modes, strict=True):
        _fill_mode(row.cells[0], mode.value, mode.sign)
    document.add_heading("Options d’intégration", 2)
    for option in booklet.options:
        document.add_paragraph(option, style="List Bullet")


def _chapter(document: Document, booklet: Booklet, chapter: Chapter) -> None:
    document.add_heading(chapter.title, 1)
    if chapter.description:
        write(document.add_paragraph(), chapter.description, size=12, color=SOFT)
    _passages(document, chapter.passages)
    document.add_heading("Cartographie", 2)
    note = document.add_paragraph()
    write(note, "Ordre A, C, H, M, I non hiérarchique.", size=9, color=SOFT)
    _cartography(document, booklet, chapter)
    if chapter.notes:
        document.add_heading("Précisions", 3)
    for each in chapter.notes:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        write(paragraph, f"{each.number}. {each.where}. ", size=9, bold=True)
        write(paragraph, each.text, size=9)
    if chapter.differences:
        document.add_heading("Ce qui diffère selon les chambres", 2)
        rows = [
            (
                row.process,
                row.milestone,
                SIGNS[row.network],
                "\n".join(f"{SIGNS[it.label]} : {it.value}" for it in row.chambers),
            )
            for row in chapter.differences
        ]
        heads = ("Macro-processus", "Jalon", "Réseau", "Chambres")
        table = add_table(document, heads, rows, (4.7, 3.5, 1.8, 6.4))
        for line, row in zip(table.rows[1:], chapter.differences, strict=True):
            _fill_mode(line.cells[2], row.network, SIGNS[row.network])
    document.add_heading("Trajectoire", 2)
    _picture(document, chapter.trajectory)


def _cartography(document: Document, booklet: Booklet, chapter: Chapter) -> None:
    heads = ("Macro-processus", *booklet.milestones)
    wide = min(3.0, 9.0 / max(1, len(booklet.milestones)))
    widths = (TEXT_WIDTH - wide * len(booklet.milestones),) + (wide,) * len(booklet.milestones)
    table = add_table(document, heads, [], widths)
    for row in chapter.rows:
        if row.group:
            line = add_row(table, widths)
            merged = line.cells[0].merge(line.cells[-1])
            write(merged.paragraphs[0], row.group, size=9.5, bold=True, color=ACCENT)
            merged.paragraphs[0].paragraph_format.keep_with_next = True
        line = add_row(table, widths)
        first = line.cells[0].paragraphs[0]
        write(first, row.name, size=9.5, bold=True)
        if row.region_only:
            write(first, " (non délégable en dessous de la région)", size=8.5, color=SOFT)
        if row.description:
            write(first, "\n" + row.description, size=8.5, color=SOFT)
        for target, cell in zip(line.cells[1:], row.cells, strict=True):
            _fill_mode(target, cell.value, cell.sign)
            paragraph = target.paragraphs[0]
            if cell.complementary:
                write(paragraph, f" + {' '.join(cell.complementary)}", size=8)
            if cell.note:
                paragraph.add_run(f" {cell.note}").font.superscript = True
            below = cell.label.lower() if cell.value in "?-" else cell.page
            if below:
                write(paragraph, "\n" + below, size=7.5)


def _fill_mode(cell: _Cell, value: str, sign: str) -> None:
    paragraph = cell.paragraphs[0]
    for run in paragraph.runs:
        run.text = ""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(paragraph, sign, size=11, bold=True)
    pattern = {"?": "pct5", "-": "thinDiagStripe"}.get(value, "clear")
    shade(cell._tc.get_or_add_tcPr(), FILLS[value].lstrip("#").upper(), pattern)


def _sources(document: Document, booklet: Booklet) -> None:
    document.add_heading("Sources et couverture", 1)
    document.add_heading("Cellules renseignées", 2)
    width = 10.4 / (len(booklet.milestones) + 1)
    add_table(
        document,
        ("Fonction", *booklet.milestones, "Tous jalons"),
        [(row.function, *row.cells, row.total) for row in booklet.coverage],
        (6.0, *[width] * (len(booklet.milestones) + 1)),
    )
    document.add_heading("Sources des placements", 2)
    if not booklet.sources:
        document.add_paragraph("Aucun placement ne porte de source : non renseigné.")
        return
    add_table(
        document,
        ("Macro-processus", "Jalon", "Mode", "Source", "Fondement"),
        [
            (s.process, f"{s.milestone}, {s.chamber}", s.sign, s.page, s.basis)
            for s in booklet.sources
        ],
        (3.6, 2.6, 1.6, 1.7, 6.9),
    )


def _authenticity(document: Document, booklet: Booklet) -> None:
    document.add_heading("Adoption et authenticité", 1)
    add_facts(document, (Fact("Statut", booklet.status), *booklet.adoption))
    document.add_heading("Sceau", 2)
    if not booklet.seal:
        document.add_paragraph("Cette édition n’est pas scellée. Le sceau est apposé à l’adoption.")
        return
    document.add_paragraph("Empreinte SHA-256 du contenu, sous sa forme JSON canonique :")
    write(document.add_paragraph(), booklet.seal, size=9, bold=True)
    document.add_paragraph(
        "Pour vérifier : exporter l’édition au format JSON, puis lancer la commande "
        "« maillage scheme-verify » sur le fichier obtenu. L’instance, la "
        "date et le numéro d’acte ne sont pas scellés. Cette copie Word, "
        "modifiable, ne fait pas foi."
    )


def _passages(document: Document, passages: Sequence[Passage]) -> None:
    for passage in passages:
        if passage.title:
            document.add_heading(passage.title, 2)
        add_blocks(document, passage.blocks)
        if passage.source_page:
            source = document.add_paragraph()
            write(
                source,
                f"Source : {passage.source_page}",
                size=8.5,
                color=SOFT,
            )


def _picture(document: Document, picture: Picture) -> None:
    drawing = add_picture(document, picture.svg, picture.alt, _PICTURE_WIDTH)
    drawing.paragraph_format.keep_with_next = bool(picture.steps)
    for step in picture.steps:
        line = document.add_paragraph()
        line.paragraph_format.keep_with_next = bool(step.changes or step.others)
        line.paragraph_format.space_before = Pt(8)
        write(line, step.title, size=9.5, bold=True)
        if not step.changes and not step.others:
            write(line, " : aucun changement documenté", size=9.5)
        for change in step.changes:
            move = document.add_paragraph(style="List Bullet")
            move.paragraph_format.space_after = Pt(1)
            text = f"{MODE_LABELS[change.before]} → {MODE_LABELS[change.after]}\u00a0: "
            write(move, text, size=9.5, bold=True)
            count = f"{change.processes} macro-processus"
            write(move, count if change.processes.isdigit() else change.processes, size=9.5)
        for text in step.others:
            move = document.add_paragraph(style="List Bullet")
            move.paragraph_format.space_after = Pt(1)
            write(move, text, size=9.5)
