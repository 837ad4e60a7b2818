"""What stands side by side in the accounts: chambers, months or exercises.

A column says which amounts it adds up, and where the entries behind it are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from maillage.kernel.period import SHORT_MONTHS, months_later
from maillage.ledger.queries.consolidated import Cell
from maillage.ledger.views.asked import Asked

Sides = Lookup[str, Lookup[Cell, int]]
"""Amounts of a row by side (`own`, `net`, `debit`, `credit`), then by entity and period; cents."""
Term = tuple[int, str, Cell]
"""Sign, side, entity (or "" for all) and period."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of a table, and the lines it comes from ("" where it is a result)."""

    cents: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pillar:
    """A column: what its amounts add up.

    `lines`: what narrows the entry lines to it; None where no line makes it. `facing`: it is what
    chambers have on each other.
    """

    head: str
    terms: tuple[Term, ...]
    lines: Lookup[str, str] | None = None
    facing: bool = False

    def cents(self, sides: Sides) -> int | None:
        """None where the row has nothing there."""
        found = [sign * sides[side][at] for sign, side, at in self.terms if at in sides[side]]
        return sum(found) if found else None


def pillars(reading: Asked, *, sums: bool = False) -> list[Pillar]:
    """The columns asked for. `sums`: both sides of a trial balance."""
    if reading.year is None:
        return []
    if reading.columns == "mois":
        return _months(reading)
    if reading.columns == "exercices":
        return [_whole(reading, number) for number in _numbers(reading)]
    return [*_chambers(reading, sums), *_former(reading)]


def figures(reading: Asked, columns: list[Pillar], sides: Sides, **narrowed: str) -> list[Figure]:
    """The amounts of a row of accounts, each leading to its entry lines.

    `narrowed`: what the address of the lines asks of the row.
    """
    return [Figure(column.cents(sides), _url(reading, column, narrowed)) for column in columns]


def _url(reading: Asked, column: Pillar, narrowed: dict[str, str]) -> str:
    """Where an amount of a column leads, "" where nowhere."""
    if column.facing:
        return _facing(reading)
    if column.lines is None:
        return ""
    asked = reading.of_lines | narrowed | dict(column.lines)
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('ledger:entry_lines', args=[reading.network.code])}?{urlencode(kept)}"


def _facing(reading: Asked) -> str:
    page = reverse("ledger:intercompany", args=[reading.network.code])
    return f"{page}?exercice={reading.parameters['exercice']}"


def _numbers(reading: Asked) -> list[int]:
    assert reading.year is not None
    return [reading.year.year, *(year.year for year in reading.past)]


def _final(reading: Asked, period: str) -> Term:
    """What the reading is of: its chamber as it books, or all once eliminated."""
    return (1, "own", (reading.entity.code, period)) if reading.entity else (1, "net", ("", period))


def _whole(reading: Asked, year: int) -> Pillar:
    """One exercise, of the reading's chamber or consolidated."""
    assert reading.year is not None
    month = reading.span.month and months_later(reading.span.month, 12 * (year - reading.year.year))
    moved = {"exercice": str(year), "mois": f"{month:%Y-%m}" if month else ""}
    return Pillar(str(year), (_final(reading, str(year)),), moved)


def _chambers(reading: Asked, sums: bool) -> list[Pillar]:
    assert reading.year is not None
    period = str(reading.year.year)
    if reading.entity:
        at = (reading.entity.code, period)
        both = [("Débit", "debit"), ("Crédit", "credit")] if sums else []
        named = [*both, ("Solde" if sums else reading.entity.short_name, "own")]
        return [Pillar(head, ((1, side, at),), {}) for head, side in named]
    own, net = (1, "own", ("", period)), (1, "net", ("", period))
    each = [
        Pillar(e.short_name, ((1, "own", (e.code, period)),), {"chambre": e.code})
        for e in reading.entities
    ]
    if sums:
        each.append(Pillar("Somme", (own,), {}))
    taken = Pillar("Éliminations", (net, (-1, "own", ("", period))), facing=True)
    return [*each, taken, Pillar("Consolidé", (net,), {})]


def _former(reading: Asked) -> list[Pillar]:
    if not reading.past:
        return []
    former = _whole(reading, reading.past[0].year)
    if reading.uneven:
        return [former]
    now, before = (_final(reading, str(number)) for number in _numbers(reading))
    return [former, Pillar("Variation", (now, (-1, *before[1:])))]


def _months(reading: Asked) -> list[Pillar]:
    """Every month, and the exercise: their sum, or where it ends if each counts from the first."""
    assert reading.year is not None
    since = reading.span.cumulated
    found: list[Pillar] = []
    for month in reading.year.months:
        narrowed: dict[str, Any] = {"mois": f"{month:%Y-%m}", "cumul": "oui" if since else ""}
        found.append(
            Pillar(
                _named(month, since, reading.year.year),
                (_final(reading, f"{month:%Y-%m}"),),
                narrowed,
            )
        )
    whole = _whole(reading, reading.year.year)
    exercise = Pillar(f"Exercice {whole.head}", whole.terms, {"cumul": ""})
    if since or all(line.month for line in reading.year.result.lines):
        return [*found, exercise]
    apart = tuple((-sign, side, at) for month in found for sign, side, at in month.terms)
    return [*found, Pillar("Sans date", (*whole.terms, *apart)), exercise]


def _named(month: dt.date, since: bool, exercise: int) -> str:
    """The year is told where it is not that of the exercise."""
    name = SHORT_MONTHS[month.month - 1]
    name += "" if month.year == exercise else f" {month.year}"
    return f"Fin {name}" if since else name.capitalize()
