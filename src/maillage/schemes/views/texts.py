"""The texts of an edition: read in order, written, added, moved and taken out of a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.kernel.verdicts import Denied
from maillage.kernel.words import folded
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    SECTIONS,
    add_section,
    lacking_parts,
    move_section,
    open_outline,
    remove_section,
    revise_section,
)
from maillage.schemes.models import Edition, Section
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.schemes.views.passages import Pages
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.templatetags.ui import pluriel

PAGES = Pages(
    SECTIONS,
    "schemes:texts",
    "Textes",
    "texte",
    lambda section: section.title,
    lambda section: section.body,
    revise_section,
    move_section,
    remove_section,
)


class SectionForm(forms.Form):
    title = forms.CharField(label="Titre", max_length=200)
    body = forms.CharField(
        label="Texte",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Une ligne vide sépare deux paragraphes\u00a0; « - » ouvre un élément de liste.",
    )
    source_page = forms.CharField(
        label="Page de la source",
        required=False,
        max_length=40,
        help_text="Où le texte se lit dans le document repris, par exemple « p. 12 ».",
    )


class NewSectionForm(SectionForm):
    part = forms.ChoiceField(label="Partie")
    field_order = ("part",)

    def __init__(self, parts: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = parts  # type: ignore[attr-defined]


@require_safe
def texts(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    verdict = rules.can_administer(edition, actor=request.actor)
    sections = SECTIONS.of(edition)
    context = {
        "edition": edition,
        **outline_of(request, edition, "Textes"),
        "sections": sections,
        "can_revise": verdict,
        "lacking": lacking_parts(edition) if verdict else [],
        "neighbours": PAGES.neighbours(sections),
        "twice": _twice(sections) if verdict else [],
    }
    return render(request, "schemes/texts.html", context)


def _twice(sections: list[Section]) -> list[str]:
    """Titles that several chapters of one part bear: nothing tells them apart in a booklet."""
    named = [(s.kind, s.function_id, folded(s.title)) for s in sections]
    titles = (s.title for s, key in zip(sections, named, strict=True) if named.count(key) > 1)
    return list({folded(title): title for title in titles}.values())


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.revised(request, pk, code, _form, "schemes/text.html")


def _form(data: Any, stored: dict[str, Any]) -> forms.Form:
    return SectionForm(data, initial=stored)


@require_http_methods(["GET", "HEAD", "POST"])
def text_new(request: Request, pk: int) -> HttpResponse:
    """A chapter more, in the part one says."""
    edition = visible_edition(request, pk)
    asked = request.GET.get("partie", "")
    form = NewSectionForm(_parts(edition), request.POST or None, initial={"part": asked})

    def run(part: str, **given: Any) -> Done:
        kind, _, function = part.partition(":")
        add_section(edition, actor=request.actor, kind=kind, function=function, **given)
        return "Chapitre ajouté.", reverse("schemes:texts", args=[pk])

    act = Act(
        "Ajouter un chapitre",
        "Ajouter",
        reverse("schemes:texts", args=[pk]),
        verdict=rules.can_administer(edition, actor=request.actor),
        outline=outline_of(request, edition, "Textes", "Ajouter un chapitre"),
    )
    return act_page(request, act, run, form)


def _parts(edition: Edition) -> list[tuple[str, str]]:
    functions = edition.scheme.network.functions.all()
    return [
        ("preamble", "Préambule"),
        *((f"function:{one.code}", f"Fonction\u00a0: {one.name}") for one in functions),
        ("governance", "Gouvernance"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def texts_outline(request: Request, pk: int) -> HttpResponse:
    """A chapter for each part that has none, to be written."""
    edition = visible_edition(request, pk)
    lacking = lacking_parts(edition)
    verdict = rules.can_administer(edition, actor=request.actor)
    if verdict and not lacking:
        verdict = Denied("Chaque partie a déjà un chapitre au moins.", status=409)

    def run() -> Done:
        added = open_outline(edition, actor=request.actor)
        return f"{pluriel(added, 'chapitre,chapitres')} à écrire.", reverse(
            "schemes:texts", args=[pk]
        )

    act = Act(
        "Ouvrir le plan des textes",
        "Ouvrir le plan",
        reverse("schemes:texts", args=[pk]),
        "Un chapitre vide est ajouté à chaque partie qui n’en a pas\u00a0; ce qui est écrit reste.",
        [section.title for section in lacking],
        verdict=verdict,
        outline=outline_of(request, edition, "Textes", "Plan"),
    )
    return act_page(request, act, run)


@require_http_methods(["GET", "HEAD", "POST"])
def text_remove(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.removed(request, pk, code)


@require_POST
def text_move(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.moved(request, pk, code)


routes = [
    edition_route("textes/", texts, "texts"),
    edition_route("textes-nouveau/", text_new, "text_new"),
    edition_route("textes-plan/", texts_outline, "texts_outline"),
    path("editions/<int:pk>/textes/<slug:code>/", text, name="text"),
    path("editions/<int:pk>/textes/<slug:code>/retirer/", text_remove, name="text_remove"),
    path("editions/<int:pk>/textes/<slug:code>/deplacer/", text_move, name="text_move"),
]
