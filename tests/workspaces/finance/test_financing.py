"""Self-financing and the financing table of budgets: what is planned, what is not told and why."""

from __future__ import annotations

import csv
import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.models import Budget
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts, revise_budget
from tests.workspaces.finance.budget_world import budget, page_text, vote

pytestmark = pytest.mark.usefixtures("november")

PAGE = "/reseaux/essai/finances/budgets/financement/"
ASKED = "annee=2026&colonne=initial&brouillons=oui"
WHOLE = {
    "606": 317, "641": 700, "6582": 3, "657": 60, "661": 13, "6811": 165, "706": 600, "747": 10,
    "757": 80, "7593": 900, "781": 0, "2183": 200, "131": 40, "164": 100, "164D": 50,
}  # fmt: skip
"""Euros of a chamber that sells an asset, borrows and invests; result 257, CAF 392 in all."""


def plan(network: Network, code: str, lines: dict[str, int]) -> None:
    held = budget(network, code, lines={})
    edits = [LineEdit(account, "", {1: euros * 100}) for account, euros in lines.items()]
    enter_amounts(held, edits, actor=INSTALLATION)


def told(who: SimpleNamespace, query: str = ASKED) -> dict[str, dict[str, str]]:
    text = who.reader.client.get(f"{PAGE}export.csv?{query}").content.decode("utf-8-sig")
    rows = [line for line in text.splitlines() if not line.startswith(('"#', "#"))]
    return {row["Ligne"]: row for row in csv.DictReader(rows, delimiter=";") if not row["Compte"]}


def test_a_whole_budget_has_its_self_financing_and_its_flows(
    network: Network, who: SimpleNamespace
) -> None:
    plan(network, "nord", WHOLE)
    found = {code: row["Nord"] for code, row in told(who).items()}
    expected = {"resultat": 332, "dotations": 165, "vnc": 60, "reprises": 0, "cessions": 80,
                "quotes": 10, "caf": 467, "caf-ebe": 467, "ebe": -417, "f-cessions": 80,
                "acquisitions": 200, "f-emprunts": 100, "f-rembourses": 50, "ressources": 687,
                "emplois": 250, "flux": 437}  # fmt: skip
    assert {code: found[code] for code in expected} == {
        code: f"{euros},00" for code, euros in expected.items()
    }
    for code in ("f-frng", "f-bfr", "f-tn", "frng-ouverture", "frng-cloture"):
        assert found[code].startswith("non renseigné"), code
    page = page_text(who.reader.client, f"{PAGE}?{ASKED}")
    assert "Les deux calculs de la CAF donnent le même montant" in page
    assert "son besoin en fonds de roulement et sa trésorerie ne sont pas renseignés" in page


@pytest.mark.parametrize("gone", ["6811", "781", "657", "747", "757"])
def test_a_budget_that_lacks_one_of_five_accounts_has_no_self_financing(
    network: Network, who: SimpleNamespace, gone: str
) -> None:
    plan(network, "nord", {account: cents for account, cents in WHOLE.items() if account != gone})
    root = gone[:3] if gone in ("657", "747", "757") else gone[:2]
    found = told(who)
    why = f"CAF non renseignée, le budget ne porte pas {root}\u00a0: une ligne à zéro suffit"
    for code in ("caf", "caf-ebe", "f-caf", "flux"):
        assert found[code]["Nord"] == f"non renseigné ({why})", code
    assert found["ebe"]["Nord"] != found["caf"]["Nord"]
    assert found["acquisitions"]["Nord"] == "200,00"
    assert why.replace("\u00a0", " ") in page_text(who.reader.client, f"{PAGE}?{ASKED}")


def test_what_is_told_for_zero_stays_told_in_a_revised_budget(
    network: Network, who: SimpleNamespace
) -> None:
    plan(network, "nord", WHOLE)
    initial = Budget.objects.get()
    vote(initial, dt.date(2025, 11, 20))
    revise_budget(initial, actor=INSTALLATION)
    found = told(who, "annee=2026&colonne=revised&brouillons=oui")
    assert (found["caf"]["Nord"], found["reprises"]["Nord"]) == ("467,00", "0,00")


def test_the_network_lacks_what_a_chamber_lacks(network: Network, who: SimpleNamespace) -> None:
    plan(network, "nord", WHOLE)
    found = told(who)
    assert found["caf"]["Sud"] == "non renseigné (aucun budget de cette nature)"
    assert found["caf"]["Réseau"] == "non renseigné (il manque Région, Sud)"
    alone = told(who, f"{ASKED}&chambre=nord")
    assert "Réseau" not in alone["caf"] and alone["caf"]["Nord"] == "467,00"


def test_the_three_files_and_the_page_hold_for_every_kind(
    network: Network, who: SimpleNamespace
) -> None:
    plan(network, "nord", WHOLE)
    data = json.loads(who.reader.client.get(f"{PAGE}export.json?{ASKED}").content)
    rows = {row["values"][1]: row["values"] for row in data["rows"] if not row["values"][2]}
    place = [column["title"] for column in data["columns"]].index("Nord")
    assert (rows["caf"][place], data["amounts"]) == (46_700, "cents")
    for kind in ("initial", "revised", "executed"):
        for name in ("", "export.xlsx", "export.csv"):
            address = f"{PAGE}{name}?annee=2026&colonne={kind}&brouillons=oui&detail=oui"
            assert who.reader.client.get(address).status_code == 200


def test_as_many_queries_whatever_the_number_of_budgets(
    network: Network, who: SimpleNamespace
) -> None:
    def queries() -> int:
        who.reader.client.get(PAGE)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as found:
            assert who.reader.client.get(f"{PAGE}?{ASKED}").status_code == 200
        return len(found)

    plan(network, "nord", WHOLE)
    queries()
    one = queries()
    plan(network, "sud", WHOLE)
    assert queries() == one
