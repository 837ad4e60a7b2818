"""Balances laid out as an income statement or a balance sheet, each line down to its accounts.

The side an account takes is settled in each chamber, then chambers are added up: what one has in
the bank is not set off against what another owes its own (PCG, non-compensation), and the
consolidated statement is the sum of the others. Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections import abc
from dataclasses import dataclass, replace

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.statements.books import (
    CONSOLIDATED,
    Balances,
    Cell,
    extent,
    last_day,
)
from maillage.ledger.engine.statements.layouts import Layout, LayoutLine, Term


@dataclass(frozen=True, slots=True)
class Amount:
    """Cents, in the sense of the line. `deducted`: amortisation and depreciation (assets)."""

    gross: int = 0
    deducted: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.deducted

    def plus(self, other: Amount, sign: int = 1) -> Amount:
        return Amount(self.gross + sign * other.gross, self.deducted + sign * other.deducted)


@dataclass(frozen=True, slots=True)
class Share:
    """What one account of one chamber brings to a line, in the sense of the line."""

    entity: str
    period: str
    account: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`amounts`: (entity or "" for all, period) -> amount; every cell is there unless a heading."""

    line: LayoutLine
    amounts: abc.Mapping[Cell, Amount]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines in order of the layout, those that hold on one of the periods; entities and periods
    sorted; findings of placement."""

    layout: Layout
    entities: tuple[str, ...]
    periods: tuple[str, ...]
    lines: tuple[StatementLine, ...]
    findings: tuple[AccountsFinding, ...] = ()

    def line(self, code: str) -> StatementLine:
        """Raises KeyError where the statement has no such line."""
        for line in self.lines:
            if line.line.code == code:
                return line
        raise KeyError(code)

    def amount(self, code: str, entity: str = CONSOLIDATED, *, period: str) -> Amount:
        return self.line(code).amounts.get((entity, period), Amount())

    def role(self, name: str, cell: Cell) -> int:
        """Net cents of the line that has that role; 0 where none has."""
        found = (line.amounts for line in self.lines if line.line.role == name)
        return next(found, {}).get(cell, Amount()).net

    def drill(self, code: str, entity: str = CONSOLIDATED, *, period: str) -> tuple[Share, ...]:
        """The accounts a line is made of, whose amounts add up to it; totals go through theirs.

        For the entity "", those of every chamber. An account deducted in a total is negated.
        """
        line = self.line(code)
        shares = [
            share
            for share in line.shares
            if share.period == period and entity in (CONSOLIDATED, share.entity)
        ]
        shown = {other.line.code for other in self.lines}
        for sign, other in line.line.plus:
            if other not in shown:
                continue
            for share in self.drill(other, entity, period=period):
                shares.append(replace(share, amount=Amount().plus(share.amount, sign)))
        return tuple(sorted(shares, key=lambda share: (share.account, share.entity)))


def lay_out(layout: Layout, balances: Balances) -> Statement:
    """Place every account of the layout's classes, by chamber and period, and add up the lines.

    Findings: statements.unused (an account no line takes: an error, a warning if its balance is
    zero everywhere), statements.twice (several lines claim it: an error, the first has it),
    statements.layout (the layout does not hold for a period: an error, the period is left empty).
    """
    entities, periods = extent(balances)
    days = {period: day for period in periods if (day := last_day(period)) is not None}
    held = {period: day for period, day in days.items() if layout.period.holds(day)}
    shares, findings = _place(layout, balances, held)
    findings += [
        AccountsFinding(
            "statements.layout", "error", period, f"« {layout.title} » ne vaut pas à cette date"
        )
        for period in sorted(days.keys() - held.keys())
    ]
    cells = [(entity, period) for entity in (*entities, CONSOLIDATED) for period in periods]
    shown = [
        line
        for line in layout.lines
        if not held or any(line.period.holds(day) for day in held.values())
    ]
    lines = _add_up(shown, shares, cells)
    return Statement(layout, entities, periods, lines, tuple(findings))


def _place(
    layout: Layout, balances: Balances, days: dict[str, dt.date]
) -> tuple[dict[str, list[Share]], list[AccountsFinding]]:
    shares: dict[str, list[Share]] = {}
    unused: dict[str, list[tuple[str, str, int]]] = {}
    twice: dict[str, tuple[str, ...]] = {}
    for (entity, period, account), (debit, credit) in sorted(balances.items()):
        if period not in days or not layout.concerns(account):
            continue
        net = debit - credit
        places = layout.places(account, net, days[period])
        if not places:
            unused.setdefault(account, []).append((entity, period, net))
            continue
        if len(places) > 1:
            twice[account] = tuple(line.label for line, _ in places)
        line, term = places[0]
        if net:
            share = Share(entity, period, account, _amount(line, term, net))
            shares.setdefault(line.code, []).append(share)
    findings = [_unused(layout, account, where) for account, where in unused.items()]
    findings += [_twice(layout, account, labels) for account, labels in twice.items()]
    return shares, findings


def _amount(line: LayoutLine, term: Term, net: int) -> Amount:
    if term.deducted:
        # Amortisation has a credit balance: counted positive where it is taken off.
        return Amount(deducted=-line.sign * net)
    return Amount(gross=line.sign * net)


def _add_up(
    shown: list[LayoutLine], shares: dict[str, list[Share]], cells: list[Cell]
) -> tuple[StatementLine, ...]:
    """Lines that hold on none of the periods are not shown: sums pass over them."""
    found: dict[str, dict[Cell, Amount]] = {}
    lines = []
    for line in shown:
        amounts = {} if line.nature == "heading" else dict.fromkeys(cells, Amount())
        own = tuple(shares.get(line.code, ()))
        for share in own:
            for cell in ((share.entity, share.period), (CONSOLIDATED, share.period)):
                amounts[cell] = amounts[cell].plus(share.amount)
        for sign, code in line.plus:
            for cell, amount in found.get(code, {}).items():
                amounts[cell] = amounts[cell].plus(amount, sign)
        found[line.code] = amounts
        lines.append(StatementLine(line, amounts, own))
    return tuple(lines)


def _unused(layout: Layout, account: str, where: list[tuple[str, str, int]]) -> AccountsFinding:
    entity, period, net = max(where, key=lambda place: abs(place[2]))
    more = f", et ailleurs ({len(where) - 1})" if len(where) > 1 else ""
    return AccountsFinding(
        "statements.unused",
        "error" if net else "warning",
        f"{layout.title}, compte {account}",
        f"aucune ligne ne le prend : {exact_euros(net)} ({entity}, {period}){more}",
        "une ligne et une seule",
        account,
    )


def _twice(layout: Layout, account: str, labels: tuple[str, ...]) -> AccountsFinding:
    return AccountsFinding(
        "statements.twice",
        "error",
        f"{layout.title}, compte {account}",
        "plusieurs lignes le prennent : " + ", ".join(f"« {label} »" for label in labels),
        "une ligne et une seule",
        account,
    )
