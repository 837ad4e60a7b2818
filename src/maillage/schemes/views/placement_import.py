"""Cells of an edition from a spreadsheet: what is read, what would change, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from maillage.imports.flow import Change, ImportFlow, Shown, why_not, with_places
from maillage.imports.views import routes as pages_of
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import import_placements, refused_placements
from maillage.schemes.engine import comparison, mode_change, mode_details, placement_files
from maillage.schemes.engine.change import KINDS, describe, in_parts, kinds_of
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import (
    FIELDS,
    MODE_LABELS,
    UNKNOWN,
    EditionDocument,
    PlacementDoc,
    by_key,
)
from maillage.schemes.engine.mode_details import PART, Details
from maillage.schemes.engine.placement_files import ConfirmedCell, PlacedRow
from maillage.schemes.engine.placement_files.columns import about_edition
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of, editions_visible_to, version_of
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.sheets.column_reader import Outside
from maillage.sheets.marks import Seen, is_about, is_left, is_lost


def _read(edition: Edition, data: bytes, name: str, actor: Actor) -> Sequence[PlacedRow]:
    document = document_of(edition, texts=False)
    outside = _outside(edition, document, actor)
    return placement_files.read_rows(data, name, document, outside=outside)


def _outside(edition: Edition, document: EditionDocument, actor: Actor) -> Outside:
    return rules.not_theirs(
        {p.code: p.function for p in document.processes},
        dict(edition.scheme.network.entities.values_list("code", "pk")),
        lambda function, entity: rules.can_place(
            edition, actor=actor, function=function, entity=entity
        ),
    )


def _restored(rows: Sequence[Mapping[str, Any]]) -> list[PlacedRow]:
    """A file that waited since before details or places were read says nothing of them."""
    return [
        PlacedRow(
            _cell({**cell, "served": tuple(cell["served"]),
                   "details": Details.of(cell.get("details"))}),
            place,
            Seen.kept(held.get("seen")),
            held.get("apart", ""),
            held.get("is_blank", False),
            held.get("foreign", ""),
        )
        for (cell, place), held in zip(with_places(rows), map(_kept, rows), strict=True)
    ]  # fmt: skip


def _kept(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else {}


def _of(edition: Edition, rows: Sequence[PlacedRow], actor: Actor) -> str:
    """Which other edition of the network the file is an export of."""
    if not rows or not rows[0].foreign:
        return ""
    others = editions_visible_to(actor).filter(scheme__network=edition.network)
    for other in others.select_related("scheme"):
        about = about_edition(edition.network.code, other.scheme.code, other.number)
        if is_about(rows[0].foreign, about):
            return f"de l’édition {other.number}, «\u00a0{other.title}\u00a0»"
    return "d’une autre édition"


def _cell(row: dict[str, Any]) -> PlacementDoc:
    return ConfirmedCell(**row) if row.pop("cited", False) else PlacementDoc(**row)


def _changes(edition: Edition, rows: Sequence[PlacedRow], actor: Actor) -> list[Change]:
    """A whole export filled in part comes back: what it leaves as it was is nobody's edit."""
    document = document_of(edition, texts=False)
    held = by_key(document.placements)
    own = [row for row in rows if not (row.apart or row.is_blank or is_left(row.seen))]
    sides = {row.cell.key: placement_files.merged(row, held.get(row.cell.key)) for row in own}
    found = comparison.diff_placements(document, [cell for cell, _ in sides.values()])
    places = {row.cell.key: row.place for row in rows}
    lost = {row.cell.key for row in own if is_lost(row.seen)}
    refused = refused_placements(edition, [c.after for c in found if c.after], actor=actor)
    changes = [
        Change(
            c.after,
            c.before,
            place=places.get(c.key, ""),
            clashes=sides[c.key][1],
            lost=c.key in lost,
            **why_not(refused.get(c.key)),
        )
        for c in found
    ]
    apart = (row for row in rows if row.apart)
    return changes + [Change(r.cell, held.get(r.cell.key), r.apart, r.place) for r in apart]


def _theirs(change: Change, names: Collection[str]) -> PlacementDoc:
    before = change.before or PlacementDoc(*change.row.key)
    values = {name: getattr(before, name) for name in names if not name.startswith(PART)}
    parts = [name.removeprefix(PART) for name in names if name.startswith(PART)]
    details = mode_details.taking(change.row.details, before.details, parts)
    kept: PlacementDoc = replace(change.row, **{"details": details, **values})
    return kept


def _shown(edition: Edition, changes: Sequence[Change]) -> Iterator[Shown]:
    document = document_of(edition, texts=False, cells=False)
    processes = {p.code: p.title for p in document.processes}
    milestones = {m.code: m.label for m in document.milestones}
    names = Names.of(document)
    for change in changes:
        after = change.row
        where = (
            processes.get(after.process, after.process),
            milestones.get(after.milestone, after.milestone),
            names.entity(after.entity) if after.entity else "Réseau",
        )
        if change.refused and after == PlacementDoc(*after.key):
            yield Shown.unread(where, MODE_LABELS[change.before.mode] if change.before else "")
            continue
        fields = describe(change.before, after, own=bool(after.entity))
        if any(name.startswith(PART) for name in change.clashes):
            fields = in_parts(fields)
        lines = [(it.field, it.label, it.before, it.after) for it in names.tell(fields)]
        said = "confirmée" if isinstance(after, ConfirmedCell) else "à vérifier"
        for part in _left(change.before, after):
            kept = (
                ("celle de l’ancien mode", f"gardée, {said}")
                if part.name == "source"
                else ("ce qui était dit de l’ancien mode", "gardé")
            )
            lines.append(("", part.label, *kept))
        yield Shown.of(where, lines, change)


def _left(before: PlacementDoc | None, after: PlacementDoc) -> list[mode_change.Part]:
    """What was said of a former mode and stays under the new one."""
    if before is None or after.mode == UNKNOWN:
        return []
    states = ({name: getattr(cell, name) for name in FIELDS} for cell in (before, after))
    return [part for part in mode_change.asked(*states) if part.can_stay]


def _kinds(change: Change) -> list[tuple[str, str]]:
    fields = describe(change.before, change.row, own=bool(change.row.entity))
    return [(kind, KINDS[kind]) for kind in kinds_of(fields)]


def _apply(edition: Edition, rows: Sequence[PlacementDoc], *, actor: Actor, seen: int) -> int:
    return import_placements(edition, rows, actor=actor, seen=seen).changed


def _page(request: Request, edition: Edition, *last: str) -> dict[str, Any]:
    return {"edition": edition, **outline_of(request, edition, *last)}


PLACEMENTS = ImportFlow(
    name="placements",
    addresses=("schemes:import_table", "schemes:import_review", "schemes:import_apply"),
    find=visible_edition,
    guard=rules.can_write,
    version=version_of,
    read=_read,
    restore=_restored,
    changes=_changes,
    columns=("Macro-processus", "Jalon", "Périmètre"),
    shown=_shown,
    kinds=_kinds,
    seen=lambda row: row.seen,
    of=_of,
    theirs=_theirs,
    apply=_apply,
    home=lambda edition: reverse("schemes:edition", args=[edition.pk]),
    page=_page,
    hint="schemes/import_hint.html",
    thing="l’édition",
    would="cellule changerait,cellules changeraient",
    done="cellule changée,cellules changées",
    new="sans valeur jusqu’ici",
)

routes = pages_of(PLACEMENTS, "editions/<int:pk>/importer/")
