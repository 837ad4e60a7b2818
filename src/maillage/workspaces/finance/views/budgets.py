"""The matrix of budgets, opening one, and the acts of its life: vote, sending, answer, deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.engine.budgets import KIND_LABELS, Kind, Totals, totals
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import (
    YearOfBudgets,
    year_of,
)
from maillage.costing.queries.costs import years_offered
from maillage.costing.rules.axes import can_keep_axes
from maillage.kernel.verdicts import Verdict, require
from maillage.ledger.queries.books import current_files
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import exported
from maillage.ui.outline import outline
from maillage.workspaces.finance.actions import (
    START_LABELS,
    Start,
    open_budget,
)
from maillage.workspaces.finance.queries.budgets import stand_ins
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import chamber_or_404, year_asked


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the matrix: the budgets of a chamber for a kind, where to open one, or why not."""

    kind: str
    budgets: list[tuple[Budget, Totals]]
    open_url: str
    why_not: str


def _slot(view: YearOfBudgets, entity: Entity, kind: str, keeps: Verdict) -> Slot:
    held = view.all_of(entity, kind)
    missing = not any(b.status != Budget.Status.REFUSED for b in held)
    url, why_not = "", ""
    if missing and keeps and kind != Kind.REVISED:
        why_not = rules.opening_fault(kind, view.year, timezone.localdate())
    if missing and keeps and kind != Kind.REVISED and not why_not:
        here = reverse("finance:budget_new", args=[view.network.code])
        url = f"{here}?annee={view.year}&chambre={entity.code}&nature={kind}"
    return Slot(
        KIND_LABELS[Kind(kind)], [(b, totals(view.amounts[b.pk])) for b in held], url, why_not
    )


@require_safe
@kept
def matrix(request: Request, network: str) -> HttpResponse:
    """Chambers by kind of budget: what exists, in which state, what it adds up to."""
    found = kept_network(request, network)
    year, actor = year_asked(request), request.actor
    view = year_of(found, year)
    rows = []
    for entity in view.chambers:
        keeps = rules.can_keep(entity, actor=actor)
        rows.append((entity, [_slot(view, entity, kind, keeps) for kind in Kind]))
    context = outline(request, found, "finance:budgets") | {
        "year": year,
        "years": years_offered(found, timezone.localdate()),
        "kinds": list(KIND_LABELS.values()),
        "rows": rows,
        "count": len(view.budgets),
        "stand_ins": stand_ins(view, timezone.localdate()),
        "keeps_some": any(rules.can_keep(e, actor=actor) for e in view.chambers),
        "keeps_axes": bool(can_keep_axes(found, actor=actor)),
    }
    return render(request, "finance/budgets.html", context)


LISTED = (
    *(Column("Chambre", width=28), Column("Exercice", "year", 10), Column("Budget", width=26)),
    *(
        Column("État", width=22),
        Column("Voté le", "date"),
        Column("Instance", width=24),
        Column("Acte"),
    ),
    *(Column("Envoyé le", "date"), Column("Réponse le", "date"), Column("Charges", "amount")),
    *(Column("Produits", "amount"), Column("Résultat", "amount")),
)


@require_safe
@kept
def matrix_export(request: Request, network: str, extension: str) -> HttpResponse:
    """Every budget of the year as a list: its state, its acts, what it adds up to."""
    found, year = kept_network(request, network), year_asked(request)
    view, rows = year_of(found, year), []
    for budget in view.budgets:
        added = totals(view.amounts[budget.pk])
        rows.append(
            [budget.entity.name, year, budget.name, budget.get_status_display(), budget.voted_on,
             budget.voted_body, budget.voted_act, budget.sent_on, budget.answered_on,
             added.charges, added.products, added.result]
        )  # fmt: skip
    return exported(Table(f"Budgets {year}", LISTED, rows), extension)


class OpenForm(forms.Form):
    chambre = forms.ChoiceField(label="Chambre")
    annee = forms.IntegerField(label="Exercice")
    nature = forms.ChoiceField(
        label="Budget",
        choices=[(k, KIND_LABELS[k]) for k in (Kind.INITIAL, Kind.EXECUTED)],
        help_text="Un budget rectifié se prépare depuis le budget voté.",
    )
    depart = forms.ChoiceField(
        label="Point de départ",
        choices=[(start, label) for start, label in START_LABELS.items()],
        help_text="Ce que le budget contient à son ouverture\u00a0; tout y reste modifiable.",
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, network: str) -> HttpResponse:
    """Open the initial or executed budget of a chamber."""
    found = kept_network(request, network)
    mine = [e for e in chambers_of(found) if rules.can_keep(e, actor=request.actor)]
    form = OpenForm(request.POST or None, initial=_opening(request, found))
    form.fields["chambre"].choices = [(e.code, e.name) for e in mine]  # type: ignore[attr-defined]
    verdict = rules.can_open_some(found, entities=mine, actor=request.actor)
    if request.method == "POST":
        require(verdict)

    def run(**given: Any) -> Done:
        budget: Budget = open_budget(
            found,
            actor=request.actor,
            entity=chamber_or_404(found, given["chambre"]),
            year=given["annee"],
            kind=given["nature"],
            start=given["depart"],
        )
        told = f"{budget} de {budget.entity.short_name} ouvert."
        return told, reverse("finance:budget", args=[network, budget.pk])

    back = reverse("finance:budgets", args=[network])
    act = Act("Ouvrir un budget", "Ouvrir le budget", back, verdict=verdict)
    place = outline(request, found, "finance:budgets", "Ouvrir un budget")
    return act_page(request, act, run, form, context=lambda: place)


def _opening(request: Request, network: Network) -> dict[str, Any]:
    """What the address asks for; an executed budget starts from the book where there is one."""
    kind, year = request.GET.get("nature", Kind.INITIAL), year_asked(request)
    chamber, start = request.GET.get("chambre", ""), Start.EMPTY
    if kind == Kind.EXECUTED:
        books = {(f.book.entity.code, f.book.year) for f in current_files(network)}
        start = Start.REALISED if (chamber, year) in books else Start.IN_FORCE
    return {"chambre": chamber, "annee": year, "nature": kind, "depart": start}


routes = [
    path("budgets/", matrix, name="budgets"),
    path("budgets/export.<slug:extension>", matrix_export, name="budgets_export"),
    path("budgets/nouveau/", new, name="budget_new"),
]
