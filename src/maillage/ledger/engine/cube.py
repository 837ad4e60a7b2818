"""What a ledger comes down to before it is consolidated: its cube. Knows no file, no check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from maillage.ledger.engine.partners import Named
from maillage.ledger.engine.sharing import GatheredEntry


@dataclass(frozen=True, slots=True)
class CubeRow:
    """What an account of one chamber moved in a month, with one partner or ""; cents.

    `partner`: a chamber; `means`: how it is known (`partners.MEANS`).
    """

    account: str
    journal: str
    month: dt.date
    partner: str
    debit: int
    credit: int
    lines: int
    means: str = ""
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Credited:
    """Cents that entries credit to an asset in a month. `beside`: the other accounts of classes 2,
    6 and 7 of these entries, which tell whether it left the books once one knows what they are."""

    account: str
    month: dt.date | None
    beside: tuple[str, ...]
    cents: int

    def tells(self, exits: Collection[str]) -> bool:
        """Whether one of these accounts is beside it."""
        return any(account in exits for account in self.beside)


def is_asset(account: str) -> bool:
    """Whether an account holds an asset at its gross value: depreciation does not."""
    return account.startswith("2") and not account.startswith(("28", "29"))


@dataclass(frozen=True, slots=True)
class Sound:
    """What a sound ledger comes to: its cube, the journals that open its year, its entries that
    name several third parties, how it labels chambers, what its entries credit to assets (None
    where so many do that they are to be read for themselves), and how it labels its accounts."""

    cube: tuple[CubeRow, ...]
    openings: tuple[str, ...] = ()
    entries: tuple[GatheredEntry, ...] = ()
    named: tuple[Named, ...] = ()
    credited: tuple[Credited, ...] | None = ()
    labels: tuple[tuple[str, str], ...] = ()
