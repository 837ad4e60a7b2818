"""The part of one entity in an edition: what it runs, what it receives, what changes for it."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.schemes.engine.document import UNKNOWN, EditionDocument, PlacementDoc
from maillage.schemes.engine.milestone_changes import MilestoneChange, between_milestones
from maillage.schemes.engine.resolution import CHAMBERS


@dataclass(frozen=True, slots=True)
class EntityPart:
    """`runs` and `receives` are the cells that say so, the network's or one entity's own.

    A chamber receives by what holds for it: its own value hides the network's.
    """

    runs: tuple[PlacementDoc, ...]
    receives: tuple[PlacementDoc, ...]
    changes: tuple[MilestoneChange, ...]


def part_of(document: EditionDocument, entity: str) -> EntityPart:
    """What the edition states of `entity` (a code), in the order of processes and milestones."""
    order = {p.code: rank for rank, p in enumerate(document.processes)}
    dates = {m.code: rank for rank, m in enumerate(document.milestones)}

    def rank(p: PlacementDoc) -> tuple[int, int, str]:
        return (order[p.process], dates[p.milestone], p.entity)

    stated = sorted((p for p in document.placements if p.mode != UNKNOWN), key=rank)
    chamber = any(e.code == entity and e.kind in CHAMBERS for e in document.entities)
    own = {(p.process, p.milestone) for p in document.placements if p.entity == entity}
    runs = tuple(p for p in stated if p.lead == entity and _for_others(p))
    receives = tuple(
        p
        for p in stated
        if (p.entity == entity or (not p.entity and (p.process, p.milestone) not in own))
        and _received(p, entity, chamber)
    )
    return EntityPart(runs, receives, between_milestones(document, entity))


def _for_others(cell: PlacementDoc) -> bool:
    """Whether whoever leads does so for someone else; a network's cell that names none may."""
    if cell.served:
        return set(cell.served) != {cell.lead}
    return cell.lead != cell.entity


def _received(cell: PlacementDoc, entity: str, chamber: bool) -> bool:
    """Whether another runs it for `entity`: said to be served, or its own or all is integrated."""
    if cell.lead == entity:
        return False
    if cell.served:
        return entity in cell.served
    return chamber and cell.mode == "I" and bool(cell.lead)
