"""A chamber’s sheet is read in order, and a heading counts its whole table, whatever its length."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from itertools import combinations, pairwise, product

import pypdf
import pytest

from maillage.papers.wording import Fact
from maillage.reports.engine import booklet
from maillage.schemes.engine import generate, referential
from maillage.schemes.engine.cartography_paper import Subject
from maillage.schemes.engine.chamber import sheet_of
from maillage.schemes.engine.chamber_layout import LEGIBLE, briefed, fitted, laid
from maillage.schemes.engine.chamber_page import ChamberCell, ChamberPage, ChamberTable, page_of
from maillage.schemes.engine.chamber_paper import chamber_pdf
from maillage.schemes.engine.chamber_tables import NEWLY, WHOLE, tables_of
from maillage.schemes.engine.change import UNSAID
from maillage.schemes.engine.document import EditionDocument
from tests.pdf_text import pages_of

TODAY = dt.date(2026, 11, 30)


def page(rows: int) -> ChamberPage:
    def table(name: str) -> ChamberTable:
        lines = tuple(
            tuple(ChamberCell("", f"{name} {row} {column}") for column in range(3))
            for row in range(rows)
        )
        return ChamberTable(name, str(rows), ("Un", "Deux", "Trois"), lines)

    tables = (table("Assure"), table("Reçoit"), table("Décide"))
    return ChamberPage("Nord", "Chambre", ("2020", "2024"), "Rien.", (), tables, ())


@pytest.mark.parametrize("rows", [1, 3, 10, 20, 21, 22, 60, 400])
def test_a_table_is_whole_across_or_cut_once_from_a_column_to_the_next(rows: int) -> None:
    found, given = laid(page(rows)), page(rows).tables
    assert found.roles == given
    shown = [table for column in found.columns for table in column]
    if rows >= 60:
        assert not shown, "over several pages, two columns would be read out of order"
        return
    assert [row for table in shown for row in table.rows] == [r for t in given for r in t.rows]
    for before, after in pairwise(shown):
        if after.title.endswith("(suite)"):
            assert (after.title, after.count) == (f"{before.title} (suite)", "")
    assert [t.count for t in shown if t.count] == [str(rows)] * 3


def test_what_is_told_alike_is_named_together_where_a_sheet_would_be_too_small() -> None:
    def told(rows: int) -> ChamberPage:
        said = (ChamberCell("A", "Autonomie"), ChamberCell("", "inchangé"))
        lines = tuple((ChamberCell("", f"Processus {n}"), *said) for n in range(rows))
        other = (ChamberCell("", "À part"), ChamberCell("C", "Coopération"), said[1])
        table = ChamberTable("Assure", str(rows + 1), ("Un", "Deux", "Trois"), (*lines, other))
        return ChamberPage("Nord", "Chambre", ("2020", "2024"), "Rien.", (), (table,), ())

    few, size = fitted(told(10))
    assert few == told(10) and size and size >= LEGIBLE
    many, size = fitted(told(200))
    (table,) = many.tables
    assert size and table.count == "201" and len(table.rows) == 2
    names = table.rows[0][0].text.split("\u00a0; ")
    assert names == [f"Processus {n}" for n in range(200)]
    assert table.rows[1][0].text == "À part"


def test_what_stands_in_no_table_is_named_in_lines_that_lose_nothing() -> None:
    found = page(60)
    brief = briefed(found)
    assert not brief.tables
    said = {row[0].text: f"{row[1].text} → {row[2].text}" for t in found.tables for row in t.rows}
    lines = {it.value: it.label for _, lines in brief.gathered for it in lines}
    assert lines == said
    heads = ("Macro-processus", "Quoi", "Un", "Deux", "Nature")
    cells = [("P", "Mode", "A", "B", "change"), ("Q", WHOLE, UNSAID, "C", NEWLY)]
    rows = tuple(tuple(ChamberCell("", text) for text in row) for row in cells)
    changed = replace(found, tables=(ChamberTable("Ce qui change", "2", heads, rows),))
    (kept,), (lines_of,) = briefed(changed).tables, briefed(changed).gathered
    assert (kept.count, kept.rows) == ("2", rows[:1])
    assert lines_of == ("Ce qui change (suite)", (Fact(f"{NEWLY}, C", "Q"),))
    many = tuple((ChamberCell("", f"P{n // 2}"), *rows[0][1:]) for n in range(40))
    many_changes = ChamberTable("Ce qui change", "20", heads, many)
    told = briefed(replace(found, tables=(many_changes,)))
    assert not told.tables and told.gathered[0][0] == "Ce qui change 20"
    said = "mode\u00a0: A → B, mode\u00a0: A → B"
    assert told.gathered[0][1] == tuple(Fact(f"P{n}", said) for n in range(20))


SHOWN = (referential.series(referential.available()[0])[-1].document, *generate.generate(1))
"""What the demonstration shows: the newest edition of the real scheme, and the fictitious one."""


@pytest.mark.parametrize("document", SHOWN, ids=lambda document: document.network_code)
def test_each_sheet_printed_alone_has_one_page(document: EditionDocument) -> None:
    """Of every entity, whatever the milestones, and with nothing of what it says left out."""
    subject = Subject(document.network_name, "Essai, édition 1", (), True, True)
    codes = [milestone.code for milestone in document.milestones]
    for entity, (one, other) in product(document.entities, combinations(codes, 2)):
        sheet = sheet_of(document, entity.code, one, other)
        assert sheet is not None
        told = page_of(sheet, tables_of(sheet))
        pages = pages_of(chamber_pdf(told, subject, TODAY))
        assert len(pages) == 1, (entity.code, one, other)
        names = {row[0].text for table in told.tables for row in table.rows}
        missing = [text for text in (*names, told.answer) if pressed(text) not in pressed(pages[0])]
        assert missing == [], (entity.code, one, other)


def pressed(text: str) -> str:
    """Without the spaces and the hyphens that a line’s end makes."""
    return re.sub(r"[\s\u00a0\u00ad-]", "", text)


@pytest.mark.parametrize("name", referential.available())
def test_each_chamber_of_the_installed_schemes_stands_on_one_page(name: str) -> None:
    content = booklet.booklet_of(referential.read(name), dt.date(2026, 11, 30))
    pages = [
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(booklet.pdf(content))).pages
    ]
    places = [
        next(n for n, text in enumerate(pages) if f"{chamber.name}\nChambre " in text)
        for chamber in content.chambers
    ]
    assert content.chambers
    assert places == list(range(places[0], places[0] + len(content.chambers)))
    last = pages[places[-1] + 1]
    assert "Assure pour" not in last and "Ce que" not in last[:400], "the last one ends too"
