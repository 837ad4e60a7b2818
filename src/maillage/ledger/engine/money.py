"""Integer cents as French people write them."""

from __future__ import annotations


def euros(cents: int) -> str:
    """French writing with non-breaking spaces: "−1 234,56 €"."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{'−' if cents < 0 else ''}{grouped},{rest:02d}\u00a0€"
