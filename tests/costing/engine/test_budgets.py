"""Figures of budgets: sums, comparisons, gaps, and the consolidation that is their sum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.costing.engine.booked import is_planned, natural
from maillage.costing.engine.budgets import (
    UNEVEN,
    By,
    Columns,
    Key,
    Measure,
    account_fault,
    budget_name,
    by_month,
    compare,
    consolidate,
    grouped,
    of_axis,
    overall,
    total,
    totals,
    until,
    variance,
)

ENTITIES = ("region", "nord", "sud")
KEYS = st.tuples(
    st.sampled_from(ENTITIES),
    st.sampled_from(["601", "6061", "641", "706", "741", "205", "2183", "164"]),
    st.sampled_from(["", "numerique", "formation"]),
    st.integers(1, 12),
)
AMOUNTS = st.dictionaries(KEYS, st.integers(-(10**11), 10**11), max_size=40)


@given(AMOUNTS)
def test_the_consolidation_is_the_sum_of_the_entities(amounts: dict[Key, int]) -> None:
    parts = [{k: c for k, c in amounts.items() if k[0] == entity} for entity in ENTITIES]
    added = consolidate(parts)
    assert added == amounts
    for by in By:
        whole = grouped(added, by)
        assert sum(whole.values()) == sum(sum(grouped(p, by).values()) for p in parts)
    for measure in Measure:
        assert total(added, measure) == sum(total(part, measure) for part in parts)


@given(st.lists(AMOUNTS, max_size=4))
def test_consolidating_twice_or_in_any_order_is_the_same(parts: list[dict[Key, int]]) -> None:
    assert consolidate(parts) == consolidate(reversed(parts))
    assert consolidate([consolidate(parts[:2]), *parts[2:]]) == consolidate(parts)


@given(AMOUNTS)
def test_axes_share_everything_out(amounts: dict[Key, int]) -> None:
    parts = [of_axis(amounts, axis) for axis in ("", "numerique", "formation")]
    assert consolidate(parts) == amounts


@given(AMOUNTS, st.sampled_from(list(By)), st.integers(1, 4))
def test_rows_of_a_comparison_add_up_to_its_total(
    amounts: dict[Key, int], by: By, depth: int
) -> None:
    columns = Columns(amounts, None, amounts)
    for measure in Measure:
        rows = compare(columns, by, depth, measure)
        whole = overall(columns, measure)
        assert sum(row.initial or 0 for row in rows) == whole.initial
        assert all(row.revised is None for row in rows)
        assert all(row.gap.cents == 0 for row in rows)


@given(AMOUNTS)
def test_lines_by_month_lose_nothing(amounts: dict[Key, int]) -> None:
    assert sum(map(sum, by_month(amounts).values())) == sum(amounts.values())


def test_a_result_is_products_less_charges() -> None:
    amounts = {("n", "601", "", 1): 700, ("n", "706", "", 1): 1000, ("n", "205", "", 2): 50}
    found = totals(amounts)
    assert (found.charges, found.products, found.result, found.uses) == (700, 1000, 300, 50)
    assert total(amounts, Measure.RESULT) == 300


@pytest.mark.parametrize(
    ("base", "value", "cents", "percent", "reason"),
    [
        (1000, 1100, 100, Decimal("10.0"), ""),
        (-1000, -1100, -100, Decimal("-10.0"), ""),
        (300, 200, -100, Decimal("-33.3"), ""),
        (0, 50, 50, None, "base est nulle"),
        (None, 50, None, None, "pas renseignée"),
        (50, None, None, None, "pas renseignée"),
    ],
)
def test_a_gap_without_base_says_why_it_has_no_percent(
    base: int | None, value: int | None, cents: int | None, percent: Decimal | None, reason: str
) -> None:
    gap = variance(base, value)
    assert (gap.cents, gap.percent) == (cents, percent)
    assert reason in gap.reason
    assert bool(gap.reason) == (percent is None)


def test_execution_is_measured_against_the_last_vote() -> None:
    initial, revised, executed = {("n", "601", "", 1): 100}, {("n", "601", "", 1): 120}, {}
    row = compare(Columns(initial, revised, executed), By.ACCOUNT)[0]
    assert (row.initial, row.revised, row.executed) == (100, 120, 0)
    assert row.gap.cents == -120
    without = compare(Columns(initial, None, executed), By.ACCOUNT)[0]
    assert without.gap.cents == -100


def test_accounts_are_read_charges_first_and_absent_columns_are_not_zero() -> None:
    amounts = {("n", "706", "", 1): 1, ("n", "164", "", 1): 1, ("n", "601", "", 1): 1}
    rows = compare(Columns(amounts, None, None), By.ACCOUNT, 3)
    assert [row.row for row in rows] == ["601", "706", "164"]
    assert all(row.executed is None for row in rows)


@pytest.mark.parametrize(
    ("account", "debit", "credit", "read"),
    [
        ("601", 100, 30, {"601": 70}),
        ("706", 30, 100, {"706": 70}),
        ("205", 50, 0, {"205": 50}),
        ("131", 0, 50, {"131": 50}),
        ("164", 20, 50, {"164": 50, "164D": 20}),
        ("1748", 20, 0, {"1748": 0, "1748D": 20}),
        ("274", 20, 50, {"274": 20, "274C": 50}),
        ("2183", 20, 50, {"2183": -30}),
    ],
)
def test_books_are_read_in_the_natural_sense(
    account: str, debit: int, credit: int, read: dict[str, int]
) -> None:
    assert natural(account, debit, credit) == read


@pytest.mark.parametrize(
    ("account", "debit", "credit", "gone", "read"),
    [
        ("2183", 20, 50, 50, {"2183": 20}),
        ("2183", 0, 50, 50, {"2183": 0}),
        ("231", 0, 50, 0, {"231": -50}),
        ("274", 0, 50, 30, {"274": 0, "274C": 20}),
    ],
)
def test_what_is_sold_or_scrapped_lowers_no_use(
    account: str, debit: int, credit: int, gone: int, read: dict[str, int]
) -> None:
    assert natural(account, debit, credit, gone) == read


def test_what_was_lent_and_comes_back_is_a_resource() -> None:
    amounts = {("n", "274", "", 1): 70, ("n", "274C", "", 2): 30}
    added = totals(amounts)
    assert (added.uses, added.resources) == (70, 30)
    assert grouped(amounts, By.ACCOUNT, 2) == {"27": 70, "27C": 30}
    assert (account_fault("274C"), account_fault("164D")) == ("", "")
    assert account_fault("2183C") and account_fault("164C") and account_fault("274D")


def test_a_loan_paid_back_is_a_use_beside_the_loan_received() -> None:
    amounts = {("n", "164", "", 1): 70, ("n", "164D", "", 2): 30, ("n", "205", "", 3): 5}
    added = totals(amounts)
    assert (added.uses, added.resources) == (35, 70)
    assert total(amounts, Measure.USES) == 35
    assert grouped(amounts, By.ACCOUNT, 2) == {"16": 70, "16D": 30, "20": 5}
    assert grouped(amounts, By.ACCOUNT, 1) == {"1": 70, "16D": 30, "2": 5}
    rows = compare(Columns(amounts, None, None), By.ACCOUNT, 3)
    assert [row.row for row in rows] == ["164D", "205", "164"]


@pytest.mark.parametrize(
    ("account", "planned"),
    [("6411", True), ("706", True), ("2183", True), ("164", True), ("28183", False),
     ("139", False), ("1688", False), ("1648", False), ("1068", False), ("103", True),
     ("181", False), ("120", False), ("512", False), ("401", False), ("1", False)],
)  # fmt: skip
def test_only_money_in_or_out_is_set_beside_an_investment_budget(
    account: str, planned: bool
) -> None:
    assert is_planned(account) is planned


@pytest.mark.parametrize(
    ("account", "sound"),
    [("60", True), ("6411", True), ("706", True), ("205", True), ("1", False), ("401", False),
     ("164D", True), ("17D", True), ("205D", False), ("D", False),
     ("6A", False), ("", False), ("٦٠", False), ("6" * 13, False)],
)  # fmt: skip
def test_a_budget_carries_four_classes(account: str, sound: bool) -> None:
    assert (account_fault(account) == "") is sound


def test_names_of_budgets() -> None:
    assert budget_name("initial", 1) == "Budget primitif"
    assert budget_name("initial", 2) == "Budget primitif (2e\u00a0vote)"
    assert budget_name("revised", 2) == "Budget rectifié n°\u00a02"
    assert budget_name("executed", 1) == "Budget exécuté"


MONTHLY = {("n", "601", "a", month): 10 for month in range(1, 13)}


def test_a_budget_to_date_is_the_sum_of_its_months() -> None:
    assert sum(until(MONTHLY, 10).values()) == 100
    assert until(MONTHLY, 12) is MONTHLY


@pytest.mark.parametrize(
    ("by", "row"), [(By.ENTITY, "n"), (By.MONTH, "11"), (By.AXIS, "a")], ids=str
)
def test_a_row_of_which_a_column_says_nothing_is_neither_zero_nor_less_all(
    by: By, row: str
) -> None:
    executed = {("s", "601", "", 1): 5}
    unsaid = {("executed", by): frozenset({row})}
    found = {r.row: r for r in compare(Columns(MONTHLY, None, executed, unsaid=unsaid), by)}
    assert found[row].executed is None
    assert (found[row].gap.cents, found[row].gap.percent) == (None, None)
    others = [r for name, r in found.items() if name != row]
    assert others and all(r.executed is not None for r in others)


def test_columns_that_do_not_count_the_same_chambers_have_no_gap_but_chamber_by_chamber() -> None:
    columns = Columns(MONTHLY, None, {("n", "601", "", 1): 5}, uneven=frozenset({"gap"}))
    (row,) = compare(columns, By.ACCOUNT)
    assert (row.initial, row.executed, row.gap.cents, row.gap.reason) == (120, 5, None, UNEVEN)
    assert overall(columns, Measure.CHARGES).gap.reason == UNEVEN
    assert compare(columns, By.ENTITY)[0].gap.cents == -115


def test_months_that_stop_before_the_end_make_no_total() -> None:
    columns = Columns(MONTHLY, None, MONTHLY, MONTHLY, partial=frozenset({"executed"}))
    whole = overall(columns, Measure.CHARGES)
    assert (whole.initial, whole.executed, whole.former) == (120, None, 120)
    assert compare(columns, By.MONTH)[0].growth.percent == Decimal("0.0")
