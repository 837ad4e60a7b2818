"""What adjusting moves, as a table of flows reads it: sales, loans, grants between chambers undone.

Books say what left by an entry that holds it. An adjustment takes such an entry back, in one line
or several, over one exercise or more: what it takes back is read from what it moves since the
former closing, not from how it is written. Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.between import Moved
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.flows import FlowFile, Position
from maillage.ledger.engine.flows.definitions import Accounts
from maillage.ledger.engine.reciprocity import ConsolidatedLine

ASSETS = Accounts(("20", "21", "22", "23", "24", "25", "26", "27"))
HELD = Accounts(("26", "27"))
GRANTED = Accounts(("27",))
"""Read by the debits and credits of books, where other assets are read by their change."""
EQUITY = Accounts(("10", "11", "12"))
SPREAD = Accounts(("139",))
NOWHERE = {False: "21", True: "27"}
"""Where an asset taken back stands when no account says it: things, then financial assets."""


def as_flows(
    moved: Moved,
    now: Consolidation,
    span: Span,
    flows: FlowFile,
    day: dt.date,
    gone: Mapping[str, int],
) -> Position:
    """What is adjusted, as a position. `gone`: gross value that left the books, by account; `day`:
    the first of the exercise; `span`: of `now`."""
    day = flows.read_on(day, moved.closing)
    debits, credits_ = defaultdict(int, moved.debits), defaultdict(int, moved.credits)
    nets = {account: debits[account] - credits_[account] for account in {*debits, *credits_}}
    owed = flows.accounts("16 17 -169 -@accrued", day)
    if lent := _lent(now, span, owed):
        _take_back(lent, owed, debits, credits_)
        _take_back(lent, GRANTED, debits, credits_)
    # A share of a grant taken back is no grant wholly spread: the grant itself goes with it.
    shares = -sum(cents for a, cents in nets.items() if a in flows.named("shares", day))
    for account in sorted(a for a in nets if a in SPREAD):
        credits_[account] = shares - nets[account]
        debits[account], shares = shares, 0
    disposed = _disposed(nets, flows, day, gone)
    for account, cents in disposed.items():
        if cents < 0 and account in GRANTED:
            # Given and given back between chambers: neither of it is of the whole.
            back = max(credits_[account], 0)
            debits[account] += cents - back
            credits_[account] += cents - back
    return Position(day, moved.closing, debits, credits_, disposed)


def _lent(now: Consolidation, span: Span, owed: Accounts) -> int:
    """Cents of loans and repayments that adjustments of this exercise take off both sides."""
    held = [line for line in now.own_adjustments if span.holds(line) and not line.partner]
    made = _met(_sided(held, owed, "debit"), _sided(held, HELD, "credit"))
    repaid = _met(_sided(held, owed, "credit"), _sided(held, HELD, "debit"))
    return made + repaid


def _sided(lines: Iterable[ConsolidatedLine], accounts: Accounts, side: str) -> dict[str, int]:
    """By chamber, what lines of these accounts have on a side."""
    found: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        if line.account in accounts:
            found[line.entity] += getattr(line, side)
    return {entity: cents for entity, cents in found.items() if cents > 0}


def _met(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """What both say, where they are not of one chamber alone."""
    return min(sum(one.values()), sum(other.values())) if len({*one, *other}) > 1 else 0


def _take_back(
    cents: int, accounts: Accounts, debits: dict[str, int], credits_: dict[str, int]
) -> None:
    """Write on the other side, as less, what was written on one as more."""
    touched = sorted(a for a in {*debits, *credits_} if a in accounts)
    for account in touched:
        part = min(cents, abs(debits[account]) + abs(credits_[account]))
        debits[account] -= part
        credits_[account] -= part
        cents -= part


def _disposed(
    nets: Mapping[str, int], flows: FlowFile, day: dt.date, gone: Mapping[str, int]
) -> dict[str, int]:
    """Gross value that left, less than nothing where a sale is taken back.

    An asset leaves by its book value and its depreciation: what these moved, but for what the
    result was charged with, is what left. Equity is what a former exercise was charged with.
    """
    carrying, written = flows.named("carrying", day), flows.named("written-down", day)
    reserves = sum(cents for account, cents in nets.items() if account in EQUITY)
    down = sum(cents for account, cents in nets.items() if account in written)
    if down * reserves < 0:
        down += max(-abs(down), min(abs(down), reserves))
    sold = dict.fromkeys(NOWHERE, 0)
    for account, cents in nets.items():
        if account in carrying:
            sold[account.startswith(("66", "6756"))] += cents
    sold[bool(sold[True] and not sold[False])] += down
    found = {}
    for is_held, cents in sold.items():
        if cents:
            found[_asset(is_held, nets, gone)] = cents
    return found


def _asset(is_held: bool, nets: Mapping[str, int], gone: Mapping[str, int]) -> str:
    """The account of what is taken back: the one adjusted, else the one that left the books."""
    for told in (nets, gone):
        among = [a for a in told if told[a] and a in ASSETS and (a in HELD) == is_held]
        if among:
            return max(among, key=lambda a: (abs(told[a]), a))
    return NOWHERE[is_held]
