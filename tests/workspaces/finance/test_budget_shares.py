"""Budgets consolidated net of what chambers have with each other: told, taken out, gaps stated."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.engine.between import Share
from maillage.costing.models import Budget, BudgetShare
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.shares import declare_shares
from tests.builders import acted
from tests.workspaces.finance.budget_world import budget, page_text, vote

pytestmark = pytest.mark.usefixtures("november")
HERE = "/reseaux/essai/finances/budgets/"
NORD = {("659", ""): 120_00, ("6218", ""): 60_00, ("706", ""): 600_00}
SUD = {("7593", ""): 96_00, ("7084", ""): 48_00, ("641", ""): 240_00}


def _two(network: Network) -> tuple[Budget, Budget]:
    nord = vote(budget(network, "nord", 2026, lines=NORD), dt.date(2025, 11, 20))
    sud = vote(budget(network, "sud", 2026, lines=SUD), dt.date(2025, 11, 20))
    return nord, sud


def _declare(found: Budget, *shares: Share, **more: Any) -> None:
    declare_shares(found, actor=INSTALLATION, shares=shares, **more)


def _rows(who: SimpleNamespace, what: str = "export", **query: str) -> dict[str, list[str]]:
    asked = "&".join(f"{name}={value}" for name, value in ({"annee": "2026"} | query).items())
    file = who.reader.client.get(f"{HERE}consolidation/{what}.csv?{asked}")
    rows = [row.split(";") for row in file.content.decode("utf-8-sig").splitlines()]
    return {row[1]: row[2:] for row in rows if len(row) > 2}


def test_the_result_of_the_network_is_the_sum_of_the_results_plus_stated_gaps(
    network: Network, who: SimpleNamespace
) -> None:
    nord, sud = _two(network)
    _declare(nord, Share("6218", "sud", 60_00))
    _declare(sud, Share("7084", "nord", 48_00))
    rows = _rows(who, chiffres="4")
    tax = next(cells for label, cells in rows.items() if label.startswith("659"))
    assert tax[-3:] == ["120,00", "120,00", "0,00"]
    sales = next(cells for label, cells in rows.items() if label.startswith("706"))
    assert sales[-3:] == ["600,00", "0,00", "600,00"]
    assert rows["Total des charges"][-3:] == ["420,00", "180,00", "240,00"]
    assert rows["Total des produits"][-3:] == ["744,00", "144,00", "600,00"]
    # 180 of charges go out against 144 of products: 36 that do not answer.
    assert rows["Résultat"][-3:] == ["324,00", "-36,00", "360,00"]
    assert rows["Écarts d’élimination"][-1] == "-36,00"
    assert rows["Résultat du réseau"][-1] == "324,00"
    page = page_text(who.reader.client, f"{HERE}consolidation/?annee=2026")
    assert "Écarts d’élimination" in page and "chambre en face non précisée" in page
    pairs = _rows(who, "eliminations")
    assert pairs["Nord et Sud"][:3] == ["60,00", "48,00", "-12,00"]
    assert pairs["chambre en face non précisée"][:3] == ["120,00", "96,00", "-24,00"]


def test_an_action_is_read_without_elimination(network: Network, who: SimpleNamespace) -> None:
    _two(network)
    page = page_text(who.reader.client, f"{HERE}consolidation/?annee=2026&axe=numerique")
    assert "Somme des chambres" not in page


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        (Share("641", "sud", 1), "pas de ligne"),
        (Share("6218", "nord", 1), "une autre chambre"),
        (Share("6218", "rien", 1), "une chambre du réseau"),
        (Share("6218", "sud", 60_01), "plus entre chambres"),
        (Share("6218", "sud", -1), "un montant positif"),
    ],
)
def test_shares_that_do_not_hold(network: Network, share: Share, reason: str) -> None:
    nord, _sud = _two(network)
    with pytest.raises(Refusal, match=reason):
        _declare(nord, share)
    assert not BudgetShare.objects.exists()


def test_shares_are_typed_on_a_voted_budget_and_come_back_with_their_faults(
    network: Network, who: SimpleNamespace
) -> None:
    nord, _sud = _two(network)
    client, here = who.nord.client, f"{HERE}{nord.pk}/entre-chambres/"
    sent = {"account": ["6218", ""], "partner": ["sud", ""], "amount": ["60", ""]}
    assert "659" in page_text(client, here)
    refused = client.post(here, sent | {"amount": ["x", ""]})
    assert refused.status_code == 422
    assert 'value="x"' in refused.content.decode()
    assert acted(client, here, sent).status_code == 302
    assert BudgetShare.objects.get().amount == 60_00
    last = Event.objects.order_by("-pk")[0]
    assert (last.verb, last.subject) == ("finance.share.declared", nord.subject)
    count = Event.objects.count()
    assert acted(client, here, sent).status_code == 302
    assert Event.objects.count() == count
    assert client.post(here, sent | {"vu": "autre"}).status_code == 409
    assert who.reader.client.post(here, sent).status_code == 403


def test_the_consolidation_asks_as_much_whatever_its_shares(
    network: Network, who: SimpleNamespace
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert who.reader.client.get(f"{HERE}consolidation/?annee=2026").status_code == 200
        return len(seen)

    nord, sud = _two(network)
    before = count()
    _declare(nord, Share("6218", "sud", 60_00))
    _declare(sud, Share("7084", "nord", 48_00))
    assert count() == before
