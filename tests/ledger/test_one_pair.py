"""From the page of a pair: what would be recorded, the entry, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.ledger.actions import record_adjustments, reverse_adjustment
from maillage.ledger.engine.adjustments import AdjustmentLine, Entry
from maillage.ledger.engine.partners import Partners
from maillage.ledger.queries.consolidated import effect_of, year_of
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import keep_books
from tests.journeys.test_from_nothing import text_of
from tests.ledger.places import _in_two_families

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/reciproques/nord/sud/"


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud")
    record_adjustments(network, [_in_two_families()], actor=INSTALLATION)
    return SimpleNamespace(network=network, **vars(people(draft)))


def gaps(world: SimpleNamespace) -> list[int]:
    return [r.difference for r in year_of(world.network, 2025).result.reciprocities if r.difference]


@pytest.mark.parametrize("family", ["ventes", "courant"])
def test_it_is_proposed_shown_recorded_and_taken_back(world: SimpleNamespace, family: str) -> None:
    assert sorted(gaps(world)) == [-100, 100]
    page = world.finances.client.get(f"{HERE}{family}/?exercice=2025")
    assert "Une même paire, dans deux familles" in text_of(page)
    join = f"{HERE}{family}/reunir/?exercice=2025"
    assert f'href="{join}"' in page.content.decode()
    assert "Réunir en une paire" not in text_of(world.reader.client.get(f"{HERE}{family}/"))
    shown = text_of(world.finances.client.get(join)).replace("\xa0", " ")
    assert "411 Clients, en face Sud : crédit 1,00 €" in shown
    assert world.reader.client.post(join, {"vu": "1"}).status_code == 403
    assert world.finances.client.post(join, {"vu": "0"}).status_code == 409, "entries since"
    assert world.finances.client.post(join, {"vu": "1"}).status_code == 302
    assert gaps(world) == []
    last = Event.objects.order_by("-pk")[0]
    assert (last.verb, last.diff["lines"][-1]["account"]) == ("ledger.adjustment.recorded", "451")
    assert world.finances.client.get(join).status_code == 404
    made = world.network.adjustments.get(number=2)
    reverse_adjustment(made, 2025, made.day, actor=INSTALLATION)
    assert sorted(gaps(world)) == [-100, 100]


def test_the_pair_says_what_the_list_says_adjustments_with_it(world: SimpleNamespace) -> None:
    answers = (
        AdjustmentLine("sud", "401", "nord", 0, 100),
        AdjustmentLine("sud", "451", "nord", 100),
    )
    entry = Entry(2025, dt.date(2025, 12, 31), "Facture portée en dette", answers)
    record_adjustments(world.network, [entry], actor=INSTALLATION)
    held = [r for r in year_of(world.network, 2025).result.reciprocities if r.says or r.answers]
    assert gaps(world) == [] and held
    client = world.finances.client
    for r in held:
        address = f"/reseaux/essai/finances/reciproques/{r.entity}/{r.partner}/{r.family.code}/"
        asked = f"?exercice=2025&nature={r.nature}"
        page = client.get(address + asked)
        pair = page.context["pair"]
        assert (pair.says, pair.answers) == (r.says, r.answers)
        assert sum(piece.difference for piece in pair.pieces) == r.difference
        for extension in ("csv", "json", "xlsx"):
            file = client.get(f"{address}export.{extension}{asked}")
            assert file.status_code == 200
        csv = client.get(f"{address}export.csv{asked}").content.decode().replace("\xa0", " ")
        assert "Retraitement" in csv and "Retraitement" in text_of(page)
        assert "Une paire, deux familles" in csv or "Facture portée en dette" in csv


def test_as_many_queries_whatever_the_number_of_chambers(world: SimpleNamespace) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert world.finances.client.get(address).status_code == 200
        return len(seen)

    pages = [f"{HERE}ventes/?exercice=2025", f"{HERE}ventes/reunir/?exercice=2025"]
    alone = [(count(page), count(page))[1] for page in pages]
    keep_books(world.network, "region")
    assert [(count(page), count(page))[1] for page in pages] == alone


def test_what_is_adjusted_beside_the_books_is_no_effect_of_attaching(
    world: SimpleNamespace,
) -> None:
    year = year_of(world.network, 2025)
    assert any(line.partner for line in year.result.adjustments)
    assert effect_of(year, Partners()) == []
