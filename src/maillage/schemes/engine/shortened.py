"""Long texts told in little room: called by its first words, or one beside another, what both share
cut before what differs."""

from __future__ import annotations

from itertools import takewhile

LONGEST = 160
"""Characters of a text told whole on one line."""
AROUND = 40
"""Of what is shared, characters kept on each side of what differs, at most."""

NAMED = 60
"""Characters of a text it is called by."""


def named(text: str) -> str:
    """The first words of a text, by which it is called."""
    return text if len(text) <= NAMED else f"{text[:NAMED].rsplit(' ', 1)[0]}…"


def both(before: str, after: str, *, whole: bool) -> tuple[str, str]:
    """Each on one line; where one is long, what they begin and end with alike is cut between words
    and said by an ellipsis. `whole`: what differs is told to its end, however long; else it is cut
    too, but never where it begins."""
    one, other = before.replace("\n", " "), after.replace("\n", " ")
    if max(len(one), len(other)) <= LONGEST:
        return one, other
    head = _alike(one, other)
    most = min(len(one), len(other)) - head
    tail = min(_alike(one[::-1], other[::-1]), most)
    start, end = _start(one, head), _start(one[::-1], tail)
    cut = _within(one, start, end), _within(other, start, end)
    return cut if whole else (_ended(cut[0]), _ended(cut[1]))


def _alike(one: str, other: str) -> int:
    """Letters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _start(text: str, alike: int) -> int:
    """Where to begin: at a word, with some of what is shared."""
    if alike <= AROUND:
        return 0
    space = text.find(" ", alike - AROUND, alike)
    return alike - AROUND if space < 0 else space + 1


def _ended(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _within(text: str, start: int, end: int) -> str:
    kept = text[start : len(text) - end]
    return f"{'…' if start else ''}{kept}{'…' if end else ''}"
