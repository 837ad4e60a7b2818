"""What is worth saying of a file that was taken in: a sheet passed over, rows that were hidden.

A fault refuses a file, a remark does not: it is told beside what the file would change. Gathered
around the reading, since it is for whoever sent the file, not for what its rows become.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MOST = 20
_gathered: ContextVar[list[str] | None] = ContextVar("remarks", default=None)


@contextmanager
def gathered() -> Iterator[list[str]]:
    """The remarks made by what is read within it, in order."""
    found: list[str] = []
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


def remark(text: str) -> None:
    """Say it to whoever gathers, where somebody does."""
    found = _gathered.get()
    if found is not None and len(found) < MOST:
        found.append(text)


def ranges(numbers: list[int]) -> str:
    """ "4 à 9, 12" of 4, 5, 6, 7, 8, 9, 12."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    said = [str(a) if a == b else f"{a} à {b}" for a, b in spans]
    return ", ".join(said[:10]) + ("…" if len(said) > 10 else "")
