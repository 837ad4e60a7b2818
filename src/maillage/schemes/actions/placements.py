"""Set cells of a draft: one from the grid, a block pasted, thousands from a spreadsheet."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import Denied, refuse_unread
from maillage.people.actors import Actor
from maillage.schemes import rules
from maillage.schemes.actions.bulk_insert import NewPlacement, insert_placements
from maillage.schemes.actions.cell_edits import (
    FEW,
    CellEdit,
    Checks,
    References,
    references_of,
)
from maillage.schemes.actions.cell_refusals import (
    refuse_conflicts,
    refuse_faults,
    refuse_unfit,
    refuse_unsaid,
)
from maillage.schemes.actions.quoted import refuse_copied_quotes
from maillage.schemes.engine.change import SOURCE
from maillage.schemes.engine.document import (
    FIELDS,
    UNKNOWN,
    PlacementDoc,
)
from maillage.schemes.engine.fitting import fitted
from maillage.schemes.engine.mode_change import asked, doubted, settled, unanswered
from maillage.schemes.engine.mode_details import Details
from maillage.schemes.engine.placement_files import ConfirmedCell
from maillage.schemes.models import Edition, Placement
from maillage.schemes.queries import version_of

JOURNAL_LIMIT = 500
"""Cells whose change an event details; beyond, it keeps their number and the seal of the change."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What was written: each cell's new version (0 where removed); and of those that take another
    mode, or say more than their source did, the parts that stay without an answer."""

    versions: Mapping[tuple[str, str, str], int]
    changed: int
    asked: Mapping[tuple[str, str, str], list[str]] = field(default_factory=dict)


@action("schemes.placement.placed", "Cellules modifiées", guard=rules.can_write)
def place_cells(
    edition: Edition,
    edits: Sequence[CellEdit],
    *,
    actor: Actor,
    seen: int | None = None,
    must_say: bool = False,
) -> Outcome[Placed]:
    """Apply every edit, or none; where `seen` is given, on that version of the edition alone.
    `must_say`: an edit of a cell that exists says at which version it was read, and none gives what
    its modes do not take, which a form shows to go.

    Raises Refusal: 403 a cell outside the actor's perimeter, 422 a value that does not hold or a
    quote of another cell (`refuse_copied_quotes`; details "refused": each such cell, its reason,
    the field it is of), 409 a cell changed by somebody else since it was read (details
    "conflicts"), or an edition no longer as `seen`; 428 a cell that exists whose version is not
    said, where it must be (details "refused").
    Query count does not depend on the number of cells of the edition.
    """
    refuse_unread("l’édition", seen, lambda: version_of(edition))
    references = references_of(edition, edits)
    checks = Checks(edition, references, actor)
    refuse_faults(edits, checks)
    current = _current(edition, edits, references)
    if must_say:
        refuse_unsaid(edits, current)
    refuse_conflicts(edition, edits, current, references)
    if must_say:
        refuse_unfit(edits, current)
    refuse_copied_quotes(edition, edits, current)
    plan = _Plan(edition, actor.identity, references)
    for edit in edits:
        plan.add(edit, current.get(edit.key))
    if not plan.diff:
        versions = {e.key: current[e.key].version if e.key in current else 0 for e in edits}
        return Outcome(Placed(versions, 0), unchanged=True)
    plan.write()
    return Outcome(Placed(plan.versions, len(plan.diff), plan.asked), diff=plan.journaled())


def _current(
    edition: Edition, edits: Sequence[CellEdit], references: References
) -> dict[tuple[str, str, str], Placement]:
    rows = Placement.objects.filter(edition=edition)
    if len(edits) <= FEW:
        rows = rows.select_related("lead")  # who leads now, to be journalled by code
        ids = [references.ids(edit) for edit in edits]
        rows = rows.filter(process_id__in={i[0] for i in ids}, milestone_id__in={i[1] for i in ids})
    by_ids = {(p.process_id, p.milestone_id, p.entity_id): p for p in rows}
    if not by_ids:
        return {}
    found = {edit.key: by_ids.get(references.ids(edit)) for edit in edits}
    return {key: placement for key, placement in found.items() if placement is not None}


_content = attrgetter(*(name.replace("lead", "lead_id") for name in FIELDS))
"""A placement's values in the order of FIELDS."""
_source = attrgetter(*SOURCE)
_UNTOLD = (None, None)


class _Plan:
    """What to insert, update and delete, gathered before anything is written."""

    def __init__(self, edition: Edition, author: str, references: References) -> None:
        self.edition, self.author, self.references = edition, author, references
        self.stamp = time.time_ns() // 1000
        self.entity_codes = {pk: code for code, pk in references.entities.items()}
        self.created: list[NewPlacement] = []
        self.updated: list[Placement] = []
        self.deleted: list[int] = []
        self.versions: dict[tuple[str, str, str], int] = {}
        self.diff: dict[tuple[str, str, str], tuple[Any, Any]] = {}
        self.asked: dict[tuple[str, str, str], list[str]] = {}

    def add(self, edit: CellEdit, row: Placement | None) -> None:
        key = edit.key
        before = _content(row) if row else None
        if row and row.lead_id and row.lead_id not in self.entity_codes:
            self.entity_codes[row.lead_id] = row.lead.code  # type: ignore[union-attr]
        if edit.changes is None:
            self.versions[key] = 0
            if row:
                self.deleted.append(row.pk)
                self.diff[key] = (before, None)
            return
        target = row or NewPlacement(self.edition.pk, *self.references.ids(edit))
        old_version, former = target.version, (target.mode, _source(target), target.source_mode)
        changes, cited = self._settled(edit, edit.changes, before)
        self._apply(target, changes)
        if before and before[0] == target.mode and not cited:
            self._doubt(key, target, before)
        self._date_source(target, former, cited=cited)
        after = _content(target)
        self.versions[key] = old_version
        if after == before and target.source_mode == former[2]:
            return
        target.version = max(self.stamp, old_version + 1)
        target.updated_by = self.author
        self.versions[key] = target.version
        if isinstance(target, NewPlacement):
            self.created.append(target)
        else:
            self.updated.append(target)
        # Past the limit only their number is told: thousands of contents need not be held.
        self.diff[key] = (before, after) if len(self.diff) <= JOURNAL_LIMIT else _UNTOLD

    def _doubt(
        self, key: tuple[str, str, str], target: Placement | NewPlacement, before: tuple[Any, ...]
    ) -> None:
        """Where a cell says more than its source was said to state, how it is known is not said."""
        after = _content(target)
        if not target.provenance or after == before:
            return
        if doubted(self._state(before) or {}, self._state(after, whole=True) or {}):
            target.provenance = ""
            self.asked[key] = ["source"]

    def _settled(
        self, edit: CellEdit, changes: Mapping[str, Any], before: tuple[Any, ...] | None
    ) -> tuple[Mapping[str, Any], bool]:
        """What is changed once a change of mode is answered, and whether its source is confirmed;
        what is not answered is told."""
        if before is None or before[0] == UNKNOWN:
            return changes, edit.cited
        state = self._state(before) or {}
        if before[0] == changes.get("mode", before[0]):
            changes, cited = settled(state, changes, edit.answers)
            return changes, cited or edit.cited
        left = [part for part in asked(state, changes) if part.can_stay]
        if open_ones := [part.name for part in unanswered(left, edit.answers)]:
            self.asked[edit.key] = open_ones
        changes, cited = settled(state, changes, edit.answers)
        return changes, cited or edit.cited

    def _apply(self, row: Placement | NewPlacement, changes: Mapping[str, Any]) -> None:
        """Set the fields given; keep the cell consistent where its mode no longer allows them."""
        for name, value in changes.items():
            if name == "lead":
                row.lead_id = self.references.entities[value] if value else None
            elif name == "served":
                row.served = sorted(set(value)) if value else []
            elif name == "details":
                row.details = Details.of(value).record()
            elif name == "complementary":
                row.complementary = "".join(sorted(set(value))) if value else ""
            else:
                setattr(row, name, value)
        kept = fitted(
            {
                "mode": row.mode,
                "complementary": row.complementary,
                "lead": row.lead_id,
                "served": row.served,
                "integration": row.integration,
                "provenance": row.provenance,
                "details": row.details,
            }
        )
        row.lead_id, row.served = kept.pop("lead") or None, list(kept.pop("served"))
        for name, value in kept.items():
            setattr(row, name, value)

    def _date_source(
        self, row: Placement | NewPlacement, former: tuple[str, Any, str], *, cited: bool
    ) -> None:
        """Keep under which mode the source was stated, where it is no longer that of the cell."""
        mode, source, stated_under = former
        if cited or _source(row) != source or not any(source):
            row.source_mode = ""
        elif not stated_under and mode != UNKNOWN:
            row.source_mode = mode
        if row.source_mode == row.mode:
            row.source_mode = ""

    def journaled(self) -> dict[str, Any]:
        """What the event keeps: each cell before and after, or their number where too many."""
        if len(self.diff) > JOURNAL_LIMIT:
            return {"cells_count": len(self.diff)}
        return {
            "cells": {
                "|".join(key): [self._state(before), self._state(after)]
                for key, (before, after) in self.diff.items()
            }
        }

    def _state(
        self, content: tuple[Any, ...] | None, *, whole: bool = False
    ) -> dict[str, Any] | None:
        """The fields that say something, or all (`whole`), by name; the lead by its code."""
        if content is None:
            return None
        state = {n: value for n, value in zip(FIELDS, content, strict=True) if value or whole}
        if state.get("lead"):
            state["lead"] = self.entity_codes[state["lead"]]
        return state

    def write(self) -> None:
        """One update for one cell; a block is replaced: far faster than updating row by row."""
        replaced = [] if len(self.updated) == 1 else self.updated
        gone = [*self.deleted, *(row.pk for row in replaced)]
        for start in range(0, len(gone), 900):
            rows = Placement.objects.filter(pk__in=gone[start : start + 900])
            rows._raw_delete(rows.db)
        if len(self.updated) == 1:
            self.updated[0].save(force_update=True)
        if self.created or replaced:
            insert_placements([*self.created, *replaced])


def import_placements(
    edition: Edition,
    placements: Iterable[PlacementDoc],
    *,
    actor: Actor,
    seen: int | None = None,
) -> Placed:
    """Set every cell of a spreadsheet as it stands there; cells it does not name are kept.

    Raises Refusal where one of them is outside the actor's perimeter, or the edition is no
    longer as `seen`: nothing is written then.
    """
    return place_cells(edition, _edits(placements), actor=actor, seen=seen)


def refused_placements(
    edition: Edition, placements: Iterable[PlacementDoc], *, actor: Actor
) -> dict[tuple[str, str, str], Denied]:
    """Those which importing would refuse, each with why: 403 one outside the actor's perimeter, 422
    one that does not hold."""
    edits = _edits(placements)
    checks = Checks(edition, references_of(edition, edits), actor)
    verdicts = ((edit.key, checks.verdict(edit)) for edit in edits)
    return {key: verdict for key, verdict in verdicts if isinstance(verdict, Denied)}


def _edits(placements: Iterable[PlacementDoc]) -> list[CellEdit]:
    values_of = attrgetter(*FIELDS)
    # Rows of one content share one mapping: fewer objects to build, and for the collector to walk.
    contents: dict[tuple[Any, ...], dict[str, Any]] = {}
    edits: list[CellEdit] = []
    for placement in placements:
        values = values_of(placement)
        changes = contents.get(values)
        if changes is None:
            changes = contents[values] = dict(zip(FIELDS, values, strict=True))
        cited = isinstance(placement, ConfirmedCell)
        edits.append(CellEdit(*placement.key, changes, cited=cited, quoted=True))
    return edits
