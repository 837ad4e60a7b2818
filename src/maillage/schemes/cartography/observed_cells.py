"""What is observed, beside the cells a cartography shows: their signs, their words, their counts.

Knows what a cell shows of the observation that holds. Refuses to compare (`engine/observed.py`)
and to know who may read observations.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.kernel.money import NBSP
from maillage.kernel.period import french_date
from maillage.schemes.cartography.rendering import State
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import EditionDocument, PlacementDoc
from maillage.schemes.engine.observed import (
    NONE,
    STATES,
    Cell,
    ObservedDoc,
    Seen,
    all_beside,
    counts_of,
    said_of,
)
from maillage.schemes.engine.resolution import CHAMBERS

Key = tuple[str, str, str]
"""Codes of a macro-process, a milestone and an entity, "" for the network."""


FOR_ALL = "pour tout le réseau"


@dataclass(frozen=True, slots=True)
class Beside:
    """`shows`: "constate" or "ecart". `counted`: the milestone whose gaps are counted."""

    shows: str
    day: dt.date
    counted: str
    document: EditionDocument
    seen: Mapping[Key, Seen]
    names: Names

    @property
    def title(self) -> str:
        what = "Constaté" if self.shows == "constate" else "Écarts aux constats"
        return f"{what}, en date du {french_date(self.day)}"

    def marked(self, state: State, key: Key) -> State:
        """A cell aimed at, with what is observed of it: of a chamber without an observation of its
        own, the network's, beside the network's target."""
        one = self._held(key)
        if one is None:
            return state
        told = self.words(one)
        if key not in self.seen:
            told += f", {FOR_ALL}"
        return state._replace(seen=one.state, observed=one.observation.mode, told=told)

    def _held(self, key: Key) -> Seen | None:
        """What is observed of a cell of the network or of a chamber."""
        return self.seen.get(key) or self.seen.get((*key[:2], ""))

    def observed(self, key: Key, whole: State | None = None) -> State:
        """What is in place of a cell; a chamber without an observation of its own has the
        network's, `whole`, as it has its values."""
        own, one = self.seen.get(key), self._held(key)
        if one is None:
            return State(told=NONE)
        held = one.observation
        told = _by_whom(held) if own else f"constaté {FOR_ALL}, {_by_whom(held)}"
        parts = bool(whole and own and whole.mode != State().mode and held.mode != whole.mode)
        lead = self.names.entities.get(held.lead, held.lead)
        return State(held.mode, different=parts, lead=lead, told=told)

    def words(self, one: Seen) -> str:
        """An observation beside its target: what is aimed at, what is observed, when, by whom."""
        target, held = one.target, one.observation
        aimed = f"visé{NBSP}: {said_of(self.names, target.mode, target.lead)}, " if target else ""
        seen = said_of(self.names, held.mode, held.lead)
        told = f"{STATES[one.state]} ({aimed}constaté{NBSP}: {seen}, {_by_whom(held)})"
        fields = [str(each) for each in self.names.tell(one.fields) if each.field != "mode"]
        return "; ".join((told, *fields)) if len(fields) > 0 else told

    def counts(self) -> dict[str, Counter[str]]:
        """Of the milestone counted, the states of all observations, then its gaps by the codes of
        functions and of entities, "" for the network."""
        found = (one for (_, milestone, _), one in self.seen.items() if milestone == self.counted)
        return counts_of(found, self.document)

    def by_cell(self, cells: Iterable[PlacementDoc]) -> dict[Key, str]:
        """In words, by the cells of a file: that of the network also tells what is observed of
        chambers that have no cell of their own there; that of a chamber without an observation of
        its own, the network's."""
        found: dict[Key, list[str]] = {}
        known = {cell.key for cell in cells}
        chambers = {e.code for e in self.document.entities if e.kind in CHAMBERS}
        for key in known - self.seen.keys():
            if key[2] in chambers and (whole := self._held(key)):
                found[key] = [f"{self.words(whole)}, {FOR_ALL}"]
        for key, one in self.seen.items():
            process, milestone, entity = key
            whose = "" if key in known else f"{self.names.entity(entity)}{NBSP}: "
            place = key if key in known else (process, milestone, "")
            found.setdefault(place, []).append(whose + self.words(one))
        return {key: " ; ".join(told) for key, told in found.items()}

    def in_place(self, milestone: str) -> tuple[PlacementDoc, ...]:
        """What is observed as the cells of a milestone: what a picture of it draws."""
        return tuple(
            PlacementDoc(process, at, entity, one.observation.mode, lead=one.observation.lead)
            for (process, at, entity), one in self.seen.items()
            if at == milestone
        )


def _by_whom(held: ObservedDoc) -> str:
    return f"le {french_date(held.on)} par {held.observer}"


def beside_of(
    shows: str,
    day: dt.date,
    document: EditionDocument,
    held: Mapping[Cell, ObservedDoc],
    milestones: Sequence[str],
    counted: str,
) -> Beside:
    """What is observed beside the cells of `document` at these milestones."""
    seen = {
        (one.observation.process, milestone, one.observation.entity): one
        for milestone in milestones
        for one in all_beside(document, held, milestone)
    }
    names = Names.of(document)
    return Beside(shows, day, counted, document, seen, names)
