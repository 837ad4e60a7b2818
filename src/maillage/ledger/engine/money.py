"""Integer cents as French people write them."""

from __future__ import annotations

NARROW = "\u202f"
MINUS = "\u2212"


def written(cents: int) -> str:
    """`1 234,56`, without unit; a true minus before what is negative."""
    euros, rest = divmod(abs(cents), 100)
    sign = MINUS if cents < 0 else ""
    return f"{sign}{euros:,}".replace(",", NARROW) + f",{rest:02d}"


def euros(cents: int) -> str:
    """The same with its unit, its spaces unbreakable."""
    return f"{written(cents)}\u00a0€"
