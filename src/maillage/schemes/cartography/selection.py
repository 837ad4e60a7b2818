"""What a cartography shows: reading, milestone, filters; from the address and back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from maillage.schemes.engine.change import KINDS, MOVES
from maillage.schemes.engine.document import (
    MODE_LABELS,
    PROVENANCE_LABELS,
    UNSPECIFIED,
    MilestoneNature,
    by_date,
)

READINGS = {"jalons": "Par jalon", "chambres": "Par chambre", "trajectoire": "Trajectoire"}
ONLY = {
    "changements": "Seulement les changements",
    "differences": "Seulement les écarts au réseau",
    "lacunes": "Seulement les lacunes",
    "ecarts": "Seulement les écarts aux constats",
}
OF_OBSERVED = "ecarts"
"""Among ONLY, what is read of observations."""
BESIDE = {"": "Visé", "constate": "Constaté", "ecart": "Écart"}
"""What cells show: what the edition aims at, what is observed, or where the two part."""


UNTOLD = "non-precise"
"""In an address, the provenance of which nobody said anything."""
PROVENANCES = {**PROVENANCE_LABELS, UNTOLD: UNSPECIFIED}
KEYS = (
    *("lecture", "jalon", "fonction", "entite", "mode", "seulement", "nature", "provenance"),
    *("perimetre", "valeur", "principal"),
)


class Named(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


class Dated(Protocol):
    """A milestone, of the database or of a document."""

    @property
    def code(self) -> str: ...

    @property
    def date(self) -> dt.date: ...

    @property
    def nature(self) -> str: ...


AnyMilestone = TypeVar("AnyMilestone", bound=Dated)


class Query(Protocol):
    """A query string as Django gives it."""

    def get(self, key: str, default: str) -> str: ...

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the query string without it."""

    label: str
    remove: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The question. Codes, never ids; empty means "all"."""

    reading: str = "jalons"
    milestone: str = ""
    functions: tuple[str, ...] = ()
    entity: str = ""
    modes: tuple[str, ...] = ()
    only: str = ""
    kinds: tuple[str, ...] = ()
    perimeter: str = ""
    provenance: str = ""
    beside: str = ""
    """A key of BESIDE."""
    dominant: str = ""
    """"1": of the modes asked for, those of the cells themselves, complementary ones left aside;
    by chamber, of the chosen one alone: what a count of its modes counts."""

    @property
    def of_changes(self) -> bool:
        """Whether what changed from a milestone to the next is what is asked for."""
        return self.only == "changements" or bool(self.kinds)

    @property
    def filtered(self) -> bool:
        """Whether rows are left out."""
        of_rows = (self.functions, self.modes, self.only, self.kinds, self.perimeter)
        return any((*of_rows, self.provenance))

    @property
    def query(self) -> str:
        """The query string, canonical: the same question has one address."""
        pairs = [("lecture", self.reading)] if self.reading != "jalons" else []
        pairs += [("jalon", self.milestone)] if self.milestone else []
        pairs += [("fonction", code) for code in self.functions]
        pairs += [("entite", self.entity)] if self.entity else []
        pairs += [("mode", mode) for mode in self.modes]
        pairs += [("seulement", self.only)] if self.only else []
        pairs += [("nature", kind) for kind in self.kinds]
        pairs += [("provenance", self.provenance)] if self.provenance else []
        pairs += [("perimetre", self.perimeter)] if self.perimeter else []
        pairs += [("valeur", self.beside)] if self.beside else []
        pairs += [("principal", self.dominant)] if self.dominant else []
        return urlencode(pairs)

    def as_read(self, observed: bool) -> Selection:
        """Without what is asked of observations where they are not `observed` by who reads, nor
        counted by the trajectory; the rows that part from them show where they do."""
        if observed and self.reading != "trajectoire":
            parting = self.only == OF_OBSERVED and not self.beside
            return replace(self, beside="ecart") if parting else self
        return replace(self, beside="", only="" if self.only == OF_OBSERVED else self.only)

    def with_(self, **changes: str | tuple[str, ...]) -> str:
        """The query string of this question changed."""
        return replace(self, **changes).query  # type: ignore[arg-type]

    def filters(self, functions: Mapping[str, str], entities: Mapping[str, str]) -> Iterator[Chip]:
        """The filters in force, each with the address without it."""
        for code in self.functions:
            rest = tuple(c for c in self.functions if c != code)
            yield Chip(functions[code], self.with_(functions=rest))
        if self.entity:
            yield Chip(entities[self.entity], self.with_(entity=""))
        for mode in self.modes:
            rest = tuple(m for m in self.modes if m != mode)
            yield Chip(f"Mode\u00a0: {MODE_LABELS[mode]}", self.with_(modes=rest))
        if self.dominant:
            yield Chip("Mode principal seul", self.with_(dominant=""))
        if self.only:
            yield Chip(ONLY[self.only], self.with_(only=""))
        for kind in self.kinds:
            rest = tuple(k for k in self.kinds if k != kind)
            label = f"Changement\u00a0: {KINDS[kind].lower()}"
            yield Chip(label, self.with_(kinds=rest))
        if self.provenance:
            label = f"Provenance\u00a0: {PROVENANCES[self.provenance].lower()}"
            yield Chip(label, self.with_(provenance=""))
        if self.perimeter:
            yield Chip(f"Périmètre\u00a0: {self.perimeter}", self.with_(perimeter=""))


def query_of(query: Query, observed: bool = False) -> str:
    """The part of an address that is a question, in one order: what a cache may be keyed by.
    What is asked of observations is no question unless they are `observed` by who asks."""
    left_out = set() if observed else {("valeur", v) for v in query.getlist("valeur")}
    left_out |= set() if observed else {("seulement", OF_OBSERVED)}
    pairs = [(key, v) for key in KEYS for v in sorted(set(query.getlist(key))) if v]
    return urlencode([pair for pair in pairs if pair not in left_out])


def parse(
    query: Query,
    functions: Sequence[Named],
    entities: Sequence[Named],
    milestones: Sequence[Named] | Sequence[object],
    perimeters: Collection[str] = (),
) -> Selection:
    """Read an address; what it names that does not exist is left out, not refused."""

    def among(values: list[str], known: set[str]) -> tuple[str, ...]:
        return tuple(sorted({v for v in values if v in known}))

    def one(value: str, known: Mapping[str, str] | set[str]) -> str:
        return value if value in known else ""

    return Selection(
        reading=one(query.get("lecture", ""), READINGS) or "jalons",
        milestone=one(query.get("jalon", ""), {m.code for m in milestones}),  # type: ignore[attr-defined]
        functions=among(query.getlist("fonction"), {f.code for f in functions}),
        entity=one(query.get("entite", ""), {e.code for e in entities}),
        modes=among(query.getlist("mode"), set(MODE_LABELS)),
        only=one(query.get("seulement", ""), ONLY),
        kinds=among(query.getlist("nature"), set(MOVES)),
        perimeter=one(query.get("perimetre", ""), set(perimeters) - {""}),
        provenance=one(query.get("provenance", ""), PROVENANCES),
        beside=one(query.get("valeur", ""), BESIDE),
        dominant=one(query.get("principal", ""), {"1"}),
    )


def milestone_shown(milestones: Iterable[AnyMilestone], asked: str) -> AnyMilestone:
    """The milestone the reading by chamber shows, among one at least.

    The one whose code is asked for, else the last that is not a projection, else the last.
    """
    known = by_date(milestones)
    chosen = [m for m in known if m.code == asked]
    past = [m for m in known if m.nature != MilestoneNature.PROJECTION]
    return (chosen or past or known)[-1]
