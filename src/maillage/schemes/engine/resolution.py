"""What holds for a chamber at a milestone: its own value, or else the network's.

Knows the one rule "the entity's own value wins" and says in which respects a chamber differs
from its network. Refuses to know who may write a value, and never ranks modes.
"""

from __future__ import annotations

from maillage.schemes.engine.document import EntityKind, PlacementDoc

COMPARED = ("mode", "complementary", "lead", "served", "integration")
"""What makes two values differ in substance; rationale and source do not."""

DIFFERENCE_WORDS: dict[str, str] = {
    "mode": "mode",
    "complementary": "modes complémentaires",
    "lead": "pilote",
    "served": "bénéficiaires",
    "integration": "option",
}
"""How each of `COMPARED` is said to a person."""

CHAMBERS = (EntityKind.REGIONAL, EntityKind.TERRITORIAL)


def resolve(
    network_value: PlacementDoc | None, entity_value: PlacementDoc | None
) -> PlacementDoc | None:
    """The value that holds for an entity: its own, even "non renseigné", else the network's."""
    return network_value if entity_value is None else entity_value


def differences(
    network_value: PlacementDoc | None, entity_value: PlacementDoc | None
) -> tuple[str, ...]:
    """The `COMPARED` fields in which the two differ. No value reads as an unknown one."""
    blank = PlacementDoc("", "")
    one, other = network_value or blank, entity_value or blank
    return tuple(name for name in COMPARED if getattr(one, name) != getattr(other, name))
