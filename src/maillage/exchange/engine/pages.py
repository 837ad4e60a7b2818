"""A page as it is read: its lines, where each stands, and a passage found in them again.

Pure. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from maillage.kernel.words import folded

_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; left, top, width and height in points, all 0 where its place is unknown."""

    left: float
    top: float
    width: float
    height: float
    text: str

    @property
    def is_placed(self) -> bool:
        return self.width > 0 and self.height > 0


class Span(NamedTuple):
    """A part of a line: its rank, its first character, the one after its last."""

    rank: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageText:
    """A page: its number from 1, its size in points (0 where it has none), its lines."""

    number: int
    width: int
    height: int
    lines: tuple[Line, ...]


def lines_of(stored: Iterable[Sequence[object]]) -> tuple[Line, ...]:
    """Lines out of what was stored of them."""
    return tuple(Line(*one) for one in stored)  # type: ignore[arg-type]


def tidied(quote: str) -> str:
    """A passage on one line: blanks brought to one, words cut at the end of a line joined."""
    joined = re.sub(r"(\w)[-\u00ad]\s*\n\s*(?=[a-zà-ÿ])", r"\1", quote)
    return _BLANKS.sub(" ", joined).strip()


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """What is compared of a character: nothing of a blank, an accent, a point."""
    return "".join(_WORD.findall(folded(character)))


def passages_holding(lines: Sequence[Line], quote: str) -> list[Span]:
    """Where a passage runs, line by line, each time it is met; nowhere where the page does not hold
    it.

    Compared letter by letter, without accents, case, punctuation; a word cut at a line's end is
    one.
    """
    wanted = "".join(_words(quote))
    if len(wanted) < 3:
        return []
    whole, owners = "", []
    for rank, line in enumerate(lines):
        for place, character in enumerate(line.text):
            said = _letters(character)
            whole += said
            owners += [(rank, place)] * len(said)
    found: list[Span] = []
    at = whole.find(wanted)
    while at >= 0:
        held = owners[at : at + len(wanted)]
        for rank, places in groupby(held, key=itemgetter(0)):
            of_line = [place for _, place in places]
            found.append(Span(rank, of_line[0], of_line[-1] + 1))
        at = whole.find(wanted, at + len(wanted))
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a line that something rests on, and what does, in words."""

    span: Span
    said: str


def pieces_of(text: str, marks: Iterable[Mark]) -> list[tuple[str, str]]:
    """A line cut where what rests on it changes: each piece, and what rests on it ("": nothing)."""
    held = list(marks)
    cuts = {0, len(text), *(cut for mark in held for cut in (mark.span.start, mark.span.end))}
    return [
        (text[start:end], "\u00a0; ".join(dict.fromkeys(
            mark.said for mark in held if mark.span.start <= start and end <= mark.span.end
        )))
        for start, end in pairwise(sorted(cuts))
    ]  # fmt: skip


IN_FILE = "du fichier"


def printed_number(number: int, first: int) -> int | None:
    """The number printed on a page of a file whose page `first` is the one printed 1, None on one
    before it. `first` is 0 or less in an extract, which begins after the page printed 1."""
    printed = number - first + 1
    return printed if printed >= 1 else None


def said_page(number: int, first: int) -> str:
    """How a source names a page: "p. 12" by its printed number; one that has none is named by its
    place in the file. `first` as `printed_number` takes it."""
    printed = printed_number(number, first)
    return f"p.\u00a0{printed}" if printed else f"p.\u00a0{number} {IN_FILE}"


def pages_cited(said: str, pages: int, first: int = 1) -> list[int]:
    """The pages a source names ("p. 12", "p. 12 et 14", "p. 12-14"), as places in the file."""
    shift = 0 if IN_FILE in said else first - 1
    found: list[int] = []
    for part in re.findall(r"\d+(?:\s*[-–à]\s*\d+)?", said):
        start, *last = (int(one) for one in _NUMBER.findall(part)[:2])
        end = last[0] if last and start <= last[0] <= start + 50 else start
        places = (number + shift for number in range(start, end + 1))
        found += [n for n in places if 1 <= n <= pages and n not in found]
    return found


_CITATION = re.compile(r"(?:pp?\.|pages?)?\s*\d+(?:\s*(?:[-–à,;]|et)\s*\d+)*\.?", re.IGNORECASE)


def renumbered(said: str, before: int, after: int) -> str | None:
    """A citation that names the same pages of the file once the page printed 1 is `after` and no
    longer `before`; itself where it names them by their place, None where it says more than pages,
    whose numbers nobody but a person tells apart.
    """
    if IN_FILE in said or not _NUMBER.search(said):
        return said
    if not _CITATION.fullmatch(said.strip()):
        return None
    shift = before - after
    if min(int(one) for one in _NUMBER.findall(said)) + shift >= 1:
        return _NUMBER.sub(lambda one: str(int(one[0]) + shift), said)
    placed = _NUMBER.sub(lambda one: str(int(one[0]) + before - 1), said)
    return f"{placed.strip().rstrip('.')} {IN_FILE}"
