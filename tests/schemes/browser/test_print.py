"""Pages as Chromium prints them: on white, whole, without the machine around the document."""

from __future__ import annotations

import dataclasses
import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from maillage.schemes.engine import generate
from tests.browsing import OpenPage, Stage, drafted
from tests.builders import load

INK = "getComputedStyle(document.documentElement).backgroundColor"


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(
    ("entities", "reading", "across"),
    [(5, "jalons", False), (7, "chambres", True), (60, "chambres", True)],
)
def test_a_table_of_many_columns_is_printed_across_and_whole(
    stage: Stage, open_page: OpenPage, entities: int, reading: str, across: bool
) -> None:
    (document,) = generate.generate(3, entities=entities, processes=8)
    edition = load(dataclasses.replace(document, network_code="imprime"), adopted=True)
    page = open_page(f"/editions/{edition.pk}/?lecture={reading}", color_scheme="dark")
    names = page.locator("table.carto thead th").all_text_contents()
    first = printed(page).pages[0]
    assert (first.mediabox.width > first.mediabox.height) is across
    text = "".join(first.extract_text().split())
    assert [name for name in names if "".join(name.split()) not in text] == []


def test_a_dark_page_is_printed_on_white_without_buttons(stage: Stage, open_page: OpenPage) -> None:
    client = stage(drafted).people.administrator.client
    page = open_page("/compte/", client, color_scheme="dark")
    assert page.evaluate(INK) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate(INK) == "rgb(255, 255, 255)"
    assert page.locator(".button:visible").count() == 0


def test_the_corner_of_a_cell_that_moved_stays_in_it_on_paper(
    stage: Stage, open_page: OpenPage
) -> None:
    edition = stage(drafted).edition
    client = stage(drafted).people.administrator.client
    page = open_page(f"/editions/{edition.pk}/?lecture=chambres", client)
    page.emulate_media(media="print")
    cell = page.locator("table.carto tbody td").first
    cell.evaluate("one => one.classList.add('is-moved')")
    assert cell.evaluate("one => getComputedStyle(one).position") == "relative"
    head = page.locator("table.carto thead th").first
    assert head.evaluate("one => getComputedStyle(one).position") == "static"
