"""Pages as they are printed: each sheet says the network, the edition, the filters and the day, and
bears nothing of the machine around the document."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from maillage.kernel.period import french_date
from tests.architecture.world import World, build
from tests.browsing import OpenPage, Stage
from tests.builders import actors_of

pytestmark = pytest.mark.slow
MOST_ROWS = 60


def world() -> World:
    return build(actors_of, "adopted")


def sheets(page: Page) -> list[str]:
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return [one.extract_text() for one in pages]


@pytest.fixture
def reader(stage: Stage) -> tuple[World, Any]:
    made = stage(world)
    return made, made.people.reader.client


def test_each_sheet_bears_the_network_the_edition_the_filters_and_the_day(
    reader: tuple[World, Any], open_page: OpenPage
) -> None:
    made, client = reader
    network, edition = made.network.name, str(made.edition)
    page = open_page("/aide/", client)
    asked = {
        f"/editions/{made.edition.pk}/": [network, edition],
        f"/editions/{made.edition.pk}/?fonction=finances": [network, edition, "Fonction : "],
        f"/reseaux/{made.network.code}/ma-page/": [network],
        f"/reseaux/{made.network.code}/finances/plan/": [network],
        f"/reseaux/{made.network.code}/journal/": [network],
        "/aide/": ["Maillage"],
    }
    seen = 0
    for address, wanted in asked.items():
        page.goto(address)
        found = sheets(page)
        for number, text in enumerate(found, 1):
            head = " ".join(text.split())[:400]
            said = [*wanted, f"Imprimé le {french_date(timezone.localdate())}"]
            missing = [words for words in said if " ".join(words.split()) not in head]
            assert not missing, (address, number, missing, head)
            assert f"{number} / {len(found)}" in head, (address, head)
            assert "Accès rapide" not in text and "Se déconnecter" not in text
        seen += len(found)
    assert seen > len(asked), "no page of these fills two sheets: a running head proves nothing"


def test_without_a_script_the_first_sheet_bears_them(
    reader: tuple[World, Any], open_page: OpenPage
) -> None:
    made, client = reader
    page = open_page(f"/editions/{made.edition.pk}/", client, java_script_enabled=False)
    first = " ".join(sheets(page)[0].split())
    assert f"{made.network.name} · {made.edition} Imprimé le" in first


def test_a_row_is_never_printed_on_two_sheets(
    reader: tuple[World, Any], open_page: OpenPage
) -> None:
    page = open_page("/aide/composants/", reader[1])
    page.evaluate(
        """(most) => {
          const table = document.querySelector("table.data tbody");
          const [row] = table.rows;
          for (let n = 1; n < most; n += 1) {
            const copy = row.cloneNode(true);
            copy.cells[0].textContent = `debut${n}. `;
            copy.cells[1].innerHTML = `<p>un</p><p>deux</p><p>trois</p><p>fin${n}.</p>`;
            table.append(copy);
          }
        }""",
        MOST_ROWS,
    )
    found = sheets(page)
    place = {
        f"{end}{n}": [k for k, text in enumerate(found) if f"{end}{n}." in text]
        for n in range(1, MOST_ROWS)
        for end in ("debut", "fin")
    }
    cut = [n for n in range(1, MOST_ROWS) if place[f"debut{n}"] != place[f"fin{n}"]]
    assert not cut and len({tuple(on) for on in place.values()}) > 1, (cut, place)


def test_the_title_of_a_table_is_printed_with_its_first_row(
    reader: tuple[World, Any], open_page: OpenPage
) -> None:
    page = open_page("/aide/composants/", reader[1])
    page.evaluate(
        """() => {
          const table = document.querySelector("main table.data:not(.is-sticky)").cloneNode(true);
          const made = (name) => document.createElement(name);
          const [title, spacer, frame] = ["h2", "div", "div"].map(made);
          title.textContent = "Titreseul.";
          for (const row of [...table.tBodies[0].rows].slice(3)) row.remove();
          table.tBodies[0].rows[0].cells[0].textContent = "Premierrang.";
          spacer.id = "espace";
          frame.className = "scroll";
          frame.append(table);
          document.querySelector("main .content").replaceChildren(spacer, title, frame);
        }"""
    )
    places = set()
    for height in range(640, 960, 20):
        page.evaluate("(high) => { espace.style.height = `${high}px`; }", height)
        found = sheets(page)
        (title,) = (n for n, text in enumerate(found) if "Titreseul." in text)
        assert "Premierrang." in found[title], height
        places.add(title)
    assert places == {0, 1}, "no height puts them near the foot: nothing is proved"
