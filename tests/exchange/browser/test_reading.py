"""Taking over a printed chapter in a real Chromium: passages, letters, Enter; phone, keyboard."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from maillage.exchange.actions import take_document
from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.engine.document import FunctionDoc, ProcessDoc
from maillage.schemes.models import Placement
from tests.browsing import Accessible, OpenPage, Stage, faint_on_modes
from tests.builders import actors_of, load, small_document
from tests.exchange import files

PROCESSES = ("Comptabilité", "Trésorerie", "Immobilisations", "Fiscalité")
MODES = ("A", "M", "I")


def booklet() -> bytes:
    """Three pages: a cover, then two processes on each."""

    def said(name: str) -> str:
        return (
            f"{name} : chaque chambre l’assure seule en 2022, deux sites en mutualisent les moyens "
            "en 2024, et la chambre régionale l’intègre en 2027."
        )

    halves = [PROCESSES[:2], PROCESSES[2:]]
    pages = "\n#pagebreak()\n".join("\n\n".join(map(said, half)) for half in halves)
    head = '#set page("a5")\n#set text(lang: "fr", size: 11pt)\n= Schéma imprimé\n#pagebreak()\n'
    return files.typeset(head + pages)


def founded() -> SimpleNamespace:
    """A draft of twelve empty cells, and the people of its network."""
    rows = (ProcessDoc(name.lower()[:5].replace("é", "e"), "finances", name) for name in PROCESSES)
    document = small_document(
        functions=(FunctionDoc("finances", "Finances"),), processes=tuple(rows), placements=()
    )
    edition = load(document)
    return SimpleNamespace(edition=edition, people=actors_of(edition))


@pytest.fixture
def site(stage: Stage, settings: Any, tmp_path: Path) -> SimpleNamespace:
    settings.EXCHANGE_ROOT = tmp_path
    world = stage(founded)
    network = world.edition.scheme.network
    world.document = take_document(
        network, booklet(), "livret.pdf", actor=INSTALLATION, title="Schéma imprimé"
    )
    world.here = f"/editions/{world.edition.pk}/documents/{world.document.pk}/pages/"
    return world


def select(page: Page, first: int, last: int, beside: int = -1) -> None:
    """Draw over some lines of the picture, from the start of one to the end of another: as many
    pixels before and after them, within them where negative."""
    lines = page.locator(".doc-text text")
    start, end = lines.nth(first).bounding_box(), lines.nth(last).bounding_box()
    assert start and end
    page.mouse.move(start["x"] - beside, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] + beside, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()


def test_a_chapter_of_twelve_cells_is_taken_over(
    site: SimpleNamespace, open_page: OpenPage, record_property: Any
) -> None:
    page = open_page(f"{site.here}1/", site.people.finances.client)
    begun, gestures = time.monotonic(), 0
    page.get_by_role("button", name="Page lue, suivante").click()
    gestures += 1
    for rank, name in enumerate(PROCESSES):
        if rank == 2:
            page.get_by_role("button", name="Page lue, suivante").click()
            gestures += 1
        sheet = page.locator(".doc-sheet")
        expect(sheet).to_have_attribute("data-passages", "2" if rank < 2 else "3")
        texts = sheet.locator("text").all_text_contents()
        starts = [at for at, text in enumerate(texts) if text.startswith(f"{name} :")]
        after = [at for at, text in enumerate(texts) if " : " in text and at > starts[0]]
        select(page, starts[0], (after[0] if after else len(texts)) - 1)
        expect(page.locator("[name=quote]")).to_have_value(
            f"{name} : chaque chambre l’assure seule en 2022, deux sites en mutualisent les moyens "
            "en 2024, et la chambre régionale l’intègre en 2027."
        )
        gestures += 1
        for mode, milestone in zip(MODES, ("2022", "2024", "2027"), strict=True):
            expect(page.locator("#passage h2")).to_have_text(f"{name}, {milestone}")
            page.keyboard.press(mode.lower())
            page.keyboard.press("Enter")
            gestures += 2
            done = rank * 3 + MODES.index(mode) + 1
            known = "cellules renseignées" if done > 1 else "cellule renseignée"
            expect(page.get_by_text(f"{done} {known} sur 12")).to_be_visible()
    spent = time.monotonic() - begun
    record_property("seconds", f"{spent:.1f}")
    record_property("gestures", gestures)
    cells = Placement.objects.filter(edition=site.edition)
    assert cells.count() == 12 and gestures / 12 < 3
    assert {c.source_document for c in cells} == {"Schéma imprimé"}
    assert {(c.source_page, c.provenance) for c in cells} == {
        ("p.\u00a02", "stated"), ("p.\u00a03", "stated"),
    }  # fmt: skip
    assert page.locator(".doc-mark").count() >= 4
    print(f"twelve cells: {spent:.1f} s, {gestures} gestures, {gestures / 12:.1f} a cell")


@pytest.mark.parametrize("beside", [1, 8, 30])
def test_a_drag_begun_in_a_margin_chooses_the_lines_beside(
    site: SimpleNamespace, open_page: OpenPage, beside: int
) -> None:
    page = open_page(f"{site.here}2/", site.people.finances.client)
    texts = page.locator(".doc-sheet text").all_text_contents()
    second = next(at for at, text in enumerate(texts) if text.startswith("Trésorerie :"))
    select(page, second, len(texts) - 1, beside)
    expect(page.locator("[name=quote]")).to_have_value(
        "Trésorerie : chaque chambre l’assure seule en 2022, deux sites en mutualisent les moyens "
        "en 2024, et la chambre régionale l’intègre en 2027."
    )


def test_lines_are_ticked_by_keyboard(site: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{site.here}2/", site.people.finances.client)
    page.get_by_text("Texte de la page", exact=True).press("Enter")
    page.locator("[data-line]").nth(0).press("Space")
    expect(page.locator("[name=quote]")).to_have_value(
        page.locator(".doc-lines li").nth(0).inner_text().strip()
    )
    page.locator("[name=mode][value=A]").press("Space")
    page.get_by_role("button", name="Enregistrer, cellule suivante").press("Enter")
    expect(page.locator("#passage h2")).to_have_text("Comptabilité, 2024")
    assert Placement.objects.get(edition=site.edition).source_quote.startswith("Comptabilité")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_accessible_and_hold_the_screen(
    site: SimpleNamespace, open_page: OpenPage, accessible: Accessible, width: int
) -> None:
    client = site.people.administrator.client
    for place in (
        f"{site.here}2/",
        f"/sources/{site.document.pk}/pages/2/",
        f"/editions/{site.edition.pk}/documents/",
        "/administration/reseaux/essai/tableaux/processus/",
        "/administration/reseaux/essai/modele/",
    ):
        page = open_page(place, client, width=width)
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, place


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_beside_a_page_are_legible_under_their_milestones_on_a_telephone(
    site: SimpleNamespace, open_page: OpenPage, theme: str
) -> None:
    changes = {
        "mode": "M",
        "source_document": "Schéma imprimé",
        "source_page": "p. 2",
        "source_quote": "Comptabilité : chaque chambre",
        "provenance": "inferred",
    }
    place_cells(site.edition, [CellEdit("compt", "2022", "", changes)], actor=INSTALLATION)
    client = site.people.administrator.client
    page = open_page(f"{site.here}2/", client, width=390, color_scheme=theme)
    cells = page.locator("table.reading-cells")
    first = cells.locator("tbody tr").first.locator("td").all()
    for milestone, cell in zip(("2022", "2024", "2027"), first, strict=True):
        head = cells.locator("thead th", has_text=milestone)
        expect(head).to_be_visible()
        over, under = head.bounding_box(), cell.bounding_box()
        assert over and under and abs(over["x"] - under["x"]) < 2, milestone
    named = cells.get_by_role("link", name=re.compile("Comptabilité, 2022.*mutualisation, déduit"))
    expect(named).to_be_visible()
    assert faint_on_modes(page) == []
    marks, lines = page.locator(".doc-mark").all(), page.locator(".doc-text text").all()
    widths = [[float(one.get_attribute(name) or 0) for one in all_of]
              for name, all_of in (("width", marks), ("textLength", lines))]  # fmt: skip
    assert marks and max(widths[0]) < max(widths[1]) / 2, "the passage, not its line"


def test_a_conflict_is_told_and_settled_and_what_was_typed_is_offered_where_it_reopens(
    site: SimpleNamespace, open_page: OpenPage, accessible: Accessible
) -> None:
    who = site.people
    page = open_page(f"{site.here}2/?cellule=compt|2022", who.administrator.client)
    there = CellEdit("compt", "2022", "", {"mode": "H", "rationale": "Décidé ailleurs"})
    place_cells(site.edition, [there], actor=who.finances.actor)
    page.locator("[name=quote]").fill("chaque chambre l’assure seule")
    page.locator("[name=mode][value=A]").check()
    page.locator("[data-record]").click()
    note = page.locator("#passage .note.is-warn")
    expect(note).to_contain_text(f"Enregistré par {who.finances.user}")
    expect(note.locator("tbody tr", has_text="Mode")).to_contain_text("Harmonisation")
    accessible(page)
    # Left there, the passage is offered again, by whatever address the cell is reopened.
    page.goto(
        page.url.split("?")[0] + "?fonction=finances&cellule=compt%7C2022&passage=fisca%7C2022"
    )
    page.locator(".typed-offer").get_by_role("button", name="Reprendre").click()
    expect(page.locator("[name=quote]")).to_have_value("chaque chambre l’assure seule")
    place_cells(
        site.edition, [CellEdit("compt", "2022", "", {"mode": "I"})], actor=who.finances.actor
    )
    page.locator("[data-record]").click()
    expect(note).to_contain_text("Intégration")
    for radio in note.locator("input[value=mine]").all():
        radio.check()
    page.locator("[data-record]").click()
    # The mode is another: what becomes of what was said is asked, and the choices are held.
    for kept in page.locator("[name^=suite-][value=garder]").all():
        kept.check()
    page.locator("[data-record]").click()
    expect(note).to_have_count(0)
    cell = Placement.objects.get(process__code="compt", milestone__code="2022")
    assert (cell.mode, cell.source_quote) == ("A", "chaque chambre l’assure seule")
    assert cell.rationale == "Décidé ailleurs"
