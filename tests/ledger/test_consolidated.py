"""The accounts read from generated books are the truth of the generator, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import change_mapping, name_partner
from maillage.ledger.book_folders import books_of
from maillage.ledger.engine.accounts import Span, Trial, statements, trial
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.mapping import RuleValue, by_number
from maillage.ledger.engine.pieces import unmatched
from maillage.ledger.models import PartnerNumber
from maillage.ledger.queries import realised
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.local import local_accounts
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS, books_of_chambers, keep_books
from tests.journeys.test_from_nothing import text_of
from tests.remembered import remembered

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/"
TRUTH = books_of_chambers


def map_all(network: Any) -> None:
    """Rules by the number, for every account of the books."""

    def build() -> None:
        accounts = local_accounts(current_files(network))
        rules = by_number(accounts, common_chart(network))
        change_mapping(network, rules, actor=INSTALLATION, label="Par le numéro")

    remembered(("by number", network.pk), build)


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud", "region")
    map_all(network)
    return SimpleNamespace(network=network, **vars(people(draft)))


def truth_by_common(network: Any, month: str = "") -> dict[tuple[str, str], int]:
    """(chamber, common account) -> net cents, from the generator and the rules."""
    mapping, found = mapping_of(rules_of(network)), {}
    for (who, when, local), (debit, credit) in TRUTH().balances.items():
        if month in ("", when):
            target = mapping.resolve(who, local)
            assert target
            key = (who, target.account)
            found[key] = found.get(key, 0) + debit - credit
    return found


@pytest.mark.parametrize("month", ["", "2025-03"])
def test_the_trial_balance_is_the_truth(world: SimpleNamespace, month: str) -> None:
    span = Span(dt.date.fromisoformat(f"{month}-01")) if month else Span()
    rows = trial([year_of(world.network, 2025)], span, common_chart(world.network))
    assert own_of(rows) == truth_by_common(world.network, month)
    assert sum(row.own.get(("", "2025"), 0) for row in rows) == 0
    assert sum(row.net.get(("", "2025"), 0) for row in rows) == 0


def own_of(rows: list[Trial], period: str = "2025") -> dict[tuple[str, str], int]:
    """(chamber, common account) -> net cents of a period, as booked."""
    return {
        (code, row.account): net
        for row in rows
        for (code, when), net in row.own.items()
        if code and when == period
    }


def test_months_add_up_to_the_cumulated_ones(world: SimpleNamespace) -> None:
    year, chart = year_of(world.network, 2025), common_chart(world.network)
    march = Span(dt.date(2025, 3, 1), cumulated=True)
    whole = ("", "2025")
    together = sum(row.debit.get(whole, 0) for row in trial([year], march, chart))
    apart = sum(
        row.debit.get(whole, 0)
        for month in (1, 2, 3)
        for row in trial([year], Span(dt.date(2025, month, 1)), chart)
    )
    assert together == apart


@pytest.mark.parametrize("cumulated", [False, True], ids=["apart", "since"])
def test_months_side_by_side_are_each_month(world: SimpleNamespace, cumulated: bool) -> None:
    year, chart = year_of(world.network, 2025), common_chart(world.network)
    rows = trial([year], Span(monthly=True, cumulated=cumulated), chart)
    assert len(year.months) == 12
    for month in year.months:
        alone = own_of(trial([year], Span(month, cumulated), chart))
        beside = own_of(rows, month.isoformat()[:7])
        assert {k: v for k, v in beside.items() if v} == {k: v for k, v in alone.items() if v}
    assert own_of(rows) == truth_by_common(world.network)
    for row in rows:
        months = [row.net.get(("", m.isoformat()[:7]), 0) for m in year.months]
        assert row.net["", "2025"] == (months[-1] if cumulated else sum(months))


def test_what_chambers_owe_each_other_is_out_and_the_differences_are_known(
    world: SimpleNamespace,
) -> None:
    result = year_of(world.network, 2025).result
    truth = TRUTH()
    # By the number, one chamber's 4512 and another's 4511 are of two families: pairs are whole.
    known: dict[tuple[str, str], int] = {}
    for difference in truth.differences:
        gap = difference.cents + difference.mirrored
        one, other = sorted((difference.entity, difference.partner))
        known[one, other] = known.get((one, other), 0) + gap
    found: dict[tuple[str, str], int] = {}
    for r in result.reciprocities:
        if r.nature != "result":
            one, other = sorted((r.entity, r.partner))
            found[one, other] = found.get((one, other), 0) + r.difference
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in known.items() if v}
    assert result.reciprocities


def test_pieces_that_do_not_answer_each_other_are_the_known_ones(world: SimpleNamespace) -> None:
    truth = TRUTH()
    assert truth.differences
    files = current_files(world.network)
    mapping = mapping_of(rules_of(world.network))
    partners = year_of(world.network, 2025).partners
    for known in truth.differences:
        sides = [
            entry_lines(
                books_of(f for f in files if f.book.entity.code == one),
                mapping,
                Filter(account=family, partner=other, partners=partners),
                limit=100_000,
            ).lines
            for one, other, family in (
                (known.entity, known.partner, known.family),
                (known.partner, known.entity, known.partner_family),
            )
        ]
        pieces = {p.piece: (p.says, p.answers) for p in unmatched(*sides)}
        assert pieces[known.piece] == (known.cents, known.mirrored)


def test_statements_hold_and_say_the_result(world: SimpleNamespace) -> None:
    year = year_of(world.network, 2025)
    found = statements([year], Span(), common_chart(world.network))
    assert [f for f in found.own.findings if f.severity == "error"] == []
    truth = truth_by_common(world.network)
    result = -sum(net for (_, account), net in truth.items() if account[0] in "67")
    assert found.own.income is not None
    assert found.own.income.role("result", ("", "2025")) == result


def test_a_figure_leads_to_its_lines(world: SimpleNamespace) -> None:
    files, mapping = current_files(world.network), mapping_of(rules_of(world.network))
    rows = trial([year_of(world.network, 2025)], Span(), common_chart(world.network))
    for row in rows[::7]:
        page = entry_lines(books_of(files), mapping, Filter(account=row.account), limit=10)
        shown = sum(r.debit["", "2025"] for r in rows if r.account.startswith(row.account))
        assert page.debit == shown
        assert len(page.lines) == min(10, page.count)


def test_realised_figures_leave_openings_out(world: SimpleNamespace) -> None:
    found = realised(world.network, 2025)
    assert {row.entity for row in found} == {chamber.code for chamber in CHAMBERS}
    truth = truth_by_common(world.network)
    for code in ("nord", "sud"):
        expenses = sum(
            r.debit - r.credit for r in found if r.entity == code and r.account[0] == "6"
        )
        assert expenses == sum(
            net for (who, account), net in truth.items() if who == code and account[0] == "6"
        )
    january = sum(r.debit for r in found if r.month == 1)
    everything = sum(d for (_, when, _), (d, _) in TRUTH().balances.items() if when == "2025-01")
    assert 0 < january < everything
    assert realised(world.network, 2024) == []


def test_unmapped_accounts_are_told_and_shown(world: SimpleNamespace) -> None:
    rule = next(r for r in rules_of(world.network) if r.prefix.startswith("6411"))
    key = ("", rule.prefix, False)
    change_mapping(world.network, [], actor=INSTALLATION, label="x", removed=[key])
    page = text_of(world.reader.client.get(f"{HERE}balance/"))
    assert "sans correspondance" in page
    assert "Sans correspondance" in page
    lines = text_of(world.reader.client.get(f"{HERE}ecritures/?sans=oui"))
    assert "Salaires et appointements" in lines


def test_an_auxiliary_account_is_given_to_a_chamber(world: SimpleNamespace) -> None:
    network = world.network
    nord = network.entities.get(code="nord")
    sud = network.entities.get(code="sud")
    assert year_of(network, 2025).partners.of("sud", "NORD") == "nord"
    name_partner(network, sud.pk, "C-0042", nord.pk, actor=world.finances.actor)
    assert year_of(network, 2025).partners.of("sud", " c-0042") == "nord"
    assert year_of(network, 2025).partners.of("region", "C-0042") == ""
    page = text_of(world.reader.client.get(f"{HERE}reciproques/partenaires/"))
    assert "C-0042" in page
    name_partner(network, sud.pk, "c-0042", 0, actor=world.finances.actor)
    assert not PartnerNumber.objects.exists()
    with pytest.raises(Refusal, match="parmi celles du réseau"):
        name_partner(network, None, "C", 999_999, actor=world.finances.actor)
    with pytest.raises(Refusal, match="un texte est attendu"):
        name_partner(network, None, " ", nord.pk, actor=world.finances.actor)
    with pytest.raises(Refusal, match="fonction finances"):
        name_partner(network, None, "C", nord.pk, actor=world.nord.actor)
    with pytest.raises(Refusal, match="pas son propre partenaire"):
        name_partner(network, nord.pk, "C", nord.pk, actor=world.finances.actor)
    with pytest.raises(Refusal, match="Le livre est à choisir"):
        name_partner(network, 999_999, "C", nord.pk, actor=world.finances.actor)


PAGES = [
    "balance/",
    "balance/?chambre=nord&compte=6",
    "balance/?mois=2025-03&cumul=oui&niveau=2",
    "balance/?mois=rien&chambre=rien&niveau=9&exercice=12&compte=x",
    "balance/?colonnes=mois&chambre=nord&cumul=oui",
    "balance/?colonnes=exercices",
    "resultat/?detail=oui",
    "resultat/?colonnes=mois&detail=oui",
    "bilan/?colonnes=mois",
    "bilan/?colonnes=exercices",
    "bilan/?mois=2025-06",
    "ecritures/?compte=60&chambre=nord&mois=2025-03",
    "ecritures/?texte=%27%22%25&page=99999999999",
    "ecritures/?numero=x&journal=y&tiers=z&partenaire=sud&local=6",
    "reciproques/?seulement=ecarts",
    "reciproques/nord/sud/451/",
]


def test_every_reading_answers_and_asks_as_much_whatever_the_years(world: SimpleNamespace) -> None:
    def counts() -> list[int]:
        found = []
        for page in PAGES:
            with CaptureQueriesContext(connection) as captured:
                answer = world.reader.client.get(HERE + page)
            assert answer.status_code == 200, page
            found.append(len(captured))
        return found

    few = counts()
    keep_books(world.network, "nord", "sud", year=2024)
    keep_books(world.network, "nord", "sud", year=2023)
    change_mapping(
        world.network, [RuleValue("nord", str(n), True, "60") for n in range(9000, 9050)],
        actor=INSTALLATION, label="y",
    )  # fmt: skip
    more = counts()
    assert more == few
    assert max(more) <= 16


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_every_table_is_exported_with_its_filters(world: SimpleNamespace, extension: str) -> None:
    for page, query in (
        ("balance", "?chambre=nord&compte=451"),
        ("resultat", "?chambre=nord"),
        ("bilan", "?chambre=nord"),
        ("ecritures", "?chambre=nord&compte=451"),
        ("reciproques", "?chambre=nord"),
        ("reciproques/nord/sud/451", ""),
    ):
        answer = world.reader.client.get(f"{HERE}{page}/export.{extension}{query}")
        assert answer.status_code == 200, page
        if extension == "csv" and query:
            assert "# Chambre : Chambre du Nord" in answer.content.decode("utf-8-sig"), page
    unapplied = world.reader.client.get(f"{HERE}resultat/export.{extension}?compte=451")
    assert unapplied.status_code == 404
    assert world.reader.client.get(f"{HERE}balance/export.pdf").status_code == 404


def test_without_a_book_pages_say_what_to_do(
    draft: Edition, people: Callable[..., SimpleNamespace]
) -> None:
    client = people(draft).reader.client
    for page in ("balance", "resultat", "bilan", "ecritures", "reciproques", "correspondances"):
        assert "en déposer un d’abord" in text_of(client.get(f"{HERE}{page}/")), page
    assert client.get(f"{HERE}reciproques/nord/sud/451/").status_code == 404
    assert realised(draft.scheme.network, 2025) == []
