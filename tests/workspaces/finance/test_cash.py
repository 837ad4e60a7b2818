"""A cash plan from a budget, two books and dates entered: read, typed, shown, exported."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.ledger.queries.treasury import treasuries
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.cash import date_cash, define_profiles
from maillage.workspaces.finance.engine.cash import Due, Profile
from maillage.workspaces.finance.models import CashDue, PaymentProfile
from maillage.workspaces.finance.queries.cash import ChamberCash, cash_of, profiles_of
from maillage.workspaces.finance.views.cash_tables import cash_table, network_table
from tests.builders import acted
from tests.workspaces.finance.budget_world import budget, entity, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")
HERE = "/reseaux/essai/finances/tresorerie/"
NORD = f"{HERE}nord/2026/"
LINES = {("606", ""): 120_00, ("706", ""): 600_00, ("6811", ""): 999_00 // 12 * 12}


def _fill(network: Network, code: str = "nord") -> None:
    """A budget of 50 in and 10 out a month; a book of two months, another of the year before."""
    vote(budget(network, code, 2026, lines=LINES), dt.date(2025, 11, 20))
    keep_book(network, code, 2026, {("606", 1): 8_00, ("706", 2): -40_00, ("411", 2): 5_00})
    past = {("606", m): 9_00 for m in range(1, 13)} | {("706", m): -30_00 for m in range(1, 13)}
    keep_book(network, code, 2025, past)


def _cash(network: Network, code: str = "nord") -> ChamberCash:
    return cash_of(network, 2026, [entity(network, code)])[0]


def _date(network: Network, opening: int | None = 1_000_00, *dues: Due) -> None:
    date_cash(entity(network, "nord"), actor=INSTALLATION, year=2026, opening=opening, dues=dues)


def test_the_books_tell_the_treasury_by_month(network: Network) -> None:
    _fill(network)
    found = treasuries(network, 2026)["nord"]
    assert found.months[:3] == ((0, 8_00), (40_00, 5_00), (0, 0))
    assert (found.opening, found.closing) == (None, None)


def test_a_plan_opens_as_entered_goes_as_observed_then_as_planned(network: Network) -> None:
    _fill(network)
    assert set(_cash(network).plan.expected) == {None}
    _date(network)
    cash = _cash(network)
    assert (cash.opened_by, cash.former_by) == ("saisie", "livre 2025")
    plan = cash.plan
    # January as the year before ended: 30 in, 9 out.
    assert (plan.received[:2], plan.paid[:2]) == ([30_00, 50_00], [9_00, 10_00])
    assert plan.expected[:4] == [992_00, 1_027_00, 1_067_00, 1_107_00]
    assert plan.planned[:2] == [1_021_00, 1_061_00]
    assert plan.lowest == (992_00, 1)


def test_without_a_book_the_year_before_is_its_budget_or_is_not_told(network: Network) -> None:
    vote(budget(network, "nord", 2026, lines=LINES), dt.date(2025, 11, 20))
    _date(network)
    assert _cash(network).plan.expected[0] is None
    vote(budget(network, "nord", 2025, lines={("706", ""): 120_00}), dt.date(2024, 11, 20))
    cash = _cash(network)
    assert cash.former_by == "Budget primitif 2025"
    assert cash.plan.expected[0] == 1_010_00


def test_the_page_and_its_files_say_the_same(network: Network, who: SimpleNamespace) -> None:
    _fill(network)
    _date(network, 1_000_00, Due("Loyer", "autre", 6, -70_00))
    page = page_text(who.reader.client, NORD)
    file = who.reader.client.get(f"{NORD}export.csv").content.decode("utf-8-sig")
    assert "Point le plus bas : 992 €, fin janvier" in page
    assert "Autres décaissements saisis" in page
    assert ">1 027<" in page and "1 027,00" not in page, "in euros, as its lowest point"
    assert ">1 027,00<" in page_text(who.reader.client, f"{NORD}?centimes=oui")
    row = next(line for line in file.splitlines() if line.startswith("Trésorerie attendue"))
    assert row.startswith("Trésorerie attendue;992,00;1027,00;1067,00;1107,00;1147,00;1117,00;")
    assert "<polyline" in page
    assert "à venir" in page
    whole = who.reader.client.get(f"{HERE}export.csv?annee=2026").content.decode()
    assert "Nord;fin février, prévu ensuite;992 €, fin janvier;992,00;1027,00" in whole
    told = next(line for line in whole.splitlines() if line.startswith("Réseau;")).split(";")
    assert told[1].startswith('"rien') and told[-1] == "non renseigné (une chambre manque)"
    assert re.search("observé et prévu s’ajoutent .prévu\u00a0: .*Sud", whole)
    assert "Nord</a>" in page_text(who.reader.client, f"{HERE}?annee=2026")


def test_profiles_are_typed_and_come_back_with_their_faults(
    network: Network, who: SimpleNamespace
) -> None:
    client, here = who.nord.client, f"{NORD}parametres/"
    sent = {"profils": "oui", "root": ["70", ""], "vat": ["20", ""], "w0": ["25,5", ""],
            "w1": ["74", ""]}  # fmt: skip
    refused = acted(client, here, sent)
    assert refused.status_code == 422
    assert 'value="25,5"' in refused.content.decode()
    assert not PaymentProfile.objects.exists()
    assert acted(client, here, sent | {"w1": ["74,5", ""]}).status_code == 302
    assert profiles_of(entity(network, "nord")) == [Profile("70", (2550, 7450), 2000, True)]
    assert "25,5 % dans le mois, 74,5 % à 1 mois" in page_text(client, here)
    assert acted(client, here, sent | {"vat": ["vingt", ""]}).status_code == 422
    assert who.reader.client.post(here, sent).status_code == 403


def test_dates_are_typed_and_an_empty_opening_is_not_zero(
    network: Network, who: SimpleNamespace
) -> None:
    client, here = who.nord.client, f"{NORD}parametres/"
    sent = {"echeances": "oui", "opening": "", "label": ["Acompte", ""], "kind": ["impot", "autre"],
            "month": ["6", ""], "amount": ["-1 500", ""]}  # fmt: skip
    assert acted(client, here, sent).status_code == 302
    assert list(CashDue.objects.values_list("kind", "month", "amount")) == [("impot", 6, -1_500_00)]
    assert CashDue.objects.get().plan.opening is None
    last = Event.objects.order_by("-pk")[0]
    assert (last.verb, last.diff["sum"]) == ("finance.cash.dated", -1_500_00)
    count = Event.objects.count()
    assert acted(client, here, sent).status_code == 302
    assert Event.objects.count() == count
    assert acted(client, here, sent | {"amount": ["x", ""]}).status_code == 422
    assert acted(client, here, sent | {"month": ["", ""]}).status_code == 422
    assert acted(client, here, sent | {"opening": "mille"}).status_code == 422


def test_what_changed_since_it_was_read_is_refused(network: Network) -> None:
    nord = entity(network, "nord")
    define_profiles(nord, actor=INSTALLATION, profiles=[Profile("70")])
    with pytest.raises(Refusal) as refused:
        define_profiles(nord, actor=INSTALLATION, profiles=[], seen="autre")
    assert refused.value.denied.status == 409
    with pytest.raises(Refusal, match="mêmes chiffres"):
        define_profiles(nord, actor=INSTALLATION, profiles=[Profile("6"), Profile("6")])


def test_the_network_takes_as_many_queries_whatever_its_chambers(
    network: Network, who: SimpleNamespace
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert who.reader.client.get(f"{HERE}?annee=2026").status_code == 200
        return len(seen)

    _fill(network)
    _date(network, 1_00, Due("Loyer", "autre", 6, -70_00))
    one = count()
    _fill(network, "sud")
    data: dict[str, Any] = {"year": 2026, "opening": 5_00, "dues": [Due("A", "autre", 1, 1)]}
    date_cash(entity(network, "sud"), actor=INSTALLATION, **data)
    assert count() == one


def _rows(network: Network, year: int) -> dict[str, list[Any]]:
    cash = cash_of(network, year, [entity(network, "nord")])[0]
    return {row[0]: list(row[1:]) for row in cash_table(cash).rows}


def test_a_closed_year_without_a_budget_says_so_and_not_that_it_is_to_come(
    network: Network,
) -> None:
    keep_book(network, "nord", 2025, {("706", m): -30_00 for m in range(1, 13)})
    date_cash(entity(network, "nord"), actor=INSTALLATION, year=2025, opening=1_00, dues=[])
    rows = _rows(network, 2025)
    assert set(rows["Écart (observée moins prévue)"]) == {"non renseigné (aucun budget voté)"}
    assert set(rows["Décaissements prévus"]) == {"non renseigné (aucun budget voté)"}
    assert rows["Trésorerie observée"][-1] == 361_00


def test_months_over_that_a_book_does_not_reach_are_not_to_come(network: Network) -> None:
    keep_book(network, "nord", 2025, {("706", m): -30_00 for m in range(1, 9)})
    date_cash(entity(network, "nord"), actor=INSTALLATION, year=2025, opening=1_00, dues=[])
    stops = "non renseigné (le livre de Nord s’arrête à fin août)"
    for label in ("Encaissements observés", "Trésorerie observée"):
        assert _rows(network, 2025)[label][8:] == [stops] * 5
    _fill(network)
    _date(network)
    seen = _rows(network, 2026)["Trésorerie observée"][2:]
    stops = "non renseigné (le livre de Nord s’arrête à fin février)"
    assert seen == [stops] * 8 + ["non renseigné (à venir)"] * 3


def test_without_an_opening_what_is_observed_says_which_figure_lacks(network: Network) -> None:
    _fill(network)
    why = "trésorerie au 1er janvier non renseignée"
    assert _rows(network, 2026)["Trésorerie observée"][0] == f"non renseigné ({why})"


def test_the_network_says_whose_forecast_stands_beside_what_others_observed(
    network: Network,
) -> None:
    for code, last in (("nord", 12), ("sud", 8)):
        vote(budget(network, code, 2025, lines=LINES), dt.date(2024, 11, 20))
        keep_book(network, code, 2025, {("706", m): -30_00 for m in range(1, last + 1)})
    plans = cash_of(network, 2025, [entity(network, "nord"), entity(network, "sud")])
    told = [row[1] for row in network_table(network, plans, 2025).rows]
    assert told == [
        "fin décembre",
        "fin août, prévu ensuite",
        "fin août\u00a0; ensuite, observé et prévu s’ajoutent (prévu\u00a0: Sud)",
    ]
