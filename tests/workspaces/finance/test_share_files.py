"""Shares between chambers to a file and back: the model, the review, what is refused and why."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.engine.between import Share
from maillage.costing.models import Budget
from maillage.costing.queries.shares import shares_of
from maillage.kernel.models import Event
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.sheets.findings import Unreadable
from maillage.workspaces.finance.actions.shares import declare_shares
from maillage.workspaces.finance.engine.share_file import read_shares
from tests.builders import apply_import
from tests.workspaces.finance.budget_world import budget, vote

pytestmark = pytest.mark.usefixtures("november")
LINES = {("659", ""): 120_00, ("6218", ""): 60_00, ("641", ""): 600_00}
HEAD = "Compte;Intitulé;Chambre (code);Montant de l’année\n"
CODES = {"sud": "Sud", "region": "Région"}


@pytest.fixture
def kept(network: Network) -> Budget:
    found = vote(budget(network, "nord", 2026, lines=LINES), dt.date(2025, 11, 20))
    declare_shares(found, actor=INSTALLATION, shares=[Share("659", "region", 100_00)])
    return found


def here(kept: Budget) -> str:
    return f"/reseaux/essai/finances/budgets/{kept.pk}/entre-chambres/"


def held(kept: Budget) -> set[Share]:
    return set(shares_of([kept.pk])[kept.pk])


def sent(client: Any, kept: Budget, rows: str) -> str:
    file = SimpleUploadedFile("parts.csv", (HEAD + rows).encode())
    answer = client.post(f"{here(kept)}importer/", {"file": file, "fichier": file})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


def test_what_is_exported_comes_back_and_the_model_names_the_accounts(
    kept: Budget, who: SimpleNamespace
) -> None:
    client = who.nord.client
    file = client.get(f"{here(kept)}export.csv").content
    assert read_shares(file, "parts.csv", CODES) == [Share("659", "region", 100_00)]
    model = client.get(f"{here(kept)}export.csv?modele=oui").content.decode("utf-8-sig")
    accounts = [row.split(";")[0] for row in model.splitlines()]
    assert accounts == ["Compte", "6218", "659"], "those a family eliminates"
    assert client.get(f"{here(kept)}export.xlsx").status_code == 200


def test_a_file_is_reviewed_then_applied_and_what_it_does_not_name_stays(
    kept: Budget, who: SimpleNamespace
) -> None:
    review = sent(who.nord.client, kept, "6218;;sud;60\n")
    page = who.nord.client.get(review).content.decode()
    assert "6218" in page and "Sud" in page and "60" in page
    assert held(kept) == {Share("659", "region", 100_00)}, "nothing is written before"
    assert apply_import(who.nord.client, review).status_code == 302
    assert held(kept) == {Share("659", "region", 100_00), Share("6218", "sud", 60_00)}
    assert Event.objects.order_by("-pk")[0].verb == "finance.share.declared"
    assert apply_import(who.nord.client, sent(who.nord.client, kept, "659;;region;0\n"))
    assert held(kept) == {Share("6218", "sud", 60_00)}, "a zero takes away"


def test_what_would_be_refused_is_told_before_and_refused(
    kept: Budget, who: SimpleNamespace
) -> None:
    review = sent(who.nord.client, kept, "6218;;sud;61\n641;;sud;1\n")
    page = who.nord.client.get(review).content.decode()
    assert "plus entre chambres que le budget n’y porte" in page
    assert "aucune famille entre chambres ne l’élimine" in page
    assert apply_import(who.nord.client, review).status_code in (302, 422)
    assert held(kept) == {Share("659", "region", 100_00)}


def test_shares_changed_since_the_review_are_not_written_over(
    kept: Budget, who: SimpleNamespace
) -> None:
    review = sent(who.nord.client, kept, "6218;;sud;60\n")
    shown = re.search(r'name="vu" value="(\d+)"', who.nord.client.get(review).content.decode())
    assert shown
    declare_shares(kept, actor=INSTALLATION, shares=[Share("659", "region", 90_00)])
    answer = who.nord.client.post(f"{review}appliquer/", {"vu": shown[1]})
    assert answer.status_code in (302, 409)
    assert held(kept) == {Share("659", "region", 90_00)}


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ("", "aucune part"),
        ("6218;;ouest;60\n", "chambre inconnue"),
        ("6218;;;60\n", "chambre manquante"),
        ("6218;;sud;\n", "montant manquant"),
        ("6218;;sud;-5\n", "négatif"),
        ("6218;;sud;peu\n", ""),
        ("x;;sud;5\n", "ce n’est pas un compte de budget"),
        ("6218;;sud;5\n6218;;sud;6\n", "donnés deux fois"),
    ],
)
def test_a_fault_is_located(rows: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_shares((HEAD + rows).encode(), "parts.csv", CODES)
    assert what in str([finding.what for finding in refused.value.findings])


def test_as_many_queries_for_a_review_whatever_its_lines(
    kept: Budget, who: SimpleNamespace
) -> None:
    def count(rows: str) -> int:
        review = sent(who.nord.client, kept, rows)
        with CaptureQueriesContext(connection) as seen:
            assert who.nord.client.get(review).status_code == 200
        return len(seen)

    one = count("6218;;sud;10\n")
    assert count("6218;;sud;20\n6218;;region;5\n659;;sud;7\n659;;region;9\n") == one
