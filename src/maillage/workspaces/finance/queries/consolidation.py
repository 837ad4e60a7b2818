"""The budgets of all chambers added up, account by account: what each brings to the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    CLASSES,
    By,
)
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.workspaces.finance.engine.budget_question import BudgetQuestion
from maillage.workspaces.finance.queries.comparison import account_label


@dataclass(frozen=True, slots=True)
class ConsolidatedLine:
    """One row of the consolidation: a value per chamber (None: not told), and their sum, None where
    none is told. `root`: the account, "" for a total."""

    label: str
    values: list[int | None]
    total: int | None
    root: str = ""


@dataclass(frozen=True, slots=True)
class Consolidated:
    """Groups: a heading, its lines, its total, and the result where it comes right after."""

    groups: list[tuple[str, list[ConsolidatedLine], ConsolidatedLine, ConsolidatedLine | None]]
    coverage: Coverage


def consolidated(view: YearOfBudgets, asked: BudgetQuestion) -> Consolidated:
    """Accounts by chamber. The total is the sum of the chambers told, nothing is eliminated."""
    axis = asked.axis or None
    parts = [view.column(asked.kind, [entity], axis)[0] for entity in view.chambers]
    sides = [
        None if amounts is None else figures.grouped(amounts, By.ACCOUNT, asked.depth)
        for amounts in parts
    ]
    roots = sorted({root for side in sides if side for root in side}, key=figures.row_order)
    held = [d for d in CLASSES if any(figures.class_of(root) == d for root in roots)]
    last = next((digit for digit in ("7", "6") if digit in held), "")
    within = {d: tuple(root for root in roots if figures.class_of(root) == d) for d in CLASSES}
    groups = []
    for digit in held:
        lines = [_line(account_label(root), sides, (root,), root=root) for root in within[digit]]
        total = _line(f"Total des {CLASSES[digit].lower()}", sides, within[digit])
        result = _line("Résultat", sides, within["7"], within["6"]) if digit == last else None
        groups.append((CLASSES[digit], lines, total, result))
    return Consolidated(groups, view.column(asked.kind, view.chambers, axis)[1])


def _line(
    label: str,
    sides: Sequence[Mapping[str, int] | None],
    plus: Sequence[str],
    minus: Sequence[str] = (),
    root: str = "",
) -> ConsolidatedLine:
    values = [
        None
        if side is None
        else sum(side.get(r, 0) for r in plus) - sum(side.get(r, 0) for r in minus)
        for side in sides
    ]
    known = [value for value in values if value is not None]
    return ConsolidatedLine(label, values, sum(known) if known else None, root)
