"""The plan of a year beside its budgets and books, for chambers and for the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.costing.engine.budgets import Amounts, Kind
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.network.models import Entity
from maillage.workspaces.finance.engine.investments import Operation
from maillage.workspaces.finance.engine.plan_reconciliation import USES, Compared, reconcile
from maillage.workspaces.finance.models import Investment
from maillage.workspaces.finance.queries.investments import plan_of


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`lines`: of all that is asked; `chambers`: the uses of each; `operations`: those of the year.

    `missing_budget`, `missing_executed`: why a column is not told, "" where it is.
    """

    lines: tuple[Compared, ...]
    chambers: list[tuple[Entity, Compared]]
    operations: list[tuple[Investment, Operation, int]]
    missing_budget: str
    missing_executed: str


def reconciled(view: YearOfBudgets, entity: Entity | None) -> Reconciled:
    """A column that lacks a chamber is not told: a sum of some is compared with no plan of all."""
    asked = [entity] if entity else view.chambers
    codes = {one.code for one in asked}
    held = [(row, o) for row, o in plan_of(view.network) if o.entity in codes]
    operations = [o for _row, o in held]
    budget, first = _column(view, Kind.REVISED, asked, "aucun budget voté")
    executed, second = _column(view, Kind.EXECUTED, asked, "ni budget exécuté ni livre")
    return Reconciled(
        reconcile(operations, budget, executed, view.year),
        [(one, _uses(view, one, operations)) for one in asked] if len(asked) > 1 else [],
        [(row, o, o.years[view.year]) for row, o in held if view.year in o.years and o.counts],
        first,
        second,
    )


def _column(
    view: YearOfBudgets, kind: Kind, asked: Sequence[Entity], nothing: str
) -> tuple[Amounts | None, str]:
    amounts, coverage = view.column(kind, asked)
    why = _lacking(coverage, nothing)
    return (None if why else amounts), why


def _lacking(coverage: Coverage, nothing: str) -> str:
    if not coverage.missing:
        return ""
    if not coverage.counted:
        return nothing
    return f"il manque {', '.join(coverage.missing)}"


def _uses(view: YearOfBudgets, entity: Entity, operations: Sequence[Operation]) -> Compared:
    mine = [o for o in operations if o.entity == entity.code]
    budget, _elsewhere = view.figures(entity, Kind.REVISED)
    executed, _elsewhere = view.figures(entity, Kind.EXECUTED)
    return next(c for c in reconcile(mine, budget, executed, view.year) if c.part is USES)
