"""A key, its statement and a cost, by hand in a real Chromium, refusals included."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from maillage.costing.actions.costs import Count, count_volumes
from maillage.costing.demo import fill
from maillage.costing.models import ProcessVolume, RechargeStatement
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.browsing import Accessible, OpenPage, Stage, drafted

pytestmark = pytest.mark.slow


@pytest.fixture
def finances(stage: Stage, open_page: OpenPage) -> Callable[..., Page]:
    """`finances("cles/", width=390)`: a page of the small network, as the finance editor."""
    client = stage(drafted).people.finances.client

    def go(rest: str, **options: Any) -> Page:
        return open_page(f"/reseaux/essai/finances/{rest}", client=client, **options)

    return go


def test_a_key_refused_at_99_99_then_a_statement_previewed_issued_and_reversed(
    finances: Callable[..., Page], accessible: Accessible
) -> None:
    page = finances("cles/nouvelle/")
    page.get_by_label("Nom").fill("Accord")
    page.get_by_label("Code").fill("accord")
    page.get_by_label("Inducteur").select_option("entered")
    page.get_by_label("Valable du").fill("2025-01-01")
    page.get_by_label("Chambre du Nord").fill("60")
    page.get_by_label("Chambre du Sud").fill("39,99")
    page.get_by_role("button", name="Enregistrer la clé").click()
    assert "il manque 0,01" in page.get_by_role("alert").inner_text()
    page.get_by_label("Chambre du Sud").fill("40")
    page.get_by_role("button", name="Enregistrer la clé").click()
    accessible(page)
    page.get_by_role("link", name="Établir un relevé").click()
    page.get_by_label("Objet").fill("Paie")
    page.get_by_label("Montant (€)").fill("0")
    page.get_by_role("button", name="Calculer").click()
    assert page.get_by_label("Saisi").is_checked(), "what is filled says where the amount is from"
    assert "serait refusé" in page.get_by_role("alert").inner_text()
    accessible(page)
    page.get_by_label("Montant (€)").fill("100,01")
    page.get_by_role("button", name="Calculer").click()
    preview = page.get_by_role("region", name="Répartition calculée")
    assert "60,01" in preview.inner_text()
    assert "40,00" in preview.inner_text()
    assert RechargeStatement.objects.count() == 0
    accessible(page)
    page.get_by_role("button", name="Établir le relevé").click()
    page.get_by_role("heading", name="Relevé de refacturation RF-").wait_for()
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Contre-passer").click()
    page.get_by_label("Motif").fill("Erreur de période")
    page.get_by_role("button", name="Contre-passer").click()
    page.get_by_text("Ce relevé contre-passe le").wait_for()
    assert sum(statement.amount for statement in RechargeStatement.objects.all()) == 0


def test_the_grid_of_volumes_is_typed_on_a_telephone(
    finances: Callable[..., Page], accessible: Accessible
) -> None:
    page = finances("couts/volumes/saisir/", width=390)
    page.get_by_label("Volume, Comptabilité fournisseurs, Nord").fill("douze")
    page.get_by_role("button", name="Enregistrer").click()
    assert "n’est pas un nombre" in page.get_by_role("alert").inner_text()
    accessible(page)
    field = page.get_by_label("Volume, Comptabilité fournisseurs, Nord")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("12 000")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Volumes et ETP", exact=True).wait_for()
    accessible(page)
    assert (
        "12\u202f000" in page.get_by_role("region", name="Volumes et ETP par chambre").inner_text()
    )
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0


def test_keys_and_a_statement_hold_on_a_telephone(
    finances: Callable[..., Page], accessible: Accessible
) -> None:
    fill(Network.objects.get(code="essai"))
    page = finances("cles/", width=390)
    assert page.locator("svg.share-bar rect").count() > 3
    accessible(page)
    row = RechargeStatement.objects.latest("number")
    page = finances(f"cles/refacturations/{row.year}/{row.number}/", width=390)
    table = page.get_by_role("region", name=f"Relevé {row.reference}")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    accessible(page)


def test_a_block_is_pasted_in_the_grid_of_volumes_or_not_at_all(
    finances: Callable[..., Page],
) -> None:
    page = finances("couts/volumes/saisir/?annee=2025")
    cells = page.locator("[data-volumes] tbody tr").first.locator("input:not([type=hidden])")
    paste = """(cell, text) => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
    }"""
    cells.nth(0).evaluate(paste, "1 200\t1,5\n")
    assert [cells.nth(0).input_value(), cells.nth(1).input_value()] == ["1 200", "1,5"]
    cells.nth(0).press("Control+z")
    assert [cells.nth(0).input_value(), cells.nth(1).input_value()] == ["", ""]
    cells.nth(1).evaluate(paste, "\t".join("9" * 50))
    assert cells.nth(1).input_value() == ""
    cells.nth(0).evaluate(paste, "7\t2")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/couts/volumes/?annee=2025")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_count_somebody_else_changed_is_chosen_between(
    finances: Callable[..., Page], accessible: Accessible, width: int
) -> None:
    page = finances("couts/volumes/saisir/?annee=2025", width=width)
    network = Network.objects.get(code="essai")
    cell = page.locator("[data-volumes] tbody input[name^=v-]").first
    process, entity = map(int, (cell.get_attribute("name") or "")[2:].split("-"))
    subject, chamber = network.processes.get(pk=process), network.entities.get(pk=entity)
    count_volumes(
        network, [Count(subject, chamber, 2025, Decimal(16900), None)], actor=INSTALLATION
    )
    cell.fill("17000")
    page.get_by_role("button", name="Enregistrer").click()
    note = page.locator("main form .note.is-warn")
    expect(note).to_contain_text("par Maillage")
    expect(note).to_contain_text("16")
    expect(cell).to_have_value("17000")
    accessible(page)
    note.locator("input[value=mine]").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/couts/volumes/?annee=2025")
    assert ProcessVolume.objects.get(process=subject, entity=chamber, year=2025).volume == 17000
