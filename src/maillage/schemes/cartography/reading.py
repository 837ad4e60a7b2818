"""The cells a cartography needs, as tuples of integers and letters: no object per cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.schemes.models import Edition, Placement

Cell = tuple[str, str, int | None]
"""Mode, complementary modes, lead's id."""

COLUMNS = ("mode", "complementary", "lead_id")


@dataclass(frozen=True, slots=True)
class Cells:
    """`network` by (process id, milestone id); `own` by (process id, milestone or entity id)."""

    network: Mapping[tuple[int, int], Cell]
    own: Mapping[tuple[int, int], Cell]


def network_cells(edition: Edition) -> dict[tuple[int, int], Cell]:
    """The network's value of every process at every milestone (one query)."""
    rows = Placement.objects.filter(edition=edition, entity=None).values_list(
        "process_id", "milestone_id", *COLUMNS
    )
    return {(process, milestone): (m, c, lead) for process, milestone, m, c, lead in rows}


def own_at(milestone: int) -> dict[tuple[int, int], Cell]:
    """Every chamber's own values at a milestone, by (process, entity) (one query)."""
    rows = Placement.objects.filter(milestone_id=milestone, entity__isnull=False).values_list(
        "process_id", "entity_id", *COLUMNS
    )
    return {(process, entity): (m, c, lead) for process, entity, m, c, lead in rows}


def own_of(edition: Edition, entity: int) -> dict[tuple[int, int], Cell]:
    """One chamber's own values, by (process, milestone) (one query)."""
    rows = Placement.objects.filter(edition=edition, entity_id=entity).values_list(
        "process_id", "milestone_id", *COLUMNS
    )
    return {(process, milestone): (m, c, lead) for process, milestone, m, c, lead in rows}
