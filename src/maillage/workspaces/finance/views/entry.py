"""Entering a budget as in a spreadsheet: accounts by months; a form that works without JavaScript.

Knows how amounts are typed and how a browser's edits read. Knows no rule and writes nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from maillage.costing.engine.budgets import (
    CLASSES,
    LOANS,
    REPAID,
    account_fault,
    class_of,
    row_order,
)
from maillage.costing.models import Budget, BudgetAxis, BudgetLine
from maillage.costing.queries.budgets import amounts_of, axes_on
from maillage.kernel.money import EXPECTED, euros, parse_amount, parse_count, typed_amount
from maillage.kernel.period import MONTHS, SHORT_MONTHS
from maillage.kernel.verdicts import (
    Refusal,
    refuse,
    require,
)
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.ui.fields import VERSION_MOST
from maillage.ui.templatetags.ui import pluriel
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.engine.personnel import check
from maillage.workspaces.finance.queries.accounts import account_name, common_chart
from maillage.workspaces.finance.queries.budgets import jobs_of
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.budgets import (
    budget_outline,
    reconciliation_of,
    verbs_of,
    visible_budget,
)

MOST_EDITS = 2000
SOMEBODY = "une autre personne"


@dataclass(frozen=True, slots=True)
class EntryCell:
    """One month of a line: its cents, what the field shows, what is wrong with it."""

    month: int
    name: str
    label: str
    cents: int
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A row of the grid. `seen` are the cents read, to tell what the form changed."""

    account: str
    name: str
    axis: str
    axis_name: str
    version: int
    cells: list[EntryCell]

    @property
    def key(self) -> str:
        return f"{self.account}|{self.axis}"

    @property
    def total(self) -> int:
        return sum(cell.cents for cell in self.cells)

    @property
    def seen(self) -> str:
        return ",".join(str(cell.cents) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """A class of accounts, its lines and their sum by month."""

    digit: str
    name: str
    lines: list[EntryLine]

    @property
    def months(self) -> list[int]:
        return [sum(line.cells[m].cents for line in self.lines) for m in range(12)]

    @property
    def total(self) -> int:
        return sum(self.months)


Typed = Mapping[tuple[str, int], tuple[str, str]]
"""What was typed and not recorded: (line key, month) to text and fault."""


def groups_of(budget: Budget, typed: Typed) -> list[EntryGroup]:
    lines: Iterable[BudgetLine] = budget.lines.select_related("axis")
    ordered = sorted(lines, key=lambda line: row_order(line.account))
    shown = [_line(line, typed) for line in ordered]
    return [
        EntryGroup(digit, name, held)
        for digit, name in CLASSES.items()
        if (held := [line for line in shown if class_of(line.account) == digit])
    ]


def _line(line: BudgetLine, typed: Typed) -> EntryLine:
    axis, axis_name = (line.axis.code, line.axis.name) if line.axis else ("", "")
    key = f"{line.account}|{axis}"
    about = f"{line.account} {account_name(line.account)}" + (f", {axis_name}" if axis else "")
    cells = []
    for month, cents in enumerate(line.months, 1):
        text, fault = typed.get((key, month), (typed_amount(cents, "\u00a0"), ""))
        label = f"{about}, {MONTHS[month - 1]}"
        cells.append(EntryCell(month, f"c|{key}|{month}", label, cents, text, fault))
    return EntryLine(line.account, account_name(line.account), axis, axis_name, line.version, cells)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request, network: str, pk: int) -> HttpResponse:
    """A budget: its state, its totals, what may be done; its amounts, to enter or to read."""
    budget = visible_budget(request, network, pk)
    if request.method != "POST":
        return _page(request, budget, {}, [])
    return _save(request, budget)


def _page(
    request: Request,
    budget: Budget,
    typed: Typed,
    faults: list[str],
    status: int = 200,
    line_form: forms.Form | None = None,
) -> HttpResponse:
    actor = request.actor
    verdict = rules.can_enter(budget, actor=actor)
    groups = groups_of(budget, typed)
    by_class = {group.digit: group for group in groups}
    jobs, amounts = jobs_of(budget), amounts_of([budget])[budget.pk]
    context = budget_outline(request, budget) | {
        "groups": groups,
        "result": _difference(by_class, "7", "6"),
        "balance": _difference(by_class, "1", "2"),
        "months": list(zip(SHORT_MONTHS, MONTHS, strict=True)),
        "verdict": verdict,
        "verbs": verbs_of(budget, actor),
        "faults": faults,
        "line_form": (line_form or LineForm(_axes(budget))) if verdict else None,
        "offered": accounts_offered() if verdict else [],
        "jobs": len(jobs),
        "personnel_gap": sum(m.gap for m in check(jobs, amounts)),
        "history": _history(budget),
        "loans_below": sorted(
            {
                a
                for (_, a, _, _), cents in amounts.items()
                if a.startswith(LOANS) and not a.endswith(REPAID) and cents < 0
            }
        ),
        "reconciliation": reconciliation_of(budget, amounts),
    }
    return render(request, "finance/budget.html", context, status=status)


def _difference(groups: Mapping[str, EntryGroup], plus: str, minus: str) -> list[int] | None:
    """Twelve months and their sum of one class less another; None where neither is there."""
    if plus not in groups and minus not in groups:
        return None
    zero = [0] * 12
    more = groups[plus].months if plus in groups else zero
    less = groups[minus].months if minus in groups else zero
    months = [a - b for a, b in zip(more, less, strict=True)]
    return [*months, sum(months)]


def _history(budget: Budget) -> list[tuple[str, Any, str]]:
    """The steps of the budget's life that took place: label, day, citation."""
    steps: list[tuple[str, Any, str]] = []
    if budget.voted_on:
        steps.append(("Voté", budget.voted_on, f"{budget.voted_body}, acte {budget.voted_act}"))
    if budget.sent_on:
        steps.append(("Envoyé à l’autorité", budget.sent_on, ""))
    if budget.answered_on:
        refused = budget.status == Budget.Status.REFUSED
        word = "Refusé" if refused else "Approuvé tacitement" if budget.tacit else "Approuvé"
        steps.append((word, budget.answered_on, ""))
    return steps


def _save(request: Request, budget: Budget) -> HttpResponse:
    """The whole form at once, as sent without JavaScript: only what changed is entered."""
    actor = request.actor
    require(rules.can_enter(budget, actor=actor))
    edits, typed, faults = read_form(request.POST)
    removed = request.POST.get("retirer", "")
    if removed and not faults:
        account, _, axis = removed.partition("|")
        edits = [e for e in edits if e.key != (account, axis)]
        edits.append(LineEdit(account, axis, None, _version(request.POST, removed)))
    if faults:
        return _page(request, budget, typed, faults, 422)
    if not edits:
        messages.info(request, "Aucun montant n’a changé.")
        return redirect("finance:budget", network=budget.network.code, pk=budget.pk)
    try:
        entered = enter_amounts(budget, edits, actor=actor)
    except Refusal as refusal:
        conflicts = refusal.details.get("conflicts")
        if not conflicts:
            raise
        kept = {key: (text, "") for key, (text, _fault) in typed.items()}
        return _page(request, budget, kept, _told(refusal.denied.reason, conflicts), 409)
    lines = pluriel(entered.changed, "ligne enregistrée,lignes enregistrées")
    messages.success(request, f"{lines}.")
    return redirect("finance:budget", network=budget.network.code, pk=budget.pk)


def _told(reason: str, conflicts: Iterable[Mapping[str, Any]]) -> list[str]:
    again = (
        "Votre saisie est gardée ci-dessous\u00a0; l’enregistrer de nouveau remplace ces montants."
    )
    return [reason, again, *(_conflict_words(c) for c in conflicts)]


def _conflict_words(conflict: Mapping[str, Any]) -> str:
    if conflict["months"] is None:
        return f"Compte {conflict['account']}\u00a0: ligne retirée entre-temps."
    total = euros(sum(conflict["months"]))
    return f"Compte {conflict['account']}\u00a0: à présent {total} sur l’année."


def _version(form: QueryDict, key: str) -> int | None:
    return parse_count(form.get(f"v|{key}", ""), VERSION_MOST)


def read_form(
    form: QueryDict,
) -> tuple[list[LineEdit], dict[tuple[str, int], tuple[str, str]], list[str]]:
    """Edits of the form's changed cells, everything typed in them, and what is wrong."""
    edits: list[LineEdit] = []
    typed: dict[tuple[str, int], tuple[str, str]] = {}
    faults: list[str] = []
    for field in form:
        if not field.startswith("o|"):
            continue
        key = field[2:]
        account, _, axis = key.partition("|")
        months = {}
        seen = form.get(field, "").split(",")
        for month in range(1, 13):
            text = form.get(f"c|{key}|{month}")
            before = seen[month - 1] if month <= len(seen) else "0"
            if text is None:
                continue
            cents = parse_amount(text[:60])
            if cents is None:
                typed[key, month] = (text[:60], EXPECTED)
                told = f"Compte {account}, {MONTHS[month - 1]}\u00a0: «\u00a0{text[:40]}\u00a0»"
                faults.append(f"{told}\u00a0; attendu\u00a0: {EXPECTED}.")
            elif str(cents) != before:
                months[month] = cents
                typed[key, month] = (text[:60], "")
        if months:
            edits.append(LineEdit(account, axis, months, _version(form, key)))
    return edits, typed, faults


def _axes(budget: Budget) -> list[BudgetAxis]:
    return axes_on(budget.network, budget.year)


class LineForm(forms.Form):
    """A line to add: an account of the chart or a local one, and an axis."""

    account = forms.CharField(
        label="Compte", max_length=120,
        widget=forms.TextInput(attrs={"list": "comptes", "inputmode": "numeric", "size": 14}),
    )  # fmt: skip
    axis = forms.ChoiceField(label="Action ou section", required=False)

    def __init__(self, axes: Iterable[BudgetAxis], data: QueryDict | None = None) -> None:
        super().__init__(data)
        choices = [("", "Aucune"), *((a.code, f"{a.name} ({a.code})") for a in axes)]
        self.fields["axis"].choices = choices  # type: ignore[attr-defined]

    def clean_account(self) -> str:
        account = str(self.cleaned_data["account"]).split(" ")[0].strip().upper()
        if fault := account_fault(account):
            raise forms.ValidationError(fault)
        return account


def accounts_offered() -> list[tuple[str, str]]:
    """Accounts of the common chart a budget may carry, each loan twice: received, paid back."""
    offered = []
    for account in common_chart():
        if account.number[0] in CLASSES and len(account.number) >= 2:
            offered.append((account.number, account.name))
            if account.number.startswith(LOANS):
                offered.append((account.number + REPAID, account_name(account.number + REPAID)))
    return offered


@require_POST
def add_line(request: Request, network: str, pk: int) -> HttpResponse:
    """Add an empty line, ready to be filled."""
    budget = visible_budget(request, network, pk)
    form = LineForm(_axes(budget), request.POST)
    if not form.is_valid():
        return _page(request, budget, {}, [], 422, form)
    key = form.cleaned_data["account"], form.cleaned_data["axis"]
    try:
        enter_amounts(budget, [LineEdit(*key, {}, 0)], actor=request.actor)
    except Refusal as refusal:
        if not refusal.details.get("conflicts"):
            raise
        form.add_error("account", "Cette ligne est déjà dans le budget.")
        return _page(request, budget, {}, [], 422, form)
    here = reverse("finance:budget", args=[network, pk])
    return redirect(f"{here}#ligne-{key[0]}-{key[1]}")


@require_POST
def save_lines(request: Request, network: str, pk: int) -> HttpResponse:
    """Enter amounts as the grid sends them, all or none; the answer carries the new versions."""
    budget = visible_budget(request, network, pk)
    edits = _edits(request)
    try:
        entered = enter_amounts(budget, edits, actor=request.actor)
    except Refusal as refusal:
        conflicts = refusal.details.get("conflicts")
        if not conflicts:
            raise
        names = names_of({c["by"] for c in conflicts})
        told = [c | {"by": names.get(c["by"], SOMEBODY)} for c in conflicts]
        raise Refusal(refusal.denied, {"conflicts": told}) from None
    versions = {"|".join(key): version for key, version in entered.versions.items()}
    return JsonResponse({"versions": versions, "changed": entered.changed})


def _edits(request: Request) -> list[LineEdit]:
    """The edits of a JSON body. Raises Refusal (422) where it is not what was expected."""
    try:
        edits = [_edit(row) for row in json.loads(request.body)["edits"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = "une liste «\u00a0edits\u00a0» de lignes est attendue en JSON"
        reason = f"La demande est illisible\u00a0: {what}."
        refuse(reason)
    if not 0 < len(edits) <= MOST_EDITS:
        refuse(f"De 1 à {MOST_EDITS} lignes par envoi.")
    if len({edit.key for edit in edits}) < len(edits):
        refuse("Une même ligne figure deux fois dans l’envoi.")
    return edits


def _edit(row: Mapping[str, Any]) -> LineEdit:
    """One edit. Raises TypeError or ValueError where its shape is not the one expected."""
    account, axis, expected = row["account"], row.get("axis", ""), row.get("expected")
    if not isinstance(account, str) or not isinstance(axis, str) or "\0" in account + axis:
        raise TypeError
    (account + axis).encode()
    months = row["months"]
    read = None
    if months is not None:
        read = {_month(month): cents for month, cents in months.items()}
        for cents in (*read.values(), expected or 0):
            if isinstance(cents, bool) or not isinstance(cents, int):
                raise TypeError
    return LineEdit(account, axis, read, expected)


def _month(text: str) -> int:
    number = parse_count(text, 99)
    if number is None:
        raise ValueError
    return number


routes = [
    path("budgets/<int:pk>/", sheet, name="budget"),
    path("budgets/<int:pk>/ligne/", add_line, name="budget_add_line"),
    path("budgets/<int:pk>/lignes/", save_lines, name="budget_lines"),
]
