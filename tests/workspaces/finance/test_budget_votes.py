"""What is shown before a budget is voted, and an executed budget beside the book of its year."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.costing.engine.budgets import Measure, overall, totals
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of, year_of
from maillage.costing.queries.realised import realised_amounts
from maillage.ledger.actions import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.queries.consolidated import year_of as books_of
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import Start, open_budget, save_personnel
from maillage.workspaces.finance.demo import fill
from maillage.workspaces.finance.engine.personnel import Jobs, check
from maillage.workspaces.finance.queries.budgets import jobs_of
from tests.builders import keep_books
from tests.workspaces.finance.budget_world import budget, page_text, vote

pytestmark = pytest.mark.usefixtures("november", "common_books")

BASE = "/reseaux/essai/finances/"


BELOW = (
    "Montants négatifs : {}. Un emploi ne diminue pas d’une cession, dont le prix est un produit ; "
    "un remboursement et un recouvrement ont leur propre ligne (D, C)."
)


@pytest.mark.parametrize(
    ("lines", "jobs", "cautions"),
    [
        ({("6061", ""): 1200, ("706", ""): 1200}, [], []),
        ({("706", ""): 1200}, [], ["Les charges de ce budget sont nulles."]),
        ({("6061", ""): 1200}, [], ["Les produits de ce budget sont nuls."]),
        (
            {("6061", ""): 1200, ("706", ""): 1200, ("2183", ""): -1200, ("649", ""): -600},
            [],
            [BELOW.format("2183 (−12,00 €)")],
        ),
        ({("6061", ""): 1200, ("706", ""): 1200, ("649", ""): -600}, [], []),
        ({("6061", ""): -1200, ("706", ""): 1200}, [], [BELOW.format("6061 (−12,00 €)")]),
        (
            {("641", ""): 1_260_00, ("706", ""): 1200},
            [Jobs("Conseil", "", 100, 100_00, 0)],
            [],
        ),
        (
            {("641", ""): 1_272_00, ("706", ""): 1200},
            [Jobs("Conseil", "", 100, 100_00, 0)],
            ["Les comptes 64 s’écartent de plus de 5 % du coût des emplois saisis."],
        ),
    ],
)
def test_a_vote_is_cautioned(
    network: Network,
    who: SimpleNamespace,
    lines: dict[tuple[str, str], int],
    jobs: list[Jobs],
    cautions: list[str],
) -> None:
    held = budget(network, lines=lines)
    save_personnel(held, jobs, actor=INSTALLATION)
    page = page_text(who.nord.client, f"{BASE}budgets/{held.pk}/acte/voter/")
    assert ("À regarder avant le vote" in page) is bool(cautions)
    for caution in cautions:
        assert f"<li>{caution}</li>" in page


def test_a_vote_shows_what_is_voted(network: Network, who: SimpleNamespace) -> None:
    lines = {("6061", ""): 1200_00, ("706", ""): 2400_00, ("205", ""): 600_00, ("164D", ""): 12_00,
             ("164", ""): 36_00, ("611", ""): 0, ("613", ""): 0}  # fmt: skip
    held = budget(network, lines=lines)
    page = page_text(who.nord.client, f"{BASE}budgets/{held.pk}/acte/voter/")
    for name, amount in (
        ("charges", "1 200 €"), ("produits", "2 400 €"), ("résultat", "+1 200 €"),
        ("emplois", "612 €"), ("ressources", "36 €"),
    ):  # fmt: skip
        assert f"<dt>{name}</dt><dd>{amount}</dd>" in page
    assert "aucun emploi saisi" in page
    assert "2 comptes à zéro : 611, 613" in page


@pytest.mark.parametrize(
    ("verb", "look"),
    [("voter", "is-primary"), ("supprimer", "is-danger")],
)
def test_the_button_looks_like_what_it_does(
    network: Network, who: SimpleNamespace, verb: str, look: str
) -> None:
    held = budget(network)
    page = page_text(who.nord.client, f"{BASE}budgets/{held.pk}/acte/{verb}/")
    assert f'<button class="button {look}" name="confirme"' in page
    here = page_text(who.nord.client, f"{BASE}budgets/{held.pk}/")
    # What deletes is behind the other acts: no button of its own.
    offered = look if look == "is-danger" else f"button {look}"
    assert f'<a class="{offered}" href="{BASE}budgets/{held.pk}/acte/{verb}/"' in here


@pytest.fixture
def book(network: Network) -> dict[Any, int]:
    """What the book of Nord says of 2025."""
    keep_books(network, "nord")
    rules = [RuleValue("", "6", False, "60"), RuleValue("", "7", False, "70")]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return realised_amounts(network, 2025)["nord"]


def test_an_executed_budget_opened_from_the_books_agrees_with_them(
    network: Network, who: SimpleNamespace, book: dict[Any, int]
) -> None:
    north = network.entities.get(code="nord")
    held = open_budget(
        network, actor=INSTALLATION, entity=north, year=2025, kind="executed", start=Start.REALISED
    )
    client = who.administrator.client
    for page in ("", "acte/voter/"):
        text = page_text(client, f"{BASE}budgets/{held.pk}/{page}")
        assert "Le budget exécuté dit ce que dit le <a" in text
        assert f"{BASE}livres/nord/2025/" in text
    vote(held, dt.date(2026, 5, 12))
    compared = page_text(client, BASE + "budgets/comparaison/?annee=2025")
    assert "ne dit pas ce que dit le livre" not in compared
    assert "ne dit pas ce que dit le livre" not in page_text(client, BASE + "tableaux/?annee=2025")


def test_an_executed_budget_that_parts_from_the_books_is_told_everywhere(
    network: Network, who: SimpleNamespace, book: dict[Any, int]
) -> None:
    lines = {("6061", ""): totals(book).charges // 1200 * 1200 - 120_000, ("706", ""): 1200}
    held = budget(network, "nord", 2025, "executed", lines=lines)
    client = who.administrator.client
    for page in ("", "acte/voter/"):
        text = page_text(client, f"{BASE}budgets/{held.pk}/{page}")
        assert "Le budget exécuté ne dit pas ce que dit le livre." in text
        assert '<th scope="row">Charges</th>' in text
        assert re.search(r">−1 2\d\d</td>", text)
    draft = page_text(client, BASE + "budgets/comparaison/?annee=2025")
    assert "ne dit pas ce que dit le livre" not in draft
    vote(held, dt.date(2026, 5, 12))
    for page in ("budgets/comparaison/?annee=2025", "tableaux/?annee=2025"):
        text = page_text(client, BASE + page)
        assert "ne dit pas ce que dit le livre" in text, page
        assert f"{BASE}livres/nord/2025/" in text


@pytest.mark.parametrize(("chamber", "start"), [("nord", "realise"), ("sud", "en-vigueur")])
def test_an_executed_budget_opens_from_the_book_where_there_is_one(
    who: SimpleNamespace, book: dict[Any, int], chamber: str, start: str
) -> None:
    address = f"{BASE}budgets/nouveau/?annee=2025&chambre={chamber}&nature=executed"
    page = page_text(who.administrator.client, address)
    chosen = re.findall(r'name="depart" value="([\w-]+)"[^>]* checked', page)
    assert chosen == [start]


@pytest.mark.parametrize(
    ("lines", "told"),
    [({("164", ""): -1200}, True), ({("164D", ""): 1200}, False), ({("131", ""): -1200}, False)],
)
def test_a_loan_below_zero_is_told_where_it_goes(
    network: Network, who: SimpleNamespace, lines: dict[tuple[str, str], int], told: bool
) -> None:
    held = budget(network, lines=lines)
    page = page_text(who.nord.client, f"{BASE}budgets/{held.pk}/")
    assert ("au compte suivi d’un D (164D)" in page) is told


def test_without_a_book_the_vote_says_that_nothing_is_compared(
    network: Network, who: SimpleNamespace
) -> None:
    held = budget(network, "nord", 2025, "executed")
    assert "n’est rapproché de rien" in page_text(
        who.nord.client, f"{BASE}budgets/{held.pk}/acte/voter/"
    )


def test_the_fictitious_budgets_agree_with_the_books(network: Network) -> None:
    keep_books(network, "region", "nord", "sud")
    roots = sorted({account[:3] for _entity, account in books_of(network, 2025).result.unmapped})
    rules = [RuleValue("", root, False, root) for root in roots]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    fill(network)
    view = year_of(network, 2025, drafts=True)
    assert view.unreconciled == []
    for chamber in view.chambers:
        said = totals(view.realised[chamber.code])
        executed = view.latest(chamber, "executed")
        initial = view.latest(chamber, "initial")
        assert executed is not None
        assert initial is not None
        assert totals(view.amounts[executed.pk]) == said
        planned = totals(view.amounts[initial.pk])
        for ours, theirs in ((planned.charges, said.charges), (planned.products, said.products)):
            assert abs(ours - theirs) <= theirs * 5 // 100
        accounts = {key[1] for key, cents in view.amounts[initial.pk].items() if cents}
        assert accounts <= {key[1] for key in view.realised[chamber.code]}
    for held in Budget.objects.filter(kind="initial"):
        months = check(jobs_of(held), amounts_of([held])[held.pk])
        carried, cost = sum(m.budget for m in months), sum(m.jobs for m in months)
        assert abs(carried - cost) * 100 <= 3 * cost, held
    coming = year_of(network, 2026)
    for code in ("formation", "transition-numerique"):
        columns, _coverage = coming.columns(coming.chambers, code)
        left = overall(columns, Measure.LEFT).reference
        assert left is not None and left >= 0, code
