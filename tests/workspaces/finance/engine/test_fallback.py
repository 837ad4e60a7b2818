"""No budget on 1 January: last year less five percent, a quarter of the investment until March."""

from __future__ import annotations

import datetime as dt

from hypothesis import given

from maillage.costing.engine.budgets import Key
from maillage.kernel.money import divided
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.engine.fallback import fallback, rule_on
from tests.costing.engine.test_budgets import AMOUNTS

RULE = shipped_calendar().fallbacks[0]


def test_the_rule_is_five_percent_and_a_quarter_until_31_march() -> None:
    previous = {("nord", "601", "", month): 1000 for month in range(1, 13)}
    previous |= {("nord", "2183", "", 6): 40_000, ("nord", "164", "", 1): 9_000}
    found = fallback(previous, RULE, 2027)
    assert sum(found.operating.values()) == 11_400
    assert found.investment == {"nord": 10_000}
    assert found.until == dt.date(2027, 3, 31)
    assert all(key[1] == "601" for key in found.operating)


@given(AMOUNTS)
def test_each_line_of_the_year_is_reduced_to_the_cent(previous: dict[Key, int]) -> None:
    found = fallback(previous, RULE, 2027).operating
    for line in {key[:3] for key in previous if key[1][0] in "67"}:
        before = sum(cents for key, cents in previous.items() if key[:3] == line)
        after = sum(cents for key, cents in found.items() if key[:3] == line)
        assert after == divided(before * 950, 1000)


def test_what_is_told_for_zero_stays_told() -> None:
    found = fallback({("nord", "657", "", 1): 0, ("nord", "2183", "", 1): 0}, RULE, 2027)
    assert found.operating == {("nord", "657", "", 1): 0}


def test_a_rule_is_dated() -> None:
    assert rule_on([RULE], dt.date(2027, 1, 1)) is RULE
    assert rule_on([], dt.date(2027, 1, 1)) is None
