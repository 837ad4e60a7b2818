"""A chamber’s sheet is read in order, and a heading counts its whole table, whatever its length."""

from __future__ import annotations

import datetime as dt
import io
from itertools import pairwise

import pypdf
import pytest

from maillage.reports.engine import booklet
from maillage.reports.engine.chamber_layout import LEGIBLE, fitted, laid
from maillage.reports.engine.content import ChamberCell, ChamberPage, ChamberTable
from maillage.schemes.engine import referential


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
