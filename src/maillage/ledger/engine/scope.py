"""Which books a consolidation adds up, and which it does not: said wherever its figures appear.

Knows what is told of each book; refuses to know where books come from. Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from maillage.kernel.money import NBSP, exact_euros
from maillage.ledger.engine.chart import AccountsFinding

State = Literal["held", "absent", "aside"]
STATES: dict[State, str] = {
    "held": "Consolidé",
    "absent": "Absent",
    "aside": "Laissé de côté",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The book of a chamber, or that it has none. `missing`: lines its totals do not count."""

    chamber: str
    name: str
    origin: str = ""
    closing: dt.date | None = None
    state: State = "held"
    lines: int = 0
    debit: int = 0
    credit: int = 0
    missing: int = 0


def scope_findings(sources: Sequence[Source], year: int) -> list[AccountsFinding]:
    """What keeps the whole from being the whole network of one exercise. All warnings but one.

    scope.absent (a chamber expected has no book), scope.closings (books close on several days),
    scope.aside (a book of another exercise), scope.missing (an error: lines not counted).
    """
    return [*_absent(sources, year), *_closings(sources), *_aside(sources), *_missing(sources)]


def _absent(sources: Iterable[Source], year: int) -> Iterator[AccountsFinding]:
    for source in sources:
        if source.state == "absent":
            what = f"aucun livre pour l’exercice {year}{NBSP}: rien d’elle n’est dans les comptes"
            yield AccountsFinding("scope.absent", "warning", source.name, what, "son livre")


def _closings(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    by_day: dict[dt.date, list[str]] = {}
    for source in sources:
        if source.state == "held" and source.closing:
            by_day.setdefault(source.closing, []).append(source.name)
    if len(by_day) > 1:
        told = f"{NBSP}; ".join(
            f"{day:%d/%m/%Y} ({', '.join(names)})" for day, names in sorted(by_day.items())
        )
        what = f"les livres ne closent pas le même jour{NBSP}: {told}"
        yield AccountsFinding("scope.closings", "warning", "Exercice", what, "une même clôture")


def _aside(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    for source in sources:
        if source.state == "aside":
            closed = f"clos le {source.closing:%d/%m/%Y}" if source.closing else "sans clôture"
            what = (
                f"{source.origin}, {closed}, laissé de côté{NBSP}: débit "
                f"{exact_euros(source.debit)}, crédit {exact_euros(source.credit)}"
            )
            yield AccountsFinding("scope.aside", "warning", source.name, what)


def _missing(sources: Iterable[Source]) -> Iterator[AccountsFinding]:
    for source in sources:
        if source.state == "held" and source.missing:
            many = (
                "ligne n’est pas comptée" if source.missing == 1 else "lignes ne sont pas comptées"
            )
            what = f"{source.missing} {many}{NBSP}: ses montants ne se lisent pas"
            yield AccountsFinding(
                "scope.missing", "error", source.name, what, "des montants lisibles"
            )
