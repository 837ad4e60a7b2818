"""What stands beside the entry of a budget: the year before, as chosen in the address.

Knows how amounts of another budget are laid on the lines of this one, and what finds no line.
Refuses to know where they come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.costing.engine.budgets import Amounts, class_of
from maillage.workspaces.finance.engine.landing import LineKey, place

INITIAL, REVISED, REALISED, HYPOTHESIS = "primitif", "en-vigueur", "realise", "hypothese"
BESIDE = {INITIAL: "primitif", REVISED: "en vigueur", REALISED: "réalisé"}
"""Columns of the year before, by their name in the address."""
OFFERED = (*BESIDE, HYPOTHESIS)
USUAL = (HYPOTHESIS,)


def chosen_of(asked: Sequence[str]) -> tuple[str, ...]:
    """The columns an address asks for, in their order; the usual ones where it asks nothing."""
    return tuple(name for name in OFFERED if name in asked) if asked else USUAL


@dataclass(frozen=True, slots=True)
class Beside:
    """A column: cents by line, what each class has that no line takes, each class's whole.

    `by_line` None: there is no such budget nor book, `why` says so.
    """

    title: str
    by_line: Mapping[LineKey, int] | None
    loose: Mapping[str, int]
    by_class: Mapping[str, int]
    why: str = ""

    def of(self, line: LineKey) -> int | None:
        return None if self.by_line is None else self.by_line.get(line, 0)

    def total(self, digit: str) -> int | None:
        return None if self.by_line is None else self.by_class.get(digit, 0)

    def left(self, digit: str) -> int | None:
        """What a class has beside its lines, None where there is nothing of it."""
        return self.loose.get(digit) or None


def beside(title: str, lines: Collection[LineKey], amounts: Amounts | None, why: str) -> Beside:
    """The amounts of another year on the lines of this one, by the longest account that fits."""
    if amounts is None:
        return Beside(title, None, {}, {}, why)
    found: dict[LineKey, int] = defaultdict(int)
    loose: dict[str, int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    known: dict[LineKey, LineKey] = {}
    for (_entity, account, axis, _month), cents in amounts.items():
        key = account, axis
        if key not in known:
            known[key] = place(lines, account, axis)
        whole[class_of(account)] += cents
        if known[key] in lines:
            found[known[key]] += cents
        else:
            loose[class_of(account)] += cents
    return Beside(title, dict(found), dict(loose), dict(whole))


def sum_of(columns: Iterable[Beside], plus: str, minus: str) -> list[int | None]:
    """One class less another, column by column."""
    pairs = [(column.total(plus), column.total(minus)) for column in columns]
    return [None if one is None or two is None else one - two for one, two in pairs]
