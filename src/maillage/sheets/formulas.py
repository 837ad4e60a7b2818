"""The guard against spreadsheet formulas: what a CSV writes and what it reads back."""

from __future__ import annotations

DANGEROUS = frozenset("=+-@\t\r")
"""First characters by which a spreadsheet takes a text for a formula."""


def guarded(text: str) -> str:
    """A text no spreadsheet will compute when it opens the CSV. `unguarded` gives it back."""
    if text[:1] in DANGEROUS or (text[:1] == "'" and text[1:2] in _AFTER_APOSTROPHE):
        return "'" + text
    return text


def unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in _AFTER_APOSTROPHE else text


_AFTER_APOSTROPHE = DANGEROUS | {"'"}
