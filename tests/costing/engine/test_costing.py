"""Used and unused make the capacity, their costs the pool, and nothing assumes a gain."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.costing.engine.costing import (
    Quartiles,
    Work,
    capacity_fault,
    capacity_of,
    cost_service,
    per_fte,
)

WORKS = st.lists(
    st.builds(
        Work,
        st.sampled_from("abc"),
        st.decimals(0, 10**6, places=2),
        st.decimals(0, 500, places=3),
    ),
    max_size=20,
)


@given(st.integers(1, 10**12), st.integers(1, 10**7), st.integers(1, 10_000), WORKS)
def test_used_and_unused_make_the_whole(
    cost: int, minutes: int, practical: int, works: list[Work[str]]
) -> None:
    capacity = capacity_of(minutes, practical)
    found = cost_service(cost, capacity, works)
    assert found.used + found.unused == capacity
    assert found.used_cost + found.unused_cost == cost
    assert sum(line.cost for line in found.lines) == found.used_cost
    assert sum(time for time, _cost in found.by_name().values()) == found.used
    assert sum(cost for _time, cost in found.by_name().values()) == found.used_cost
    assert found.overrun == (found.used > capacity)


def test_the_textbook_case() -> None:
    """A team of 560 000 € with 700 000 minutes, 80 % of them practical: 1 € a minute."""
    works = [Work("nord", Decimal(30_000), Decimal(8)), Work("sud", Decimal(10_000), Decimal(12))]
    found = cost_service(56_000_000, capacity_of(700_000, 8_000), works)
    assert found.rate == 100
    assert (found.used, found.unused) == (360_000, 200_000)
    assert [line.cost for line in found.lines] == [24_000_000, 12_000_000]
    assert [line.unit_cost for line in found.lines] == [800, 1200]
    assert found.unused_cost == 20_000_000
    assert found.use == 6429


def test_the_rate_does_not_fall_when_the_work_goes() -> None:
    """Halving the volume frees time, not money: the total stays, the unused part grows."""
    before = cost_service(1_000_000, Fraction(10_000), [Work("a", Decimal(900), Decimal(10))])
    after = cost_service(1_000_000, Fraction(10_000), [Work("a", Decimal(450), Decimal(10))])
    assert before.rate == after.rate
    assert before.used_cost + before.unused_cost == after.used_cost + after.unused_cost
    assert after.unused_cost > before.unused_cost


def test_more_work_than_time_is_said_and_still_adds_up() -> None:
    found = cost_service(1_000, Fraction(100), [Work("a", Decimal(15), Decimal(10))])
    assert found.overrun
    assert (found.unused, found.used_cost, found.unused_cost) == (-50, 1_500, -500)


@pytest.mark.parametrize(
    ("cost", "minutes", "practical", "words"),
    [
        (1, 1, 8_000, ""),
        (0, 1, 8_000, "coût"),
        (1, 0, 8_000, "théorique"),
        (1, 1, 0, "pratique"),
        (1, 1, 10_001, "pratique"),
    ],
)
def test_a_team_without_cost_or_time_has_no_rate(
    cost: int, minutes: int, practical: int, words: str
) -> None:
    fault = capacity_fault(cost, minutes, practical)
    assert (words in fault) if words else fault == ""


def quartiles(currency: str) -> Quartiles:
    return Quartiles("x", "X", "unit", currency, 2023, "s", Decimal(6488), None, Decimal(20964))


@pytest.mark.parametrize(
    ("value", "words"),
    [(6487, "sous"), (6488, "entre"), (20964, "entre"), (20965, "au-dessus")],
)
def test_a_value_is_placed_between_published_quartiles(value: int, words: str) -> None:
    assert words in quartiles("").place(Decimal(value))


def test_another_currency_is_never_compared() -> None:
    assert quartiles("USD").place(Decimal(7000)) == ""


@pytest.mark.parametrize(
    ("volume", "fte", "found"),
    [
        (Decimal(9000), Decimal("1.5"), Decimal(6000)),
        (Decimal(0), Decimal(1), Decimal(0)),
        (None, Decimal(1), None),
        (Decimal(9000), None, None),
        (Decimal(9000), Decimal(0), None),
    ],
)
def test_units_per_fte(volume: Decimal | None, fte: Decimal | None, found: Decimal | None) -> None:
    assert per_fte(volume, fte) == found
