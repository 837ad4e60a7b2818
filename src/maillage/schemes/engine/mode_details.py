"""What a mode is made of: what its definition names, told of one cell.

Cooperation has a purpose and a time, harmonisation a common frame, mutualisation sites and what is
pooled there; all three a reach, and partners outside the network. Knows what may be said of which
mode, and what a value must be. Refuses to know where it is kept or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from maillage.schemes.engine import partial_dates

FORMS: dict[str, str] = {"project": "Projet", "community": "Communauté"}
POOLED: dict[str, str] = {
    "resources": "Moyens",
    "tools": "Outils",
    "people": "Personnes",
    "expertise": "Compétences",
}
POOLINGS: dict[str, str] = {
    "shared_services": "Centre de services partagés",
    "grouping": "Groupement de moyens",
}
REACHES: dict[str, str] = {
    "territorial": "Territoriale",
    "regional": "Régionale",
    "inter_regional": "Interrégionale",
    "national": "Nationale",
}


class Member(NamedTuple):
    """Of which modes a member is said, and what it may be: a text of so many characters, a date as
    precise as it is known, one of some choices, or `many` of them."""

    label: str
    modes: str
    longest: int = 0
    choices: Mapping[str, str] | None = None
    many: bool = False
    dated: bool = False


MEMBERS: dict[str, Member] = {
    "purpose": Member("But", "C", 1000),
    "start": Member("Début", "C", 10, dated=True),
    "end": Member("Fin", "C", 10, dated=True),
    "form": Member("Forme", "C", choices=FORMS),
    "frame": Member("Cadre commun", "H", 1000),
    "frame_version": Member("Version du cadre", "H", 80),
    "frame_adopted_by": Member("Adopté par", "H", 200),
    "sites": Member("Sites", "M", 1000),
    "pooled": Member("Mis en commun", "M", choices=POOLED, many=True),
    "pooling": Member("Organisation", "M", choices=POOLINGS),
    "reach": Member("Portée", "CHM", choices=REACHES),
    "partners": Member("Partenaires extérieurs", "CHM", 1000),
}
"""In the order in which they are always told."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a cell's mode beyond its letter. Empty members are unsaid.

    `start` and `end` are written AAAA, AAAA-MM or AAAA-MM-JJ; `pooled` holds keys of POOLED, in
    their alphabetical order.
    """

    purpose: str = ""
    start: str = ""
    end: str = ""
    form: str = ""
    frame: str = ""
    frame_version: str = ""
    frame_adopted_by: str = ""
    sites: str = ""
    pooled: tuple[str, ...] = ()
    pooling: str = ""
    reach: str = ""
    partners: str = ""

    @classmethod
    def of(cls, given: Details | Mapping[str, Any] | None) -> Details:
        """From what a column, a file or a form holds; sound by `fault`."""
        if isinstance(given, Details):
            return given
        if not given:
            return UNSAID
        kept = {name: value for name, value in given.items() if value}
        if "pooled" in kept:
            kept["pooled"] = tuple(sorted(set(kept["pooled"])))
        return cls(**kept) if kept else UNSAID

    def __bool__(self) -> bool:
        return self is not UNSAID and self != UNSAID

    def record(self) -> dict[str, Any]:
        """What is said, by name, as JSON keeps it."""
        if self is UNSAID:
            return {}
        found = {}
        for name in MEMBERS:
            if value := getattr(self, name):
                found[name] = list(value) if isinstance(value, tuple) else value
        return found

    def under(self, mode: str, complementary: str = "") -> Details:
        """Without what these modes do not take."""
        if self is UNSAID:
            return self
        untaken = [n for n in MEMBERS if getattr(self, n) and n not in taken(mode, complementary)]
        if not untaken:
            return self
        kept = replace(self, **{name: getattr(UNSAID, name) for name in untaken})
        return kept if kept else UNSAID

    def words(self) -> Iterator[tuple[str, str]]:
        """Each member that is said: what it is called, what it says."""
        for name, value in self.record().items():
            yield MEMBERS[name].label, word(name, value)

    def __str__(self) -> str:
        return " ; ".join(f"{label}\u00a0: {text}" for label, text in self.words())


UNSAID = Details()
PART = "details."
"""Opens the name of a member where it is told as a field of its own."""


def differing(one: Details, other: Details) -> tuple[str, ...]:
    """The members that differ."""
    return tuple(name for name in MEMBERS if getattr(one, name) != getattr(other, name))


def taking(held: Details, given: Details, members: Iterable[str]) -> Details:
    """`held`, but for these members, which are those of `given`."""
    return replace(held, **{name: getattr(given, name) for name in members})


assert tuple(MEMBERS) == tuple(f.name for f in fields(Details))


@lru_cache(maxsize=256)
def taken(mode: str, complementary: str = "") -> tuple[str, ...]:
    """The members that may be said under these modes."""
    letters = {mode, *complementary}
    return tuple(name for name, member in MEMBERS.items() if not letters.isdisjoint(member.modes))


def word(name: str, value: Any) -> str:
    """The value of a member, as a person reads it."""
    member = MEMBERS[name]
    if member.many:
        return ", ".join(member.choices[key].lower() for key in value)  # type: ignore[index]
    if member.choices:
        return member.choices[value]
    return partial_dates.said(value) if member.dated else str(value)


def fault(given: Mapping[str, Any]) -> str:
    """Say what does not hold in details, "" where all does."""
    for name, value in given.items():
        member = MEMBERS.get(name)
        if member is None:
            return f"Champ inconnu\u00a0: «\u00a0{name}\u00a0»."
        if value and (reason := _fault(member, value)):
            return f"{member.label}\u00a0: {reason}."
    begun, ended = (partial_dates.read(given.get(name) or "") for name in ("start", "end"))
    if begun and ended and ended[0] < begun[0]:
        return "Fin\u00a0: elle précède le début."
    return ""


def _fault(member: Member, value: Any) -> str:
    if member.many:
        if not isinstance(value, list | tuple) or set(map(str, value)) - set(member.choices or ()):
            return f"une ou plusieurs valeurs parmi {', '.join(member.choices or ())}"
        return ""
    if not isinstance(value, str):
        return "un texte est attendu"
    if member.choices:
        return "" if value in member.choices else f"une valeur parmi {', '.join(member.choices)}"
    if member.dated and partial_dates.read(value) is None:
        typed, written = "2027, 06/2027 ou 30/06/2027", "2027-06 ou 2027-06-30"
        return f"une date est attendue, comme {typed}\u00a0; dans un fichier, {written}"
    if len(value) > member.longest:
        return f"{member.longest} caractères au plus, {len(value)} reçus"
    return ""
