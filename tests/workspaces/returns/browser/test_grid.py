"""The grids of a definition in a real Chromium: typed, pasted, moved, saved as one text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from maillage.workspaces.returns.engine.definition import Column, Definition, Line
from maillage.workspaces.returns.models import DefinitionVersion
from tests.browsing import OpenPage, Stage, drafted
from tests.workspaces.returns.world import defined

pytestmark = pytest.mark.slow
HERE = "/reseaux/essai/etats/indicateurs/"


def furnished() -> SimpleNamespace:
    world = drafted()
    rows = (Line("A", "Charges", "accounts", "6"), Line("B", "Produits", "accounts", "7"))
    held = defined(world.edition.network, Definition(rows, (Column("N", "N"),)))
    return SimpleNamespace(who=world.people, definition=held)


@pytest.fixture
def room(stage: Stage) -> SimpleNamespace:
    return stage(furnished)


def _cell(page: Page, title: str, line: int, part: str = "Lignes") -> Any:
    region = page.get_by_role("region", name=part, exact=True)
    return region.get_by_label(f"{title}, ligne {line}", exact=True)


def _paste(page: Page, cell: Any, text: str) -> None:
    cell.focus()
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_rows_are_typed_pasted_and_moved(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{HERE}lignes-et-colonnes/", room.who.finances.client)
    expect(_cell(page, "Libellé", 1)).to_have_value("Charges")
    expect(_cell(page, "Nature", 2)).to_have_value("Comptes")
    _cell(page, "Code", 1).press("Alt+ArrowDown")
    expect(_cell(page, "Code", 1)).to_have_value("B")
    expect(_cell(page, "Code", 2)).to_be_focused()
    _cell(page, "Code", 2).press("ArrowDown")
    expect(_cell(page, "Code", 3)).to_be_focused()
    pasted = 'R\tRésultat\tformule\t"B - A"\nETP\tEffectif\tSaisie\t\tETP'
    _paste(page, _cell(page, "Code", 3), pasted)
    expect(_cell(page, "Nature", 3)).to_have_value("Formule")
    expect(_cell(page, "Unité", 4)).to_have_value("ETP")
    _cell(page, "Décimales", 4).fill("1")
    page.get_by_role("button", name="Enregistrer la définition").click()
    page.wait_for_url(f"**{HERE}")
    rows = DefinitionVersion.objects.get().held.rows
    assert [(r.code, r.kind, r.content, r.unit, r.decimals) for r in rows] == [
        ("B", "accounts", "7", "euro", 0),
        ("A", "accounts", "6", "euro", 0),
        ("R", "formula", "B - A", "euro", 0),
        ("ETP", "typed", "", "fte", 1),
    ]


def test_what_is_refused_comes_back_to_the_grid(room: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(f"{HERE}lignes-et-colonnes/", room.who.finances.client)
    _paste(page, _cell(page, "Code", 3), "C\tCercle\tFormule\tC + 1")
    page.get_by_role("button", name="Enregistrer la définition").click()
    expect(page.get_by_role("alert")).to_contain_text("formule circulaire")
    expect(_cell(page, "Contenu", 3)).to_have_value("C + 1")
    expect(_cell(page, "Contenu", 3)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".returns-grid [aria-invalid]")).to_have_count(1)
    _cell(page, "Code", 3).fill("")
    _cell(page, "Libellé", 3).fill("")
    page.get_by_role("button", name="Enregistrer la définition").click()
    page.wait_for_url(f"**{HERE}")
    assert len(DefinitionVersion.objects.get().held.rows) == 2
