"""Texts and statements of another edition taken into a draft: choose it, see, take all or some."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.verdicts import refuse
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import candidates_of, copied_stamp, copy_texts
from maillage.schemes.engine.copied_texts import Candidate, Coming
from maillage.schemes.engine.document import SectionDoc, SectionKind
from maillage.schemes.models import Edition
from maillage.schemes.queries import editions_visible_to
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import seen_sent
from maillage.ui.templatetags.ui import pluriel

TOLD = {
    Coming.NEW: "Nouveau",
    Coming.DIFFERING: "Remplace celui du brouillon",
    Coming.ALIKE: "Identique, rien à reprendre",
    Coming.HOMELESS: "Fonction absente de ce réseau",
}
PARTS = {SectionKind.PREAMBLE: "Préambule", SectionKind.GOVERNANCE: "Gouvernance"}


class ChosenForm(forms.Form):
    """Which passages are taken. Anything may be sent: the act says what has no place."""

    prendre = forms.MultipleChoiceField(label="Passages à prendre", required=False)

    def __init__(self, keys: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prendre"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def texts_copy(request: Request, pk: int) -> HttpResponse:
    """The edition to take from, then what would come."""
    edition = visible_edition(request, pk)
    asked = request.POST.get("de") or request.GET.get("de", "")
    source = visible_edition(request, int(asked)) if asked.isdecimal() else None
    found = candidates_of(edition, source) if source else []
    coming = [one for one in found if one.may_come]
    whole = request.POST.get("geste") == "tout"

    def run(prendre: list[str]) -> Done:
        if source is None:
            refuse("Choisir l’édition dont reprendre les textes.")
        chosen = [one.key for one in coming] if whole else prendre
        seen = seen_sent(request.POST, "seen")[:64]
        copied = copy_texts(edition, actor=request.actor, source=source, chosen=chosen, seen=seen)
        here = reverse("schemes:texts", args=[pk])
        return f"{pluriel(copied, 'passage repris,passages repris')} de {source}.", here

    stamp = copied_stamp(found)
    act = Act(
        "Reprendre des textes",
        "Reprendre ce qui est coché",
        reverse("schemes:texts", args=[pk]),
        verdict=rules.can_administer(edition, actor=request.actor),
        outline=outline_of(request, edition, "Textes", "Reprendre des textes"),
    )
    names = dict(edition.scheme.network.functions.values_list("code", "name"))
    context = {
        "edition": edition,
        "source": source,
        "others": _others(request, edition),
        "rows": [_shown(one, names) for one in found] if source else [],
        "coming": len(coming),
        "replaced": sum(one.coming is Coming.DIFFERING for one in coming),
        "chosen": _chosen(request, coming),
        "stamp": stamp,
    }
    form = ChosenForm([one.key for one in found], request.POST or None)
    template = "schemes/copied_texts.html"
    return act_page(request, act, run, form, template=template, context=lambda: context)


def _chosen(request: Request, coming: list[Candidate]) -> list[str]:
    """What stands checked: what was sent, all or nothing where it was asked (`cocher`), else what
    replaces nothing."""
    if request.method == "POST":
        return request.POST.getlist("prendre")
    asked = request.GET.get("cocher", "")
    if asked in ("tout", "aucun"):
        return [one.key for one in coming] if asked == "tout" else []
    return [one.key for one in coming if one.coming is Coming.NEW]


def _others(request: Request, edition: Edition) -> Any:
    """Editions one may read, those of the same network first."""
    own = Case(When(scheme__network=edition.scheme.network_id, then=Value(0)), default=Value(1))
    visible = editions_visible_to(request.actor).exclude(pk=edition.pk)
    return visible.order_by(own, "scheme__network__name", "-scheme__start_year", "-number")


def _shown(one: Candidate, names: dict[str, str]) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.given.title if isinstance(one.given, SectionDoc) else one.given.text,
        "noun": "Chapitre" if one.is_section else "Énoncé",
        "part": _part(one, names),
        "given": one.given,
        "held": one.held,
        "is_section": one.is_section,
        "told": TOLD[one.coming],
        "coming": one.coming.value,
        "may_come": one.may_come,
    }


def _part(one: Candidate, names: dict[str, str]) -> str:
    if isinstance(one.given, SectionDoc) and one.given.kind in PARTS:
        return PARTS[one.given.kind]
    return names.get(one.given.function, one.given.function)


routes = [edition_route("textes-reprendre/", texts_copy, "texts_copy")]
