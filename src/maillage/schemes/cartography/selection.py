"""What a cartography shows: reading, milestone, filters; from the address and back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from maillage.schemes.engine.document import (
    MODE_LABELS,
    UNKNOWN,
    EditionDocument,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
)
from maillage.schemes.engine.resolution import differences

READINGS = {"jalons": "Par jalon", "chambres": "Par chambre", "trajectoire": "Trajectoire"}
ONLY = {
    "changements": "Seulement les changements",
    "differences": "Seulement les écarts au réseau",
    "lacunes": "Seulement les lacunes",
}


KEYS = ("lecture", "jalon", "fonction", "entite", "mode", "seulement", "perimetre")


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

    def get(self, key: str, default: str = "") -> str: ...

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
    perimeter: str = ""

    @property
    def query(self) -> str:
        """The query string, canonical: the same question has one address."""
        pairs = [("lecture", self.reading)] if self.reading != "jalons" else []
        pairs += [("jalon", self.milestone)] if self.milestone else []
        pairs += [("fonction", code) for code in self.functions]
        pairs += [("entite", self.entity)] if self.entity else []
        pairs += [("mode", mode) for mode in self.modes]
        pairs += [("seulement", self.only)] if self.only else []
        pairs += [("perimetre", self.perimeter)] if self.perimeter else []
        return urlencode(pairs)

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
        if self.only:
            yield Chip(ONLY[self.only], self.with_(only=""))
        if self.perimeter:
            yield Chip(f"Périmètre\u00a0: {self.perimeter}", self.with_(perimeter=""))


def query_of(query: Query) -> str:
    """The part of an address that is a question, in one order: what a cache may be keyed by."""
    return urlencode([(key, v) for key in KEYS for v in sorted(set(query.getlist(key))) if v])


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
        perimeter=one(query.get("perimetre", ""), set(perimeters) - {""}),
    )


def milestone_shown(milestones: Iterable[AnyMilestone], asked: str) -> AnyMilestone:
    """The milestone the reading by chamber shows, among one at least.

    The one whose code is asked for, else the last that is not a projection, else the last.
    """
    known = sorted(milestones, key=lambda m: m.date)
    chosen = [m for m in known if m.code == asked]
    past = [m for m in known if m.nature != MilestoneNature.PROJECTION]
    return (chosen or past or known)[-1]


def filtered_placements(
    document: EditionDocument, query: Query
) -> tuple[tuple[PlacementDoc, ...], tuple[str, ...]]:
    """The cells an export holds for an address, and its filters in words.

    The reading by chamber shows one milestone, asked for or not; the others show them all.
    """
    group_of = {p.code: p.group for p in document.processes}
    chosen = parse(
        query, document.functions, document.entities, document.milestones, set(group_of.values())
    )
    only = _milestone(document, chosen)
    function_of = {p.code: p.function for p in document.processes}
    cells = {p.key: p for p in document.placements}
    moving = _moving(document) if chosen.only == "changements" else frozenset()

    def kept(p: PlacementDoc) -> bool:
        return (
            (not chosen.functions or function_of[p.process] in chosen.functions)
            and (not chosen.perimeter or group_of[p.process] == chosen.perimeter)
            and (only is None or p.milestone == only.code)
            and (not chosen.entity or p.entity in ("", chosen.entity))
            and (not chosen.modes or not set(chosen.modes).isdisjoint(p.mode + p.complementary))
            and _only(p, chosen.only, cells, moving)
        )

    words = [f"Jalon\u00a0: {only.label}"] if only else []
    words += [
        chip.label
        for chip in chosen.filters(
            {f.code: f.name for f in document.functions},
            {e.code: e.name for e in document.entities},
        )
    ]
    return tuple(p for p in document.placements if kept(p)), tuple(words)


def _milestone(document: EditionDocument, chosen: Selection) -> MilestoneDoc | None:
    """The only milestone shown, None where all are."""
    if chosen.reading != "chambres" or not document.milestones:
        return None
    return milestone_shown(document.milestones, chosen.milestone)


def _moving(document: EditionDocument) -> frozenset[str]:
    """Processes whose documented network value is not the same at every milestone."""
    modes: dict[str, set[str]] = {}
    for p in document.placements:
        if not p.entity and p.mode != UNKNOWN:
            modes.setdefault(p.process, set()).add(p.mode)
    return frozenset(code for code, seen in modes.items() if len(seen) > 1)


def _only(
    p: PlacementDoc,
    only: str,
    cells: Mapping[tuple[str, str, str], PlacementDoc],
    moving: frozenset[str],
) -> bool:
    if only == "changements":
        return p.process in moving
    if only == "differences":
        return bool(p.entity) and bool(differences(cells.get((p.process, p.milestone, "")), p))
    return only != "lacunes" or p.mode == UNKNOWN
