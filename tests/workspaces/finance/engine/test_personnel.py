"""The cost of jobs, month by month, and accounts 64 beside it."""

from __future__ import annotations

import pytest

from maillage.costing.engine.budgets import Key
from maillage.workspaces.finance.engine.personnel import Jobs, check, fault, lines_of

JOBS = Jobs("Conseillers", "", 250, 300_000, 4500)


def test_a_month_is_equivalents_by_pay_with_charges() -> None:
    assert JOBS.pay(1) == 750_000
    assert JOBS.charges(1) == 337_500
    assert JOBS.year == 12 * 1_087_500


def test_nothing_is_paid_outside_the_months_of_a_line() -> None:
    season = Jobs("Renfort", "", 100, 200_000, 0, 9, 10)
    assert [season.cost(month) for month in (8, 9, 10, 11)] == [0, 200_000, 200_000, 0]


def test_jobs_carried_to_641_and_645_agree_with_the_accounts() -> None:
    jobs = [JOBS, Jobs("Action", "numerique", 133, 271_733, 4377, 3, 11)]
    amounts: dict[Key, int] = {
        ("nord", account, axis, month): cents
        for (account, axis), months in lines_of(jobs).items()
        for month, cents in enumerate(months, 1)
    }
    assert {account for account, _axis in lines_of(jobs)} == {"641", "645"}
    assert all(line.gap == 0 for line in check(jobs, amounts))
    amounts["nord", "6251", "", 1] = 500
    amounts["nord", "647", "", 1] = 300
    assert [line.gap for line in check(jobs, amounts)][:2] == [300, 0]


@pytest.mark.parametrize(
    ("jobs", "word"),
    [
        (Jobs(" ", "", 1, 1, 1), "libellé"),
        (Jobs("A", "", -1, 1, 1), "ETP"),
        (Jobs("A", "", 1, -1, 1), "négatif"),
        (Jobs("A", "", 1, 1, 20_001), "taux"),
        (Jobs("A", "", 1, 1, 1, 5, 4), "premier mois"),
        (Jobs("A", "", 1, 1, 1, 0, 4), "premier mois"),
    ],
)
def test_a_line_that_does_not_hold_says_why(jobs: Jobs, word: str) -> None:
    assert word in fault(jobs)
    assert fault(JOBS) == ""
