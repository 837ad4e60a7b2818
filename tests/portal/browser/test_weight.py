"""What a page weighs and whether it moves once shown, on the pages opened most."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

import maillage
from tests.browsing import OpenPage, Stage, Told, drafted, published

SOURCE = Path(maillage.__file__).parent
MOST_CSS = 60_000
MOST_JS = 40_000
MOVED = """() => new Promise((done) => {
  let moved = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) moved += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(moved), 400);
})"""
PAGES = ("/editions/{edition}/", "/editions/{edition}/?lecture=chambres", "/reseaux/essai/")
GRIDS = ("/editions/{edition}/saisie/",)


def weight(sheets: Path) -> int:
    return sum(len(sheet.read_bytes()) for sheet in sheets.glob("*.css"))


def test_the_sheets_of_the_house_and_of_one_room_are_light() -> None:
    ours = SOURCE / "ui/static/ui"
    rooms = {path.parent for path in SOURCE.glob("**/static/*/*.css")} - {ours}
    heavy = {room.name: weight(ours) + weight(room) for room in rooms}
    assert len(heavy) > 5
    assert max(heavy.values()) <= MOST_CSS, heavy
    # A page of the finances is set with the sheet of costing too.
    finances = [path for path in rooms if path.name in ("costing", "finance")]
    assert len(finances) == 2
    assert weight(ours) + sum(weight(path) for path in finances) <= MOST_CSS


def weighed(page: Page) -> dict[str, int]:
    """What each script of the pages opened from now on weighs as it is sent, by address."""
    scripts: dict[str, int] = {}

    def told(answer: Response) -> None:
        if answer.request.resource_type == "script":
            scripts[answer.url] = len(gzip.compress(answer.body()))

    page.on("response", told)
    return scripts


@pytest.mark.slow
def test_a_grid_is_light_and_loads_the_rest_when_it_is_asked_for(
    stage: Stage, open_page: OpenPage
) -> None:
    held = stage(drafted)
    page = open_page("/aide/", held.people.administrator.client)
    scripts = weighed(page)
    for address in GRIDS:
        scripts.clear()
        page.goto(address.format(edition=held.edition.pk))
        page.wait_for_load_state("networkidle")
        assert any("grid" in name for name in scripts), address
        assert sum(scripts.values()) <= MOST_JS, (address, scripts)
        assert not any("grid_bulk" in name for name in scripts)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page_is_light_and_does_not_move_once_shown(
    stage: Stage, open_page: OpenPage, record_property: Told, width: int
) -> None:
    edition = stage(published).edition
    page = open_page("/aide/", width=width)
    scripts = weighed(page)
    for address in PAGES:
        scripts.clear()
        page.goto(address.format(edition=edition.pk))
        moved = page.evaluate(MOVED)
        record_property(f"layout shift of {address}, {width} px (0)", moved)
        assert moved == 0, address
        page.wait_for_load_state("networkidle")
        assert 0 < sum(scripts.values()) <= MOST_JS, (address, scripts)
