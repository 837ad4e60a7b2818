"""The form of a draft's title and milestones; written by another meanwhile, both are put together.

Knows how a frame goes with its form and comes back. What both have set is for the engine to say.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.money import parse_count
from maillage.kernel.plain_json import plain
from maillage.kernel.verdicts import Refusal, require
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import held_frame, milestones_of, revise_milestones
from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.document import MILESTONE_NATURE_LABELS
from maillage.schemes.engine.frame_merge import NAMES, NOTHING_READ, Clash, Frame, merged
from maillage.schemes.events import last_by
from maillage.schemes.models import Edition
from maillage.schemes.views.edition_fields import EditionForm, MilestoneForm
from maillage.schemes.views.edition_forms import (
    PREFIX,
    DraftForm,
    read_form,
    shown_form,
    typed_rows,
)
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.ui.acts import Act, act_form_page
from maillage.ui.fields import seen_sent
from maillage.ui.rereading import written
from maillage.ui.templatetags.ui import pluriel


def _stored(edition: Edition) -> Frame:
    return Frame(edition.title, tuple(_row(m, m["code"]) for m in milestones_of(edition)))


def _row(milestone: dict[str, Any], was: str) -> dict[str, str]:
    date = partial_dates.written(milestone["date"], milestone["precision"])
    return {"was": was, **{n: milestone[n] for n in NAMES}, "date": date}


def _typed(draft: DraftForm) -> Frame:
    rows = (_row(m, m["was"]) for m in draft.milestones)
    return Frame(draft.form.cleaned_data["edition_title"], tuple(rows))


def _written(frame: Frame) -> str:
    return orjson.dumps([frame.title, frame.rows]).decode()


def _read(text: str) -> Frame | None:
    """What a form was filled with, None where it does not say."""
    try:
        title, rows = plain(text)
        wanted = {"was", *NAMES}
        kept = [{n: str(row[n]) for n in wanted} for row in rows]
        return Frame(str(title), tuple(kept))
    except (ValueError, TypeError, KeyError):
        return None


class Choice(NamedTuple):
    """A field both have set, in words; `key` names its choice in the form, "" where the milestone
    itself is gone on one side: it stands in the form again, to be taken away or not."""

    key: str
    label: str
    mine: str
    theirs: str
    taken: str = ""
    """Which is chosen already: the value of its box."""


def _choices(clashes: list[Clash], frame: Frame) -> list[Choice]:
    labels = {row["was"] or row["code"]: row["label"] for row in frame.rows}
    fields = {n: str(MilestoneForm.base_fields[n].label) for n in NAMES}
    found = []
    for was, name, mine, theirs in clashes:
        label = "Titre de l’édition"
        if was:
            about = f"Jalon «\u00a0{labels.get(was, was)}\u00a0»"
            label = f"{about}, {fields[name].lower()}" if name else about
        said = [_said(name, one) for one in (mine, theirs)]
        found.append(Choice(f"{was}:{name}" if name else "", label, *said))
    return found


def _still(data: QueryDict) -> list[Choice]:
    """The choices a form showed, as they stand once a row is added or taken away: with what is
    typed by now, without those of a row that is no longer there."""
    kept = enumerate(typed_rows(data))
    rows = {row["was"]: row for rank, row in kept if data["geste"] != f"retirer-{rank}"}
    rows[""] = {"title": data.get("edition_title", "")}
    try:
        shown = [Choice(*map(str, one)) for one in plain(data.get("choix-dits", "[]"))]
    except (ValueError, TypeError):
        return []
    found = []
    for choice in shown:
        was, _, name = choice.key.partition(":")
        if not choice.key:
            found.append(choice)
        elif name in rows.get(was, ()):
            taken = data.get(f"choix-{choice.key}", "")
            found.append(choice._replace(mine=_said(name, rows[was][name]), taken=taken))
    return found


def _said(name: str, value: str) -> str:
    if name == "nature":
        return MILESTONE_NATURE_LABELS.get(value, value)
    return partial_dates.said(value) if name == "date" else value


def _chosen(data: QueryDict, stored: Frame) -> QueryDict:
    """What is posted, with what is kept in the fields of which mine was not chosen; a row added or
    taken away chooses nothing, and what is typed stays."""
    if data.get("geste"):
        return data
    asked = [key for key in data.getlist("a-choisir") if data.get(f"choix-{key}") != "mien"]
    if not asked:
        return data
    data = data.copy()
    ranks = {row["was"]: rank for rank, row in enumerate(typed_rows(data))}
    for was, _, name in (key.partition(":") for key in asked):
        row = stored.by_code.get(was)
        if not was and name == "title":
            data["edition_title"] = stored.title
        elif row and was in ranks and name in NAMES:
            data[f"{PREFIX}-{ranks[was]}-{name}"] = row[name]
    return data


@require_http_methods(["GET", "HEAD", "POST"])
def title_and_milestones(request: Request, pk: int) -> HttpResponse:
    """A draft's title and milestones; what would lose cells is asked again first."""
    edition = visible_edition(request, pk)
    verdict = rules.can_administer(edition, actor=request.actor)
    stored = _stored(edition)
    posted = _chosen(request.POST, stored)
    draft = read_form(
        request, EditionForm, {"edition_title": stored.title}, [*stored.rows] or [{}], posted
    )
    context: dict[str, Any] = {
        "title": "Titre et jalons",
        "lead": str(edition),
        "action_label": "Enregistrer",
        "cancel_url": reverse("schemes:edition", args=[pk]),
        **outline_of(request, edition, "Titre et jalons"),
        "seen": posted.get("seen") or str(held_frame(edition).stamp),
        "was_read": posted.get("lu") or _written(stored),
        "no_milestone": not stored.rows,
        **written(request, edition, verb="schemes.edition.revised"),
    }
    if posted.get("geste"):
        context |= _asked(_still(posted))
    if request.method == "POST":
        require(verdict)
    if draft.complete:
        try:
            _revise(request, edition, draft, seen_sent(request.POST, "seen"))
        except Refusal as refusal:
            if "lost" in refusal.details:
                return _confirm(request, edition, refusal, posted)
            if "moved" in refusal.details:
                return _together(request, edition, draft, context)
            draft.show(refusal)
        else:
            messages.success(request, "Titre et jalons enregistrés.")
            return redirect("schemes:edition", pk=pk)
    return shown_form(request, draft, verdict, **context)


def _together(
    request: Request, edition: Edition, draft: DraftForm, context: dict[str, Any]
) -> HttpResponse:
    """What is typed upon what another wrote meanwhile: the form of both, nothing written yet."""
    now = Edition.objects.get(pk=edition.pk)
    kept, typed = _stored(now), _typed(draft)
    frame, clashes = merged(_read(request.POST.get("lu", "")) or NOTHING_READ, typed, kept)
    again = read_form(request, EditionForm, {}, [], _posted(frame))
    context |= {
        "seen": held_frame(now).stamp,
        "was_read": _written(kept),
        "moved": last_by(now, "schemes.edition.revised", request.actor),
        **_asked(_choices(clashes, frame)),
    }
    verdict = rules.can_administer(now, actor=request.actor)
    return shown_form(request, again, verdict, status=409, **context)


def _asked(choices: list[Choice]) -> dict[str, Any]:
    return {"choices": choices, "told": orjson.dumps([tuple(one)[:4] for one in choices]).decode()}


def _posted(frame: Frame) -> QueryDict:
    """The same form as if the frame had been typed in it."""
    made = QueryDict(mutable=True)
    made["edition_title"] = frame.title
    made[f"{PREFIX}-TOTAL_FORMS"] = str(len(frame.rows))
    made[f"{PREFIX}-INITIAL_FORMS"] = "0"
    for rank, row in enumerate(frame.rows):
        made.update({f"{PREFIX}-{rank}-{name}": value for name, value in row.items()})
    return made


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


def _confirm(
    request: Request, edition: Edition, refusal: Refusal, posted: QueryDict
) -> HttpResponse:
    """Ask before cells are lost; what was typed goes along, unseen."""
    lost: dict[str, int] = dict(refusal.details["lost"])
    labels = dict(edition.milestones.values_list("code", "label"))
    ours = ("csrfmiddlewaretoken", "geste", "pertes", "confirme", "a-choisir", "choix-dits")
    fields = {name: value for name, value in posted.items() if name not in ours}
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


routes = [path("editions/<int:pk>/cadre/", title_and_milestones, name="frame")]
