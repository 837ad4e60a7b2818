"""Read up to a month: budgets by their months, books as far as they go, each absence said."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from maillage.costing.engine.budgets import By, ComparisonRow, Measure, compare, overall
from maillage.costing.queries.budgets import YearOfBudgets, year_of
from maillage.network.models import Network
from tests.workspaces.finance.budget_world import budget, entity, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november")

LINES = {("606", ""): 1_200_00, ("641", "numerique"): 2_400_00, ("706", ""): 6_000_00}


def _budgets(network: Network, *codes: str) -> None:
    for code in codes:
        vote(budget(network, code, 2026, lines=LINES), dt.date(2025, 11, 20))


def _books(network: Network, code: str, last: int = 10, axis: str | None = None) -> None:
    """A hundred of charges a month up to one; ten more a month the year before, over the whole."""
    for year, cents, end in ((2026, 100_00, last), (2025, 110_00, 12)):
        keep_book(network, code, year, {("606", m): cents for m in range(1, end + 1)}, axis=axis)


def _rows(view: YearOfBudgets, by: By) -> dict[str, ComparisonRow]:
    columns, _coverage = view.columns(view.chambers, by=by, former=True)
    return {row.row: row for row in compare(columns, by, measure=Measure.CHARGES)}


def test_ten_months_are_compared_with_ten_months_of_budget_and_of_the_year_before(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord")
    _books(network, "nord")
    view, nord = year_of(network, 2026, month=10), [entity(network, "nord")]
    assert view.reach.common.month == 10
    columns, coverage = view.columns(nord, former=True)
    row = overall(columns, Measure.CHARGES)
    assert (row.revised, row.executed, row.former) == (3_000_00, 1_000_00, 1_100_00)
    assert (row.gap.cents, row.growth.cents) == (-2_000_00, -100_00)
    assert coverage["executed"].counted == ("Nord",)


def test_a_book_that_stops_before_the_cut_off_counts_for_nothing_and_says_why(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud", last=12)
    view = year_of(network, 2026)
    columns, coverage = view.columns(view.chambers)
    assert coverage["executed"].counted == ("Sud",)
    why = coverage["executed"].why["Nord"].replace("\u00a0", " ")
    assert why == "livre arrêté au 31 octobre 2026"
    assert overall(columns, Measure.CHARGES).gap.cents is None
    rows = _rows(view, By.ENTITY)
    assert (rows["nord"].executed, rows["nord"].gap.percent) == (None, None)
    assert (rows["sud"].executed, rows["sud"].gap.cents) == (1_200_00, -2_400_00)


def test_month_by_month_what_no_book_covers_is_not_zero(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord")
    _books(network, "nord")
    view = year_of(network, 2026)
    rows = _rows(view, By.MONTH)
    assert [rows[f"{m:02d}"].executed for m in (1, 10, 11, 12)] == [100_00, 100_00, None, None]
    assert (rows["11"].gap.percent, rows["11"].former) == (None, 110_00)
    columns, _coverage = view.columns(view.chambers, by=By.MONTH, former=True)
    whole = overall(columns, Measure.CHARGES)
    assert (whole.executed, whole.former) == (None, 1_320_00)


def test_a_chamber_without_a_book_is_not_told_in_the_year_before_either(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    row = _rows(year_of(network, 2026, month=10), By.ENTITY)["sud"]
    assert (row.revised, row.executed, row.former) == (3_000_00, None, None)
    assert (row.gap.percent, row.growth.percent) == (None, None)


def test_an_action_no_book_tells_is_not_told(network: Network, who: SimpleNamespace) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud", axis="numerique")
    view = year_of(network, 2026, month=10)
    columns, coverage = view.columns(view.chambers, "numerique")
    assert coverage["executed"].counted == ("Sud",)
    assert coverage["executed"].why == {"Nord": "aucun axe analytique"}
    assert overall(columns, Measure.CHARGES).gap.cents is None
    rows = _rows(view, By.AXIS)
    assert (rows["numerique"].executed, rows["numerique"].revised) == (None, 4_000_00)
    assert rows["?"].executed == 1_000_00


def test_a_chamber_that_budgets_no_action_does_not_keep_the_others_from_being_read(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "sud")
    vote(budget(network, "nord", 2026, lines={("606", ""): 1_200_00}), dt.date(2025, 11, 20))
    _books(network, "nord")
    _books(network, "sud", axis="numerique")
    view = year_of(network, 2026, month=10)
    columns, coverage = view.columns(view.chambers, "numerique")
    assert set(coverage["executed"].counted) == {"Nord", "Sud"}
    assert overall(columns, Measure.CHARGES).executed == 1_000_00
