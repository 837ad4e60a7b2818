"""How far a mandate reaches, and what the guards of the rooms make of it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.costing.rules import costs, keys
from maillage.costing.rules.axes import can_keep_axes
from maillage.kernel.verdicts import Verdict
from maillage.ledger import rules as ledger
from maillage.people.actors import ANONYMOUS, INSTALLATION, Actor, Perimeter, Role
from maillage.workspaces.finance.rules import budgets, investments

HERE, ELSEWHERE = SimpleNamespace(pk=1), 2
NORD = SimpleNamespace(pk=10, network_id=1, is_chamber=True)
BUDGET = SimpleNamespace(network_id=1, entity_id=10, kind="initial", status="draft")


def actor(*perimeters: Perimeter) -> Actor:
    return Actor("user:7", "Une personne", perimeters)


WHO = {
    "installation": INSTALLATION,
    "administrator": actor(Perimeter(Role.ADMINISTRATOR, 1)),
    "finances": actor(Perimeter(Role.FUNCTION_EDITOR, 1, function="finances")),
    "nord": actor(Perimeter(Role.ENTITY_EDITOR, 1, entity=10)),
    "sud": actor(Perimeter(Role.ENTITY_EDITOR, 1, entity=11)),
    "personnel": actor(Perimeter(Role.FUNCTION_EDITOR, 1, function="rh")),
    "finances elsewhere": actor(Perimeter(Role.FUNCTION_EDITOR, ELSEWHERE, function="finances")),
    "reader": actor(Perimeter(Role.READER, 1)),
    "reader of nord": actor(Perimeter(Role.READER, 1, entity=10)),
    "anonymous": ANONYMOUS,
}
NETWORK = {"installation", "administrator", "finances"}
OWN = NETWORK | {"nord"}
SOME = OWN | {"sud"}

GUARDS: dict[str, tuple[Callable[..., Verdict], Any, dict[str, Any], set[str]]] = {
    "deposit": (ledger.can_deposit, HERE, {}, SOME),
    "import a book": (ledger.can_import, HERE, {"entity": NORD}, OWN),
    "withdraw a book": (ledger.can_withdraw, HERE, {"book": BUDGET}, OWN),
    "restore a book": (ledger.can_restore, HERE, {"file": SimpleNamespace(book=BUDGET)}, OWN),
    "map": (ledger.can_keep_finances, HERE, {}, NETWORK),
    "open a budget": (budgets.can_open, HERE, {"entity": NORD}, OWN),
    "enter amounts": (budgets.can_enter, BUDGET, {}, OWN),
    "vote": (budgets.can_vote, BUDGET, {"body": "AG", "act": "1"}, OWN),
    "delete a budget": (budgets.can_delete, BUDGET, {}, OWN),
    "keep the calendar": (budgets.can_keep_calendar, NORD, {"year": 2026}, OWN),
    "plan": (investments.can_plan, NORD, {}, OWN),
    "plan something": (investments.can_plan_something, HERE, {}, SOME),
    "keep axes": (can_keep_axes, HERE, {}, NETWORK),
    "keep keys": (keys.can_keep_keys, HERE, {}, NETWORK),
    "count": (costs.can_count_of, NORD, {}, OWN),
    "study": (costs.can_study, HERE, {}, NETWORK),
}


@pytest.mark.parametrize("what", GUARDS)
def test_an_act_of_the_finances_is_of_those_it_names(what: str) -> None:
    guard, row, given, allowed = GUARDS[what]
    assert {name for name, who in WHO.items() if guard(row, actor=who, **given)} == allowed


def test_an_entity_that_is_no_chamber_of_the_network_has_no_budget() -> None:
    who = WHO["administrator"]
    for entity in ({"network_id": 2, "is_chamber": True}, {"network_id": 1, "is_chamber": False}):
        verdict = budgets.can_open(HERE, actor=who, entity=SimpleNamespace(pk=9, **entity))
        assert not verdict and verdict.status == 422
        assert verdict.reason == "Cette entité n’est pas une chambre du réseau."


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"reverses_id": 4, "is_reversed": False}, "Une contre-passation ne se contre-passe pas"),
        ({"reverses_id": None, "is_reversed": True}, "Ce relevé est déjà contre-passé."),
    ],
)
def test_a_statement_is_reversed_once(row: dict[str, Any], reason: str) -> None:
    statement = SimpleNamespace(network_id=1, **row)
    verdict = keys.can_reverse(HERE, actor=WHO["finances"], statement=statement)
    assert not verdict and verdict.status == 409 and verdict.reason.startswith(reason)


def test_files_are_assigned_by_who_deposited_them_to_chambers_of_theirs() -> None:
    def verdict(who: str, entity: int | None, state: str = "assigning") -> tuple[bool, int]:
        row = SimpleNamespace(network_id=1, requested_by="user:7", state=state)
        given = [SimpleNamespace(entity=entity)]
        found = ledger.can_assign(row, actor=WHO[who], assignments=given)
        return bool(found), getattr(found, "status", 200)

    assert verdict("nord", 10) == verdict("nord", None) == (True, 200)
    assert verdict("nord", 11) == verdict("anonymous", 10) == (False, 403)
    assert verdict("nord", 10, "queued") == (False, 409)
