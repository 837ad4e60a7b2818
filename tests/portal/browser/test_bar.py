"""The one bar of every page, in a real Chromium: a line, marked, by keyboard; on a phone, what is
under the thumb."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browsing import Accessible, OpenPage, Stage, drafted

PLACES = [
    ("/?tous", "Réseaux"),
    ("/reseaux/essai/", "Réseau essai"),
    ("/reseaux/essai/ma-page/", "Ma page"),
    ("/reseaux/essai/schema/", "Schéma"),
    ("/reseaux/essai/finances/livres/", "Gérer"),
    ("/reseaux/essai/journal/", "Journal"),
    ("/recherche/?q=tr", ""),
]
HEADER = "document.querySelector('header.top').getBoundingClientRect().height"
ONE_LINE = 48
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def reader(stage: Stage) -> Any:
    return stage(drafted).people.reader.client


@pytest.mark.parametrize("width", [1440, 390])
def test_the_head_of_a_page_is_one_line_that_marks_where_one_is(
    reader: Any, open_page: OpenPage, accessible: Accessible, width: int
) -> None:
    page = open_page("/aide/", reader, width)
    for address, here in PLACES:
        page.goto(address)
        assert page.evaluate(HEADER) <= ONE_LINE, address
        assert page.evaluate(SIDEWAYS) == 0, address
        marked = page.locator("header .bar [aria-current]")
        assert [m.text_content() for m in marked.all()] == [here][: bool(here)], address
    for address in ("/reseaux/essai/ma-page/", "/recherche/?q=tr"):
        page.goto(address)
        accessible(page)


def test_on_a_phone_the_bar_unfolds_without_script(reader: Any, open_page: OpenPage) -> None:
    page = open_page("/reseaux/essai/", reader, 390, java_script_enabled=False)
    journal = page.get_by_role("link", name="Journal", exact=True)
    expect(journal).not_to_be_visible()
    page.get_by_role("button", name="Plus").click()
    expect(page.get_by_role("link", name="Réseaux")).to_have_attribute("href", "/?tous")
    journal.click()
    assert page.url.endswith("/reseaux/essai/journal/")
    expect(page.locator(".bar-place")).to_contain_text("Journal · Réseau essai")


def test_on_a_phone_the_thumb_reaches_what_is_opened_most(reader: Any, open_page: OpenPage) -> None:
    page = open_page("/reseaux/essai/", reader, 390, java_script_enabled=False)
    thumb = page.get_by_role("navigation", name="Accès rapide")
    for name, address in (
        ("Ma page", "/reseaux/essai/ma-page/"),
        ("Schéma", "/editions/"),
        ("Chercher", "/recherche/"),
    ):
        page.goto("/reseaux/essai/")
        thumb.get_by_role("link", name=name).click()
        assert address in page.url
    page.goto("/reseaux/essai/ma-page/")
    expect(thumb.locator("[aria-current]")).to_have_text(["Ma page"])
    # The end of a page is read above it, and each of its targets takes a finger.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    foot, bar = page.locator("footer").bounding_box(), thumb.bounding_box()
    assert foot and bar and foot["y"] + foot["height"] <= bar["y"]
    for one in thumb.locator("a, button").all():
        box = one.bounding_box()
        assert box and min(box["width"], box["height"]) >= 44


def test_a_desk_has_no_bar_under_the_thumb(reader: Any, open_page: OpenPage) -> None:
    page = open_page("/reseaux/essai/", reader)
    expect(page.get_by_role("navigation", name="Accès rapide")).not_to_be_visible()


def test_on_a_phone_the_bar_goes_by_keyboard(
    reader: Any, open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page("/reseaux/essai/", reader, 390)
    fold = page.get_by_role("button", name="Plus")
    fold.press("Enter")
    accessible(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Réseau essai", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(fold).to_be_focused()
    expect(page.get_by_role("link", name="Journal", exact=True)).not_to_be_visible()
