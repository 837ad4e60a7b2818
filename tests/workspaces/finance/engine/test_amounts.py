"""Amounts: what people type, what a spreadsheet holds, shares that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.workspaces.finance.engine.amounts import (
    LARGEST,
    cents_of,
    parse_amount,
    rounded,
    scaled,
    spread,
    written,
)

CENTS = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("", 0), ("-", 0), ("0", 0), ("12", 1200), ("1 234,56", 123456), ("1\u202f234,5", 123450),
        ("1234.5", 123450), ("-12", -1200), ("\u221212,05", -1205), ("(12,50)", -1250),
        ("12 €", 1200), (" 1\u00a0234 ", 123400), ("+3", 300),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, cents: int) -> None:
    assert parse_amount(text) == cents


@pytest.mark.parametrize(
    "text",
    ["abc", "1,234,5", "1.234,56", "12,345", "1 23", "12 3456", "1e5", "=1+1", "١٢", "10000000001"],
)
def test_what_could_mean_two_things_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None


@given(CENTS)
def test_what_is_written_reads_back(cents: int) -> None:
    assert parse_amount(written(cents)) == cents
    assert cents_of(cents / 100) == cents or abs(cents) > 10**13


def test_a_spreadsheet_s_noise_is_forgiven_and_a_third_decimal_is_not() -> None:
    assert cents_of(0.1 + 0.2) == 30
    assert cents_of(12.345) is None
    assert cents_of(1e15) is None


@given(CENTS, st.integers(1, 40))
def test_shares_add_up_to_the_total(total: int, parts: int) -> None:
    shares = spread(total, parts)
    assert len(shares) == parts
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


@given(st.lists(CENTS, min_size=1, max_size=12), st.integers(0, 1000))
def test_scaled_shares_add_up_to_the_scaled_total(shares: list[int], part: int) -> None:
    assert sum(scaled(shares, part, 1000)) == rounded(sum(shares) * part, 1000)
