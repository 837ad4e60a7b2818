"""A figure that nobody gave: « non renseigné », and why. It is no zero, and no sum counts it.

Knows words; refuses to know figures.
"""

from __future__ import annotations

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
