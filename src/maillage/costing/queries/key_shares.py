"""The shares of keys as they are drawn: chambers by name, bars from zero on one scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.costing.models import AllocationKey
from maillage.kernel.money import exact_rate, quantity
from maillage.kernel.period import Period
from maillage.network.models import Network
from maillage.network.queries import chambers_of


@dataclass(frozen=True, slots=True)
class Part:
    """A share in hundredths of a percent, as it is shown. `width`: its bar, the largest share of
    those drawn beside it being 100."""

    entity: int
    name: str
    quantity: str
    share: int
    width: float

    @property
    def text(self) -> str:
        return exact_rate(self.share)


def parts_of(key: AllocationKey, beside: Iterable[AllocationKey] = ()) -> list[Part]:
    """The shares of a key; `beside`: the keys its bars are compared with."""
    every = [share.share for one in (key, *beside) for share in one.shares.all()]
    top = max(every, default=0) or 1
    return [
        Part(
            share.entity_id,
            share.entity.short_name or share.entity.name,
            quantity(share.quantity),
            share.share,
            round(share.share * 100 / top, 2),
        )
        for share in key.shares.all()
    ]


def by_chamber(
    network: Network, held: Sequence[Sequence[Part]]
) -> list[tuple[str, list[Part | None]]]:
    """Every chamber some key shares to, those of the network first, and its part in each key."""
    named = {part.entity: part.name for parts in held for part in parts}
    order = dict.fromkeys([*(entity.pk for entity in chambers_of(network)), *named])
    by_key = [{part.entity: part for part in parts} for parts in held]
    return [(named[pk], [parts.get(pk) for parts in by_key]) for pk in order if pk in named]


def state_of(key: AllocationKey, today: dt.date) -> str:
    if Period(key.valid_from, key.valid_to).holds(today):
        return "En vigueur"
    return "À venir" if key.valid_from > today else "Close"
