"""Names of accounts, as the pages of the finance room write them."""

from __future__ import annotations

from functools import lru_cache

from maillage.costing.engine.budgets import (
    CLASSES,
    LOANS,
    REPAID,
)
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts


@lru_cache(maxsize=1)
def common_chart() -> Chart:
    return load_chart(*shipped_texts())


@lru_cache(maxsize=4096)
def account_name(number: str) -> str:
    """The account's name in the common chart, or its nearest parent's."""
    name = common_chart().name_of(number.removesuffix(REPAID))
    return f"{name} (remboursements)" if number.endswith(REPAID) else name


def accounts_offered() -> list[tuple[str, str]]:
    """Accounts of the common chart a budget may carry, each loan twice: received, paid back."""
    offered = []
    for account in common_chart():
        if account.number[0] in CLASSES and len(account.number) >= 2:
            offered.append((account.number, account.name))
            if account.number.startswith(LOANS):
                offered.append((account.number + REPAID, account_name(account.number + REPAID)))
    return offered
