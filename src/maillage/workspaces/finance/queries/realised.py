"""What the books of a year say, in the shape of a budget. Empty as long as no book is in."""

from __future__ import annotations

from collections import defaultdict

from maillage.ledger.queries.realised import realised
from maillage.network.models import Network
from maillage.workspaces.finance.engine.budgets import Key, is_planned, natural


def realised_amounts(network: Network, year: int) -> dict[str, dict[Key, int]]:
    """Figures by entity code, in the natural sense of each account, on the classes of a budget."""
    found: dict[str, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in realised(network, year):
        if is_planned(row.account):
            # What has no month closes the year: nothing is lost from its total.
            for account, cents in natural(row.account, row.debit, row.credit).items():
                if cents:
                    found[row.entity][row.entity, account, row.axis, row.month or 12] += cents
    return {entity: dict(amounts) for entity, amounts in found.items()}
