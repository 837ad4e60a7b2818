"""Several lines of a budget pasted at once, new ones included, all or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.costing.models import Budget
from maillage.costing.queries.budgets import axes_of
from maillage.kernel.verdicts import require
from maillage.people.requests import Request
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import number_seen
from maillage.ui.templatetags.ui import pluriel
from maillage.workspaces.finance.actions import LineEdit, enter_amounts
from maillage.workspaces.finance.engine.pasted_lines import read_pasted
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget

MOST_TEXT = 300_000


class PasteForm(forms.Form):
    lines = forms.CharField(
        label="Lignes",
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "wrap": "off"}),
        help_text="Copiées d’un tableur, une par ligne\u00a0: un compte, un code d’axe s’il y en a "
        "un, puis le total de l’année (réparti sur douze mois) ou douze mois. Une ligne déjà dans "
        "le budget prend ces montants\u00a0; un mois vide reste tel qu’il est.",
    )

    def __init__(self, budget: Budget, data: Any = None) -> None:
        super().__init__(data)
        self.axes = {axis.code for axis in axes_of(budget.network)}

    def clean_lines(self) -> list[LineEdit]:
        found, faults = read_pasted(self.cleaned_data["lines"], self.axes)
        if faults:
            more = len(faults) - 20
            told = faults[:20] + ([f"Et {more} autres."] if more > 0 else [])
            raise forms.ValidationError(told)
        return [LineEdit(account, axis, months) for (account, axis), months in found.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Request, network: str, pk: int) -> HttpResponse:
    budget = visible_budget(request, network, pk)
    verdict = rules.can_enter(budget, actor=request.actor)
    if request.method == "POST":
        require(verdict)
    home = reverse("finance:budget", args=[network, pk])

    def run(lines: list[LineEdit]) -> Done:
        seen = number_seen(request.POST, "vu")
        entered = enter_amounts(budget, lines, actor=request.actor, seen=seen)
        return f"{pluriel(entered.changed, 'ligne collée,lignes collées')}.", home

    act = Act(
        "Coller plusieurs lignes",
        "Enregistrer ces lignes",
        home,
        lead=f"{budget}, {budget.entity.name}.",
        verdict=verdict,
        outline=budget_outline(request, budget, "Coller plusieurs lignes"),
        hidden={"vu": budget.version},
    )
    return act_page(request, act, run, PasteForm(budget, request.POST or None))


routes = [path("budgets/<int:pk>/coller/", paste, name="budget_paste")]
