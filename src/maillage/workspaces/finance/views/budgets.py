"""The matrix of budgets, opening one, and the acts of its life: vote, sending, answer, deletion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.engine.budgets import KIND_LABELS, Amounts, Kind, Totals, totals
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import (
    YearOfBudgets,
    amounts_of,
    budgets_visible_to,
    year_of,
    years_of,
)
from maillage.costing.queries.realised import (
    Reconciliation,
    realised_amounts,
    reconciled,
)
from maillage.costing.rules.axes import can_keep_axes
from maillage.kernel.verdicts import Denied, Verdict, require
from maillage.ledger.queries.books import current_files
from maillage.network.models import Entity, Network
from maillage.network.queries import chambers_of
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import DayField
from maillage.ui.outline import outline
from maillage.workspaces.finance.actions import (
    START_LABELS,
    Start,
    approve_budget,
    delete_budget,
    open_budget,
    refuse_budget,
    revise_budget,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.engine.personnel import check
from maillage.workspaces.finance.queries.budgets import jobs_of, stand_ins
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.room import (
    chamber_or_404,
    exported,
    kept_network,
    year_asked,
)


def visible_budget(request: Request, network: str, pk: int) -> Budget:
    """The budget, under its own network; 404 where this actor may not know of it."""
    visible = budgets_visible_to(request.actor)
    found: Budget = get_object_or_404(visible, pk=pk, network__code=network)
    return found


def budget_outline(request: Request, budget: Budget, *last: str) -> dict[str, Any]:
    """Context of a page about one budget; `last` names the page below it."""
    parts: list[str | tuple[str, str]] = []
    here = reverse("finance:budget", args=[budget.network.code, budget.pk])
    name = f"{budget.entity.short_name}, {budget}"
    parts = [(name, here), *last] if last else [name]
    return outline(request, budget.network, "finance:budgets", *parts) | {"budget": budget}


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the matrix: the budgets of a chamber for a kind, or where to open one."""

    budgets: list[tuple[Budget, Totals]]
    open_url: str


def _slot(view: YearOfBudgets, entity: Entity, kind: str, keeps: Verdict) -> Slot:
    held = view.all_of(entity, kind)
    missing = not any(b.status != Budget.Status.REFUSED for b in held)
    url = ""
    if missing and keeps and kind != Kind.REVISED:
        here = reverse("finance:budget_new", args=[view.network.code])
        url = f"{here}?annee={view.year}&chambre={entity.code}&nature={kind}"
    return Slot([(b, totals(view.amounts[b.pk])) for b in held], url)


@require_safe
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
        "years": years_of(found, timezone.localdate()),
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


class DayForm(forms.Form):
    on = DayField(label="Date")


class VoteForm(forms.Form):
    body = forms.CharField(
        label="Instance", max_length=200, initial="Assemblée générale",
        help_text="Qui a voté\u00a0: l’assemblée générale de la chambre.",
    )  # fmt: skip
    on = DayField(label="Date de la séance")
    act = forms.CharField(
        label="Numéro de la délibération", max_length=80, help_text="Par exemple 2026-14."
    )


class AnswerForm(DayForm):
    tacit = forms.BooleanField(
        label="Approbation tacite", required=False,
        help_text="L’autorité n’a pas répondu dans le délai de deux mois après l’envoi.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """An act of a budget's life as a page: its words, its form, who may, what it calls.

    `final`: what it does is not taken back; `deletes`: the budget itself is lost.
    """

    title: str
    consequence: str
    label: str
    form: type[forms.Form] | None
    guard: Callable[..., Verdict]
    act: Callable[..., Any]
    done: str
    final: bool = True
    deletes: bool = False


VERBS: dict[str, Verb] = {
    "voter": Verb(
        "Enregistrer le vote",
        "Une fois voté, ce budget ne change plus : un primitif ou un rectifié se corrige par un "
        "budget rectifié, un exécuté ne se corrige pas.",
        "Enregistrer le vote", VoteForm, rules.can_vote, vote_budget, "Vote enregistré.",
    ),
    "envoyer": Verb(
        "Enregistrer l’envoi à l’autorité",
        "L’autorité de tutelle a deux mois pour répondre à compter de cet envoi.",
        "Enregistrer l’envoi", DayForm, rules.can_send, send_budget, "Envoi enregistré.",
    ),
    "approuver": Verb(
        "Enregistrer l’approbation",
        "Le budget devient exécutoire\u00a0; il ne change plus d’état.",
        "Enregistrer l’approbation", AnswerForm,
        rules.can_approve, approve_budget, "Approbation enregistrée.",
    ),
    "refuser": Verb(
        "Enregistrer le refus de l’autorité",
        "Ce budget ne comptera plus\u00a0; la chambre aura deux mois pour en voter un autre.",
        "Enregistrer le refus", DayForm,
        rules.can_refuse, refuse_budget, "Refus enregistré\u00a0: un nouveau vote est attendu.",
    ),
    "rectifier": Verb(
        "Préparer un budget rectifié",
        "Le budget en vigueur est copié dans un nouveau budget rectifié, qui reste modifiable "
        "jusqu’à son vote.",
        "Préparer le budget rectifié", None, rules.can_revise, revise_budget,
        "Budget rectifié ouvert.", False,
    ),
    "supprimer": Verb(
        "Supprimer ce budget",
        "Ses lignes et ses emplois sont perdus\u00a0; le journal garde la trace de la suppression.",
        "Supprimer", None, rules.can_delete, delete_budget, "Budget supprimé.",
        deletes=True,
    ),
}  # fmt: skip


NEXT = ("voter", "envoyer", "approuver")
"""The acts that carry a budget forward: what its page offers first."""


def verbs_of(budget: Budget, actor: Actor) -> list[tuple[str, str, Verdict, str]]:
    """What may be done with a budget: address, label, verdict, class of its button."""
    found = []
    for name, verb in VERBS.items():
        verdict = verb.guard(budget, actor=actor)
        if verdict or (isinstance(verdict, Denied) and verdict.status == 403):
            url = reverse("finance:budget_verb", args=[budget.network.code, budget.pk, name])
            look = "is-primary" if name in NEXT else "is-danger" if verb.deletes else "is-quiet"
            found.append((url, verb.title, verdict, look))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: Request, network: str, pk: int, verb: str) -> HttpResponse:
    """One act of a budget's life: what it entails, then the act."""
    if verb not in VERBS:
        raise Http404
    budget, asked = visible_budget(request, network, pk), VERBS[verb]
    verdict = asked.guard(budget, actor=request.actor)
    if request.method == "POST":
        require(verdict)

    def run(**given: Any) -> Done:
        done = asked.act(budget, actor=request.actor, **given)
        if done is None:
            return asked.done, reverse("finance:budgets", args=[network]) + f"?annee={budget.year}"
        return asked.done, reverse("finance:budget", args=[network, done.pk])

    act = Act(
        asked.title,
        asked.label,
        reverse("finance:budget", args=[network, pk]),
        asked.consequence,
        lead=f"{budget}, {budget.entity.name}.",
        verdict=verdict,
        grave=asked.final,
        loses=asked.deletes,
    )

    def context() -> dict[str, Any]:
        weighed = _weighed(budget, full=verb == "voter")
        return budget_outline(request, budget, asked.title) | weighed

    form = asked.form(request.POST or None) if asked.form else None
    template = "finance/budget_verb.html"
    return act_page(request, act, run, form, template=template, context=context)


def reconciliation_of(budget: Budget, amounts: Amounts) -> Reconciliation | None:
    """An executed budget beside its book; None for another kind, or where no book is in."""
    if budget.kind != Kind.EXECUTED:
        return None
    books = realised_amounts(budget.network, budget.year)
    return reconciled(budget.entity.code, amounts, books)


def _weighed(budget: Budget, *, full: bool) -> dict[str, Any]:
    """What the budget adds up to and, `full`, what to look at before it is voted."""
    amounts = amounts_of([budget])[budget.pk]
    added = totals(amounts)
    if not full:
        return {"totals": added}
    months, jobs = check(jobs_of(budget), amounts), sum(job.year for job in jobs_of(budget))
    carried = sum(month.budget for month in months)
    held = {key[1:3] for key in amounts}
    lines = budget.lines.values_list("account", "axis__code")
    return {
        "totals": added,
        "full": True,
        "jobs_cost": jobs,
        "carried": carried,
        "empty_lines": sorted({a for a, axis in lines if (a, axis or "") not in held}),
        "cautions": rules.vote_cautions(added, carried, jobs),
        "reconciliation": reconciliation_of(budget, amounts),
    }


routes = [
    path("budgets/", matrix, name="budgets"),
    path("budgets/export.<slug:extension>", matrix_export, name="budgets_export"),
    path("budgets/nouveau/", new, name="budget_new"),
    path("budgets/<int:pk>/acte/<slug:verb>/", verb, name="budget_verb"),
]
