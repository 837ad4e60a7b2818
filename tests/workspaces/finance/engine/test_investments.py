"""Funding never exceeds the cost, totals add up, and bars are as tall as what they show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.money import euros
from maillage.workspaces.finance.engine.bars import (
    BOTTOM,
    HEIGHT,
    PANEL,
    PANEL_BOTTOM,
    PANEL_TOP,
    TOP,
    bars,
    panels,
)
from maillage.workspaces.finance.engine.investments import (
    SOURCES,
    STATUSES,
    Operation,
    changes,
    done_fault,
    gather,
    operation_fault,
)


def operation(**values: object) -> Operation:
    given: dict[str, object] = {"entity": "nord", "code": "toit", "title": "Toiture"}
    return Operation(**(given | {"years": {2026: 100_00}} | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"funding": {"own": 100_00}}, ""),
        ({"funding": {"own": 60_00, "loan": 40_01}}, "dépassent"),
        ({"funding": {"own": -1}}, "négatif"),
        ({"funding": {"loterie": 1}}, "inconnue"),
        ({"years": {}}, "au moins une année"),
        ({"years": {1999: 1}}, "de 2000 à 2100"),
        ({"years": {2026: 0}}, "positif"),
        ({"years": {2020: 1, 2035: 1}}, "15 ans"),
        ({"status": "rêvée"}, "État inconnu"),
    ],
)
def test_what_makes_an_operation_refused(values: dict[str, object], words: str) -> None:
    fault = operation_fault(operation(**values))
    assert (words in fault) if words else fault == ""


def test_the_refusal_says_by_how_much_the_funding_exceeds_the_cost() -> None:
    fault = operation_fault(operation(funding={"own": 150_50}))
    assert "(150,50\u00a0€)" in fault
    assert "de 50,50\u00a0€" in fault


AMOUNT = st.integers(1, 10**11)
OPERATIONS = st.lists(
    st.builds(
        Operation,
        st.sampled_from(["nord", "sud", "region"]),
        st.text("abc", min_size=1),
        st.just("x"),
        st.sampled_from(list(STATUSES)),
        years=st.dictionaries(st.integers(2020, 2034), AMOUNT, min_size=1),
        funding=st.dictionaries(st.sampled_from(list(SOURCES)), AMOUNT),
    ),
    max_size=12,
)
ORDER = ["region", "nord", "sud"]


@given(OPERATIONS)
def test_totals_are_the_sum_of_what_counts(operations: list[Operation]) -> None:
    plan = gather(operations, ORDER)
    counted = [o for o in operations if o.counts]
    assert plan.cost == sum(o.cost for o in counted)
    assert sum(plan.funding.values()) + plan.to_fund == plan.cost
    assert plan.abandoned == sum(o.cost for o in operations if not o.counts)
    assert plan.totals == tuple(sum(o.years.get(y, 0) for o in counted) for y in plan.years)


@given(OPERATIONS)
def test_every_cut_makes_the_same_totals(operations: list[Operation]) -> None:
    assert gather(operations, ORDER).totals == gather(operations, list(STATUSES), "status").totals


@given(OPERATIONS)
def test_bars_are_as_tall_as_what_they_show(operations: list[Operation]) -> None:
    plan = gather(operations, ORDER)
    drawn = bars("Ensemble", [str(year) for year in plan.years], plan.totals)
    scale = (HEIGHT - TOP - BOTTOM) / drawn.ceiling
    assert drawn.ceiling >= max(plan.totals, default=0)
    tall = sum(bar.height for bar in drawn.bars)
    assert tall == pytest.approx(plan.cost * scale, abs=0.06 * max(len(drawn.bars), 1))
    assert all(b.y >= TOP - 0.1 and b.y + b.height <= HEIGHT - BOTTOM + 0.1 for b in drawn.bars)
    assert len(drawn.lines) <= 12


def test_series_stand_beside_each_other_on_one_scale_each_by_its_name() -> None:
    years = ["2026", "2027", "2028"]
    both = panels(years, [("Nord", [100_00, 0, 400_00]), ("Sud", [200_00, 0, 0])])
    tall = PANEL[1] - PANEL_TOP - PANEL_BOTTOM
    heights = [[bar.height for bar in one.bars] for one in both]
    assert [one.name for one in both] == ["Nord", "Sud"]
    assert heights == [[tall / 4, tall], [tall / 2]], "nothing is drawn of nothing"
    assert [label.text for label in both[0].labels] == years
    assert panels([], []) == []


def test_of_many_years_the_tallest_is_told_with_the_first_and_the_last() -> None:
    years = [str(year) for year in range(2025, 2031)]
    (one,) = panels(years, [("Nord", [1_000_00, 3_000_00, 3_000_00, 0, 0, 2_000_00])])
    assert [bar.text for bar in one.bars] == ["", "3\u00a0k€", "", ""]
    assert [label.text for label in one.labels] == ["2025", "2030"]


@pytest.mark.parametrize(
    ("amounts", "unit", "tops", "last"),
    [
        ([340_000_00, 0], "k€", ["340\u00a0k€"], "400\u00a0k€"),
        ([5_770_000_00, 6_110_000_00], "M€", ["5,77\u00a0M€", "6,11\u00a0M€"], "8\u00a0M€"),
        ([999_999_00, 1_000_000_00], "M€", ["1\u00a0M€", "1\u00a0M€"], "1\u00a0M€"),
    ],
)
def test_a_bar_stands_under_its_total(
    amounts: list[int], unit: str, tops: list[str], last: str
) -> None:
    drawn = bars("Nord", ["2026", "2027"], amounts)
    assert (drawn.unit, [bar.text for bar in drawn.bars]) == (unit, tops)
    assert drawn.lines[-1].text == last
    assert all(0 < bar.above < HEIGHT - BOTTOM for bar in drawn.bars)


@pytest.mark.parametrize(
    ("status", "years", "fault"),
    [
        ("done", {2027: 1}, "la première est 2027"),
        ("done", {2026: 1, 2028: 1}, ""),
        ("voted", {2027: 1}, ""),
        ("done", {}, ""),
    ],
)
def test_what_is_done_has_begun(status: str, years: dict[int, int], fault: str) -> None:
    said = done_fault(operation(status=status, years=years), 2026)
    assert fault in said and bool(said) == bool(fault)


def test_nothing_to_draw_is_an_empty_frame() -> None:
    assert bars("Ensemble", [], []).bars == ()


def test_only_what_changes_is_told() -> None:
    same, moved, new = operation(), operation(code="b"), operation(code="c")
    before = {o.key: o for o in (same, moved)}
    found = changes(before, [same, operation(code="b", status="voted"), new])
    assert [(b is None, a.code) for b, a in found] == [(False, "b"), (True, "c")]


def test_euros() -> None:
    assert euros(123_456_789) == "1\u202f234\u202f567,89\u00a0€"
    assert euros(-100) == "\u22121\u00a0€"
