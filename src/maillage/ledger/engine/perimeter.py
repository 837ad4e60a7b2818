"""Who is consolidated, how chambers know each other in their books, and what they owe each other.

Network's practice, not law: every value here is a default that the network may replace.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from maillage.ledger.engine.families import Families, default_families
from maillage.ledger.engine.partners import Partners


@dataclass(frozen=True, slots=True)
class Perimeter:
    """The chambers consolidated, what their books call each other (`partners`), and what they do
    with each other (`families`)."""

    entities: tuple[str, ...]
    partners: Partners = field(default_factory=Partners)
    families: Families = field(default_factory=default_families)
