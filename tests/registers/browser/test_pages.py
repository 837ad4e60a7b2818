"""The pages of a register in a real Chromium: by axe, on a telephone, with keys and paste."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from maillage.people.actors import INSTALLATION
from tests.browsing import OpenPage, Stage
from tests.inspection import Inspection
from tests.registers.example.models import Contract
from tests.registers.world import VERBS, contract, contracts
from tests.registers.world import world as built

HOME = "/reseaux/essai/contrats/"
PAGES = [
    "",
    "?q=rien+de+tel",
    "?entity=nord&amount.min=1&filtrer=end&tri=-amount",
    "?colonnes=title,processes,buyer,contact,site",
    "ajouter/",
    "fiche/C-001/",
    "fiche/C-001/?champ=end",
    "fiche/C-001/modifier/",
    "fiche/C-001/supprimer/",
    "saisie/",
    "lot/?ligne=C-001&champ=end",
    "import/",
]


def furnished() -> SimpleNamespace:
    world = built()
    contract(world.network)
    contracts(world.network, 70)
    return world


@pytest.fixture
def shown(stage: Stage) -> SimpleNamespace:
    return stage(furnished)


@pytest.mark.parametrize("who", ["administrator", "reader"])
def test_every_page_is_sound(
    shown: SimpleNamespace,
    open_page: OpenPage,
    who: str,
) -> None:
    client = getattr(shown, who).client
    inspection = Inspection(open_page(HOME, client))
    for page in PAGES:
        if client.get(HOME + page).status_code == 200:
            inspection.visit(HOME + page)
            _picture(inspection.page, who, page)
    assert "\n".join(inspection.faults) == ""


def _picture(page: Any, who: str, name: str) -> None:
    """Kept where `PICTURES` names a folder, to be looked at."""
    folder = os.environ.get("PICTURES")
    if folder:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            stem = name.translate({ord(c): "_" for c in "/?&=."})[:40]
            page.screenshot(path=Path(folder) / f"{who}-{stem or 'liste'}-{width}.png")


def test_one_types_in_the_grid_with_keys_and_pastes(
    shown: SimpleNamespace,
    open_page: OpenPage,
) -> None:
    page = open_page(HOME + "saisie/?colonnes=title,lots", shown.administrator.client)
    first = page.locator("tbody tr").nth(0).locator("[data-cell=title]")
    first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').sectionRowIndex") == 1
    page.evaluate(
        """() => {
        const data = new DataTransfer();
        data.setData('text/plain', 'Un\\t7\\nDeux\\t8\\n');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste',
          {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    page.get_by_text("Tout est enregistré").wait_for()
    pasted = Contract.objects.filter(title__in=["Un", "Deux"]).order_by("lots")
    assert list(pasted.values_list("title", "lots")) == [("Un", 7), ("Deux", 8)]
    page.get_by_role("button", name="Défaire").click()
    page.get_by_text("Tout est enregistré").wait_for()
    assert not pasted.all().exists(), "undone, and saved again"
    second = page.locator("tbody tr").nth(1).locator("[data-cell=title]")
    second.focus()
    page.keyboard.press("Control+d")
    above = first.input_value()
    expect(second).to_have_value(above)
    page.keyboard.press("Control+f")
    page.get_by_label("Chercher dans la grille").fill(above)
    expect(page.locator("#grid-find [data-count]")).to_have_text("2 sur 2")
    page.keyboard.press("Enter")
    expect(page.locator("#grid-find [data-count]")).to_have_text("1 sur 2")
    page.keyboard.press("Escape")
    expect(first).to_be_focused()


def test_a_line_that_moved_shows_both_values(shown: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(HOME + "saisie/?colonnes=title,lots&tri=code", shown.administrator.client)
    row = Contract.objects.get(code="C-001")
    VERBS.revise(row, actor=INSTALLATION, values={"title": "Entre-temps"})
    cell = page.locator("tbody tr").nth(0).locator("[data-cell=title]")
    cell.fill("Ma saisie")
    cell.blur()
    page.get_by_text("Entre-temps", exact=True).wait_for()
    page.get_by_text("1 ligne n’est pas enregistrée").wait_for()
    page.get_by_role("button", name="Garder ma saisie").click()
    page.get_by_text("Tout est enregistré").wait_for()
    row.refresh_from_db()
    assert row.title == "Ma saisie"


def test_what_a_cut_network_kept_from_being_recorded_is_offered_again(
    shown: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(HOME + "saisie/?colonnes=title,lots&tri=code", shown.administrator.client)
    code = page.locator("tbody tr").nth(0).locator("th").inner_text().strip()
    cells = page.locator("[data-cell=title]")
    page.route("**/saisie/**", lambda route: route.abort() if route.request.method == "POST"
               else route.continue_())  # fmt: skip
    cells.nth(0).fill("Saisi pendant la coupure")
    cells.nth(0).blur()
    page.get_by_text("1 ligne n’est pas enregistrée").wait_for()
    new = page.locator("tr[data-new]").nth(0).locator("[data-cell=title]")
    new.fill("Ligne nouvelle")
    assert Contract.objects.filter(title__in=["Saisi pendant la coupure"]).count() == 0
    page.unroute("**/saisie/**")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    offer = page.locator(".typed-offer")
    expect(offer).to_contain_text("Saisi pendant la coupure")
    expect(offer).to_contain_text("Ligne nouvelle")
    expect(cells.nth(0)).not_to_have_value("Saisi pendant la coupure")
    offer.get_by_role("button", name="Reprendre cette saisie").click()
    expect(cells.nth(0)).to_have_value("Saisi pendant la coupure")
    page.get_by_text("Enregistrement…").wait_for(state="hidden")
    page.wait_for_function(
        "code => !Object.entries(localStorage).some(([name, held]) =>"
        " name.includes('saisie|') && held.includes('Saisi pendant'))",
        arg=code,
    )
    assert Contract.objects.get(code=code).title == "Saisi pendant la coupure"
    page.reload()
    expect(cells.nth(0)).to_have_value("Saisi pendant la coupure")
    expect(page.locator(".typed-offer")).not_to_contain_text("Saisi pendant la coupure")


def test_a_cell_refused_is_set_aside_with_its_reason_and_its_line_recorded(
    shown: SimpleNamespace, open_page: OpenPage, accessible: Any
) -> None:
    page = open_page(HOME + "saisie/?colonnes=title,lots,year&tri=code", shown.administrator.client)
    row, state = page.locator("tbody tr").nth(0), page.locator("#grid-state")
    code = row.locator("th").inner_text().strip()
    before = Contract.objects.get(code=code).lots
    title, lots, year = (row.locator(f"[data-cell={name}]") for name in ("title", "lots", "year"))
    lots.fill("beaucoup")
    title.fill("Objet repris")
    year.fill("2025")
    year.blur()
    expect(state).to_contain_text("Non enregistré")
    expect(state).to_contain_text(code)
    expect(lots).to_have_attribute("aria-invalid", "true")
    reason = page.locator(f"#{(lots.get_attribute('aria-describedby') or '').split()[-1]}")
    expect(reason).to_be_visible()
    expect(lots).to_have_value("beaucoup")
    kept = Contract.objects.get(code=code)
    assert (kept.title, kept.year, kept.lots) == ("Objet repris", 2025, before)
    accessible(page)

    # Another cell of the line, another line: recorded; what is refused stays so, as typed.
    other = page.locator("tbody tr").nth(1).locator("[data-cell=title]")
    for cell, text in ((other, "Autre ligne"), (title, "Encore un objet")):
        with page.expect_response("**/saisie/**"):
            cell.fill(text)
            cell.blur()
    expect(state).to_contain_text("Non enregistré")
    kept.refresh_from_db()
    assert (kept.title, kept.lots) == ("Encore un objet", before)
    assert Contract.objects.filter(title="Autre ligne").exists()
    expect(lots).to_have_attribute("aria-invalid", "true")
    lots.fill("7")
    lots.blur()
    page.get_by_text("Tout est enregistré").wait_for()
    expect(lots).not_to_have_attribute("aria-invalid", "true")
    kept.refresh_from_db()
    assert kept.lots == 7

    # Undone wherever one is in the page, but in a field.
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    expect(lots).not_to_have_value("7")

    # A rule whose field is in no column shown: its reason stands at the head of the line.
    year.fill("2099")
    year.blur()
    expect(row.locator("th .field-error")).to_contain_text("La fin précède l’année 2099")


def test_what_another_records_meanwhile_is_told_beside_what_one_types(
    shown: SimpleNamespace, open_page: OpenPage
) -> None:
    """As one comes back to the page, then as one types: who, when, which fields, nothing lost."""
    address = HOME + "fiche/C-001/modifier/"
    page = open_page(address, shown.administrator.client)
    page.fill("[name=title]", "Ma saisie")
    row = Contract.objects.get(code="C-001")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_load_state("networkidle")
    assert page.locator("main .note").count() == 0, "nothing moved yet"
    writer = shown.installation.actor
    VERBS.revise(row, actor=writer, values={"title": "Le leur", "lots": 9})
    page.wait_for_timeout(1600)
    page.evaluate("dispatchEvent(new Event('focus'))")
    note = page.locator("main .note")
    expect(note).to_contain_text(f"Modifié entre-temps par {shown.installation.user}, le ")
    told = note.inner_text()
    assert "enregistré à présent : Le leur" in told and "votre saisie : Ma saisie" in told
    assert "enregistré à présent : 9" in told and told.count("votre saisie :") == 1
    expect(page.locator("[name=title]")).to_have_value("Ma saisie")
    page.click("main .form-actions button")
    expect(page.get_by_role("alert")).to_contain_text("Le leur")
    expect(page.locator("[name=title]")).to_have_value("Ma saisie")
    assert page.get_by_text("Modifié entre-temps").count() == 0, (
        "a refused page has told it already"
    )


def test_a_page_left_open_asks_nothing_of_itself(
    shown: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page("/aide/", shown.administrator.client)
    page.clock.install()
    page.goto(HOME + "fiche/C-001/modifier/")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "modifier" in one.url else None)
    page.clock.fast_forward("10:00")
    assert asked == []
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert asked == [], "nothing was typed"
    with page.expect_response("**/modifier/"):
        page.locator("[name=title]").press_sequentially("ab")
    page.clock.fast_forward("00:30")
    page.locator("[name=title]").press_sequentially("c")
    assert len(asked) == 1, "not at each key"
    Contract.objects.filter(code="C-001").delete()
    page.clock.fast_forward("00:30")
    page.locator("[name=title]").press_sequentially("d")
    expect(page.get_by_text("Cette page n’existe plus")).to_be_visible()
