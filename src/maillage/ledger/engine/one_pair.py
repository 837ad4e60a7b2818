"""One pair of chambers in two families: customer or supplier on one side, current account on the
other. Put together by an entry beside the books, which one takes back by its opposite.

Knows consolidated lines and families; refuses to know who records. Amounts are integer cents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.ledger.engine.adjustments import AdjustmentLine
from maillage.ledger.engine.families import Families
from maillage.ledger.engine.gap_causes import cancels
from maillage.ledger.engine.reciprocity import ConsolidatedLine, Reciprocity


@dataclass(frozen=True, slots=True)
class Together:
    """What to record so that two gaps become one pair that matches.

    `left`: what one chamber alone says, on a receivable or a payable; `joined`: what the other
    says, on accounts that serve both ways; `lines`: what moves the first to the account of the
    second.
    """

    left: Reciprocity
    joined: Reciprocity
    lines: tuple[AdjustmentLine, ...]

    @property
    def reason(self) -> str:
        accounts = ", ".join(dict.fromkeys(line.account for line in self.lines[:-1]))
        move = f"{accounts} réuni à {self.lines[-1].account}"
        return f"Une même paire en deux familles : {move}"


def together(
    r: Reciprocity,
    pairs: Sequence[Reciprocity],
    facing: Iterable[ConsolidatedLine],
    families: Families,
) -> Together | None:
    """None where the gap of a pair is not the opposite of another of its own, where no side serves
    both ways, or where more than one chamber speaks on a side.

    `facing`: what chambers have on each other (`Consolidation.eliminations`).
    """
    other = next((one for one in pairs if cancels(r, one)), None)
    if other is None:
        return None
    left, joined = (other, r) if r.nature == "current" else (r, other)
    if left.nature != "claims" or joined.nature != "current":
        return None
    speaks = _alone(left)
    answers = _alone(joined)
    if not speaks or not answers or speaks == answers:
        return None
    held = list(facing)
    moved = _nets(held, (speaks, answers), left, families)
    targets = _nets(held, (answers, speaks), joined, families)
    if not targets or sum(moved.values()) != left.difference:
        return None
    target = max(targets, key=lambda account: (abs(targets[account]), account))
    lines = [_line(speaks, account, answers, -cents) for account, cents in sorted(moved.items())]
    return Together(left, joined, (*lines, _line(speaks, target, answers, left.difference)))


def _alone(r: Reciprocity) -> str:
    """The chamber that alone says something, "" where both do."""
    if r.says and r.answers:
        return ""
    return r.entity if r.says else r.partner


def _nets(
    facing: Iterable[ConsolidatedLine],
    who: tuple[str, str],
    r: Reciprocity,
    families: Families,
) -> dict[str, int]:
    """What one chamber has on another on the accounts of a pair, by account."""
    found: dict[str, int] = defaultdict(int)
    for line in facing:
        place = families.place(line.account)
        if place is None or (line.entity, line.partner) != who:
            continue
        if place.family == r.family.code and not place.is_result:
            found[line.account] += line.net
    return {account: cents for account, cents in found.items() if cents}


def _line(entity: str, account: str, partner: str, cents: int) -> AdjustmentLine:
    return AdjustmentLine(entity, account, partner, max(0, cents), max(0, -cents))
