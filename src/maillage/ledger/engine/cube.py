"""What a ledger comes down to before it is consolidated: its cube. Knows no file, no check."""

from __future__ import annotations

import datetime as dt
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
class Sound:
    """What a sound ledger comes to: its cube, the journals that open its year, its entries that
    name several third parties, and how it labels chambers."""

    cube: tuple[CubeRow, ...]
    openings: tuple[str, ...] = ()
    entries: tuple[GatheredEntry, ...] = ()
    named: tuple[Named, ...] = ()
