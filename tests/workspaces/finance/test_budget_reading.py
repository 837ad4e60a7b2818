"""Budgets read side by side: columns, totals, what is counted and what is being prepared."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from maillage.costing.engine.budgets import totals
from maillage.costing.queries.realised import realised_amounts
from maillage.ledger.actions import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.builders import keep_books
from tests.workspaces.finance.budget_world import approved, budget, page_text, vote

pytestmark = pytest.mark.usefixtures("november", "common_books")

BASE = "/reseaux/essai/finances/"


COMPARED = ("Primitif", "En vigueur", "En vigueur moins primitif", "Réalisé",
            "Réalisé moins en vigueur")  # fmt: skip


def test_the_screen_and_the_file_name_the_columns_alike(
    network: Network, who: SimpleNamespace
) -> None:
    approved(network, "nord", 2025)
    page = page_text(who.reader.client, BASE + "budgets/comparaison/?annee=2025")
    file = who.reader.client.get(BASE + "budgets/comparaison/export.csv?annee=2025")
    header = file.content.decode("utf-8-sig")
    for title in COMPARED:
        assert f">{title}</th>" in page
        assert title in header
    assert "<h1>Comparaison des budgets 2025</h1>" in page


def test_totals_are_named_and_the_result_follows_the_products(
    network: Network, who: SimpleNamespace
) -> None:
    lines = {("6061", ""): 1_200_00, ("706", ""): 2_400_00, ("205", ""): 600_00, ("164", ""): 12_00}
    vote(budget(network, "nord", 2025, lines=lines), dt.date(2024, 11, 20))
    wanted = ("Total des charges", "Total des produits", ">Résultat<", "Total des emplois",
              "Total des ressources")  # fmt: skip
    for address in ("comparaison/?annee=2025", "consolidation/?annee=2025"):
        page = page_text(who.reader.client, f"{BASE}budgets/{address}")
        places = [page.index(word) for word in wanted]
        assert places == sorted(places), address
        assert ">Total<" not in page
    for address in ("comparaison", "consolidation"):
        file = who.reader.client.get(f"{BASE}budgets/{address}/export.csv?annee=2025")
        places = [file.content.decode().index(word.strip("><")) for word in wanted]
        assert places == sorted(places), address


def test_drafts_that_are_not_counted_are_named_with_how_to_count_them(
    network: Network, who: SimpleNamespace
) -> None:
    approved(network, "nord")
    budget(network, "sud")
    for address in ("comparaison/?annee=2026", "consolidation/?annee=2026",
                    "actions/numerique/?annee=2026"):  # fmt: skip
        page = page_text(who.reader.client, f"{BASE}budgets/{address}")
        assert "n préparation : Sud" in page, address
        assert "annee=2026&brouillons=oui" in page, address
        assert "on renseigné : Sud" not in page, address


def test_a_chamber_without_revision_shows_its_initial_budget_in_force(
    network: Network, who: SimpleNamespace
) -> None:
    approved(network, "nord")
    page = page_text(who.reader.client, BASE + "budgets/actions/numerique/?annee=2026&arrete=12")
    row = page[page.index(">Nord</th>") :].split("</tr>")[0]
    assert row.count("2 400") == 3  # initial, in force, left to bear
    assert "primitif</small>" in row
    assert ">Reste à charge</th>" in page
    assert "Résultat" not in page
    footer = page[page.index("<tfoot>") :].split("</tr>")[0]
    assert footer.count("2 400") == 3
    assert "primitif repris : Nord" in page
    listed = page_text(who.reader.client, BASE + "budgets/actions/?annee=2026&arrete=12")
    assert ">Charges en vigueur</th>" in listed
    assert listed.count(">2 400</td>") == 2


def test_a_loan_paid_back_is_read_under_the_uses(network: Network, who: SimpleNamespace) -> None:
    keep_books(network, "nord")
    rules = [RuleValue("", "164", False, "164"), RuleValue("", "2", False, "21")]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    said = realised_amounts(network, 2025)["nord"]
    added = totals(said)
    paid = sum(cents for key, cents in said.items() if key[1] == "164D")
    assert paid > 0
    assert added.uses == paid + sum(c for key, c in said.items() if key[1][0] == "2")
    assert added.resources == 0
    client = who.administrator.client
    for page in ("comparaison/?annee=2025", "consolidation/?annee=2025&colonne=executed"):
        text = page_text(client, f"{BASE}budgets/{page}")
        assert text.index(">Emplois<") < text.index("16 Emprunts")
        assert "(remboursements)" in text
    draft = budget(network, "sud", lines={})
    added_line = client.post(f"{BASE}budgets/{draft.pk}/ligne/", {"account": "164d", "axis": ""})
    assert added_line.status_code == 302
    page = page_text(client, f"{BASE}budgets/{draft.pk}/")
    assert 'data-class="2"' in page
    assert 'data-key="164D|"' in page
