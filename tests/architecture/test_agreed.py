"""Nobody agrees to what they were not shown: where anything of the page of an act moved since it
was read, the act is refused, says so, and nothing is written.

The pages are those of the access tables; a page of an act that is in no list below fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.db.models import F, Model, Value
from django.db.models.functions import Concat

from maillage.costing.models import Budget, BudgetLine, CostStudy
from maillage.exchange.models import Document
from maillage.kernel.models import Event
from maillage.network.models import Entity, Function, MacroProcess
from maillage.people.actors import INSTALLATION
from maillage.schemes.models import Edition
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.models import Investment
from tests.architecture.world import World, build, table
from tests.builders import actors_of, shown_by

pytestmark = [pytest.mark.sqlite("pages alone: no query of its own"), pytest.mark.slow]

ROOMS = ("costing", "finance", "ledger", "schemes")
OTHERS = ("portal", "registers", "returns")
"""Whose pages of an act are asked for their stamp alone."""
READ = {"portal:noun", "portal:noun_new"}
"""Forms that say which event of their own thing they read, and show nothing else."""


NAMES: tuple[tuple[type[Model], str], ...] = (
    *((Entity, "name"), (Entity, "short_name"), (Function, "name"), (MacroProcess, "name")),
    (Document, "title"),
)


def renamed(world: World) -> None:
    """Somebody names otherwise what acts are on."""
    for model, name in NAMES:
        model._base_manager.update(**{name: Concat(F(name), Value(" bis"))})
    Edition.objects.filter(pk=world.edition.pk).update(title="Autre titre")


def typed_in(world: World) -> None:
    """Somebody enters an amount that leaves the totals shown as they were."""
    line = BudgetLine.objects.get(account="6061", budget__status=Budget.Status.DRAFT)
    moved = {1: line.months[0] + 100, 2: line.months[1] - 100}
    enter_amounts(line.budget, [LineEdit("6061", "", moved)], actor=INSTALLATION)


def written_again(world: World) -> None:
    """Somebody writes again what is about to be taken out."""
    CostStudy.objects.update(version=F("version") + 1)
    Investment.objects.update(version=F("version") + 1)


MOVES: dict[str, Callable[[World], None]] = {
    "finance:budget_verb": typed_in,
    "costing:cost_study_remove": written_again,
    "finance:investment_remove": written_again,
}
"""What moves on a page, where no name does."""
STILL = {
    "costing:recharge_reverse": "a statement never changes once established",
    "finance:budget_new": "nothing is shown: the budget is not there yet",
    "schemes:statement": "its own words alone, whose event is asked by the act itself",
    "schemes:statement_new": "nothing is shown: the statement is not there yet",
    "schemes:statement_remove": "its own words alone, whose event is asked by the act itself",
    "schemes:text": "its own words alone, whose event is asked by the act itself",
    "schemes:text_new": "nothing is shown: the chapter is not there yet",
    "schemes:text_remove": "its own words alone, whose event is asked by the act itself",
}
"""Pages of an act on which nothing that somebody else may change is shown, and why."""


def acts(world: World, rooms: Sequence[str] = ROOMS) -> dict[str, tuple[str, str]]:
    """The pages of an act, by the name of their address: where each is, what it shows."""
    client = world.people.installation.client
    found = {}
    for name in sorted(table()):
        if name.partition(":")[0] in rooms:
            url = world.address(name)
            page = client.get(url)
            if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
                continue
            if 'name="confirme"' in page.text:
                found[name] = (url, page.text)
    return found


def test_an_act_is_on_what_its_page_showed(
    db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    world = build(actors_of, "draft")
    client, pages = world.people.installation.client, acts(world)
    taken = set()
    for name, (url, page) in pages.items():
        assert 'name="montre"' in page, name
        given = world.given.forms.get(name, {})
        with transaction.atomic():
            MOVES.get(name, renamed)(world)
            before = Event.objects.count()
            answer = client.post(url, shown_by(page, given) | given)
            told = answer.status_code == 409 and "ont changé depuis" in answer.text
            if not told or Event.objects.count() != before:
                taken.add(name)
            transaction.set_rollback(True)
    assert len(pages) > 20
    assert taken <= STILL.keys(), taken - STILL.keys()
    assert STILL.keys() <= pages.keys()


def test_every_page_of_an_act_gives_back_what_it_showed(
    db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    pages = acts(build(actors_of, "draft"), OTHERS)
    given = {name: "seen" if name in READ else "montre" for name in pages}
    assert {n for n, stamp in given.items() if f'name="{stamp}"' not in pages[n][1]} == set()
    assert {"portal:erase", "returns:publish", "portal:noun"} <= pages.keys()
