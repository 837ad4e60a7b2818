"""Where an amount of budgets read side by side leads: its budget, its chambers, its entry lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from maillage.costing.engine.budgets import By, ComparisonRow, Kind, number_of
from maillage.costing.queries.budgets import Coverage, YearOfBudgets
from maillage.network.models import Entity
from maillage.workspaces.finance.engine.budget_question import DEPTHS, BudgetQuestion
from maillage.workspaces.finance.queries.comparison import Group
from maillage.workspaces.finance.views.side_by_side import Reading

KINDS = {
    "initial": Kind.INITIAL,
    "revised": Kind.REVISED,
    "executed": Kind.EXECUTED,
    "former": Kind.EXECUTED,
}
"""The kind of budget of each column."""
Drill = Callable[[ComparisonRow], dict[str, str]]
"""The address each column of a row leads to, by its name; none where it leads nowhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is drawn: its label, its figures, where each leads ("" for nowhere)."""

    label: str
    row: ComparisonRow
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drilled:
    """A group of rows whose amounts lead somewhere."""

    title: str
    rows: list[Line]
    sums: list[Line]


def drilled(group: Group, drill: Drill | None = None) -> Drilled:
    nowhere = dict.fromkeys(KINDS, "")
    rows = [
        Line(label, row, nowhere | drill(row) if drill else nowhere) for label, row in group.rows
    ]
    sums = [Line(group.total_label, group.total, nowhere)]
    if group.after:
        sums.append(Line(*group.after, nowhere))
    return Drilled(group.title, rows, sums)


def drill_of(
    reading: Reading, entities: Sequence[Entity], coverage: Mapping[str, Coverage]
) -> Drill:
    """What was executed leads to its lines where books say it; a budget to itself where one
    chamber is read; the rest to what each chamber brings."""
    asked, view = reading.asked, reading.view
    network = view.network.code

    def columns(row: ComparisonRow) -> dict[str, str]:
        alone = _alone(row, entities, asked)
        found = {}
        for name, kind in KINDS.items():
            if name not in coverage or getattr(row, name) is None:
                continue
            there, covered = view.former if name == "former" else view, coverage[name]
            if kind is Kind.EXECUTED and covered.counted == covered.taken:
                found[name] = lines_url(
                    there, asked, _account(row, asked), alone, _month(row, asked)
                )
            elif alone is not None:
                budget = there.latest(alone, kind) or there.in_force(alone)
                if budget is not None:
                    found[name] = reverse("finance:budget", args=[network, budget.pk])
            elif asked.by is By.ACCOUNT:
                found[name] = _chambers_url(there, asked, kind)
        return found

    return columns


def _alone(row: ComparisonRow, entities: Sequence[Entity], asked: BudgetQuestion) -> Entity | None:
    """The one chamber the row speaks of."""
    if asked.by is By.ENTITY:
        return next((e for e in entities if e.code == row.row), None)
    return entities[0] if len(entities) == 1 else None


def _account(row: ComparisonRow, asked: BudgetQuestion) -> str:
    return number_of(row.row) if asked.by is By.ACCOUNT else ""


def _month(row: ComparisonRow, asked: BudgetQuestion) -> int:
    return int(row.row) if asked.by is By.MONTH else 0


def lines_url(
    view: YearOfBudgets, asked: BudgetQuestion, account: str, chamber: Entity | None, month: int = 0
) -> str:
    """The entry lines up to the cut-off, or of one month."""
    query = {"exercice": str(view.year), "compte": account, "axe": asked.axis}
    if chamber is not None:
        query["chambre"] = chamber.code
    if month:
        query["mois"] = f"{view.year}-{month:02d}"
    elif not view.until.is_whole:
        query |= {"mois": f"{view.year}-{view.month:02d}", "cumul": "oui"}
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('ledger:entry_lines', args=[view.network.code])}?{given}"


def _chambers_url(view: YearOfBudgets, asked: BudgetQuestion, kind: Kind) -> str:
    query = {
        "annee": view.year,
        "arrete": view.month,
        "colonne": kind.value,
        "chiffres": min(asked.depth, DEPTHS[-1]),
        "axe": asked.axis,
        "brouillons": "oui" if asked.drafts else "",
    }
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('finance:budget_consolidation', args=[view.network.code])}?{given}"
