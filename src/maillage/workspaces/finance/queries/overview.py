"""The overview of a year: the budget in force of each chamber, how far it is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from maillage.costing.engine.budgets import Columns, Kind, Measure, overall, totals
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.network.models import Entity


@dataclass(frozen=True, slots=True)
class ChamberRow:
    """A chamber in the overview: its budget in force, what it adds up to, its execution."""

    entity: Entity
    budget: Budget | None
    charges: int | None
    result: int | None
    rate: Decimal | None


def chamber_line(view: YearOfBudgets, entity: Entity) -> ChamberRow:
    budget = view.latest(entity, Kind.REVISED) or view.latest(entity, Kind.INITIAL)
    if budget is None:
        return ChamberRow(entity, None, None, None, None)
    planned = totals(view.amounts[budget.pk])
    executed, _taken = view.figures(entity, Kind.EXECUTED)
    rate = None
    if executed is not None and planned.charges:
        rate = Decimal(totals(executed).charges) * 100 / planned.charges
        rate = rate.quantize(Decimal("0.1"))
    return ChamberRow(entity, budget, planned.charges, planned.result, rate)


def execution_rate(columns: Columns, coverage: Mapping[str, Coverage]) -> Decimal | None:
    """The network's execution; None where it would compare different chambers."""
    planned, done = coverage[Kind.REVISED.value], coverage[Kind.EXECUTED.value]
    row = overall(columns, Measure.CHARGES)
    if planned.counted != done.counted or not row.reference or row.executed is None:
        return None
    return (Decimal(row.executed) * 100 / row.reference).quantize(Decimal("0.1"))
