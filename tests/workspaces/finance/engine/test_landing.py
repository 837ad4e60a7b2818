"""Where a year lands: each method by hand, each sum that cannot be done told, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from maillage.workspaces.finance.engine.landing import (
    Added,
    Forecast,
    Known,
    Line,
    Method,
    accuracy,
    added,
    by_axis,
    by_month,
    forecast,
    place,
    together,
)

KNOWN = Known(
    10, realised=80_00, former=70_00, former_year=100_00, budget=110_00, to_date=90_00,
    committed=12_00,
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "cents", "how"),
    [
        (Method.PRORATA, 96_00, "80 × 12 ÷ 10"),
        (Method.PROFILE, 114_29, "80 × 100 ÷ 70"),
        (Method.SHIFT, 110_00, "80 + 100 − 70"),
        (Method.REMAINDER, 100_00, "80 + 110 − 90"),
        (Method.COMMITTED, 92_00, "80 + 12"),
    ],
)
def test_each_method_and_its_sum_in_words(method: Method, cents: int, how: str) -> None:
    assert forecast(method, KNOWN) == Forecast(cents, how)


def test_a_line_lands_no_lower_than_what_is_booked_and_engaged() -> None:
    found = forecast(Method.PRORATA, replace(KNOWN, committed=30_00))
    assert (found.cents, found.floored) == (110_00, True)
    assert found.how == "80 × 12 ÷ 10 = 96, porté au réalisé et engagé\u00a0: 80 + 30"
    entered = replace(KNOWN, entered=50_00)
    assert forecast(Method.ENTERED, entered).cents == 92_00
    assert forecast(Method.ENTERED, replace(entered, committed=None)).cents == 50_00


@pytest.mark.parametrize(
    ("method", "less", "reason"),
    [
        (Method.PRORATA, {"realised": None, "no_book": "livre arrêté au 30 juin"},
         "livre arrêté au 30 juin"),
        (Method.PROFILE, {"former": None, "no_former": "an passé"}, "an passé"),
        (Method.PROFILE, {"former": 0}, "rien n’était réalisé"),
        (Method.PROFILE, {"former_year": -5_00}, "changé de signe"),
        (Method.SHIFT, {"former_year": None}, "aucun livre de l’exercice précédent"),
        (Method.REMAINDER, {"budget": None}, "aucun budget voté"),
        (Method.COMMITTED, {"committed": None}, "aucun engagement"),
        (Method.ENTERED, {}, "aucun montant saisi"),
    ],
)  # fmt: skip
def test_a_sum_that_cannot_be_done_is_told_and_is_no_zero(
    method: Method, less: dict[str, int | None], reason: str
) -> None:
    found = forecast(method, replace(KNOWN, **less))  # type: ignore[arg-type]
    assert found.cents is None
    assert reason in found.reason


def test_an_amount_goes_to_the_longest_account_that_begins_the_same_of_its_axis() -> None:
    lines = [("60", ""), ("606", ""), ("6061", "formation"), ("164", ""), ("16D", "")]
    assert place(lines, "60612", "formation") == ("6061", "formation")
    assert place(lines, "60612", "") == ("606", "")
    assert place(lines, "6022", "export") == ("60", "")
    assert place(lines, "1641D", "") == ("16D", "")
    assert place(lines, "1641", "") == ("164", "")
    assert place(lines, "706", "export") == ("706", "export")


def test_the_months_done_are_as_booked_and_the_rest_as_planned() -> None:
    done = [10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 99, 99]
    planned = [0] * 10 + [100, 300]
    months = by_month(55, done, planned, 10)
    assert months == [10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 30]
    assert by_month(60, [5] * 12, [0] * 12, 12)[11] == 5
    assert by_month(61, [5] * 12, [0] * 12, 12)[11] == 6
    assert sum(by_month(100, None, [0] * 12, 10)) == 100
    assert by_month(-7, [0] * 12, [1, -1] * 6, 6)[:6] == [0] * 6
    assert sum(by_month(-7, [0] * 12, [1, -1] * 6, 6)) == -7


def test_a_line_is_shared_between_axes_as_its_budget_is_to_the_cent() -> None:
    shared = by_axis([10, 7] + [0] * 10, {"a": 100, "b": 200})
    assert [sum(shared[axis][m] for axis in "ab") for m in (0, 1)] == [10, 7]
    assert by_axis([3] * 12, {"a": 5}) == {"a": [3] * 12}
    assert by_axis([3] * 12, {"a": 0, "b": 0}) == {"a": [3] * 12}


def _line(account: str, known: Known, method: Method = Method.REMAINDER) -> Line:
    return Line(account, "", known, method, forecast(method, known))


def test_a_total_is_told_only_when_each_of_its_lines_is() -> None:
    whole = [_line("606", KNOWN), _line("706", replace(KNOWN, committed=None, realised=90_00))]
    charges, products = added(whole, "6"), added(whole, "7")
    assert charges == Added(110_00, 80_00, 12_00, 100_00)
    assert products.less(charges) == Added(0, 10_00, None, 10_00)
    lacking = added([*whole, _line("61", KNOWN, Method.ENTERED)], "6")
    assert (lacking.forecast, lacking.gap, lacking.lacking) == (None, None, 1)
    assert together([charges, lacking]).forecast is None
    assert together([charges, charges]).forecast == 200_00


@pytest.mark.parametrize(
    ("landed", "actual", "error"),
    [(96_00, 100_00, "4.0"), (110_00, -100_00, "210.0"), (None, 1, None), (1, 0, None),
     (1, None, None)],
)  # fmt: skip
def test_how_far_a_forecast_was(landed: int | None, actual: int | None, error: str | None) -> None:
    assert accuracy(landed, actual) == (None if error is None else Decimal(error))
