"""Typing the cells of a return in a real Chromium: a block lands cell by cell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from maillage.workspaces.returns.engine.definition import Column, Definition, Line
from tests.browsing import OpenPage, Stage, drafted
from tests.workspaces.returns.browser.test_grid import _paste
from tests.workspaces.returns.world import opened

pytestmark = pytest.mark.slow
HERE = "/reseaux/essai/etats/indicateurs/rendus/1/saisir/"


def furnished() -> SimpleNamespace:
    world = drafted()
    rows = (Line("A", "Effectif", "typed", "", "fte"), Line("B", "Sites", "typed", "", "number"))
    held = opened(
        world.edition.network, Definition(rows, (Column("N", "N"), Column("S", "S", "sum")))
    )
    return SimpleNamespace(who=world.people, held=held)


@pytest.fixture
def room(stage: Stage) -> SimpleNamespace:
    return stage(furnished)


def test_a_block_lands_cell_by_cell_or_not_at_all(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(HERE, room.who.finances.client)
    fields = page.locator(".returns-typing input.num")
    width = page.locator(".returns-typing tbody tr").first.locator("input.num").count()
    assert width >= 2
    _paste(page, fields.nth(0), "1\t2,5\n\n")
    expect(fields.nth(0)).to_have_value("1")
    expect(fields.nth(1)).to_have_value("2,5")
    _paste(page, fields.nth(0), "7\t8\nneuf\t10\n")
    expect(fields.nth(width)).to_have_value("neuf")
    _paste(page, fields.nth(0), "0\t0\n0\t0\n0\t0\n")
    expect(fields.nth(0)).to_have_value("7")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("« neuf » n’est pas un nombre")
    expect(fields.nth(width)).to_have_attribute("aria-invalid", "true")
    expect(fields.nth(1)).to_have_value("8")


def test_a_paste_is_undone_whole_and_leaves_what_was_typed_since(
    room: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(HERE, room.who.finances.client)
    fields = page.locator(".returns-typing input.num")
    fields.nth(0).fill("3")
    _paste(page, fields.nth(0), "7\t8\n")
    fields.nth(1).fill("12")
    fields.nth(0).focus()
    page.keyboard.press("Control+z")
    expect(fields.nth(0)).to_have_value("3")
    expect(fields.nth(1)).to_have_value("12")
    page.keyboard.press("Control+y")
    expect(fields.nth(0)).to_have_value("7")
    expect(fields.nth(1)).to_have_value("12")
    page.get_by_role("button", name="Défaire le collage").click()
    expect(fields.nth(0)).to_have_value("3")
    expect(page.get_by_role("button", name="Défaire le collage")).to_be_disabled()
