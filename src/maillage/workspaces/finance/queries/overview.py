"""The overview of a year: the budget in force of each chamber, how far it is executed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maillage.costing.engine.budgets import (
    Kind,
    Measure,
    consolidate,
    overall,
    totals,
    until,
)
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.network.models import Entity


@dataclass(frozen=True, slots=True)
class ChamberRow:
    """A chamber in the overview: its budget in force over the year, and its execution to date.

    `rate`: what was executed up to the cut-off on what was budgeted up to it; None where one of
    them is not told, and `reason` then says why.
    """

    entity: Entity
    budget: Budget | None
    charges: int | None
    result: int | None
    rate: Decimal | None
    reason: str = ""


def chamber_line(view: YearOfBudgets, entity: Entity) -> ChamberRow:
    budget = view.in_force(entity)
    if budget is None:
        return ChamberRow(entity, None, None, None, None, "aucun budget voté")
    amounts = view.amounts[budget.pk]
    planned, due = totals(amounts), totals(until(amounts, view.month)).charges
    executed, _taken = view.figures(entity, Kind.EXECUTED)
    rate, reason = None, view.reach.lacks(entity.code, view.until)
    if executed is not None:
        rate, reason = _rate(totals(executed).charges, due), "aucune charge budgétée à cette date"
    return ChamberRow(entity, budget, planned.charges, planned.result, rate, reason)


def _rate(executed: int, due: int | None) -> Decimal | None:
    return (Decimal(executed) * 100 / due).quantize(Decimal("0.1")) if due else None


@dataclass(frozen=True, slots=True)
class Overview:
    """The network's year: budgets in force over the whole of it, execution up to the cut-off.

    `rate`: None where it would compare different chambers.
    """

    charges: int | None
    result: int | None
    executed: int | None
    coverage: Coverage
    rate: Decimal | None


def overview(view: YearOfBudgets) -> Overview:
    held = [budget for entity in view.chambers if (budget := view.in_force(entity))]
    planned = totals(consolidate(view.amounts[b.pk] for b in held)) if held else None
    columns, coverage = view.columns(view.chambers)
    row = overall(columns, Measure.CHARGES)
    done = coverage[Kind.EXECUTED.value]
    rate = None
    if row.executed is not None and "gap" not in columns.uneven:
        rate = _rate(row.executed, row.reference)
    charges, result = (planned.charges, planned.result) if planned else (None, None)
    return Overview(charges, result, row.executed, done, rate)
