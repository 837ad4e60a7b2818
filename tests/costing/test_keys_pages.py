"""A statement as it is asked for and shown: what computing refuses, what a book gives or lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from maillage.costing.actions.keys import (
    KeyDraft,
    Recharge,
    define_key,
    issue_recharge,
)
from maillage.costing.models import AllocationKey, RechargeStatement
from maillage.costing.rules.keys import books_fault
from maillage.ledger.actions.mapping import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.queries.consolidated import year_of
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.builders import keep_books

pytestmark = pytest.mark.usefixtures("common_books")

Q = Decimal
SEATS = KeyDraft(
    "postes", "Postes", "seats", dt.date(2024, 1, 1), None, {"region": Q(1), "nord": Q(3)}
)
COMPUTE = {"geste": "calculer"}


@pytest.fixture
def key(network: Network) -> AllocationKey:
    return define_key(network, SEATS, actor=INSTALLATION)


@pytest.fixture
def mapped(network: Network) -> Network:
    """The books of 2025, each root of their accounts sent where it is."""
    keep_books(network, "region")
    roots = sorted({account[:2] for _entity, account in year_of(network, 2025).result.unmapped})
    rules = [RuleValue("", root, False, root) for root in roots]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return network


def here(network: Network, rest: str) -> str:
    return f"/reseaux/{network.code}/finances/cles/{rest}"


def asked(key: AllocationKey, **changes: str) -> dict[str, str]:
    values = {"label": "Paie", "provider": "region", "key": str(key.pk), "amount": "100"}
    values |= {"first_day": "2025-01-01", "last_day": "2025-12-31", "issued_on": "2026-01-15"}
    return values | changes


READ = {"amount": "", "account": "64"}


@pytest.mark.parametrize("gesture", [COMPUTE, {}])
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": "-100"}, "amount", "positif"),
        ({"amount": "0"}, "amount", "positif"),
        ({"amount": ""}, "origin", "Saisir un montant, ou indiquer"),
        ({"amount": "", "origin": "entered"}, "amount", "Indiquer un montant"),
        ({"account": "64"}, "origin", "pas les deux"),
        ({"origin": "ledger"}, "account", "début d’un compte"),
        ({"first_day": "2026-01-01"}, "last_day", "précède"),
        ({"issued_on": "2999-01-01"}, "issued_on", "avenir"),
        ({"first_day": "2023-12-31"}, "key", "ne vaut pas sur toute la période"),
        (READ | {"account": "512"}, "account", "à partir de 6 ou 7"),
        (READ | {"first_day": "2025-01-15"}, "first_day", "commence le premier jour"),
        (READ | {"last_day": "2025-03-20"}, "last_day", "finit le dernier jour"),
        (READ, "account", "Aucun livre 2025 de"),
    ],
)
def test_computing_refuses_what_issuing_refuses_beside_its_field(
    who: SimpleNamespace,
    key: AllocationKey,
    changes: dict[str, str],
    field: str,
    words: str,
    gesture: dict[str, str],
) -> None:
    new = here(key.network, "refacturations/nouveau/")
    answer = who.finances.client.post(new, asked(key, **changes) | gesture)
    assert answer.status_code == 422
    assert [words in text for text in answer.context["form"].errors[field]] == [True]
    assert f'id="id_{field}_erreur"' in answer.content.decode()
    assert not RechargeStatement.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2025-11-01", "2026-10-31", "Aucun livre 2026 de"),
        ("2025-11-01", "2026-10-31", "la période demande janvier à octobre\u00a02026"),
        ("2024-06-01", "2025-02-28", "la période demande juin à décembre\u00a02024"),
        ("2024-12-01", "2026-01-31", "Aucun livre 2024 ni 2026 de"),
    ],
)
def test_a_period_a_book_does_not_hold_is_refused(
    mapped: Network, who: SimpleNamespace, first: str, last: str, words: str
) -> None:
    key = define_key(mapped, SEATS, actor=INSTALLATION)
    form = asked(key, first_day=first, last_day=last, **READ)
    answer = who.finances.client.post(here(mapped, "refacturations/nouveau/"), form)
    assert words in answer.context["form"].errors["account"][0]
    assert not RechargeStatement.objects.exists()


@pytest.mark.parametrize(
    ("unread", "held", "words"),
    [
        ([], [], ""),
        ([(2026, 3)], [], "Aucun livre 2026 de Nord\u00a0: la période demande mars\u00a02026."),
        ([(2025, 7), (2025, 8)], [2025], "Le livre 2025 de Nord s’arrête avant"),
    ],
)
def test_what_is_said_of_months_no_book_holds(
    unread: list[tuple[int, int]], held: list[int], words: str
) -> None:
    said = books_fault("Nord", unread, held)
    assert said.startswith(words) and bool(said) == bool(words)


def test_a_book_gives_the_amount_of_whole_months_and_the_radio_decides(
    mapped: Network, who: SimpleNamespace
) -> None:
    key, client = define_key(mapped, SEATS, actor=INSTALLATION), who.finances.client
    new = here(mapped, "refacturations/nouveau/")
    form = asked(key, last_day="2025-03-31", account="64", origin="ledger")
    page = client.post(new, form | COMPUTE).content.decode()
    assert 'value="ledger" id="id_origin_1" checked' in page.replace(" required", "")
    client.post(new, form)
    client.post(new, form | {"origin": "entered"})
    typed, read = RechargeStatement.objects.order_by("-number")
    assert (read.origin, read.account) == ("ledger", "64") and read.amount > 0
    assert (typed.origin, typed.account, typed.amount) == ("entered", "", 100_00)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "79"}, "rien sur ces comptes et cette période"),
        ({"account": "64", "axis": "Lune"}, "l’axe «\u00a0Lune\u00a0»"),
        ({"account": "70"}, "plus de crédit que de débit"),
    ],
)
def test_accounts_that_cost_nothing_are_not_recharged(
    mapped: Network, who: SimpleNamespace, changes: dict[str, str], words: str
) -> None:
    key = define_key(mapped, SEATS, actor=INSTALLATION)
    form = asked(key, **(READ | changes)) | COMPUTE
    answer = who.finances.client.post(here(mapped, "refacturations/nouveau/"), form)
    assert words in answer.context["form"].errors["account"][0]


def test_an_amount_that_would_leave_accounts_out_is_refused(
    network: Network, who: SimpleNamespace, key: AllocationKey
) -> None:
    keep_books(network, "region")
    new = here(network, "refacturations/nouveau/")
    answer = who.finances.client.post(new, asked(key, **READ))
    assert "pas de correspondance" in answer.context["form"].errors["account"][0]


@pytest.mark.parametrize(("providers", "column"), [(["region"], False), (["region", "nord"], True)])
def test_what_chambers_bear_is_totalled_by_day_of_issue(
    who: SimpleNamespace, key: AllocationKey, providers: list[str], column: bool
) -> None:
    network, today = key.network, timezone.localdate()
    for code in providers:
        entity = network.entities.get(code=code)
        days = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
        issue_recharge(network, Recharge("Paie", entity, key, today, *days, 10_00),
                       actor=INSTALLATION)  # fmt: skip
    page = who.reader.client.get(here(network, "refacturations/")).content.decode()
    assert f"relevés établis en {today.year}" in page
    assert ('<th scope="col" class="num">Total</th>' in page) is column
    assert ('<td class="num">20,00</td>' in page) is column


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["Postes de travail", '<td class="num">4</td>', "À refacturer", "75,00"]),
        (
            {"driver": "fixed_variable", "fixed": 3000},
            ["dont part fixe 30\u00a0% partagée également", "67,50"],
        ),
    ],
)
def test_the_shares_of_a_statement_can_be_derived_again(
    network: Network, who: SimpleNamespace, changes: dict[str, Any], words: list[str]
) -> None:
    key = define_key(network, replace(SEATS, **changes), actor=INSTALLATION)
    days = (dt.date(2026, 1, 15), dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    entity = network.entities.get(code="region")
    row = issue_recharge(network, Recharge("Paie", entity, key, *days, 100_00), actor=INSTALLATION)
    address = here(network, f"refacturations/{row.year}/{row.number}/")
    page = who.reader.client.get(address).content.decode()
    assert [word for word in words if word not in page] == []
    sheet = who.reader.client.get(f"{address}releve.csv")
    assert "À refacturer" in sheet.content.decode("utf-8-sig")
    assert "releve-rf-2026-001.csv" in sheet["Content-Disposition"]
