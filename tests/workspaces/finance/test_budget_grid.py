"""The grid of a budget: columns of the year before, hypotheses, lines pasted, versions compared."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of
from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts, revise_budget
from tests.builders import acted, shown_by
from tests.workspaces.finance.budget_world import budget, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")
LINES = {("606", ""): 120_00, ("641", "numerique"): 240_00, ("706", ""): 600_00}
BEFORE = {("606", ""): 108_00, ("611", ""): 12_00, ("706", ""): 480_00}


def _two(network: Network) -> Budget:
    """A draft, the year before voted, its book of eleven in each month."""
    vote(budget(network, "nord", 2025, lines=BEFORE), dt.date(2024, 11, 20))
    keep_book(network, "nord", 2025, {("6061", m): 11_00 for m in range(1, 13)})
    return budget(network, "nord", 2026, lines=LINES)


def _here(draft: Budget, rest: str = "") -> str:
    return f"/reseaux/essai/finances/budgets/{draft.pk}/{rest}"


def _note(draft: Budget, note: str, **more: Any) -> None:
    edit = LineEdit("606", "", {}, note=note, **more)
    enter_amounts(draft, [edit], actor=INSTALLATION)


def test_an_account_split_in_actions_stands_once_with_its_total_above_them(
    network: Network, who: SimpleNamespace
) -> None:
    split = {("606", ""): 120_00, ("606", "numerique"): 240_00, ("706", ""): 600_00}
    vote(budget(network, "nord", 2025, lines=BEFORE), dt.date(2024, 11, 20))
    draft = budget(network, "nord", 2026, lines=split)
    page = page_text(who.nord.client, _here(draft, "?colonnes=primitif"))
    whole = page.partition('data-account="606"')[2].partition("</tr>")[0]
    assert re.findall(r'data-sum="1">(\d+)<', whole) == ["30"]
    assert re.findall(r'data-sum="13">(\d+)<', whole) == ["360"]
    assert "non renseigné" not in whole and "<input" not in whole
    rows = page.partition('data-account="606"')[2].split("<tr ")[1:3]
    assert ["amounts-part" in row for row in rows] == [True, True]
    assert "sans action" in rows[0] and "budgets/actions/numerique/" in rows[1]
    assert 'data-account="706"' not in page, "one line is its own total"


def test_the_main_act_stands_alone_and_deletion_behind_the_others(
    network: Network, who: SimpleNamespace
) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    page = page_text(who.nord.client, _here(draft))
    acts = page.partition('class="page-actions"')[2].partition("<nav")[0]
    menu = acts.partition("Autres actes")[2]
    assert "Supprimer ce budget" in menu and "Supprimer" not in acts.partition("Autres actes")[0]
    assert acts.count("is-primary") == 1


def test_the_columns_chosen_stand_beside_and_nothing_of_them_is_lost(
    network: Network, who: SimpleNamespace
) -> None:
    draft = _two(network)
    asked = "?colonnes=primitif&colonnes=realise&colonnes=en-vigueur"
    page = page_text(who.reader.client, _here(draft, asked))
    assert "2025 primitif" in page and "2025 réalisé" in page
    row = page.partition('id="ligne-606-"')[2].partition("</tr>")[0]
    beside = row.split('<td class="num former">')[1:]
    assert [cell.partition("</td>")[0].strip() for cell in beside] == ["108", "108", "132"]
    assert "Sans ligne dans ce budget" in page
    assert "Hypothèse</th>" not in page
    usual = page_text(who.reader.client, _here(draft))
    assert "Hypothèse</th>" in usual and 'class="num former"' not in usual


def test_a_year_before_that_is_not_told_says_why(network: Network, who: SimpleNamespace) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    page = page_text(who.reader.client, _here(draft, "?colonnes=primitif&colonnes=realise"))
    assert "2025 primitif : non renseigné (aucun budget voté)" in page
    assert "2025 réalisé : non renseigné (aucun livre" in page


def test_the_page_asks_as_much_whatever_its_lines(network: Network, who: SimpleNamespace) -> None:
    draft = _two(network)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert who.nord.client.get(_here(draft, "?colonnes=primitif")).status_code == 200
        return len(seen)

    before = count()
    edits = [LineEdit(f"62{n}", "", {1: 5}) for n in range(10, 40)]
    enter_amounts(draft, edits, actor=INSTALLATION)
    assert count() == before


def test_a_hypothesis_is_entered_told_and_follows_into_a_revision(network: Network) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    _note(draft, " Hausse de 2 % ")
    line = draft.lines.get(account="606")
    assert (line.hypothesis, line.m01) == ("Hausse de 2 %", 10_00)
    last = Event.objects.order_by("-pk")[0]
    assert last.diff == {"amounts": {}, "hypotheses": {"606|": ["", "Hausse de 2 %"]}}
    count = Event.objects.count()
    _note(draft, "Hausse de 2 %")
    assert Event.objects.count() == count
    with pytest.raises(Refusal) as stale:
        _note(draft, "Autre", expected=line.version - 1)
    assert stale.value.details["conflicts"][0]["note"] == "Hausse de 2 %"
    for wrong in ("x" * 301, "deux\nlignes"):
        with pytest.raises(Refusal, match="hypothèse"):
            _note(draft, wrong)
    voted = vote(draft, dt.date(2025, 11, 20))
    revised = revise_budget(voted, actor=INSTALLATION)
    assert revised.lines.get(account="606").hypothesis == "Hausse de 2 %"


def test_a_hypothesis_is_sent_by_the_form_and_by_the_grid(
    network: Network, who: SimpleNamespace
) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    version = draft.lines.get(account="606").version
    form = {"o|606|": ",".join(["1000"] * 12), "v|606|": str(version), "n|606|": "",
            "h|606|": "Contrat"}  # fmt: skip
    assert who.nord.client.post(_here(draft), form).status_code == 302
    line = draft.lines.get(account="606")
    assert line.hypothesis == "Contrat"
    edits = [{"account": "606", "axis": "", "months": {"2": 5}, "expected": line.version,
              "note": "Marché"}]  # fmt: skip
    answer = who.nord.client.post(
        _here(draft, "lignes/"), json.dumps({"edits": edits}), content_type="application/json"
    )
    assert answer.status_code == 200
    line.refresh_from_db()
    assert (line.hypothesis, line.m02) == ("Marché", 5)
    edits[0] |= {"note": 5}
    answer = who.nord.client.post(
        _here(draft, "lignes/"), json.dumps({"edits": edits}), content_type="application/json"
    )
    assert answer.status_code == 422


def test_lines_are_pasted_at_once_new_ones_included_or_none(
    network: Network, who: SimpleNamespace
) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    client, here = who.nord.client, _here(draft, "coller/")
    refused = acted(client, here, {"lines": "606\t240\n6x\t1"})
    assert refused.status_code == 422
    assert "Ligne 2" in refused.content.decode()
    lines = {"lines": "606\t240\n6226\tnumerique\t36"}
    shown = shown_by(page_text(client, here), lines)
    assert client.post(here, lines).status_code == 409, "without the version of the budget"
    _note(draft, "Hausse")
    assert client.post(here, lines | shown).status_code == 409, "changed since it was read"
    assert acted(client, here, lines).status_code == 302
    amounts = amounts_of([draft])[draft.pk]
    assert amounts["nord", "606", "", 12] == 20_00
    assert amounts["nord", "6226", "numerique", 1] == 3_00
    assert who.reader.client.post(here, {"lines": "606\t1"}).status_code == 403


def test_any_two_budgets_are_compared_line_by_line(network: Network, who: SimpleNamespace) -> None:
    draft = _two(network)
    _note(draft, "Hausse")
    other = Budget.objects.get(year=2025)
    page = page_text(who.reader.client, _here(draft, "comparer/"))
    assert "Pages de l’onglet" not in page
    assert "Du Budget primitif 2025 au Budget primitif 2026" in page
    file = who.reader.client.get(_here(draft, f"comparer/export.csv?avec={other.pk}"))
    rows = file.content.decode("utf-8-sig").splitlines()
    wanted = {
        "606 ": ";;108,00;120,00;12,00;11,1;;Hausse",
        "611 ": ";;12,00;;-12,00;-100;;",
        "641 ": ";Transition numérique;;240,00;240,00;;;",
        "Total des charges": ";;120,00;360,00;240,00;200;;",
        "Résultat": ";;360,00;240,00;-120,00;-33,3;;",
    }
    for start, end in wanted.items():
        row = next(row for row in rows if row.startswith(start))
        assert row.endswith(end), row


def test_a_budget_to_read_is_told_in_euros_and_to_the_cent_where_asked(
    network: Network, who: SimpleNamespace
) -> None:
    odd = {("606", ""): 12 * 10_49, ("706", ""): 12 * 20_51}
    draft = budget(network, "nord", 2026, lines=odd)
    page = page_text(who.reader.client, _here(draft))
    row = page.partition('id="ligne-606-"')[2].partition("</tr>")[0]
    assert re.findall(r'<td class="num[^>]*>\s*([\d,]+)', row) == ["10"] * 12 + ["126"]
    assert 'href="?centimes=oui">avec les centimes</a>' in page
    page = page_text(who.reader.client, _here(draft, "?centimes=oui"))
    row = page.partition('id="ligne-606-"')[2].partition("</tr>")[0]
    assert re.findall(r'<td class="num[^>]*>\s*([\d,]+)', row) == ["10,49"] * 12 + ["125,88"]
    assert "+120,24" in page and "sans les centimes</a>" in page
    assert "les centimes</a>" not in page_text(who.nord.client, _here(draft)), "typed to the cent"


CENTS = re.compile(r"\d,\d\d$")


@pytest.mark.parametrize("odd", [0, 49])
def test_what_is_typed_is_to_the_cent_all_of_it_once_one_amount_is(
    network: Network, who: SimpleNamespace, odd: int
) -> None:
    draft = budget(network, "nord", 2026, lines=LINES)
    enter_amounts(draft, [LineEdit("606", "", {3: 10_00 + odd})], actor=INSTALLATION)
    page = page_text(who.nord.client, _here(draft))
    grid = page.partition('id="amounts"')[2].partition("</table>")[0]
    told = re.findall(r'<input name="c\|[^"]+" value="([^"]+)"', grid)
    told += re.findall(r'<td class="num[^>]*>\s*([+\u2212]?\d[\d\u202f,]*)\s*<', grid)
    assert len(told) > 60
    assert {bool(CENTS.search(one)) for one in told} == {bool(odd)}
