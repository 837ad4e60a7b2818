"""A change of a cell in words: fields by their labels, codes by what they are called.

Knows the names of an edition, or of a network. Refuses to say what a change is (`engine.change`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from maillage.kernel.money import NBSP
from maillage.schemes.engine.change import (
    FIELD_LABELS,
    INHERITED,
    NO_MODE,
    NO_OPTION,
    SAID_NO_MORE,
    SUBSTANCE,
    UNFOLLOWED,
    UNSAID,
    FieldChange,
    Key,
    is_stated,
    label_of,
)
from maillage.schemes.engine.document import (
    INTEGRATION_LABELS,
    MODE_LABELS,
    NOT_APPLICABLE,
    PROVENANCE_LABELS,
    UNKNOWN,
    UNSPECIFIED,
    EditionDocument,
    PlacementDoc,
    Provenance,
)
from maillage.schemes.engine.mode_details import MEMBERS, PART, Details
from maillage.schemes.engine.mode_details import word as member_word
from maillage.schemes.engine.shortened import both

NOT_STATED = (Provenance.INFERRED, Provenance.CARRIED)
"""What is said where a cell is told: that its source does not state it."""


def known_as(cell: PlacementDoc | None) -> str:
    """« déduit » or « reporté » of a cell that states a mode so, "" of any other."""
    return known_word(cell.provenance) if cell and is_stated(cell.mode) else ""


def known_word(provenance: str) -> str:
    return PROVENANCE_LABELS[provenance].lower() if provenance in NOT_STATED else ""


def known_over(before: str | None, after: str | None) -> str:
    """How both ends of a change are known, by provenance (None: the end states no mode); "" where
    the source states both."""
    ways = [how for how in (before, after) if how is not None]
    words = dict.fromkeys(PROVENANCE_LABELS.get(how, UNSPECIFIED).lower() for how in ways)
    return "" if set(NOT_STATED).isdisjoint(ways) else ", puis ".join(words)


class Told(NamedTuple):
    """A field that differs, in words."""

    field: str
    kind: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        sign = ", " if self.kind == SAID_NO_MORE else " → "
        return f"{self.label}{NBSP}: {sign.join(self.shortly)}"

    @property
    def shortly(self) -> tuple[str, str]:
        """Both sides on a line: of a list or of details all that differs, of prose where it
        begins to."""
        whole = self.field in ("served", "details")
        return both(self.before, self.after, whole=whole)


_MODE_WORDS = MODE_LABELS | {
    UNKNOWN: UNSAID,
    NOT_APPLICABLE: "sans objet",
    INHERITED: "valeur du réseau",
}


def cells_called(*documents: EditionDocument) -> Callable[[Key], str]:
    """What a cell of these editions is called: its macro-process, its milestone and, where it is
    its own, its entity; the last edition names each. A code that none knows stays as it is."""
    names = Names.of(*documents)
    processes = {p.code: p.title for d in documents for p in d.processes}
    labels = {m.code: m.label for d in documents for m in d.milestones}

    def called(key: Key) -> str:
        process, milestone, entity = key
        place = [processes.get(process, process), labels.get(milestone, milestone)]
        return ", ".join([*place, *([names.entity(entity)] if entity else [])])

    return called


class Names:
    """What codes are called: a name alone, with its code only where another bears the same name.
    `numbers`: codes by number in the database, for older events that kept the number of a lead."""

    def __init__(
        self, entities: Mapping[str, str], numbers: Mapping[int, str] | None = None
    ) -> None:
        self.entities = entities
        self.numbers = numbers or {}
        borne = Counter(entities.values())
        self._alike = frozenset(name for name, times in borne.items() if times > 1)

    @classmethod
    def of(cls, *documents: EditionDocument) -> Names:
        """Those of editions; the last names each."""
        return cls({e.code: e.short_name or e.name for d in documents for e in d.entities})

    def entity(self, code: str | int) -> str:
        """Its name, with its code where two chambers bear that name; the code of whom nothing
        names."""
        if isinstance(code, int):
            known = self.numbers.get(code)
            return self.entity(known) if known else f"entité retirée (n°{NBSP}{code})"
        name = self.entities.get(code) or code
        return f"{name} ({code})" if name in self._alike else name

    def word(self, field: str, value: Any) -> str:
        """A field of a cell, as a person reads it."""
        if field == "mode":
            return _MODE_WORDS.get(value, str(value))
        if not value:
            return UNSPECIFIED.lower() if field == "provenance" else UNSAID
        if field == "details":
            return str(Details.of(value))
        if field.startswith(PART):
            return member_word(field.removeprefix(PART), value)
        if field == "provenance":
            return PROVENANCE_LABELS.get(value, str(value)).lower()
        if field == "complementary":
            return ", ".join(MODE_LABELS.get(letter, letter) for letter in value)
        if field == "lead":
            return self.entity(value)
        if field == "served":
            return ", ".join(map(self.entity, value))
        return INTEGRATION_LABELS.get(value, value) if field == "integration" else str(value)

    def vocabulary(self) -> dict[str, Any]:
        """What a page needs to tell a change itself, as `word` and `tell` do."""
        return {
            "labels": FIELD_LABELS,
            "modes": _MODE_WORDS,
            "options": INTEGRATION_LABELS,
            "members": {
                name: {"label": m.label, "choices": dict(m.choices or {})}
                for name, m in MEMBERS.items()
            },
            "provenances": {"": UNSPECIFIED.lower()}
            | {key: label.lower() for key, label in PROVENANCE_LABELS.items()},
            "entities": {code: self.entity(code) for code in self.entities},
            "unsaid": UNSAID,
            "none": NO_MODE,
        }

    def tell(
        self, fields: Iterable[FieldChange], known: tuple[str, str] = ("", "")
    ) -> tuple[Told, ...]:
        """Changes of one cell in words; of what a later milestone leaves unsaid, that it does.
        `known`: the provenances of the two states, said beside what each says of who does what,
        where its source does not state it."""
        found = tuple(fields)
        one, other = (f", {word}" if (word := known_word(how)) else "" for how in known)
        modes = {c.field: c[2:] for c in found if c.field in ("mode", "complementary")}
        return tuple(
            Told(
                name,
                kind,
                label_of(name),
                self._side(name, before, one) or _absent(name, modes, 0),
                UNFOLLOWED
                if kind == SAID_NO_MORE
                else self._side(name, after, other) or _absent(name, modes, 1),
            )
            for name, kind, before, after in found
        )

    def _side(self, field: str, value: Any, known: str) -> str:
        if not value:
            return ""
        return self.word(field, value) + (known if field in SUBSTANCE and is_stated(value) else "")


def _absent(field: str, modes: Mapping[str, tuple[Any, Any]], side: int) -> str:
    """What a field that is empty on one side of a change says there: of a known cell, that it has
    no complementary mode and, where integration is not among its modes, no option to say; of a
    chamber's cell without a value of its own, the network's. Else nothing is known of it.

    `modes`: those that differ, before and after; a mode that does not differ is known.
    """
    mode = modes.get("mode", ("", ""))[side] if "mode" in modes else None
    if mode == INHERITED:
        return _MODE_WORDS[INHERITED]
    if field == "provenance":
        return UNSPECIFIED.lower()
    if field == "complementary":
        return UNSAID if mode == UNKNOWN else NO_MODE
    if field == "integration" and mode != UNKNOWN:
        here, there = (
            "".join(str(both[each]) for both in modes.values()) for each in (side, 1 - side)
        )
        return NO_OPTION if "I" in there and "I" not in here else UNSAID
    return UNSAID
