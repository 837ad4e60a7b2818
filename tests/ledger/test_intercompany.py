"""What the page of what chambers say of each other shows first, and its export."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from maillage.ledger.actions import change_mapping
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.views import intercompany
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from tests.builders import books_of_chambers, keep_books
from tests.journeys.test_from_nothing import text_of

pytestmark = pytest.mark.usefixtures("common_books")

HERE = "/reseaux/essai/finances/reciproques/"


@pytest.fixture
def world(draft: Edition, people: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    network = draft.scheme.network
    keep_books(network, "nord", "sud", "region")
    roots = sorted(set(books_of_chambers().accounts.values()))
    rules = [RuleValue("", root, False, root) for root in roots if root[:2] in ("18", "45")]
    change_mapping(network, rules, actor=INSTALLATION, label="Essai")
    return SimpleNamespace(network=network, **vars(people(draft)))


@pytest.mark.parametrize(
    ("query", "many", "only"),
    [
        ("", 1, True),
        ("", 1000, False),
        ("?seulement=toutes", 1, False),
        ("?seulement=ecarts", 1000, True),
    ],
)
def test_differences_alone_where_there_are_many(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, query: str, many: int, only: bool
) -> None:
    monkeypatch.setattr(intercompany, "MANY", many)
    answer = world.reader.client.get(HERE + query)
    count, rows = answer.context["count"], answer.context["pairs"].rows
    assert count > 1
    assert (len(rows) < count) is only
    assert ("Concordant" in text_of(answer)) is not only
    assert ("avec les couples qui concordent" in text_of(answer)) is only
    csv = world.reader.client.get(f"{HERE}export.csv{query}").content.decode("utf-8-sig")
    assert ("Concordant" in csv) is not only, "the export is what is shown"


def test_the_export_names_chambers_and_families(world: SimpleNamespace) -> None:
    answer = world.reader.client.get(f"{HERE}export.csv?seulement=toutes")
    lines = answer.content.decode("utf-8-sig").splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("Chambre;"))
    row = lines[head + 1].split(";")
    assert {row[0], row[1]} <= {"Nord", "Sud", "Région"}
    assert row[2] in ("Comptes courants", "Comptes de liaison", "Ventes et achats")
    assert row[3] in ("Soldes réciproques", "Créances et dettes")
