"""What chambers book on each other: every event has its mirror, save a few known differences.

Knows the events of all chambers at once; refuses to know the other entries and the files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tests.generated_books import chart, draws
from tests.generated_books.shapes import ENTRY, line_cents

ONE = 1 << 32  # a whole year, in the unit of an entry's `moment`
_MANY = 60  # events from which six differences are made, two below


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing two chambers do not say alike.

    `pending`: only `entity` booked it; `amount`: both did, not of the same amount. `cents` is what
    `entity` has net (debit less credit) on `family`, `mirrored` what `partner` has on
    `partner_family`; without a difference their sum would be zero.
    """

    kind: Literal["pending", "amount"]
    entity: str
    partner: str
    family: str
    partner_family: str
    piece: str
    day: dt.date
    cents: int
    mirrored: int


@dataclass(frozen=True, slots=True)
class Exchanges:
    """All intercompany events of a year: two sides in entries of equal rank.

    `sides`: (first, second) arrays of ENTRY; `owners`: who books each side; `booked`: whether the
    second side was booked.
    """

    sides: tuple[NDArray[Any], NDArray[Any]]
    owners: tuple[draws.Integers, draws.Integers]
    booked: NDArray[np.bool_]
    altered: tuple[int, ...]

    def of(self, rank: int) -> NDArray[Any]:
        """What the chamber of that rank books, in order of the year."""
        first = self.sides[0][self.owners[0] == rank]
        second = self.sides[1][(self.owners[1] == rank) & self.booked]
        both = np.concatenate([first, second])
        return both[np.argsort(both["moment"], kind="stable")]


def draw_exchanges(seed: int, chambers: int, lines: int, days: draws.Integers) -> Exchanges:
    """About one line in fifty of `lines` between chambers, and one event per pair at least."""
    pairs = np.array(list(permutations(range(chambers), 2)), dtype=np.int64).reshape(-1, 2)
    count = len(pairs) + lines // 220 if len(pairs) else 0
    chance = draws.words(0, count, draws.stream(seed, 1))
    size = draws.words(0, count, draws.stream(seed, 2))
    moment = draws.bits(chance, 0, 32)
    chosen = draws.bits(chance, 32, 20) * len(pairs) >> 20
    chosen[: len(pairs)] = np.arange(len(pairs))[:count]
    kind = np.array([0] * 7 + [1] * 4 + [2] * 2 + [3] * 3)[draws.bits(chance, 52, 4)]
    owners = (pairs[chosen, 0], pairs[chosen, 1])
    sides = []
    for side in (0, 1):
        entries = np.zeros(count, dtype=ENTRY)
        entries["shape"] = chart.FIRST_INTERCOMPANY + 2 * kind + side
        entries["base"] = draws.amounts(size) * 4
        entries["third"] = 1 + owners[1 - side]
        entries["piece"] = np.arange(1, count + 1)
        entries["moment"] = moment
        entries["day"] = days[moment * len(days) >> 32]
        entries["chance"] = size
        sides.append(entries)
    booked, altered = _differences(seed, moment, sides[1])
    return Exchanges((sides[0], sides[1]), owners, booked, altered)


def _differences(
    seed: int, moment: draws.Integers, second: NDArray[Any]
) -> tuple[NDArray[np.bool_], tuple[int, ...]]:
    """Leave some second sides unbooked, late in the year, and change the amount of others."""
    booked = np.ones(len(moment), dtype=np.bool_)
    each = 3 if len(moment) >= _MANY else min(1, len(moment) // 2)
    late = np.argsort(moment, kind="stable")[len(moment) - 2 * each :]
    booked[late[::2]] = False
    rest = np.flatnonzero(booked)
    altered = rest[np.argsort(draws.words(0, len(rest), draws.stream(seed, 3)))[:each]]
    second["base"][altered] += 9_000 + 900 * np.arange(each)
    return booked, tuple(sorted(altered.tolist()))


def _net(entry: NDArray[Any], family_of: dict[str, str]) -> dict[str, int]:
    """Net cents of one entry by family, of the lines that name the partner."""
    shape = chart.ALL_SHAPES[int(entry["shape"][0])]
    found: dict[str, int] = {}
    for (root, side, _), cents in zip(shape.lines, line_cents(entry).cents.tolist(), strict=True):
        if root in family_of:
            found[family_of[root]] = found.get(family_of[root], 0) + (
                cents if side == "D" else -cents
            )
    return found


def _balance_family(entry: NDArray[Any]) -> tuple[str, int]:
    """The balance sheet family of one entry, the one that chambers reconcile, and its net cents."""
    found = _net(entry, {root: chart.FAMILIES[root] for root in chart.THIRD_ROLES})
    return next(iter(found.items()))


def list_differences(
    exchanges: Exchanges, codes: tuple[str, ...], year: int
) -> Iterator[Difference]:
    """The differences made, in order of the events."""
    missing = np.flatnonzero(~exchanges.booked).tolist()
    for place in sorted([*missing, *exchanges.altered]):
        first, second = (side[place : place + 1] for side in exchanges.sides)
        family, cents = _balance_family(first)
        partner_family, mirrored = _balance_family(second)
        pending = place in missing
        yield Difference(
            kind="pending" if pending else "amount",
            entity=codes[int(exchanges.owners[0][place])],
            partner=codes[int(exchanges.owners[1][place])],
            family=family,
            partner_family=partner_family,
            piece=f"IC{place + 1:08d}",
            day=dt.date(year, 1, 1) + dt.timedelta(days=int(first["day"][0])),
            cents=cents,
            mirrored=0 if pending else mirrored,
        )


def partner_balances(
    exchanges: Exchanges, codes: tuple[str, ...]
) -> dict[tuple[str, str, str], int]:
    """Net cents by (chamber, partner, account family)."""
    found: dict[tuple[str, str, str], int] = {}
    for side, owners, partners in zip(
        exchanges.sides, exchanges.owners, exchanges.owners[::-1], strict=True
    ):
        kept = exchanges.booked if side is exchanges.sides[1] else np.ones_like(exchanges.booked)
        for shape in range(chart.FIRST_INTERCOMPANY, len(chart.ALL_SHAPES)):
            for one, other in permutations(range(len(codes)), 2):
                chosen = (side["shape"] == shape) & (owners == one) & (partners == other) & kept
                _add(found, (codes[one], codes[other]), side[chosen])
    return found


def _add(
    found: dict[tuple[str, str, str], int], pair: tuple[str, str], entries: NDArray[Any]
) -> None:
    """Add the lines of entries of one shape that name the partner."""
    if not len(entries):
        return
    shape = chart.ALL_SHAPES[int(entries["shape"][0])]
    totals = line_cents(entries).cents.reshape(len(entries), -1).sum(axis=0).tolist()
    for (root, side, _), cents in zip(shape.lines, totals, strict=True):
        if root in chart.FAMILIES:
            key = (*pair, chart.FAMILIES[root])
            found[key] = found.get(key, 0) + (cents if side == "D" else -cents)
