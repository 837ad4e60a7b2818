"""A column of amounts: what it adds up, or why nothing is told there.

Knows chambers, eliminations, adjustments and their whole side by side; refuses to know rows,
requests and how tables are written. Amounts are integer cents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from maillage.kernel.absence import Absent
from maillage.ledger.engine.accounts import Cell
from maillage.ledger.engine.scope import Partly
from maillage.ledger.engine.statements import CONSOLIDATED

Sides = Mapping[str, Mapping[Cell, int]]
"""Amounts of a row by side (`own`, `adjusted`, `net`; `debit` and `credit` of a trial balance),
then by entity and period; cents."""
UNSENT = "aucun compte en correspondance"
WHOLE = Partly()
Term = tuple[int, str, Cell]
"""Sign, side, entity (or "" for all) and period."""


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """A column: what its amounts add up.

    `lines`: what narrows the entry lines to it; None where no line makes it. `facing`: it is what
    chambers have on each other; `adjusting`: what is adjusted beside the books. `absent`: why
    nothing is told there, where a book that it adds up does not reach the period; `partly`: what of
    the whole that it is nobody tells.
    """

    head: str
    terms: tuple[Term, ...]
    lines: Mapping[str, str] | None = None
    facing: bool = False
    adjusting: bool = False
    absent: Absent | None = None
    partly: Partly = WHOLE

    @property
    def title(self) -> str:
        """Its head, with what its amounts are not."""
        return self.head if self.absent else self.partly.told(self.head)

    def told(self, sides: Sides) -> int | Absent | None:
        """The amount of a row, None where it has none there, or that nobody told it."""
        return self.absent or self.cents(sides)

    def cents(self, sides: Sides) -> int | None:
        """None where the row has nothing there, or nothing is told."""
        if self.absent:
            return None
        found = [sign * sides[side][at] for sign, side, at in self.terms if at in sides[side]]
        return sum(found) if found else None


def absent_whole(silent: Mapping[str, str]) -> Absent | None:
    """What stands for chambers added up, some of which say nothing: no part is told for a whole.

    `silent`: why, by the code of each that says nothing.
    """
    return Absent("\u00a0; ".join(dict.fromkeys(silent.values()))) if silent else None


def unsent_among(chambers: Iterable[tuple[str, str]], unsent: Collection[str]) -> dict[str, str]:
    """Why those (code, name) none of whose accounts is sent to a common one say nothing there."""
    shown = list(chambers)
    found = {code: name for code, name in shown if code in unsent}
    if len(found) == len(shown):
        return dict.fromkeys(found, UNSENT)
    return {code: f"aucun compte de {name} en correspondance" for code, name in found.items()}


def chamber_columns(
    chambers: Iterable[tuple[str, str]],
    period: str,
    *,
    adjusted: bool,
    sums: bool = False,
    silent: Mapping[str, str] | None = None,
    partly: Partly = WHOLE,
) -> list[AmountColumn]:
    """Each chamber (code, name) as in its own books, then what makes them one.

    `sums`: the chambers added up too; `adjusted`: whether anything is adjusted beside the books;
    `silent`: why, by their code, chambers say nothing of the period; `partly`: what of them all is
    not told.
    """
    why = silent or {}
    whole, lacking = (CONSOLIDATED, period), absent_whole(why)
    found = [
        AmountColumn(
            name,
            ((1, "own", (code, period)),),
            {"chambre": code},
            absent=Absent(why[code]) if code in why else None,
        )
        for code, name in chambers
    ]
    if sums:
        found.append(AmountColumn("Somme", ((1, "own", whole),), {}, absent=lacking, partly=partly))
    terms: tuple[Term, ...] = ((1, "net", whole), (-1, "adjusted", whole))
    found.append(AmountColumn("Éliminations", terms, facing=True, absent=lacking))
    if adjusted:
        terms = ((1, "adjusted", whole), (-1, "own", whole))
        found.append(AmountColumn("Retraitements", terms, adjusting=True, absent=lacking))
    one = AmountColumn("Consolidé", ((1, "net", whole),), {}, absent=lacking, partly=partly)
    return [*found, one]
