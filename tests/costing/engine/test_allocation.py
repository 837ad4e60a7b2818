"""Shares make exactly 100 %, cents exactly the amount, and versions of a key never overlap."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.costing.engine.allocation import (
    WHOLE,
    distribute,
    largest_remainder,
    parts_fault,
    period_fault,
    quantity_fault,
    share_fault,
    shares_of,
)
from maillage.kernel.money import exact_rate
from maillage.kernel.period import Period

QUANTITY = st.integers(0, 10**12).map(lambda thousandths: Decimal(thousandths) / 1000)
QUANTITIES = st.lists(QUANTITY, min_size=1, max_size=40).filter(any)
"""Thousandths as integers: decimals are drawn ten times slower."""


@given(QUANTITIES, st.integers(0, WHOLE))
def test_shares_make_exactly_one_hundred_percent(amounts: list[Decimal], fixed: int) -> None:
    shares = shares_of(dict(enumerate(amounts)), fixed)
    assert sum(shares.values()) == WHOLE
    assert min(shares.values()) >= 0


@given(st.integers(-(10**15), 10**15), QUANTITIES)
def test_cents_distributed_make_exactly_the_amount(cents: int, amounts: list[Decimal]) -> None:
    shares = shares_of(dict(enumerate(amounts)))
    parts = distribute(cents, shares)
    assert sum(parts.values()) == cents
    for name, part in parts.items():
        assert abs(part - cents * shares[name] / WHOLE) < 1.001 + abs(cents) * 1e-12


@given(st.integers(0, 10**12), QUANTITIES)
def test_a_reversal_is_the_exact_opposite(cents: int, amounts: list[Decimal]) -> None:
    shares = shares_of(dict(enumerate(amounts)))
    there, back = distribute(cents, shares), distribute(-cents, shares)
    assert all(there[name] + back[name] == 0 for name in shares)


@given(QUANTITIES)
def test_a_larger_quantity_never_gets_a_smaller_share(amounts: list[Decimal]) -> None:
    shares = shares_of(dict(enumerate(amounts)))
    ranked = sorted(range(len(amounts)), key=lambda i: amounts[i])
    pairs = itertools.pairwise(ranked)
    assert all(shares[a] <= shares[b] + (amounts[a] == amounts[b]) for a, b in pairs)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (WHOLE, [1, 1, 1, 1, 1, 1], [1667, 1667, 1667, 1667, 1666, 1666]),
        (1, [1, 2], [0, 1]),
        (0, [3, 4], [0, 0]),
        (10, [0, 5], [0, 10]),
    ],
)
def test_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert largest_remainder(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-2, 3]])
def test_nothing_is_shared_by_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        largest_remainder(100, weights)


def test_a_fixed_part_is_split_equally_and_the_rest_by_quantity() -> None:
    shares = shares_of({"a": Decimal(0), "b": Decimal(30), "c": Decimal(10)}, fixed=3000)
    assert shares == {"a": 1000, "b": 6250, "c": 2750}
    assert shares_of({"a": Decimal(0), "b": Decimal(0)}, fixed=WHOLE) == {"a": 5000, "b": 5000}


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"a": 5000, "b": 5000}, ""),
        ({"a": 5000, "b": 4999}, "il manque 0,01"),
        ({"a": 9999, "b": 2}, "0,01\u00a0% de trop"),
        ({"a": 10001, "b": -1}, "négative"),
        ({}, "Aucune part"),
    ],
)
def test_entered_shares_are_refused_unless_exactly_whole(
    shares: dict[str, int], words: str
) -> None:
    fault = share_fault(shares)
    assert (words in fault) if words else fault == ""


@pytest.mark.parametrize(
    ("quantities", "fixed", "words"),
    [
        ({"a": Decimal(1)}, 0, ""),
        ({"a": Decimal(0)}, WHOLE, ""),
        ({"a": Decimal(0)}, 0, "nulles"),
        ({"a": Decimal(-1)}, 0, "négative"),
        ({"a": Decimal(1)}, WHOLE + 1, "part fixe"),
        ({}, 0, "Aucune quantité"),
    ],
)
def test_quantities_that_give_no_share_are_told(
    quantities: dict[str, Decimal], fixed: int, words: str
) -> None:
    fault = quantity_fault(quantities, fixed)
    assert (words in fault) if words else fault == ""


@pytest.mark.parametrize(
    ("driver", "part", "fixed", "words"),
    [
        ("fte", Decimal("1.5"), 0, ""),
        ("fte", Decimal("1.0005"), 0, "trois décimales"),
        ("fte", Decimal(10**12 + 1), 0, "billion"),
        ("fte", Decimal(-1), 0, "négative"),
        ("fixed_variable", Decimal(1), WHOLE + 1, "part fixe"),
        ("entered", Decimal(100), 0, ""),
        ("entered", Decimal("99.999"), 0, "deux décimales"),
        ("entered", Decimal(99), 0, "exactement 100"),
        ("autre", Decimal(1), 0, "Inducteur inconnu"),
    ],
)
def test_what_is_entered_of_a_key_is_judged_by_its_driver(
    driver: str, part: Decimal, fixed: int, words: str
) -> None:
    fault = parts_fault(driver, {"a": part}, fixed)
    assert (words in fault) if words else fault == ""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-01-01", "2026-12-31", ""),
        ("2025-12-31", None, "du 01/01/2025 au 31/12/2025"),
        ("2024-01-01", "2024-12-31", ""),
        ("2024-01-01", "2025-01-01", "Deux versions"),
        ("2026-02-01", "2026-01-01", "précède"),
    ],
)
def test_versions_of_a_key_never_hold_the_same_day(
    first: str, last: str | None, words: str
) -> None:
    other = Period(day("2025-01-01"), day("2025-12-31"))
    fault = period_fault(Period(day(first), day(last) if last else None), [other])
    assert (words in fault) if words else fault == ""


@given(*[st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))] * 4)
def test_overlap_is_a_common_day(a: dt.date, b: dt.date, c: dt.date, d: dt.date) -> None:
    one, two = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    common = max(one.first, two.first) <= min(max(a, b), max(c, d))
    assert one.meets(two) == two.meets(one) == common
    assert one.meets(two) == (one.holds(two.first) or two.holds(one.first))


def test_a_running_version_overlaps_everything_after_it() -> None:
    running = Period(day("2026-01-01"))
    assert running.meets(Period(day("2040-01-01")))
    assert not running.meets(Period(day("2025-01-01"), day("2025-12-31")))


def test_percent() -> None:
    assert exact_rate(1667) == "16,67\u00a0%"
    assert exact_rate(5) == "0,05\u00a0%"
