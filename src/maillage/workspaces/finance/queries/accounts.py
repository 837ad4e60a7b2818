"""Names of accounts, as the pages of the finance room write them."""

from __future__ import annotations

from functools import lru_cache

from maillage.costing.engine.budgets import REPAID
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts


@lru_cache(maxsize=1)
def common_chart() -> Chart:
    return load_chart(*shipped_texts())


@lru_cache(maxsize=4096)
def account_name(number: str) -> str:
    """The account's name in the common chart, or its nearest parent's."""
    name = common_chart().name_of(number.removesuffix(REPAID))
    return f"{name} (remboursements)" if number.endswith(REPAID) else name
