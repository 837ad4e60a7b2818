"""What holds for a chamber at a milestone: its own value, or else the network's.

Knows the one rule "the entity's own value wins" and says in which respects a chamber differs
from its network. Refuses to know who may write a value, and never ranks modes.
"""

from __future__ import annotations

from maillage.schemes.engine.change import SUBSTANCE, FieldChange, describe
from maillage.schemes.engine.document import EntityKind, PlacementDoc

CHAMBERS = (EntityKind.REGIONAL, EntityKind.TERRITORIAL)


def resolve(
    network_value: PlacementDoc | None, entity_value: PlacementDoc | None
) -> PlacementDoc | None:
    """The value that holds for an entity: its own, even "non renseigné", else the network's."""
    return network_value if entity_value is None else entity_value


def differences(
    network_value: PlacementDoc | None, entity_value: PlacementDoc | None
) -> tuple[FieldChange, ...]:
    """In what of substance an entity's value differs from the network's."""
    return tuple(c for c in describe(network_value, entity_value) if c.field in SUBSTANCE)
