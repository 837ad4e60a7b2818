"""The calendar's pages: what is late in every exercise, sittings planned too late."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.test import Client

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import revise_budget
from maillage.workspaces.finance.models import AssemblyDate
from tests.workspaces.finance.budget_world import approved, page_text, voted

pytestmark = pytest.mark.usefixtures("november")

BASE = "/reseaux/essai/finances/"


@pytest.mark.parametrize(
    ("chamber", "year", "given", "told"),
    [
        ("nord", 2027, {"initial_on": "2026-11-28"}, ""),
        ("nord", 2027, {"initial_on": "2026-12-10"},
         "séance du 10 décembre 2026, après l’échéance du 30 novembre 2026 "
         "(Code de commerce, R712-14)"),
        ("region", 2027, {"initial_on": "2027-03-15"}, "après l’échéance du 30 novembre 2026"),
        ("nord", 2025, {"executed_on": "2026-06-02"}, "après l’échéance du 31 mai 2026"),
    ],
)  # fmt: skip
def test_a_sitting_after_its_deadline_is_accepted_and_told(
    network: Network,
    who: SimpleNamespace,
    chamber: str,
    year: int,
    given: dict[str, str],
    told: str,
) -> None:
    client, here = who.finances.client, f"{BASE}calendrier/{chamber}/{year}/"
    assert client.post(here, given | {"seances": "oui"}).status_code == 302
    page = page_text(client, here)
    assert AssemblyDate.objects.count() == 1
    assert ("vient après l’échéance des textes" in page) is bool(told)
    assert told in page


def test_one_date_refused_leaves_the_others_unrecorded(
    network: Network, who: SimpleNamespace
) -> None:
    given = {"seances": "oui", "initial_on": "2026-11-28", "executed_on": "2040-05-31"}
    answer = who.finances.client.post(f"{BASE}calendrier/nord/2027/", given)
    assert answer.status_code == 422
    assert "trop loin" in answer.content.decode()
    assert not AssemblyDate.objects.exists()


def test_what_is_late_is_shown_whatever_the_exercise(
    network: Network, who: SimpleNamespace
) -> None:
    voted(network, "nord", 2025, dt.date(2024, 11, 20))
    client = who.finances.client
    home = page_text(client, BASE)
    assert "En retard, tous exercices (" in home
    envoi = r">Nord, 2025</a></td><td[^>]*>Envoi du budget primitif"
    assert re.search(envoi, home)
    calendar = page_text(client, BASE + "calendrier/")
    assert "En retard, tous exercices (" in calendar
    assert re.search(envoi, calendar)


def test_the_home_page_counts_what_it_does_not_list(network: Network, who: SimpleNamespace) -> None:
    for code in ("nord", "sud", "region"):
        for year in (2025, 2026):
            voted(network, code, year)
    home, calendar = (page_text(who.finances.client, BASE + page) for page in ("", "calendrier/"))
    count = int(re.search(r"En retard, tous exercices \((\d+)\)", home)[1])
    assert count > 6
    assert f'calendrier/#retards">et {count - 6} autre' in home
    late = calendar[calendar.index('id="retards"') :].split("</section>")[0]
    assert late.count('<th scope="row"') == count
    assert f'href="#retards">{count} échéances en retard</a>' in calendar


def test_nothing_late_takes_no_column(network: Network, who: SimpleNamespace) -> None:
    page = page_text(who.reader.client, BASE + "calendrier/")
    assert "<h2>En retard" not in page
    assert "Rien n’est en retard" in page
    assert "Saisir les séances" not in page
    assert "Saisir les séances" in page_text(who.nord.client, BASE + "calendrier/")


def test_dates_say_what_they_are(network: Network, who: SimpleNamespace) -> None:
    voted(network, "nord", 2026)
    page = page_text(who.nord.client, BASE + "calendrier/nord/2026/")
    assert "fait le 20 novembre 2025" in page
    assert "échéance 30 novembre 2025" in page
    assert "Noter comme fait" in page
    assert "à noter par la chambre" in page_text(who.reader.client, BASE + "calendrier/nord/2026/")


def test_the_home_page_adds_the_chambers_up(network: Network, who: SimpleNamespace) -> None:
    approved(network, "nord")
    approved(network, "sud")
    held = voted(network, "region")
    revise_budget(held, actor=INSTALLATION)
    page = page_text(who.administrator.client, BASE)
    assert ">Charges au budget, année (€)</th>" in page
    assert ">Résultat au budget, année (€)</th>" in page
    total = page[page.index("<tfoot>") :].split("</tfoot>")[0]
    assert ">10 800</a>" in total
    assert "Budget rectifié n° 1 de 2026, Région</a> : à saisir et à voter" in page


def test_the_calendar_opens_on_what_is_due_next_whatever_its_exercise(
    network: Network, who: SimpleNamespace
) -> None:
    """Five days before the votes of 2027, this is 2026."""
    client = who.reader.client
    page = page_text(client, BASE + "calendrier/")
    assert "<h1>Calendrier budgétaire 2027</h1>" in page
    soon = page[page.index("<h2>À venir, tous exercices</h2>") :].split("</section>")[0]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', soon)[:4]
    assert heads == ["Date", "Délai", "Chambre", "Échéance"]
    first = soon.split('<th scope="row"')[1]
    assert first.index("30 novembre 2026</time>") < first.index("dans 5 jours")
    assert "2027</a>" in first and "is-late" not in soon, "only what is late is told apart"
    days = re.findall(r'datetime="([\d-]+)"', soon)
    assert days == sorted(days)
    assert re.search(r"<summary>et \d+ autres?</summary>", soon), re.findall("<summary>.*?<", soon)
    listed = soon.count('<th scope="row"')
    assert listed > 12
    chosen = page_text(client, BASE + "calendrier/?annee=2026")
    assert "<h1>Calendrier budgétaire 2026</h1>" in chosen
    assert chosen.count("2027</a>") >= 3, "what is next does not depend on the year shown"


def test_a_vote_after_its_deadline_shows_late_and_so_does_a_sitting_planned_after_it(
    network: Network, who: SimpleNamespace
) -> None:
    voted(network, "nord", 2026, dt.date(2025, 12, 3))
    voted(network, "sud", 2026, dt.date(2025, 11, 28))
    client = who.finances.client
    page = page_text(client, BASE + "calendrier/?annee=2026")
    assert page.count("due is-overrun") == 1
    done = page[page.index("due is-overrun") :].split("</td>")[0]
    assert "fait le 3 décembre 2025, 3 jours après l’échéance" in done
    client.post(f"{BASE}calendrier/region/2027/", {"seances": "oui", "initial_on": "2026-12-10"})
    soon = page_text(client, BASE + "calendrier/?annee=2027")
    assert "séance prévue le 10 décembre 2026, après l’échéance" in soon


def test_a_diary_follows_every_exercise_at_one_address(
    network: Network, who: SimpleNamespace
) -> None:
    client = who.reader.client
    whole = client.get(BASE + "calendrier/echeances.ics").content.decode()
    chamber = client.get(BASE + "calendrier/nord/echeances.ics").content.decode()
    for data in (whole, chamber):
        assert {"(2026)", "(2027)"} <= set(re.findall(r"\(\d{4}\)", data.replace("\r\n ", "")))
    assert "-sud-" in whole and "-sud-" not in chamber and "-nord-" in chamber
    assert client.get(BASE + "calendrier/inconnue/echeances.ics").status_code == 404
    page = page_text(client, BASE + "calendrier/nord/2026/")
    assert f'href="{BASE}calendrier/nord/echeances.ics"' in page


def test_a_diary_subscribes_without_a_password_for_as_long_as_its_owner_sees_the_network(
    network: Network, who: SimpleNamespace, client: Client
) -> None:
    addresses = [
        re.search(r'readonly value="http://testserver([^"]+)"', page_text(who.nord.client, page))[1]
        for page in (BASE + "calendrier/", BASE + "calendrier/nord/2026/", BASE + "calendrier/")
    ]
    whole, chamber, again = addresses
    assert whole == again != chamber
    assert "-sud-" in client.get(whole).content.decode()
    data = client.get(chamber).content.decode()
    assert data.startswith("BEGIN:VCALENDAR") and "-sud-" not in data and "(2027)" in data
    assert client.get(whole.replace("essai", "autre", 1)).status_code == 404
    assert client.get(whole[:-6] + "x.ics").status_code == 404
    who.nord.user.mandates.all().delete()
    assert client.get(whole).status_code == 404
    assert client.get(chamber).status_code == 404
