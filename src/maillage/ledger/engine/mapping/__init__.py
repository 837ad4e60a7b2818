"""From the accounts of each chamber to the common chart.

A rule sends the local accounts that begin with a prefix (or one account exactly) to an account of
the common chart, for one chamber or for all: `rules` applies them and previews their effect,
`checks` finds their faults, `bridges` carries numbers of the former chart over, `by_number` makes
rules of numbers and labels alone, `suggestions` proposes targets. Knows no file and no Django.
"""

from maillage.ledger.engine.mapping.by_number import by_number, carrying
from maillage.ledger.engine.mapping.checks import check
from maillage.ledger.engine.mapping.rules import (
    EVERY_ENTITY,
    Change,
    LocalBalances,
    Mapping,
    Rule,
    RuleValue,
    Target,
    effect,
)
from maillage.ledger.engine.mapping.suggestions import Suggestion, suggest

__all__ = [
    "EVERY_ENTITY",
    "Change",
    "LocalBalances",
    "Mapping",
    "Rule",
    "RuleValue",
    "Suggestion",
    "Target",
    "by_number",
    "carrying",
    "check",
    "effect",
    "suggest",
]
