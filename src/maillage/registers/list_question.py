"""What an address asks of a list: filters, search, sort, columns, page; and the address again.

Knows fields and their kinds; knows neither rows nor who reads: it is given the readable fields.
What an address says amiss is told and left out.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from maillage.kernel import unprintable
from maillage.kernel.money import NBSP, parse_count
from maillage.registers.declaration import Field
from maillage.registers.kinds import Date, Text, UnfitError, Value, needed, unfit

SIZES = (50, 200, 1000)
LONGEST = 200
"""Characters of what is searched."""
MOST_VALUES = 100
WORDS = {"": "", "min": "à partir de ", "max": "jusqu’à ", "sauf": "sauf ", "vide": ""}
_LATER = re.compile(r"([+-]?)([0-9]{1,4})([jma])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: `written` as the address has it, `values` as the kind takes them."""

    field: Field
    operator: str
    written: tuple[str, ...]
    values: tuple[Value, ...]

    @property
    def parameter(self) -> str:
        return f"{self.field.name}.{self.operator}" if self.operator else self.field.name

    def words(self, labels: Mapping[str, str]) -> str:
        """The filter in French: "Fin : jusqu’à 31/12/2026"."""
        kind = self.field.kind
        if self.operator == "vide":
            said = "renseigné" if self.values == (False,) else "non renseigné"
        elif isinstance(kind, Text):
            said = " ou ".join(f"contient «{NBSP}{v}{NBSP}»" for v in self.written)
        else:
            said = " ou ".join(kind.shown(v, labels) for v in self.values)
        return f"{self.field.label}{NBSP}: {WORDS[self.operator]}{said}"


@dataclass(frozen=True, slots=True)
class Question:
    conditions: tuple[Condition, ...] = ()
    search: str = ""
    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()
    archived: bool = False
    page: int = 1
    size: int = SIZES[0]
    faults: tuple[str, ...] = field(default=(), compare=False)

    def address(self, **changes: object) -> str:
        """The query string that asks this again, with some parameters changed (None drops)."""
        pairs: list[tuple[str, object]] = [
            (c.parameter, value) for c in self.conditions for value in c.written
        ]
        own = {
            "q": self.search,
            "tri": ("-" if self.descending else "") + self.sort if self.sort else "",
            "colonnes": ",".join(self.columns),
            "archives": "oui" if self.archived else "",
            "lignes": self.size if self.size != SIZES[0] else "",
            **changes,
        }
        return urlencode([*pairs, *((name, value) for name, value in own.items() if value)])

    def without(self, condition: Condition) -> Question:
        return replace(self, conditions=tuple(c for c in self.conditions if c != condition))

    @property
    def narrows(self) -> bool:
        """Whether it leaves rows out."""
        return bool(self.conditions or self.search)


def asked(
    given: QueryDict,
    fields: Iterable[Field],
    known: Mapping[str, Mapping[str, str]],
    today: dt.date,
) -> Question:
    """The question of an address. `known`: what may be typed for each reference field in it."""
    readable = {f.name: f for f in fields}
    conditions, faults = [], []
    for parameter in given:
        name, _, operator = parameter.partition(".")
        found = readable.get(name)
        if found is None or operator not in found.kind.operators:
            continue
        written = tuple(dict.fromkeys(v for v in given.getlist(parameter)[:MOST_VALUES] if v))
        try:
            values = tuple(_value(found, operator, v, known.get(name, {}), today) for v in written)
        except UnfitError as error:
            faults.append(f"{found.label}{NBSP}: filtre laissé de côté, {needed(error)}.")
            continue
        if values:
            conditions.append(Condition(found, operator, written, values))
    sort = given.get("tri", "")
    by = sort.removeprefix("-")
    return Question(
        conditions=tuple(conditions),
        search=unprintable.ON_A_LINE.sub(" ", given.get("q", ""))[:LONGEST].strip(),
        sort=by if by in {*readable, "code"} else "",
        descending=sort.startswith("-") and by in {*readable, "code"},
        columns=tuple(c for c in given.get("colonnes", "").split(",") if c in readable),
        archived=given.get("archives") == "oui",
        page=parse_count(given.get("page", ""), 10**6) or 1,
        size=next((s for s in SIZES if str(s) == given.get("lignes")), SIZES[0]),
        faults=tuple(faults),
    )


def _value(
    asked_of: Field, operator: str, text: str, known: Mapping[str, str], today: dt.date
) -> Value:
    kind = asked_of.kind
    if operator == "vide":
        return text != "non"
    if isinstance(kind, Text):
        return text[:LONGEST].replace("\x00", "")
    if isinstance(kind, Date) and (found := _LATER.fullmatch(text)):
        return later(today, int(f"{found[1]}{found[2]}"), found[3])
    value = kind.take(text, known)
    return value[0] if isinstance(value, tuple) else value


def later(day: dt.date, count: int, unit: str) -> dt.date:
    """`day` some days (j), months (m) or years (a) later, the last of the month at most."""
    if unit == "j":
        return day + dt.timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "a" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise unfit("une date entre 1900 et 2200")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
