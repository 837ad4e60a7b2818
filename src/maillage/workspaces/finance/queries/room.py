"""What the pages of the finance room share: networks seen, chambers, names of accounts."""

from __future__ import annotations

from functools import lru_cache

from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.queries.books import chambers_of, finance_function, networks_kept_visible_to


@lru_cache(maxsize=1)
def common_chart() -> Chart:
    return load_chart(*shipped_texts())


@lru_cache(maxsize=4096)
def account_name(number: str) -> str:
    """The account's name in the common chart, or its nearest parent's."""
    return common_chart().name_of(number)


__all__ = [
    "account_name",
    "chambers_of",
    "common_chart",
    "finance_function",
    "networks_kept_visible_to",
]
