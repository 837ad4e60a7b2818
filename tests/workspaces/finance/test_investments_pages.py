"""The plan as it is shown and typed: what is abandoned stands apart, what is refused says why."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from maillage.kernel.verdicts import Denied
from maillage.network.models import Entity, Network
from maillage.people.actors import INSTALLATION
from maillage.ui.statuses import status
from maillage.workspaces.finance.actions.investments import save_investment
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.rules.investments import can_plan
from tests.builders import apply_import

THIS = timezone.localdate().year
OPERATIONS = (
    Operation(
        "nord", "toit", "Toiture", "voted", years={THIS: 1_000_000_50}, funding={"own": 500_00}
    ),
    Operation("sud", "cour", "Cour", "running", years={THIS + 1: 2_000_00}, funding={}),
    Operation("sud", "parc", "Parc", "abandoned", years={THIS: 70_00}, funding={"own": 7_00}),
)


@pytest.fixture
def planned(network: Network) -> Network:
    for operation in OPERATIONS:
        save_investment(network, operation, actor=INSTALLATION)
    return network


def here(network: Network, rest: str = "") -> str:
    return f"/reseaux/{network.code}/finances/investissements/{rest}"


def test_what_is_abandoned_stands_apart(planned: Network, who: SimpleNamespace) -> None:
    page = who.reader.client.get(here(planned)).content.decode()
    assert "2 <small>opérations, 1\u00a0abandonnée</small>" in page
    assert page.count('<tr class="is-off">') == 1
    total = page[page.rindex("<tfoot>") : page.rindex("</tfoot>")]
    amounts = ["1\u202f002\u202f001", "500", "1\u202f001\u202f501"]
    assert [a for a in amounts if f'<td class="num">{a}</td>' not in total] == []
    assert 'class="total"' in page and "M€" in page


@pytest.mark.parametrize(
    ("entity", "code", "stands"),
    [
        ("nord", "toit", "under-way"),
        ("sud", "cour", "under-way"),
        ("sud", "parc", "closed"),
    ],
)
def test_a_state_looks_the_same_in_the_list_and_on_its_page(
    planned: Network, who: SimpleNamespace, entity: str, code: str, stands: str
) -> None:
    page = who.reader.client.get(here(planned, f"{entity}/{code}/")).content.decode()
    row = Investment.objects.get(code=code)
    shown = status(stands, row.get_status_display())
    assert shown in page and shown in who.reader.client.get(here(planned)).content.decode()
    assert "1\u202f000\u202f000,50" not in page, "whole euros, as in the list"


def typed(**changes: str) -> dict[str, str]:
    values = {"entity": "nord", "code": "toit", "title": "Toiture", "status": "planned"}
    return values | {f"year-{THIS}": "1 000", "source-own": "400"} | changes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "Toit_1"}, "Minuscules sans accent, chiffres et tirets attendus."),
        ({"status": "done", f"year-{THIS}": "", f"year-{THIS + 1}": "1 000"}, "passée ou en cours"),
        ({"source-own": "1 000,01"}, "financé 1\u202f000,01&nbsp;€, reste à financer −0,01&nbsp;€"),
    ],
)
def test_what_is_refused_says_why_and_sums_what_is_typed(
    network: Network, who: SimpleNamespace, changes: dict[str, str], words: str
) -> None:
    answer = who.finances.client.post(here(network, "nouvelle/"), typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and "tirets bas" not in page
    assert "coût 1\u202f000,00&nbsp;€" in page
    assert not Investment.objects.exists()


def test_no_sum_is_made_of_an_amount_that_cannot_be_read(
    network: Network, who: SimpleNamespace
) -> None:
    form = typed(**{"source-own": "mille"})
    answer = who.finances.client.post(here(network, "nouvelle/"), form)
    assert answer.status_code == 422 and "Saisi&nbsp;:" not in answer.content.decode()


def test_a_new_operation_may_carry_the_last_past_years(
    network: Network, who: SimpleNamespace
) -> None:
    form = typed(status="done", **{f"year-{THIS - 2}": "10"})
    answer = who.finances.client.post(here(network, "nouvelle/"), form, follow=True)
    assert set(Investment.objects.get().years.values_list("year", flat=True)) == {THIS - 2, THIS}
    assert "réalisée et il reste 610\u00a0€ à financer" in answer.content.decode()
    page = who.finances.client.get(here(network, "nord/toit/")).content.decode()
    assert "610&nbsp;€ restent à financer" in page


def test_an_imported_operation_is_not_done_before_its_years(
    network: Network, who: SimpleNamespace
) -> None:
    head = f"Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;{THIS + 1}\n"
    file = SimpleUploadedFile("plan.csv", (head + "nord;a;A;;;Réalisée;10\n").encode())
    answer = who.finances.client.post(here(network, "importer/"), {"file": file})
    assert answer.status_code == 422
    assert "passée ou en cours" in answer.content.decode() and "ligne 2" in answer.content.decode()


def test_the_rows_of_another_chamber_are_told_by_row_with_why(
    network: Network, who: SimpleNamespace
) -> None:
    head = f"Chambre (code);Code;Opération;Fonction (code);Macro-processus (code);État;{THIS}\n"
    rows = "sud;a;Chez le voisin;;;;10\nnord;b;Chez nous;;;;20\n"
    file = SimpleUploadedFile("plan.csv", (head + rows).encode())
    client = who.nord.client
    review = client.post(here(network, "importer/"), {"file": file}).headers["Location"]
    told = client.get(review).content.decode()
    assert "igne 2" in told and "Chez le voisin" in told
    sud = Entity.objects.get(network=network, code="sud")
    verdict = can_plan(sud, actor=who.nord.actor)
    assert isinstance(verdict, Denied) and verdict.reason in told
    assert apply_import(client, review).status_code == 302
    assert list(Investment.objects.values_list("entity__code", "code")) == [("nord", "b")]
