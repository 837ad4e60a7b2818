"""What was booked or budgeted, laid out as the rows of a table of flows, each with its parts.

Amounts are integer cents. What is not known makes a row unknown: missing is never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maillage.ledger.engine.chart import AccountsFinding
from maillage.ledger.engine.flows.definitions import REQUIRED, FlowFile, FlowTable, Line


@dataclass(frozen=True, slots=True)
class Position:
    """What one chamber has on its common accounts over one exercise, in cents.

    `closing`: debit less credit at the end; `debits`, `credits`: of the exercise without opening
    entries, None where these are not known; `disposed`: gross value that left, by account;
    `handed`: of the debits and credits, what was handed over or taken over, which is no flow.
    `day`: the first of the exercise. `is_budget`: no balance sheet stands behind it. `untold`:
    accounts it should carry and does not: what is made of them, and self-financing, are not known.
    """

    day: dt.date
    closing: Mapping[str, int]
    debits: Mapping[str, int] | None = None
    credits: Mapping[str, int] | None = None
    disposed: Mapping[str, int] = field(default_factory=dict)
    is_budget: bool = False
    untold: tuple[str, ...] = ()
    handed: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def amounts(self, basis: str) -> Mapping[str, int] | None:
        """Debit less credit by account on that basis; None where it is not known."""
        if basis == "balance":
            return self.closing
        if self.debits is None or self.credits is None:
            return None
        if basis == "change":
            return _less(self.debits, self.credits)
        taken, given = ({a: sides[n] for a, sides in self.handed.items()} for n in (0, 1))
        if basis == "handed":
            return _less(taken, given)
        if basis == "disposed":
            return _less(self.disposed, {a: c for a, c in given.items() if a in self.disposed})
        debits, credits_ = _less(self.debits, taken), _less(self.credits, given)
        if basis == "debits":
            return debits
        return _less(debits if basis == "moved" else {}, credits_)


def _less(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {a: one.get(a, 0) - other.get(a, 0) for a in {**one, **other}}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table for a position: its cents (None: not known), and its parts by account."""

    line: Line
    cents: int | None
    parts: Mapping[str, int] = field(default_factory=dict)


def computed(flows: FlowFile, table: FlowTable, position: Position) -> tuple[Row, ...]:
    """The rows of a table that hold for the exercise. A sum that lacks a part is not known."""
    rows: dict[str, Row] = {}
    for line in table.on(position.day):
        if line.is_sum:
            unknown = position.untold and line.role == "caf"
            rows[line.code] = Row(line, None) if unknown else _sum(line, rows)
        else:
            rows[line.code] = _detail(flows, line, position)
    return tuple(rows.values())


def _detail(flows: FlowFile, line: Line, position: Position) -> Row:
    amounts = position.amounts(line.basis)
    if amounts is None or (line.books and position.is_budget):
        return Row(line, None)
    wanted = flows.accounts(line.accounts, position.day)
    if position.untold and (line.role == "caf" or {*position.untold} & {*wanted.taken}):
        return Row(line, None)
    # What left is a credit counted as it is: the sign of its line says nothing more.
    sign = 1 if line.basis == "disposed" else line.sign
    parts = {a: sign * cents for a, cents in sorted(amounts.items()) if cents and a in wanted}
    return Row(line, sum(parts.values()), parts)


def _sum(line: Line, rows: Mapping[str, Row]) -> Row:
    found = [(sign, rows[code].cents) for sign, code in line.plus if code in rows]
    if any(cents is None for _, cents in found):
        return Row(line, None)
    return Row(line, sum(sign * (cents or 0) for sign, cents in found))


def of_role(rows: Iterable[Row], role: str) -> int | None:
    """The cents of the row that has that role; None where none has, or it is not known."""
    return next((row.cents for row in rows if row.line.role == role), None)


def misplaced(
    flows: FlowFile, table: FlowTable, accounts: Iterable[str], day: dt.date
) -> tuple[AccountsFinding, ...]:
    """Accounts of the table's partition that no detail takes, or several do.

    Codes: flows.unused, flows.twice, errors. With the accounts of books: what makes a residue;
    with those of a chart: whether the data are total and disjoint.
    """
    found = []
    for account in accounts:
        if account[:1] not in table.partition:
            continue
        lines = [
            line.label
            for line in table.on(day)
            if not line.is_sum and account in flows.accounts(line.accounts, day)
        ]
        if len(lines) != 1:
            what = "aucune ligne ne le prend" if not lines else "pris par " + ", ".join(lines)
            code = "flows.twice" if lines else "flows.unused"
            where = f"{table.title}, compte {account}"
            found.append(
                AccountsFinding(code, "error", where, what, "une ligne et une seule", account)
            )
    return tuple(found)


def lacking(flows: FlowFile, accounts: Iterable[str], day: dt.date) -> tuple[str, ...]:
    """Accounts a budget must carry, be it for zero, for its self-financing to be known."""
    held = list(accounts)
    wanted = flows.named(REQUIRED, day).taken
    return tuple(root for root in wanted if not any(a.startswith(root) for a in held))


# -- tables side by side ---------------------------------------------------------------------------

Terms = tuple[tuple[int, Position], ...]
"""What a column adds up: positions with their sign."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table side by side: its formula in words, cents by column (None: not known), and
    the same by account."""

    line: Line
    formula: str
    cents: tuple[int | None, ...]
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def side_by_side(
    flows: FlowFile, table: FlowTable, columns: Iterable[Terms], day: dt.date
) -> tuple[SheetRow, ...]:
    """The rows that hold on `day`, for each column. What lacks a part of a column is not known."""
    found = [
        [(sign, {row.line.code: row for row in computed(flows, table, at)}) for sign, at in terms]
        for terms in columns
    ]
    return tuple(
        SheetRow(
            line,
            flows.formula(line, day),
            tuple(_added(line.code, column) for column in found),
            _parts(line.code, found),
        )
        for line in table.on(day)
    )


Column = list[tuple[int, dict[str, Row]]]


def _added(code: str, column: Column) -> int | None:
    total = 0
    for sign, rows in column:
        cents = rows[code].cents if code in rows else None
        if cents is None:
            return None
        total += sign * cents
    return total if column else None


def _parts(code: str, columns: list[Column]) -> dict[str, tuple[int, ...]]:
    parts: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        for sign, rows in column:
            for account, cents in (rows[code].parts if code in rows else {}).items():
                parts.setdefault(account, [0] * len(columns))[place] += sign * cents
    return {account: tuple(cents) for account, cents in sorted(parts.items())}


def disagreements(one: Iterable[SheetRow], other: Iterable[SheetRow]) -> tuple[int | None, ...]:
    """By column, self-financing of one table less that of the other; zeros prove the equality."""
    first, second = (
        next(row.cents for row in rows if row.line.role == "caf") for rows in (one, other)
    )
    return tuple(
        None if a is None or b is None else a - b for a, b in zip(first, second, strict=True)
    )
