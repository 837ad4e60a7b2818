"""Budgets read side by side: three columns, the chambers added up, one action across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.ledger.tables import Column, Sum, Table
from maillage.network.models import Entity, Network
from maillage.ui.french import MONTHS
from maillage.workspaces.finance.engine import budgets as figures
from maillage.workspaces.finance.engine.budgets import (
    BY_LABELS,
    CLASSES,
    MEASURE_LABELS,
    By,
    Columns,
    ComparisonRow,
    Kind,
    Measure,
)
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.budgets import (
    Coverage,
    YearOfBudgets,
    axes_of,
    year_of,
    years_of,
)
from maillage.workspaces.finance.views.room import exported, frame, kept_network, year_asked

DEPTHS = (1, 2, 3, 4)
COLUMNS = {
    Kind.INITIAL: "Primitif",
    Kind.REVISED: "Dernier rectifié, sinon primitif",
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
    def of(cls, request: HttpRequest) -> Asked:
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
    """Rows under a heading, and their total."""

    title: str
    rows: list[tuple[str, ComparisonRow]]
    total: ComparisonRow


@require_safe
def comparison(request: HttpRequest, network: str) -> HttpResponse:
    """Initial, last revised and executed side by side, with the gaps in euros and in percent."""
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    entities = _entities(view, asked)
    columns, coverage = view.columns(entities, asked.axis or None)
    groups = groups_of(found, columns, asked)
    context = frame(found, "budget_comparison") | _choices(found, view, asked) | {
        "entities": view.chambers,
        "groups": groups,
        "result": figures.overall(columns, Measure.RESULT) if asked.by is By.ACCOUNT else None,
        "coverage": _coverage(coverage),
        "has_figures": any(group.rows for group in groups),
        "uneven": _uneven(coverage),
        "constant_url": _address(request, perimetre="" if asked.constant else "constant"),
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


def _address(request: HttpRequest, **changes: str) -> str:
    """The same reading with some of its parameters changed ("" takes one away)."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def _choices(network: Network, view: YearOfBudgets, asked: Asked) -> dict[str, Any]:
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


def _coverage(coverage: Mapping[str, Coverage]) -> list[tuple[str, Coverage]]:
    return [(label, coverage[kind.value]) for kind, label in COLUMNS.items()]


def groups_of(network: Network, columns: Columns, asked: Asked) -> list[Group]:
    """Rows by account under their class, or of one measure by chamber, axis or month."""
    names = _names(network, asked.by)
    if asked.by is not By.ACCOUNT:
        rows = figures.compare(columns, asked.by, measure=asked.measure)
        if asked.by is By.ENTITY:  # in the network's order, not in that of the codes
            rank = {code: place for place, code in enumerate(names)}
            rows = tuple(sorted(rows, key=lambda row: rank.get(row.row, len(rank))))
        shown = [(names.get(row.row, row.row), row) for row in rows]
        total = figures.overall(columns, asked.measure)
        return [Group(MEASURE_LABELS[asked.measure], shown, total)]
    rows = figures.compare(columns, By.ACCOUNT, asked.depth)
    measures = {"6": Measure.CHARGES, "7": Measure.PRODUCTS, "2": Measure.USES,
                "1": Measure.RESOURCES}  # fmt: skip
    groups = []
    for digit, title in CLASSES.items():
        within = [(_account(row.row), row) for row in rows if figures.class_of(row.row) == digit]
        if within:
            groups.append(Group(title, within, figures.overall(columns, measures[digit])))
    return groups


def _account(root: str) -> str:
    """« 16 Emprunts (remboursements) »: under the uses, the mark of a repayment says nothing more."""
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
def comparison_export(request: HttpRequest, network: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    columns, coverage = view.columns(_entities(view, asked), asked.axis or None)
    rows: list[Sequence[Any]] = []
    for group in groups_of(found, columns, asked):
        rows += [_exported_row(group.title, label, row) for label, row in group.rows]
        rows.append(Sum(_exported_row(group.title, "Total", group.total)))
    titles = [Column("Ensemble", width=22), Column("Ligne", width=40)]
    titles += [Column(label, "amount", 18) for label in COLUMNS.values()]
    titles += [
        Column("Écart primitif-rectifié", "amount"), Column("en %", "decimal"),
        Column("Écart à l’exécution", "amount"), Column("en %", "decimal"),
    ]  # fmt: skip
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
        told.append(f"Chambre : {asked.entity}")
    if asked.axis:
        told.append(f"Action ou section : {asked.axis}")
    if asked.constant:
        told.append("À périmètre constant")
    told.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    for label, counted in _coverage(coverage):
        missing = ", ".join(counted.missing)
        told.append(
            f"{label} : {len(counted.counted)} chambres" + (f", sans {missing}" if missing else "")
        )
    return told


@require_safe
def consolidation(request: HttpRequest, network: str) -> HttpResponse:
    """The budgets of all chambers, account by account, added up: what each brings to the sum."""
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    context = frame(found, "budget_consolidation") | _choices(found, view, asked) | {
        "entities": view.chambers,
        "table": table,
        "axes": axes_of(found),
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
    groups: list[tuple[str, list[Line], Line]]
    result: Line
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
    groups = []
    for digit, title in CLASSES.items():
        lines = [
            _line(_account(root), sides, (root,))
            for root in roots
            if figures.class_of(root) == digit
        ]
        if lines:
            within = tuple(root for root in roots if figures.class_of(root) == digit)
            groups.append((title, lines, _line(f"Total {title.lower()}", sides, within)))
    charges = [root for root in roots if root[0] == "6"]
    products = [root for root in roots if root[0] == "7"]
    result = _line("Résultat", sides, products, charges)
    _amounts, coverage = view.column(asked.kind, view.chambers)
    return Consolidated(groups, result, coverage)


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
def consolidation_export(request: HttpRequest, network: str, extension: str) -> HttpResponse:
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    table = consolidated(view, asked)
    rows: list[Sequence[Any]] = []
    for title, lines, total in table.groups:
        rows += [[title, line.label, *line.values, line.total] for line in lines]
        rows.append(Sum((title, total.label, *total.values, total.total)))
    rows.append(Sum(("", table.result.label, *table.result.values, table.result.total)))
    titles = [Column("Ensemble", width=16), Column("Compte", width=44)]
    titles += [Column(e.short_name, "amount", 18) for e in view.chambers]
    titles.append(Column("Réseau", "amount", 18))
    filters = [f"Colonne : {COLUMNS[asked.kind]}"]
    filters.append("Brouillons comptés" if asked.drafts else "Budgets votés seulement")
    if asked.axis:
        filters.append(f"Action ou section : {asked.axis}")
    return exported(
        Table(f"Consolidation {asked.year}", titles, rows, filters, labels=2), extension
    )


@require_safe
def actions(request: HttpRequest, network: str) -> HttpResponse:
    """Every action and section: what it weighs in the network and which chambers share it."""
    found, asked = kept_network(request, network), Asked.of(request)
    view = year_of(found, asked.year, drafts=asked.drafts)
    rows = []
    for axis in axes_of(found):
        columns, _coverage_of = view.columns(view.chambers, axis.code)
        sharing = [e.short_name for e in view.chambers if _shares(view, e, axis.code)]
        row = figures.overall(columns, Measure.CHARGES)
        rows.append((axis, sharing, row, figures.overall(columns, Measure.PRODUCTS)))
    context = frame(found, "budget_actions") | _choices(found, view, asked) | {"rows": rows}
    return render(request, "finance/budget_actions.html", context)


def _shares(view: YearOfBudgets, entity: Entity, axis: str) -> bool:
    sides = (view.figures(entity, kind)[0] for kind in Kind)
    return any(key[2] == axis for amounts in sides if amounts for key in amounts)


@require_safe
def action(request: HttpRequest, network: str, code: str) -> HttpResponse:
    """One action across the chambers: three columns each, then its accounts all together."""
    found, asked = kept_network(request, network), Asked.of(request)
    axis = get_object_or_404(found.budget_axes, code=code)
    view = year_of(found, asked.year, drafts=asked.drafts)
    columns, coverage = view.columns(view.chambers, code)
    by_entity = []
    for entity in view.chambers:
        if _shares(view, entity, code):
            own, _own_coverage = view.columns([entity], code)
            charges = figures.overall(own, Measure.CHARGES)
            by_entity.append((entity, charges, figures.overall(own, Measure.PRODUCTS)))
    total = figures.overall(columns, Measure.CHARGES), figures.overall(columns, Measure.PRODUCTS)
    context = frame(found, "budget_actions", axis.name) | _choices(found, view, asked) | {
        "axis": axis,
        "by_entity": by_entity,
        "total": total,
        "result": figures.overall(columns, Measure.RESULT),
        "groups": groups_of(found, columns, asked),
        "coverage": _coverage(coverage),
    }  # fmt: skip
    return render(request, "finance/budget_action.html", context)


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
    path("budgets/actions/", actions, name="budget_actions"),
    path("budgets/actions/<slug:code>/", action, name="budget_action"),
]
