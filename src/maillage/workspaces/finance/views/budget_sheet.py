"""Entering a budget as in a spreadsheet: accounts by months; a form that works without JavaScript.

Knows how amounts are typed and how a browser's edits read. Knows no rule and writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from maillage.costing.engine.budgets import account_fault, repaid_by_minus
from maillage.costing.models import Budget, BudgetAxis
from maillage.costing.queries.budgets import amounts_of, axes_on, axis_choices, reconciliation_of
from maillage.kernel.money import euros
from maillage.kernel.period import MONTHS, SHORT_MONTHS
from maillage.kernel.verdicts import (
    Refusal,
    require,
)
from maillage.people.queries import names_told
from maillage.people.requests import Request
from maillage.ui.asked import misread
from maillage.ui.cents import cents_asked
from maillage.ui.templatetags.ui import pluriel
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.engine.budget_columns import (
    BESIDE,
    HYPOTHESIS,
    OFFERED,
    chosen_of,
    sum_of,
)
from maillage.workspaces.finance.engine.personnel import check
from maillage.workspaces.finance.queries.accounts import (
    accounts_offered,
)
from maillage.workspaces.finance.queries.budget_grid import (
    Typed,
    difference,
    grid_of,
    is_to_the_cent,
)
from maillage.workspaces.finance.queries.budgets import jobs_of, steps_of
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.budget_acts import verbs_of
from maillage.workspaces.finance.views.budget_edits import edits_sent, read_form, version_read
from maillage.workspaces.finance.views.page import budget_outline, visible_budget

SOMEBODY = "une autre personne"


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
    jobs, amounts = jobs_of(budget), amounts_of([budget])[budget.pk]
    context = budget_outline(request, budget) | _grid(request, budget, typed)
    # What is typed is to the cent by itself, and then all of it.
    context |= {"exact": is_to_the_cent(context["groups"])} if verdict else cents_asked(request)
    context |= {
        "months": list(zip(SHORT_MONTHS, MONTHS, strict=True)),
        "verdict": verdict,
        "verbs": verbs_of(budget, actor),
        "faults": faults,
        "line_form": (line_form or LineForm(_axes(budget))) if verdict else None,
        "offered": accounts_offered() if verdict else [],
        "jobs": len(jobs),
        "personnel_gap": sum(m.gap for m in check(jobs, amounts)),
        "history": steps_of(budget),
        "loans_below": repaid_by_minus(amounts),
        "reconciliation": reconciliation_of(budget, amounts),
    }
    return render(request, "finance/budget.html", context, status=status)


def _grid(request: Request, budget: Budget, typed: Typed) -> dict[str, Any]:
    """The classes, lines and months, and the columns chosen beside them."""
    wanted = request.GET.getlist("colonnes")
    if not {*wanted} <= {*OFFERED}:
        misread(request, "colonnes", "les colonnes connues")
    chosen = chosen_of(wanted)
    groups, columns = grid_of(budget, typed, chosen)
    by_class = {group.digit: group for group in groups}
    offered = [(name, f"{budget.year - 1} {words}") for name, words in BESIDE.items()]
    untold = [f"{c.title}\u00a0: non renseigné ({c.why})" for c in columns if c.by_line is None]
    return {
        "groups": groups,
        "columns": columns,
        "chosen": chosen,
        "offered_columns": [*offered, (HYPOTHESIS, "Hypothèse")],
        "has_notes": HYPOTHESIS in chosen or any(month == 0 for _key, month in typed),
        "result": difference(by_class, "7", "6"),
        "balance": difference(by_class, "1", "2"),
        "result_beside": sum_of(columns, "7", "6"),
        "balance_beside": sum_of(columns, "1", "2"),
        "untold": untold,
        "others": Budget.objects.filter(entity=budget.entity).exclude(pk=budget.pk).exists(),
    }


def _save(request: Request, budget: Budget) -> HttpResponse:
    """The whole form at once, as sent without JavaScript: only what changed is entered."""
    actor = request.actor
    require(rules.can_enter(budget, actor=actor))
    edits, typed, faults = read_form(request.POST)
    removed = request.POST.get("retirer", "")
    if removed and not faults:
        account, _, axis = removed.partition("|")
        edits = [e for e in edits if e.key != (account, axis)]
        edits.append(LineEdit(account, axis, None, version_read(request.POST, removed)))
    if faults:
        return _page(request, budget, typed, faults, 422)
    if not edits:
        messages.info(request, "Aucun montant n’a changé.")
        return redirect(request.get_full_path())
    try:
        entered = enter_amounts(budget, edits, actor=actor)
    except Refusal as refusal:
        status, conflicts = refusal.denied.status, refusal.details.get("conflicts", ())
        if status not in (409, 422):
            raise
        kept = {key: (text, "") for key, (text, _fault) in typed.items()}
        return _page(request, budget, kept, _told(refusal.denied.reason, conflicts), status)
    lines = pluriel(entered.changed, "ligne enregistrée,lignes enregistrées")
    messages.success(request, f"{lines}.")
    return redirect(request.get_full_path())


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
        choices = [("", "Aucune"), *axis_choices(axes)]
        self.fields["axis"].choices = choices  # type: ignore[attr-defined]

    def clean_account(self) -> str:
        account = str(self.cleaned_data["account"]).split(" ")[0].strip().upper()
        if fault := account_fault(account):
            raise forms.ValidationError(fault)
        return account


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
    edits = edits_sent(request)
    try:
        entered = enter_amounts(budget, edits, actor=request.actor)
    except Refusal as refusal:
        conflicts = refusal.details.get("conflicts")
        if not conflicts:
            raise
        names = names_told({c["by"] for c in conflicts}, request.actor)
        told = [c | {"by": names.get(c["by"], SOMEBODY)} for c in conflicts]
        raise Refusal(refusal.denied, {"conflicts": told}) from None
    versions = {"|".join(key): version for key, version in entered.versions.items()}
    return JsonResponse({"versions": versions, "changed": entered.changed})


routes = [
    path("budgets/<int:pk>/", sheet, name="budget"),
    path("budgets/<int:pk>/ligne/", add_line, name="budget_add_line"),
    path("budgets/<int:pk>/lignes/", save_lines, name="budget_lines"),
]
