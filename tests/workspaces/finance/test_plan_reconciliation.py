"""The plan beside budgets and books, as its page and files say it."""

from __future__ import annotations

import csv
import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.investments import save_investment
from maillage.workspaces.finance.engine.investments import Operation
from tests.workspaces.finance.budget_world import budget, page_text, vote

pytestmark = pytest.mark.usefixtures("november")

PAGE = "/reseaux/essai/finances/investissements/rapprochement/"
OPERATIONS = (
    Operation("nord", "toit", "Toiture", "voted", years={2026: 600_00}, funding={"loan": 300_00}),
    Operation("nord", "parc", "Parc", "idea", years={2026: 70_00}),
    Operation("sud", "cour", "Cour", "running", years={2026: 50_00}),
)


@pytest.fixture
def world(network: Network, who: SimpleNamespace) -> SimpleNamespace:
    for operation in OPERATIONS:
        save_investment(network, operation, actor=INSTALLATION)
    lines = {("2135", ""): 660_00, ("164", ""): 240_00, ("706", ""): 1200, ("606", ""): 1200}
    vote(budget(network, "nord", lines=lines), dt.date(2025, 11, 20))
    return who


def told(who: SimpleNamespace, query: str) -> dict[str, dict[str, str]]:
    text = who.reader.client.get(f"{PAGE}export.csv?{query}").content.decode("utf-8-sig")
    rows = [line for line in text.splitlines() if not line.startswith(('"#', "#"))]
    return {row["Ligne"]: row for row in csv.DictReader(rows, delimiter=";")}


def test_a_chamber_is_compared_with_what_was_voted_alone(world: SimpleNamespace) -> None:
    uses = told(world, "annee=2026&chambre=nord")["Emplois : acquisitions d’immobilisations"]
    assert uses["Idées"] == "70,00" and uses["Opérations votées"] == "600,00"
    assert (uses["Budget en vigueur"], uses["Écart du budget au plan voté"]) == ("660,00", "60,00")
    assert uses["Réalisé"] == "non renseigné (ni budget exécuté ni livre)"
    loans = told(world, "annee=2026&chambre=nord")["Emprunts reçus"]
    assert (loans["Opérations votées"], loans["Écart du budget au plan voté"]) == (
        "300,00",
        "-60,00",
    )


def test_a_network_that_lacks_a_budget_is_not_told_in_part(world: SimpleNamespace) -> None:
    found = told(world, "annee=2026")
    uses = found["Emplois : acquisitions d’immobilisations"]
    assert uses["Opérations votées"] == "650,00"
    assert uses["Budget en vigueur"] == "non renseigné (il manque Région, Sud)"
    assert found["Nord"]["Écart du budget au plan voté"] == "60,00"
    assert found["Sud"]["Budget en vigueur"] == "non renseigné (aucun budget voté)"
    page = page_text(world.reader.client, f"{PAGE}?annee=2026")
    assert "Toiture" in page and "Parc" in page and "il manque Région, Sud" in page
    data = json.loads(world.reader.client.get(f"{PAGE}export.json?annee=2026").content)
    assert data["rows"][0]["values"][3] == 650_00
    assert world.stranger.client.get(PAGE).status_code == 404


def test_as_many_queries_whatever_the_number_of_operations(
    network: Network, world: SimpleNamespace
) -> None:
    def queries() -> int:
        world.reader.client.get(PAGE)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as found:
            assert world.reader.client.get(f"{PAGE}?annee=2026").status_code == 200
        return len(found)

    queries()
    one = queries()
    for code in ("a", "b", "c"):
        more = Operation("sud", code, code, "voted", years={2026: 1_00})
        save_investment(network, more, actor=INSTALLATION)
    assert queries() == one
