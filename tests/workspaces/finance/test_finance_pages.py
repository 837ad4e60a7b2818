"""Whole flows through the pages: a plan brought in, a key and its statement, a cost, the board."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from maillage.costing.actions.costs import Count, count_volumes
from maillage.costing.demo import fill
from maillage.costing.models import AllocationKey, CostStudy, ProcessVolume, RechargeStatement
from maillage.costing.queries.costs import finance_processes, years_counted
from maillage.costing.queries.keys import pool_of
from maillage.imports.models import PendingImport
from maillage.kernel.models import Event
from maillage.ledger.actions.mapping import change_mapping
from maillage.ledger.book_folders import folder
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.consolidated import year_of
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION, Role
from maillage.schemes.engine.generate import generate
from maillage.workspaces.finance.actions.investments import import_investments
from maillage.workspaces.finance.demo import invest
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.queries.dashboard import board_of, known
from maillage.workspaces.finance.queries.investments import plan_of
from tests.builders import apply_import, keep_books, load, person, shown_by_review, small_document
from tests.remembered import remembered

pytestmark = pytest.mark.usefixtures("common_books")


def here(network: Network, rest: str) -> str:
    return f"/reseaux/{network.code}/finances/{rest}"


def test_a_plan_goes_out_is_changed_in_a_spreadsheet_and_comes_back(
    network: Network, who: SimpleNamespace
) -> None:
    client = who.finances.client
    form = {"entity": "nord", "code": "toit", "title": "Toiture", "status": "planned"}
    form |= {"year-2026": "900 000,50", "year-2027": "100 000", "source-own": "1 000 001"}
    refused = client.post(here(network, "investissements/nouvelle/"), form)
    assert refused.status_code == 422
    assert "dépassent le coût" in refused.content.decode()
    client.post(here(network, "investissements/nouvelle/"), form | {"source-own": "400 000"})
    page = client.get(here(network, "investissements/")).content.decode()
    assert "Toiture" in page and "<svg" in page

    answer = client.get(here(network, "investissements/plan.xlsx"))
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("État") + 1).value = "Votée"
    sheet.append(["sud", "cour", "Cour", None, None, "Idée", 50_000])
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("plan.xlsx", kept.getvalue())
    review = client.post(here(network, "investissements/importer/"), {"file": file}, follow=True)
    text = review.content.decode()
    assert "2" in text and "nouvelle" in text and "Votée" in text
    assert Investment.objects.count() == 1, "a dry run writes nothing"
    apply_import(client, review.request["PATH_INFO"])
    assert set(Investment.objects.values_list("code", "status")) == {
        ("toit", "voted"), ("cour", "idea"),
    }  # fmt: skip
    assert Event.objects.filter(verb="finance.investment.imported").count() == 1


def test_a_faulty_plan_is_told_cell_by_cell_and_nothing_is_kept(
    network: Network, who: SimpleNamespace
) -> None:
    text = "Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;2026\n"
    file = SimpleUploadedFile("plan.csv", (text + "nrd;a;A;;;;dix\n").encode())
    answer = who.finances.client.post(here(network, "investissements/importer/"), {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "colonne Chambre (code)" in page and "colonne 2026" in page
    assert not PendingImport.objects.exists()


def test_a_plan_of_before_somebody_s_change_says_what_was_changed_in_it(
    network: Network, who: SimpleNamespace
) -> None:
    client = who.finances.client
    form = {"entity": "nord", "status": "idea", "year-2026": "10", "year-2027": "20"}
    for code in ("a", "b"):
        client.post(here(network, "investissements/nouvelle/"), form | {"code": code, "title": "A"})
    data = client.get(here(network, "investissements/plan.csv")).content.decode("utf-8-sig")
    held = {o.code: o for _row, o in plan_of(network)}
    theirs = [
        replace(held["a"], status="planned", years={2026: 30_00, 2027: 20_00}),
        replace(held["b"], title="Autre"),
    ]
    import_investments(network, theirs, actor=INSTALLATION)
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))
    head = next(row for row in rows if "Code" in row)
    mine = next(row for row in rows if row[1:2] == ["a"])
    mine[head.index("2026")], mine[head.index("2027")] = "40", "50"
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    for answer, year in (("garder", 30_00), ("fichier", 40_00)):
        file = SimpleUploadedFile("plan.csv", target.getvalue().encode())
        review = client.post(here(network, "investissements/importer/"), {"file": file})["Location"]
        page = client.get(review)
        assert page.context["total"] == 1, page.content.decode()
        assert set(re.findall(r'name="(choix[^"]*)"', page.content.decode())) == {"choix-0-2026"}
        form = {"vu": page.context["version"], "choix-0-2026": answer}
        client.post(review + "appliquer/", form)
        kept = {o.code: o for _row, o in plan_of(network)}
        assert (kept["a"].status, kept["a"].years) == ("planned", {2026: year, 2027: 50_00})
        assert kept["b"].title == "Autre"


def test_what_is_wrong_in_the_plan_of_another_chamber_does_not_refuse_the_file(
    network: Network, who: SimpleNamespace
) -> None:
    text = "Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;2026\n"
    text += "sud;PAS UN CODE;;;;Étrange;douze\nnord;a;A;;;;10\n"
    client = who.nord.client
    file = SimpleUploadedFile("plan.csv", text.encode())
    review = client.post(here(network, "investissements/importer/"), {"file": file})["Location"]
    page = client.get(review)
    assert "non lue" in page.content.decode() and page.context["refused_total"] == 1
    apply_import(client, review)
    assert [o.code for _row, o in plan_of(network)] == ["a"]


def test_a_plan_that_moved_is_shown_again(network: Network, who: SimpleNamespace) -> None:
    client = who.finances.client
    text = "Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;2026\n"
    file = SimpleUploadedFile("plan.csv", (text + "nord;a;A;;;;10\n").encode())
    answer = client.post(here(network, "investissements/importer/"), {"file": file})
    shown = shown_by_review(client, answer["Location"])
    form = {"entity": "sud", "code": "b", "title": "B", "status": "idea", "year-2026": "1"}
    client.post(here(network, "investissements/nouvelle/"), form)
    again = client.post(answer["Location"] + "appliquer/", shown, follow=True)
    assert "vérifier à nouveau" in again.content.decode()
    assert Investment.objects.count() == 1
    apply_import(client, answer["Location"])
    assert Investment.objects.count() == 2


def test_a_key_a_statement_and_its_reversal(network: Network, who: SimpleNamespace) -> None:
    client = who.finances.client
    form = {"name": "Accord", "code": "accord", "driver": "entered", "valid_from": "2025-01-01"}
    wrong = client.post(
        here(network, "cles/nouvelle/"), form | {"part-nord": "60", "part-sud": "39,99"}
    )
    assert "il manque 0,01" in wrong.content.decode()
    client.post(here(network, "cles/nouvelle/"), form | {"part-nord": "60", "part-sud": "40"})
    key = AllocationKey.objects.get()
    asked = {"label": "Paie", "provider": "region", "key": str(key.pk), "amount": "100,01"}
    asked |= {"first_day": "2025-01-01", "last_day": "2025-12-31", "issued_on": "2026-01-15"}
    new = here(network, "cles/refacturations/nouveau/")
    preview = client.post(new, asked | {"geste": "calculer"}).content.decode()
    assert "60,01" in preview and "40,00" in preview
    assert not RechargeStatement.objects.exists(), "a preview issues nothing"
    done = client.post(new, asked, follow=True)
    assert "RF-2026-001" in done.content.decode()
    back = here(network, "cles/refacturations/2026/1/contre-passer/")
    assert client.post(back, {"reason": ""}).status_code == 422
    assert "contre-passe" in client.post(back, {"reason": "Erreur"}, follow=True).content.decode()
    total = sum(s.amount for s in RechargeStatement.objects.all())
    assert total == 0
    page = client.get(here(network, "cles/refacturations/")).content.decode()
    assert "contre-passé par" in page


def test_a_statement_reads_its_amount_in_the_book(network: Network, who: SimpleNamespace) -> None:
    keep_books(network, "nord")
    client = who.administrator.client
    form = {"name": "Postes", "code": "postes", "driver": "seats", "valid_from": "2025-01-01"}
    client.post(here(network, "cles/nouvelle/"), form | {"part-nord": "1", "part-sud": "2"})
    asked = {"label": "Personnel", "provider": "nord", "key": AllocationKey.objects.get().pk}
    asked |= {"first_day": "2025-01-01", "last_day": "2025-12-31", "issued_on": "2026-01-15"}
    new = here(network, "cles/refacturations/nouveau/")
    both = client.post(new, asked | {"amount": "5", "account": "64"})
    assert "pas les deux" in both.content.decode()
    none = client.post(new, asked | {"account": "79"})
    assert "rien sur ces comptes" in none.content.decode()


def test_volumes_are_typed_and_what_is_empty_stays_unknown(
    network: Network, who: SimpleNamespace
) -> None:
    client, process = who.nord.client, network.processes.get(code="achats")
    entity = network.entities.get(code="nord")
    key = f"{process.pk}-{entity.pk}"
    year = years_counted(network, dt.date.today())[-1]
    entry = here(network, f"couts/volumes/saisir/?annee={year}")
    wrong = client.post(entry, {f"v-{key}": "douze", f"s-{key}": "0"})
    assert wrong.status_code == 422
    assert "n’est pas un nombre" in wrong.content.decode()
    client.post(entry, {f"v-{key}": "12 000", f"f-{key}": "", f"s-{key}": "0", "source": "Outil"})
    row = ProcessVolume.objects.get()
    assert (row.volume, row.fte, row.source) == (Decimal(12_000), None, "Outil")
    page = client.get(here(network, f"couts/volumes/?annee={year}")).content.decode()
    assert "12\u202f000" in page and "non renseigné" in page
    stale = client.post(entry, {f"v-{key}": "1", f"f-{key}": "", f"s-{key}": "0"})
    assert "a changé depuis votre lecture" in stale.content.decode()
    assert ProcessVolume.objects.get().volume == Decimal(12_000)


def test_a_cost_study_is_written_read_and_exported(network: Network, who: SimpleNamespace) -> None:
    client = who.finances.client
    form = {"process": "achats", "provider": "region", "year": "2025", "cost": "560 000"}
    form |= {"fte": "10", "minutes_per_fte": "70000", "practical": "80"}
    rows = {"lignes-TOTAL_FORMS": "2", "lignes-INITIAL_FORMS": "0", "lignes-0-entity": "nord"}
    rows |= {"lignes-0-volume": "30000", "lignes-0-minutes": "8", "lignes-1-entity": "sud"}
    missing = client.post(
        here(network, "couts/etudes/nouvelle/"), form | rows | {"lignes-0-minutes": ""}
    )
    assert "À indiquer" in missing.content.decode()
    client.post(here(network, "couts/etudes/nouvelle/"), form | rows)
    study = CostStudy.objects.get()
    page = client.get(here(network, f"couts/etudes/{study.pk}/")).content.decode()
    assert "240\u202f000,00" in page and "320\u202f000,00" in page
    assert "ne suppose un gain" in page
    exported = client.get(here(network, f"couts/etudes/{study.pk}/etude.csv"))
    assert "Capacité inutilisée" in exported.content.decode("utf-8-sig")


def test_the_board_says_what_is_missing_and_why(network: Network, who: SimpleNamespace) -> None:
    page = who.reader.client.get(here(network, "tableaux/?annee=2025")).content.decode()
    assert "Rien n’est encore connu de cet exercice" in page
    assert "non renseigné" not in page
    keep_books(network, "nord", "sud")
    caches["pages"].clear()
    page = who.reader.client.get(here(network, "tableaux/?annee=2025")).content.decode()
    assert "n’ont pas de correspondance" in page, "no partial sum is shown"
    assert "<h1>Tableau de bord 2025</h1>" in page
    head = page[page.index('<table class="data is-sticky amounts has-help board-table">') :]
    assert head.index(">Réseau</th>") < head.index(">Nord</th>")
    years = re.findall(r'\?annee=(\d{4})"[^>]*>\d{4}</a>', page)
    assert len(years) > 1 and years == sorted(years, reverse=True)
    csv = who.reader.client.get(here(network, "tableaux/tableau.csv?annee=2025"))
    text = csv.content.decode("utf-8-sig")
    assert "Règle de calcul" in text
    assert "État des livres;;2 sur 3;;;" in text


def _moved(network: Network, entity: str, where: str) -> int:
    """Cents of debit less credit, asked of the stored lines themselves."""
    (file,) = (file for file in current_files(network) if file.book.entity.code == entity)
    with duckdb.connect() as connected:
        lines = folder(file) / "lines.parquet"
        asked = f"SELECT sum(debit - credit) FROM read_parquet('{lines}') WHERE {where}"
        [(found,)] = connected.execute(asked).fetchall()
    return int((found or 0) * 100)


def test_the_board_and_the_pool_agree_with_the_stored_lines(
    network: Network, who: SimpleNamespace
) -> None:
    keep_books(network, "region", "nord", "sud")
    roots = sorted({account[:2] for _entity, account in year_of(network, 2025).result.unmapped})
    rules = [RuleValue("", root, False, root) for root in roots]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    board = board_of(*known(network, 2025, 2024), 12)
    assert board.unmapped == 0
    codes = [entity.code for entity in board.chambers]
    figures = {
        row.indicator.code: dict(zip(codes, row.chambers, strict=True)) for row in board.rows
    }
    for entity in codes:
        result = -_moved(network, entity, "account[1] IN ('6', '7')")
        cash = _moved(network, entity, "account[1] = '5' AND account[1:2] <> '59'")
        assert figures["result"][entity].value == result
        assert figures["cash"][entity].value == cash
    whole = {row.indicator.code: row.network.value for row in board.rows}
    assert whole["result"] == sum(f.value for f in figures["result"].values())
    march = "account[1:2] = '64' AND date BETWEEN '2025-01-01' AND '2025-03-31'"
    days = (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    assert pool_of(network, "region", "64", "", *days) == _moved(network, "region", march)


PAGES = (
    "investissements/",
    "cles/",
    "cles/refacturations/",
    "couts/",
    "couts/volumes/",
    "couts/volumes/saisir/",
    "couts/volumes/volumes.csv",
    "tableaux/",
    "tableaux/result/",
    "tableaux/receivable-days/",
)


def _questions(client: Any, address: str) -> int:
    client.get(address)
    for cache in caches.all():
        cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def _small_and_large() -> tuple[Any, list[Network]]:
    """Who may read both, and two networks filled alike."""
    networks = []
    for seed, size in ((3, (3, 10)), (4, (14, 40))):
        document = generate(seed, *size)[0]
        network = load(replace(document, network_code=f"taille-{seed}")).network
        invest(network)
        fill(network)
        networks.append(network)
    return person("tout@essai.test", {"role": Role.ADMINISTRATOR}).client, networks


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_many_questions_for_a_large_network(page: str, db: None) -> None:
    client, networks = remembered("small and large", _small_and_large)
    counts = [_questions(client, here(network, page)) for network in networks]
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_the_demonstration_fills_fictitious_networks_only_and_once(db: None) -> None:
    real = load(small_document(fictional=False)).network
    with pytest.raises(ValueError, match="fictitious"):
        fill(real)
    made_up = load(small_document("invente")).network
    fill(made_up)
    events = Event.objects.count()
    fill(made_up)
    assert Event.objects.count() == events
    assert RechargeStatement.objects.filter(network=made_up).count() == 5


def test_nothing_is_counted_twice_for_the_same_cell(network: Network) -> None:
    process, entity = finance_processes(network)[0], chambers_of(network)[0]
    count = Count(process, entity, 2021, Decimal(1), Decimal(1))
    count_volumes(network, [count], actor=INSTALLATION)
    count_volumes(network, [count], actor=INSTALLATION)
    assert ProcessVolume.objects.count() == 1
