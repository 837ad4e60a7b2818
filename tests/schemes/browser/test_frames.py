"""A scheme and its milestones typed in a real Chromium, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

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


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_row_added_after_a_conflict_leaves_what_is_to_be_chosen(
    stage: Stage, open_page: OpenPage, script: bool
) -> None:
    world = stage(drafted)
    draft, someone = world.edition, world.people
    frame = f"/editions/{draft.pk}/cadre/"
    one = open_page(frame, someone.administrator.client)
    other = open_page(frame, someone.installation.client, java_script_enabled=script)
    for page, said in ((one, "Le mien"), (other, "Le leur")):
        page.fill("[name=edition_title]", said)
        page.fill("[name=jalons-0-label]", f"{said} aussi")
        page.click(SAVE)
    other.check("[name='choix-2022:label'][value=leur]")
    other.fill("[name=edition_title]", "Le leur, mieux")
    other.click("text=Ajouter un jalon")
    expect(other.get_by_text("Ma saisie\u00a0: Le leur, mieux")).to_be_visible()
    assert other.is_checked("[name='choix-2022:label'][value=leur]")
    other.click("[value=retirer-0]")
    expect(other.locator("[name^=choix-]:not([name=choix-dits])")).to_have_count(2)
    other.check("[name='choix-:title'][value=mien]")
    rows = other.locator("fieldset[data-number]")
    left = rows.count() - 1
    other.click(f"[value=retirer-{left}]")
    expect(rows).to_have_count(left)
    assert other.is_checked("[name='choix-:title'][value=mien]")
    other.click(SAVE)
    other.click("text=Retirer et enregistrer")
    other.wait_for_url("**/fiche/")
    draft.refresh_from_db()
    assert draft.title == "Le leur, mieux"


def test_a_title_changed_meanwhile_is_told_before_it_is_sent(
    stage: Stage, open_page: OpenPage, accessible: Accessible
) -> None:
    world = stage(drafted)
    draft, someone = world.edition, world.people
    frame = f"/editions/{draft.pk}/cadre/"
    one = open_page(frame, someone.administrator.client)
    other = open_page(frame, someone.installation.client, width=390)
    other.fill("[name=jalons-0-label]", "Ma saisie")
    one.fill("[name=edition_title]", "Le sien")
    one.click(SAVE)
    one.wait_for_url("**/fiche/")
    other.evaluate("dispatchEvent(new Event('focus'))")
    note = other.get_by_role("status").filter(has_text="Modifié entre-temps")
    expect(note).to_contain_text(f"par {someone.administrator.user}, le ")
    expect(note).to_contain_text("enregistré à présent : Le sien")
    accessible(other)
    assert other.input_value("[name=jalons-0-label]") == "Ma saisie"
