"""Entering a draft: the grid, one cell's form, and the door through which both save."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.kernel.verdicts import Denied, Refusal
from maillage.people.queries import names_of
from maillage.schemes import rules
from maillage.schemes.actions import CellEdit, place_cells
from maillage.schemes.engine.document import INTEGRATION_LABELS, MODE_LABELS, UNKNOWN
from maillage.schemes.engine.pasting import parse_paste
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import Axes, Axis, axes_of, editions_visible_to
from maillage.schemes.views.editions import crumbs_of, visible_edition

MOST_EDITS = 5000


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid: its address, what it holds, and whether this actor may set it."""

    process: str
    milestone: str
    entity: str
    mode: str
    complementary: str
    version: int
    inherited: str
    editable: bool

    @property
    def shown(self) -> str:
        return self.mode or self.inherited


@dataclass(frozen=True, slots=True)
class GridColumn:
    label: str
    title: str
    milestone: Any
    entity: Axis | None


def _columns(axes: Axes, entity: str, milestone: str) -> list[GridColumn]:
    """Milestones for the network or one chamber; or every chamber at one milestone."""
    chamber = next((e for e in axes.chambers if e.code == entity), None)
    chosen = next((m for m in axes.milestones if m.code == milestone), None)
    if chosen is not None and chamber is None:
        columns = [GridColumn("Réseau", "Valeur du réseau", chosen, None)]
        return columns + [GridColumn(e.short_name, e.name, chosen, e) for e in axes.chambers]
    return [GridColumn(m.label, m.get_nature_display(), m, chamber) for m in axes.milestones]


@require_GET
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of a draft; of anything else, why not and what to do instead."""
    edition = visible_edition(request, pk)
    verdict = rules.can_write(edition, request.actor)
    context: dict[str, Any] = {
        "edition": edition,
        "verdict": verdict,
        "can_draft_next": rules.can_draft_next(edition, actor=request.actor),
        "crumbs": crumbs_of(edition, "Saisie"),
    }
    if not verdict:
        return render(request, "schemes/grid_closed.html", context, status=200)
    axes = axes_of(edition)
    entity, milestone = request.GET.get("entite", ""), request.GET.get("jalon", "")
    function = request.GET.get("fonction", "")
    columns = _columns(axes, entity, milestone)
    context |= {
        "axes": axes,
        "columns": columns,
        "groups": _groups(request, edition, axes, columns, function),
        "entity": entity,
        "milestone": milestone,
        "function": function,
    }
    return render(request, "schemes/grid.html", context)


def _groups(
    request: HttpRequest, edition: Edition, axes: Axes, columns: list[GridColumn], function: str
) -> list[tuple[str, list[tuple[Axis, list[GridCell]]]]]:
    """Rows under their function; one query for every cell shown."""
    rows = Placement.objects.filter(
        edition=edition, milestone_id__in={c.milestone.pk for c in columns}
    ).values_list("process_id", "milestone_id", "entity_id", "mode", "complementary", "version")
    held = {(p, m, e): (mode, more, version) for p, m, e, mode, more, version in rows}
    actor, network = request.actor, edition.scheme.network_id
    groups = []
    for f in axes.functions:
        if function and f.code != function:
            continue
        may = {
            c.entity.id if c.entity else None: bool(
                actor.edits_entity_value(network, f.id, c.entity.id)
                if c.entity
                else actor.edits_network_value(network, f.id)
            )
            for c in columns
        }
        lines = [
            (p, [_cell(p, column, held, may) for column in columns])
            for p in axes.processes
            if p.function == f.id
        ]
        groups.append((f.name, lines))
    return groups


def _cell(
    process: Axis,
    column: GridColumn,
    held: dict[tuple[int, int, int | None], tuple[str, str, int]],
    may: dict[int | None, bool],
) -> GridCell:
    entity = column.entity.id if column.entity else None
    mode, more, version = held.get((process.id, column.milestone.pk, entity), ("", "", 0))
    inherited = UNKNOWN
    if entity is not None:
        inherited = held.get((process.id, column.milestone.pk, None), (UNKNOWN, "", 0))[0]
    code = column.entity.code if column.entity else ""
    return GridCell(
        process.code, column.milestone.code, code, mode, more, version, inherited, may[entity]
    )


def _edits(request: HttpRequest) -> list[CellEdit]:
    """The edits of a JSON body. Raises Refusal (422) where it is not what was expected."""
    try:
        given = json.loads(request.body)
        rows = given["edits"]
        edits = [
            CellEdit(
                str(row["process"]),
                str(row["milestone"]),
                str(row.get("entity", "")),
                _changes(row["changes"]),
                int(row["expected"]) if row.get("expected") is not None else None,
            )
            for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(Denied("La demande n'a pas la forme attendue.", status=422)) from None
    if not 0 < len(edits) <= MOST_EDITS:
        raise Refusal(Denied(f"De 1 à {MOST_EDITS} cellules par envoi.", status=422))
    return edits


def _changes(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise TypeError
    for name, field in value.items():
        texts = field if name == "served" else [field]
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            raise TypeError
    return value


@require_POST
def grid_cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Set cells, all or none; the answer carries their new versions."""
    edits = _edits(request)
    editions = editions_visible_to(request.actor).filter(pk=pk)
    try:
        placed = place_cells(editions, edits, actor=request.actor)
    except Refusal as refusal:
        for conflict in refusal.details.get("conflicts", ()):
            conflict["by"] = names_of([conflict["by"]]).get(conflict["by"], "une autre personne")
        raise
    versions = {"|".join(key): version for key, version in placed.versions.items()}
    return JsonResponse({"versions": versions, "changed": placed.changed})


@require_POST
def grid_paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a block copied from a spreadsheet; nothing is written."""
    visible_edition(request, pk)
    block, findings = parse_paste(request.body.decode("utf-8", "replace"))
    if findings:
        raise Refusal(Denied(str(findings[0]), status=422))
    return JsonResponse(
        {"rows": [[None if c is None else [c.mode, c.complementary] for c in row] for row in block]}
    )


class CellForm(forms.Form):
    """One cell, whole."""

    mode = forms.ChoiceField(label="Mode", choices=list(MODE_LABELS.items()))
    complementary = forms.MultipleChoiceField(
        label="Modes complémentaires",
        required=False,
        choices=[(m, MODE_LABELS[m]) for m in "ACHMI"],
        widget=forms.CheckboxSelectMultiple,
    )
    lead = forms.ChoiceField(label="Qui assure", required=False)
    served = forms.MultipleChoiceField(
        label="Bénéficiaires", required=False, widget=forms.CheckboxSelectMultiple
    )
    integration = forms.ChoiceField(
        label="Option d'intégration",
        required=False,
        choices=[("", "Non renseignée"), *INTEGRATION_LABELS.items()],
        help_text="Pour le mode Intégration.",
    )
    rationale = forms.CharField(
        label="Justification", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    source_document = forms.CharField(label="Document source", required=False, max_length=200)
    source_page = forms.CharField(label="Page", required=False, max_length=40)
    source_basis = forms.CharField(
        label="Fondement", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "Non renseigné"), *entities]  # type: ignore[attr-defined]
        self.fields["served"].choices = entities  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def grid_cell(
    request: HttpRequest, pk: int, process: str, milestone: str, entity: str = ""
) -> HttpResponse:
    """The form of one cell, with or without scripts; a conflict shows both values."""
    edition = visible_edition(request, pk)
    axes = axes_of(edition)
    subject = next((p for p in axes.processes if p.code == process), None)
    date = next((m for m in axes.milestones if m.code == milestone), None)
    chamber = next((e for e in axes.chambers if e.code == entity), None)
    if subject is None or date is None or (entity and chamber is None):
        raise Http404
    row = Placement.objects.filter(
        edition=edition, process_id=subject.id, milestone=date, entity=chamber.id if chamber else None
    ).first()
    verdict = rules.can_write(edition, request.actor)
    if verdict:
        chamber_id = chamber.id if chamber else None
        verdict = rules.can_place(edition, request.actor, subject.function, chamber_id)
    names = {e.id: e.code for e in axes.entities}
    form = CellForm(
        request.POST or None,
        entities=[(e.code, e.short_name) for e in axes.entities],
        initial=_initial(row, names),
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        expected = values.pop("version")
        values["complementary"] = "".join(sorted(values["complementary"]))
        changes = None if "vider" in request.POST else values
        edit = CellEdit(process, milestone, entity, changes, expected)
        try:
            place_cells(edition, [edit], actor=request.actor)
        except Refusal as refusal:
            conflict = (refusal.details.get("conflicts") or [None])[0]
            form.add_error(None, refusal.denied.reason)
        else:
            messages.success(request, f"{subject.name}, {date.label} : enregistré.")
            return redirect("grid", pk=pk)
    context = {
        "edition": edition,
        "process": subject,
        "milestone": date,
        "entity": chamber,
        "form": form,
        "verdict": verdict,
        "conflict": conflict,
        "current": row,
        "crumbs": crumbs_of(edition, "Saisie", subject.name),
    }
    status = (409 if conflict else 422) if form.errors else 200
    return render(request, "schemes/grid_cell.html", context, status=status)


def _initial(row: Placement | None, names: dict[int, str]) -> dict[str, Any]:
    if row is None:
        return {"mode": UNKNOWN, "version": 0}
    return {
        "mode": row.mode,
        "complementary": list(row.complementary),
        "lead": names.get(row.lead_id, "") if row.lead_id else "",
        "served": row.served,
        "integration": row.integration,
        "rationale": row.rationale,
        "source_document": row.source_document,
        "source_page": row.source_page,
        "source_basis": row.source_basis,
        "version": row.version,
    }


routes = [
    path("editions/<int:pk>/saisie/", grid, name="grid"),
    path("editions/<int:pk>/saisie/cellules/", grid_cells, name="grid_cells"),
    path("editions/<int:pk>/saisie/collage/", grid_paste, name="grid_paste"),
    path("editions/<int:pk>/saisie/<slug:process>/<slug:milestone>/", grid_cell, name="grid_cell"),
    path(
        "editions/<int:pk>/saisie/<slug:process>/<slug:milestone>/<slug:entity>/",
        grid_cell,
        name="grid_cell",
    ),
]
