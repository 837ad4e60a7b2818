"""Who is consolidated, how chambers know each other in their books, and what they owe each other.

Network's practice, not law: every value here is a default that the network may replace.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from maillage.ledger.engine.partners import Partners


@dataclass(frozen=True, slots=True)
class Family:
    """Accounts that hold what chambers do with each other, and the family that answers them.

    `prefixes` are of the common chart. A receivable of one is a payable of the other: what one
    has net on `name` with a partner is the opposite of what the partner has on `mirror`.
    """

    name: str
    label: str
    prefixes: tuple[str, ...]
    mirror: str


FAMILIES = (
    Family("451", "Comptes courants entre chambres", ("451",), "451"),
    Family("18", "Comptes de liaison", ("18",), "18"),
    Family("411", "Créances", ("411",), "401"),
    Family("401", "Dettes", ("401",), "411"),
    Family("7084", "Mises à disposition facturées", ("7084",), "6218"),
    Family("6218", "Mises à disposition reçues", ("6218",), "7084"),
)


@dataclass(frozen=True, slots=True)
class Perimeter:
    """The chambers consolidated, and what their books call each other (`partners`)."""

    entities: tuple[str, ...]
    partners: Partners = field(default_factory=Partners)
    families: tuple[Family, ...] = FAMILIES

    def family_of(self, account: str) -> Family | None:
        """The family of a common account, by the longest prefix."""
        found = [
            (len(prefix), family)
            for family in self.families
            for prefix in family.prefixes
            if account.startswith(prefix)
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None
