"""Whether a closed year's treasury agrees with its financing table: what came in less what went
out is the variation of working capital less that of the need for it.

Both read the same books by two ways: treasury by month on class 5, the table on every common
account. Refuses to say so of a year whose book stops before its closing or does not open.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage.kernel.money import NBSP, exact_euros
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.flows import computed, shipped_flows
from maillage.ledger.financing_tables import FINANCING
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.financing import positions
from maillage.network.models import Network
from maillage.workspaces.finance.queries.cash import ChamberCash


@dataclass(frozen=True, slots=True)
class CashProof:
    """`flows`: observed over the year; `capital`, `need`: variations of working capital and of the
    need for it; cents."""

    flows: int
    capital: int
    need: int

    @property
    def gap(self) -> int:
        return self.flows - (self.capital - self.need)

    @property
    def words(self) -> str:
        told = (
            f"flux observés de l’année {exact_euros(self.flows)}, variation du fonds de roulement "
            f"{exact_euros(self.capital)} moins variation du besoin en fonds de roulement "
            f"{exact_euros(self.need)}"
        )
        if not self.gap:
            return f"Contrôle{NBSP}: {told}{NBSP}; l’égalité tient."
        return (
            f"Contrôle à revoir{NBSP}: {told}{NBSP}; écart {exact_euros(self.gap)}. Des comptes du "
            "livre n’ont pas de correspondance."
        )


def cash_proof(network: Network, cash: ChamberCash) -> CashProof | None:
    """None where the year is not closed in the books, or not opened there."""
    plan = cash.plan
    if plan.closed < 12:
        return None
    held = positions([year_of(network, cash.year)], Span()).own
    at = held.get((cash.entity.code, str(cash.year)))
    if at is None or at.debits is None:
        return None
    flows = shipped_flows()
    rows = {row.line.code: row.cents for row in computed(flows, flows.table(FINANCING), at)}
    capital, need = rows["f-frng"], rows["f-bfr"]
    if capital is None or need is None:
        return None
    received, paid = (sum(x or 0 for x in months) for months in (plan.seen_in, plan.seen_out))
    return CashProof(received - paid, capital, need)
