"""The sheet of a chamber: its page, its workbook, the API and the booklet say the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from typing import Any

import docx as word
import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.people.actors import INSTALLATION, Role
from maillage.reports.engine import booklet
from maillage.schemes.actions import draft_next_edition
from maillage.schemes.engine import generate
from maillage.schemes.engine.chamber import sheet_of
from maillage.schemes.engine.chamber_tables import ChamberTables, tables_of
from maillage.schemes.engine.document import PlacementDoc
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, file_of
from tests.builders import load, person, small_document
from tests.pdf_text import pages_of

HERE = "/reseaux/essai/chambres/sud/"


def spaced(text: str) -> str:
    return " ".join(html.unescape(text).replace("\u00a0", " ").replace("\u00ad", "").split())


def shown(page: str) -> str:
    """What a page says, without the letters that only double names."""
    bare = re.sub(r'<span aria-hidden="true">.*?</span></span>', "", page)
    return spaced(re.sub(r"<[^>]+>", " ", bare))


def expected(edition: Edition, entity: str = "sud", *span: str) -> ChamberTables:
    sheet = sheet_of(document_of(edition), entity, *span)
    assert sheet is not None
    return tables_of(sheet)


@pytest.mark.parametrize("span", [("2024", "2027"), ("2022", "2024"), ("2022", "2027")])
def test_page_workbook_and_api_say_the_same(adopted: Edition, span: tuple[str, str]) -> None:
    client, tables = Client(), expected(adopted, "sud", *span)
    query = f"?edition={adopted.pk}&de={span[0]}&a={span[1]}"
    page = shown(client.get(HERE + query).content.decode())
    data = client.get(f"{HERE}fiche.xlsx{query}").content
    book = openpyxl.load_workbook(io.BytesIO(data))
    api = f"/api/editions/{adopted.pk}/chambers/sud?since={span[0]}&until={span[1]}"
    sent = client.get(api).json()
    assert tables.answer == sent["answer"] and spaced(tables.answer) in page
    assert len(tables.all) > 2
    sheets = [book[name] for name in book.sheetnames if name != "Lisez-moi"]
    for table, sheet, told in zip(tables.all, sheets, sent["tables"], strict=True):
        rows = [tuple(row) for row in table.rows]
        assert [tuple(row["values"]) for row in told["rows"]] == rows
        assert list(sheet.iter_rows(2, values_only=True)) == rows
        named = table in (tables.silent, tables.dropped)
        for row in rows:
            said = row[:1] if named else row
            assert named or spaced(" ".join(map(str, said))) in page, said
            assert spaced(str(row[0])) in page
    assert (sent["since"], sent["until"]) == span


def test_the_sheet_to_print_is_one_page_that_says_the_same(adopted: Edition) -> None:
    query = f"?edition={adopted.pk}&de=2022&a=2027"
    page = Client().get(HERE + query).content.decode()
    (link,) = re.findall(r'href="([^"]*fiche\.pdf[^"]*)"', page)
    sent = Client().get(html.unescape(link))
    assert sent["Content-Type"] == "application/pdf"
    (printed,) = map(spaced, pages_of(sent.content))
    tables = expected(adopted, "sud", "2022", "2027")
    assert spaced(tables.answer) in printed and "Schéma d’essai, édition 1" in printed
    for table in (tables.changes, *tables.roles.values()):
        assert all(spaced(str(row[0])) in printed for row in table.rows), table.title


def test_the_booklet_prints_each_chamber_as_its_sheet_says_it(adopted: Edition) -> None:
    content = booklet.booklet_of(file_of(adopted), dt.date(2026, 11, 30))
    assert [page.name for page in content.chambers] == [
        "Chambre régionale", "Chambre du Nord", "Chambre du Sud",
    ]  # fmt: skip
    pages = [spaced(text) for text in pages_of(booklet.pdf(content))]
    lines = word.Document(io.BytesIO(booklet.docx(content)))
    written = [spaced(p.text) for p in lines.paragraphs]
    cells = {spaced(c.text) for t in lines.tables for row in t.rows for c in row.cells}
    for code, printed in zip(("region", "nord", "sud"), content.chambers, strict=True):
        tables = expected(adopted, code)
        (page,) = [p for p in pages if spaced(tables.answer) in p and printed.name in p]
        assert spaced(tables.answer) in written
        for table in (tables.changes, *tables.roles.values()):
            for row in table.rows:
                for text in (str(row[0]), *map(str, row[2:])):
                    bare = spaced(text)
                    assert bare in page, (code, table.title, bare)
                    assert any(cell.endswith(bare) for cell in cells), bare
        for row in tables.silent.rows:
            assert spaced(row[0]) in page and any(spaced(row[0]) in line for line in written)


def test_any_edition_one_may_see_drafts_included(
    adopted: Edition, people: Callable[..., Any]
) -> None:
    draft, who = draft_next_edition(adopted, actor=INSTALLATION), people(adopted)
    named = {
        actor: getattr(who, actor).client.get(f"{HERE}?edition={draft.pk}").content.decode()
        for actor in ("anonymous", "reader")
    }
    assert str(draft) in named["reader"] and "Brouillon" in named["reader"]
    assert str(draft) not in named["anonymous"] and str(adopted) in named["anonymous"]
    answers = {
        actor: getattr(who, actor).client.get(f"/api/editions/{draft.pk}/chambers/sud")
        for actor in ("anonymous", "reader")
    }
    assert [answers[a].status_code for a in ("anonymous", "reader")] == [404, 200]


def test_what_changes_for_a_chamber_is_two_clicks_away(adopted: Edition) -> None:
    client = Client()
    home = client.get("/?tous=1").content.decode()
    assert 'value="essai/sud"' in home
    page = client.get("/?chambre=essai/sud", follow=True).content.decode()
    assert spaced(expected(adopted).answer) in shown(page)
    chart = client.get(f"/editions/{adopted.pk}/?lecture=chambres").content.decode()
    for address in (chart, client.get(f"/editions/{adopted.pk}/?entite=sud").content.decode()):
        (link,) = re.findall(rf'href="({HERE}[^"]*)"', address)
        there = client.get(html.unescape(link)).content.decode()
        assert spaced(expected(adopted).answer) in shown(there)


def test_a_kind_of_change_keeps_its_rows_and_a_file_says_so(adopted: Edition) -> None:
    client = Client()
    counts = re.findall(r"nature=(\w+)#changements\"[^>]*>[^<]*&nbsp;(\d+)</a>",
                        client.get(HERE).content.decode())  # fmt: skip
    assert counts
    for kind, count in counts:
        sheet = sheet_of(document_of(adopted), "sud")
        assert sheet is not None
        assert sum(kind in change.kinds for change in sheet.changes) == int(count)
        data = client.get(f"{HERE}fiche.xlsx?nature={kind}").content
        book = openpyxl.load_workbook(io.BytesIO(data))
        notice = [row[0] for row in book["Lisez-moi"].iter_rows(values_only=True)]
        assert any(str(line).startswith("Nature") for line in notice)


def test_an_edition_without_a_milestone_has_no_sheet(db: None) -> None:
    empty = dataclasses.replace(small_document(), milestones=(), placements=())
    edition = load(empty)
    mandate = {"role": Role.READER, "network": edition.scheme.network}
    client = person("seul@essai.test", mandate).client
    assert "Pas d’édition à lire" in client.get(HERE).content.decode()
    assert client.get(f"{HERE}fiche.xlsx").status_code == 404
    assert client.get(f"{HERE}fiche.pdf").status_code == 404
    assert client.get(f"/api/editions/{edition.pk}/chambers/sud").status_code == 404


def test_as_many_questions_whatever_the_network(db: None) -> None:
    counts = []
    for code, entities, processes in (("petit", 3, 6), ("grand", 25, 40)):
        document = generate.generate(3, entities, processes, overrides="all")[0]
        edition = load(dataclasses.replace(document, network_code=code), adopted=True)
        here = f"/reseaux/{code}/chambres/{document.entities[1].code}/"
        client = Client()
        client.get(here)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{here}?edition={edition.pk}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_every_surface_tells_the_mode_under_which_others_are_served(db: None) -> None:
    """The region keeps its own autonomous, and pools that of the others: each surface that says
    what it does for them says the mode they receive it under, in the words of one description."""
    pooled = PlacementDoc("achats", "2024", "", "M", lead="region", served=("nord", "sud"))
    own = PlacementDoc("achats", "2024", "region", "A")
    cells = [dataclasses.replace(c, milestone=at) for c in (pooled, own) for at in ("2024", "2027")]
    edition = load(small_document(placements=tuple(cells)), adopted=True)
    others = "Mutualisation, pour Nord, Sud"
    tables = expected(edition, "region")
    assert tables.roles["others"].rows[0][2] == others  # type: ignore[index]
    client, there = Client(), "/reseaux/essai/chambres/region/"
    content = booklet.booklet_of(file_of(edition), dt.date(2026, 11, 30))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{there}fiche.xlsx").content))
    lines = word.Document(io.BytesIO(booklet.docx(content)))
    api = client.get(f"/api/editions/{edition.pk}/chambers/region").json()
    said = {
        "page": shown(client.get(there).content.decode()),
        "sheet": " ".join(pages_of(client.get(f"{there}fiche.pdf").content)),
        "booklet": " ".join(pages_of(booklet.pdf(content))),
        "document": " ".join(c.text for t in lines.tables for row in t.rows for c in row.cells),
        "workbook": " ".join(
            str(value)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for value in row
        ),
        "api": " ".join(str(v) for t in api["tables"] for r in t["rows"] for v in r["values"]),
    }
    for surface, text in said.items():
        assert others in spaced(text), surface
        assert "Autonomie, pour Nord" not in spaced(text), surface
    found = client.get("/recherche/", {"q": "fournisseurs region 2027"}).context["groups"]
    assert [one.about for _, rows, _ in found for one in rows if "Région" in one.title] == [
        "Autonomie, pour d’autres en mutualisation"
    ]
