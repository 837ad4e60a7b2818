"""Consolidated books as balances: as each chamber keeps them, adjusted, then as one.

    own        what each chamber booked
    adjusted   with what is adjusted beside the books
    net        once what chambers have on each other is out, and the gap it leaves on lines of its
               own (`RESULT_GAP`, `BALANCE_GAP`): the whole stays balanced, and its result is that
               of the chambers plus what is adjusted, always.

One path for pages, workbooks, JSON and command. Amounts are integer cents. Knows no Django.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol

from maillage.kernel.money import exact_euros
from maillage.kernel.period import months_later
from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.reciprocity import ConsolidatedLine
from maillage.ledger.engine.statements import (
    BALANCE_GAP,
    CONSOLIDATED,
    GAPS,
    RESULT_GAP,
    Accounts,
    LayoutFile,
    Statement,
    account_name,
    cumulate,
    load_layouts,
    present,
    shipped_text,
)

Cells = dict[tuple[str, str, str], tuple[int, int]]
"""(entity, period, common account) -> (debit, credit), in cents."""

Cell = tuple[str, str]
"""(entity or "" for all, period)."""


class ExerciseLike(Protocol):
    @property
    def year(self) -> int: ...
    @property
    def result(self) -> Consolidation: ...


@dataclass(frozen=True, slots=True)
class Exercise:
    """The books of one year as one."""

    year: int
    result: Consolidation


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a year: all months, one, or those up to one; all axes or one.

    `monthly`: every month apart too, each from the first one where `cumulated`. `until`: the month
    former years are counted up to, where the year is whole but its books stop there.
    """

    month: dt.date | None = None
    cumulated: bool = False
    axis: str = ""
    monthly: bool = False
    until: dt.date | None = None

    def holds(self, line: ConsolidatedLine) -> bool:
        if self.axis and line.axis != self.axis:
            return False
        if self.month is None:
            return True
        return line.month is not None and (
            line.month <= self.month if self.cumulated else line.month == self.month
        )

    def later(self, years: int) -> Span:
        """The same span of an exercise so many years later."""
        if years and self.until and self.month is None:
            month = months_later(self.until, 12 * years)
            return replace(self, month=month, cumulated=True, until=None)
        return replace(self, month=self.month and months_later(self.month, 12 * years))


def cells(
    lines: Iterable[ConsolidatedLine], year: int, span: Span = Span(), digits: int = 0
) -> Cells:
    """Debits and credits by entity and common account ("" where no rule sends it), over a span.

    The period is the year, and each of its months ("2026-03") too in a monthly span: what each
    moved, whether or not they are read from the first one. `digits`: accounts by their first ones;
    0 for all of them.
    """
    found: Cells = {}
    whole, named = str(year), cache(lambda month: month.isoformat()[:7])
    for line in lines:
        if not span.holds(line):
            continue
        account = line.account[:digits] if digits and line.entity != GAPS else line.account
        monthly = span.monthly and line.month
        for period in (whole, named(line.month)) if monthly else (whole,):
            key = (line.entity, period, account)
            debit, credit = found.get(key, (0, 0))
            found[key] = (debit + line.debit, credit + line.credit)
    return found


def gap_lines(facing: Iterable[ConsolidatedLine]) -> Iterable[ConsolidatedLine]:
    """What eliminating these lines leaves unmatched, on the lines of its own."""
    for line in facing:
        account = RESULT_GAP if line.account[:1] in ("6", "7") else BALANCE_GAP
        # Written out: `replace` takes ten times as long, and a page asks it of thousands.
        yield ConsolidatedLine(
            GAPS, line.month, account, "", line.axis, line.means, line.debit, line.credit
        )


def mapped(balances: Cells) -> Cells:
    """Those that a rule sends to a common account."""
    return {key: sides for key, sides in balances.items() if key[2]}


@dataclass(frozen=True, slots=True)
class Sides:
    """Balances by entity, period and account: as booked, adjusted, and as one."""

    own: Cells
    adjusted: Cells
    net: Cells


def sides(years: Iterable[ExerciseLike], span: Span = Span(), digits: int = 0) -> Sides:
    """The balances of these years side by side; `span` is of the first."""
    own: Cells = {}
    beside: Cells = {}
    moved: Cells = {}
    first: int | None = None
    for year in years:
        first = year.year if first is None else first
        there = span.later(year.year - first)
        held = year.result
        own |= cells(held.lines, year.year, there, digits)
        beside |= cells(held.adjustments, year.year, there, digits)
        taken = cells(held.eliminations, year.year, there, digits)
        moved |= {key: (-debit, -credit) for key, (debit, credit) in taken.items()}
        moved |= cells(gap_lines(held.eliminations), year.year, there, digits)
    adjusted = added(own, beside) if beside else own
    found = Sides(own, adjusted, added(adjusted, moved))
    return since_opening(found) if span.monthly and span.cumulated else found


def since_opening(held: Sides) -> Sides:
    """Each month from the first one, whatever side moved it: what is adjusted in one month alone
    stays in all those after."""
    months = {key[1] for side in (held.own, held.net) for key in side if len(key[1]) > 4}
    own, net = (cumulate(side, months, restarts=False) for side in (held.own, held.net))
    if held.adjusted is held.own:
        return Sides(own, own, net)
    return Sides(own, cumulate(held.adjusted, months, restarts=False), net)


def added(balances: Cells, others: Cells) -> Cells:
    found = dict(balances)
    for key, (debit, credit) in others.items():
        former = found.get(key, (0, 0))
        found[key] = (former[0] + debit, former[1] + credit)
    return found


@cache
def shipped_layouts() -> LayoutFile:
    return load_layouts(shipped_text())


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements as each chamber books, with what is adjusted, and as one.

    `findings`: what does not hold in them, errors for the most part.
    """

    own: Accounts
    adjusted: Accounts
    net: Accounts
    findings: tuple[AccountsFinding, ...]


def statements(years: Iterable[ExerciseLike], span: Span, chart: Chart) -> Statements:
    """The accounts of these years side by side, each as a period, and its months if monthly.

    A month of one year is compared to the same month of the other. Beside the proofs of `present`:
    statements.network (an error: the result of the whole is not that of the chambers and of what is
    adjusted).
    """
    held, layouts = sides(years, span), shipped_layouts()
    own = present(mapped(held.own), chart, layouts)
    adjusted = own
    if held.adjusted is not held.own:
        adjusted = present(mapped(held.adjusted), chart, layouts)
    # A chamber alone does not balance once what it owes another is out; all of them must.
    net = present(mapped(held.net), chart, layouts, alone=False)
    found = [*own.findings, *(f for f in net.findings if f not in own.findings)]
    return Statements(own, adjusted, net, (*found, *_same_result(adjusted, net)))


def _same_result(adjusted: Accounts, net: Accounts) -> Iterable[AccountsFinding]:
    if adjusted.income is None or net.income is None:
        return
    for period in net.income.periods:
        cell = (CONSOLIDATED, period)
        expected, found = adjusted.income.role("result", cell), net.income.role("result", cell)
        if expected != found:
            yield AccountsFinding(
                "statements.network",
                "error",
                f"toutes les chambres, {period}",
                f"résultat consolidé {exact_euros(found)}, résultats des chambres et "
                f"retraitements {exact_euros(expected)}",
                "l’égalité",
                f"écart {exact_euros(found - expected)}",
            )


@dataclass(frozen=True, slots=True)
class Trial:
    """One common account ("" where no rule sends them), cents by (entity or "" for all, period).

    `debit`, `credit` and `own` (debit less credit) as each chamber books, `adjusted` with what is
    adjusted beside, `net` once what faces another is out.
    """

    account: str
    name: str
    debit: dict[Cell, int] = field(default_factory=dict)
    credit: dict[Cell, int] = field(default_factory=dict)
    own: dict[Cell, int] = field(default_factory=dict)
    adjusted: dict[Cell, int] = field(default_factory=dict)
    net: dict[Cell, int] = field(default_factory=dict)


def trial(years: Iterable[ExerciseLike], span: Span, chart: Chart, digits: int = 0) -> list[Trial]:
    """The trial balance of these years side by side, by account or by its first `digits`."""
    rows: dict[str, Trial] = {}

    def add(side: str, key: tuple[str, str, str], cents: int) -> None:
        entity, period, account = key
        row = rows.setdefault(account, Trial(account, account_name(chart, account)))
        found: dict[Cell, int] = getattr(row, side)
        for cell in ((entity, period), (CONSOLIDATED, period)):
            found[cell] = found.get(cell, 0) + cents

    held = sides(years, span, digits)
    for key, (debit, credit) in held.own.items():
        add("debit", key, debit)
        add("credit", key, credit)
    for side in ("own", "adjusted", "net"):
        for key, (debit, credit) in getattr(held, side).items():
            add(side, key, debit - credit)
    return [rows[account] for account in sorted(rows)]


def monthly_balances(
    result: Consolidation,
) -> list[tuple[tuple[str, str], tuple[int, int]]]:
    """((month "YYYY-MM" or "", common account), (debit, credit)) of the whole, gaps included."""
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for sign, lines in (
        (1, (*result.lines, *result.adjustments, *gap_lines(result.eliminations))),
        (-1, result.eliminations),
    ):
        for line in lines:
            key = (f"{line.month:%Y-%m}" if line.month else "", line.account)
            debit, credit = totals.get(key, (0, 0))
            totals[key] = (debit + sign * line.debit, credit + sign * line.credit)
    return [(key, cell) for key, cell in sorted(totals.items()) if any(cell)]


def statement_of(accounts: Accounts, kind: str) -> Statement | None:
    """`kind`: income or balance."""
    return accounts.income if kind == "income" else accounts.balance
