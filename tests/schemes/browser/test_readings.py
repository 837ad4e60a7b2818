"""The cartography and the comparison in a real Chromium, followed by clicks as a reader does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, draft_next_edition, place_cells
from tests.browsing import OpenPage, Stage, first_row, published

ROWS = "table.carto tbody tr:not(.carto-group) th"


def _query(page: Page) -> str:
    return page.url.partition("?")[2]


def test_the_three_readings_are_one_click_apart(stage: Stage, open_page: OpenPage) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/?fonction=finances")
    readings = page.get_by_role("navigation", name="Lectures")
    expect(page.locator("table.carto thead th")).to_have_count(4)
    readings.get_by_role("link", name="Par chambre").click()
    expect(page.locator("table.carto thead th")).to_have_count(5)
    expect(page.locator("table.carto td.is-different")).to_have_count(1)
    readings.get_by_role("link", name="Trajectoire").click()
    expect(page.get_by_role("img", name="Trajectoire")).to_be_visible()
    expect(page.locator("table.data tbody tr").first).to_be_visible()
    assert "fonction=finances" in _query(page), "the filter follows from one reading to the next"
    readings.get_by_role("link", name="Par jalon").click()
    expect(page.locator(ROWS)).to_have_text(["Comptabilité fournisseurs", "Trésorerie"])


def test_the_slider_tells_changes_and_shows_a_milestone(stage: Stage, open_page: OpenPage) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/")
    slider = page.get_by_role("navigation", name="Jalons")
    slider.get_by_role("link", name="2024 +1 changement").click()
    expect(slider.locator("[aria-current]")).to_contain_text("2024")
    assert _query(page) == "lecture=chambres&jalon=2024"
    page.go_back()
    expect(slider.locator("[aria-current]")).to_have_count(0)


def test_filters_become_chips_and_leave_with_them(stage: Stage, open_page: OpenPage) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/")
    page.get_by_text("Filtrer", exact=True).click()
    page.get_by_label("Mutualisation").check()
    page.get_by_label("Lignes").select_option("changements")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator(ROWS)).to_have_text(["Comptabilité fournisseurs"])
    chips = page.get_by_role("list", name="Filtres en vigueur").get_by_role("link")
    expect(chips).to_have_count(2)
    chips.first.click()
    expect(chips).to_have_count(1)
    chips.first.click()
    expect(chips).to_have_count(0)
    expect(page.locator(ROWS)).to_have_count(4)


def test_a_cell_opens_beside_the_table_and_its_address_opens_it_again(
    stage: Stage, open_page: OpenPage
) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/")
    page.locator('a[href="cellule/achats/2024/"]').click()
    sheet = page.get_by_role("dialog")
    for text in ("Mutualisation", "Chambre du Nord", "Schéma d'essai"):
        expect(sheet).to_contain_text(text)
    again = page.url
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.goto(again)
    expect(sheet).to_contain_text("Chambre du Nord")


@pytest.mark.parametrize("reading", ["", "?lecture=chambres"])
def test_a_cartography_and_its_legend_fit_a_telephone(
    stage: Stage, open_page: OpenPage, reading: str
) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/{reading}", width=390)
    expect(page.locator(".legend")).to_contain_text("depuis le jalon")
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0


def test_a_trajectory_is_neither_squeezed_nor_cut_on_a_telephone(
    stage: Stage, open_page: OpenPage
) -> None:
    edition = stage(published).edition
    page = open_page(f"/editions/{edition.pk}/?lecture=trajectoire", width=390)
    drawn = page.locator("svg.scheme-picture").evaluate(
        "s => [s.getBoundingClientRect().width, s.viewBox.baseVal.width]"
    )
    assert drawn[0] == drawn[1]
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0


def test_two_editions_are_compared_cell_by_cell(stage: Stage, open_page: OpenPage) -> None:
    world = stage(published)
    former = world.edition
    latter = draft_next_edition(former, actor=INSTALLATION)
    edits = [
        CellEdit("achats", "2024", "", {"mode": "H"}, None),
        CellEdit("tresorerie", "2022", "", {"mode": "C"}, None),
    ]
    place_cells(latter, edits, actor=INSTALLATION)
    page = open_page(f"/editions/{latter.pk}/", world.people.administrator.client)
    page.get_by_role("link", name="Comparer").click()
    page.get_by_role("link", name="édition 1").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparaison de deux éditions")
    content = page.get_by_role("main")
    for text in ("Comptabilité fournisseurs", "Mutualisation", "Harmonisation", "Trésorerie"):
        expect(content).to_contain_text(text)
    page.get_by_role("link", name="Inverser le sens").click()
    assert page.url.endswith(f"/editions/{former.pk}/comparer/{latter.pk}/")


@pytest.mark.parametrize("reading", ["jalons", "chambres"])
def test_the_cells_begin_high_on_the_page(stage: Stage, open_page: OpenPage, reading: str) -> None:
    page = open_page(f"/editions/{stage(published).edition.pk}/?lecture={reading}")
    assert first_row(page) <= 340
    assert first_row(page, 390, 844) <= 700, "data on the first screen of a telephone"


def test_the_cell_told_is_marked_walked_by_arrows_and_found_again(
    stage: Stage, open_page: OpenPage
) -> None:
    page = open_page(f"/editions/{stage(published).edition.pk}/?lecture=chambres")
    cells = page.locator("table.carto tbody tr:not(.carto-group)").first.locator("td")
    cells.nth(0).click()
    expect(cells.nth(0)).to_have_class(re.compile("is-selected"))
    expect(page.locator("#sheet-body h2")).to_be_visible()
    expect(cells.last).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_have_class(re.compile("is-selected"))
    expect(cells.nth(0)).not_to_have_class(re.compile("is-selected"))
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(cells.nth(1).locator("a")).to_be_focused()
    expect(page.locator("td.is-selected")).to_have_count(0)


def test_a_page_is_set_in_the_face_of_the_booklet(stage: Stage, open_page: OpenPage) -> None:
    page = open_page(f"/editions/{stage(published).edition.pk}/")
    page.reload()
    loaded = "[...document.fonts].filter(face => face.status === 'loaded').length"
    assert page.evaluate(f"document.fonts.ready.then(() => {loaded})") == 2


def test_a_table_read_on_a_telephone_names_each_value_without_being_drawn_aside(
    stage: Stage, open_page: OpenPage
) -> None:
    stage(published)
    for place in ("fonctions/finances/", "processus/achats/", "chambres/sud/?de=2022&a=2024"):
        page = open_page(f"/reseaux/essai/{place}", width=390)
        page.evaluate("for (const it of document.querySelectorAll('.folded')) it.open = true")
        tables = page.locator("table.is-cards:visible")
        expect(tables.first).to_be_visible()
        for table in tables.all():
            width = table.evaluate("(it) => it.scrollWidth - it.closest('.scroll').clientWidth")
            assert width <= 0, place
        named = page.locator("table.is-cards td[data-th]:visible").first
        assert named.evaluate("(it) => getComputedStyle(it, '::before').content") != "none", place
