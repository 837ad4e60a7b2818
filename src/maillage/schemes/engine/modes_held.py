"""Who runs what, counted: of each function and chamber, its macro-processes by mode at a milestone.

Knows which value holds for a chamber. Refuses to order modes or to average them; actions, which
say what a macro-process is made of, are never counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from maillage.schemes.engine.document import (
    MODE_LABELS,
    EditionDocument,
    MilestoneDoc,
    PlacementDoc,
    by_date,
)
from maillage.schemes.engine.resolution import CHAMBERS, resolve

MODES = "ACHMI"


@dataclass(slots=True)
class Held:
    """Macro-processes by mode ("?" where nothing is said), and those that depart from the network's
    value."""

    modes: Counter[str] = field(default_factory=Counter)
    differences: int = 0

    def __iadd__(self, other: Held) -> Held:
        self.modes += other.modes
        self.differences += other.differences
        return self

    @property
    def known(self) -> tuple[tuple[str, int], ...]:
        """The modes that hold somewhere, in the order they are listed everywhere."""
        return tuple((mode, self.modes[mode]) for mode in MODES if self.modes[mode])

    @property
    def unknown(self) -> int:
        return self.modes["?"]


def milestone_on(milestones: Iterable[MilestoneDoc], day: dt.date) -> MilestoneDoc | None:
    """The last milestone come to, else the first to come; None where there is none."""
    dated = by_date(milestones)
    come = [one for one in dated if one.date <= day]
    return next(iter(come[-1:] or dated[:1]), None)


def held_in(document: EditionDocument, milestone: str) -> dict[tuple[str, str], Held]:
    """By the codes of a function and a chamber, what the chamber holds of the function."""
    cells = {cell.key: cell for cell in document.placements if cell.milestone == milestone}
    chambers = [e.code for e in document.entities if e.kind in CHAMBERS]
    found = {(f.code, chamber): Held() for f in document.functions for chamber in chambers}
    for process in document.processes:
        if process.is_action:
            continue
        common = cells.get((process.code, milestone, ""))
        for chamber in chambers:
            own = cells.get((process.code, milestone, chamber))
            value = resolve(common, own)
            held = found[process.function, chamber]
            held.modes[value.mode if value and value.mode in MODE_LABELS else "?"] += 1
            held.differences += own is not None and _shown(own) != _shown(common)
    return found


def altogether(found: Mapping[tuple[str, str], Held], chamber: str) -> Held:
    """What a chamber holds of every function."""
    whole = Held()
    for (_, code), held in found.items():
        if code == chamber:
            whole += held
    return whole


def _shown(cell: PlacementDoc | None) -> tuple[str, Sequence[str], str]:
    """What a cartography compares by chamber."""
    return (cell.mode, cell.complementary, cell.lead) if cell else ("?", "", "")
