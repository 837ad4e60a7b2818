"""A budget as its grid: classes, lines, months, what was typed and not recorded, the sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from maillage.costing.engine.budgets import (
    CLASSES,
    Kind,
    class_of,
    row_order,
)
from maillage.costing.models import Budget, BudgetLine
from maillage.costing.queries.budgets import year_of
from maillage.kernel.absence import sum_told
from maillage.kernel.money import exact, typed_amount
from maillage.kernel.period import MONTHS
from maillage.workspaces.finance.engine.budget_columns import (
    BESIDE,
    INITIAL,
    REALISED,
    REVISED,
    Beside,
    beside,
)
from maillage.workspaces.finance.engine.landing import LineKey
from maillage.workspaces.finance.queries.accounts import account_name


@dataclass(frozen=True, slots=True)
class GridCell:
    """One month of a line: its cents, what the field shows, what is wrong with it."""

    month: int
    name: str
    label: str
    cents: int
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class GridLine:
    """A row of the grid. `seen` are the cents read, to tell what the form changed."""

    account: str
    name: str
    axis: str
    axis_name: str
    version: int
    cells: list[GridCell]
    note: str = ""
    note_typed: str = ""
    beside: Sequence[int | None] = ()

    @property
    def key(self) -> str:
        return f"{self.account}|{self.axis}"

    @property
    def total(self) -> int:
        return sum(cell.cents for cell in self.cells)

    @property
    def seen(self) -> str:
        return ",".join(str(cell.cents) for cell in self.cells)


class _Summed:
    """Lines, and their sum by month."""

    __slots__ = ()
    lines: list[GridLine]

    @property
    def months(self) -> list[int]:
        return [sum(line.cells[m].cents for line in self.lines) for m in range(12)]

    @property
    def total(self) -> int:
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class GridAccount(_Summed):
    """An account and its lines: one, or what no action carries and each action that does."""

    account: str
    name: str
    lines: list[GridLine]

    @property
    def is_split(self) -> bool:
        """Whether its total stands above its lines."""
        return len(self.lines) > 1

    @property
    def beside(self) -> list[int | None]:
        return [
            sum_told(column) for column in zip(*(one.beside for one in self.lines), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class GridClass(_Summed):
    """A class of accounts, its lines and their sum by month."""

    digit: str
    name: str
    lines: list[GridLine]
    beside: Sequence[int | None] = ()
    loose: Sequence[int | None] = ()
    """What the columns beside have in this class and on none of its lines."""

    @property
    def accounts(self) -> list[GridAccount]:
        """Its lines, account by account, in their order."""
        return [
            GridAccount(account, held[0].name, held)
            for account, lines in groupby(self.lines, key=lambda line: line.account)
            if (held := list(lines))
        ]

    @property
    def has_loose(self) -> bool:
        return any(self.loose)


def lines_of(budget: Budget) -> dict[tuple[str, str], list[int]]:
    """Twelve cents of each line by account and axis, those without any amount included."""
    return {
        (line.account, line.axis.code if line.axis else ""): list(line.months)
        for line in budget.lines.select_related("axis")
    }


def notes_of(budget: Budget) -> dict[tuple[str, str], str]:
    """The hypothesis of each line that has one, by account and axis."""
    held = budget.lines.exclude(hypothesis="")
    rows = held.values_list("account", "axis__code", "hypothesis")
    return {(account, axis or ""): note for account, axis, note in rows}


KINDS = {INITIAL: Kind.INITIAL, REVISED: Kind.REVISED, REALISED: Kind.EXECUTED}
Typed = Mapping[tuple[str, int], tuple[str, str]]
"""What was typed and not recorded: (line key, month) to text and fault; month 0: the hypothesis."""


def grid_of(
    budget: Budget, typed: Typed, chosen: Sequence[str] = ()
) -> tuple[list[GridClass], list[Beside]]:
    """The classes of a budget, and the columns chosen of the year before."""
    lines: Iterable[BudgetLine] = budget.lines.select_related("axis")
    ordered = sorted(lines, key=lambda line: row_order(line.account))
    keys = {(line.account, line.axis.code if line.axis else "") for line in ordered}
    columns = _beside(budget, keys, [name for name in chosen if name in BESIDE])
    cents = any(month % 100 for line in ordered for month in line.months)
    shown = [_line(line, typed, columns, to_the_cent=cents) for line in ordered]
    classes = [
        GridClass(
            digit,
            name,
            held,
            [column.total(digit) for column in columns],
            [column.left(digit) for column in columns],
        )
        for digit, name in CLASSES.items()
        if (held := [line for line in shown if class_of(line.account) == digit])
    ]
    return classes, columns


def _beside(budget: Budget, keys: set[LineKey], chosen: Sequence[str]) -> list[Beside]:
    if not chosen:
        return []
    year = budget.year - 1
    view, found = year_of(budget.network, year), []
    for name in chosen:
        kind = KINDS[name]
        amounts, _elsewhere = view.figures(budget.entity, kind)
        why = "aucun budget voté"
        if kind == Kind.EXECUTED:
            why = view.reach.lacks(budget.entity.code, view.until)
        found.append(beside(f"{year} {BESIDE[name]}", keys, amounts, why))
    return found


def is_to_the_cent(groups: Iterable[GridClass]) -> bool:
    """Whether some amount has cents: all are then told to the cent."""
    lines = [line for group in groups for line in group.lines]
    return any(cell.cents % 100 for line in lines for cell in line.cells)


def _line(
    line: BudgetLine, typed: Typed, columns: Sequence[Beside], *, to_the_cent: bool
) -> GridLine:
    axis, axis_name = (line.axis.code, line.axis.name) if line.axis else ("", "")
    key = f"{line.account}|{axis}"
    about = f"{line.account} {account_name(line.account)}" + (f", {axis_name}" if axis else "")
    cells = []
    for month, cents in enumerate(line.months, 1):
        written = (
            exact(cents, "\u00a0", "-") if to_the_cent and cents else typed_amount(cents, "\u00a0")
        )
        text, fault = typed.get((key, month), (written, ""))
        label = f"{about}, {MONTHS[month - 1]}"
        cells.append(GridCell(month, f"c|{key}|{month}", label, cents, text, fault))
    return GridLine(
        line.account,
        account_name(line.account),
        axis,
        axis_name,
        line.version,
        cells,
        line.hypothesis,
        typed.get((key, 0), (line.hypothesis, ""))[0],
        [column.of((line.account, axis)) for column in columns],
    )


def difference(groups: Mapping[str, GridClass], plus: str, minus: str) -> list[int] | None:
    """Twelve months and their sum of one class less another; None where neither is there."""
    if plus not in groups and minus not in groups:
        return None
    zero = [0] * 12
    more = groups[plus].months if plus in groups else zero
    less = groups[minus].months if minus in groups else zero
    months = [a - b for a, b in zip(more, less, strict=True)]
    return [*months, sum(months)]
