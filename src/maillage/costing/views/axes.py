"""The analytical plan, common to all the chambers: its axes, and the form of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.costing.actions.axes import save_axis
from maillage.costing.models import BudgetAxis
from maillage.costing.queries.budgets import axes_of
from maillage.costing.rules.axes import can_keep_axes
from maillage.kernel.verdicts import require
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.fields import DayField
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on


class AxisForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Minuscules, chiffres et tirets\u00a0; il ne change plus.",
    )
    name = forms.CharField(label="Nom", max_length=200)
    kind = forms.ChoiceField(
        label="Nature", choices=BudgetAxis.Kind.choices,
        help_text="Une action est suivie à travers les chambres\u00a0; une section découpe une "
        "chambre.",
    )  # fmt: skip
    valid_from = DayField(label="Valable du", required=False)
    valid_to = DayField(label="Valable jusqu’au", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def axes(request: Request, network: str, code: str = "") -> HttpResponse:
    """The list and, for whoever keeps it, the form of one axis (a new one without `code`)."""
    found = kept_network(request, network)
    axis = get_object_or_404(found.budget_axes, code=code) if code else None
    actor = request.actor
    verdict = can_keep_axes(found, actor=actor)
    form = AxisForm(request.POST or None, initial=_initial(axis))
    if axis is not None:
        form.fields["code"].disabled = True
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            with refusals_on(form):
                save_axis(found, actor=actor, new=axis is None, **form.cleaned_data)
                messages.success(request, "Axe enregistré.")
                return redirect("costing:budget_axes", network=network)
    last = [axis.name] if axis else []
    context = outline(request, found, "costing:budget_axes", *last) | {
        "axes": axes_of(found), "form": form, "verdict": verdict, "axis": axis,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "costing/axes.html", context, status=status)


def _initial(axis: BudgetAxis | None) -> dict[str, Any]:
    if axis is None:
        return {"kind": BudgetAxis.Kind.ACTION}
    return {
        "code": axis.code,
        "name": axis.name,
        "kind": axis.kind,
        "valid_from": axis.valid_from,
        "valid_to": axis.valid_to,
    }


routes = [
    path("budgets/axes/", axes, name="budget_axes"),
    path("budgets/axes/<slug:code>/", axes, name="budget_axis"),
]
