"""Numbers and amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.ui.numbers import (
    decimal_of,
    decimal_shown,
    decimal_text,
    number_in,
)


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
    assert decimal_of(text) == value


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
    assert number_in(text, 2100) == number


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
    assert (decimal_text(value), decimal_shown(value)) == (typed, read)
