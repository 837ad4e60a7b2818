"""A definition filled: every cell a value or why there is none, and what it is made of.

Pure: facts and what was typed in, values out, always the same. A formula reads the rows of its own
column. Euros are decimals here, cents never leave the facts. Refuses to know who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from maillage.kernel.absence import Absent
from maillage.workspaces.returns.engine.definition import (
    ACCOUNTS,
    BETWEEN,
    BOOKS,
    FORMULA,
    HEADING,
    TYPED,
    VOLUME,
    Control,
    Definition,
    Line,
)
from maillage.workspaces.returns.engine.expressions import AccountSet, Value
from maillage.workspaces.returns.engine.facts import (
    Block,
    Facts,
    FilledColumn,
    Period,
    Sides,
    columns_of,
)

Place = tuple[str, str]
"""Codes of a row and of a column."""
NOT_TYPED = "à saisir"
NOT_READ = "à remplir depuis les livres et les budgets"
LISTED = 4
"""Chambers named one by one in a reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an account of a chamber ("" for the whole) brings to a cell, in cents."""

    chamber: str
    account: str
    debit: int
    credit: int
    cents: int


@dataclass(frozen=True)
class Filled:
    """A definition over a period. `typed`: values as they count, euros for k€. `told`: what was
    once told for good, in the unit of its row, and is told again whatever this program computes."""

    definition: Definition
    facts: Facts
    period: Period
    typed: Mapping[Place, Decimal] = field(default_factory=dict)
    told: Mapping[Place, Value] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[FilledColumn]:
        return columns_of(self.definition, self.facts.chambers, self.period)

    @cached_property
    def by_code(self) -> dict[str, FilledColumn]:
        return {column.code: column for column in self.columns}

    @cached_property
    def values(self) -> dict[Place, Value]:
        """Every cell of a figure."""
        found: dict[Place, Value] = {}
        for column in self.columns:
            for line in self.definition.rows:
                if line.is_figure:
                    self._fill(line, column, found)
        return found

    def value(self, row: str, column: str) -> Value:
        return self.values[row, column]

    def shown(self, line: Line, column: str) -> Value:
        """The value in the unit of its row, or of its column where it has one, rounded to its
        decimals, halves away from zero."""
        if (line.code, column) in self.told:
            return self.told[line.code, column]
        return in_unit(line, self.values[line.code, column], self.by_code[column])

    def _fill(self, line: Line, column: FilledColumn, found: dict[Place, Value]) -> Value:
        place = (line.code, column.code)
        if place not in found:
            found[place] = self._value(line, column, found)
        return found[place]

    def _value(self, line: Line, column: FilledColumn, found: dict[Place, Value]) -> Value:
        if column.source == BETWEEN:
            return self._across(line, column, found)
        if line.kind == ACCOUNTS:
            return self._of_accounts(line, column)
        if line.kind == FORMULA:
            formula = self.definition.formulas[line.code]
            return formula.value(lambda code: self._operand(code, column, found))
        if line.kind == TYPED:
            return self._typed(line, column)
        return self._counted(line, column)

    def _across(self, line: Line, column: FilledColumn, found: dict[Place, Value]) -> Value:
        """The columns of a formula, at that row: be the row a formula too, its values are taken."""

        def operand(code: str) -> Value:
            other = self.by_code.get(column.uses[code])
            if other is None:
                return Absent(f"{code}\u00a0: colonne d’une chambre que le réseau n’a plus")
            value = self._fill(line, other, found)
            if isinstance(value, Absent) and other.source != BETWEEN:
                return Absent(f"{other.label}\u00a0: {value.reason}")
            return value

        return self.definition.column_formulas[column.own].value(operand)

    def _typed(self, line: Line, column: FilledColumn) -> Value:
        added = self.added(line, column)
        if not added:
            return self.typed.get((line.code, column.code), Absent(NOT_TYPED))
        values = {one.chamber: self.typed.get((line.code, one.code)) for one in added}
        if silent := [(chamber, NOT_TYPED) for chamber, value in values.items() if value is None]:
            return self._why(silent, column, several=True)
        return sum((value for value in values.values() if value is not None), Decimal(0))

    def added(self, line: Line, column: FilledColumn) -> list[FilledColumn]:
        """The chambers’ columns whose typed cells a network’s one adds up: of the same source and
        period, one for each chamber; none for a rate, or where some chamber has none."""
        if line.kind != TYPED or line.unit == "percent" or column.chamber:
            return []
        alike = {
            one.chamber: one
            for one in self.columns
            if one.chamber and one.source != BETWEEN and self._alike(one) == self._alike(column)
        }
        wanted = [code for code, _ in self.facts.chambers]
        return [alike[code] for code in wanted] if wanted and alike.keys() >= set(wanted) else []

    def _alike(self, column: FilledColumn) -> tuple[str, int, int]:
        return column.source, column.year, column.month

    def is_typed(self, line: Line, column: FilledColumn) -> bool:
        """Whether a cell is one to type."""
        is_given = line.kind == TYPED and column.source != BETWEEN
        return is_given and not self.added(line, column)

    def _operand(self, code: str, column: FilledColumn, found: dict[Place, Value]) -> Value:
        line = self.definition.lines[code]
        value = self._fill(line, column, found)
        if isinstance(value, Absent) and line.kind != FORMULA:
            return Absent(f"{code}\u00a0: {value.reason}")
        return value

    # -- accounts ---------------------------------------------------------------------------------

    def blocks(self, column: FilledColumn) -> list[tuple[str, Block]]:
        where = (column.source, column.year, column.month)
        held, missing = self.facts.blocks, Block(NOT_READ)
        return [(chamber, held.get((*where, chamber), missing)) for chamber in column.chambers]

    def _of_accounts(self, line: Line, column: FilledColumn) -> Value:
        accounts, total, silent = self.definition.accounts[line.code], 0, []
        for chamber, block in self.blocks(column):
            sides = sides_of(line, accounts, block)
            if isinstance(sides, Absent):
                silent.append((chamber, sides.reason))
                continue
            total += sum(
                cents_of(line.sense, *sides[account])
                for account in self._taken(line.code, accounts, sides)
            )
        return self._why(silent, column) if silent else Decimal(total) / 100

    def _taken(self, code: str, accounts: AccountSet, sides: Sides) -> list[str]:
        """The accounts of a block that a row takes; each number is looked at once by row."""
        known = self._known.setdefault(code, {})
        found = []
        for account in sides:
            if account not in known:
                known[account] = account in accounts
            if known[account]:
                found.append(account)
        return found

    @cached_property
    def _known(self) -> dict[str, dict[str, bool]]:
        return {}

    def parts(self, line: Line, column: FilledColumn) -> list[Part]:
        """What the accounts of a row bring to a cell, the chambers in their order."""
        accounts, found = self.definition.accounts[line.code], []
        for chamber, block in self.blocks(column):
            sides = sides_of(line, accounts, block)
            if isinstance(sides, Absent):
                continue
            for account in sorted(self._taken(line.code, accounts, sides)):
                debit, credit = sides[account]
                if debit or credit:
                    cents = cents_of(line.sense, debit, credit)
                    found.append(Part(chamber, account, debit, credit, cents))
        return found

    def taken_out(self, line: Line, column: FilledColumn) -> tuple[list[Part], list[Part]]:
        """Of the whole: what the accounts of each chamber bring, then what eliminating and
        adjusting move of each account: both add up to the cell. Nothing where it is not told."""
        if isinstance(self.values[line.code, column.code], Absent):
            return [], []
        net = self.parts(line, column)
        apart = replace(column, chambers=tuple(code for code, _ in self.facts.chambers))
        own, moved = self.parts(line, apart), dict[str, list[int]]()
        for sign, parts in ((1, net), (-1, own)):
            for part in parts:
                cell = moved.setdefault(part.account, [0, 0, 0])
                for place, cents in enumerate((part.debit, part.credit, part.cents)):
                    cell[place] += sign * cents
        return own, [Part("", account, *c) for account, c in sorted(moved.items()) if any(c)]

    def _why(
        self, silent: Sequence[tuple[str, str]], column: FilledColumn, *, several: bool = False
    ) -> Absent:
        """Why a cell is not told: the reason, with the chambers of which it is one.

        `several`: though its column is one."""
        if len(column.chambers) == 1 and not several:
            return Absent(silent[0][1])
        names, reasons = dict(self.facts.chambers), dict[str, list[str]]()
        for chamber, reason in silent:
            reasons.setdefault(reason, []).append(names.get(chamber, chamber))
        told = []
        for reason, who in reasons.items():
            more = f" et {len(who) - LISTED} autres" if len(who) > LISTED else ""
            told.append(f"{', '.join(who[:LISTED])}{more}\u00a0: {reason}")
        return Absent("\u00a0; ".join(told))

    # -- volumes and FTE --------------------------------------------------------------------------

    def _counted(self, line: Line, column: FilledColumn) -> Value:
        if column.source != BOOKS:
            return Absent("un budget ne compte ni volumes ni ETP")
        if column.month != 12:
            return Absent("volumes et ETP se comptent par année entière")
        chambers = [c for c, _ in self.facts.chambers] if column.is_whole else column.chambers
        total, silent = Decimal(0), []
        for chamber in chambers:
            pair = self.facts.volumes.get((line.content, column.year, chamber), (None, None))
            value = pair[0 if line.kind == VOLUME else 1]
            if value is None:
                silent.append((chamber, f"rien de compté en {column.year}"))
            else:
                total += value
        return self._why(silent, column) if silent else total

    # -- controls ---------------------------------------------------------------------------------

    def controlled(self) -> list[Controlled]:
        """What each rule says of each column but those made of others, whose rows are gaps or
        ratios."""
        found = []
        for control in self.definition.controls:
            rule = self.definition.rules[control.code]
            answers = {
                column.code: rule.holds(lambda code, at=column.code: self._named(code, at))  # type: ignore[misc]
                for column in self.columns
                if column.source != BETWEEN
            }
            found.append(Controlled(control, answers))
        return found

    def _named(self, row: str, column: str) -> Value:
        value = self.values[row, column]
        if isinstance(value, Absent) and self.definition.lines[row].kind != FORMULA:
            return Absent(f"{row}\u00a0: {value.reason}")
        return value


@dataclass(frozen=True, slots=True)
class Controlled:
    """A rule over every column: whether it holds, or why that is not known."""

    control: Control
    answers: Mapping[str, bool | Absent]

    @property
    def failed(self) -> list[str]:
        return [code for code, answer in self.answers.items() if answer is False]

    @property
    def unknown(self) -> list[str]:
        return [code for code, answer in self.answers.items() if isinstance(answer, Absent)]

    @property
    def is_blocked(self) -> bool:
        return self.control.blocking and bool(self.failed)

    @property
    def wants_reason(self) -> bool:
        """Whether sending asks why."""
        return bool(self.failed or self.unknown)


ONE_SIDED = ("debits", "credits")


def cents_of(sense: str, debit: int, credit: int) -> int:
    """What an account brings to a row of that sense."""
    if sense == "credit":
        return credit - debit
    if sense == "debits":
        return debit
    if sense == "credits":
        return credit
    return debit - credit


def sides_of(line: Line, accounts: AccountSet, block: Block) -> Sides | Absent:
    """The amounts of a block that a row reads, or why it has none; where it takes one side of them,
    each account stands on the side of its balance, chamber by chamber."""
    sides = _read(line, accounts, block)
    if isinstance(sides, Absent) or line.sense not in ONE_SIDED:
        return sides
    if block.settled is not None and sides is block.balances:
        return block.settled
    return {
        a: (max(0, debit - credit), max(0, credit - debit)) for a, (debit, credit) in sides.items()
    }


def _read(line: Line, accounts: AccountSet, block: Block) -> Sides | Absent:
    if block.why:
        return Absent(block.why)
    if accounts.local:
        if block.local is None:
            return Absent("le plan local ne se lit que dans le livre d’une chambre")
        if line.sense == "movement" and accounts.classes - {"6", "7"}:
            return Absent("le plan local ne distingue pas les à-nouveaux")
        return block.local
    if line.sense == "movement":
        if block.moved is not None:
            return block.moved
        if accounts.classes - {"6", "7"} or block.balances is None:
            return Absent("les comptes consolidés ne distinguent pas les à-nouveaux")
        return block.balances
    if block.balances is not None:
        return block.balances
    if accounts.classes - {"6", "7"} or block.moved is None:
        return Absent(
            "un budget n’a pas de bilan\u00a0: choisir «\u00a0Mouvement de la période\u00a0»"
        )
    return block.moved


def in_unit(line: Line, value: Value, column: FilledColumn) -> Value:
    if isinstance(value, Absent):
        return value
    scaled = value / 1000 if line.unit == "keuro" and not column.unit else value
    return scaled.quantize(Decimal(1).scaleb(-decimals_of(line, column)), ROUND_HALF_UP)


def decimals_of(line: Line, column: FilledColumn) -> int:
    return column.decimals if column.unit else line.decimals


def changed(
    before: Filled, after: Filled, places: Iterable[Place] | None = None
) -> list[tuple[Line, FilledColumn, Value | None, Value | None]]:
    """The cells that read otherwise, in the unit of their row; None where there was none."""
    found: list[tuple[Line, FilledColumn, Value | None, Value | None]] = []
    held = set(places) if places is not None else None
    for line in after.definition.rows:
        if line.kind == HEADING:
            continue
        for column in after.columns:
            if held is not None and (line.code, column.code) not in held:
                continue
            former = (
                before.shown(line, column.code)
                if (line.code, column.code) in before.values
                else None
            )
            now = after.shown(line, column.code)
            if former != now:
                found.append((line, column, former, now))
    return found
