"""A figure that nobody gave: « non renseigné », and why. It is no zero, and no sum counts it.

Knows words, and that a sum which lacks a figure is told no more than the figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self, TypeVar

T = TypeVar("T")
NOT_TOLD = "non renseigné"


class Absent(str):
    """What stands where a figure would, on a page as in a file: `non renseigné (aucun livre)`.

    A text, so that nothing can be counted with it by mistake; `reason` may be "".
    """

    reason: str

    def __new__(cls, reason: str = "") -> Self:
        made = super().__new__(cls, f"{NOT_TOLD} ({reason})" if reason else NOT_TOLD)
        made.reason = reason
        return made


def told(value: T | None, reason: str = "") -> T | Absent:
    """The figure, or what stands where there is none."""
    return Absent(reason) if value is None else value


def sum_told(values: Iterable[int | None]) -> int | None:
    """Their sum, in their unit; None as soon as one of them is not told."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
