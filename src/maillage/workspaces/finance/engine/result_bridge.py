"""What moved a result from one year to the next: products and charges by nature, in cents.

Knows roots of common accounts. Refuses to know books: an account of class 6 or 7 belongs to one
nature and one only, so that moves always add up to the difference.
"""

from __future__ import annotations

from collections.abc import Iterable

from maillage.ledger.engine.statements import RESULT_GAP
from maillage.workspaces.finance.engine.dashboard import Movement

NATURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Écarts d’élimination", (RESULT_GAP,)),
    ("Ventes et prestations (70)", ("70",)),
    ("Concours publics et subventions (73, 74)", ("73", "74")),
    ("Gestion courante, dont la taxe (75)", ("75",)),
    ("Autres produits (71, 72, 76 à 79)", ("7",)),
    ("Achats et services (60 à 62)", ("60", "61", "62")),
    ("Personnel (64)", ("64",)),
    ("Autres charges (63, 65 à 69)", ("6",)),
)
"""The first that fits an account is its own; told in the order of a statement, gaps last."""


def nature_of(account: str) -> str:
    """ "" for an account of no result."""
    return next((name for name, roots in NATURES if account.startswith(roots)), "")


def by_nature(rows: Iterable[Movement]) -> dict[str, int]:
    """What each nature brings to the result: credit less debit."""
    found = {name: 0 for name, _roots in NATURES}
    for row in rows:
        if name := nature_of(row.account):
            found[name] += row.credit - row.debit
    return found


def moves(now: Iterable[Movement], before: Iterable[Movement]) -> list[tuple[str, int]]:
    """What each nature moved the result by; what did not move is not told."""
    present, former = by_nature(now), by_nature(before)
    order = [name for name, _roots in NATURES[1:]] + [NATURES[0][0]]
    told = [(name, present[name] - former[name]) for name in order]
    return [(name, cents) for name, cents in told if cents]
