"""Numbers and amounts: written, read back, shared without a cent lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel import money
from maillage.kernel.money import (
    LARGEST,
    cents_of,
    divided,
    parse_amount,
    parse_count,
    parse_number,
    quantity,
    scaled,
    spread,
    typed_amount,
    typed_number,
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
    assert parse_amount(typed_amount(cents)) == cents
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
    assert sum(scaled(shares, part, 1000)) == divided(sum(shares) * part, 1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Decimal(12)),
        ("1 234,5", Decimal("1234.5")),
        ("1\u202f234.50", Decimal("1234.50")),
        ("-3", Decimal(-3)),
        ("\u22123", Decimal(-3)),
        ("", None),
        ("douze", None),
        ("1e9", None),
        ("NaN", None),
        ("Infinity", None),
        ("1,2,3", None),
        ("9" * 16, None),
        ("\u0663", None),
    ],
)
def test_a_number_is_read_or_is_none(text: str, value: Decimal | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("2100", 2100),
        ("0021", 21),
        ("2101", None),
        ("00021", None),
        ("9" * 5000, None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1_0", None),
        ("\u0663", None),
        ("\u00b2", None),
        ("", None),
    ],
)
def test_a_whole_number_is_read_within_its_most(text: str, number: int | None) -> None:
    assert parse_count(text, 2100) == number


@pytest.mark.parametrize(
    ("value", "typed", "read"),
    [
        (Decimal("12000.00"), "12000", "12\u202f000"),
        (Decimal("1.50"), "1,5", "1,5"),
        (Decimal(0), "0", "0"),
        (None, "", ""),
    ],
)
def test_a_number_is_typed_back_and_read(value: Decimal | None, typed: str, read: str) -> None:
    assert (typed_number(value), quantity(value)) == (typed, read)


@pytest.mark.parametrize(
    ("cents", "exact", "rounded", "signed", "sentence", "typed"),
    [
        (0, "0,00", "0", "0", "0 €", ""),
        (5, "0,05", "0", "0", "0,05 €", "0,05"),
        (-49, "−0,49", "0", "0", "−0,49 €", "-0,49"),
        (50, "0,50", "1", "+1", "0,50 €", "0,50"),
        (-50, "−0,50", "−1", "−1", "−0,50 €", "-0,50"),
        (123_450, "1\u202f234,50", "1\u202f235", "+1\u202f235", "1\u202f234,50 €", "1\u202f234,50"),
        (-100_000, "−1\u202f000,00", "−1\u202f000", "−1\u202f000", "−1\u202f000 €", "-1\u202f000"),
    ],
)
def test_an_amount_is_written_by_use(
    cents: int, exact: str, rounded: str, signed: str, sentence: str, typed: str
) -> None:
    assert money.exact(cents) == exact
    assert money.exact_euros(cents) == f"{exact}\u00a0€"
    assert (money.rounded(cents), money.rounded(cents, signed=True)) == (rounded, signed)
    assert money.euros(cents) == sentence.replace(" €", "\u00a0€")
    assert typed_amount(cents) == typed


def test_a_file_for_a_spreadsheet_takes_plain_amounts() -> None:
    assert money.exact(-123_456, "", "-") == "-1234,56"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("1234.50"), None, "1\u202f234,50"),
        (Decimal("-0.004"), 2, "0,00"),
        (Decimal("2.345"), 2, "2,34"),
        (Decimal("2.355"), 2, "2,36"),
        (1_234_567, None, "1\u202f234\u202f567"),
        (Fraction(-10, 3), 1, "−3,3"),
        (Fraction(5, 2), 0, "2"),
    ],
)
def test_a_number_is_rounded_once_halves_to_even(
    value: Decimal | int | Fraction, decimals: int | None, text: str
) -> None:
    assert money.number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [("3.5", "+3,5\u00a0%"), ("-3.5", "−3,5\u00a0%"), ("0.0", "0,0\u00a0%")]
)
def test_a_percent_may_carry_its_sign(value: str, text: str) -> None:
    assert money.percent(Decimal(value), signed=True) == text


def test_hundredths_of_a_percent_are_written_whole_or_short() -> None:
    assert [money.exact_rate(n) for n in (0, 5, 1230)] == [
        "0,00\u00a0%", "0,05\u00a0%", "12,30\u00a0%"
    ]  # fmt: skip
    assert [money.rate(n) for n in (0, 5, 1230, 10_000)] == [
        "0\u00a0%", "0,05\u00a0%", "12,3\u00a0%", "100\u00a0%"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0\u00a0octet"), (2, "2\u00a0octets"), (999, "999\u00a0octets"),
        (1_500, "1,5\u00a0ko"), (1_240_000, "1,2\u00a0Mo"), (3 * 10**12, "3\u202f000\u00a0Go"),
    ],
)  # fmt: skip
def test_a_size_is_told_in_its_unit(count: int, text: str) -> None:
    assert money.size(count) == text


def test_a_quantity_has_no_useless_zeros_and_a_true_minus() -> None:
    assert quantity(Decimal("-1234.500")) == "−1\u202f234,5"
    assert quantity(Decimal("1234.567"), 2) == "1\u202f234,57"
