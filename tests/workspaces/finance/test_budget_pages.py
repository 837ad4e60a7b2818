"""The pages of budgets through Django's client: journeys without JavaScript, files, counts."""

from __future__ import annotations

import datetime as dt
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from maillage.costing.engine.budgets import totals
from maillage.costing.models import Budget
from maillage.costing.models.budgets import BudgetAxis
from maillage.costing.queries.budgets import amounts_of
from maillage.costing.queries.realised import realised_amounts
from maillage.ledger.actions import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, Start, enter_amounts, open_budget
from maillage.workspaces.finance.demo import fill
from maillage.workspaces.finance.engine.budget_table import MOST_LINES
from maillage.workspaces.finance.models import AssemblyDate
from tests.builders import acted, keep_books
from tests.workspaces.finance.budget_world import approved, budget, page_text, vote, voted

pytestmark = pytest.mark.usefixtures("november", "common_books")

BASE = "/reseaux/essai/finances/"


def test_from_opening_to_approval_without_javascript(
    network: Network, who: SimpleNamespace
) -> None:
    client = who.nord.client
    assert "Aucun budget pour 2026" in page_text(client, BASE + "budgets/")
    opened = client.post(
        BASE + "budgets/nouveau/",
        {"chambre": "nord", "annee": 2026, "nature": "initial", "depart": "vide"},
    )
    here = opened["Location"]
    assert "Aucune ligne" in page_text(client, here)
    for account in ("6061", "706 Prestations de services"):
        assert client.post(f"{here}ligne/", {"account": account, "axis": ""}).status_code == 302
    assert client.post(f"{here}ligne/", {"account": "401", "axis": ""}).status_code == 422
    assert "déjà dans le budget" in client.post(
        f"{here}ligne/", {"account": "6061", "axis": ""}
    ).content.decode()  # fmt: skip
    zeros = ",".join(["0"] * 12)
    form = {"o|6061|": zeros, "c|6061||1": "1 234,56", "o|706|": zeros, "c|706||12": "2000"}
    assert client.post(here, form).status_code == 409, "without the version of each line"
    page = page_text(client, here)
    form |= dict(re.findall(r'name="(v\|[^"]+)" value="(\d+)"', page))
    assert client.post(here, form).status_code == 302
    page = page_text(client, here)
    assert 'value="1 234,56"' in page
    assert "+765" in page
    act = {"body": "Assemblée générale", "on": "2025-11-20", "act": "2025-7"}
    assert acted(client, f"{here}acte/voter/", act).status_code == 302
    page = page_text(client, here)
    assert "il ne change plus" in page
    assert "Assemblée générale, acte 2025-7" in page
    assert "<input" not in page.split('id="amounts"')[1].split("</table>")[0]
    assert client.post(here, form).status_code == 409
    acted(client, f"{here}acte/envoyer/", {"on": "2025-11-30"})
    early = acted(client, f"{here}acte/approuver/", {"on": "2025-12-30", "tacit": "on"})
    assert early.status_code == 422
    assert "tacite" in early.content.decode()
    acted(client, f"{here}acte/approuver/", {"on": "2025-12-30"})
    assert "Approuvé" in page_text(client, here)
    revised = acted(client, f"{here}acte/rectifier/")["Location"]
    assert "Budget rectifié n° 1" in page_text(client, revised)
    assert acted(client, f"{revised}acte/supprimer/").status_code == 302
    assert Budget.objects.count() == 1


def test_what_is_typed_wrong_stays_and_is_located(network: Network, who: SimpleNamespace) -> None:
    held = budget(network)
    here = f"{BASE}budgets/{held.pk}/"
    seen = ",".join(str(c) for c in held.lines.get(account="6061").months)
    answer = who.nord.client.post(here, {"o|6061|": seen, "c|6061||3": "12,345"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Compte 6061, mars\u00a0: «\u00a012,345\u00a0»" in page
    assert 'value="12,345"' in page
    assert 'aria-invalid="true"' in page


def test_a_stale_form_keeps_what_was_typed_and_tells_the_conflict(
    network: Network, who: SimpleNamespace
) -> None:
    held = budget(network)
    line = held.lines.get(account="6061")
    form = {"o|6061|": ",".join(map(str, line.months)), "v|6061|": line.version,
            "c|6061||3": "77"}  # fmt: skip
    enter_amounts(held, [LineEdit("6061", "", {3: 5})], actor=INSTALLATION)
    answer = who.nord.client.post(f"{BASE}budgets/{held.pk}/", form)
    assert answer.status_code == 409
    assert "modifiée par une autre personne" in answer.content.decode()
    assert 'value="77"' in answer.content.decode()
    assert held.lines.get(account="6061").m03 == 5


def test_the_largest_budget_is_saved_in_one_form(network: Network, who: SimpleNamespace) -> None:
    held = budget(network, lines={(f"6{n:04d}", ""): 0 for n in range(MOST_LINES)})
    form: dict[str, Any] = {}
    for line in held.lines.all():
        key = f"{line.account}|"
        form |= {f"o|{key}": ",".join(["0"] * 12), f"v|{key}": line.version}
        form |= {f"c|{key}|{month}": "1" for month in range(1, 13)}
    assert who.nord.client.post(f"{BASE}budgets/{held.pk}/", form).status_code == 302
    assert held.lines.filter(m12=100).count() == MOST_LINES


def test_a_line_is_removed_by_its_button(network: Network, who: SimpleNamespace) -> None:
    held = budget(network)
    here = f"{BASE}budgets/{held.pk}/"
    asked = {"retirer": "641|numerique"}
    assert who.nord.client.post(here, asked).status_code == 409, "without its version"
    assert held.lines.filter(account="641").exists()
    asked |= {"v|641|numerique": str(held.lines.get(account="641").version)}
    assert who.nord.client.post(here, asked).status_code == 302
    assert not held.lines.filter(account="641").exists()


def test_workbooks_open_and_carry_numbers(network: Network, who: SimpleNamespace) -> None:
    held, client = approved(network), who.reader.client
    for address, sheet in (
        (f"budgets/{held.pk}/export.xlsx", "Budget"),
        (f"budgets/{held.pk}/modele.xlsx", "Budget"),
        ("budgets/comparaison/export.xlsx?annee=2026", "Comparaison 2026"),
        ("budgets/export.xlsx?annee=2026", "Budgets 2026"),
        ("budgets/consolidation/export.xlsx?annee=2026", "Consolidation 2026"),
    ):
        data = client.get(BASE + address).content
        with load_workbook(io.BytesIO(data)) as book:
            rows = book.get_sheet_by_name(sheet).to_python()
        assert len(rows) > 1, address
    assert client.get(BASE + "budgets/comparaison/export.pdf").status_code == 404


def test_three_columns_are_compared_with_their_gaps(network: Network, who: SimpleNamespace) -> None:
    approved(network, "nord", 2025)
    executed = budget(network, "nord", 2025, "executed", lines={("6061", ""): 60_000})
    vote(executed, dt.date(2026, 5, 12))
    approved(network, "sud", 2025)
    page = page_text(who.reader.client, BASE + "budgets/comparaison/?annee=2025")
    assert "non renseigné : Région" in page
    assert "l’écart n’est pas à périmètre constant" in page
    constant = page_text(
        who.reader.client, BASE + "budgets/comparaison/?annee=2025&perimetre=constant"
    )
    assert "−75,0 %" not in constant  # 600 against 1 200 and 2 400 of charges
    assert "−83,3 %" in constant
    by_month = page_text(
        who.reader.client, BASE + "budgets/comparaison/?annee=2025&par=mois&mesure=charges"
    )
    assert "Janvier" in by_month
    nothing = page_text(who.reader.client, BASE + "budgets/comparaison/?annee=2024")
    assert "Rien à comparer" in nothing


def test_the_consolidation_adds_the_chambers_and_says_who_is_missing(
    network: Network, who: SimpleNamespace
) -> None:
    approved(network, "nord")
    budget(network, "sud")
    page = page_text(who.reader.client, BASE + "budgets/consolidation/?annee=2026")
    assert "Total partiel : 1 chambre sur 3" in page
    drafts = page_text(who.reader.client, BASE + "budgets/consolidation/?annee=2026&brouillons=oui")
    assert "2 chambres sur 3" in drafts
    assert "7 200" in drafts  # charges of 1 200 and 2 400 in each of two chambers


def test_a_chamber_without_a_voted_budget_lives_on_the_fallback(
    network: Network, who: SimpleNamespace
) -> None:
    held = budget(network, "nord", 2025, lines={("6061", ""): 1_000_000, ("2183", ""): 480_000})
    vote(held, dt.date(2024, 11, 20))
    page = page_text(who.reader.client, BASE + "budgets/?annee=2026")
    assert "Sans budget voté au 1er janvier" in page
    assert "jusqu’au 31 mars 2026" in page
    assert "9 500" in page  # 10 000 less 5 %
    assert "1 200" in page  # a quarter of 4 800
    voted(network, "nord", 2026)
    assert "Sans budget voté" not in page_text(who.reader.client, BASE + "budgets/?annee=2026")
    assert "Sans budget voté" not in page_text(who.reader.client, BASE + "budgets/?annee=2027")


def test_an_action_is_read_across_chambers(network: Network, who: SimpleNamespace) -> None:
    approved(network, "nord")
    approved(network, "sud")
    page = page_text(who.reader.client, BASE + "budgets/actions/numerique/?annee=2026&arrete=12")
    assert "4 800" in page
    assert page.count("2 400") >= 2
    assert "Nord, Sud" in page_text(who.reader.client, BASE + "budgets/actions/?annee=2026")


def test_the_calendar_of_a_chamber_is_kept_on_its_page(
    network: Network, who: SimpleNamespace
) -> None:
    client, here = who.nord.client, BASE + "calendrier/nord/2027/"
    assert client.post(here, {"seances": "oui", "initial_on": "2026-11-30"}).status_code == 302
    assert AssemblyDate.objects.get().on == dt.date(2026, 11, 30)
    assert "en retard de 10 jours" in page_text(client, BASE + "calendrier/?annee=2027")
    done = {"echeance": "initial-draft", "fait_le": "2026-11-20"}
    assert client.post(here, done).status_code == 302
    assert "fait le 20 novembre 2026" in page_text(client, here)
    assert client.post(here, {"rouvrir": "initial-draft"}).status_code == 302
    assert client.post(here, {"echeance": "initial-draft", "fait_le": ""}).status_code == 422
    assert client.post(BASE + "calendrier/sud/2027/", done).status_code == 403
    assert client.get(BASE + "calendrier/nord/9999/").status_code == 404
    assert client.get(BASE + "calendrier/tiers/2027/").status_code == 404
    data = client.get(BASE + "calendrier/echeances.ics?annee=2027&chambre=nord").content.decode()
    assert "DTSTART;VALUE=DATE:20261130" in data
    assert "initial-vote@maillage" in data


def test_the_overview_says_what_is_late_and_what_awaits(
    network: Network, who: SimpleNamespace
) -> None:
    voted(network, "nord", 2026)
    page = page_text(who.nord.client, BASE)
    assert "à envoyer à l’autorité" in page
    assert "Envoi du budget primitif" in page
    assert "en retard de" in page
    assert "À envoyer à l’autorité" not in page_text(who.reader.client, BASE)
    assert "non renseigné" in page_text(who.reader.client, BASE + "?annee=2025")


PAGES = (
    *("", "calendrier/", "budgets/", "budgets/comparaison/", "budgets/consolidation/"),
    *("budgets/actions/", "budgets/actions/numerique/", "calendrier/nord/2026/"),
)


def test_pages_ask_as_many_questions_for_one_budget_as_for_many(
    network: Network, who: SimpleNamespace
) -> None:
    client = who.administrator.client
    approved(network, "nord", 2025)
    first = approved(network, "nord")
    few = {page: _count(client, page) for page in (*PAGES, f"budgets/{first.pk}/")}
    for code in ("sud", "region"):
        for year in (2025, 2026):
            approved(network, code, year)
    lines = [LineEdit(f"60{n}", "", {1: n}) for n in range(10, 60)]
    enter_amounts(budget(network, "nord", 2027), lines, actor=INSTALLATION)
    many = {page: _count(client, page) for page in few}
    assert many == few
    assert max(many.values()) <= 19, many


def _count(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(BASE + page).status_code == 200
    return len(captured)


def test_the_fictitious_network_is_filled_through_the_acts_once(network: Network) -> None:
    count = fill(network)
    assert count == fill(network) > 8
    states = set(Budget.objects.values_list("status", flat=True))
    assert states >= {"draft", "approved"}
    network.fictional = False
    with pytest.raises(ValueError, match="fictitious"):
        fill(network)


@pytest.mark.parametrize("day", [dt.date(2027, 1, 3), dt.date(2026, 6, 1), dt.date(2028, 2, 29)])
def test_the_fictitious_network_can_be_filled_on_any_day(network: Network, day: dt.date) -> None:
    with time_machine.travel(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)):
        assert fill(network) > 8


def test_what_the_books_say_stands_beside_the_budget(
    network: Network, who: SimpleNamespace
) -> None:
    approved(network, "nord", 2025)
    keep_books(network, "nord")
    rules = [RuleValue("", "6", False, "60"), RuleValue("", "7", False, "70")]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    page = page_text(who.reader.client, BASE + "budgets/comparaison/?annee=2025&chambre=nord")
    assert "d’après les livres : Nord" in page
    north = network.entities.get(code="nord")
    opened = open_budget(
        network, actor=INSTALLATION, entity=north, year=2025, kind="executed",
        start=Start.REALISED,
    )  # fmt: skip
    said = realised_amounts(network, 2025)["nord"]
    kept = amounts_of([opened])[opened.pk]
    assert totals(kept) == totals(said)
    assert totals(kept).charges > 0
    assert totals(kept).products > 0


def test_the_journal_tells_amounts_in_words(network: Network, who: SimpleNamespace) -> None:
    held = budget(network)
    BudgetAxis.objects.create(network=network, code="num", name="Numérique", kind="action")
    edits = [LineEdit("6061", "", {1: 20_000}), LineEdit("706", "num", {1: 900})]
    enter_amounts(held, edits, actor=INSTALLATION)
    page = page_text(who.reader.client, "/reseaux/essai/journal/")
    assert "Montants de budget saisis" in page
    assert "706, Numérique : ∅ → 9 €" in page, "an axis by its name"
    assert "6061 : 1 200 € → 1 300 €" in page
    assert "Budget primitif 2026, Nord" in page
