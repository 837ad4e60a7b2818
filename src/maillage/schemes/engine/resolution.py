"""What holds for a chamber at a milestone: its own value, or else the network's.

Knows the one rule "the entity's own value wins" and says in which respects a chamber differs
from its network. Refuses to know who may write a value, and never ranks modes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.schemes.engine.document import UNKNOWN, EditionDocument, EntityKind, PlacementDoc

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


@dataclass(frozen=True, slots=True)
class Effective:
    """The value that holds. `own` is false where it is inherited from the network.

    `value` is None where neither is stated. `differs` names the `COMPARED` fields in which it
    departs from the network's value, in that order; always empty for an inherited one.
    """

    value: PlacementDoc | None
    own: bool
    differs: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        return self.value.mode if self.value is not None else UNKNOWN

    @property
    def differs_in(self) -> tuple[str, ...]:
        """`differs`, in the words a person reads."""
        return tuple(DIFFERENCE_WORDS[name] for name in self.differs)


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


def effective(document: EditionDocument, milestone: str) -> Mapping[tuple[str, str], Effective]:
    """What holds at a milestone, by (process, entity), in document order.

    Every process and every chamber has an entry; the national head and outside operators have
    one only where the edition gives them a value of their own.
    """
    cells = {
        (cell.process, cell.entity): cell
        for cell in document.placements
        if cell.milestone == milestone
    }
    resolved: dict[tuple[str, str], Effective] = {}
    for process in document.processes:
        network_value = cells.get((process.code, ""))
        inherited = Effective(network_value, own=False)
        for entity in document.entities:
            key = (process.code, entity.code)
            own = cells.get(key)
            if own is not None:
                resolved[key] = Effective(
                    resolve(network_value, own), True, differences(network_value, own)
                )
            elif entity.kind in CHAMBERS:
                resolved[key] = inherited
    return resolved
