"""A scheme and its milestones typed in a real Chromium, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from maillage.schemes.models import Edition
from tests.browsing import Accessible, OpenPage, Stage, drafted

pytestmark = pytest.mark.slow

NEW = "/reseaux/essai/schemas/nouveau/"
SAVE = ".form-actions button"


def fill_scheme(page: Page) -> None:
    for name, value in (
        ("title", "SROM 2028"),
        ("code", "srom-2028"),
        ("start_year", "2028"),
        ("end_year", "2032"),
        ("edition_title", "Première version"),
    ):
        page.fill(f"[name={name}]", value)


def fill_row(page: Page, rank: int, year: str, nature: str) -> None:
    for field, value in (("code", year), ("label", year), ("date", f"{year}-12-31")):
        page.fill(f"[name=jalons-{rank}-{field}]", value)
    page.select_option(f"[name=jalons-{rank}-nature]", nature)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_scheme_is_typed_row_by_row(stage: Stage, open_page: OpenPage, script: bool) -> None:
    client = stage(drafted).people.administrator.client
    page: Page = open_page(NEW, client, java_script_enabled=script)
    fill_scheme(page)
    fill_row(page, 0, "2028", "inventory")
    page.click("text=Ajouter un jalon")
    fill_row(page, 3, "2032", "projection")
    page.click("[value=retirer-1]")
    assert page.input_value("[name=jalons-2-code]") == "2032"
    # Enter saves: it neither adds nor removes a row.
    page.press("[name=edition_title]", "Enter")
    page.wait_for_url("**/fiche/")
    made = Edition.objects.get(scheme__code="srom-2028")
    assert list(made.milestones.values_list("code", flat=True)) == ["2028", "2032"]


def test_faults_conflicts_and_losses_are_accessible(
    stage: Stage, open_page: OpenPage, accessible: Accessible
) -> None:
    world = stage(drafted)
    draft, someone = world.edition, world.people
    page = open_page(NEW, someone.administrator.client, width=390)
    fill_scheme(page)
    fill_row(page, 0, "2028", "inventory")
    fill_row(page, 1, "2028", "status")
    page.click(SAVE)
    assert page.get_by_text("c’est déjà celui du jalon 1").is_visible()
    accessible(page)
    frame = f"/editions/{draft.pk}/cadre/"
    one = open_page(frame, someone.administrator.client)
    other = open_page(frame, someone.installation.client)
    one.fill("[name=edition_title]", "Le mien")
    one.click(SAVE)
    one.wait_for_url("**/fiche/")
    other.click("[value=retirer-2]")
    other.click(SAVE)
    assert other.get_by_text(f"modifiés par {someone.administrator.user}").is_visible()
    assert other.input_value("[name=edition_title]") == "Le mien", "what one left is theirs to set"
    accessible(other)
    other.click(SAVE)
    assert other.get_by_text("sans retour possible").is_visible()
    accessible(other)
    other.click("text=Retirer et enregistrer")
    other.wait_for_url("**/fiche/")
    assert draft.milestones.count() == 2
