"""Keys make exactly 100 % and never overlap; statements are exact, numbered and never rewritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.costing.actions.keys import (
    KeyDraft,
    Recharge,
    close_key,
    define_key,
    issue_recharge,
    reverse_recharge,
    revise_key,
)
from maillage.costing.models import AllocationKey, RechargeStatement
from maillage.costing.queries.recharge_sheet import facts_of
from maillage.costing.rules import keys as rules
from maillage.kernel.models import Event, last_event
from maillage.kernel.verdicts import Refusal
from maillage.ledger.models import BookFile
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from tests.builders import EVERYONE, KEEPERS, load, small_document
from tests.workspaces.finance.small_books import keep_book

Q = Decimal
SEATS = KeyDraft(
    "postes",
    "Postes de travail",
    "seats",
    dt.date(2025, 1, 1),
    dt.date(2025, 12, 31),
    {"region": Q(10), "nord": Q(20), "sud": Q(40)},
)
AGREED = replace(
    SEATS, code="accord", driver="entered", parts={"region": Q(20), "nord": Q(30), "sud": Q(50)}
)


def shares(key: AllocationKey) -> dict[str, int]:
    return {s.entity.code: s.share for s in key.shares.all()}


@pytest.mark.parametrize("actor", EVERYONE)
def test_who_keeps_keys(network: Network, who: SimpleNamespace, actor: str) -> None:
    acting = getattr(who, actor).actor
    if actor in KEEPERS:
        assert shares(define_key(network, SEATS, actor=acting)) == {
            "region": 1429, "nord": 2857, "sud": 5714,
        }  # fmt: skip
        return
    with pytest.raises(Refusal, match="engagent toutes les chambres"):
        define_key(network, SEATS, actor=acting)
    assert not AllocationKey.objects.exists()


@pytest.mark.parametrize(
    ("draft_key", "words"),
    [
        (replace(AGREED, parts={"nord": Q(60), "sud": Q("39.99")}), "il manque 0,01"),
        (replace(AGREED, parts={"nord": Q(60), "sud": Q("40.01")}), "de trop"),
        (replace(AGREED, parts={"nord": Q("99.995"), "sud": Q("0.005")}), "deux décimales"),
        (replace(AGREED, parts={"nord": Q("1e999999")}), "billion"),
        (replace(AGREED, parts={}), "Aucune part"),
        (replace(SEATS, parts={"nord": Q(0)}), "nulles"),
        (replace(SEATS, parts={"nord": Q(-1), "sud": Q(2)}), "négative"),
        (replace(SEATS, parts={"ailleurs": Q(1)}), "inconnue"),
        (replace(SEATS, parts={"nord": Q("0.0001")}), "trois décimales"),
        (replace(SEATS, parts={"nord": Q("1e999999")}), "billion"),
        (replace(SEATS, driver="lune"), "Inducteur"),
        (replace(SEATS, code="Mauvais"), "minuscules"),
        (replace(SEATS, name=""), "texte"),
        (replace(SEATS, valid_to=dt.date(2024, 1, 1)), "précède"),
        (replace(SEATS, driver="fixed_variable", fixed=10_001), "part fixe"),
    ],
)
def test_what_a_key_is_refused_for(
    network: Network, who: SimpleNamespace, draft_key: KeyDraft, words: str
) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        define_key(network, draft_key, actor=who.finances.actor)
    assert refused.value.denied.status == 422
    assert not AllocationKey.objects.exists()


def test_entered_shares_are_kept_as_they_are(network: Network, who: SimpleNamespace) -> None:
    key = define_key(network, AGREED, actor=who.finances.actor)
    assert shares(key) == {"region": 2000, "nord": 3000, "sud": 5000}
    assert {s.quantity for s in key.shares.all()} == {None}
    event = Event.objects.get(verb="finance.key.defined")
    assert event.diff["shares"] == {"region": 2000, "nord": 3000, "sud": 5000}


def test_a_fixed_and_a_variable_part(network: Network, who: SimpleNamespace) -> None:
    mixed = replace(SEATS, driver="fixed_variable", fixed=3000, parts={"nord": Q(1), "sud": Q(3)})
    assert shares(define_key(network, mixed, actor=who.finances.actor)) == {
        "nord": 3250, "sud": 6750,
    }  # fmt: skip


def test_versions_never_overlap(network: Network, who: SimpleNamespace) -> None:
    actor = who.finances.actor
    define_key(network, SEATS, actor=actor)
    late = replace(SEATS, valid_from=dt.date(2025, 12, 31), valid_to=None)
    with pytest.raises(Refusal, match="ne valent pas le même jour"):
        define_key(network, late, actor=actor)
    running = define_key(network, replace(late, valid_from=dt.date(2026, 1, 1)), actor=actor)
    with pytest.raises(Refusal, match="ne valent pas le même jour"):
        revise_key(running, replace(late, valid_from=dt.date(2025, 6, 1)), actor=actor)
    define_key(network, replace(late, code="autre"), actor=actor)


def asked(key: AllocationKey, **changes: Any) -> Recharge:
    values: dict[str, Any] = {
        "label": "Paie mutualisée",
        "provider": key.network.entities.get(code="region"),
        "key": key,
        "issued_on": dt.date(2026, 1, 15),
        "first_day": dt.date(2025, 1, 1),
        "last_day": dt.date(2025, 12, 31),
        "amount": 100_00,
    }
    return Recharge(**(values | changes))


def test_a_statement_is_exact_numbered_and_journaled(
    network: Network, who: SimpleNamespace
) -> None:
    actor = who.finances.actor
    key = define_key(network, SEATS, actor=actor)
    first = issue_recharge(network, asked(key), actor=actor)
    second = issue_recharge(network, asked(key, amount=1), actor=actor)
    third = asked(key, label="Autre objet", issued_on=dt.date(2025, 12, 31))
    other = issue_recharge(network, third, actor=actor)
    assert [s.reference for s in (first, second, other)] == [
        "RF-2026-001", "RF-2026-002", "RF-2025-001",
    ]  # fmt: skip
    assert {line.entity.code: line.amount for line in first.lines.all()} == {
        "region": 14_29, "nord": 28_57, "sud": 57_14,
    }  # fmt: skip
    assert sum(line.amount for line in second.lines.all()) == 1
    event = Event.objects.filter(verb="finance.recharge.issued").order_by("sequence")[0]
    assert event.diff == {
        "reference": "RF-2026-001", "amount": 100_00, "key": "postes", "provider": "region",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": 0}, "positif"),
        ({"amount": -5}, "contre-passe"),
        ({"first_day": dt.date(2025, 12, 31), "last_day": dt.date(2025, 1, 1)}, "précède"),
        ({"issued_on": dt.date(2999, 1, 1)}, "avenir"),
        ({"issued_on": dt.date(2024, 12, 31)}, "d’avant la période"),
        ({"label": ""}, "Objet"),
        ({"last_day": dt.date(2026, 1, 1)}, "ne vaut pas sur toute la période"),
        ({"account": "512"}, "à partir de 6 ou 7"),
    ],
)
def test_what_a_statement_is_refused_for(
    network: Network, who: SimpleNamespace, changes: dict[str, Any], words: str
) -> None:
    key = define_key(network, SEATS, actor=who.finances.actor)
    with pytest.raises(Refusal, match=words) as refused:
        issue_recharge(network, asked(key, **changes), actor=who.finances.actor)
    assert refused.value.denied.status == 422
    assert not RechargeStatement.objects.exists()


JUNE = {"first_day": dt.date(2025, 6, 1), "last_day": dt.date(2025, 6, 30)}


@pytest.mark.parametrize(
    ("one", "other", "double"),
    [
        ({"account": "64"}, {"account": "64"}, True),
        ({"account": "64"}, {"account": "641"}, True),
        ({"account": "641"}, {"account": "64"} | JUNE, True),
        ({"account": "64"}, {"account": "62"}, False),
        ({"account": "64", "axis": "a"}, {"account": "64", "axis": "b"}, False),
        ({"account": "64", "axis": "a"}, {"account": "64"}, True),
        ({"account": "64"} | JUNE, {"account": "64", "first_day": dt.date(2025, 7, 1)}, False),
        ({}, {}, True),
        ({}, {"label": "paie MUTUALISÉE"} | JUNE, True),
        ({}, {"amount": 99}, False),
        ({}, {"account": "64"}, False),
    ],
)
def test_what_recharges_the_same_cost(
    network: Network, one: dict[str, Any], other: dict[str, Any], double: bool
) -> None:
    key = define_key(network, SEATS, actor=INSTALLATION)
    both = asked(key, **one), asked(key, **other)
    assert rules.is_double(*both) is rules.is_double(*reversed(both)) is double


def test_a_cost_is_recharged_twice_only_for_a_reason_that_is_kept(
    network: Network, who: SimpleNamespace
) -> None:
    actor = who.finances.actor
    key = define_key(network, SEATS, actor=actor)
    first = issue_recharge(network, asked(key, reason="sans objet"), actor=actor)
    assert first.reason == ""
    for reason in ("", "  "):
        with pytest.raises(Refusal, match="RF-2026-001 refacture déjà la même dépense") as refused:
            issue_recharge(network, asked(key, reason=reason), actor=actor)
        assert refused.value.denied.status == 422
    other = network.entities.get(code="nord")
    assert issue_recharge(network, asked(key, provider=other), actor=actor).reason == ""
    again = issue_recharge(network, asked(key, reason="Régularisation"), actor=actor)
    assert again.reason == "Régularisation" and again.reverses is None
    event = Event.objects.filter(verb="finance.recharge.issued").latest("sequence")
    assert event.diff["doubles"] == ["RF-2026-001"]
    page = who.reader.client.get(
        f"/reseaux/essai/finances/cles/refacturations/2026/{again.number}/"
    )
    assert "Motif&nbsp;: Régularisation" in page.content.decode()
    assert "RF-2026-001" in page.content.decode()
    for row in (first, again):
        reverse_recharge(network, row, reason="Erreur", actor=actor)
    assert issue_recharge(network, asked(key), actor=actor).reason == "", "nothing is left of both"


def test_a_part_of_a_chamber_that_is_no_more_wants_a_reason(
    network: Network, who: SimpleNamespace
) -> None:
    """Sud closed for good in June while the others go on; then it is archived."""
    actor = who.finances.actor
    key = define_key(network, SEATS, actor=actor)
    for code in ("region", "nord", "sud"):
        keep_book(network, code, 2024, {("606", 1): 10_00})
        keep_book(network, code, 2025, {("606", 1): 10_00})
    network.books.filter(entity__code="sud", year=2025).update(closing=dt.date(2025, 6, 30))
    until_june = {"last_day": dt.date(2025, 6, 30)}
    issue_recharge(network, asked(key, **until_june), actor=actor)
    after = asked(key, first_day=dt.date(2025, 7, 1), label="Second semestre")
    words = "part à Sud, qui a clos ses comptes le 30\u00a0juin\u00a02025"
    with pytest.raises(Refusal, match=words):
        issue_recharge(network, after, actor=actor)
    told = issue_recharge(network, replace(after, reason="Convention"), actor=actor)
    assert told.reason == "Convention"
    assert ("Motif", "Convention") in facts_of(told)[0]
    event = Event.objects.filter(verb="finance.recharge.issued").order_by("-sequence")[0]
    assert event.diff["closed"] == ["Sud"]
    network.entities.filter(code="sud").update(archived=True)
    BookFile.objects.filter(book__entity__code="sud").update(replaced_at=timezone.now())
    with pytest.raises(Refusal, match="part à Sud, archivée"):
        issue_recharge(network, asked(key, label="Autre", **until_june), actor=actor)


def test_a_chamber_closing_each_june_is_no_less_served(
    network: Network, who: SimpleNamespace
) -> None:
    key = define_key(network, SEATS, actor=who.finances.actor)
    for code in ("region", "nord", "sud"):
        for year in (2024, 2025):
            keep_book(network, code, year, {("606", 1): 10_00})
    for year in (2024, 2025):
        held = network.books.filter(entity__code="sud", year=year)
        held.update(closing=dt.date(year, 6, 30))
    assert issue_recharge(network, asked(key), actor=who.finances.actor).reason == ""


def test_a_version_goes_on_sharing_to_a_chamber_archived_since(
    network: Network, who: SimpleNamespace
) -> None:
    actor = who.finances.actor
    key = define_key(network, SEATS, actor=actor)
    network.entities.filter(code="sud").update(archived=True)
    page = who.finances.client.get(f"/reseaux/essai/finances/cles/{key.pk}/modifier/")
    assert 'name="part-sud"' in page.content.decode()
    revise_key(key, replace(SEATS, note="Recompté"), actor=actor)
    assert shares(key) == {"region": 1429, "nord": 2857, "sud": 5714}
    with pytest.raises(Refusal, match="«\u00a0sud\u00a0» inconnue"):
        define_key(network, replace(SEATS, code="autre"), actor=actor)


def test_a_key_of_another_network_is_refused(network: Network, who: SimpleNamespace) -> None:
    other = load(small_document("voisin")).network
    key = define_key(other, SEATS, actor=INSTALLATION)
    provider = network.entities.get(code="region")
    with pytest.raises(Refusal, match="pas au réseau"):
        issue_recharge(network, asked(key, provider=provider), actor=who.finances.actor)


@pytest.mark.parametrize("actor", EVERYONE)
def test_who_issues_and_reverses(network: Network, who: SimpleNamespace, actor: str) -> None:
    acting = getattr(who, actor).actor
    key = define_key(network, SEATS, actor=INSTALLATION)
    statement = issue_recharge(network, asked(key), actor=INSTALLATION)
    if actor in KEEPERS:
        issue_recharge(network, asked(key, label="Autre objet"), actor=acting)
        reverse_recharge(network, statement, reason="Erreur", actor=acting)
        return
    with pytest.raises(Refusal, match="mandat"):
        issue_recharge(network, asked(key), actor=acting)
    with pytest.raises(Refusal, match="mandat"):
        reverse_recharge(network, statement, reason="Erreur", actor=acting)
    assert RechargeStatement.objects.count() == 1


def test_a_statement_is_reversed_once_and_never_deleted(
    network: Network, who: SimpleNamespace
) -> None:
    actor = who.finances.actor
    statement = issue_recharge(network, asked(define_key(network, SEATS, actor=actor)), actor=actor)
    with pytest.raises(Refusal, match="Motif"):
        reverse_recharge(network, statement, reason=" ", actor=actor)
    back = reverse_recharge(network, statement, reason="Mauvaise période", actor=actor)
    assert back.reverses == statement
    there = {line.entity_id: line.amount for line in statement.lines.all()}
    assert {line.entity_id: -line.amount for line in back.lines.all()} == there
    for faulty, words in ((statement, "déjà contre-passé"), (back, "ne se contre-passe pas")):
        with pytest.raises(Refusal, match=words) as refused:
            reverse_recharge(network, faulty, reason="Encore", actor=actor)
        assert refused.value.denied.status == 409


@pytest.mark.parametrize("table", ["finance_rechargestatement", "finance_rechargeline"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET amount = 1", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_a_statement(
    network: Network, table: str, verb: str
) -> None:
    key = define_key(network, SEATS, actor=INSTALLATION)
    issue_recharge(network, asked(key), actor=INSTALLATION)
    with (
        pytest.raises(DatabaseError, match="contre-passe"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))


def test_a_statement_follows_the_key_as_it_is_kept(network: Network, who: SimpleNamespace) -> None:
    key = define_key(network, replace(SEATS, valid_to=None), actor=who.finances.actor)
    read_before = AllocationKey.objects.get(pk=key.pk)
    close_key(key, dt.date(2025, 1, 31), actor=who.finances.actor)
    with pytest.raises(Refusal, match="ne vaut pas sur toute la période"):
        issue_recharge(network, asked(read_before), actor=who.finances.actor)
    assert not RechargeStatement.objects.exists()


def test_a_key_is_locked_while_a_statement_is_issued_by_it(
    network: Network, who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, locked = define_key(network, replace(SEATS, valid_to=None), actor=who.finances.actor), []
    lock = QuerySet.select_for_update

    def told(rows: QuerySet[Any], *given: Any, **options: Any) -> QuerySet[Any]:
        locked.append(rows.model)
        return lock(rows, *given, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", told)
    issue_recharge(network, asked(key), actor=who.finances.actor)
    assert locked[:2] == [Network, AllocationKey]


def test_a_key_in_use_is_closed_not_revised(network: Network, who: SimpleNamespace) -> None:
    actor = who.finances.actor
    key = define_key(network, replace(SEATS, valid_to=None), actor=actor)
    revise_key(key, replace(SEATS, valid_to=None, name="Postes"), actor=actor)
    issue_recharge(network, asked(key), actor=actor)
    with pytest.raises(Refusal, match="La clore") as refused:
        revise_key(key, SEATS, actor=actor)
    assert refused.value.denied.status == 409
    with pytest.raises(Refusal, match="RF-2026-001"):
        close_key(key, dt.date(2025, 6, 30), actor=actor)
    with pytest.raises(Refusal, match="précède"):
        close_key(key, dt.date(2024, 6, 30), actor=actor)
    close_key(key, dt.date(2025, 12, 31), actor=actor)
    key.refresh_from_db()
    assert key.valid_to == dt.date(2025, 12, 31)
    event = Event.objects.get(verb="finance.key.closed")
    assert event.diff["valid_to"] == [None, "2025-12-31"]
    close_key(key, dt.date(2025, 12, 31), actor=actor)
    assert Event.objects.filter(verb="finance.key.closed").count() == 1


def test_a_key_revised_since_it_was_read_is_not_written_over(
    network: Network, who: SimpleNamespace
) -> None:
    actor = who.finances.actor
    key = define_key(network, replace(SEATS, valid_to=None), actor=actor)
    seen = last_event(key)
    revise_key(key, replace(SEATS, valid_to=None, name="Postes"), actor=actor, seen=seen)
    with pytest.raises(Refusal, match="Clé de répartition modifiée par") as refused:
        revise_key(key, replace(SEATS, valid_to=None, name="Sièges"), actor=actor, seen=seen)
    assert refused.value.denied.status == 409
    key.refresh_from_db()
    assert key.name == "Postes"
    address = f"/reseaux/{network.code}/finances/cles/{key.pk}/modifier/"
    page = who.finances.client.get(address)
    assert page.status_code == 200
    assert f'name="seen" value="{last_event(key)}"' in page.content.decode()


@pytest.mark.parametrize("actor", ["anonymous", "stranger", "reader", "nord"])
def test_who_does_not_close_nor_revise(network: Network, who: SimpleNamespace, actor: str) -> None:
    key = define_key(network, SEATS, actor=INSTALLATION)
    with pytest.raises(Refusal, match="mandat"):
        close_key(key, dt.date(2025, 6, 30), actor=getattr(who, actor).actor)
    with pytest.raises(Refusal, match="mandat"):
        revise_key(key, SEATS, actor=getattr(who, actor).actor)
