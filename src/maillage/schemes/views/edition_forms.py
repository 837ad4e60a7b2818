"""Forms for a scheme and its first edition, and what that of a draft's frame shares with them.

Rows of milestones are added and removed by buttons that post the form: no script is needed.
Knows how what is typed is read and shown again; what holds is said by the actions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.kernel.verdicts import Refusal, Verdict, require
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    create_scheme,
    open_first_edition,
)
from maillage.schemes.actions.milestones import cleaned
from maillage.schemes.engine import edition_faults
from maillage.schemes.engine.edition_faults import MOST_MILESTONES
from maillage.schemes.queries import networks_visible_to
from maillage.schemes.views.edition_fields import EditionForm, MilestoneForm, SchemeForm
from maillage.schemes.views.editions import CURRENT
from maillage.ui.outline import outline

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

    def weigh(self) -> None:
        """Beside what cannot be read, say what does not hold of the rest: all of it at once."""
        given = self.form.cleaned_data
        sound = {rank: row.cleaned_data for rank, row in enumerate(self.filled) if row.is_valid()}
        ranks, known = list(sound), [row["was"] for row in sound.values()]
        rows = edition_faults.edition_faults(
            given.get("edition_title"), cleaned(sound.values()), known
        )
        found = [
            *edition_faults.scheme_faults(*map(given.get, edition_faults.SCHEME)),
            *(f for f in rows if f.field or not (self.filled or self.rows.non_form_errors())),
        ]
        self._tell((f.field, None if f.row is None else ranks[f.row], f.message) for f in found)

    def _tell(self, faults: Iterable[tuple[str, int | None, str]]) -> None:
        filled = self.filled
        for field, row, message in faults:
            form = self.form if row is None else filled[row]
            if field not in form.errors:
                form.add_error(field or None, message)

    def show(self, refusal: Refusal) -> None:
        """Put what was refused where it was typed; raise again what has no place."""
        faults = refusal.details.get("faults")
        if not faults:
            raise refusal
        self._tell((fault["field"], fault["row"], fault["message"]) for fault in faults)


def read_form(
    request: Request,
    form: type[forms.Form],
    initial: dict[str, Any],
    rows: list[Any],
    data: QueryDict | None = None,
) -> DraftForm:
    """Read what is posted (or `data`, made of it): to be saved, or with a row more or less to be
    shown again."""
    data = data or request.POST
    if request.method != "POST":
        return DraftForm(form(initial=initial), Rows(initial=rows, prefix=PREFIX))
    gesture = data.get("geste", "")
    if not gesture:
        bound = DraftForm(form(data), Rows(data, prefix=PREFIX))
        bound.complete = all([bound.form.is_valid(), bound.rows.is_valid()])
        if not bound.complete:
            bound.weigh()
        return bound
    typed = typed_rows(data)
    if gesture == "ajouter" and len(typed) < MOST_MILESTONES:
        typed.append(dict.fromkeys(FIELDS, ""))
    typed = [row for rank, row in enumerate(typed) if gesture != f"retirer-{rank}"]
    values = {name: data.get(name, "") for name in form.base_fields}
    again = Rows(initial=typed, prefix=PREFIX)
    return DraftForm(form(initial=values), again)


def typed_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows as typed, whatever they hold."""
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    count = min(int(total), MOST_MILESTONES) if total.isdecimal() else 0
    return [
        {name: data.get(f"{PREFIX}-{rank}-{name}", "") for name in FIELDS} for rank in range(count)
    ]


def shown_form(
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
    draft = read_form(request, form, {}, [{}] * ROWS_AT_FIRST)
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
    return shown_form(request, draft, **page)


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


routes = [
    path("reseaux/<slug:network>/schemas/nouveau/", scheme_new, name="scheme_new"),
    path(
        "reseaux/<slug:network>/schemas/<slug:code>/premiere-edition/",
        first_edition,
        name="first_edition",
    ),
]
