"""Forms for a scheme, its first edition, and the title and milestones of a draft.

Rows of milestones are added and removed by buttons that post the form: no script is needed.
Knows how what is typed is read and shown again; what holds is said by the actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.money import parse_count
from maillage.kernel.verdicts import Refusal, Verdict, require
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    create_scheme,
    held_frame,
    milestones_of,
    open_first_edition,
    revise_milestones,
)
from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.edition_faults import MOST_MILESTONES
from maillage.schemes.models import Edition
from maillage.schemes.queries import networks_visible_to
from maillage.schemes.views.edition_fields import EditionForm, MilestoneForm, SchemeForm
from maillage.schemes.views.editions import CURRENT, outline_of, visible_edition
from maillage.ui.acts import Act, act_form_page
from maillage.ui.fields import seen_sent
from maillage.ui.outline import outline
from maillage.ui.templatetags.ui import pluriel

ROWS_AT_FIRST = 3
PREFIX = "jalons"
FIELDS = ("was", "code", "label", "date", "nature")


Rows = forms.formset_factory(
    MilestoneForm, extra=0, max_num=MOST_MILESTONES, absolute_max=MOST_MILESTONES + 1
)


@dataclass(slots=True)
class DraftForm:
    """The form and its rows as they are shown; `complete` where they can be acted upon."""

    form: forms.Form
    rows: Any
    complete: bool = False

    @property
    def filled(self) -> list[forms.Form]:
        """The rows where something is typed: an empty one is left aside."""
        return [row for row in self.rows.forms if row.cleaned_data]

    @property
    def milestones(self) -> list[dict[str, Any]]:
        return [row.cleaned_data for row in self.filled]

    def show(self, refusal: Refusal) -> None:
        """Put what was refused where it was typed; raise again what has no place."""
        faults = refusal.details.get("faults")
        if not faults:
            raise refusal
        filled = self.filled
        for fault in faults:
            field, row = fault["field"] or None, fault["row"]
            (self.form if row is None else filled[row]).add_error(field, fault["message"])


def _read_form(
    request: Request, form: type[forms.Form], initial: dict[str, Any], rows: list[Any]
) -> DraftForm:
    """Read what is posted: to be saved, or with a row more or less to be shown again."""
    if request.method != "POST":
        return DraftForm(form(initial=initial), Rows(initial=rows, prefix=PREFIX))
    gesture = request.POST.get("geste", "")
    if not gesture:
        bound = DraftForm(form(request.POST), Rows(request.POST, prefix=PREFIX))
        bound.complete = all([bound.form.is_valid(), bound.rows.is_valid()])
        return bound
    typed = _typed_rows(request.POST)
    if gesture == "ajouter" and len(typed) < MOST_MILESTONES:
        typed.append(dict.fromkeys(FIELDS, ""))
    typed = [row for rank, row in enumerate(typed) if gesture != f"retirer-{rank}"]
    values = {name: request.POST.get(name, "") for name in form.base_fields}
    again = Rows(initial=typed, prefix=PREFIX)
    return DraftForm(form(initial=values), again)


def _typed_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows as typed, whatever they hold."""
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    count = min(int(total), MOST_MILESTONES) if total.isdecimal() else 0
    return [
        {name: data.get(f"{PREFIX}-{rank}-{name}", "") for name in FIELDS} for rank in range(count)
    ]


def _page(
    request: Request, draft: DraftForm, verdict: Verdict, *, status: int = 0, **context: Any
) -> HttpResponse:
    failed = draft.form.errors or (draft.rows.is_bound and not draft.rows.is_valid())
    context |= {
        "form": draft.form,
        "rows": draft.rows,
        "full": len(draft.rows.forms) >= MOST_MILESTONES,
        "failed": bool(failed),
        "verdict": verdict,
    }
    status = status or (422 if failed else 200)
    return render(request, "schemes/edition_form.html", context, status=status)


def _network(request: Request, code: str) -> Network:
    """The network, for those who belong to it."""
    found: Network = get_object_or_404(networks_visible_to(request.actor), code=code)
    if not request.actor.sees(found.pk):
        raise Http404
    return found


def _begin(
    request: Request, network: Network, form: type[forms.Form], act: Any, page: dict[str, Any]
) -> HttpResponse:
    """Show the form of a first draft, or open it through `act` and go to its page."""
    draft = _read_form(request, form, {}, [{}] * ROWS_AT_FIRST)
    if request.method == "POST":
        require(page["verdict"])
        if draft.complete:
            try:
                made = act(
                    actor=request.actor, milestones=draft.milestones, **draft.form.cleaned_data
                )
            except Refusal as refusal:
                draft.show(refusal)
            else:
                messages.success(request, f"Le brouillon «\u00a0{made.title}\u00a0» est ouvert.")
                return redirect("schemes:edition", pk=made.pk)
    page |= outline(request, network, CURRENT, page["title"])
    page["cancel_url"] = page["network_bar"][0]["url"]
    return _page(request, draft, **page)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_new(request: Request, network: str) -> HttpResponse:
    """A scheme, its first draft and its milestones, all at once."""
    found = _network(request, network)
    page = {
        "verdict": rules.can_create_scheme(found, actor=request.actor),
        "title": "Créer un schéma",
        "lead": f"{found.name}\u00a0: le schéma, son premier brouillon et ses jalons.",
        "action_label": "Créer le schéma et son brouillon",
    }

    return _begin(request, found, SchemeForm, partial(create_scheme, found), page)


@require_http_methods(["GET", "HEAD", "POST"])
def first_edition(request: Request, network: str, code: str) -> HttpResponse:
    """The first draft of a scheme that has none."""
    found = _network(request, network)
    scheme = get_object_or_404(found.schemes, code=code)
    page = {
        "verdict": rules.can_open_first(scheme, actor=request.actor),
        "title": "Ouvrir la première édition",
        "lead": scheme.title,
        "action_label": "Ouvrir le brouillon",
    }

    return _begin(request, found, EditionForm, partial(open_first_edition, scheme), page)


@require_http_methods(["GET", "HEAD", "POST"])
def title_and_milestones(request: Request, pk: int) -> HttpResponse:
    """A draft's title and milestones; what would lose cells is asked again first."""
    edition = visible_edition(request, pk)
    verdict = rules.can_administer(edition, actor=request.actor)
    stored = [
        m | {"was": m["code"], "date": partial_dates.written(m["date"], m["precision"])}
        for m in milestones_of(edition)
    ]
    draft = _read_form(request, EditionForm, {"edition_title": edition.title}, stored or [{}])
    seen = request.POST.get("seen") or str(held_frame(edition).stamp)
    page: dict[str, Any] = {
        "title": "Titre et jalons",
        "lead": str(edition),
        "action_label": "Enregistrer",
        "cancel_url": reverse("schemes:edition", args=[pk]),
        **outline_of(request, edition, "Titre et jalons"),
        "seen": seen,
        "no_milestone": not stored,
    }
    if request.method == "POST":
        require(verdict)
    if draft.complete:
        try:
            _revise(request, edition, draft, seen_sent(request.POST, "seen"))
        except Refusal as refusal:
            if "lost" in refusal.details:
                return _confirm(request, edition, refusal)
            if "moved" in refusal.details:
                stored_now = Edition.objects.prefetch_related("milestones").get(pk=edition.pk)
                page |= {"moved": stored_now, "seen": held_frame(edition).stamp}
                return _page(request, draft, verdict, status=409, **page)
            draft.show(refusal)
        else:
            messages.success(request, "Titre et jalons enregistrés.")
            return redirect("schemes:edition", pk=pk)
    return _page(request, draft, verdict, **page)


def _revise(request: Request, edition: Edition, draft: DraftForm, seen: str) -> None:
    agreed = request.POST.get("pertes", "") if request.POST.get("confirme") == "oui" else ""
    revise_milestones(
        edition,
        actor=request.actor,
        title=draft.form.cleaned_data["edition_title"],
        milestones=draft.milestones,
        seen=seen,
        losing=parse_count(agreed) or 0,
    )


def _confirm(request: Request, edition: Edition, refusal: Refusal) -> HttpResponse:
    """Ask before cells are lost; what was typed goes along, unseen."""
    lost: dict[str, int] = dict(refusal.details["lost"])
    labels = dict(edition.milestones.values_list("code", "label"))
    ours = ("csrfmiddlewaretoken", "geste", "pertes", "confirme")
    fields = {name: value for name, value in request.POST.items() if name not in ours}
    act = Act(
        "Retirer des jalons et leurs cellules",
        "Retirer et enregistrer",
        request.path,
        f"Des cellules de «\u00a0{edition}\u00a0» seront supprimées, sans retour possible.",
        [
            f"Jalon «\u00a0{labels[code]}\u00a0»\u00a0: {pluriel(count, 'cellule,cellules')}"
            for code, count in lost.items()
        ],
        loses=True,
        outline=outline_of(request, edition, "Titre et jalons"),
        hidden={**fields, "pertes": sum(lost.values())},
    )
    return act_form_page(request, act)


routes = [
    path("reseaux/<slug:network>/schemas/nouveau/", scheme_new, name="scheme_new"),
    path(
        "reseaux/<slug:network>/schemas/<slug:code>/premiere-edition/",
        first_edition,
        name="first_edition",
    ),
    path("editions/<int:pk>/cadre/", title_and_milestones, name="frame"),
]
