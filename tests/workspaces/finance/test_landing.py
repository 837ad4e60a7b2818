"""A landing from a budget, two books and orders: read, foreseen, kept, compared, made a budget."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of
from maillage.kernel.models import Event
from maillage.kernel.period import CutOff
from maillage.kernel.verdicts import Refusal
from maillage.ledger.models import MappingRule
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions.landing import (
    Foreseen,
    foresee,
    keep_forecast,
    revise_from_forecast,
    write_commitments,
)
from maillage.workspaces.finance.engine.commitments import Engaged
from maillage.workspaces.finance.engine.landing import Line, Method
from maillage.workspaces.finance.models import Commitment, Landing, LandingVersion
from maillage.workspaces.finance.queries.landing import ChamberLanding, landings_of
from tests.builders import acted, apply_import, shown_by
from tests.workspaces.finance.budget_world import budget, entity, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")
HERE = "/reseaux/essai/finances/atterrissage/"
NORD = f"{HERE}nord/2026/"
LINES = {("606", ""): 120_00, ("641", "numerique"): 240_00, ("706", ""): 600_00}


def _fill(network: Network, code: str = "nord", last: int = 10) -> None:
    """Charges of 8 a month up to October this year; 7 up to October and 15 after it last year."""
    vote(budget(network, code, 2026, lines=LINES), dt.date(2025, 11, 20))
    months = range(1, last + 1)
    moves = {("6061", m): 8_00 for m in months} | {("641", m): 20_00 for m in months}
    keep_book(network, code, 2026, moves | {("706", m): -50_00 for m in months})
    past = {("6061", m): 7_00 if m <= 10 else 15_00 for m in range(1, 13)}
    keep_book(network, code, 2025, past)


def _landing(network: Network, month: int = 10, code: str = "nord") -> ChamberLanding:
    return landings_of(network, CutOff(2026, month), [entity(network, code)])[0]


def _lines(landing: ChamberLanding) -> dict[str, Line]:
    return {line.account: line for line in landing.lines}


def _order(reference: str = "BC-1", account: str = "606", **more: Any) -> Engaged:
    return Engaged(reference, account, "", **{"amount": 30_00, **more})


def _engage(network: Network, *orders: Engaged) -> None:
    write_commitments(
        entity(network, "nord"), actor=INSTALLATION, year=2026, written=orders or [_order()]
    )


def _foresee(network: Network, default: Method = Method.REMAINDER, **lines: Any) -> None:
    wanted = Foreseen(default, {(account[1:], ""): line for account, line in lines.items()})
    foresee(entity(network, "nord"), actor=INSTALLATION, year=2026, wanted=wanted)


def test_a_line_reads_its_budget_its_book_and_the_year_before(network: Network) -> None:
    _fill(network)
    _engage(network, _order(amount=30_00, accrued=25_00))
    line = _lines(_landing(network))["606"]
    known = line.known
    assert (known.realised, known.former, known.former_year) == (80_00, 70_00, 100_00)
    assert (known.budget, known.to_date, known.committed) == (120_00, 100_00, 5_00)
    assert line.forecast.cents == 100_00
    for method, cents in ((Method.PRORATA, 96_00), (Method.PROFILE, 114_29), (Method.SHIFT, 110_00),
                          (Method.COMMITTED, 85_00)):  # fmt: skip
        _foresee(network, method)
        assert _lines(_landing(network))["606"].forecast.cents == cents


def test_a_book_without_axis_is_read_by_account_and_its_landing_goes_back_to_axes(
    network: Network,
) -> None:
    _fill(network)
    landing = _landing(network)
    line = _lines(landing)["641"]
    assert (landing.merged, line.axis, line.known.realised) == (True, "", 200_00)
    assert line.months is not None
    assert sum(line.months["numerique"]) == line.forecast.cents == 240_00


def test_nothing_known_is_no_zero(network: Network) -> None:
    vote(budget(network, "nord", 2026, lines=LINES), dt.date(2025, 11, 20))
    landing = _landing(network)
    assert {line.forecast.cents for line in landing.lines} == {None}
    assert (landing.added("6").forecast, landing.added("6").lacking) == (None, 2)
    _foresee(network, _606=(Method.ENTERED, 5_00))
    landing = _landing(network)
    assert _lines(landing)["606"].forecast.cents == 5_00
    assert landing.added("6").forecast is None


def test_what_no_rule_sends_anywhere_is_said_missing(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    MappingRule.objects.filter(network=network, prefix="641").delete()
    assert _landing(network).lost == (1, 200_00)
    page = page_text(who.reader.client, f"{NORD}?arrete=10")
    assert "1 compte du livre n’a pas de correspondance dans le plan commun : 200 €" in page


def test_a_book_that_stops_before_says_nothing_at_the_cut_off(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network, last=8)
    assert "livre arrêté au 31" in _landing(network).no_book
    page = page_text(who.reader.client, f"{NORD}?arrete=10")
    assert "Réalisé non renseigné : livre arrêté au 31 août 2026." in page
    assert "arrêté au 31 août 2026" in page_text(who.reader.client, NORD)


def test_the_page_and_its_files_say_the_same(network: Network, who: SimpleNamespace) -> None:
    _fill(network)
    page = page_text(who.reader.client, f"{NORD}?arrete=10")
    file = who.reader.client.get(f"{NORD}export.csv?arrete=10").content.decode("utf-8-sig")
    for said in ("80 + 120 − 100 = 100", "Reste du budget"):
        assert said in page
        assert said in file.replace("\u202f", " ")
    assert (
        "606 Achats non stockés de matière et fournitures;;120,00;80,00;;100,00;-20,00;-16,7"
        in file
    )
    assert "Total des charges;;360,00;280,00;;340,00;-20,00" in file
    assert "Résultat (produits moins charges);;240,00;220,00;;260,00;20,00" in file
    assert who.reader.client.get(f"{NORD}export.xlsx").status_code == 200
    told = who.reader.client.get(f"{NORD}export.json?arrete=10").json()
    row = next(row["values"] for row in told["rows"] if row["values"][0].startswith("606 "))
    assert row[2:8] == [120_00, 80_00, None, 100_00, -20_00, "-16.7"]


def test_methods_are_chosen_line_by_line_and_typed_amounts_come_back(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    sent = {"version": "0", "defaut": "prorata", "m|606|": "saisi", "a|606|": "12x"}
    client = who.nord.client
    refused = client.post(NORD, sent)
    assert refused.status_code == 422
    assert 'value="12x"' in refused.content.decode()
    assert not Landing.objects.exists()
    assert client.post(NORD, sent | {"a|606|": "130,50"}).status_code == 302
    found = _lines(_landing(network))
    assert (found["606"].forecast.cents, found["606"].forecast.how) == (130_50, "montant saisi")
    assert found["706"].method is Method.PRORATA
    assert client.post(NORD, sent | {"a|606|": "1"}).status_code == 409
    assert who.reader.client.post(NORD, sent).status_code == 403


@pytest.mark.parametrize(
    ("default", "lines", "reason"),
    [
        (Method.ENTERED, {}, "ligne par ligne"),
        (Method.PRORATA, {("606", ""): (Method.ENTERED, None)}, "un montant est attendu"),
        (Method.PRORATA, {("606", ""): (Method.PRORATA, 5)}, "un montant est attendu"),
        (Method.PRORATA, {("606", "rien"): (Method.PRORATA, None)}, "inconnu du plan"),
        (Method.PRORATA, {("401", ""): (Method.PRORATA, None)}, "un budget porte les classes"),
        (Method.PRORATA, {("606", ""): (Method.ENTERED, 10**13)}, "dix milliards"),
    ],
)
def test_methods_that_do_not_hold(
    network: Network, default: Method, lines: Any, reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        foresee(
            entity(network, "nord"), actor=INSTALLATION, year=2026, wanted=Foreseen(default, lines)
        )


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (_order(account="706"), "ni une charge"),
        (_order(account="401"), "classes 6 et 7"),
        (_order(amount=-1), "montant positif"),
        (_order(accrued=30_01), "ne dépasse pas"),
        (_order(reference=" "), "référence"),
    ],
)
def test_orders_that_do_not_hold(network: Network, order: Engaged, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        _engage(network, order)
    assert not Commitment.objects.exists()


def test_two_people_enter_one_reference(network: Network, who: SimpleNamespace) -> None:
    """The second does not write over the first; whoever corrects it says what was read."""
    _fill(network)
    client, here = who.nord.client, f"{NORD}engagements/saisir/"
    typed = {"reference": "BC-9", "account": "606", "amount": "30"}
    form = typed | shown_by(client.get(here).text, typed)
    assert client.post(here, form).status_code == 302
    answer = client.post(here, form | {"amount": "45"})
    assert answer.status_code == 409 and "existe déjà" in answer.text
    held = f"{here}?reference=BC-9"
    seen = typed | {"amount": "50"} | shown_by(client.get(held).text, typed)
    assert client.post(held, seen).status_code == 302
    stale = client.post(held, seen | {"amount": "60"})
    assert stale.status_code == 409 and "ont changé depuis" in stale.text
    assert Commitment.objects.get().amount == 50_00


def test_a_list_of_orders_is_reviewed_then_replaces_the_former(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    _engage(network, _order("BC-1"), _order("BC-2", amount=7_00))
    text = (
        "Référence;Compte;Axe (code);Reste engagé;Déjà au 408\nBC-2;606;;9,00;1,00\nBC-3;205;;4;\n"
    )
    client, here = who.nord.client, f"{NORD}engagements/"
    upload = SimpleUploadedFile("engagements.csv", text.encode())
    review = client.post(f"{here}importer/", {"file": upload})
    assert review.status_code == 302
    page = page_text(client, review.url)
    assert "retiré" in page and "BC-3" in page
    assert apply_import(client, review.url).status_code == 302
    held = dict(Commitment.objects.values_list("reference", "amount"))
    assert held == {"BC-2": 9_00, "BC-3": 4_00}
    assert _lines(_landing(network))["606"].known.committed == 8_00
    assert _lines(_landing(network))["205"].known.budget == 0
    bad = SimpleUploadedFile("e.csv", text.replace("BC-3;205", "BC-2;706").encode())
    refused = client.post(f"{here}importer/", {"file": bad})
    assert refused.status_code == 422
    assert "ni une charge" in refused.content.decode()


def test_a_forecast_kept_never_changes_and_is_made_a_revised_budget(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    client = who.nord.client
    keep = f"{NORD}conserver/?arrete=10"
    sent = shown_by(client.get(keep).text, {"note": ""})
    _foresee(network, Method.PRORATA)
    stale = client.post(keep, sent)
    assert stale.status_code == 409 and "ont changé depuis cet aperçu" in stale.text
    _foresee(network)
    assert acted(client, keep, {"note": "Sans hausse"}).status_code == 302
    again = acted(client, keep, {"note": "Sans hausse"})
    assert again.status_code == 409 and "déjà conservée" in again.text
    kept = LandingVersion.objects.get()
    assert (kept.number, kept.month, kept.note) == (1, 10, "Sans hausse")
    for change in (kept.save, kept.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    answer = client.post(f"{NORD}previsions/1/rectifier/")
    draft = Budget.objects.get(kind="revised")
    assert answer.url.endswith(f"/budgets/{draft.pk}/")
    amounts = amounts_of([draft])[draft.pk]
    assert [amounts["nord", "606", "", m] for m in (1, 10, 11, 12)] == [8_00, 8_00, 10_00, 10_00]
    assert sum(cents for (_e, a, _x, _m), cents in amounts.items() if a == "641") == 240_00
    assert amounts["nord", "641", "numerique", 1] == 20_00
    last = Event.objects.order_by("-pk")[0]
    assert (last.verb, last.diff["forecast"]) == ("finance.forecast.revised", kept.subject)
    again = client.post(f"{NORD}previsions/1/rectifier/")
    assert again.status_code == 409


def test_a_line_without_forecast_makes_no_budget(network: Network) -> None:
    vote(budget(network, "nord", 2026, lines=LINES), dt.date(2025, 11, 20))
    nord = entity(network, "nord")
    kept = keep_forecast(nord, actor=INSTALLATION, landing=_landing(network))
    with pytest.raises(Refusal, match="Sans prévision\u00a0: 606, 641, 706"):
        revise_from_forecast(kept, actor=INSTALLATION)
    assert not Budget.objects.filter(kind="revised").exists()


def test_forecasts_are_compared_and_measured_once_the_year_is_closed(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    nord = entity(network, "nord")
    keep_forecast(nord, actor=INSTALLATION, landing=_landing(network, 6))
    _foresee(network, Method.PRORATA)
    keep_forecast(nord, actor=INSTALLATION, landing=_landing(network))
    page = page_text(who.reader.client, f"{NORD}previsions/")
    assert "Réel non renseigné : livre arrêté au 31 octobre 2026" in page
    moves = {("6061", m): 10_00 for m in range(1, 13)}
    keep_book(network, "nord", 2026, moves)
    file = who.reader.client.get(f"{NORD}previsions/export.csv?de=1&a=2").content.decode()
    row = next(line for line in file.splitlines() if line.startswith("606 "))
    assert row.endswith(";108,00;96,00;-12,00;-11,1;120,00;10;20")


def test_the_network_adds_chambers_and_is_silent_where_one_is(
    network: Network, who: SimpleNamespace
) -> None:
    _fill(network)
    file = who.reader.client.get(f"{HERE}export.csv?annee=2026&arrete=10").content.decode()
    whole = [row for row in file.splitlines() if row.startswith("Charges;Réseau")]
    assert whole[0].startswith("Charges;Réseau;non renseigné")
    page = page_text(who.reader.client, f"{HERE}?annee=2026&arrete=10")
    assert "Nord</a>" in page and "ni budget voté, ni livre" in page


def test_the_network_takes_as_many_queries_whatever_its_chambers(
    network: Network, who: SimpleNamespace
) -> None:
    def count() -> int:
        who.reader.client.get(HERE)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as seen:
            assert who.reader.client.get(f"{HERE}?annee=2026&arrete=10").status_code == 200
        return len(seen)

    _fill(network)
    one = count()
    _fill(network, "sud")
    _engage(network)
    assert count() - one in (0, 1, 2)  # methods and orders, once there are some
    two = count()
    write_commitments(
        entity(network, "sud"), actor=INSTALLATION, year=2026, written=[_order("X", "606")]
    )
    assert count() == two


def test_only_whoever_keeps_the_chamber_writes(network: Network, who: SimpleNamespace) -> None:
    _fill(network)
    client = who.reader.client
    for address in ("conserver/", "engagements/saisir/"):
        assert client.post(f"{NORD}{address}", {}).status_code == 403
    assert client.post(f"{NORD}engagements/", {"retirer": "BC-1"}).status_code == 403
    assert not LandingVersion.objects.exists()
    assert "mandat" in page_text(client, NORD)


@pytest.mark.parametrize(
    ("month", "why"),
    [
        (10, "Aucun budget voté ; livre arrêté au 31 août 2026."),
        (8, "Aucun budget voté ; le livre ne mouvemente aucun compte en correspondance"),
    ],
)
def test_a_landing_without_a_line_says_what_is_missing_of_the_book_there_is(
    network: Network, who: SimpleNamespace, month: int, why: str
) -> None:
    keep_book(network, "nord", 2026, {("6061", m): 8_00 for m in range(1, 9)})
    if month == 8:
        MappingRule.objects.all().delete()
    page = page_text(who.reader.client, f"{NORD}?arrete={month}").replace("\u00a0", " ")
    assert why in page
    assert "ni livre" not in page


def test_a_landing_without_budget_nor_book_says_so(network: Network, who: SimpleNamespace) -> None:
    page = page_text(who.reader.client, NORD).replace("\u00a0", " ")
    assert "Aucun budget voté ; aucun livre importé pour cet exercice." in page
