"""The budgets of all chambers added up, account by account, and what they have with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.between import (
    Pair,
    Part,
    by_root,
    pairs_of,
    taken_out,
)
from maillage.costing.engine.budgets import (
    CLASSES,
    By,
    Kind,
)
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.costing.queries.shares import by_account, families_of_year, shares_of
from maillage.network.models import Entity
from maillage.workspaces.finance.engine.budget_question import BudgetQuestion
from maillage.workspaces.finance.queries.comparison import account_label


@dataclass(frozen=True, slots=True)
class ConsolidatedLine:
    """One row of the consolidation: a value per chamber (None: not told), and their sum, None where
    none is told. `root`: the account, "" for a total. `eliminated`: what chambers have with each
    other; `is_network`: a row of the network alone, whose only figure is `net`."""

    label: str
    values: list[int | None]
    total: int | None
    root: str = ""
    eliminated: int = 0
    is_network: bool = False

    @property
    def net(self) -> int | None:
        return None if self.total is None else self.total - self.eliminated


@dataclass(frozen=True, slots=True)
class Consolidated:
    """Groups: a heading, its lines, and what closes it: its total, then the result where it comes
    right after, with the gaps of elimination that carry it to the sum of the results.

    `pairs`: what answers what; `by_axis`: an action is read, nothing is taken out.
    """

    groups: list[tuple[str, list[ConsolidatedLine], list[ConsolidatedLine]]]
    coverage: Coverage
    pairs: list[Pair] = field(default_factory=list)
    families: Mapping[str, str] = field(default_factory=dict)
    by_axis: bool = False


def consolidated(view: YearOfBudgets, asked: BudgetQuestion) -> Consolidated:
    """Accounts by chamber. The total is the sum of the chambers told; what chambers have with each
    other is taken out beside it, by the families of their books."""
    axis = asked.axis or None
    families = families_of_year(view.network, view.year)
    taken = [] if axis else taken_out(_parts(view, asked), families)
    out = by_root(taken, asked.depth)
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
        lines = [
            _line(account_label(root), sides, (root,), root=root, out=out) for root in within[digit]
        ]
        closing = [_line(f"Total des {CLASSES[digit].lower()}", sides, within[digit], out=out)]
        if digit == last:
            closing += _results(_line("Résultat", sides, within["7"], within["6"], out=out))
        groups.append((CLASSES[digit], lines, closing))
    coverage = view.column(asked.kind, view.chambers, axis)[1]
    labels = {family.code: family.label for family in families}
    return Consolidated(groups, coverage, pairs_of(taken), labels, bool(axis))


def _results(result: ConsolidatedLine) -> list[ConsolidatedLine]:
    """The result, the gaps of elimination, and the sum of the results that they lead to."""
    if not result.eliminated or result.total is None:
        return [result]
    gap = ConsolidatedLine("Écarts d’élimination", [], result.eliminated, is_network=True)
    whole = ConsolidatedLine("Résultat du réseau", [], result.total, is_network=True)
    return [result, gap, whole]


def _parts(view: YearOfBudgets, asked: BudgetQuestion) -> list[Part]:
    """The budget of each chamber told, or what its book says, which tells no share."""
    budgets = {entity.code: _budget(view, entity, asked) for entity in view.chambers}
    shares = shares_of(budget.pk for budget in budgets.values() if budget)
    found = []
    for entity in view.chambers:
        amounts, budget = view.figures(entity, asked.kind)[0], budgets[entity.code]
        if amounts is None:
            continue
        year = view.amounts[budget.pk] if budget else amounts
        held = shares[budget.pk] if budget else []
        found.append(Part(entity.code, by_account(amounts), by_account(year), held))
    return found


def _budget(view: YearOfBudgets, entity: Entity, asked: BudgetQuestion) -> Budget | None:
    budget = view.latest(entity, asked.kind)
    return view.in_force(entity) if budget is None and asked.kind is Kind.REVISED else budget


def _line(
    label: str,
    sides: Sequence[Mapping[str, int] | None],
    plus: Sequence[str],
    minus: Sequence[str] = (),
    root: str = "",
    *,
    out: Mapping[str, int],
) -> ConsolidatedLine:
    values = [
        None
        if side is None
        else sum(side.get(r, 0) for r in plus) - sum(side.get(r, 0) for r in minus)
        for side in sides
    ]
    known = [value for value in values if value is not None]
    eliminated = sum(out.get(r, 0) for r in plus) - sum(out.get(r, 0) for r in minus)
    return ConsolidatedLine(label, values, sum(known) if known else None, root, eliminated)
