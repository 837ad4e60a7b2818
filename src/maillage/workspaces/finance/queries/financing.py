"""The budgets of a year as financing tables: self-financing, resources, uses, working capital."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from maillage.costing.engine.budgets import Kind
from maillage.costing.models import Budget, BudgetLine
from maillage.costing.queries.budgets import YearOfBudgets
from maillage.kernel.absence import sum_told
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.flows import FlowTable, Terms, computed, of_role, shipped_flows
from maillage.ledger.financing_tables import (
    BALANCE,
    CAF,
    CAF_EBE,
    FINANCING,
    Financing,
    Standing,
    financing_of,
)
from maillage.ledger.queries.consolidated import year_of as books_of
from maillage.ledger.queries.financing import positions
from maillage.network.models import Entity
from maillage.workspaces.finance.engine.financing import forecast, position_of, untold_words

NO_BUDGET = "aucun budget de cette nature"
FORECAST = FlowTable("fonds-de-roulement", "Fonds de roulement prévisionnel", "", ())


def financing_tables(view: YearOfBudgets, kind: Kind, entity: Entity | None) -> list[Financing]:
    """Both ways to self-financing, the financing table and the working capital it leads to."""
    flows, day = shipped_flows(), dt.date(view.year, 1, 1)
    chambers = [entity] if entity else view.chambers
    columns = _columns(view, kind, chambers)
    found = [financing_of(flows, code, columns, day) for code in (CAF, CAF_EBE, FINANCING)]
    change = next(row.cents for row in found[-1].rows if row.line.role == "change")
    opening = _openings(view, chambers, columns)
    return [*found, Financing(FORECAST, tuple(columns), forecast(opening, change))]


def _columns(view: YearOfBudgets, kind: Kind, chambers: Sequence[Entity]) -> list[Standing]:
    held = _accounts(view)
    columns = [_standing(view, kind, entity, held) for entity in chambers]
    if len(columns) > 1:
        lacking = [column.head for column in columns if column.missing]
        why = f"il manque {', '.join(lacking)}" if lacking else ""
        complete = all(column.terms for column in columns)
        terms: Terms = tuple(t for c in columns for t in c.terms) if complete else ()
        columns.append(Standing("Réseau", terms, None, why))
    return columns


def _accounts(view: YearOfBudgets) -> dict[int, set[str]]:
    """Every account each budget carries, lines at zero too."""
    rows = BudgetLine.objects.filter(budget__in=[budget.pk for budget in view.budgets])
    found: dict[int, set[str]] = defaultdict(set)
    for pk, account in rows.values_list("budget_id", "account").distinct():
        found[pk].add(account)
    return found


def _standing(
    view: YearOfBudgets, kind: Kind, entity: Entity, held: dict[int, set[str]]
) -> Standing:
    amounts, _elsewhere = view.figures(entity, kind)
    if amounts is None:
        return Standing(entity.short_name, (), None, NO_BUDGET)
    budget = _budget(view, kind, entity)
    carried = None if budget is None else held.get(budget.pk, set())
    at = position_of(shipped_flows(), amounts, dt.date(view.year, 1, 1), carried)
    missing = untold_words(at.untold) if at.untold else ""
    return Standing(entity.short_name, ((1, at),), None, missing)


def _budget(view: YearOfBudgets, kind: Kind, entity: Entity) -> Budget | None:
    """The budget whose figures are read; None where books stand instead."""
    if kind is Kind.REVISED:
        return view.in_force(entity)
    return view.latest(entity, kind)


def _openings(
    view: YearOfBudgets, chambers: Sequence[Entity], columns: Sequence[Standing]
) -> list[int | None]:
    """Working capital at the end of the year before, by column; None without its book."""
    former = books_of(view.network, view.year - 1)
    found = positions([former], Span()).own if former.files else {}
    flows, period = shipped_flows(), str(view.year - 1)
    said = [
        of_role(computed(flows, flows.table(BALANCE), at), "frng")
        if (at := found.get((entity.code, period)))
        else None
        for entity in chambers
    ]
    if len(columns) > len(said):
        said.append(sum_told(said))
    return said
