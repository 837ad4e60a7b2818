"""Each figure by hand, each missing input told, no partial sum for the network."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from maillage.workspaces.finance.engine.dashboard import (
    INDICATORS,
    Facts,
    Indicator,
    Movement,
    book_facts,
    consolidated,
    figure,
    lacks,
)

BY_CODE: dict[str, Indicator] = {indicator.code: indicator for indicator in INDICATORS}
BOOK = book_facts(
    [
        Movement("706000", 0, 1_000_00),
        Movement("740000", 0, 500_00),
        Movement("606000", 300_00, 0),
        Movement("641000", 600_00, 0),
        Movement("411000", 900_00, 700_00),
        Movement("401000", 50_00, 110_00),
        Movement("512000", 2_000_00, 500_00),
        Movement("519000", 0, 100_00),
        Movement("530000", 5_00, 0),
    ],
    "Importé",
)
KNOWN = replace(
    BOOK, budget=1_200_00, invoices=Decimal(9_000), fte=Decimal("1.5"), invoice_cost=90_000_00,
    studied=Decimal(10_000),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("result", Fraction(600_00)),
        ("cash", Fraction(1_405_00)),
        ("receivable-days", Fraction(200 * 365, 1000)),
        ("payable-days", Fraction(60 * 365, 300)),
        ("staff-ratio", Fraction(40)),
        ("execution", Fraction(75)),
        ("invoice-cost", Fraction(900)),
        ("invoices-per-fte", Fraction(6000)),
    ],
)
def test_each_figure(code: str, value: Fraction) -> None:
    assert figure(BY_CODE[code], KNOWN).value == value


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_what_is_missing_is_told(indicator: Indicator) -> None:
    for name in filter(None, (indicator.top, indicator.bottom)):
        found = figure(indicator, replace(KNOWN, **{name: None}))
        assert (found.value, found.reason) == (None, lacks(name, KNOWN))
    assert indicator.rule.endswith(".")


def test_nothing_to_divide_by_is_not_zero() -> None:
    assert figure(BY_CODE["staff-ratio"], replace(KNOWN, income=0)).reason.startswith("rien")


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_the_network_is_the_figure_of_the_sums(indicator: Indicator) -> None:
    twice = {"Nord": KNOWN, "Sud": KNOWN}
    once, both = figure(indicator, KNOWN).value, consolidated(indicator, twice).value
    assert once is not None
    assert both == (once if indicator.bottom else once * 2)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_no_partial_sum(indicator: Indicator) -> None:
    found = consolidated(indicator, {"Nord": KNOWN, "Sud": Facts(), "Est": KNOWN})
    assert (found.value, found.reason) == (None, "il manque\u00a0: Sud")


def test_a_ratio_is_not_an_average_of_ratios() -> None:
    small, large = replace(KNOWN, staff=10, income=100), replace(KNOWN, staff=900, income=1000)
    found = consolidated(BY_CODE["staff-ratio"], {"a": small, "b": large})
    assert found.value == Fraction(91_000, 1100)


def test_many_missing_chambers_are_counted() -> None:
    chambers = {name: Facts() for name in "abcdef"}
    assert consolidated(BY_CODE["result"], chambers).reason == "il manque toutes les chambres"
    found = consolidated(BY_CODE["result"], chambers | {"g": KNOWN})
    assert found.reason == "il manque\u00a0: a, b, c, d et 2 autres"
    assert consolidated(BY_CODE["result"], {}).reason == "aucune chambre"


def test_what_chambers_book_with_each_other_is_taken_out() -> None:
    between = book_facts([Movement("706000", 0, 100_00), Movement("411000", 50_00, 0)], "")
    both = {"Nord": KNOWN, "Sud": KNOWN}
    days = consolidated(BY_CODE["receivable-days"], both, between).value
    assert days == Fraction((400_00 - 50_00) * 365, 2_000_00 - 100_00)
    assert consolidated(BY_CODE["execution"], both, between).value == Fraction(75)


def test_a_book_with_accounts_that_go_nowhere_gives_no_partial_sum() -> None:
    book = book_facts([Movement("706000", 0, 100), Movement("512000", 7, 0)], "Importé", ["658X"])
    assert (book.result, book.spent, book.staff) == (None, None, None)
    assert (book.cash, book.sales, book.receivables) == (7, 100, 0)
    assert "correspondance" in figure(BY_CODE["result"], book).reason
    assert "aucun livre" in figure(BY_CODE["result"], Facts()).reason
