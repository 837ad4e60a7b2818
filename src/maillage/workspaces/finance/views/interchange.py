"""A budget to a workbook or a CSV and back: template, dry run, every fault located."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.costing.engine.budgets import CLASSES, by_month, class_of, row_order
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of, axes_of
from maillage.kernel.verdicts import Denied, Refusal, require
from maillage.ledger.queries.books import finance_function
from maillage.people.requests import Request
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.writing import CSV, XLSX, Column, Table, to_xlsx
from maillage.ui.templatetags.ui import pluriel
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.actions.pending import drop_file, has_moved, keep_budget_file
from maillage.workspaces.finance.engine.budget_table import (
    MAX_BYTES,
    MONTH_TITLES,
    TITLES,
    Changes,
    Given,
    Lines,
    changes_of,
    read_budget,
    write_csv,
)
from maillage.workspaces.finance.models import BudgetPendingImport
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.budgets import budget_frame, visible_budget
from maillage.workspaces.finance.views.room import attachment

SHOWN = 300
EMPTY = (
    "Import\u00a0: une cellule vide laisse le montant tel qu’il est\u00a0; taper 0 le met à zéro."
)
TEMPLATE_ACCOUNTS = (
    *("601", "606", "611", "613", "615", "616", "622", "623", "625", "626", "628"),
    *("631", "635", "641", "645", "648", "651", "661", "681"),
    *("706", "708", "741", "748", "756", "758", "761", "781", "164", "205", "213", "218"),
)
"""Accounts a template offers where the budget has no line yet."""


def _table(budget: Budget, lines: Lines, *, empty: bool = False) -> Table:
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    columns = [Column(TITLES[0], width=12), Column(TITLES[1], width=38)]
    columns += [Column(TITLES[2], width=18), Column(TITLES[3], width=26)]
    columns += [Column(title, "amount", 13) for title in (*MONTH_TITLES, TITLES[-1])]
    rows = [
        [
            account,
            account_name(account),
            axis,
            names.get(axis, ""),
            *(months if not empty else [None] * 12),
            sum(months) if not empty else None,
        ]
        for (account, axis), months in sorted(lines.items(), key=lambda i: row_order(i[0][0]))
    ]
    about = [
        f"Chambre\u00a0: {budget.entity.name}",
        f"État\u00a0: {budget.get_status_display()}",
        EMPTY,
    ]
    return Table("Budget", columns, rows, about)


def _name(budget: Budget, extension: str) -> str:
    return f"{slugify(f'{budget} {budget.entity.code}')}.{extension}"


def _lines(budget: Budget) -> Lines:
    """Every line of the budget, those without any amount included."""
    lines: Lines = {
        (account, axis or ""): [0] * 12
        for account, axis in budget.lines.values_list("account", "axis__code")
    }
    return lines | by_month(amounts_of([budget])[budget.pk])


@require_safe
def export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    """The budget as a file that the import takes back."""
    budget = visible_budget(request, network, pk)
    table = _table(budget, _lines(budget))
    if extension == "xlsx":
        data = to_xlsx(table, timezone.localdate())
        return attachment(data, XLSX, _name(budget, extension))
    if extension == "csv":
        return attachment(write_csv(table.rows), CSV, _name(budget, extension))
    raise Http404


@require_safe
def template(request: Request, network: str, pk: int) -> HttpResponse:
    """The same workbook without amounts: the budget's own lines, else usual accounts."""
    budget = visible_budget(request, network, pk)
    lines = _lines(budget) or {(account, ""): [0] * 12 for account in TEMPLATE_ACCOUNTS}
    data = to_xlsx(_table(budget, lines, empty=True), timezone.localdate())
    return attachment(data, XLSX, "modele-de-budget.xlsx")


class UploadForm(forms.Form):
    file = forms.FileField(label="Fichier", max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_budget(request: Request, network: str, pk: int) -> HttpResponse:
    """Read a spreadsheet and show what it would change; nothing is written to the budget."""
    budget = visible_budget(request, network, pk)
    actor = request.actor
    verdict = rules.can_enter(budget, finance_function(budget.network_id), actor)
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: Any = ()
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            try:
                return _received(request, budget, form)
            except Unreadable as refused:
                findings = refused.findings
    context = budget_frame(budget, "Importer un tableur") | {
        "form": form, "findings": findings, "verdict": verdict,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "finance/budget_import.html", context, status=status)


def _received(request: Request, budget: Budget, form: forms.Form) -> HttpResponse:
    """Keep a file that reads well until it is decided upon. Raises Unreadable where it does not."""
    upload = form.cleaned_data["file"]
    if upload.size > MAX_BYTES:
        size = f"{MAX_BYTES // 1_000_000} Mo au plus"
        heavy = Finding(upload.name, "fichier trop lourd", size, f"{upload.size} octets")
        raise Unreadable([heavy])
    data = upload.read()
    _read(budget, data, upload.name)
    pending = keep_budget_file(budget, upload.name, data, actor=request.actor)
    network = budget.network.code
    return redirect(
        "finance:budget_import_review", network=network, pk=budget.pk, pending=pending.pk
    )


def _read(budget: Budget, data: bytes, name: str) -> Given:
    return read_budget(data, name, {axis.code for axis in axes_of(budget.network)})


def _pending(request: Request, budget: Budget, pending: int) -> BudgetPendingImport:
    """One's own import in waiting; another's is a 404."""
    actor = request.actor
    mine = BudgetPendingImport.objects.filter(budget=budget, actor=actor.identity)
    found: BudgetPendingImport = get_object_or_404(mine, pk=pending)
    return found


@require_safe
def review(request: Request, network: str, pk: int, pending: int) -> HttpResponse:
    """The dry run: every line that would change, its year before and after."""
    budget = visible_budget(request, network, pk)
    found = _pending(request, budget, pending)
    given = _read(budget, bytes(found.data), found.filename)
    changes = changes_of(_lines(budget), given)
    rows = [
        (account, axis, sum(before) if before is not None else None, sum(after),
         sum(a != b for a, b in zip(before or [0] * 12, after, strict=True)))
        for account, axis, before, after in changes
    ]  # fmt: skip
    emptied = sum(before is not None and any(before) and not any(after)
                  for _account, _axis, before, after in changes)  # fmt: skip
    context = budget_frame(budget, "Changements prévus") | {
        "pending": found, "rows": rows[:SHOWN], "total": len(rows), "read": len(given),
        "moved": found.seen_version != budget.version, "emptied": emptied,
        "sums": _sums(_lines(budget), changes),
    }  # fmt: skip
    return render(request, "finance/budget_import_review.html", context)


def _sums(held: Lines, changes: Changes) -> list[tuple[str, int, int]]:
    """What each class of the budget adds up to, before and after: its name and two sums."""
    after = held | {(account, axis): months for account, axis, _before, months in changes}
    found = []
    for digit, name in CLASSES.items():
        sums = [
            sum(sum(months) for (account, _), months in lines.items() if class_of(account) == digit)
            for lines in (held, after)
        ]
        if any(class_of(account) == digit for account, _axis in after):
            found.append((name, sums[0], sums[1]))
    return found


@require_POST
def apply(request: Request, network: str, pk: int, pending: int) -> HttpResponse:
    """Enter every change of the dry run, or none where the budget moved since."""
    budget = visible_budget(request, network, pk)
    found = _pending(request, budget, pending)
    if request.POST.get("geste") == "abandonner":
        drop_file(found)
        messages.info(request, "Import abandonné\u00a0; rien n’a été changé.")
        return redirect("finance:budget", network=network, pk=pk)
    if has_moved(found, budget.version):
        messages.warning(request, "Le budget a changé depuis la lecture\u00a0: vérifier à nouveau.")
        return redirect("finance:budget_import_review", network=network, pk=pk, pending=pending)
    given = _read(budget, bytes(found.data), found.filename)
    edits = [
        LineEdit(account, axis, dict(enumerate(after, 1)))
        for account, axis, _before, after in changes_of(_lines(budget), given)
    ]
    try:
        entered = enter_amounts(budget, edits, actor=request.actor)
    except Refusal as refusal:
        denied: Denied = refusal.denied
        messages.error(request, denied.reason)
        return redirect("finance:budget_import_review", network=network, pk=pk, pending=pending)
    drop_file(found)
    lines = pluriel(entered.changed, "ligne changée,lignes changées")
    messages.success(request, f"Import appliqué\u00a0: {lines}.")
    return redirect("finance:budget", network=network, pk=pk)


routes = [
    path("budgets/<int:pk>/export.<slug:extension>", export, name="budget_export"),
    path("budgets/<int:pk>/modele.xlsx", template, name="budget_template"),
    path("budgets/<int:pk>/importer/", import_budget, name="budget_import"),
    path("budgets/<int:pk>/importer/<int:pending>/", review, name="budget_import_review"),
    path("budgets/<int:pk>/importer/<int:pending>/appliquer/", apply, name="budget_import_apply"),
]
