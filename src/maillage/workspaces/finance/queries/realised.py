"""What the books of a year say, in the shape of a budget. Empty as long as no book is in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from maillage.network.models import Network
from maillage.workspaces.finance.engine.budgets import CLASSES, Key, natural

try:
    from maillage.ledger.queries import realised
except ImportError:  # the ledger does not answer this question yet

    def realised(network: Network, year: int) -> list[Any]:
        return []


def realised_amounts(network: Network, year: int) -> dict[str, dict[Key, int]]:
    """Figures by entity code, in the natural sense of each account, on the classes of a budget."""
    found: dict[str, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in realised(network, year):
        if row.account[:1] in CLASSES:
            key = (row.entity, row.account, row.axis, row.month)
            found[row.entity][key] += natural(row.account, row.debit, row.credit)
    return {entity: dict(amounts) for entity, amounts in found.items()}
