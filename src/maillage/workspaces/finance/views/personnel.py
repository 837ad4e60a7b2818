"""The personnel cost of a budget: jobs, their cost month by month, and accounts 64 beside it."""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of, axes_on
from maillage.kernel.actions import stamp_of
from maillage.kernel.money import (
    EXPECTED,
    euros,
    parse_amount,
    parse_count,
    rate,
    typed_amount,
)
from maillage.kernel.period import MONTHS
from maillage.kernel.verdicts import Refusal, Verdict, refuse, require
from maillage.people.requests import Request
from maillage.ui.fields import seen_sent
from maillage.workspaces.finance.actions import carry_personnel, save_personnel
from maillage.workspaces.finance.engine.personnel import (
    FIELDS,
    Jobs,
    check,
    differences,
    replacements,
)
from maillage.workspaces.finance.queries.accounts import account_name
from maillage.workspaces.finance.queries.budgets import jobs_of, lines_held
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget

CHOICES = [(number, name) for number, name in enumerate(MONTHS, 1)]
LARGEST_VERSION = 2**63 - 1
SPARE = 3
"""Empty rows under the jobs already entered."""


class JobsForm(forms.Form):
    was = forms.CharField(label="", required=False, max_length=200, widget=forms.HiddenInput)
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
        for name in ("fte", "gross", "rate"):
            self.fields[name].widget.attrs |= {"class": "num", "inputmode": "decimal"}

    def clean_gross(self) -> int:
        cents = parse_amount(self.cleaned_data["gross"])
        if cents is None or cents < 0:
            raise forms.ValidationError(f"Attendu\u00a0: {EXPECTED}.")
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
    JobsForm,
    formset=JobsFormSet,
    extra=SPARE,
    can_delete=True,
    can_delete_extra=False,
    max_num=200,
)


@require_http_methods(["GET", "HEAD", "POST"])
def personnel(request: Request, network: str, pk: int) -> HttpResponse:
    """The jobs of a budget and their check; for a draft, the form of them."""
    budget = visible_budget(request, network, pk)
    actor = request.actor
    verdict = rules.can_enter(budget, actor=actor)
    jobs = jobs_of(budget)
    rows = _rows(request, budget, jobs) if verdict else None
    if request.method != "POST":
        return _page(request, budget, jobs, rows, verdict)
    require(verdict)
    assert rows is not None
    mine = _typed(request, rows, jobs)
    if mine is None:
        return _page(request, budget, jobs, rows, verdict, status=422)
    if request.POST.get("geste") == "reporter":
        return _preview(request, budget, mine, rows)
    try:
        _save(request, budget, mine)
    except Refusal as refusal:
        conflict = refusal.denied.status == 409
        differs = _differences(mine, jobs) if conflict else []
        told = {"refused": refusal.denied.reason, "differs": differs}
        return _page(request, budget, jobs, rows, verdict, refusal.denied.status, **told)
    return redirect("finance:budget_personnel", network=budget.network.code, pk=budget.pk)


def _page(
    request: Request,
    budget: Budget,
    jobs: list[Jobs],
    rows: Any,
    verdict: Verdict,
    status: int = 200,
    **told: Any,
) -> HttpResponse:
    checked = check(jobs, amounts_of([budget])[budget.pk])
    costs = [line.year for line in jobs] if rows is not None and not rows.is_bound else []
    context = budget_outline(request, budget, "Coût du personnel") | {
        "jobs": jobs,
        "stamp": stamp_of(jobs),
        "rows": rows,
        "costed": list(zip_longest(rows, costs)) if rows is not None else [],
        "verdict": verdict,
        "checked": [(MONTHS[line.month - 1], line) for line in checked],
        "total": sum(line.jobs for line in checked),
        "carried": sum(line.budget for line in checked),
        "gap": sum(line.gap for line in checked),
        "fte": Decimal(sum(line.fte for line in jobs)) / 100,
    }
    return render(request, "finance/budget_personnel.html", context | told, status=status)


def _preview(request: Request, budget: Budget, jobs: list[Jobs], rows: Any) -> HttpResponse:
    """Every line that carrying the jobs would replace, before and after; nothing is written."""
    lines = replacements(lines_held(budget), jobs)
    axes = {axis.code: axis.name for axis in axes_on(budget.network, budget.year)}
    sums = [(sum(line.before or ()), sum(line.after or ())) for line in lines]
    context = budget_outline(request, budget, "Coût du personnel") | {
        "lines": [
            (line, account_name(line.account), axes.get(line.axis, line.axis), *both)
            for line, both in zip(lines, sums, strict=True)
        ],
        "before": sum(before for before, _ in sums),
        "after": sum(after for _, after in sums),
        "seen": request.POST.get("seen", ""),
        "rows": rows if rows.is_bound else None,
    }
    return render(request, "finance/budget_personnel_carry.html", context)


def _rows(request: Request, budget: Budget, jobs: list[Jobs]) -> Any:
    """The form of the jobs: what was sent, else what is recorded and a few empty rows."""
    axes = [(a.code, a.name) for a in axes_on(budget.network, budget.year)]
    options: dict[str, Any] = {"prefix": "emplois", "form_kwargs": {"axes": axes}}
    if request.method == "POST" and "emplois-TOTAL_FORMS" in request.POST:
        return JobsRows(request.POST, **options)
    initial = [
        {
            "was": f"{line.label} {line.axis}".strip(),
            "label": line.label,
            "axis": line.axis,
            "fte": Decimal(line.fte) / 100,
            "gross": typed_amount(line.gross, "\u00a0"),
            "rate": Decimal(line.rate) / 100,
            "first": line.first,
            "last": line.last,
        }
        for line in jobs
    ]
    return JobsRows(initial=initial, **options)


def _typed(request: Request, rows: Any, held: list[Jobs]) -> list[Jobs] | None:
    """The jobs sent, those held where none were to be carried; None where they do not hold."""
    if not rows.is_bound:
        return held if request.POST.get("geste") in ("reporter", "porter") else None
    if not rows.is_valid():
        return None
    return [f.jobs for f in rows if f.cleaned_data and not f.cleaned_data.get("DELETE")]


def _save(request: Request, budget: Budget, jobs: list[Jobs]) -> None:
    """Save the jobs typed, and put them in place of the lines shown where asked: both or none."""
    actor, seen = request.actor, seen_sent(request.POST, "seen")
    if request.POST.get("geste") != "porter":
        save_personnel(budget, jobs, actor=actor, seen=seen)
        messages.success(request, "Emplois enregistrés.")
        return
    version = parse_count(request.POST.get("vu", ""), LARGEST_VERSION)
    if version is None:
        refuse("Relisez d’abord les lignes que ces emplois remplacent.", 409)
    count = carry_personnel(budget, jobs, actor=actor, seen=seen, version=version)
    lines = "1 ligne remplacée" if count == 1 else f"{count} lignes remplacées"
    told = f"{lines} aux comptes 641 et 645." if count else "le budget les porte déjà."
    messages.success(request, f"Emplois enregistrés\u00a0; {told}")


def _differences(mine: list[Jobs], theirs: list[Jobs]) -> list[tuple[str, str, str]]:
    """Each field that parts what was typed from what is recorded: its name, recorded, typed."""
    found = []
    for label, name, one, other in differences(mine, theirs):
        what = f"{label}, {FIELDS[name]}" if name else f"{label}, ligne entière"
        found.append((what, _text(other, name), _text(one, name)))
    return found


def _text(line: Jobs | None, name: str) -> str:
    if line is None:
        return "absente"
    if not name:
        return f"{line.fte_text} ETP"
    if name == "gross":
        return euros(line.gross)
    if name in ("first", "last"):
        return MONTHS[getattr(line, name) - 1]
    if name == "axis":
        return line.axis or "aucune"
    return line.fte_text if name == "fte" else rate(line.rate)


routes = [path("budgets/<int:pk>/personnel/", personnel, name="budget_personnel")]
