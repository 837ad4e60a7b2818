"""The shares of a key as they are drawn: a letter and a hue per chamber, the same in every key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.costing.models import AllocationKey
from maillage.kernel.money import exact_rate, quantity
from maillage.kernel.period import Period
from maillage.network.models import Network
from maillage.network.queries import chambers_of

LEGIBLE = 400
"""The smallest share, in hundredths of a percent, whose bar holds a letter on a telephone."""


@dataclass(frozen=True, slots=True)
class Part:
    """A share as it is shown, and where it stands in the bar of the key (from 0 to 100)."""

    name: str
    quantity: str
    share: int
    start: float
    rank: int

    @property
    def hue(self) -> int:
        return self.rank % 8 + 1

    @property
    def letter(self) -> str:
        return chr(65 + self.rank % 26)

    @property
    def width(self) -> float:
        return self.share / 100

    @property
    def middle(self) -> float:
        return self.start + self.width / 2

    @property
    def has_room(self) -> bool:
        return self.share >= LEGIBLE

    @property
    def text(self) -> str:
        return exact_rate(self.share)


def ranks_of(network: Network, keys: Iterable[AllocationKey]) -> dict[int, int]:
    """The rank of each chamber by entity id, the same in every key: it gives letter and hue."""
    shared = (share.entity_id for key in keys for share in key.shares.all())
    entities = dict.fromkeys([*(entity.pk for entity in chambers_of(network)), *shared])
    return {pk: rank for rank, pk in enumerate(entities)}


def parts_of(key: AllocationKey, ranks: Mapping[int, int]) -> list[Part]:
    found, start = [], 0
    for share in key.shares.all():
        name, rank = share.entity.short_name or share.entity.name, ranks[share.entity_id]
        found.append(Part(name, quantity(share.quantity), share.share, start / 100, rank))
        start += share.share
    return found


def legend_of(held: Sequence[list[Part]]) -> list[tuple[Part, list[str]]]:
    """Every chamber some key shares to, in the order of its letters, and its part in each key."""
    chambers = {part.rank: part for parts in held for part in parts}
    by_key = [{part.rank: part.text for part in parts} for parts in held]
    return [
        (chambers[rank], [texts.get(rank, "") for texts in by_key]) for rank in sorted(chambers)
    ]


def state_of(key: AllocationKey, today: dt.date) -> str:
    if Period(key.valid_from, key.valid_to).holds(today):
        return "En vigueur"
    return "À venir" if key.valid_from > today else "Close"
