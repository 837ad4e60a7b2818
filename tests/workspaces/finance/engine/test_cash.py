"""The cash plan by hand: shares, delays, VAT, dates entered, months observed, what is not told."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.workspaces.finance.engine.cash import (
    DUE_OUT,
    LOANS,
    TAXES,
    VAT,
    WHOLE,
    Due,
    Given,
    Profile,
    due_fault,
    line_of,
    moves_money,
    plan_of,
    profile_fault,
    profile_of,
    together,
    with_defaults,
)
from maillage.workspaces.finance.engine.cash_chart import cash_chart

ZERO = [0] * 12
NOW = with_defaults([Profile("60", given=True), Profile("70", given=True)])
"""Suppliers and customers paid in the month, for sums one can do by hand."""


def _year(**months: int) -> list[int]:
    return [months.get(f"m{rank}", 0) for rank in range(1, 13)]


def _given(**more: Any) -> Given:
    budget = {"606": [10_00] * 12, "706": [15_00] * 12}
    return Given(**{"budget": budget, "former": {}, "opening": 100_00, "profiles": NOW, **more})


def test_what_is_left_is_what_there_was_and_came_in_less_what_went_out() -> None:
    plan = plan_of(_given())
    assert plan.expected == [105_00 + 5_00 * rank for rank in range(12)]
    assert plan.lowest == (105_00, 1)
    assert (sum(plan.received), sum(plan.paid)) == (180_00, 120_00)  # type: ignore[arg-type]


def test_a_month_is_cashed_by_shares_over_the_next_ones_to_the_cent() -> None:
    profiles = with_defaults([Profile("70", (5000, 3333, 1667))])
    past = {"706": _year(m11=3_00, m12=1_01)}
    budget = {"706": _year(m1=10_00, m12=7_00)}
    plan = plan_of(_given(budget=budget, former=past, profiles=profiles))
    # January: 5,00, a third of December (51, 33 and 17 cents), a sixth of November.
    assert plan.lines["Clients et ventes"][:3] == [5_00 + 33 + 50, 3_33 + 17, 1_67]
    assert plan.lines["Clients et ventes"][11] == 3_50


def test_vat_is_added_to_payments_and_due_the_month_after_a_credit_is_carried() -> None:
    profiles = with_defaults([Profile("60", vat=2000), Profile("70", vat=1000)])
    budget = {"606": _year(m1=100_00, m2=10_00), "706": _year(m1=50_00, m2=300_00, m3=20_00)}
    plan = plan_of(_given(budget=budget, profiles=profiles, former={"706": _year(m12=40_00)}))
    assert plan.lines["Fournisseurs"][0] == 120_00
    assert plan.lines["Clients et ventes"][1] == 330_00
    # December's 4,00; January is a credit of 15,00, taken off February's 28,00; March's 2,00.
    assert plan.lines[VAT][:5] == [4_00, 0, 13_00, 2_00, 0]


@pytest.mark.parametrize("account", ["6811", "781", "6571", "747", "6037", "713", "722"])
def test_what_moves_no_money_is_left_out(account: str) -> None:
    assert not moves_money(account)
    plan = plan_of(_given(budget={account: [9_00] * 12}))
    assert plan.lines == {}


@pytest.mark.parametrize(
    ("account", "line"),
    [("706", "Clients et ventes"), ("741", "Subventions reçues"),
     ("7593", "Taxe et autres produits"),
     ("757", "Taxe et autres produits"), ("164", "Emprunts reçus"), ("164D", LOANS), ("661", LOANS),
     ("131", "Apports et subventions d’investissement"), ("606", "Fournisseurs"),
     ("645", "Personnel"), ("631", "Impôts et taxes"), ("695", TAXES), ("659", "Autres charges"),
     ("274C", "Prêts et immobilisations financières recouvrés"), ("2183", "Investissements")],
)  # fmt: skip
def test_each_account_is_of_one_line(account: str, line: str) -> None:
    assert line_of(account)[1] == line


def test_defaults_pay_in_the_month_contributions_and_suppliers_the_next() -> None:
    held = with_defaults([])
    now, later = ("641", "275", "661", "741", "164", "164D"), ("645", "606", "706", "2183")
    assert {profile_of(account, held).delay for account in now} == {0}
    assert {profile_of(account, held).delay for account in later} == {1}
    assert profile_of("6061", with_defaults([Profile("606", (WHOLE,))])).root == "606"


def test_dates_entered_stand_instead_of_their_line_or_beside() -> None:
    budget = {"164D": [5_00] * 12, "661": [1_00] * 12, "695": [2_00] * 12}
    dues = [Due("Emprunt", "emprunt", 3, -50_00), Due("Solde", "impot", 5, -7_00),
            Due("Loyer", "autre", 6, -9_00), Due("Don", "autre", 7, 3_00)]  # fmt: skip
    plan = plan_of(_given(budget=budget, dues=dues))
    assert plan.lines[LOANS] == _year(m3=50_00)
    assert plan.lines[TAXES] == _year(m5=7_00)
    assert plan.lines[DUE_OUT] == _year(m6=9_00)
    assert plan.expected[11] == 100_00 - 50_00 - 7_00 - 9_00 + 3_00
    assert len(plan.replaced) == 2
    assert plan_of(_given(budget=budget)).lines[LOANS] == [6_00] * 12


def test_months_closed_are_as_observed_and_the_next_go_on_from_there() -> None:
    plan = plan_of(_given(observed=[(20_00, 60_00), (0, 1_00)]))
    assert plan.observed[:3] == [60_00, 59_00, None]
    assert plan.expected[:4] == [60_00, 59_00, 64_00, 69_00]
    assert plan.planned[:2] == [105_00, 110_00]
    assert plan.gaps[:3] == [-45_00, -51_00, None]
    assert plan.lowest == (59_00, 2)


def test_what_is_not_told_is_no_zero() -> None:
    late = with_defaults([])
    plan = plan_of(_given(former=None, profiles=late))
    assert plan.received[:2] == [None, 15_00]
    assert set(plan.expected) == {None}
    assert "jusqu’en janvier" in plan.reasons[0]
    seen = plan_of(_given(former=None, profiles=late, observed=[(9_00, 4_00)]))
    assert seen.expected[:3] == [105_00, 110_00, 115_00]
    no_opening = plan_of(_given(opening=None))
    assert (set(no_opening.expected), no_opening.lowest) == ({None}, None)
    assert plan_of(_given(budget=None)).received == [None] * 12
    assert together([[1] * 12, [None, *[2] * 11]]) == [None, *[3] * 11]


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        (Profile("60", (5000, 4999)), "font 100"),
        (Profile("60", (11000, -1000)), "parts positives"),
        (Profile("60", (0,) * 7 + (WHOLE,)), "de 0 à 6 mois"),
        (Profile("60", vat=10001), "taux de TVA"),
        (Profile("41"), "classes 6 et 7"),
        (Profile("6", (WHOLE,), 2000), ""),
    ],
)
def test_profiles_that_do_not_hold(profile: Profile, reason: str) -> None:
    assert (reason in profile_fault(profile)) if reason else profile_fault(profile) == ""


@pytest.mark.parametrize(
    ("due", "reason"),
    [
        (Due(" ", "autre", 1, 1), "intitulé"),
        (Due("A", "rien", 1, 1), "nature"),
        (Due("A", "autre", 13, 1), "un mois"),
        (Due("A", "autre", 1, 0), "un montant"),
        (Due("A", "impot", 1, 5), "un décaissement"),
        (Due("A", "impot", 1, -5), ""),
    ],
)
def test_dates_that_do_not_hold(due: Due, reason: str) -> None:
    assert (reason in due_fault(due)) if reason else due_fault(due) == ""


def test_the_picture_tells_observed_from_expected_and_marks_the_lowest() -> None:
    chart = cash_chart([100_000_00, -50_000_00, *[20_000_00] * 10], 2)
    assert chart is not None
    assert (len(chart.observed.split()), len(chart.expected.split())) == (2, 11)
    assert chart.lowest == chart.points[1]
    assert chart.lowest.y > chart.zero
    assert "−50\u202f000\u00a0€" in chart.lowest.title
    assert cash_chart([None] * 12, 0) is None
    partial = cash_chart([1_00, *[None] * 11], 1)
    assert partial is not None and partial.lowest is None
