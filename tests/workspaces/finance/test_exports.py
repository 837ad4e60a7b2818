"""Every list of the finances leaves as a workbook and as CSV, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace

import openpyxl
import pytest

from maillage.schemes.models import Edition
from tests.builders import keep_books

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
# Where the page of each list is, where its export is, and a column of it.
LISTS = {
    "books": ("livres/", "livres/export", "État"),
    "actions": ("budgets/actions/", "budgets/actions/export", "Charges en vigueur"),
    "calendar": ("calendrier/", "calendrier/export", "Échéance"),
    "invoices": ("couts/", "couts/factures", "Factures par ETP"),
    "budgets": ("budgets/", "budgets/export", "Voté le"),
    "dashboard": ("tableaux/", "tableaux/tableau", "Réseau"),
    "volumes": ("couts/volumes/", "couts/volumes/volumes", "Volume"),
}


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    keep_books(draft.scheme.network, "nord")
    return people(draft)


@pytest.mark.parametrize("what", LISTS)
def test_a_list_leaves_as_a_workbook_and_as_csv(world: SimpleNamespace, what: str) -> None:
    _page, export, column = LISTS[what]
    answer = world.reader.client.get(f"{HERE}{export}.xlsx?annee=2025")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert column in [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes and sheet.print_title_rows == "$1:$1"
    text = world.reader.client.get(f"{HERE}{export}.csv?annee=2025").content.decode("utf-8-sig")
    assert column in text
    assert world.reader.client.get(f"{HERE}{export}.pdf").status_code == 404
    assert world.stranger.client.get(f"{HERE}{export}.csv").status_code == 404


def test_the_state_of_books_is_in_figures(world: SimpleNamespace) -> None:
    answer = world.reader.client.get(f"{HERE}livres/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    rows = {row[0]: dict(zip(heads, row, strict=True)) for row in
            sheet.iter_rows(min_row=2, values_only=True)}  # fmt: skip
    nord, sud = rows["Chambre du Nord"], rows["Chambre du Sud"]
    assert isinstance(nord["Lignes"], int) and nord["Débit"] == nord["Crédit"] > 0
    assert (sud["État"], sud["Lignes"]) == ("absent", None)
