"""A budget to a workbook or a CSV and back: template, dry run, every fault located."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import row_order, sums_by_class
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import axes_of
from maillage.imports.flow import Change, ImportFlow, Shown
from maillage.imports.views import routes as pages_of
from maillage.kernel.absence import sum_told
from maillage.kernel.money import euros
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.sheets.writing import CSV, XLSX, Table, to_xlsx
from maillage.ui.downloads import attachment
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.engine.budget_table import (
    MAX_BYTES,
    MONTH_TITLES,
    NOTE,
    TOTAL,
    Lines,
    changes_of,
    read_lines,
    table_of,
    write_csv,
)
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.budget_grid import lines_of, notes_of
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget

TEMPLATE_ACCOUNTS = (
    *("601", "606", "611", "613", "615", "616", "622", "623", "625", "626", "628"),
    *("631", "635", "641", "645", "648", "651", "661", "681"),
    *("706", "708", "741", "748", "756", "758", "761", "781", "164", "205", "213", "218"),
)
"""Accounts a template offers where the budget has no line yet."""


Given = tuple[str, str, list[int | None], str]
"""A line of a file: account, axis, twelve cents or nothing, its hypothesis ("": as it is)."""


def _table(budget: Budget, lines: Lines, *, empty: bool = False) -> Table:
    about = [
        f"Chambre\u00a0: {budget.entity.name}",
        f"État\u00a0: {budget.get_status_display()}",
    ]
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    notes = notes_of(budget)
    return table_of(lines, account_name, names, about, empty=empty, notes=notes)


def _name(budget: Budget, extension: str) -> str:
    return f"{slugify(f'{budget} {budget.entity.code}')}.{extension}"


@require_safe
def export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    """The budget as a file that the import takes back."""
    budget = visible_budget(request, network, pk)
    table = _table(budget, lines_of(budget))
    if extension == "xlsx":
        data = to_xlsx(table, timezone.localdate())
        return attachment(data, XLSX, _name(budget, extension))
    if extension == "csv":
        return attachment(write_csv(table.rows, table.columns), CSV, _name(budget, extension))
    raise Http404


@require_safe
def template(request: Request, network: str, pk: int) -> HttpResponse:
    """The same workbook without amounts: the budget's own lines, else usual accounts."""
    budget = visible_budget(request, network, pk)
    lines = lines_of(budget) or {(account, ""): [0] * 12 for account in TEMPLATE_ACCOUNTS}
    data = to_xlsx(_table(budget, lines, empty=True), timezone.localdate())
    return attachment(data, XLSX, "modele-de-budget.xlsx")


def _read(budget: Budget, data: bytes, name: str, _actor: Actor) -> list[Given]:
    given, notes = read_lines(data, name, {axis.code for axis in axes_of(budget.network)})
    return [(*key, months, notes.get(key, "")) for key, months in given.items()]


def _restored(rows: Sequence[Sequence[Any]]) -> list[Given]:
    """A file that waited since before hypotheses were read says nothing of them."""
    return [(row[0], row[1], row[2], row[3] if len(row) > 3 else "") for row in rows]


def _changes(budget: Budget, rows: Sequence[Given], _actor: Actor) -> list[Change]:
    """What a line gets: account, axis, months, hypothesis (None to leave it); what it had."""
    held, said = lines_of(budget), notes_of(budget)
    given = {(account, axis): months for account, axis, months, _note in rows}
    moved = {row[:2]: row for row in changes_of(held, given)}
    found = []
    for account, axis, _months, note in rows:
        key = account, axis
        was = said.get(key, "")
        new = note if note and note != was else None
        if key in moved:
            before, after = moved[key][2:]
            found.append(Change((*key, after, new), None if before is None else (before, was)))
        elif new is not None and key in held:
            found.append(Change((*key, held[key], new), (held[key], was)))
    return sorted(found, key=lambda change: row_order(change.row[0]))


def _shown(budget: Budget, changes: Sequence[Change]) -> Iterator[Shown]:
    """Each month that changes, and the year."""
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    for change in changes:
        account, axis, after, note = change.row
        held, was = change.before or (None, "")
        before = held or [None] * 12
        months = zip(MONTH_TITLES, before, after, strict=True)
        cells = (*months, (TOTAL, sum_told(before), sum(after)))
        yield Shown(
            (f"{account} {account_name(account)}", names.get(axis, axis) or "–"),
            (
                *((title, _euros(old), _euros(new)) for title, old, new in cells if old != new),
                *([(NOTE.title, was, note)] if note is not None else []),
            ),
        )


def _euros(cents: int | None) -> str:
    return "" if cents is None else euros(cents)


def _about(budget: Budget, changes: Sequence[Change]) -> dict[str, Any]:
    """What the whole budget comes to, and the lines that fall to nothing."""
    held = lines_of(budget)
    after = held | {change.row[:2]: change.row[2] for change in changes}
    emptied = sum(any(c.before[0] if c.before else ()) and not any(c.row[2]) for c in changes)
    return {"emptied": emptied, "sums": sums_by_class(held, after)}


def _apply(
    budget: Budget,
    rows: Sequence[tuple[str, str, list[int], str | None]],
    *,
    actor: Actor,
    seen: int,
) -> int:
    edits = [
        LineEdit(account, axis, dict(enumerate(after, 1)), note=note)
        for account, axis, after, note in rows
    ]
    return enter_amounts(budget, edits, actor=actor, seen=seen).changed


AMOUNTS = ImportFlow(
    name="amounts",
    addresses=(
        "finance:budget_import",
        "finance:budget_import_review",
        "finance:budget_import_apply",
    ),
    find=visible_budget,
    guard=rules.can_enter,
    version=lambda budget: budget.version,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Compte", "Axe"),
    shown=_shown,
    apply=_apply,
    home=lambda budget: reverse("finance:budget", args=[budget.network.code, budget.pk]),
    page=budget_outline,
    frame="finance/frame.html",
    hint="finance/budget_import_hint.html",
    summary="finance/budget_import_sums.html",
    about=_about,
    limit=MAX_BYTES,
    thing="le budget",
)

routes = [
    path("budgets/<int:pk>/export.<slug:extension>", export, name="budget_export"),
    path("budgets/<int:pk>/modele.xlsx", template, name="budget_template"),
    *pages_of(AMOUNTS, "budgets/<int:pk>/importer/"),
]
