"""A browser without JavaScript reads all a page says and does all it offers, but the grids.

What is offered (a link, a field, a button) is looked at in every page as it is sent, by
`tests/inspection.py`; here pages are read and used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.world import World, build, rooms
from tests.browsing import OpenPage, Stage
from tests.builders import actors_of
from tests.inspection import pages

pytestmark = pytest.mark.slow
READ = """() => {
  const field = "td :is(input:not([type=hidden], [type=checkbox]), select, textarea)";
  const grids = `[role=grid], table:has(${field})`;
  for (const one of document.querySelectorAll(`[data-needs-js], noscript, ${grids}`)) one.remove();
  const main = document.querySelector("main");
  return main.innerText.split("\\n").map((line) => line.replace(/\\s+/g, " ").trim())
    .filter(Boolean);
}"""


def world() -> World:
    return build(actors_of, "draft")


def opened_most(held: World) -> Iterator[str]:
    network = f"/reseaux/{held.network.code}/"
    edition = f"/editions/{held.edition.pk}/"
    finances = f"{network}finances/"
    yield from (network, f"{network}ma-page/", f"{network}journal/", f"{network}constats/")
    yield from (edition, f"{edition}?lecture=chambres", f"{edition}?lecture=trajectoire")
    yield from (f"{edition}fiche/", f"{edition}textes/", "/recherche/?q=tr", "/compte/")
    yield from (finances + name for name in ("", "balance/", "tableaux/", "budgets/", "livres/"))


def not_read(scripted: Page, plain: Page, address: str) -> list[str]:
    """What a page says with its scripts and does not without."""
    found = []
    for page in (scripted, plain):
        page.goto(address)
        found.append(page.evaluate(READ))
    said, read = found
    return [line for line in said if line not in read]


def is_page(answer: Any) -> bool:
    """Neither a file nor data, nor a part of a page that a script asks for."""
    kind = answer.headers.get("Content-Type", "")
    return kind.startswith("text/html") and not answer.streaming and b"<main" in answer.content


def lacking(open_page: OpenPage, held: World, addresses: Iterator[str]) -> dict[str, list[str]]:
    client = held.people.administrator.client
    open_page(f"/reseaux/{held.network.code}/ma-page/", client)  # a first visit is told once
    scripted = open_page("/aide/", client)
    plain = open_page("/aide/", client, java_script_enabled=False)
    found = {address: not_read(scripted, plain, address) for address in addresses}
    return {address: lines for address, lines in found.items() if lines}


def test_without_script_the_pages_opened_most_say_the_same(
    stage: Stage, open_page: OpenPage
) -> None:
    held = stage(world)
    assert lacking(open_page, held, opened_most(held)) == {}


@pytest.mark.deep
@pytest.mark.parametrize("room", rooms(), ids=lambda room: next(iter(room[0])).split(":")[0])
def test_without_script_every_page_says_the_same(
    stage: Stage, open_page: OpenPage, room: tuple[Any, Any]
) -> None:
    held = stage(world)
    client = held.people.administrator.client
    shown = (
        address
        for address in pages(held, room[0], "administrator", "draft")
        if is_page(client.get(address))
    )
    assert lacking(open_page, held, shown) == {}


def test_without_script_one_searches_filters_writes_and_leaves(
    stage: Stage, open_page: OpenPage
) -> None:
    held = stage(world)
    network = f"/reseaux/{held.network.code}/"
    page = open_page(network, held.people.administrator.client, java_script_enabled=False)
    page.get_by_label("Rechercher").fill("paie")
    page.get_by_role("button", name="Lancer la recherche").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("paie")
    page.goto(f"{network}journal/")
    act = page.locator("main tbody tr").first.locator("th, td").nth(2)
    done = act.inner_text()
    page.get_by_label("Acte", exact=True).select_option(label=done)
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#acte option:checked")).to_have_text(done)
    expect(act).to_have_text(done)
    page.goto(f"/editions/{held.edition.pk}/saisie/tresorerie/2022/")
    page.get_by_role("radio", name="Coopération").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("enregistré")
    page.goto(f"/editions/{held.edition.pk}/textes/preambule/retirer/")
    page.locator("main form").get_by_role("button").first.click()
    expect(page.locator("main")).not_to_contain_text("Retirer ce texte")
    page.locator(".tools .menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(network)
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
