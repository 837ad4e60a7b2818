"""Numbering the pages of a document that cells cite: which citations follow, agree or are asked,
shown before the act.

Knows how it is asked and shown; what becomes of each is said by `actions.renumbering`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.exchange import rules as document_rules
from maillage.exchange.models import Document
from maillage.kernel.verdicts import Denied, Verdict
from maillage.people.requests import Request
from maillage.schemes.actions import Renumbering, number_cited_pages, renumbering_of
from maillage.schemes.actions.renumbering import Citation, Tells, can_number, numbering_verdict
from maillage.schemes.engine.shortened import named
from maillage.schemes.models import Placement, Section
from maillage.schemes.views.documents import visible_document
from maillage.schemes.views.editions import CURRENT
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_form_page, act_page
from maillage.ui.fields import seen_sent
from maillage.ui.outline import outline
from maillage.ui.tables import shown
from maillage.ui.templatetags.ui import pluriel

SHOWN = 200
"""Citations told one by one, at most."""
TELLS = {
    Tells.AGREES: "la citation se lit sur la page de ce numéro",
    Tells.FOLLOWS: "la citation se lit sur la page d’avant",
    Tells.OPEN: "rien ne le dit",
}


class FollowForm(forms.Form):
    follow = forms.ChoiceField(
        label="Les citations dont rien ne dit la page",
        choices=[
            ("suivre", "suivent la page du fichier qu’elles ouvrent\u00a0: leur numéro change"),
            ("garder", "gardent leur numéro\u00a0: c’est celui du livre imprimé"),
        ],
        widget=forms.RadioSelect,
        initial="suivre",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def numbering(request: Request, pk: object) -> HttpResponse:
    """The page of the file that is printed 1 (`premiere`): what it does to the citations, then the
    act."""
    found = visible_document(request, pk)
    asked = request.GET.get("premiere", "")
    sign, digits = ("-", asked[1:]) if asked.startswith("-") else ("", asked)
    readable = digits.isdecimal() and len(digits) < 7
    first = int(sign + digits) if readable else found.first_page
    planned = renumbering_of(found, first)
    form = FollowForm(request.POST or None) if planned.of(Tells.OPEN) else None
    act = _act(request, found, planned)

    def run(follow: str = "garder") -> Done:
        agreed = seen_sent(request.POST, "vu")
        number_cited_pages(
            found,
            actor=request.actor,
            first_page=first,
            follow=follow == "suivre",
            agreed=agreed,
        )
        return "Pages numérotées.", reverse("schemes:document_page", args=[found.pk, 1])

    context = {"table": shown(_table(planned), as_cards=True) if planned.citations else None}
    template = "schemes/numbering.html"
    if request.method == "POST" and isinstance(act.verdict, Denied):
        return act_form_page(
            request, act, status=act.verdict.status, template=template, context=context
        )
    return act_page(request, act, run, form, template=template, context=lambda: context)


def _verdict(request: Request, document: Document, planned: Renumbering) -> Verdict:
    verdict = can_number(document, actor=request.actor, first_page=planned.first_page)
    if isinstance(verdict, Denied):
        return verdict
    fault = document_rules.numbering_fault(planned.first_page, document.pages)
    return Denied(fault, 422) if fault else numbering_verdict(planned)


def _act(request: Request, document: Document, planned: Renumbering) -> Act:
    agree, follow = planned.of(Tells.AGREES), planned.of(Tells.FOLLOWS)
    sealed = {one.edition.pk for one in planned.citations if one.edition.is_sealed}
    left = planned.left(follow=True)
    counted = [
        (agree, "citation garde son numéro,citations gardent leur numéro",
         "le passage cité est sur la page de ce numéro"),
        (follow, "citation suit sa page,citations suivent leur page", "le passage cité s’y lit"),
        (left, "citation dit autre chose que des pages,citations disent autre chose que des pages",
         "à reprendre à la main"),
        (sealed, "édition adoptée ne change pas,éditions adoptées ne changent pas",
         "leurs citations ouvrent les mêmes pages, par la numérotation d’alors"),
    ]  # fmt: skip
    told = [f"{pluriel(len(some), forms)}\u00a0: {why}." for some, forms, why in counted if some]
    back = reverse("schemes:document_page", args=[document.pk, 1])
    return Act(
        "Numéroter les pages",
        "Numéroter",
        back,
        _told(planned.first_page, document.first_page),
        told,
        lead=document.title,
        verdict=_verdict(request, document, planned),
        outline=outline(request, document.network, CURRENT, (document.title, back), "Numéroter"),
        hidden={"vu": planned.stamp},
    )


def _told(first: int, before: int) -> str:
    if first == before:
        return f"La {_numbered(first)} le reste\u00a0: aucun numéro ne change."
    return f"La {_numbered(first)}, au lieu de\u00a0: {_numbered(before)}."


def _numbered(first: int) -> str:
    page, printed = (first, 1) if first >= 1 else (1, 2 - first)
    return f"page {page} du fichier imprimée {printed}"


def _table(planned: Renumbering) -> Table:
    columns = (
        Column("Édition", width=30),
        Column("Cellule ou texte", width=50),
        Column("Citée", width=14),
        Column("Si elle suit", width=18),
        Column("Ce qu’en dit le passage", width=40),
    )
    return Table("Citations", columns, tuple(_rows(planned.citations[:SHOWN])))


def _rows(citations: tuple[Citation, ...]) -> Iterator[tuple[str, ...]]:
    for one in citations:
        row = one.row
        if isinstance(row, Placement):
            place = [row.process.name, row.milestone.label]
            place += [row.entity.short_name] if row.entity else []
        elif isinstance(row, Section):
            place = ["Texte", row.title]
        else:
            place = ["Énoncé", named(row.text)]
        moved = one.moved or "à la main" if one.edition.is_draft else "inchangée"
        yield str(one.edition), ", ".join(place), row.source_page, moved, TELLS[one.tells]


routes = [path("sources/<uuid:pk>/numeros/", numbering, name="document_numbers")]
