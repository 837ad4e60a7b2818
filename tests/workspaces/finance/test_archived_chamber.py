"""A chamber that is archived changes no figure of the exercises it took part in."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from maillage.costing.actions.keys import KeyDraft, Recharge, define_key, issue_recharge
from maillage.costing.models import ProcessVolume
from maillage.costing.queries.costs import finance_processes
from maillage.ledger.actions import record_adjustments
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.network.actions import save_entity
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.queries.calendar import dues_of
from maillage.workspaces.returns.engine.facts import Period
from maillage.workspaces.returns.queries.gathering import gather
from maillage.workspaces.returns.queries.reading import faults_in
from tests.journeys.test_from_nothing import text_of
from tests.workspaces.finance.budget_world import budget, entity, vote
from tests.workspaces.finance.small_books import keep_book
from tests.workspaces.returns.world import DEFINITION

pytestmark = pytest.mark.usefixtures("november", "common_books")

HERE = "/reseaux/essai/finances/"
FILES = [
    *(f"{page}/export.csv?exercice=2025" for page in ("balance", "resultat", "bilan")),
    "financement/export.csv?exercice=2025",
    "balance/export.csv?exercice=2025&mois=2025-06",
    "reciproques/export.csv?exercice=2025&seulement=toutes",
    "comptes.json?exercice=2025",
    "tableaux/tableau.csv?annee=2025&arrete=9",
    "tableaux/passage.csv?annee=2025",
    "cles/refacturations/refacturations.csv?annee=2025",
    "couts/factures.csv?annee=2025",
]
"""Everything told of a closed exercise."""


@pytest.fixture
def essai(network: Network, who: SimpleNamespace) -> SimpleNamespace:
    for code, other in (("nord", "SUD"), ("sud", "NORD"), ("region", "")):
        for year in (2024, 2025):
            moves = {("622", m): 100_00 + m for m in range(1, 13)}
            moves |= {("706", m): -150_00 for m in range(1, 13)}
            keep_book(network, code, year, moves, partner=other)
    for code in ("nord", "sud"):
        vote(budget(network, code, 2025), dt.date(2024, 11, 20))
    parts = {"region": Decimal(1), "nord": Decimal(2), "sud": Decimal(3)}
    draft = KeyDraft("cle", "Clé", "seats", dt.date(2025, 1, 1), None, parts)
    key = define_key(network, draft, actor=INSTALLATION)
    days = (dt.date(2025, 6, 1), dt.date(2025, 1, 1), dt.date(2025, 5, 31))
    asked = Recharge("Paie", entity(network, "region"), key, *days, 600_00)
    issue_recharge(network, asked, actor=INSTALLATION)
    process = finance_processes(network)[0]
    for code in parts:
        held = entity(network, code)
        ProcessVolume.objects.create(process=process, entity=held, year=2025, volume=10, fte=1)
    return SimpleNamespace(network=network, client=who.reader.client)


def archive(network: Network, code: str) -> None:
    found = Entity.objects.get(network=network, code=code)
    values = {name: getattr(found, name) for name in ("name", "siren", "departement")}
    save_entity(network, actor=INSTALLATION, code=code, archived=True, **values)


@pytest.mark.parametrize("address", FILES)
def test_no_figure_of_a_closed_exercise_moves(essai: SimpleNamespace, address: str) -> None:
    before = essai.client.get(f"{HERE}{address}")
    assert before.status_code == 200
    archive(essai.network, "sud")
    after = essai.client.get(f"{HERE}{address}")
    assert after.content == before.content


PAGES = ["cles/refacturations/?annee=2025", "couts/volumes/?annee=2025"]


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_a_closed_exercise_still_show_it(essai: SimpleNamespace, page: str) -> None:
    before = text_of(essai.client.get(f"{HERE}{page}"))
    assert "Sud" in before
    archive(essai.network, "sud")
    assert text_of(essai.client.get(f"{HERE}{page}")) == before


def test_a_return_filled_again_says_the_same(essai: SimpleNamespace) -> None:
    period = Period(2025, 12)
    before = gather(essai.network, DEFINITION, period)
    archive(essai.network, "sud")
    assert gather(essai.network, DEFINITION, period) == before
    assert "sud" not in dict(gather(essai.network, DEFINITION, Period(2026, 12)).chambers)
    assert not faults_in(essai.network, DEFINITION)


def test_its_assembly_s_file_is_still_made(essai: SimpleNamespace) -> None:
    url = "/reseaux/essai/documents/assemblee/?annee={}&chambre=sud"
    before = text_of(essai.client.get(url.format(2025)))
    archive(essai.network, "sud")
    assert text_of(essai.client.get(url.format(2025))) == before
    assert "Sud" not in text_of(essai.client.get(url.format(2026)))


def test_its_column_stays_where_it_has_a_book_and_nothing_is_asked_after(
    essai: SimpleNamespace,
) -> None:
    archive(essai.network, "sud")
    heads = {year: _heads(essai.client, year) for year in (2025, 2026)}
    assert "Sud" in heads[2025] and "Sud" not in heads[2026]
    for page in ("previsions/", "budgets/"):
        answer = essai.client.get(f"{HERE}{page}?annee=2025")
        if answer.status_code == 200:
            assert "Sud" in answer.content.decode()
    due = {one.entity for one in dues_of(essai.network, [2025, 2026], dt.date(2026, 11, 30))}
    assert "sud" not in due and "nord" in due


def _heads(client: Client, year: int) -> list[str]:
    text = client.get(f"{HERE}tableaux/tableau.csv?annee={year}").content.decode("utf-8-sig")
    line = next(row for row in text.splitlines() if row.startswith("Indicateur"))
    return line.split(";")


def test_a_month_after_the_closing_of_a_chamber_that_is_no_more_is_told_without_it(
    network: Network, who: SimpleNamespace
) -> None:
    for code, last in (("nord", 12), ("region", 12), ("sud", 6)):
        keep_book(network, code, 2025, {("606", m): 10_00 for m in range(1, last + 1)})
    book = network.books.get(entity=entity(network, "sud"))
    book.closing = dt.date(2025, 6, 30)
    book.save()
    url = f"{HERE}resultat/export.csv?exercice=2025&mois=2025-08"
    assert "se clôt le 30\u00a0juin\u00a02025" in who.reader.client.get(url).content.decode()
    archive(network, "sud")
    told = who.reader.client.get(url).content.decode()
    assert "non renseigné" not in told and re.search("-20,00|20,00", told)


# -- adjustments, month by month ------------------------------------------------------------------


def test_an_adjustment_counts_from_its_day_on_as_in_the_income_statement(
    essai: SimpleNamespace,
) -> None:
    lines = (AdjustmentLine("nord", "401", "", 10_10), AdjustmentLine("nord", "606", "", 0, 10_10))
    entry = Entry(2025, dt.date(2025, 3, 31), "Double facture", lines)
    plain = {month: _result(essai.client, month) for month in (2, 3, 4, 11, 12)}
    record_adjustments(essai.network, [entry], actor=INSTALLATION)
    for month, before in plain.items():
        found = _result(essai.client, month)
        added = 1010 if month >= 3 else 0
        assert found == (before[0] + added, added), month
        assert found[0] == _statement(essai.client, month), month


def _result(client: Client, month: int) -> tuple[int, int]:
    """The network's result and what it says to be adjusted; cents."""
    url = f"{HERE}tableaux/tableau.csv?annee=2025&arrete={month}"
    rows = client.get(url).content.decode("utf-8-sig").splitlines()
    heads = next(row for row in rows if row.startswith("Indicateur")).split(";")
    cells = next(row for row in rows if row.startswith("Résultat;")).split(";")
    told = dict(zip(heads, cells, strict=False))
    whole = next(cell for head, cell in told.items() if head.startswith("Réseau"))
    return _cents(whole), _cents(told["Dont retraitements de consolidation (€)"])


def _statement(client: Client, month: int) -> int:
    url = f"{HERE}resultat/export.csv?exercice=2025&mois=2025-{month:02d}&cumul=oui"
    rows = client.get(url).content.decode("utf-8-sig").splitlines()
    heads = next(row for row in rows if row.startswith("Ligne;")).split(";")
    cells = next(row for row in rows if row.startswith("resultat;")).split(";")
    place = next(n for n, head in enumerate(heads) if head.startswith("Consolidé"))
    return _cents(cells[place])


def _cents(text: str) -> int:
    return round(float(re.sub(r"\s", "", text or "0").replace(",", ".")) * 100)
