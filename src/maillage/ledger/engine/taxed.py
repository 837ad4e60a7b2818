"""Amounts with and without value added tax, at the French rates. Integer cents."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from typing import Literal

RATES = tuple(Fraction(rate) for rate in ("1.2", "1.1", "1.055", "1.021"))
"""What an amount with value added tax is of the same without: the French rates."""
MOST_ALIKE = 12
MOST_WAYS = 4000
"""Amounts looked for line by line, and ways to face them, at most."""


def without_tax(cents: int, rate: Fraction) -> int | None:
    """The amount that makes this one once its tax, rounded to the cent, is added; None for none."""
    size = abs(cents)
    near = int(size / rate)
    for bare in range(max(near - 1, 0), near + 2):
        if bare + int(bare * (rate - 1) + Fraction(1, 2)) == size:
            return bare if cents > 0 else -bare
    return None


def line_by_line(
    legs: Sequence[tuple[str, int]], lines: Sequence[tuple[Hashable, int]], tax: int
) -> tuple[int, ...] | Literal["none", "several", "many"]:
    """For each leg, the one line (by place) that faces it to the cent, alone or with its tax.

    `legs`: whose, and what is owed; `lines`: of what, and what is paid for; `tax` that of the
    entry, all debit less credit. The only choice that leaves lines and tax of one rate, or none, is
    kept: what others are owed then makes all the rest. Lines of the same are alike.
    """
    if not legs or len(legs) > MOST_ALIKE:
        return "many" if legs else "none"
    rates = (Fraction(1), *(RATES if tax else ()))
    ways = [
        [(n, -cents - line) for n, (_, line) in enumerate(lines)
         if any(without_tax(-cents, rate) == line for rate in rates)]
        for _, cents in legs
    ]  # fmt: skip
    found: dict[object, tuple[int, ...]] = {}
    for rank, (places, taxes) in enumerate(_chosen(ways)):
        if rank == MOST_WAYS:
            return "many"
        others = [cents for n, (_, cents) in enumerate(lines) if n not in places]
        if _closes(others, tax - sum(taxes)):
            told = sorted((str(lines[n]), who) for n, (who, _) in zip(places, legs, strict=True))
            found.setdefault(tuple(told), places)
    if len(found) > 1:
        return "several"
    return next(iter(found.values()), "none")


def _chosen(
    ways: Sequence[Sequence[tuple[int, int]]],
) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """Every choice of a line for each amount, no line twice, with the tax of each."""
    if not ways:
        yield (), []
        return
    for places, taxes in _chosen(ways[:-1]):
        for place, held in ways[-1]:
            if place not in places:
                yield (*places, place), [*taxes, held]


def _closes(lines: Sequence[int], tax: int) -> bool:
    """Whether lines bear that tax at one rate, rounded line by line or whole."""
    if not lines:
        return not tax
    gap = len(lines) * Fraction(1, 2)
    whole = sum(lines)
    return any(abs(whole * (rate - 1) - tax) <= gap for rate in (Fraction(1), *RATES))
