"""The frame of a scheme and of an edition: years, titles, milestones; what holds and what does not.

Knows what was given and says, place by place, what was expected. Refuses to know who gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.network.rules import code_fault, name_fault
from maillage.schemes.engine import partial_dates
from maillage.schemes.engine.document import MILESTONE_NATURE_LABELS
from maillage.schemes.engine.partial_dates import Precision

YEARS = range(1900, 2200)
MOST_MILESTONES = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold: in which field, of which milestone (its rank from 0; None: no one's)."""

    field: str
    message: str
    row: int | None = None

    @property
    def sentence(self) -> str:
        return self.message if self.row is None else f"Jalon {self.row + 1}. {self.message}"


SCHEME = ("code", "title", "start_year", "end_year")


def scheme_faults(
    code: str | None, title: str | None, start_year: int | None, end_year: int | None
) -> list[Fault]:
    """Say what is wrong with a scheme's own fields; None is not looked at: it could not be read."""
    found = []
    if code is not None:
        found.append(Fault("code", code_fault(code) or _length_fault("Code", code, 80)))
    if title is not None:
        found.append(Fault("title", name_fault("Titre du schéma", title)))
    if start_year is not None:
        found.append(Fault("start_year", _year_fault("Première année", start_year)))
    if end_year is not None:
        found.append(Fault("end_year", _year_fault("Dernière année", end_year)))
    found = [fault for fault in found if fault.message]
    odd = {"start_year", "end_year"} & {fault.field for fault in found}
    if not odd and start_year is not None and end_year is not None and end_year < start_year:
        what = f"Dernière année {end_year}\u00a0: elle précède la première, {start_year}."
        found.append(Fault("end_year", what))
    return found


def _length_fault(what: str, text: str, longest: int) -> str:
    if len(text) <= longest:
        return ""
    return f"{what}\u00a0: {longest} caractères au plus, {len(text)} reçus."


def _year_fault(what: str, year: int) -> str:
    if year in YEARS:
        return ""
    return f"{what} {year}\u00a0: une année de {YEARS[0]} à {YEARS[-1]} est attendue."


def edition_faults(
    title: str | None, milestones: Sequence[Mapping[str, Any]], known: Iterable[str] = ()
) -> list[Fault]:
    """Say what is wrong with an edition's title (None: it could not be read) and milestones.

    A milestone is a mapping of code, label, date, nature and, where it is not a day's, precision.
    `known` are codes the edition already
    has: they came from a file, whose codes may be written otherwise.
    """
    found = []
    if title is not None and (fault := name_fault("Titre de l’édition", title)):
        found.append(Fault("edition_title", fault))
    if not milestones:
        what = "Aucun jalon\u00a0: il en faut au moins un, avec code, libellé, date et nature."
        found.append(Fault("", what))
    if len(milestones) > MOST_MILESTONES:
        what = f"{len(milestones)} jalons\u00a0: {MOST_MILESTONES} au plus."
        found.append(Fault("", what))
    for row, given in enumerate(milestones):
        found += _milestone_faults(row, given, set(known))
    return found + _twice(milestones)


def _milestone_faults(row: int, given: Mapping[str, Any], known: set[str]) -> list[Fault]:
    code, nature = given["code"], given["nature"]
    natures = ", ".join(MILESTONE_NATURE_LABELS.values())
    found = {
        "code": "" if code in known else code_fault(code) or _length_fault("Code", code, 40),
        "label": name_fault("Libellé", given["label"], 80),
        "date": _year_fault("Date de l’année", given["date"].year),
        "nature": ""
        if nature in MILESTONE_NATURE_LABELS
        else f"Nature «\u00a0{nature}\u00a0»\u00a0: une parmi {natures}.",
    }
    return [Fault(field, message, row) for field, message in found.items() if message]


def _twice(milestones: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Codes that two milestones share, and dates that two of one nature do: told on the second."""
    found = []
    codes: dict[str, int] = {}
    dates: dict[tuple[Any, ...], int] = {}
    for row, given in enumerate(milestones):
        first = codes.setdefault(given["code"], row)
        if first != row:
            what = (
                f"Code «\u00a0{given['code']}\u00a0»\u00a0: c’est déjà celui du jalon {first + 1}."
            )
            found.append(Fault("code", what, row))
        precision = given.get("precision") or Precision.DAY
        first = dates.setdefault((given["date"], precision, given["nature"]), row)
        if first != row:
            day = partial_dates.in_words(given["date"], precision)
            what = f"Date ({day})\u00a0: c’est déjà celle du jalon {first + 1}, de même nature."
            found.append(Fault("date", what, row))
    return found
