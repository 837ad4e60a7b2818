"""What changes from a milestone to the next within one edition, for the network or one entity.

Knows which values hold and in which order milestones stand; what a change is stands in
`engine.change`. Refuses to know how it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from maillage.schemes.engine.change import FieldChange, between, is_move, kinds_between
from maillage.schemes.engine.document import EditionDocument, by_date
from maillage.schemes.engine.resolution import CHAMBERS, resolve


@dataclass(frozen=True, slots=True)
class MilestoneChange:
    """A macro-process of which something of substance is no longer what it was at the milestone
    before, or is said for the first time. `known`: the provenances of the two values."""

    process: str
    before: str
    after: str
    fields: tuple[FieldChange, ...]
    known: tuple[str, str] = ("", "")

    @property
    def is_move(self) -> bool:
        """Whether both milestones say a mode; else the cell is newly said, or no longer."""
        return is_move(self.kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        return kinds_between(self.fields)


def between_milestones(
    document: EditionDocument, entity: str = "", only: str = ""
) -> tuple[MilestoneChange, ...]:
    """Every change from each milestone to the next, process by process, or of one process `only`.
    A chamber inherits the network's value; the head or an operator only has its own."""
    dated = [m.code for m in by_date(document.milestones)]
    return _changes(document, entity, dated, only)


def between_two(
    document: EditionDocument, entity: str, before: str, after: str
) -> tuple[MilestoneChange, ...]:
    """Every change from one milestone to another, those between left aside."""
    return _changes(document, entity, [before, after], "")


def _changes(
    document: EditionDocument, entity: str, milestones: Sequence[str], only: str
) -> tuple[MilestoneChange, ...]:
    inherits = not entity or any(e.code == entity and e.kind in CHAMBERS for e in document.entities)
    cells = {p.key: p for p in document.placements if p.entity in ("", entity)}
    found = []
    for process in (p for p in document.processes if only in ("", p.code)):
        values = [
            resolve(
                cells.get((process.code, code, "")) if inherits else None,
                cells.get((process.code, code, entity)) if entity else None,
            )
            for code in milestones
        ]
        for (former, before), (latter, after) in pairwise(zip(milestones, values, strict=True)):
            if fields := between(before, after):
                known = (before.provenance if before else "", after.provenance if after else "")
                found.append(MilestoneChange(process.code, former, latter, fields, known))
    return tuple(found)
