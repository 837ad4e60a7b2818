"""Who is acting and how far their mandates reach, as one frozen value. Pure.

Knows networks and chambers by their ids, functions by their codes, which are the same in every
network; knows nothing of what is being done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ENTITY_EDITOR = "entity_editor"
    FUNCTION_EDITOR = "function_editor"
    READER = "reader"


ROLE_LABELS = {
    Role.ADMINISTRATOR: "Administrateur",
    Role.ENTITY_EDITOR: "Rédacteur d’une chambre",
    Role.FUNCTION_EDITOR: "Rédacteur d’une fonction",
    Role.READER: "Lecteur",
}


@dataclass(frozen=True, slots=True)
class Perimeter:
    """One mandate in force. `network` None reaches every network of the installation.

    `function`: the code of the function it is held over, "" for none.
    """

    role: Role
    network: int | None = None
    entity: int | None = None
    function: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone acting. `identity` is what the journal keeps ("user:12"; "" for the installation)."""

    identity: str
    name: str = ""
    perimeters: tuple[Perimeter, ...] = ()
    omnipotent: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.identity) or self.omnipotent

    @property
    def reaches_all(self) -> bool:
        """Whether some mandate covers every network."""
        return self.omnipotent or any(p.network is None for p in self.perimeters)

    @property
    def networks(self) -> frozenset[int]:
        """Ids of the networks some mandate names."""
        return frozenset(p.network for p in self.perimeters if p.network is not None)

    def under(self, identity: str, name: str) -> Actor:
        """Someone else, whose mandates reach as far."""
        return replace(self, identity=identity, name=name)

    def sees(self, network: int) -> bool:
        return self.reaches_all or network in self.networks

    def administers(self, network: int | None) -> bool:
        """Whether an administrator's mandate covers `network` (None: the whole installation)."""
        return self.omnipotent or any(
            p.role is Role.ADMINISTRATOR and (p.network is None or p.network == network)
            for p in self.perimeters
        )

    @property
    def administers_something(self) -> bool:
        return self.omnipotent or any(p.role is Role.ADMINISTRATOR for p in self.perimeters)

    def edits_network_value(self, network: int, function: str) -> bool:
        """Whether the value of the whole network may be set for a process of `function`."""
        return self.administers(network) or any(
            p.role is Role.FUNCTION_EDITOR and p.network == network and p.function == function
            for p in self.perimeters
        )

    def edits_entity_value(self, network: int, function: str, entity: int) -> bool:
        """Whether `entity`'s own value may be set for a process of `function`."""
        return self.edits_network_value(network, function) or any(
            p.role is Role.ENTITY_EDITOR and p.network == network and p.entity == entity
            for p in self.perimeters
        )

    def edits_some_entity(self, network: int) -> bool:
        """Whether some chamber of the network is this actor's to edit, as its editor."""
        return any(p.role is Role.ENTITY_EDITOR and p.network == network for p in self.perimeters)

    def edits_something(self, network: int) -> bool:
        return self.administers(network) or any(
            p.role in (Role.FUNCTION_EDITOR, Role.ENTITY_EDITOR) and p.network == network
            for p in self.perimeters
        )


ANONYMOUS = Actor("")
INSTALLATION = Actor("", "Maillage", omnipotent=True)
"""The installation itself: commands and jobs started by nobody in particular."""
