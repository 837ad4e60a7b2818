"""Entering a draft as in a spreadsheet: the grid, and the door through which its cells are saved.

Knows how a cell is shown and how a browser's edits read. Knows no rule and writes nothing itself.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from maillage.kernel.verdicts import Denied, Refusal
from maillage.people.actors import Actor, Role
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import place_cells
from maillage.schemes.engine import mode_change
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import UNKNOWN
from maillage.schemes.events import named_conflicts
from maillage.schemes.models import Edition, Milestone, Placement
from maillage.schemes.queries import Axes, Axis, axes_of, editions_visible_to
from maillage.schemes.stored_rows import PLACEMENT_COLUMNS
from maillage.schemes.views import grid_cell
from maillage.schemes.views.cell_states import state_of, state_of_row
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.schemes.views.grid_edits import edits_of, pasted

Key = tuple[int, int, int | None]


@dataclass(frozen=True, slots=True)
class GridColumn:
    label: str
    title: str
    milestone: Milestone
    entity: Axis | None

    @property
    def detail(self) -> str:
        """What the label does not already say."""
        said = self.label.casefold()
        return "" if self.title.casefold() in said else self.title


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid: its address, what it shows, what it holds (`state`), what it takes from
    the network (`inherited`, "" where a column of the grid says it)."""

    milestone: str
    entity: str
    href: str
    version: int
    mode: str
    complementary: str
    state: str
    inherited: str
    reason: int | None

    @property
    def shown(self) -> str:
        return self.mode or UNKNOWN

    @property
    def is_inherited(self) -> bool:
        return bool(self.entity) and not self.state


@dataclass(frozen=True, slots=True)
class GridGroup:
    """A function and its rows, perimeter by perimeter ("" for those under none).

    `locked` where none of its cells is the actor's.
    """

    name: str
    locked: bool
    perimeters: list[tuple[str, list[tuple[Axis, list[GridCell]]]]]


def _columns(axes: Axes, entity: str, milestone: str) -> list[GridColumn]:
    """Milestones for the network or one chamber; or every chamber at one milestone."""
    chamber = next((e for e in axes.chambers if e.code == entity), None)
    chosen = next((m for m in axes.milestones if m.code == milestone), None)
    if chosen is not None and chamber is None:
        columns = [GridColumn("Réseau", "valeur du réseau", chosen, None)]
        return columns + [GridColumn(e.short_name, e.name, chosen, e) for e in axes.chambers]
    milestones = [chosen] if chosen else axes.milestones
    return [GridColumn(m.label, m.get_nature_display().lower(), m, chamber) for m in milestones]


@require_safe
def grid(request: Request, pk: int) -> HttpResponse:
    """The grid of a draft; of anything else, why not and what to do instead."""
    edition = visible_edition(request, pk)
    verdict = rules.can_write(edition, actor=request.actor)
    context: dict[str, Any] = {
        "edition": edition,
        "verdict": verdict,
        "can_draft_next": rules.can_draft_next(edition, actor=request.actor),
        **outline_of(request, edition, "Saisie"),
    }
    if not verdict:
        return render(request, "schemes/grid_closed.html", context)
    axes = axes_of(edition)
    whole = "tout" in request.GET
    milestone = request.GET.get("jalon", "")
    own = "" if whole or milestone else _own_chamber(request, edition)
    entity = request.GET.get("entite", own)
    function = request.GET.get("fonction", "")
    columns = _columns(axes, entity, milestone)
    sheet = _Sheet(edition, request.actor, columns)
    groups = sheet.groups(axes, function)
    # Rows one may not fill are folded, where there are others: they stay one click away.
    folded = not (whole or function) and any(not g.locked for g in groups)
    context |= {
        "axes": axes,
        "words": Names({e.code: e.short_name for e in axes.entities}).vocabulary(),
        "mode_change": mode_change.table(),
        "columns": columns,
        "groups": [g for g in groups if not g.locked] if folded else groups,
        "folded": [g.name for g in groups if g.locked] if folded else [],
        "whole_url": _whole_url(request),
        "reasons": sheet.reasons,
        "entity": entity,
        "chamber": columns[0].entity if columns else None,
        "milestone": milestone,
        "function": function,
    }
    return render(request, "schemes/grid.html", context)


def _own_chamber(request: Request, edition: Edition) -> str:
    """The chamber on whose values the grid opens: of who fills one, and no network's value."""
    actor, network = request.actor, edition.scheme.network
    held = {p.entity for p in actor.perimeters if p.entity and p.role is Role.ENTITY_EDITOR}
    fills_more = actor.administers(network.pk) or any(
        p.role is Role.FUNCTION_EDITOR and p.network == network.pk for p in actor.perimeters
    )
    if not held or fills_more:
        return ""
    mine = network.entities.filter(pk__in=held, archived=False).order_by("pk")
    return mine.values_list("code", flat=True).first() or ""


def _whole_url(request: Request) -> str:
    """The address of the same grid with every row."""
    asked = request.GET.copy()
    asked["tout"] = "1"
    return f"?{asked.urlencode()}"


class _Sheet:
    """The cells of one reading of the grid, from one query, and why some are not to be set."""

    def __init__(self, edition: Edition, actor: Any, columns: list[GridColumn]) -> None:
        self.edition, self.actor, self.columns = edition, actor, columns
        self.base = reverse("schemes:grid", args=[edition.pk])
        self.shows_network = any(column.entity is None for column in columns)
        self.reasons: list[str] = []
        self.codes = dict(
            edition.scheme.network.entities.values_list("pk", "code")  # a lead may be archived
        )
        self.held: dict[Key, tuple[Any, ...]] = {
            row[:3]: row[3:]
            for row in Placement.objects.filter(
                edition=edition, milestone_id__in={c.milestone.pk for c in columns}
            ).values_list(*PLACEMENT_COLUMNS, "version")
        }

    def groups(self, axes: Axes, function: str) -> list[GridGroup]:
        """Rows under their function and perimeter, in the scheme's order."""
        names = {f.code: f.name for f in axes.functions if not function or f.code == function}
        shown = (p for p in axes.processes if p.function in names)
        groups = []
        for owner, rows in itertools.groupby(shown, lambda p: p.function):
            may = [self._reason(owner, c) for c in self.columns]
            perimeters = [
                (perimeter, [(p, self._line(p, may)) for p in within])
                for perimeter, within in itertools.groupby(rows, lambda p: p.group)
            ]
            groups.append(GridGroup(names[owner], None not in may, perimeters))
        return groups

    def _reason(self, function: str, column: GridColumn) -> int | None:
        """The number of the reason why the actor may not set this column, None where they may."""
        entity = column.entity.id if column.entity else None
        verdict = rules.can_place(self.edition, actor=self.actor, function=function, entity=entity)
        if not isinstance(verdict, Denied):
            return None
        if verdict.reason not in self.reasons:
            self.reasons.append(verdict.reason)
        return self.reasons.index(verdict.reason)

    def _line(self, process: Axis, may: list[int | None]) -> list[GridCell]:
        return [self._cell(process, c, why) for c, why in zip(self.columns, may, strict=True)]

    def _cell(self, process: Axis, column: GridColumn, reason: int | None) -> GridCell:
        milestone, entity = column.milestone, column.entity
        row = self.held.get((process.id, milestone.pk, entity.id if entity else None))
        network = self.held.get((process.id, milestone.pk, None)) if entity else None
        shown = row or network or ("", "")
        return GridCell(
            milestone=milestone.code,
            entity=entity.code if entity else "",
            href=f"{self.base}{process.code}/{milestone.code}/"
            + (f"{entity.code}/" if entity else ""),
            version=row[-1] if row else 0,
            mode=shown[0],
            complementary=shown[1],
            state=self._told(row),
            inherited="" if self.shows_network else self._told(network),
            reason=reason,
        )

    def _told(self, row: tuple[Any, ...] | None) -> str:
        return json.dumps(state_of(row[:-1], self.codes)) if row else ""


@require_POST
def grid_cells(request: Request, pk: int) -> HttpResponse:
    """Set cells, all or none; the answer carries their new versions."""
    edits = edits_of(request)
    editions = editions_visible_to(request.actor).filter(pk=pk)
    try:
        placed = place_cells(editions, edits, actor=request.actor, must_say=True)
    except Refusal as refusal:
        conflicts = refusal.details.get("conflicts")
        if not conflicts:
            raise
        details = {"conflicts": describe_conflicts(pk, conflicts, request.actor)}
        raise Refusal(refusal.denied, details) from None
    versions = {"|".join(key): version for key, version in placed.versions.items()}
    return JsonResponse({"versions": versions, "changed": placed.changed})


def describe_conflicts(
    pk: int, conflicts: Iterable[Mapping[str, Any]], reader: Actor
) -> list[dict[str, Any]]:
    """Say who set each cell, by name, and everything it now holds."""
    conflicts = named_conflicts(conflicts, reader)
    rows = Placement.objects.filter(
        edition_id=pk,
        process__code__in={c["process"] for c in conflicts},
        milestone__code__in={c["milestone"] for c in conflicts},
    ).select_related("process", "milestone", "entity", "lead")
    held = {(r.process.code, r.milestone.code, r.entity.code if r.entity else ""): r for r in rows}
    described = []
    for conflict in conflicts:
        row = held.get((conflict["process"], conflict["milestone"], conflict["entity"]))
        state = state_of_row(row) if row else None
        described.append(conflict | {"state": state})
    return described


@require_POST
def grid_paste(request: Request, pk: int) -> HttpResponse:
    """Read a block copied from a spreadsheet; nothing is written."""
    visible_edition(request, pk)
    rows = [[[c.mode, c.complementary] if c.mode else None for c in row] for row in pasted(request)]
    return JsonResponse({"rows": rows})


routes = [
    path("editions/<int:pk>/saisie/", grid, name="grid"),
    path("editions/<int:pk>/saisie/cellules/", grid_cells, name="grid_cells"),
    path("editions/<int:pk>/saisie/collage/", grid_paste, name="grid_paste"),
    path(
        "editions/<int:pk>/saisie/<slug:process>/<slug:milestone>/",
        grid_cell.grid_cell,
        name="grid_cell",
    ),
    path(
        "editions/<int:pk>/saisie/<slug:process>/<slug:milestone>/<slug:entity>/",
        grid_cell.grid_cell,
        name="grid_cell",
    ),
]
