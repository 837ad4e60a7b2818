"""What books say, as a budget reads it: which movements are money, in the sense of their account.

Knows amounts in cents and the marks of a budget's accounts. Refuses to know books.
"""

from __future__ import annotations

from maillage.costing.engine.budgets import LENT, LOANS, RECOVERED, REPAID
from maillage.ledger.engine.flows import ACCRUED, RENUMBERED, shipped_flows

INVESTMENT = ("10", "13", "16", "17", "20", "21", "22", "23", "26", "27")
"""Roots of classes 1 and 2 whose movements are money in or out: what an investment budget plans.

Depreciation (28, 29), provisions (14, 15), results (11, 12) and liaison accounts (18) are not.
"""
NO_MONEY = ("105", "106", "107", "139")
"""Accounts under those roots that move none: reserves that a result is carried to, revaluation,
subsidies carried to the result. Nor does accrued interest, a set of the financing flows."""


def is_planned(account: str) -> bool:
    """Whether a movement of the books has its place beside a budget."""
    if account.startswith(NO_MONEY) or account in shipped_flows().named(ACCRUED, RENUMBERED):
        return False
    return account[:1] in ("6", "7") or account[:2] in INVESTMENT


def natural(account: str, debit: int, credit: int, gone: int = 0) -> dict[str, int]:
    """A movement of the books as a budget reads it: cents by account, in their natural sense.

    What a loan brings in and what is paid back are two lines, never a difference; so are what is
    lent and what comes back. `gone`: of the credit, the gross value of assets sold or scrapped,
    which is neither money nor less of a use: the price is a product of class 7.
    """
    if account.startswith(LOANS):
        return {account: credit, account + REPAID: debit}
    if account.startswith(LENT):
        return {account: debit, account + RECOVERED: credit - gone}
    credit -= gone
    return {account: debit - credit if account[:1] in ("2", "6") else credit - debit}
