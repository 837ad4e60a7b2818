"""Where the accounts of surveyed files go without rules given: as the pages propose it, and told.

Knows surveys and the common chart; refuses to know where files come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from maillage.kernel.money import NBSP
from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.mapping import Rule, by_number, carrying
from maillage.ledger.engine.survey import Survey
from maillage.ledger.surveyed import code_of

NAMED = 10
"""Accounts told one by one."""


class LocalName(NamedTuple):
    """A local account that a book moves, and how it calls it."""

    entity: str
    number: str
    label: str


def names_in(surveys: Iterable[Survey], codes: dict[str, str]) -> list[LocalName]:
    """The local accounts of books, each once."""
    found = {}
    for survey in surveys:
        code, labels = code_of(survey, codes), dict(survey.labels)
        for row in survey.cube:
            label = labels.get(row.account, "")
            found[code, row.account] = LocalName(code, row.account, label)
    return list(found.values())


def nearest_rules(chart: Chart, accounts: Iterable[LocalName]) -> list[Rule]:
    """Where numbers and labels alone send these accounts, as the pages propose it."""
    return [value.rule for value in by_number(accounts, chart)]


def carried(chart: Chart, accounts: Sequence[LocalName]) -> list[AccountsFinding]:
    """What was placed otherwise than by its number alone: told, for someone to check (info)."""
    found = []
    for account in accounts:
        if bridge := carrying(account, chart):
            label = f" «{NBSP}{account.label}{NBSP}»" if account.label else ""
            found.append(f"{account.number}{label} ({account.entity}) → {bridge.targets[0]}")
    if not found:
        return []
    told = ", ".join(found[:NAMED]) + (f" et {len(found) - NAMED} autres" * (len(found) > NAMED))
    what = f"comptes que leur libellé ou l’ancien plan place ailleurs que leur numéro{NBSP}: {told}"
    expected = "les vérifier, ou donner des règles (--rules)"
    return [AccountsFinding("mapping.carried", "info", "Correspondances", what, expected)]
