"""Names of accounts, as the pages of the finance room write them."""

from __future__ import annotations

from functools import lru_cache

from maillage.costing.engine.budgets import (
    CLASSES,
    LENT,
    LOANS,
    RECOVERED,
    REPAID,
    mark_of,
    number_of,
)
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts

MARKS = {REPAID: " (remboursements)", RECOVERED: " (recouvrements)"}


@lru_cache(maxsize=1)
def common_chart() -> Chart:
    return load_chart(*shipped_texts())


@lru_cache(maxsize=4096)
def account_name(number: str) -> str:
    """The account's name in the common chart, or its nearest parent's."""
    name = common_chart().name_of(number_of(number))
    return name + MARKS.get(mark_of(number), "")


def accounts_offered() -> list[tuple[str, str]]:
    """Accounts of the common chart a budget may carry, twice a loan, received and paid back, and
    what is lent, granted and recovered."""
    offered = []
    for account in common_chart():
        if account.number[0] in CLASSES and len(account.number) >= 2:
            offered.append((account.number, account.name))
            for roots, mark in ((LOANS, REPAID), (LENT, RECOVERED)):
                if account.number.startswith(roots):
                    offered.append((account.number + mark, account_name(account.number + mark)))
    return offered
