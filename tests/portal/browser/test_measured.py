"""What the pages opened most show before one scrolls, each figure told in the report of the tests
(`tests/budget.py` says it at their end)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.browsing import OpenPage, Stage, Told, published
from tests.builders import books_of_chambers, keep_books, mapped

pytestmark = pytest.mark.slow
YEAR = 2025
HIGHEST, PHONE = 340, 844 - 56
"""Pixels above the first row of data at a desk; of a telephone above the bar under the thumb."""
COLUMNS, ROWS = 12, 20
FIRST = (
    """() => document.querySelector("main table tbody td").getBoundingClientRect().top + scrollY"""
)
SEEN = """() => {
  const table = document.querySelector("main table.amounts");
  const frame = table.closest(".scroll").getBoundingClientRect();
  const whole = (one) => {
    const { top, bottom, left, right } = one.getBoundingClientRect();
    return top >= 0 && bottom <= Math.min(innerHeight, frame.bottom) + 1
      && left >= frame.left - 1 && right <= Math.min(innerWidth, frame.right) + 1;
  };
  const rows = [...table.tBodies[0].rows].filter((row) => [...row.cells].every(whole));
  const pen = document.createRange();
  const cut = rows.map((row) => row.cells[0]).filter((name) => {
    pen.selectNodeContents(name);
    const { right } = pen.getBoundingClientRect();
    const { overflow, textOverflow } = getComputedStyle(name);
    return right > name.getBoundingClientRect().right + 1 || textOverflow !== "clip"
      || overflow !== "visible";
  });
  const columns = table.tHead.rows[0].cells.length - 1;
  return { rows: rows.length, columns, cut: cut.map((name) => name.textContent.trim()) };
}"""
"""Rows of figures wholly in the window with all their columns, and names of which an end is hid."""


def world() -> SimpleNamespace:
    """An adopted edition, and books of a whole exercise of every chamber."""
    held = published()
    network = held.edition.scheme.network
    keep_books(network, "region", "nord", "sud", year=YEAR)
    mapped(network, set(books_of_chambers().accounts.values()))
    return held


def pages(held: SimpleNamespace) -> dict[str, str]:
    finances = f"/reseaux/{held.edition.scheme.network.code}/finances/"
    return {
        "cartography": f"/editions/{held.edition.pk}/",
        "cartography by chamber": f"/editions/{held.edition.pk}/?lecture=chambres",
        "balance": f"{finances}balance/?exercice={YEAR}",
        "balance sheet": f"{finances}bilan/?exercice={YEAR}",
    }


def _seen_first(page: Page, held: SimpleNamespace, told: Told, most: int, where: str) -> None:
    late = {}
    for name, address in pages(held).items():
        page.goto(address)
        found = round(page.evaluate(FIRST))
        told(f"first data of the {name}, {where} (px, at most {most})", found)
        if found > most:
            late[name] = found
    assert not late


def test_figures_begin_high_at_a_desk_and_on_a_telephone(
    stage: Stage, open_page: OpenPage, record_property: Told
) -> None:
    held = stage(world)
    client = held.people.finances.client
    _seen_first(open_page("/aide/", client), held, record_property, HIGHEST, "1440 x 900")
    phone = open_page("/aide/", client, viewport={"width": 390, "height": 844})
    _seen_first(phone, held, record_property, PHONE, "390 x 844")


def test_a_balance_of_twelve_columns_shows_twenty_rows_whole(
    stage: Stage, open_page: OpenPage, record_property: Told
) -> None:
    held = stage(world)
    page = open_page(pages(held)["balance"] + "&colonnes=mois", held.people.finances.client)
    found = page.evaluate(SEEN)
    told = f"rows of a balance of {found['columns']} columns seen whole (at least {ROWS})"
    record_property(told, found["rows"])
    assert found["columns"] >= COLUMNS and found["rows"] >= ROWS and not found["cut"], found
