"""A budget to a workbook or a CSV and back: template, dry run, every fault located."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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
from maillage.sheets.marks import Seen, is_left, is_lost
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
    seen_table,
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


Given = tuple[str, str, list[int | None], str, Seen | None]
"""A line of a file: account, axis, twelve cents or nothing, its hypothesis ("": as it is), what the
file saw of it."""


def _table(budget: Budget, lines: Lines, *, empty: bool = False) -> Table:
    about = [
        f"Chambre\u00a0: {budget.entity.name}",
        f"État\u00a0: {budget.get_status_display()}",
    ]
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    notes = notes_of(budget)
    return table_of(lines, account_name, names, about, empty=empty, notes=notes)


def _whose(budget: Budget) -> str:
    return f"{budget.chain} {budget.subject}"


def _name(budget: Budget, extension: str) -> str:
    return f"{slugify(f'{budget} {budget.entity.code}')}.{extension}"


@require_safe
def export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    """The budget as a file that the import takes back."""
    budget = visible_budget(request, network, pk)
    table = seen_table(_table(budget, lines_of(budget)), _whose(budget))
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
    axes = {axis.code for axis in axes_of(budget.network)}
    given, notes, seen = read_lines(data, name, axes, _whose(budget))
    return [(*key, months, notes.get(key, ""), seen[key]) for key, months in given.items()]


def _restored(rows: Sequence[Sequence[Any]]) -> list[Given]:
    """A file that waited since before hypotheses or marks were read says nothing of them."""
    filled = ((*row, "", None)[: max(len(row), 5)] if len(row) < 5 else row for row in rows)
    return [(row[0], row[1], row[2], row[3] or "", Seen.kept(row[4])) for row in filled]


def _changes(budget: Budget, rows: Sequence[Given], _actor: Actor) -> list[Change]:
    """What a line gets: account, axis, months, hypothesis (None to leave it); what it had."""
    held, said = lines_of(budget), notes_of(budget)
    given = {(account, axis): months for account, axis, months, _note, _seen in rows}
    moving = {row[:2]: row for row in changes_of(held, given)}
    found = []
    for account, axis, months, note, seen in rows:
        if is_left(seen):
            continue
        key = account, axis
        was = said.get(key, "")
        new = note if note and note != was else None
        if key in moving:
            before, after = moving[key][2:]
            old = None if before is None else (before, was)
            clashes = _clashes(seen, months, new, before, was)
            found.append(Change((*key, after, new), old, clashes=clashes, lost=is_lost(seen)))
        elif new is not None and key in held:
            clashes = _clashes(seen, months, new, held[key], was)
            found.append(
                Change(
                    (*key, held[key], new), (held[key], was), clashes=clashes, lost=is_lost(seen)
                )
            )
    return sorted(found, key=lambda change: row_order(change.row[0]))


def _clashes(
    seen: Seen | None,
    months: Sequence[int | None],
    note: str | None,
    before: Sequence[int] | None,
    was: str,
) -> tuple[str, ...]:
    """The months, and the hypothesis, changed in the file and since it was exported."""
    if seen is None or before is None:
        return ()
    given = zip(MONTH_TITLES, months, before, strict=True)
    held: dict[str, Any] = {
        title: old for title, new, old in given if new is not None and new != old
    }
    if note is not None:
        held[NOTE.name] = was
    return seen.moved(held)


def _theirs(change: Change, names: Collection[str]) -> Any:
    """The line with what is kept in these months; None where nothing else changes."""
    account, axis, after, note = change.row
    before, _was = change.before
    pairs = zip(MONTH_TITLES, before, after, strict=True)
    after = [old if title in names else new for title, old, new in pairs]
    note = None if NOTE.name in names else note
    return None if after == before and note is None else (account, axis, after, note)


def _shown(budget: Budget, changes: Sequence[Change]) -> Iterator[Shown]:
    """Each month that changes, and the year."""
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    for change in changes:
        account, axis, after, note = change.row
        held, was = change.before or (None, "")
        before = held or [None] * 12
        months = zip(MONTH_TITLES, before, after, strict=True)
        cells = (*months, (TOTAL, sum_told(before), sum(after)))
        lines = [(t, t, _euros(old), _euros(new)) for t, old, new in cells if old != new]
        lines += [(NOTE.name, NOTE.title, was, note)] if note is not None else []
        called = f"{account} {account_name(account)}", names.get(axis, axis) or "–"
        yield Shown.of(called, lines, change)


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
    seen=lambda row: row[4],
    theirs=_theirs,
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
