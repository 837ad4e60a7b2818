"""The plan of a year beside budgets and books: each line by value, ideas apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.costing.engine.budgets import Key
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.engine.plan_reconciliation import (
    PARTS,
    funding_of_year,
    reconcile,
)

ROOF = Operation(
    "nord",
    "toit",
    "Toit",
    "voted",
    years={2026: 600, 2027: 400},
    funding={"loan": 500, "state": 100},
)
IDEA = Operation("nord", "parc", "Parc", "idea", years={2026: 70}, funding={"region": 70})
PLANNED = Operation("nord", "hall", "Hall", "planned", years={2026: 90})
GONE = Operation("nord", "mur", "Mur", "abandoned", years={2026: 999})
BUDGET: dict[Key, int] = {
    ("nord", "2135", "", 1): 650, ("nord", "2315", "", 2): 10, ("nord", "274", "", 3): 5,
    ("nord", "164", "", 1): 320, ("nord", "164D", "", 1): 40, ("nord", "131", "", 1): 60,
    ("nord", "103", "", 1): 7, ("nord", "606", "", 1): 1000, ("nord", "274C", "", 1): 3,
}  # fmt: skip


def test_a_year_line_by_line() -> None:
    books = {("nord", "2135", "", 6): 700, ("nord", "164", "", 6): 300}
    found = {c.part.code: c for c in reconcile([ROOF, IDEA, PLANNED, GONE], BUDGET, books, 2026)}
    told = {
        code: (c.ideas, c.planned, c.voted, c.budget, c.executed, c.budget_gap, c.executed_gap)
        for code, c in found.items()
    }
    assert told == {
        "uses": (70, 90, 600, 660, 700, 60, 40),
        "loans": (0, 0, 300, 320, 300, 20, -20),
        "grants": (70, 0, 60, 60, 0, 0, -60),
        "other": (0, 0, 0, 7, 0, 7, -7),
        "rest": (0, 90, 240, 273, 400, 33, 127),
    }


def test_what_nothing_says_is_no_zero() -> None:
    found = reconcile([ROOF], None, None, 2026)
    assert {(c.budget, c.executed, c.budget_gap, c.executed_gap) for c in found} == {(None,) * 4}
    one_side = reconcile([ROOF], BUDGET, None, 2026)
    assert {c.executed_gap for c in one_side} == {None}


@pytest.mark.parametrize(("year", "loan"), [(2025, 0), (2026, 300), (2027, 200), (2028, 0)])
def test_a_source_pays_each_year_as_it_costs(year: int, loan: int) -> None:
    assert funding_of_year(ROOF, "loan", year) == loan


@given(
    st.dictionaries(st.integers(2020, 2034), st.integers(1, 10**12), min_size=1),
    st.integers(0, 10**12),
)
def test_a_source_is_exact_over_the_years(years: dict[int, int], amount: int) -> None:
    operation = Operation("n", "o", "O", "voted", years=years, funding={"loan": amount})
    assert sum(funding_of_year(operation, "loan", year) for year in years) == amount


@given(st.sampled_from([2026, 2027]))
def test_what_pays_is_what_is_paid(year: int) -> None:
    uses, *funding = reconcile([ROOF, IDEA], BUDGET, BUDGET, year)
    for side in ("ideas", "planned", "voted", "budget", "executed"):
        assert getattr(uses, side) == sum(getattr(one, side) for one in funding)
    assert [one.part for one in (uses, *funding)] == list(PARTS)
