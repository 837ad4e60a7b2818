"""Budgets read side by side: three columns compared, the chambers added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import (
    BY_LABELS,
    CLASSES,
    MEASURE_LABELS,
    By,
    Columns,
    ComparisonRow,
    Kind,
    Measure,
)
from maillage.costing.queries.budgets import Coverage, YearOfBudgets, axes_of, year_of, years_of
from maillage.kernel.period import MONTHS
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.sheets.columns import Kind as ColumnKind
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.outline import outline
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.views.room import exported, kept_network, year_asked

DEPTHS = (1, 2, 3, 4)
GAPS = ("En vigueur moins primitif", "en %", "Exécuté moins en vigueur", "en %")
COLUMNS = {
    Kind.INITIAL: "Primitif",
    Kind.REVISED: "En vigueur",
    Kind.EXECUTED: "Exécuté ou réalisé",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How the figures are to be read: everything stands in the address."""

    year: int
    drafts: bool
    constant: bool
    by: By
    depth: int
    measure: Measure
    entity: str
    axis: str
    kind: Kind

    @classmethod
    def of(cls, request: Request) -> Asked:
        given = request.GET
        depth = given.get("chiffres", "")
        return cls(
            year=year_asked(request),
            drafts=given.get("brouillons") == "oui",
            constant=given.get("perimetre") == "constant",
            by=_choice(By, given.get("par", ""), By.ACCOUNT),
            depth=int(depth) if depth in ("1", "2", "3", "4") else 2,
            measure=_choice(Measure, given.get("mesure", ""), Measure.CHARGES),
            entity=given.get("chambre", ""),
            axis=given.get("axe", ""),
            kind=_choice(Kind, given.get("colonne", ""), Kind.REVISED),
        )


def _choice(kind: Any, text: str, default: Any) -> Any:
    return kind(text) if text in set(kind) else default


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading, their total, and what is drawn from it and the total before."""

    title: str
    rows: list[tuple[str, ComparisonRow]]
    total: ComparisonRow
    total_label: str = "Total"
    after: tuple[str, ComparisonRow] | None = None


@require_safe
def comparison(request: Request, network: str) -> HttpResponse:
    """Initial, last revised and executed side by side, with the gaps in euros and in percent."""
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    entities = _entities(view, asked)
    columns, coverage = view.columns(entities, asked.axis or None)
    groups = groups_of(found, columns, asked)
    context = outline(request, found, "finance:budget_comparison") | choices(found, view, asked) | {
        "entities": view.chambers,
        "groups": groups,
        "coverage": told_coverage(coverage),
        "drafts_url": address(request, brouillons="oui"),
        "has_figures": any(group.rows for group in groups),
        "uneven": _uneven(coverage),
        "unreconciled": [e for e in view.unreconciled if e in entities],
        "constant_url": address(request, perimetre="" if asked.constant else "constant"),
        "axes": axes_of(found),
    }  # fmt: skip
    return render(request, "finance/budget_comparison.html", context)


def _entities(view: YearOfBudgets, asked: Asked) -> list[Entity]:
    """The chambers compared; at constant perimeter, those that have every column there is."""
    chosen = [e for e in view.chambers if not asked.entity or e.code == asked.entity]
    if not asked.constant:
        return chosen
    kinds = [k for k in (Kind.INITIAL, Kind.EXECUTED) if any(view.figures(e, k)[0] for e in chosen)]
    return [e for e in chosen if all(view.figures(e, k)[0] is not None for k in kinds)]


def _uneven(coverage: Mapping[str, Coverage]) -> bool:
    """Whether the gap to execution would compare different chambers."""
    planned, executed = coverage[Kind.REVISED.value], coverage[Kind.EXECUTED.value]
    return bool(executed.counted) and planned.counted != executed.counted


def address(request: Request, **changes: str) -> str:
    """The same reading with some of its parameters changed ("" takes one away)."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def choices(network: Network, view: YearOfBudgets, asked: Asked) -> dict[str, Any]:
    """What the filters offer and what is chosen."""
    return {
        "asked": asked,
        "year": asked.year,
        "years": years_of(network, timezone.localdate()),
        "bys": list(BY_LABELS.items()),
        "measures": list(MEASURE_LABELS.items()),
        "depths": DEPTHS,
        "kinds": list(COLUMNS.items()),
        "chamber": next((e for e in view.chambers if e.code == asked.entity), None),
    }


def told_coverage(coverage: Mapping[str, Coverage]) -> list[tuple[str, Coverage]]:
    return [(label, coverage[kind.value]) for kind, label in COLUMNS.items()]


CLOSING = {Measure.RESULT: "Résultat", Measure.LEFT: "Reste à charge"}


def groups_of(
    network: Network, columns: Columns, asked: Asked, closing: Measure = Measure.RESULT
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
            [(_account(row.row), row) for row in rows if figures.class_of(row.row) == digit],
            figures.overall(columns, measures[digit]),
            f"Total des {CLASSES[digit].lower()}",
            (CLOSING[closing], figures.overall(columns, closing)) if digit == last else None,
        )
        for digit in held
    ]


def _account(root: str) -> str:
    """« 16 Emprunts (remboursements) »: the mark of a repayment is not shown under the uses."""
    return f"{root.removesuffix(figures.REPAID)} {account_name(root)}"


def _names(network: Network, by: By) -> dict[str, str]:
    if by is By.ENTITY:
        return dict(network.entities.values_list("code", "short_name"))
    if by is By.AXIS:
        return {"": "Sans action ni section"} | {a.code: a.name for a in axes_of(network)}
    if by is By.MONTH:
        return {f"{number:02d}": name.capitalize() for number, name in enumerate(MONTHS, 1)}
    return {}


@require_safe
def comparison_export(request: Request, network: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    columns, coverage = view.columns(_entities(view, asked), asked.axis or None)
    rows: list[Sequence[Any]] = []
    for group in groups_of(found, columns, asked):
        rows += [_exported_row(group.title, label, row) for label, row in group.rows]
        rows.append(Sum(_exported_row(group.title, group.total_label, group.total)))
        if group.after:
            rows.append(Sum(_exported_row("", *group.after)))
    titles = [Column("Ensemble", width=22), Column("Ligne", width=40)]
    titles += [Column(label, "amount", 18) for label in COLUMNS.values()]
    kinds: tuple[ColumnKind, ...] = ("amount", "decimal", "amount", "decimal")
    titles += [Column(title, kind) for title, kind in zip(GAPS, kinds, strict=True)]
    table = Table(f"Comparaison {asked.year}", titles, rows, _filters(asked, coverage), labels=2)
    return exported(table, extension)


def _exported_row(group: str, label: str, row: ComparisonRow) -> list[Any]:
    gaps: list[Any] = []
    for gap in (row.revision, row.gap):
        gaps += [gap.cents, gap.percent]
    return [group, label, row.initial, row.revised, row.executed, *gaps]


def _filters(asked: Asked, coverage: Mapping[str, Coverage]) -> list[str]:
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
    for label, counted in told_coverage(coverage):
        missing = ", ".join(counted.missing)
        count = len(counted.counted)
        chambers = f"{count} chambre{'s' if count > 1 else ''}"
        told.append(f"{label}\u00a0: {chambers}" + (f", sans {missing}" if missing else ""))
    return told


@require_safe
def consolidation(request: Request, network: str) -> HttpResponse:
    """The budgets of all chambers, account by account, added up: what each brings to the sum."""
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    context = outline(request, found, "finance:budget_consolidation")
    context |= choices(found, view, asked) | {
        "entities": view.chambers,
        "table": table,
        "axes": axes_of(found),
        "drafts_url": address(request, brouillons="oui"),
    }  # fmt: skip
    return render(request, "finance/budget_consolidation.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the consolidation: a value per chamber (None: no budget), and their sum."""

    label: str
    values: list[int | None]
    total: int


@dataclass(frozen=True, slots=True)
class Consolidated:
    """Groups: a heading, its lines, its total, and the result where it comes right after."""

    groups: list[tuple[str, list[Line], Line, Line | None]]
    coverage: Coverage


def consolidated(view: YearOfBudgets, asked: Asked) -> Consolidated:
    """Accounts by chamber. The total is the sum of the chambers, nothing is eliminated."""
    sides: list[dict[str, int] | None] = []
    for entity in view.chambers:
        amounts, _elsewhere = view.figures(entity, asked.kind)
        if amounts is not None and asked.axis:
            amounts = figures.of_axis(amounts, asked.axis)
        sides.append(None if amounts is None else figures.grouped(amounts, By.ACCOUNT, asked.depth))
    roots = sorted({root for side in sides if side for root in side}, key=figures.row_order)
    held = [d for d in CLASSES if any(figures.class_of(root) == d for root in roots)]
    last = next((digit for digit in ("7", "6") if digit in held), "")
    within = {d: tuple(root for root in roots if figures.class_of(root) == d) for d in CLASSES}
    groups = []
    for digit in held:
        lines = [_line(_account(root), sides, (root,)) for root in within[digit]]
        total = _line(f"Total des {CLASSES[digit].lower()}", sides, within[digit])
        result = _line("Résultat", sides, within["7"], within["6"]) if digit == last else None
        groups.append((CLASSES[digit], lines, total, result))
    return Consolidated(groups, view.column(asked.kind, view.chambers)[1])


def _line(
    label: str,
    sides: Sequence[Mapping[str, int] | None],
    plus: Sequence[str],
    minus: Sequence[str] = (),
) -> Line:
    values = [
        None
        if side is None
        else sum(side.get(r, 0) for r in plus) - sum(side.get(r, 0) for r in minus)
        for side in sides
    ]
    return Line(label, values, sum(value or 0 for value in values))


@require_safe
def consolidation_export(request: Request, network: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    rows: list[Sequence[Any]] = []
    for title, lines, total, result in table.groups:
        rows += [[title, line.label, *line.values, line.total] for line in lines]
        rows.append(Sum((title, total.label, *total.values, total.total)))
        if result:
            rows.append(Sum(("", result.label, *result.values, result.total)))
    titles = [Column("Ensemble", width=16), Column("Compte", width=44)]
    titles += [Column(e.short_name, "amount", 18) for e in view.chambers]
    titles.append(Column("Réseau", "amount", 18))
    filters = [f"Colonne\u00a0: {COLUMNS[asked.kind]}"]
    filters.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    if asked.axis:
        filters.append(f"Action ou section\u00a0: {asked.axis}")
    return exported(
        Table(f"Consolidation {asked.year}", titles, rows, filters, labels=2), extension
    )


routes = [
    path("budgets/comparaison/", comparison, name="budget_comparison"),
    path(
        "budgets/comparaison/export.<slug:extension>",
        comparison_export,
        name="budget_comparison_export",
    ),
    path("budgets/consolidation/", consolidation, name="budget_consolidation"),
    path(
        "budgets/consolidation/export.<slug:extension>",
        consolidation_export,
        name="budget_consolidation_export",
    ),
]
