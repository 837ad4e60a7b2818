"""The life of an edition, act by act: proposed, withdrawn, adopted, drafted again, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import Denied, Verdict
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    adopt_edition,
    broken_rules,
    delete_edition,
    draft_next_edition,
    keeps_from_proposing,
    propose_edition,
    withdraw_edition,
)
from maillage.schemes.engine.coverage import coverage
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import DayField
from maillage.ui.templatetags.ui import pluriel


class AdoptionForm(forms.Form):
    body = forms.CharField(label="Instance", max_length=200, initial="Assemblée générale")
    on = DayField(label="Date de la décision")
    act = forms.CharField(label="Numéro de l’acte", max_length=80)


class TitleForm(forms.Form):
    title = forms.CharField(label="Titre de la nouvelle édition", max_length=200)


class _Verb:
    """One act on an edition: confirmed on a page of its own, then done."""

    def __init__(
        self,
        act: Callable[..., Any],
        guard: Callable[..., Verdict],
        title: str,
        consequence: str,
        label: str,
        done: str,
        form: type[forms.Form] | None = None,
        *,
        loses: bool = False,
        details: Callable[[Edition, Request], list[str]] = lambda edition, request: [],
    ) -> None:
        self.act, self.guard, self.form, self.loses = act, guard, form, loses
        self.details = details
        self.title, self.consequence, self.label, self.done = title, consequence, label, done

    def __call__(self, request: Request, pk: int) -> HttpResponse:
        edition = visible_edition(request, pk)

        def run(**given: Any) -> Done:
            result = self.act(edition, actor=request.actor, **given)
            if isinstance(result, Edition):
                return self.done, reverse("schemes:edition", args=[result.pk])
            place = edition.scheme.network.subject
            return self.done, HOUSE.resolve([place], request.actor)[place].url

        act = Act(
            self.title,
            self.label,
            reverse("schemes:edition", args=[pk]),
            self.consequence,
            details=self.details(edition, request),
            lead=str(edition),
            verdict=self.guard(edition, actor=request.actor),
            outline=outline_of(request, edition, self.title),
        )
        initial = {"title": edition.title}
        form = self.form(request.POST or None, initial=initial) if self.form else None
        return act_page(request, act, run, form)


def _lost_with(edition: Edition, request: Request) -> list[str]:
    """What rooms above made of an edition, lost with it; what one may not see is only counted."""
    found = HOUSE.resolve(HOUSE.dependents(edition.subject), request.actor).values()
    seen = [one.title for one in found if one.visible]
    hidden = len(found) - len(seen)
    return [*seen, pluriel(hidden, "document d’autrui,documents d’autrui")] if hidden else seen


def _can_propose(edition: Edition, *, actor: Actor) -> Verdict:
    """Whether one may, and whether the content may: said before the act."""
    verdict = rules.can_propose(edition, actor=actor)
    if verdict and (broken := broken_rules(edition, to_propose=True)):
        return Denied(keeps_from_proposing(broken), status=422)
    return verdict


def _gaps(edition: Edition, request: Request) -> list[str]:
    """What is not filled, which no rule forbids: to be known before one commits."""
    tally = coverage(document_of(edition)).total
    if not tally.unknown:
        return []
    return [f"Non renseignées\u00a0: {tally.unknown} sur {pluriel(tally.all, 'cellule,cellules')}."]


def _adopted(edition: Edition, request: Request) -> list[str]:
    former = edition.scheme.editions.filter(status="adopted").first()
    replaced = [f"«\u00a0{former}\u00a0» ne sera plus en vigueur."] if former else []
    return [*replaced, *_gaps(edition, request)]


propose = _Verb(
    propose_edition,
    _can_propose,
    "Proposer l’édition",
    "L’édition ne pourra plus être modifiée, sauf à la remettre en brouillon.",
    "Proposer",
    "L’édition est proposée.",
    details=_gaps,
)


withdraw = _Verb(
    withdraw_edition,
    rules.can_withdraw,
    "Remettre en brouillon",
    "L’édition pourra de nouveau être modifiée.",
    "Remettre en brouillon",
    "L’édition est de nouveau un brouillon.",
)


adopt = _Verb(
    adopt_edition,
    rules.can_adopt,
    "Enregistrer l’adoption",
    "L’édition sera scellée et publiée : elle ne changera plus jamais.",
    "Adopter et sceller",
    "L’édition est adoptée et scellée.",
    AdoptionForm,
    details=_adopted,
)


draft_next = _Verb(
    draft_next_edition,
    rules.can_draft_next,
    "Préparer l’édition suivante",
    "Un brouillon sera créé avec les jalons, les cellules et les textes de cette édition.",
    "Créer le brouillon",
    "Le brouillon de l’édition suivante est prêt.",
    TitleForm,
)


delete = _Verb(
    delete_edition,
    rules.can_delete,
    "Supprimer le brouillon",
    "Ses cellules et ses textes seront perdus ; le journal en garde la trace.",
    "Supprimer",
    "Le brouillon est supprimé.",
    loses=True,
    details=_lost_with,
)


def _posted(verb: _Verb) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, pk: int) -> HttpResponse:
        return verb(request, pk)

    return view


routes = [
    edition_route("proposer/", _posted(propose), "propose"),
    edition_route("remettre-en-brouillon/", _posted(withdraw), "withdraw"),
    edition_route("adopter/", _posted(adopt), "adopt"),
    edition_route("edition-suivante/", _posted(draft_next), "draft_next"),
    edition_route("supprimer/", _posted(delete), "delete_edition"),
]
