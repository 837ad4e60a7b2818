"""An edition seen from one entity: what it runs, what it receives, what changes for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from maillage.schemes.engine.document import NOT_APPLICABLE, UNKNOWN, EditionDocument, PlacementDoc
from maillage.schemes.engine.resolution import resolve


@dataclass(frozen=True, slots=True)
class Move:
    """A process whose mode changes for the entity from one milestone to the next, both known."""

    process: str
    from_milestone: str
    to_milestone: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntityRole:
    runs: tuple[PlacementDoc, ...]
    receives: tuple[PlacementDoc, ...]
    changes: tuple[Move, ...]


def role_of(document: EditionDocument, entity: str) -> EntityRole:
    """What the edition states of `entity` (a code), in the order of processes and milestones."""
    order = {p.code: rank for rank, p in enumerate(document.processes)}
    dates = {m.code: rank for rank, m in enumerate(document.milestones)}

    def rank(p: PlacementDoc) -> tuple[int, int, str]:
        return (order[p.process], dates[p.milestone], p.entity)

    stated = sorted((p for p in document.placements if p.mode != UNKNOWN), key=rank)
    runs = tuple(p for p in stated if p.lead == entity and set(p.served) != {entity})
    receives = tuple(
        p for p in stated if entity in p.served and p.lead != entity and p.entity in ("", entity)
    )
    return EntityRole(runs, receives, _moves(document, entity))


def _moves(document: EditionDocument, entity: str) -> tuple[Move, ...]:
    cells = {p.key: p for p in document.placements}
    silent = (UNKNOWN, NOT_APPLICABLE)
    moves = []
    for process in document.processes:
        for former, latter in pairwise(document.milestones):
            values = [
                resolve(
                    cells.get((process.code, m.code, "")), cells.get((process.code, m.code, entity))
                )
                for m in (former, latter)
            ]
            before, after = (v.mode if v else UNKNOWN for v in values)
            if before != after and before not in silent and after not in silent:
                moves.append(Move(process.code, former.code, latter.code, before, after))
    return tuple(moves)
