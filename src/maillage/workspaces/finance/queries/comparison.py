"""Budgets compared: rows under their class, or of one measure by chamber, axis or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    CLASSES,
    MEASURE_LABELS,
    By,
    Columns,
    ComparisonRow,
    Measure,
)
from maillage.costing.queries.budgets import axes_of
from maillage.kernel.period import MONTHS
from maillage.network.models import Network
from maillage.workspaces.finance.engine.budget_question import BudgetQuestion
from maillage.workspaces.finance.queries.accounts import account_name


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading, their total, and what is drawn from it and the total before."""

    title: str
    rows: list[tuple[str, ComparisonRow]]
    total: ComparisonRow
    total_label: str = "Total"
    after: tuple[str, ComparisonRow] | None = None


CLOSING = {Measure.RESULT: "Résultat", Measure.LEFT: "Reste à charge"}


def groups_of(
    network: Network, columns: Columns, asked: BudgetQuestion, closing: Measure = Measure.RESULT
) -> list[Group]:
    """Rows by account under their class, or of one measure by chamber, axis or month.

    `closing` stands right after charges and products: it is drawn from them alone.
    """
    names = _names(network, asked.by)
    if asked.by is not By.ACCOUNT:
        rows = figures.compare(columns, asked.by, measure=asked.measure)
        if asked.by is By.ENTITY:  # in the network's order, not in that of the codes
            rank = {code: place for place, code in enumerate(names)}
            rows = tuple(sorted(rows, key=lambda row: rank.get(row.row, len(rank))))
        shown = [(names.get(row.row, row.row), row) for row in rows]
        total = figures.overall(columns, asked.measure)
        return [Group(MEASURE_LABELS[asked.measure], shown, total)]
    return _by_class(columns, figures.compare(columns, By.ACCOUNT, asked.depth), closing)


def _by_class(columns: Columns, rows: Sequence[ComparisonRow], closing: Measure) -> list[Group]:
    measures = {"6": Measure.CHARGES, "7": Measure.PRODUCTS, "2": Measure.USES,
                "1": Measure.RESOURCES}  # fmt: skip
    held = [d for d in CLASSES if any(figures.class_of(row.row) == d for row in rows)]
    last = next((d for d in ("7", "6") if d in held), "")
    return [
        Group(
            CLASSES[digit],
            [(account_label(row.row), row) for row in rows if figures.class_of(row.row) == digit],
            figures.overall(columns, measures[digit]),
            f"Total des {CLASSES[digit].lower()}",
            (CLOSING[closing], figures.overall(columns, closing)) if digit == last else None,
        )
        for digit in held
    ]


def account_label(root: str) -> str:
    """« 16 Emprunts (remboursements) »: the mark of a repayment is not shown under the uses."""
    return f"{figures.number_of(root)} {account_name(root)}"


def _names(network: Network, by: By) -> dict[str, str]:
    if by is By.ENTITY:
        return dict(network.entities.values_list("code", "short_name"))
    if by is By.AXIS:
        named = {a.code: a.name for a in axes_of(network)}
        return {"": "Sans action ni section", figures.UNTOLD: "Axe non renseigné"} | named
    if by is By.MONTH:
        return {f"{number:02d}": name.capitalize() for number, name in enumerate(MONTHS, 1)}
    return {}
