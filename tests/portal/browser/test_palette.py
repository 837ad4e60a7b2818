"""The palette in a real Chromium: by keyboard alone, where one was afterwards, without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import Accessible, OpenPage, Stage, drafted

pytestmark = pytest.mark.slow
HERE = "/reseaux/essai/ma-page/"


@pytest.fixture
def nord(stage: Stage) -> Any:
    return stage(drafted).people.nord.client


def opened(page: Page, keys: str = "/") -> Any:
    page.keyboard.press(keys)
    field = page.get_by_role("combobox", name="Aller à")
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_be_visible()
    return field


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_it_goes_by_keyboard_and_gives_back_the_focus(
    nord: Any, open_page: OpenPage, accessible: Accessible, keys: str
) -> None:
    page = open_page(HERE, nord)
    home = page.get_by_role("link", name="Maillage")
    home.focus()
    opened(page, keys)
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).not_to_be_visible()
    expect(home).to_be_focused()
    field = opened(page, keys)
    first = page.get_by_role("option").nth(0)
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    second = page.get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(first).not_to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")


def test_it_opens_a_cell_by_words_and_then_shows_it_first(
    nord: Any, open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page(HERE, nord)
    opened(page)
    page.keyboard.type("tresorerie 2027 nord")
    cell = page.get_by_role("option", name="Trésorerie, Nord, 2027")
    expect(cell).to_have_attribute("aria-selected", "true")
    accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cellule/tresorerie/2027/nord/")
    page.goto(HERE)
    opened(page)
    recent = page.get_by_role("group", name="Ouverts récemment").get_by_role("option")
    expect(recent.first).to_contain_text("Trésorerie")
    other = open_page(HERE, None)
    other.goto("/reseaux/essai/")
    other.keyboard.press("/")
    expect(other.get_by_role("group", name="Ouverts récemment")).to_have_count(0)


def test_one_escape_closes_it_even_on_words(nord: Any, open_page: OpenPage) -> None:
    page = open_page(HERE, nord)
    opened(page)
    page.keyboard.type("paie")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).not_to_be_visible()


def test_it_leaves_alone_who_is_writing(nord: Any, open_page: OpenPage) -> None:
    page = open_page("/recherche/", nord)
    page.locator("main input[name=q]").press("/")
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.locator("main input[name=q]")).to_have_value("/")


def test_without_script_the_search_is_a_page(nord: Any, open_page: OpenPage) -> None:
    page = open_page(HERE, nord, java_script_enabled=False)
    field = page.get_by_role("searchbox", name="Rechercher")
    field.fill("tresorerie 2027 nord")
    field.press("Enter")
    page.get_by_role("link", name="Trésorerie, Nord, 2027").click()
    expect(page).to_have_url(re.compile("/cellule/tresorerie/2027/nord/"))


def test_on_a_telephone_it_opens_by_touch(
    nord: Any, open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page(HERE, nord, 390)
    page.get_by_role("link", name="Chercher").click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.get_by_role("option").first.bounding_box()["height"] >= 44  # type: ignore[index]
    accessible(page)
