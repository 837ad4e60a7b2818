"""The title and milestones of a draft, written by two people at once: put together field by field.

What one of them left as it was read is the other's to set; a field both have set is told, with what
each says. Knows frames as their form writes them: a title, and milestones by the code each had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

NAMES = ("code", "label", "date", "nature")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """`rows`: each with NAMES and `was`, the code it had when it was read, "" for a new one."""

    title: str
    rows: tuple[Row, ...]

    @property
    def by_code(self) -> dict[str, Row]:
        return {row["was"]: row for row in self.rows if row["was"]}


class Clash(NamedTuple):
    """A field both have set: of which milestone (the code it had, "" for the title of the edition),
    which ("" for the milestone itself: gone on one side), what is mine and what is kept."""

    was: str
    name: str
    mine: str
    theirs: str


NOTHING_READ = Frame("", ())
"""For `seen` where nobody says what was read: each field that differs is then to be chosen."""


def merged(seen: Frame, mine: Frame, theirs: Frame) -> tuple[Frame, list[Clash]]:
    """Mine upon theirs, and what both have set otherwise: mine stands there, to be chosen."""
    clashes: list[Clash] = []
    title = _field(("", "title"), (seen.title, mine.title, theirs.title), clashes)
    rows = list(_rows(seen.by_code, mine.rows, theirs.by_code, clashes))
    codes = {row["code"] for row in rows}
    kept = mine.by_code
    for was, row in theirs.by_code.items():
        if was in kept:
            continue
        if was not in seen.by_code and row["code"] not in codes:
            rows.append(row)
        elif was in seen.by_code and row != seen.by_code[was]:
            clashes.append(Clash(was, "", "retiré", row["label"]))
            rows.append(row)
    return Frame(title, tuple(rows)), clashes


def _rows(
    seen: Mapping[str, Row],
    mine: Iterable[Row],
    theirs: Mapping[str, Row],
    clashes: list[Clash],
) -> Iterable[Row]:
    for row in mine:
        was = row["was"]
        read, kept = seen.get(was), theirs.get(was)
        if not was or (read is None and kept is None):
            yield row
        elif kept is None:
            # Taken away by the other: what I had set of it is put back only where I wrote in it.
            if row != read:
                clashes.append(Clash(was, "", row["label"], "retiré"))
                yield {**row, "was": ""}
        else:
            sides = ((n, (read[n] if read else "", row[n], kept[n])) for n in NAMES)
            yield {"was": was, **{n: _field((was, n), three, clashes) for n, three in sides}}


def _field(place: tuple[str, str], three: tuple[str, str, str], clashes: list[Clash]) -> str:
    seen, mine, theirs = three
    if mine == seen:
        return theirs
    if theirs not in (seen, mine):
        clashes.append(Clash(*place, mine, theirs))
    return mine
