"""The pieces two chambers booked of each other: which answer each other, which stand alone, and
why, most likely.

Pieces meet by their number; those left, by the same amount at near days. Tolerance is zero: a cent
is a gap. Knows no file. Amounts are integer cents, debit less credit.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from maillage.ledger.engine.gap_causes import is_taxed

Why = Literal["other", "tax", "sign", "amount", "stopped", "before", "late", "alone", "beside"]
WORDS: Mapping[Why, str] = {
    "other": "même montant sous un autre numéro",
    "tax": "taxe comprise d’un côté",
    "sign": "sens contraire (avoir ?)",
    "amount": "montants différents",
    "stopped": "livre arrêté avant",
    "before": "décalage de l’exercice précédent",
    "late": "décalage probable de fin d’exercice",
    "alone": "manque",
    "beside": "retraitement",
}
"""Why two pieces are no plain answer to each other, in the order in which it is tried."""
NEAR = dt.timedelta(days=62)
"""Within which the same amount under two numbers is taken for one operation."""
LAST = dt.timedelta(days=31)
"""Before the closing, in which what one side alone has booked is most likely late on the other."""


class BookedLine(Protocol):
    @property
    def piece(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...
    @property
    def label(self) -> str: ...
    @property
    def debit(self) -> int | None: ...
    @property
    def credit(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """What two chambers booked under one piece, or one of them alone. `other`: the number it has
    on the other side where it has another."""

    piece: str
    date: dt.date | None
    label: str
    says: int
    answers: int
    other: str = ""
    why: Why = "amount"

    @property
    def difference(self) -> int:
        return self.says + self.answers


@dataclass(frozen=True, slots=True)
class Ends:
    """Until when pieces are looked for. `closing`: the last day of the exercise, near which a piece
    of one side alone is late; `ours`, `theirs`: the last day each book covers, None for all."""

    closing: dt.date | None = None
    ours: dt.date | None = None
    theirs: dt.date | None = None


def unmatched(
    ours: Iterable[BookedLine], theirs: Iterable[BookedLine], ends: Ends = Ends()
) -> list[Piece]:
    """Pieces that do not plainly answer each other, the oldest first, with why."""
    found: dict[tuple[str, int], Piece] = {}
    for side, lines in enumerate((ours, theirs)):
        for place, line in enumerate(lines):
            # Lines without a number are no one piece: each looks for its answer alone.
            key = (line.piece, 0) if line.piece else ("", 2 * place + side)
            held = found.get(key) or Piece(line.piece, line.date, line.label, 0, 0)
            cents = (line.debit or 0) - (line.credit or 0)
            booked = (held.says + cents, held.answers) if not side else (
                held.says, held.answers + cents)  # fmt: skip
            found[key] = replace(held, says=booked[0], answers=booked[1])
    left = [piece for piece in found.values() if piece.difference]
    both = [replace(p, why=_between(p)) for p in left if p.says and p.answers]
    alone = _met([p for p in left if not p.answers], [p for p in left if not p.says], ends)
    return sorted([*both, *alone], key=_day)


def answering(pieces: Sequence[Piece], cents: int, opening: dt.date) -> list[Piece]:
    """The same, of which those of the first months that one side alone holds and that make `cents`
    are told to answer the exercise before."""
    alone = [p for p in pieces if p.why == "alone" and p.date and p.date - opening <= NEAR]
    one = [p for p in alone if p.difference == cents]
    told = one[:1] or (alone if sum(p.difference for p in alone) == cents else [])
    return [replace(p, why="before") if p in told else p for p in pieces]


def beside(ours: Iterable[BookedLine], theirs: Iterable[BookedLine]) -> list[Piece]:
    """What is adjusted beside the books, entry by entry, the oldest first: told whole, answered
    or not."""
    cents: dict[tuple[str, dt.date | None, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, lines in enumerate((ours, theirs)):
        for line in lines:
            cell = cents[line.piece, line.date, line.label]
            cell[side] += (line.debit or 0) - (line.credit or 0)
    pieces = (
        Piece(*key, says, answers, why="beside")
        for key, (says, answers) in cents.items()
        if says or answers
    )
    return sorted(pieces, key=_day)


def _between(piece: Piece) -> Why:
    if piece.says == piece.answers:
        return "sign"
    return "tax" if is_taxed(piece.says, piece.answers) else "amount"


def _met(ours: Sequence[Piece], theirs: Sequence[Piece], ends: Ends) -> list[Piece]:
    """The same amounts at near days put together, the oldest first; then those that stay alone."""
    by_amount: dict[int, list[Piece]] = {}
    for two in sorted(theirs, key=_day):
        by_amount.setdefault(-two.answers, []).append(two)
    found: list[Piece] = []
    for one in sorted(ours, key=_day):
        faced = by_amount.get(one.says, [])
        answer = next((two for two in faced if _are_near(one, two)), None)
        if answer is None:
            found.append(replace(one, why=_alone(one, ends.closing, ends.theirs)))
        else:
            faced.remove(answer)
            both = replace(one, answers=answer.answers, other=answer.piece, why="other")
            found.append(both)
    left = (two for faced in by_amount.values() for two in faced)
    return found + [replace(two, why=_alone(two, ends.closing, ends.ours)) for two in left]


def _day(piece: Piece) -> tuple[dt.date, str]:
    return piece.date or dt.date.max, piece.piece


def _are_near(one: Piece, two: Piece) -> bool:
    return bool(one.date and two.date) and abs(_day(one)[0] - _day(two)[0]) <= NEAR


def _alone(piece: Piece, closing: dt.date | None, end: dt.date | None) -> Why:
    """`end`: the last day that the book without it covers, None for all."""
    if piece.date and end and piece.date > end:
        return "stopped"
    is_late = piece.date and closing and closing - LAST < piece.date <= closing
    return "late" if is_late else "alone"
