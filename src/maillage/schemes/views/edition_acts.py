"""The life of an edition, act by act: proposed, withdrawn, adopted, drafted again, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import Verdict
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    adopt_edition,
    delete_edition,
    draft_next_edition,
    propose_edition,
    withdraw_edition,
)
from maillage.schemes.models import Edition
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
    ) -> None:
        self.act, self.guard, self.form, self.loses = act, guard, form, loses
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
            details=_lost_with(edition, request) if self.loses else (),
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


propose = _Verb(
    propose_edition,
    rules.can_propose,
    "Proposer l’édition",
    "L’édition ne pourra plus être modifiée, sauf à la remettre en brouillon.",
    "Proposer",
    "L’édition est proposée.",
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
    "L’édition sera scellée et publiée : elle ne changera plus jamais. "
    "L’édition en vigueur sera remplacée.",
    "Adopter et sceller",
    "L’édition est adoptée et scellée.",
    AdoptionForm,
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
