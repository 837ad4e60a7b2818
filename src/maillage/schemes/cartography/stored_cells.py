"""The cells a cartography needs, as tuples of integers and letters: no object per cell."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, Q, TextField

from maillage.kernel.prepared import Prepared
from maillage.schemes.models import Edition, Placement

Cell = tuple[Any, ...]
"""Mode, complementary modes, lead's id; whole, whom it is for and the option of integration too;
last of all, how the cell is known."""

COLUMNS = ("mode", "complementary", "lead_id", "provenance")
SUBSTANCE = ("mode", "complementary", "lead_id", "served", "integration")
WHOLE = (*SUBSTANCE, "provenance")
"""What changes of substance are read from: of one chamber or of the network, or where they are
asked for, since the index of chambers' own values at a milestone holds only the others. How the
cell is known comes last, and is no substance."""


Owned = dict[tuple[int, int, int], Cell]
"""By process, milestone and entity."""
Alike = list[tuple[Cell, list[str]]]
"""Values of one process, each with the ids, as text, of the entities that hold it."""


class Listed(Aggregate):
    """The ids of a group as one text, between commas, in no order."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(%(expressions)s::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


_network_cells: Prepared[tuple[Any, ...]] = Prepared(
    # By milestone, not by edition: the index of the network's cells then serves, where the
    # edition's would walk through every chamber's.
    lambda edition: Placement.objects.filter(milestone__edition=edition, entity=None).values_list(
        "process_id", "milestone_id", *WHOLE
    )
)
_own_at: Prepared[tuple[Any, ...]] = Prepared(
    lambda milestone: (
        Placement.objects.filter(milestone_id=milestone, entity__isnull=False)
        .values_list("process_id", *COLUMNS)
        .annotate(entities=Listed("entity_id"))
        .order_by()
    )
)
_whole_at: Prepared[tuple[Any, ...]] = Prepared(
    lambda milestone, former: (
        Placement.objects.filter(Q(milestone_id=milestone) | Q(milestone_id=former))
        .filter(entity__isnull=False)
        .values_list("milestone_id", "process_id", *WHOLE)
        .annotate(entities=Listed("entity_id"))
        .order_by()
    )
)
_own_of: Prepared[tuple[Any, ...]] = Prepared(
    lambda edition, entity: Placement.objects.filter(edition=edition, entity_id=entity).values_list(
        "process_id", "milestone_id", *WHOLE
    )
)


_own_beside: Prepared[tuple[Any, ...]] = Prepared(
    lambda edition, entity, milestone: (
        Placement.objects.filter(edition=edition, entity__isnull=False)
        .filter(Q(entity_id=entity) | Q(milestone_id=milestone))
        .values_list("process_id", "milestone_id", "entity_id", *WHOLE)
    )
)


def network_cells(edition: Edition) -> dict[tuple[int, int], Cell]:
    """The network's value of every process at every milestone (one query)."""
    rows = _network_cells(edition.pk)
    return {(process, milestone): tuple(values) for process, milestone, *values in rows}


def own_at(milestone: int) -> dict[int, Alike]:
    """Every chamber's own values at a milestone, by process (one query).

    The database groups equal values: a few rows per process instead of one per chamber.
    """
    own: dict[int, Alike] = {}
    for process, *values, entities in _own_at(milestone):
        own.setdefault(process, []).append((tuple(values), entities.split(",")))
    return own


def whole_at(milestone: int, former: int | None) -> tuple[dict[int, Alike], dict[int, Alike]]:
    """The same, whole, at a milestone and at the one before it, nothing where there is none (one
    query)."""
    own: dict[int, dict[int, Alike]] = {milestone: {}, former or 0: {}}
    for at, process, *values, entities in _whole_at(milestone, former or 0):
        own[at].setdefault(process, []).append((tuple(values), entities.split(",")))
    return own[milestone], own[former or 0]


def own_of(edition: Edition, entity: int) -> dict[tuple[int, int], Cell]:
    """One chamber's own values, by (process, milestone) (one query)."""
    rows = _own_of(edition.pk, entity)
    return {(process, milestone): tuple(values) for process, milestone, *values in rows}


def owned_at(milestone: int, alike: dict[int, Alike]) -> Owned:
    """The values of `own_at`, entity by entity."""
    return {
        (process, milestone, int(entity)): value
        for process, held in alike.items()
        for value, entities in held
        for entity in entities
    }


def own_beside(edition: Edition, entity: int, milestone: int) -> Owned:
    """One chamber's own values (0: of none), and every entity's at a milestone, by the ids of their
    process, milestone and entity (one query)."""
    rows = _own_beside(edition.pk, entity, milestone)
    return {(process, at, owner): tuple(values) for process, at, owner, *values in rows}
