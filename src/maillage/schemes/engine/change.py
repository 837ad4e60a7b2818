"""What a change of a cell is, told once: which field, what it was, what it is, in words.

Whatever shows a change (comparison, import, conflict, journal, history, cartography, booklet,
command, API) reads it here. Between two states of one cell every field counts; between two
milestones only those of substance do, since each milestone has texts and a source of its own.
Refuses to say that a change is a progress: modes are not ordered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import attrgetter, ne
from typing import Any, NamedTuple

from maillage.schemes.engine.document import (
    FIELDS,
    NOT_APPLICABLE,
    UNKNOWN,
    PlacementDoc,
    Provenance,
)
from maillage.schemes.engine.mode_details import MEMBERS, PART, Details, differing

Key = tuple[str, str, str]
KINDS: dict[str, str] = {
    "documented": "Cellule renseignée",
    "undocumented": "Cellule qui n’est plus renseignée",
    "silent": "Suite non dite",
    "not_applicable": "Sans objet, ou qui ne l’est plus",
    "own": "Valeur propre posée ou ôtée",
    "mode": "Mode",
    "complementary": "Modes complémentaires",
    "lead": "Assuré par",
    "beneficiaries": "Bénéficiaires",
    "option": "Option d’intégration",
    "text": "Justification",
    "source": "Source",
    "provenance": "Provenance",
    "details": "Ce que le mode recouvre",
}
"""Kinds of change, in the order in which they are always told."""

FIELD_LABELS: dict[str, str] = {
    "mode": "Mode",
    "complementary": "Modes complémentaires",
    "lead": "Assuré par",
    "served": "Bénéficiaires",
    "integration": "Option d’intégration",
    "rationale": "Justification",
    "source_document": "Document source",
    "source_page": "Page",
    "source_basis": "Fondement",
    "provenance": "Provenance",
    "source_quote": "Citation",
    "details": "Ce que le mode recouvre",
}
SUBSTANCE = ("mode", "complementary", "lead", "served", "integration")
"""Who does what and how: what is compared from a milestone to the next, or from a chamber to its
network. The rest says why, and on what source."""
SOURCE = ("source_document", "source_page", "source_basis", "source_quote")
SAID_NO_MORE = "silent"
"""The kind of what a milestone says and the later one does not: silence is no change, and is never
counted among them. Between two states of one cell it is a value taken away, « undocumented »."""
UNFOLLOWED = "suite non dite"
OF_WHOLE = ("documented", "undocumented", "not_applicable", SAID_NO_MORE)
"""Kinds of what becomes of a whole cell from a milestone to the next: where it says no mode on one
side, its other fields come and go with it and are no changes of their own."""
MOVES = ("not_applicable", "mode", "complementary", "lead", "beneficiaries", "option")
"""Kinds of change from a milestone to the next, as every surface counts and filters them: both
milestones answer, by a mode or by « sans objet ». What is said for the first time, or no more, is
told and counted apart."""
OF_WHO = ("lead", "beneficiaries")
"""Those of who does it and for whom: a cartography gives them a sign of their own."""
UNSAID = "non renseigné"
NO_MODE, NO_OPTION = "aucun", "sans objet"
"""What a known cell answers without complementary modes; without an option, where it takes none."""
INHERITED = ""
"""The mode of a chamber's cell without a value of its own."""

_KIND_OF = {
    "complementary": "complementary",
    "lead": "lead",
    "served": "beneficiaries",
    "integration": "option",
    "rationale": "text",
    **dict.fromkeys(SOURCE, "source"),
    "provenance": "provenance",
    "details": "details",
}
_UNORDERED = frozenset({FIELDS.index("served"), FIELDS.index("complementary")})
_PLACES = range(len(FIELDS))


def is_stated(value: Any) -> bool:
    """Whether a field says something of what is done: neither empty, unknown nor sans objet."""
    return bool(value) and value not in (UNKNOWN, NOT_APPLICABLE)


class FieldChange(NamedTuple):
    """A field that differs, as it is held: codes and letters. A tuple: one comparison of a
    national edition makes tens of thousands."""

    field: str
    kind: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        return label_of(self.field)

    @property
    def is_move(self) -> bool:
        """Whether both sides state something: what was unsaid and is now said did not move."""
        return is_stated(self.before) and is_stated(self.after)


_BLANK = PlacementDoc("", "")
_values: Callable[[PlacementDoc], tuple[Any, ...]] = attrgetter(*FIELDS)
_BLANK_VALUES = _values(_BLANK)
_INHERITED = (INHERITED, *_BLANK_VALUES[1:])


def describe(
    before: PlacementDoc | None, after: PlacementDoc | None, *, own: bool = False
) -> tuple[FieldChange, ...]:
    """Every field that differs. No placement reads as an unknown, empty one; where the cell is a
    chamber's `own`, as the network's value, which it then takes.

    The order of beneficiaries and of letters says nothing.
    """
    nothing = _INHERITED if own else _BLANK_VALUES
    return _described(
        _values(before) if before is not None else nothing,
        _values(after) if after is not None else nothing,
    )


def describe_states(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, own: bool = False
) -> tuple[FieldChange, ...]:
    """The same of two states as the journal and the grid keep them: empty fields left out."""
    return _described(_held(before, own), _held(after, own))


def in_parts(fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The same, what a mode is made of part by part: what two persons have each set is settled so,
    and neither loses what the other did not touch."""
    found: list[FieldChange] = []
    for it in fields:
        if it.field != "details":
            found.append(it)
            continue
        one, other = Details.of(it.before), Details.of(it.after)
        found += (
            FieldChange(PART + name, it.kind, getattr(one, name), getattr(other, name))
            for name in differing(one, other)
        )
    return tuple(found)


def label_of(field: str) -> str:
    """What a field is called, or a part of what a mode is made of."""
    if field.startswith(PART):
        return MEMBERS[field.removeprefix(PART)].label
    return FIELD_LABELS[field]


def kept(fields: Mapping[str, Sequence[Any]]) -> tuple[FieldChange, ...]:
    """Changes kept by field as what it was and what it is, codes and letters."""
    return tuple(
        FieldChange(name, _KIND_OF.get(name) or _kind_of_modes(before, after), before, after)
        for name, (before, after) in fields.items()
    )


def _held(state: Mapping[str, Any] | None, own: bool) -> tuple[Any, ...]:
    if state is None:
        return _INHERITED if own else _BLANK_VALUES
    values = (state.get(name) or blank for name, blank in zip(FIELDS, _BLANK_VALUES, strict=True))
    return tuple(_held_as[type(value)](value) for value in values)


_held_as: defaultdict[type, Callable[[Any], Any]] = defaultdict(
    lambda: lambda value: value, {list: tuple, dict: Details.of}
)


def _differing(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[int, ...]:
    """The places, in FIELDS, of those that differ."""
    if one == other:
        return ()
    places = tuple(compress(_PLACES, map(ne, one, other)))
    if _UNORDERED.isdisjoint(places):
        return places
    return tuple(
        place for place in places if place not in _UNORDERED or set(one[place]) != set(other[place])
    )


def _described(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[FieldChange, ...]:
    found = []
    for place in _differing(one, other):
        name, before, after = FIELDS[place], one[place], other[place]
        kind = _KIND_OF.get(name) or _kind_of_modes(before, after)
        found.append(FieldChange(name, kind, before, after))
    return tuple(found)


def _kind_of_modes(before: str, after: str) -> str:
    if INHERITED in (before, after):
        return "own"
    if before == UNKNOWN:
        return "documented"
    if after == UNKNOWN:
        return "undocumented"
    return "not_applicable" if NOT_APPLICABLE in (before, after) else "mode"


@dataclass(slots=True)
class CellChange:
    """One cell that differs. `before` or `after` is None where there is no placement.

    `places`: of the fields it counts by, in FIELDS; they are made only when asked for, since a
    national comparison holds tens of thousands. `frame`: "added" or "removed" where its process,
    milestone or entity is. `is_of_time`: from a milestone to the next; its states then have no
    provenance of their own, and `held_as` are theirs.
    """

    key: Key
    before: PlacementDoc | None
    after: PlacementDoc | None
    places: tuple[int, ...]
    frame: str = ""
    is_of_time: bool = False
    held_as: tuple[str, str] = ("", "")

    @property
    def known(self) -> tuple[str, str]:
        """The provenances of the two states."""
        if self.is_of_time:
            return self.held_as
        one, other = self.before, self.after
        return one.provenance if one else "", other.provenance if other else ""

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        if self.is_of_time:
            return between(self.before, self.after)
        return describe(self.before, self.after, own=bool(self.key[2]))

    @property
    def told(self) -> tuple[tuple[int, ...], str]:
        """What its kinds depend on: the same for most cells of a comparison."""
        if self.places[0]:
            return self.places, ""
        nothing = INHERITED if self.key[2] else UNKNOWN
        before = self.before.mode if self.before else nothing
        return self.places, _kind_of_modes(before, self.after.mode if self.after else nothing)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its fields, each once, in the order of `KINDS`."""
        return kinds_between(self.fields) if self.is_of_time else kinds_told(*self.told)


def kinds_of(fields: Iterable[FieldChange]) -> tuple[str, ...]:
    """Their kinds, each once, in the order of `KINDS`."""
    return _in_order(frozenset(change.kind for change in fields))


@lru_cache(maxsize=1024)
def _in_order(kinds: frozenset[str]) -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if kind in kinds)


@lru_cache(maxsize=4096)
def kinds_told(places: tuple[int, ...], of_modes: str) -> tuple[str, ...]:
    """What `CellChange.told` comes to."""
    return _in_order(frozenset(_KIND_OF.get(FIELDS[place]) or of_modes for place in places))


def describe_all(
    pairs: Iterable[tuple[Key, PlacementDoc | None, PlacementDoc | None]],
) -> list[CellChange]:
    """Of many cells, those that differ, in the order given. Linear."""
    found = []
    for key, before, after in pairs:
        nothing = _INHERITED if key[2] else _BLANK_VALUES
        one = _values(before) if before is not None else nothing
        other = _values(after) if after is not None else nothing
        if places := _differing(one, other):
            found.append(CellChange(key, before, after, places))
    return found


def between(before: PlacementDoc | None, after: PlacementDoc | None) -> tuple[FieldChange, ...]:
    """What of substance differs from a milestone to the next, field by field: what to tell. Its
    kinds, what to count, are `kinds_between`."""
    found = [c for c in describe(before, after) if c.field in SUBSTANCE]
    if after is None:
        return _over_time(found, UNKNOWN, "")
    return _over_time(found, after.mode + after.complementary, after.provenance)


def _over_time(
    fields: Iterable[FieldChange], modes: str, provenance: str
) -> tuple[FieldChange, ...]:
    """What differs, silence told apart: of what the later milestone only does not repeat. `modes`:
    all those of the later milestone."""
    is_carried = provenance == Provenance.CARRIED
    return tuple(
        FieldChange(c.field, SAID_NO_MORE, unsaid, UNKNOWN if c.field == "mode" else type(unsaid)())
        if (unsaid := _not_repeated(c, modes, is_carried))
        else c
        for c in fields
        if not _now_leads(c, modes)
    )


def _now_leads(change: FieldChange, modes: str) -> bool:
    """Whether complementary modes are gone for the one of them that is now the dominant mode: its
    own line says so, and nothing is given up."""
    is_emptied = change.field == "complementary" and not change.after
    return is_emptied and set(change.before) <= set(modes)


def _not_repeated(change: FieldChange, modes: str, is_carried: bool) -> Any:
    """What a later milestone only says nothing of, as the field holds it; nothing where it answers.

    An empty field says nothing, however the cell is known: no source is held to say that nobody
    leads, nor that a complementary mode has ended. It answers where nothing can stand there: no
    object, or no option since integration is no longer among the modes; a complementary mode that
    is now the dominant one is repeated. A list that names others is an answer, but where the cell
    is carried forward: it states nothing of its own.
    """
    if change.field == "mode":
        return change.before if change.after == UNKNOWN else ""
    if NOT_APPLICABLE in modes or not change.before:
        return ""
    if change.field == "integration":
        followed = change.after or not ("I" in modes or UNKNOWN in modes)
        return "" if followed else change.before
    if change.field == "lead":
        return "" if change.after else change.before
    if change.after and not (is_carried and set(change.after) < set(change.before)):
        return ""
    kept = {*change.after, *modes} if change.field == "complementary" else {*change.after}
    left = [one for one in change.before if one not in kept]
    return "".join(left) if change.field == "complementary" else tuple(left)


def kinds_between(fields: Sequence[FieldChange]) -> tuple[str, ...]:
    """The kinds of what differs from a milestone to the next: that of the whole cell alone where
    it says no mode on one side, else those of its fields, a field that was unsaid included."""
    if fields and fields[0].field == "mode" and fields[0].kind in OF_WHOLE:
        return (fields[0].kind,)
    return kinds_of(fields)


def is_move(kinds: Collection[str]) -> bool:
    """Whether kinds are of a cell of which both milestones answer."""
    return not frozenset(MOVES).isdisjoint(kinds)


def moved(before: PlacementDoc | None, after: PlacementDoc | None) -> tuple[FieldChange, ...]:
    """`between`, of a cell of which both milestones answer: what a cartography marks."""
    return fields if is_move(kinds_between(fields := between(before, after))) else ()


def kinds_moved(
    before: Sequence[Any], after: Sequence[Any], provenance: str = ""
) -> tuple[str, ...]:
    """The kinds of `moved`, of two rows of values in the order of SUBSTANCE: what a cartography
    reads. `provenance`: how the later one is known."""
    if before == after:
        return ()
    rest = _BLANK_VALUES[len(SUBSTANCE) :]
    told = _described((*before, *rest), (*after, *rest))
    fields = _over_time(told, after[0] + after[1], provenance)
    return tuple(kind for kind in kinds_between(fields) if kind in MOVES)
