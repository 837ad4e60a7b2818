"""Up to which month a page is read: the one in its address, else the last that all books cover
and that has ended.

Knows how the choice is offered and said. Refuses to know what is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from maillage.kernel.money import parse_count
from maillage.kernel.period import MONTHS, CutOff
from maillage.ledger.queries.reach import Reach, last_ended
from maillage.people.requests import Request
from maillage.ui.asked import misread


@dataclass(frozen=True, slots=True)
class Month:
    """A month that may be chosen. `url`: the same page up to it."""

    number: int
    name: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page is read up to, what may be asked instead, and all of it in words."""

    until: CutOff
    said: str
    months: tuple[Month, ...]
    is_chosen: bool

    @property
    def month(self) -> int:
        return self.until.month

    @property
    def name(self) -> str:
        return MONTHS[self.month - 1]

    @property
    def title(self) -> str:
        """What follows the year in a title: nothing for the whole of it."""
        return "" if self.until.is_whole else f", {self.until.words}"


def cut_off_of(request: Request, reach: Reach, default: CutOff | None = None) -> Choice:
    """`default`: what is read where the address says no month, in place of what all books cover
    among the months that have ended."""
    asked = parse_count(request.GET.get("arrete", ""), 12) or 0
    usual = default or reach.usual(timezone.localdate())
    until = CutOff(reach.year, asked) if asked else usual
    if not asked:
        misread(request, "arrete", until.words)
    return Choice(until, _said(until, reach, bool(asked)), _months(request, until), bool(asked))


def _said(until: CutOff, reach: Reach, is_chosen: bool) -> str:
    words = f"{until.words[0].upper()}{until.words[1:]}"
    ended = last_ended(until.year, timezone.localdate())
    if not reach.last:
        last = ", dernier mois achevé" if until == ended and not is_chosen else ""
        return f"{words}{last}\u00a0; aucun livre de l’exercice n’est importé."
    if until == ended and not is_chosen and until.month < reach.common.month:
        return f"{words}, dernier mois achevé\u00a0; tous les livres importés vont au-delà."
    if until.is_whole and reach.common.is_whole:
        return f"{words}\u00a0: l’exercice entier, que tous les livres importés couvrent."
    if until == reach.common and not is_chosen:
        return f"{words}, dernier mois que tous les livres importés couvrent."
    if until.month > reach.common.month:
        return f"{words}\u00a0; tous les livres importés ne vont que jusqu’à " + (
            f"{MONTHS[reach.common.month - 1]}."
        )
    return f"{words}."


def _months(request: Request, until: CutOff) -> tuple[Month, ...]:
    found = []
    for number, name in enumerate(MONTHS, 1):
        query = request.GET.copy()
        query["annee"], query["arrete"] = str(until.year), str(number)
        url = f"?{query.urlencode()}"
        found.append(Month(number, name, url, number == until.month))
    return tuple(found)
