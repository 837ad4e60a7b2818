"""The personnel cost of a budget: jobs, their cost month by month, and accounts 64 beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.kernel.verdicts import Denied, Refusal
from maillage.ledger.queries.books import finance_function
from maillage.ui.french import MONTHS
from maillage.workspaces.finance.actions import edits_of_jobs, enter_amounts, save_personnel
from maillage.workspaces.finance.engine.amounts import EXPECTED, parse_amount, written
from maillage.workspaces.finance.engine.personnel import Jobs, check
from maillage.workspaces.finance.models import Budget
from maillage.workspaces.finance.queries.budgets import amounts_of, axes_on, jobs_of
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.budgets import budget_frame, visible_budget

CHOICES = [(number, name) for number, name in enumerate(MONTHS, 1)]
SPARE = 3
"""Empty rows under the jobs already entered."""


class JobsForm(forms.Form):
    label = forms.CharField(label="Emplois", max_length=120)
    axis = forms.ChoiceField(label="Action ou section", required=False)
    fte = forms.DecimalField(
        label="ETP", min_value=0, max_value=10_000, decimal_places=2, localize=True
    )
    gross = forms.CharField(label="Brut mensuel moyen par ETP, en euros", max_length=30)
    rate = forms.DecimalField(
        label="Taux de charges employeur, en %",
        min_value=0, max_value=200, decimal_places=2, localize=True,
    )  # fmt: skip
    first = forms.TypedChoiceField(label="Du mois", choices=CHOICES, coerce=int, initial=1)
    last = forms.TypedChoiceField(label="Au mois", choices=CHOICES, coerce=int, initial=12)

    def __init__(self, *args: Any, axes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["axis"].choices = [("", "Aucune"), *axes]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean_gross(self) -> int:
        cents = parse_amount(self.cleaned_data["gross"])
        if cents is None or cents < 0:
            raise forms.ValidationError(f"Attendu : {EXPECTED}.")
        return cents

    @property
    def jobs(self) -> Jobs:
        given = self.cleaned_data
        return Jobs(
            label=given["label"],
            axis=given["axis"],
            fte=int(given["fte"] * 100),
            gross=given["gross"],
            rate=int(given["rate"] * 100),
            first=given["first"],
            last=given["last"],
        )


class JobsFormSet(forms.BaseFormSet[JobsForm]):
    def clean(self) -> None:
        for form in self.forms:
            given = form.cleaned_data if form.is_valid() else {}
            if given and given["first"] > given["last"]:
                form.add_error("last", "Le dernier mois précède le premier.")


JobsRows = forms.formset_factory(
    JobsForm, formset=JobsFormSet, extra=SPARE, can_delete=True, max_num=200
)


@require_http_methods(["GET", "HEAD", "POST"])
def personnel(request: HttpRequest, network: str, pk: int) -> HttpResponse:
    """The jobs of a budget and their check; for a draft, the form of them."""
    budget = visible_budget(request, network, pk)
    actor = request.actor  # type: ignore[attr-defined]
    verdict = rules.can_enter(budget, finance_function(budget.network_id), actor)
    jobs = jobs_of(budget)
    rows = _rows(request, budget, jobs) if verdict else None
    if request.method == "POST":
        if isinstance(verdict, Denied):
            raise Refusal(verdict)
        assert rows is not None
        answer = _saved(request, budget, rows)
        if answer is not None:
            return answer
    checked = check(jobs, amounts_of([budget])[budget.pk])
    context = budget_frame(budget, "Coût du personnel") | {
        "jobs": jobs,
        "rows": rows,
        "verdict": verdict,
        "checked": [(MONTHS[line.month - 1], line) for line in checked],
        "total": sum(line.jobs for line in checked),
        "carried": sum(line.budget for line in checked),
        "gap": sum(line.gap for line in checked),
        "fte": Decimal(sum(line.fte for line in jobs)) / 100,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "finance/budget_personnel.html", context, status=status)


def _rows(request: HttpRequest, budget: Budget, jobs: list[Jobs]) -> Any:
    axes = [(a.code, a.name) for a in axes_on(budget.network, budget.year)]
    initial = [
        {
            "label": line.label,
            "axis": line.axis,
            "fte": Decimal(line.fte) / 100,
            "gross": written(line.gross, "\u00a0"),
            "rate": Decimal(line.rate) / 100,
            "first": line.first,
            "last": line.last,
        }
        for line in jobs
    ]
    data = (
        request.POST if request.method == "POST" and "emplois-TOTAL_FORMS" in request.POST else None
    )
    return JobsRows(data, initial=initial, prefix="emplois", form_kwargs={"axes": axes})


def _saved(request: HttpRequest, budget: Budget, rows: Any) -> HttpResponse | None:
    """Save the jobs, and carry them to accounts 641 and 645 where asked; None where refused."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("geste") == "reporter":
        entered = enter_amounts(budget, edits_of_jobs(jobs_of(budget)), actor=actor)
        count = entered.changed
        told = f"{count} lignes de personnel portées au budget." if count else "Déjà au budget."
        messages.success(request, told)
        return redirect("budget_personnel", network=budget.network.code, pk=budget.pk)
    if not rows.is_bound or not rows.is_valid():
        return None
    jobs = [f.jobs for f in rows if f.cleaned_data and not f.cleaned_data.get("DELETE")]
    seen = request.POST.get("seen", "")
    try:
        save_personnel(budget, jobs, actor=actor, seen=int(seen) if seen.isdecimal() else None)
    except Refusal as refusal:
        messages.error(request, refusal.denied.reason)
    else:
        messages.success(request, "Emplois enregistrés.")
    return redirect("budget_personnel", network=budget.network.code, pk=budget.pk)


routes = [path("budgets/<int:pk>/personnel/", personnel, name="budget_personnel")]
