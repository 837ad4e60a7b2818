"""One cell of a draft, whole: its form as a page, or as the fragment the grid's panel shows.

Knows the fields of a cell. Knows no rule: what may be set, and by whom, is refused elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.verdicts import Refusal, Verdict
from maillage.network.models import Entity
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import CellEdit, field_told, place_cells, text_faults
from maillage.schemes.citations import cited_by
from maillage.schemes.engine import mode_change, mode_details
from maillage.schemes.engine.change import describe_states, in_parts
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    MOST_QUOTE,
    PROVENANCE_LABELS,
    UNKNOWN,
    UNSPECIFIED,
)
from maillage.schemes.events import named_conflicts
from maillage.schemes.models import Edition, Milestone, Placement
from maillage.schemes.queries import Axes, Axis, axes_of
from maillage.schemes.views import detail_fields
from maillage.schemes.views.cell_states import state_of_row, state_read
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.schemes.views.mode_question import ANY, Question, answers_of, questions
from maillage.ui.refusals import refusals_on

WHOLE_OR_PART = ("schemes/grid_cell.html", "schemes/grid_cell_form.html")


class CellForm(forms.Form):
    """One cell, whole."""

    mode = forms.ChoiceField(
        label="Mode dominant",
        choices=list(MODE_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisir un mode, ou revenir sans enregistrer."},
    )
    complementary = forms.MultipleChoiceField(
        label="Modes complémentaires",
        required=False,
        choices=[(m, MODE_LABELS[m]) for m in "ACHMI"],
        widget=forms.CheckboxSelectMultiple,
    )
    lead = forms.ChoiceField(label="Qui assure", required=False)
    served = forms.MultipleChoiceField(
        label="Pour qui", required=False, widget=forms.CheckboxSelectMultiple
    )
    integration = forms.ChoiceField(
        label="Option d’intégration",
        required=False,
        choices=[("", "Non renseignée"), *INTEGRATION_LABELS.items()],
        help_text="Gardée seulement avec le mode Intégration.",
    )
    rationale = forms.CharField(
        label="Justification", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    source_document = forms.CharField(label="Document source", required=False, max_length=200)
    source_page = forms.CharField(label="Page", required=False, max_length=40)
    source_basis = forms.CharField(
        label="Fondement", required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    source_quote = forms.CharField(
        label="Citation",
        required=False,
        max_length=MOST_QUOTE,
        help_text="Quelques mots de la source, tels quels, pour la retrouver et la vérifier.",
    )
    provenance = forms.ChoiceField(
        label="Provenance",
        required=False,
        choices=[("", UNSPECIFIED), *PROVENANCE_LABELS.items()],
        help_text="Énoncé par la source, déduit de ce qu’elle dit, reporté d’un jalon antérieur. "
        "Se dit du mode\u00a0; le fondement, des modes complémentaires.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """What the cell held when it was read: a field left as it was read is nobody's to set."""

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "Non renseigné"), *entities]  # type: ignore[attr-defined]
        self.fields["served"].choices = entities  # type: ignore[attr-defined]
        self.fields.update(detail_fields.fields())
        self.detail_groups = detail_fields.groups(self)

    def clean(self) -> dict[str, Any]:
        """What the modes are made of, together; a fault of the whole is of its dates. Texts that
        could not be sealed or printed are told with what else does not hold."""
        values = detail_fields.gathered(self.cleaned_data)
        if "vider" not in self.data:
            for name, fault in text_faults(values).items():
                self.add_error(name, fault)
        if fault := mode_details.fault(values["details"]):
            self.add_error(f"{detail_fields.PREFIX}end", fault)
        return values

    def edit(self, process: str, milestone: str, entity: str) -> CellEdit:
        """The edit this valid form asks for: the fields typed, but for those of a conflict where
        what is recorded was chosen. `vider` removes the placement."""
        values = dict(self.cleaned_data)
        expected, seen = values.pop("version"), state_read(values.pop("seen"))
        if "vider" in self.data:
            return CellEdit(process, milestone, entity, None, expected)
        typed = values
        if seen is not None:
            typed = {c.field: values[c.field] for c in describe_states(seen, values)}
            if "details" in typed:
                read = seen.get("details")
                typed["details"] = detail_fields.chosen(read, values["details"], self.data)
            if not seen.get("mode"):
                typed["mode"] = values["mode"]
        kept = {n: v for n, v in typed.items() if self.data.get(f"choix-{n}") != "theirs"}
        kept, cited = mode_change.settled(seen or {}, kept, answers_of(self.data))
        cited = cited or "cited" in self.data
        return CellEdit(process, milestone, entity, kept, expected, cited, quoted=True)

    def upon(self, edit: CellEdit, row: Placement | None) -> CellEdit:
        """The same edit put upon what is recorded by now: of what the mode is made of, the parts
        this form did not touch are those recorded."""
        seen = state_read(self.cleaned_data["seen"])
        if seen is None or edit.changes is None or "details" not in edit.changes:
            return edit
        mine = edit.changes["details"]
        merged = detail_fields.upon(seen.get("details"), mine, row.details if row else None)
        return replace(edit, changes={**edit.changes, "details": merged})

    def asks(self, names: Names) -> list[Question]:
        """What the change of mode of this valid form asks, once something of it is not answered."""
        seen = None if "vider" in self.data else state_read(self.cleaned_data["seen"])
        parts = mode_change.asked(seen or {}, self.cleaned_data)
        open_ones = mode_change.unanswered(parts, answers_of(self.data))
        return questions(parts, seen or {}, names, self.data) if open_ones else []


def _named(
    axes: Axes, process: str, milestone: str, entity: str
) -> tuple[Axis, Milestone, Axis | None]:
    """The process, milestone and entity of an address, or 404."""
    subject = next((p for p in axes.processes if p.code == process), None)
    date = next((m for m in axes.milestones if m.code == milestone), None)
    chamber = next((e for e in axes.entities if e.code == entity), None)
    if subject is None or date is None or (entity and chamber is None):
        raise Http404
    return subject, date, chamber


@require_http_methods(["GET", "HEAD", "POST"])
def grid_cell(
    request: Request, pk: int, process: str, milestone: str, entity: str = ""
) -> HttpResponse:
    """The form of one cell, with or without scripts; a conflict shows both values."""
    edition = visible_edition(request, pk)
    axes = axes_of(edition)
    subject, date, chamber = _named(axes, process, milestone, entity)
    row, takes = _held_or_taken(edition, subject, date, chamber)
    entities = [(e.code, e.short_name) for e in axes.entities]
    form = CellForm(request.POST or None, entities=entities, initial=_initial(row, takes))
    sent, conflict = request.method == "POST" and form.is_valid(), None
    refused = refusals_on(form, field_told)
    asks = form.asks(Names(dict(entities))) if sent else []
    if sent and not asks:
        edit = form.upon(form.edit(process, milestone, entity), row)
        with refused:
            conflict = _save(edition, edit, row, request.actor, Names(dict(entities)))
        if conflict is None and not form.errors:
            messages.success(request, f"{subject.name}, {date.label}\u00a0: enregistré.")
            return redirect(reverse("schemes:grid", args=[pk]) + (entity and f"?entite={entity}"))
        if conflict is not None:
            form = CellForm(entities=entities, initial=_merged(row, edit))
    context = {
        "edition": edition,
        "process": subject,
        "milestone": date,
        "entity": chamber,
        "form": form,
        "verdict": _verdict(edition, request.actor, subject, chamber),
        "conflict": conflict,
        "asks": asks,
        "questions": asks or ANY,
        "current": row,
        "takes": takes,
        "source_url": cited_by(edition, request.actor).page_of(row) if row else "",
        **outline_of(request, edition, "Saisie", subject.name),
        "axes": axes,
    }
    status = 409 if conflict else refused.status if form.errors or asks else 200
    return render(request, WHOLE_OR_PART[_is_part(request)], context, status=status)


def _is_part(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def _held(
    edition: Edition, process: Axis, milestone: Milestone, entity: Axis | None
) -> Placement | None:
    """The placement recorded in this cell, None where it is empty."""
    entity_id = entity.id if entity else None
    rows = Placement.objects.filter(
        edition=edition, process_id=process.id, milestone=milestone, entity=entity_id
    )
    return rows.select_related("lead").first()


def _held_or_taken(
    edition: Edition, process: Axis, milestone: Milestone, entity: Axis | None
) -> tuple[Placement | None, Placement | None]:
    """What a cell holds; else, of a chamber, the known value of the network that it takes."""
    row = _held(edition, process, milestone, entity)
    if row is not None or entity is None or entity.kind not in Entity.CHAMBERS:
        return row, None
    taken = _held(edition, process, milestone, None)
    return None, taken if taken is not None and taken.mode != UNKNOWN else None


def _save(
    edition: Edition, edit: CellEdit, row: Placement | None, actor: Actor, names: Names
) -> dict[str, Any] | None:
    """Set the cell; the conflict where it moved meanwhile, None once it is set."""
    try:
        place_cells(edition, [edit], actor=actor)
    except Refusal as refusal:
        if conflict := conflict_of(refusal, edit, row, names, actor):
            return conflict
        raise
    return None


def _verdict(edition: Edition, actor: Actor, process: Axis, entity: Axis | None) -> Verdict:
    verdict = rules.can_write(edition, actor=actor)
    chamber = entity.id if entity else None
    return verdict and rules.can_place(
        edition, actor=actor, function=process.function, entity=chamber
    )


def conflict_of(
    refusal: Refusal, edit: CellEdit, row: Placement | None, names: Names, reader: Actor
) -> dict[str, Any] | None:
    """What was recorded meanwhile, by whom, and each field this edit would change; None where the
    refusal is of another kind."""
    conflicts = refusal.details.get("conflicts")
    if not conflicts:
        return None
    theirs = state_of_row(row) if row else None
    mine = None if edit.changes is None else {**(theirs or {}), **edit.changes}
    fields = describe_states(theirs, mine, own=bool(edit.entity))
    return {
        "reason": refusal.denied.reason,
        "by": named_conflicts(conflicts[:1], reader)[0]["by"],
        "told": names.tell(in_parts(fields)),
        "removes": edit.changes is None,
    }


def _merged(row: Placement | None, edit: CellEdit) -> dict[str, Any]:
    """What is recorded, with the fields this edit sets: others are as they were left."""
    changes = dict(edit.changes or {})
    return _initial(row) | changes | detail_fields.initial(changes.get("details") or {})


def _initial(row: Placement | None, takes: Placement | None = None) -> dict[str, Any]:
    """What a form is filled with. A chamber that takes the network's value has no mode of its own
    until one is chosen: what is not chosen is never recorded as unknown."""
    if row is None:
        return {"mode": "" if takes else UNKNOWN, "version": 0, "seen": "{}"}
    state = state_of_row(row)
    seen = {"version": row.version, "seen": json.dumps(state)}
    details = detail_fields.initial(row.details)
    return {**state, "complementary": list(row.complementary), **details, **seen}
