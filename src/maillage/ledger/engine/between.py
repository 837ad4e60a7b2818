"""What making chambers one moves over an exercise: what is eliminated, and what is adjusted.

Books open an exercise with entries, adjustments with what is carried of the former ones.
Eliminations have none: they open with what they closed the former exercise with, balances as they
were, by chamber and partner, and what they did to the result in equity. Amounts are integer cents.
Knows consolidated lines; refuses to know books, tables of flows and Django.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from maillage.ledger.engine.accounts import Span, gap_lines
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.reciprocity import ConsolidatedLine

RESULT, BALANCES = ("6", "7"), ("1", "2", "3", "4", "5")
EQUITY = "12"
"""The common account of the result, where that of the former exercise stands at the opening."""

Signed = Iterable[tuple[int, ConsolidatedLine]]


def _cents() -> defaultdict[str, int]:
    return defaultdict(int)


@dataclass(frozen=True, slots=True)
class Moved:
    """By common account: debit less credit at the end, debits and credits since the opening."""

    closing: defaultdict[str, int] = field(default_factory=_cents)
    debits: defaultdict[str, int] = field(default_factory=_cents)
    credits: defaultdict[str, int] = field(default_factory=_cents)


def eliminated(now: Consolidation, former: Consolidation, span: Span) -> Moved:
    """What is taken out, and the gap it leaves on lines of its own. `span`: of `now`."""
    return _moved(_taken(now), _taken(former), span)


def adjusted(now: Consolidation, span: Span) -> Moved:
    """What is adjusted beside the books, from what former adjustments open with."""
    found = _moved(((1, line) for line in now.own_adjustments), (), span)
    for line in now.carried:
        if span.holds(line):
            found.closing[line.account] += line.net
    return found


def _taken(held: Consolidation) -> Signed:
    yield from ((-1, line) for line in held.eliminations)
    yield from ((1, line) for line in gap_lines(held.eliminations))


def _moved(now: Signed, former: Signed, span: Span) -> Moved:
    found = Moved()
    for sign, line in now:
        if span.holds(line) and line.account:
            found.closing[line.account] += sign * line.net
            found.debits[line.account] += sign * line.debit
            found.credits[line.account] += sign * line.credit
    opening: defaultdict[tuple[int, str, str, str], int] = defaultdict(int)
    for sign, line in former:
        if line.account.startswith(BALANCES):
            opening[sign, line.entity, line.partner, line.account] += line.net
        elif line.account.startswith(RESULT):
            opening[sign, "", "", EQUITY] += line.net
    for (sign, _entity, _partner, account), net in opening.items():
        found.debits[account] -= sign * max(net, 0)
        found.credits[account] -= sign * max(-net, 0)
    return found
