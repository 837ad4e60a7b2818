"""The booklet says everything the edition says, and is a document machines can read aloud."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import time
import zipfile

import docx as python_docx
import pypdf
import pytest
from docx.oxml.ns import qn

from maillage.kernel.period import french_date
from maillage.papers.typesetting import png
from maillage.reports.engine.booklet import booklet_of, docx, pdf
from maillage.schemes.engine import trajectory
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionFile,
    PlacementDoc,
    SectionDoc,
    SectionKind,
)
from tests.pdf_text import pages_of

SEAL = "ab12" * 16
TODAY = dt.date(2026, 11, 23)


def read(data: bytes) -> tuple[pypdf.PdfReader, str]:
    return pypdf.PdfReader(io.BytesIO(data)), " ".join(pages_of(data))


def test_pdf_contains_every_process_chapter_and_the_seal(edition: EditionFile) -> None:
    _, text = read(pdf(booklet_of(edition, TODAY)))
    for process in edition.document.processes:
        assert process.name in text
    for function in edition.document.functions:
        assert function.name in text
    for title in (
        "Préambule",
        "Les modes de gestion",
        "Gouvernance",
        "Sources et couverture",
    ):
        assert title in text
    assert SEAL in text.replace(" ", "")
    assert "scheme-verify" in text
    assert "Document fictif" in text
    assert "non hiérarchique" in text
    assert "non renseigné par la source" in text
    assert "23 novembre 2026" in text


def test_pdf_is_tagged_and_declares_pdf_ua(edition: EditionFile) -> None:
    reader, _ = read(pdf(booklet_of(edition, TODAY)))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("fr")
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.outline
    assert "édition 2" in str(reader.metadata.title)
    assert round(float(reader.pages[0].mediabox.width)) == 595


def test_same_edition_same_day_same_bytes(edition: EditionFile) -> None:
    assert pdf(booklet_of(edition, TODAY)) == pdf(booklet_of(edition, TODAY))


@pytest.mark.parametrize(
    ("status", "adoption", "seal", "expected"),
    [
        ("draft", None, "", "n’est pas scellée"),
        ("proposed", None, "", "Proposée à l’adoption"),
        (
            "adopted",
            Adoption("Bureau", dt.date(2027, 1, 1), "2027-12"),
            SEAL,
            "1er janvier 2027",
        ),
    ],
)
def test_pdf_states_status_and_adoption(
    edition: EditionFile,
    status: str,
    adoption: Adoption | None,
    seal: str,
    expected: str,
) -> None:
    given = dataclasses.replace(edition, status=status, adoption=adoption, seal=seal)
    assert expected in read(pdf(booklet_of(given, TODAY)))[1]


def test_pdf_prints_filters_and_hostile_names_as_text(edition: EditionFile) -> None:
    hostile = '#panic("x") *gras* <b>&amp; $x$ @ref'
    document = edition.document
    first = dataclasses.replace(document.processes[0], name=hostile)
    document = dataclasses.replace(document, processes=(first, *document.processes[1:]))
    given = dataclasses.replace(edition, document=document)
    _, text = read(pdf(booklet_of(given, TODAY, filters="Fonction : Finances")))
    assert hostile in text
    assert "Fonction : Finances" in text


def test_what_was_sealed_without_a_drawing_is_printed_with_a_square(edition: EditionFile) -> None:
    document = dataclasses.replace(edition.document, title="Essai 😀")
    booklet = booklet_of(dataclasses.replace(edition, document=document), TODAY)
    assert "Essai □" in read(pdf(booklet))[1]


def test_empty_edition_still_gives_both_files(edition: EditionFile) -> None:
    document = dataclasses.replace(
        edition.document,
        functions=(),
        processes=(),
        placements=(),
        milestones=(),
        sections=(),
    )
    booklet = booklet_of(dataclasses.replace(edition, document=document), TODAY)
    assert "Aucun placement ne porte de source" in read(pdf(booklet))[1]
    assert docx(booklet)


def test_seed_size_takes_less_than_three_seconds(edition: EditionFile) -> None:
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        pdf(booklet_of(edition, TODAY))
        spent.append(time.perf_counter() - start)
    assert min(spent) < 3


def test_a_chapter_and_the_cover_say_each_thing_once(edition: EditionFile) -> None:
    document = edition.document
    first = document.functions[0]
    section = SectionDoc("redite", SectionKind.FUNCTION, first.name, "Un texte.", first.code)
    document = dataclasses.replace(document, sections=(section,))
    booklet = booklet_of(dataclasses.replace(edition, document=document), TODAY)
    assert booklet.chapters[0].passages[0].title == ""
    assert booklet.chapters[0].passages[0].blocks
    titled = dataclasses.replace(
        document, scheme_title=f"Schéma {document.start_year}-{document.end_year}"
    )
    bare = dataclasses.replace(document, scheme_title="Schéma")
    for given, says in ((titled, True), (bare, False)):
        made = booklet_of(dataclasses.replace(edition, document=given), TODAY)
        assert made.title_says_years is says
        assert (made.years in pages_of(pdf(made))[0]) is not says
        cover = python_docx.Document(io.BytesIO(docx(made))).paragraphs[:6]
        assert any(paragraph.text == made.years for paragraph in cover) is not says


def test_a_justification_is_a_sentence_of_its_own(edition: EditionFile) -> None:
    document = edition.document
    cell = PlacementDoc(
        document.processes[0].code,
        document.milestones[0].code,
        mode="A",
        complementary="C",
        rationale="La proximité prime.",
    )
    given = dataclasses.replace(document, placements=(cell,))
    booklet = booklet_of(dataclasses.replace(edition, document=given), TODAY)
    (note,) = next(chapter.notes for chapter in booklet.chapters if chapter.notes)
    assert note.text == "Aussi en coopération. La proximité prime."


def test_a_hundred_and_twenty_five_chambers_are_listed_by_difference(
    national: EditionFile,
) -> None:
    booklet = booklet_of(national, TODAY)
    reader, text = read(pdf(booklet))
    assert "62 chambres" in text
    assert len(reader.pages) < 60


def test_word_has_headings_repeated_headers_fields_and_alt_text(
    edition: EditionFile,
) -> None:
    data = docx(booklet_of(edition, TODAY))
    document = python_docx.Document(io.BytesIO(data))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    for function in edition.document.functions:
        assert function.name in headings
    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert "TOC " in xml
    entries = [p for p in document.paragraphs if p.style.name in ("toc 1", "toc 2")]
    found = [p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    assert [entry.text for entry in entries] == found
    anchors = re.findall(r'w:anchor="(_Toc\d+)"', xml)
    assert anchors == re.findall(r'<w:bookmarkStart[^>]*w:name="(_Toc\d+)"', xml)
    assert len(anchors) == len(entries)
    marks = re.findall(r'w:fldCharType="(\w+)"', xml)
    assert marks == ["begin", "separate", "end"]
    assert xml.count("descr=") == len(document.inline_shapes) == 6
    assert "FFF3D6" in xml
    assert document.core_properties.language == "fr-FR"
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for process in edition.document.processes:
        assert any(text.startswith(process.name) for text in cells)
    assert any(SEAL in paragraph.text for paragraph in document.paragraphs)


def test_png_has_the_size_asked_for(edition: EditionFile) -> None:
    data = png(trajectory.svg(trajectory.flows(edition.document), width=700), 2)
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 1400


def test_first_of_the_month() -> None:
    assert french_date(dt.date(2013, 1, 1)) == "1er\u00a0janvier\u00a02013"
