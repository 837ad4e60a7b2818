"""How budgets are asked to be read: year, cut, depth, measure, chamber.

Knows the words of an address; refuses to know requests and the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.costing.engine.budgets import By, Kind, Measure

DEPTHS = (1, 2, 3, 4)


COLUMNS = {
    Kind.INITIAL: "Primitif",
    Kind.REVISED: "En vigueur",
    Kind.EXECUTED: "Réalisé",
}


@dataclass(frozen=True, slots=True)
class BudgetQuestion:
    """How the figures are to be read: everything stands in the address."""

    year: int
    drafts: bool
    constant: bool
    by: By
    depth: int
    measure: Measure
    entity: str
    axis: str
    kind: Kind
    month: int = 12
    """Up to which month."""

    @classmethod
    def of(cls, given: Mapping[str, str], year: int) -> BudgetQuestion:
        """What an address asks; what it does not say, or says ill, is as by default."""
        depth = given.get("chiffres", "")
        return cls(
            year=year,
            drafts=given.get("brouillons") == "oui",
            constant=given.get("perimetre") == "constant",
            by=_choice(By, given.get("par", ""), By.ACCOUNT),
            depth=int(depth) if depth in ("1", "2", "3", "4") else 2,
            measure=_choice(Measure, given.get("mesure", ""), Measure.CHARGES),
            entity=given.get("chambre", ""),
            axis=given.get("axe", ""),
            kind=_choice(Kind, given.get("colonne", ""), Kind.REVISED),
        )


def _choice(kind: Any, text: str, default: Any) -> Any:
    return kind(text) if text in set(kind) else default
