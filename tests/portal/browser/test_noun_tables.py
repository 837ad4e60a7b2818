"""The table of a network's nouns in a real Chromium: pasted, drawn, moved by keys, kept."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from maillage.network.models import Function, Network
from tests.browsing import OpenPage, Stage
from tests.builders import actors_of, load, small_document

HERE = "/administration/reseaux/neuf/tableaux/fonctions/"


def founded() -> SimpleNamespace:
    """A network without a noun, beside another."""
    edition = load(small_document())
    Network.objects.create(code="neuf", name="Réseau neuf")
    return SimpleNamespace(people=actors_of(edition))


@pytest.fixture
def page(stage: Stage, open_page: OpenPage) -> Page:
    return open_page(HERE, stage(founded).people.installation.client)


def names(page: Page) -> list[str]:
    fields = page.locator("[data-field=name]")
    found = [fields.nth(at).input_value() for at in range(fields.count())]
    return [name for name in found if name]


def paste(page: Page, text: str, html: str = "") -> None:
    page.locator("[data-field=name]").first.focus()
    page.evaluate(
        """([text, html]) => {
        const data = new DataTransfer();
        data.setData("text", text);
        if (html) data.setData("text/html", html);
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [text, html],
    )


def test_a_merged_cell_stands_in_each_row_it_covers(stage: Stage, open_page: OpenPage) -> None:
    here = HERE.replace("neuf", "essai").replace("fonctions", "processus")
    page = open_page(here, stage(founded).people.installation.client)
    first = page.locator("tr[data-new] [data-field=name]").first
    first.focus()
    heads = "<tr><td>Fonction<td>Nom<td>Périmètre</tr>"
    rows = (
        "<tr><td rowspan=2>Personnel<td>Recrutement<td>Carrières</tr><tr><td>Mobilité<td></tr>"
        "<tr><td>Finances<td colspan=2>Audit</tr>"
    )
    page.evaluate(
        """html => {
        const data = new DataTransfer();
        data.setData("text", "Fonction\\tNom\\tPérimètre\\nPersonnel\\tRecrutement\\n\\tMobilité");
        data.setData("text/html", html);
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        f"<table>{heads}{rows}</table>",
    )
    new = page.locator("tr[data-new]")
    told = [
        tuple(new.nth(at).locator(f"[data-field={n}]").input_value()
              for n in ("function", "name", "group"))
        for at in range(3)
    ]  # fmt: skip
    assert told == [
        ("rh", "Recrutement", "Carrières"), ("rh", "Mobilité", ""), ("finances", "Audit", "Audit"),
    ]  # fmt: skip


def test_rows_are_pasted_moved_and_saved_in_their_order(page: Page) -> None:
    paste(page, "Finances\nPersonnel\nInformatique\nAchats\nJuridique\nL’audit d’été")
    assert len(names(page)) == 6
    codes = page.locator("[data-field=code]")
    expect(codes.nth(5)).to_have_attribute("placeholder", "audit-ete")
    handles = page.locator(".noun-handle")
    start, end = handles.nth(3).bounding_box(), handles.nth(0).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5, steps=15)
    page.mouse.up()
    assert names(page)[:3] == ["Achats", "Finances", "Personnel"]
    page.locator("[data-field=name]").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    handles.nth(2).focus()
    page.keyboard.press("ArrowDown")
    assert names(page)[:4] == ["Finances", "Achats", "Informatique", "Personnel"]
    expect(page.locator("#deplacement")).to_have_text("Ligne placée au rang 4.")
    page.get_by_role("button", name="Enregistrer le tableau").click()
    page.wait_for_url("**/administration/reseaux/neuf/")
    assert [f.code for f in Function.objects.filter(network__code="neuf")] == [
        "finances", "achats", "informatique", "personnel", "juridique", "audit-ete",
    ]  # fmt: skip


def test_what_is_typed_and_not_saved_is_offered_again(page: Page) -> None:
    paste(page, "\n".join(f"Fonction {n}" for n in range(1, 9)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HERE)
    assert names(page) == []
    page.get_by_role("button", name="Reprendre cette saisie").click()
    assert names(page) == [f"Fonction {n}" for n in range(1, 9)]


def test_enter_goes_down_and_a_row_is_always_there_to_type_in(page: Page) -> None:
    page.locator("[data-field=name]").first.focus()
    for name in ("Un", "Deux", "Trois", "Quatre", "Cinq"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Enregistrer et ajouter d’autres lignes").click()
    page.wait_for_url(f"**{HERE}#nouvelles")
    focused = page.evaluate(
        "document.activeElement.closest('tr')?.querySelector('output').textContent"
    )
    assert focused == "6" and Function.objects.filter(network__code="neuf").count() == 5


@pytest.fixture
def chambers(stage: Stage, open_page: OpenPage) -> Page:
    here = HERE.replace("fonctions", "chambres")
    return open_page(here, stage(founded).people.installation.client)


def test_a_pasted_word_that_is_no_choice_stays_and_its_fault_is_read_within_its_cell(
    chambers: Page,
) -> None:
    paste(chambers, "Nom\tNature\nCCI Nord\tchambre inconnue\nCCI Sud\tChambre régionale")
    kinds = chambers.locator("[data-field=kind]")
    expect(kinds.nth(0)).to_have_value("chambre inconnue")
    expect(kinds.nth(0)).to_have_attribute("aria-invalid", "true")
    expect(kinds.nth(1)).to_have_value("regional")
    expect(kinds.nth(2)).to_have_value("")
    chambers.get_by_role("button", name="Enregistrer le tableau").click()
    told = chambers.locator("#ligne-1 .field-error")
    expect(told).to_contain_text("« chambre inconnue »")
    within = told.evaluate(
        """one => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const cell = one.closest("td").getBoundingClientRect();
        return [...range.getClientRects()].every(
          line => line.left >= cell.left - 1 && line.right <= cell.right + 1);
        }"""
    )
    assert within
    assert told.evaluate("one => getComputedStyle(one).display") == "block"
    expect(kinds.nth(0)).to_have_value("chambre inconnue")


def _kept(page: Page) -> Page:
    """The page as it is found again, what was typed being taken up."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HERE)
    page.get_by_role("button", name="Reprendre cette saisie").click()
    return page


def test_what_was_typed_on_a_row_comes_back_on_it_whatever_rows_left(page: Page) -> None:
    paste(page, "Finances\nPersonnel\nInformatique\nAchats")
    page.get_by_role("button", name="Enregistrer et ajouter d’autres lignes").click()
    page.wait_for_url(f"**{HERE}#nouvelles")
    fields = page.locator("[data-field=name]")
    fields.nth(2).fill("Systèmes d’information")
    fields.nth(3).fill("Achats et marchés")
    fields.nth(4).fill("Juridique")
    Function.objects.filter(network__code="neuf", code="personnel").delete()
    assert names(_kept(page)) == [
        "Finances", "Systèmes d’information", "Achats et marchés", "Juridique",
    ]  # fmt: skip


def test_what_was_typed_on_a_row_that_left_is_told_not_placed(page: Page) -> None:
    paste(page, "Finances\nPersonnel")
    page.get_by_role("button", name="Enregistrer et ajouter d’autres lignes").click()
    page.wait_for_url(f"**{HERE}#nouvelles")
    page.locator("[data-field=name]").nth(0).fill("Finances et comptabilité")
    Function.objects.filter(network__code="neuf", code="finances").delete()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HERE)
    offer = page.locator(".typed-offer")
    expect(offer).to_contain_text("« finances », ligne retirée")
    expect(offer).to_contain_text("Finances et comptabilité")
    page.get_by_role("button", name="Reprendre cette saisie").click()
    assert names(page) == ["Personnel"]


def test_lines_added_from_a_spreadsheet_are_kept_as_they_stand(page: Page) -> None:
    page.get_by_text("Coller depuis un tableur").click() if not page.locator(
        "#colle"
    ).is_visible() else None
    page.locator("#colle").fill("Finances\nPersonel\nAchats")
    page.get_by_role("button", name="Ajouter ces lignes").click()
    expect(page.locator("[data-field=name]").nth(2)).to_have_value("Achats")
    expect(page.locator(".typed-offer")).to_have_count(0)
    page.locator("[data-field=name]").nth(1).fill("Personnel")
    assert names(_kept(page)) == ["Finances", "Personnel", "Achats"]
    expect(page.locator("#colle")).to_have_value("")
