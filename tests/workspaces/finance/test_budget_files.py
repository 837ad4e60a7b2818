"""A budget's spreadsheet through its pages: out, back, and what it changes before it does."""

from __future__ import annotations

import html
import io
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from python_calamine import load_workbook

from maillage.imports.models import PendingImport
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.engine.budget_table import MONTH_TITLES
from tests.builders import apply_import, shown_by_review
from tests.workspaces.finance.budget_world import budget, page_text

pytestmark = pytest.mark.usefixtures("november")

BASE = "/reseaux/essai/finances/"


def test_a_spreadsheet_goes_out_comes_back_and_changes_what_it_says(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    same = client.get(here + "export.csv").content
    answer = client.post(here + "importer/", {"file": _file(same)})
    assert "Aucun changement" in page_text(client, answer["Location"])
    text = same.decode("utf-8-sig").replace("6061;", "6063;")
    review = client.post(here + "importer/", {"file": _file(text.encode())})["Location"]
    page = page_text(client, review)
    assert "nouvelle ligne" in page
    assert "1 ligne changerait" in page
    assert who.finances.client.get(review).status_code == 404
    shown = shown_by_review(client, review)
    enter_amounts(held, [LineEdit("611", "", {1: 5})], actor=INSTALLATION)
    for given in (shown, shown, {}):  # not reviewed since; without a word on what was read
        assert client.post(review + "appliquer/", given)["Location"] == review
        assert not held.lines.filter(account="6063").exists()
    assert apply_import(client, review)["Location"] == here
    assert held.lines.filter(account="6063").exists()
    assert held.lines.filter(account="6061").exists()
    pk = int(review.rstrip("/").rsplit("/", 1)[1])
    assert not PendingImport.objects.filter(pk=pk).exists()


def test_a_faulty_spreadsheet_changes_nothing_and_is_told(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    text = client.get(here + "export.csv").content.decode("utf-8-sig")
    bad = text.replace("100,00;100,00;", "100,00;cent;", 1)
    answer = client.post(here + "importer/", {"file": _file(bad.encode())})
    assert answer.status_code == 422
    assert "colonne Février" in answer.content.decode()
    assert "cent" in answer.content.decode()
    assert not PendingImport.objects.exists()


def _file(data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = "budget.csv"
    return file


def _upload(client: Client, here: str, text: str) -> str:
    answer = client.post(here + "importer/", {"file": _file(text.encode())})
    assert answer.status_code == 302, answer.content[:300]
    return str(answer["Location"])


def test_the_template_filled_in_part_changes_that_part_alone(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    with load_workbook(io.BytesIO(client.get(here + "modele.xlsx").content)) as book:
        rows = book.get_sheet_by_name("Budget").to_python()
        about = [row[0] for row in book.get_sheet_by_name("Lisez-moi").to_python()]
    assert any("cellule vide laisse le montant" in " ".join(line.split()) for line in about)
    assert [row[0] for row in rows[1:]] == ["6061", "641", "706"]
    rows[1][4] = "1234,5"  # January of 6061
    text = "\r\n".join(";".join(str(cell) for cell in row) for row in rows)
    page = page_text(client, review := _upload(client, here, text))
    assert "1 ligne changerait" in page
    assert "passer" not in page
    apply_import(client, review)
    kept = {line.account: line.months for line in held.lines.all()}
    assert kept["6061"] == [1234_50, *[100_00] * 11]
    assert kept["641"] == [200_00] * 12


@pytest.mark.parametrize(
    ("typed", "after"),
    [("", [100_00] * 12), ("0", [0, *[100_00] * 11]), ("5", [500, *[100_00] * 11])],
)
def test_a_zero_is_a_zero_and_nothing_is_no_change(
    network: Network, who: SimpleNamespace, typed: str, after: list[int]
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    text = f"Compte;Axe (code);{';'.join(MONTH_TITLES)}\r\n6061;;{typed};;;;;;;;;;;\r\n"
    review = _upload(client, here, text)
    apply_import(client, review)
    assert held.lines.get(account="6061").months == after


def test_the_review_says_the_totals_and_the_lines_brought_to_zero(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    zeros, nothing = ";".join(["0"] * 12), ";" * 11
    rows = [f"6061;;{zeros}", f"611;;{'1;' * 11}1", f"613;;{nothing}"]
    text = f"Compte;Axe (code);{';'.join(MONTH_TITLES)}\r\n" + "\r\n".join(rows)
    page = page_text(client, _upload(client, here, text))
    assert "1 ligne passerait à zéro" in page
    assert "2 lignes changeraient" in page  # an empty line that is not in the budget adds none
    charges = page[page.index(">Charges</th>") :].split("</tr>")[0]
    assert ">3 600</td>" in charges
    assert ">2 412</td>" in charges
    assert ">−1 188</td>" in charges


def test_a_file_brings_back_the_zeros_it_took(network: Network, who: SimpleNamespace) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    enter_amounts(held, [LineEdit("6061", "", {1: 0})], actor=INSTALLATION)
    file = client.get(here + "export.csv").content.decode("utf-8-sig")
    enter_amounts(held, [LineEdit("6061", "", {1: 700})], actor=INSTALLATION)
    # What it saw taken out, the file has its word on each of its amounts.
    file = "\n".join(line.rpartition(";")[0] for line in file.splitlines())
    apply_import(client, _upload(client, here, file))
    assert held.lines.get(account="6061").m01 == 0


def test_a_file_of_before_somebody_s_change_says_what_was_changed_in_it(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    file = client.get(here + "export.csv").content.decode("utf-8-sig")
    before = {line.account: line.months for line in held.lines.all()}
    others = [LineEdit("6061", "", {1: 70_00, 2: 80_00}), LineEdit("641", "", {3: 5_00})]
    enter_amounts(held, others, actor=INSTALLATION)
    rows = [line.split(";") for line in file.splitlines()]
    january = rows[0].index(MONTH_TITLES[0])
    for row in rows:
        if row[0] == "6061":
            row[january], row[january + 3] = "90,00", "40,00"  # its Total stays as exported
    text = "\n".join(";".join(row) for row in rows)
    for answer, kept in (("garder", 70_00), ("", 70_00), ("fichier", 90_00)):
        review = _upload(client, here, text)
        page = client.get(review)
        told = html.unescape(page.content.decode())
        assert page.context["total"] == page.context["clashing"] == 1, told
        assert re.findall(r'name="(choix[^"]*)" value="garder"', told) == ["choix-0-Janvier"]
        form = {"vu": page.context["version"], "choix-0-Janvier": answer}
        client.post(review + "appliquer/", form)
        line = held.lines.get(account="6061")
        assert line.months[:4] == [kept, 80_00, before["6061"][2], 40_00]
        assert held.lines.get(account="641", axis=None).m03 == 5_00


def test_hypotheses_go_out_and_come_back_with_the_lines(
    network: Network, who: SimpleNamespace
) -> None:
    held, client = budget(network), who.nord.client
    here = f"{BASE}budgets/{held.pk}/"
    head = f"Compte;Axe (code);{';'.join(MONTH_TITLES)};Hypothèse\r\n"
    empty = ";" * 12
    review = _upload(client, here, f"{head}6061;;{empty}Prix stables\r\n641;;{empty}\r\n")
    page = page_text(client, review)
    assert "1 ligne changerait" in page and "Prix stables" in page
    apply_import(client, review)
    line = held.lines.get(account="6061")
    assert (line.hypothesis, line.months) == ("Prix stables", [100_00] * 12)
    file = client.get(here + "export.csv").content.decode("utf-8-sig")
    assert file.splitlines()[0].endswith("Total;Hypothèse;Vu à l’export")
    assert any(";Prix stables;v" in row for row in file.splitlines())
    with load_workbook(io.BytesIO(client.get(here + "export.xlsx").content)) as book:
        rows = book.get_sheet_by_name("Budget").to_python()
    assert [row[-2] for row in rows] == ["Hypothèse", "Prix stables", "", ""]
    again = _upload(client, here, f"{head}6061;;{empty}Prix stables\r\n")
    assert "1 ligne changerait" not in page_text(client, again), "the same says nothing"
    alone = _upload(client, here, f"{head}6061;;5{';' * 12}\r\n")
    apply_import(client, alone)
    line.refresh_from_db()
    assert (line.hypothesis, line.months[0]) == ("Prix stables", 500), "an empty cell leaves it"
