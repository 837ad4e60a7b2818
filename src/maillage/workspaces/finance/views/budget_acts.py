"""The acts of a budget's life as pages: vote, sending, answer, revision, deletion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.costing.models import Budget
from maillage.kernel.verdicts import Denied, Verdict, require
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import DayField
from maillage.workspaces.finance.actions import (
    approve_budget,
    correct_vote,
    delete_budget,
    refuse_budget,
    revise_budget,
    send_budget,
    vote_budget,
)
from maillage.workspaces.finance.queries.budgets import held_of, weighed
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget


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


class CorrectVoteForm(VoteForm):
    reason = forms.CharField(
        label="Raison de la correction", max_length=500,
        help_text="Ce qui avait été mal saisi. Elle reste au journal, avec l’avant et l’après.",
    )  # fmt: skip


class AnswerForm(DayForm):
    tacit = forms.BooleanField(
        label="Approbation tacite", required=False,
        help_text="L’autorité n’a pas répondu dans le délai que dit le calendrier.",
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


CORRECTING = "corriger-vote"
VERBS: dict[str, Verb] = {
    "voter": Verb(
        "Enregistrer le vote",
        "Une fois voté, ce budget ne change plus : un primitif ou un rectifié se corrige par un "
        "budget rectifié, un exécuté ne se corrige pas.",
        "Enregistrer le vote", VoteForm, rules.can_vote, vote_budget, "Vote enregistré.",
    ),
    CORRECTING: Verb(
        "Corriger ce qui a été saisi du vote",
        "L’instance, la date et le numéro de la délibération seuls se corrigent\u00a0: ce qui a "
        "été voté ne change pas. Le journal garde l’avant, l’après et la raison.",
        "Corriger le vote", CorrectVoteForm, rules.can_correct_vote, correct_vote,
        "Vote corrigé.", False,
    ),
    "envoyer": Verb(
        "Enregistrer l’envoi à l’autorité",
        "Le délai de réponse de l’autorité de tutelle, dit au calendrier, court de cet envoi.",
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
        "Ce budget ne comptera plus\u00a0; la chambre en vote un autre, dans le délai dit.",
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
        figures=True,
        holds=lambda: held_of(budget),
    )

    def context() -> dict[str, Any]:
        figures = weighed(budget, full=verb == "voter")
        return budget_outline(request, budget, asked.title) | figures

    typed = _typed(budget) if verb == CORRECTING else None
    form = asked.form(request.POST or None, initial=typed) if asked.form else None
    template = "finance/budget_verb.html"
    return act_page(request, act, run, form, template=template, context=context)


def _typed(budget: Budget) -> dict[str, Any]:
    """What was typed of the vote."""
    return {"body": budget.voted_body, "on": budget.voted_on, "act": budget.voted_act}


routes = [path("budgets/<int:pk>/acte/<slug:verb>/", verb, name="budget_verb")]
