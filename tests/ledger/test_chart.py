"""What a network adds to the common chart: who may, what is refused, what it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import AccountValue, change_mapping, extend_chart, reduce_chart
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import ChartVersion
from maillage.ledger.queries.chart import common_chart, shipped_chart
from maillage.schemes.models import Edition
from tests.journeys.test_from_nothing import text_of

HERE = "/reseaux/essai/finances/plan/"
SINCE = dt.date(2026, 1, 1)


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return SimpleNamespace(network=draft.scheme.network, **vars(people(draft)))


def extend(world: Any, number: str = "60699", who: str = "finances", **changes: Any) -> Any:
    account = AccountValue(**{"number": number, "name": "Essai", "side": "debit", **changes})
    return extend_chart(world.network, account, actor=getattr(world, who).actor, valid_from=SINCE)


def test_the_shipped_chart_is_sound() -> None:
    assert shipped_chart().findings == ()
    assert len(shipped_chart()) > 800


def test_an_account_added_may_be_mapped_to(world: SimpleNamespace) -> None:
    extend(world)
    chart = common_chart(world.network)
    assert chart.name_of("60699") == "Essai"
    assert common_chart(world.network, dt.date(2025, 12, 31)).account("60699") is None
    rule = RuleValue("", "60699", False, "60699")
    change_mapping(world.network, [rule], actor=world.finances.actor, label="x")
    with pytest.raises(Refusal, match="Des règles de correspondance"):
        reduce_chart(
            world.network, ChartVersion.objects.get().pk, "60699", actor=world.finances.actor
        )


def test_an_account_is_taken_back(world: SimpleNamespace) -> None:
    version = extend(world)
    extend(world, "60698")
    actor = world.finances.actor
    reduce_chart(world.network, version.pk, "60699", actor=actor)
    assert [r["number"] for r in ChartVersion.objects.get().extensions] == ["60698"]
    reduce_chart(world.network, version.pk, "60698", actor=actor)
    assert not ChartVersion.objects.exists()
    with pytest.raises(Refusal, match="n’est plus"):
        reduce_chart(world.network, version.pk, "60698", actor=actor)


REFUSED = [
    ({"number": "6"}, "deux à vingt chiffres"),
    ({"number": "06"}, "deux à vingt chiffres"),
    ({"number": "6A"}, "deux à vingt chiffres"),
    ({"name": " "}, "un texte est attendu"),
    ({"side": "gauche"}, "Sens"),
    ({"family": "a/b"}, "quarante lettres"),
    ({"note": "x" * 201}, "Note"),
    ({"note": "a\x00b"}, "Note"),
]


@pytest.mark.parametrize(("changes", "why"), REFUSED)
def test_an_account_that_does_not_hold_is_refused(
    world: SimpleNamespace, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        extend(world, **changes)
    assert not ChartVersion.objects.exists()


@pytest.mark.parametrize("who", ["reader", "nord", "stranger"])
def test_who_may_not(world: SimpleNamespace, who: str) -> None:
    with pytest.raises(Refusal, match="fonction finances"):
        extend(world, who=who)


def test_the_chart_is_searched_and_exported(world: SimpleNamespace) -> None:
    client = world.reader.client
    page = text_of(client.get(HERE + "?q=fournitures electricite&classe=6"))
    assert "Aucun compte" in page
    page = text_of(client.get(HERE + "?q=fourniture administrative"))
    assert "6064" in page
    csv = client.get(HERE + "comptes.csv?q=6064").content.decode("utf-8-sig")
    assert "# Recherche : 6064" in csv
    assert csv.count("\r\n") == 4
    form = {"number": "6", "name": "x", "side": "debit", "family": "", "valid_from": "x"}
    answer = world.finances.client.post(HERE, form)
    assert answer.status_code == 422
    assert "une date est attendue" in text_of(answer)
