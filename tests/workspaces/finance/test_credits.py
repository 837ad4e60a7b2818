"""The credits any room may cite: which rows, in one query, and which budget is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

from maillage.costing.engine.budgets import Kind
from maillage.costing.queries.credits import Credit, credits_visible_to
from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.finance.actions import LineEdit, enter_amounts, revise_budget
from tests.workspaces.finance.budget_world import budget, vote, voted


def _in_force(rows: list[Credit]) -> set[tuple[str, int]]:
    return {(row.kind, row.number) for row in rows if row.in_force}


def test_a_draft_is_told_and_is_not_in_force(network: Network) -> None:
    held = budget(network)
    rows = credits_visible_to(INSTALLATION, network, 2026)
    assert len(rows) == 3 * 12
    assert rows[0] == Credit(held.pk, "nord", "initial", 1, "draft", "6061", "", 1, 100_00, False)
    assert _in_force(rows) == set()


def test_accounts_and_an_axis_narrow_what_is_read(network: Network) -> None:
    budget(network)
    read = credits_visible_to(INSTALLATION, network, 2026, accounts=["60", "70"])
    assert {row.account for row in read} == {"6061", "706"}
    read = credits_visible_to(INSTALLATION, network, 2026, axis="numerique")
    assert {(row.account, row.axis) for row in read} == {("641", "numerique")}
    assert credits_visible_to(INSTALLATION, network, 2026, accounts=["60"], axis="numerique") == []
    assert credits_visible_to(INSTALLATION, network, 2027) == []


def test_the_last_budget_voted_is_in_force_even_where_it_drops_an_account(
    network: Network,
) -> None:
    first = voted(network)
    revised = revise_budget(first, actor=INSTALLATION)
    enter_amounts(
        revised,
        [LineEdit("6061", "", None, revised.lines.get(account="6061").version)],
        actor=INSTALLATION,
    )
    both = credits_visible_to(INSTALLATION, network, 2026)
    assert _in_force(both) == {(Kind.INITIAL, 1)}, "a draft in preparation changes nothing"
    vote(revised, dt.date(2026, 6, 12), "2026-9")
    both = credits_visible_to(INSTALLATION, network, 2026)
    assert _in_force(both) == {(Kind.REVISED, 1)}
    dropped = credits_visible_to(INSTALLATION, network, 2026, accounts=["6061"])
    assert {row.kind for row in dropped} == {"initial"} and _in_force(dropped) == set()


def test_credits_are_those_of_the_networks_one_holds_a_mandate_in(
    network: Network, who: SimpleNamespace, django_assert_num_queries: Callable[..., object]
) -> None:
    budget(network)
    with django_assert_num_queries(1):
        assert len(credits_visible_to(who.reader.actor, network, 2026)) == 36
    assert credits_visible_to(who.stranger.actor, network, 2026) == []
