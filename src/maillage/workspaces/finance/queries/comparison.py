"""Budgets compared: rows under their class, or of one measure by chamber, axis or month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    BY_LABELS,
    CLASSES,
    MEASURE_LABELS,
    By,
    Columns,
    ComparisonRow,
    Measure,
)
from maillage.costing.queries.budgets import Coverage, axes_of
from maillage.kernel.period import MONTHS
from maillage.network.models import Network
from maillage.sheets.columns import Kind as ColumnKind
from maillage.sheets.writing import Column, Sum, Table
from maillage.workspaces.finance.engine.budget_question import COLUMNS, BudgetQuestion
from maillage.workspaces.finance.queries.accounts import account_name

FORMER = "Exercice précédent, même période"
GAPS = ("En vigueur moins primitif", "en %", "Réalisé moins en vigueur", "en %")


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


def comparison_table(groups: Iterable[Group], title: str, words: Sequence[str]) -> Table:
    """Rows under their class, their totals; the three columns, gaps, the year before."""
    rows: list[Sequence[Any]] = []
    for group in groups:
        rows += [_row(group.title, label, row) for label, row in group.rows]
        rows.append(Sum(_row(group.title, group.total_label, group.total)))
        if group.after:
            rows.append(Sum(_row("", *group.after)))
    heads = [Column("Ensemble", width=22), Column("Ligne", width=40)]
    heads += [Column(label, "figure", 18) for label in COLUMNS.values()]
    kinds: tuple[ColumnKind, ...] = ("amount", "decimal", "amount", "decimal")
    heads += [Column(head, kind) for head, kind in zip(GAPS, kinds, strict=True)]
    heads += [Column(FORMER, "figure", 18), Column("Évolution en %", "decimal")]
    return Table(title, heads, rows, words, labels=2)


def _row(group: str, label: str, row: ComparisonRow) -> list[Any]:
    gaps: list[Any] = []
    for gap in (row.revision, row.gap):
        gaps += [gap.cents, gap.percent]
    sides = [row.initial, row.revised, row.executed]
    return [group, label, *sides, *gaps, row.former, row.growth.percent]


def words_of(asked: BudgetQuestion, coverage: Mapping[str, Coverage]) -> list[str]:
    """What is compared, and which chambers each column counts, in words."""
    told = [BY_LABELS[asked.by]]
    if asked.by is not By.ACCOUNT:
        told.append(MEASURE_LABELS[asked.measure])
    if asked.entity:
        told.append(f"Chambre\u00a0: {asked.entity}")
    if asked.axis:
        told.append(f"Action ou section\u00a0: {asked.axis}")
    if asked.constant:
        told.append("À périmètre constant")
    told.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    for label, counted in coverage_by_column(coverage):
        missing = ", ".join((*counted.drafts, *counted.silent))
        count = len(counted.counted)
        chambers = f"{count} chambre{'s' if count > 1 else ''}"
        told.append(f"{label}\u00a0: {chambers}" + (f", sans {missing}" if missing else ""))
    return told


def coverage_by_column(coverage: Mapping[str, Coverage]) -> list[tuple[str, Coverage]]:
    """Each column with what it counts; that of the year before, where it is read, comes last."""
    found = [(label, coverage[kind.value]) for kind, label in COLUMNS.items()]
    if former := coverage.get("former"):
        found.append((FORMER, former))
    return found
