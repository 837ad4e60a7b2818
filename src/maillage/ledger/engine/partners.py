"""Whom a line of a book is with: which chamber stands behind what the book writes, and how one
knows. Values and their spelling; refuses to know files, books and accounts of the common chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

AUXILIARY, ACCOUNT, ENTRY, LABEL = "auxiliaire", "compte", "ecriture", "libelle"
SHARE = "partage"
MEANS = {
    AUXILIARY: "par le compte auxiliaire de la ligne",
    ACCOUNT: "par le compte local, qui désigne une chambre",
    ENTRY: "par la seule chambre de l’écriture",
    SHARE: "réparti selon les tiers de l’écriture",
    LABEL: "par le libellé",
}
"""How a line's partner is known, the surest first: the first that tells is kept."""

_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

Whose = tuple[str, str]
"""The chamber whose book writes ("" for every book), and what it writes."""


def fold(number: str) -> str:
    """A third-party number as all its spellings compare: `reg` and ` REG` are one.

    Letters a to z alone are alike in either case: engines differ on the others.
    """
    return number.strip(" ").translate(_CAPITALS)


@dataclass(frozen=True, slots=True)
class Attached:
    """What the book of chamber `holder` ("" for every book) writes that stands for `chamber`.

    `kind`: "number" (auxiliary), "account" (local account), "label" (words of one).
    """

    holder: str
    kind: str
    written: str
    chamber: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for all spellings of one thing: it stands for one chamber."""
        return self.holder, self.kind, fold(self.written)


class Known(NamedTuple):
    """What one book's writings stand for, as pairs in order; never the chamber of the book itself.

    `numbers`: folded auxiliary numbers; `accounts`: local accounts; `patterns`: words of labels.
    """

    numbers: tuple[tuple[str, str], ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()


NOTHING = Known()


@dataclass(frozen=True)
class Partners:
    """Which chamber stands behind a number, a local account, words of a label, book by book.

    What one chamber's book says of a number wins over what is said for every book. Numbers are
    kept folded: `numbers[""]` answers in every spelling through `of`.
    """

    numbers: Mapping[Whose, str] = field(default_factory=dict)
    accounts: Mapping[Whose, str] = field(default_factory=dict)
    patterns: Mapping[Whose, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folded = {(entity, fold(number)): to for (entity, number), to in self.numbers.items()}
        object.__setattr__(self, "numbers", folded)

    def __hash__(self) -> int:
        parts = (self.numbers, self.accounts, self.patterns)
        return hash(tuple(frozenset(part.items()) for part in parts))

    @classmethod
    def everywhere(cls, numbers: Mapping[str, str]) -> Partners:
        """The same numbers for every book: the codes and SIREN of chambers."""
        return cls({("", number): chamber for number, chamber in numbers.items()})

    def also(self, rows: Iterable[Attached]) -> Partners:
        """The same with what is attached, which wins over what is held."""
        numbers, accounts, patterns = dict(self.numbers), dict(self.accounts), dict(self.patterns)
        parts = {"number": numbers, "account": accounts, "label": patterns}
        for row in rows:
            written = fold(row.written) if row.kind == "number" else row.written
            parts[row.kind][row.holder, written] = row.chamber
        return Partners(numbers, accounts, patterns)

    def of(self, entity: str, number: str) -> str:
        """The chamber an auxiliary number of that chamber's book stands for, "" for none."""
        written = fold(number)
        found = self.numbers.get((entity, written)) or self.numbers.get(("", written), "")
        return found if found != entity else ""

    def known_to(self, entity: str) -> Known:
        """What the book of one chamber can name."""
        return Known(
            *(_told(part, entity) for part in (self.numbers, self.accounts, self.patterns))
        )

    def chambers(self) -> frozenset[str]:
        """Every chamber that something stands for."""
        parts = (self.numbers, self.accounts, self.patterns)
        return frozenset(chamber for part in parts for chamber in part.values())


NOBODY = Partners()


def _told(part: Mapping[Whose, str], entity: str) -> tuple[tuple[str, str], ...]:
    """The pairs of one book: its own win over those of every book; itself is no partner."""
    found = {written: to for (whose, written), to in part.items() if not whose}
    found |= {written: to for (whose, written), to in part.items() if whose == entity}
    return tuple(sorted((w, to) for w, to in found.items() if w and to and to != entity))
