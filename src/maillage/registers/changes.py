"""What would change in a register: rows proposed, compared with those there, faults named.

One way for the form, the grid, the change of many rows, the files and the API. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from maillage.kernel.money import NBSP
from maillage.kernel.unprintable import ON_A_LINE
from maillage.kernel.words import folded
from maillage.network.rules import CODE
from maillage.registers.declaration import Fault, Field, Register, faults_of
from maillage.registers.kinds import NOBODY, UnfitError, Value, needed
from maillage.registers.queries import FEW, Reading, Record

UNKEPT = "donnée personnelle, valeur non gardée"
PERSONAL = "personnel"
"""What stands in the journal for the values of a personal field."""
UNREAD = "ce champ n’est pas de ceux que vous lisez"
BY_VERB = "ce champ ne se saisit pas, un acte de la fiche l’écrit"


class Proposal(NamedTuple):
    """Values to give to the row of a code ("" for a new one), by field; the others stay.

    `seen`: the last event one has read of it; None does not look.
    """

    code: str
    values: Mapping[str, Value]
    seen: int | None = None


@dataclass(slots=True)
class Change:
    """A row before (None: it is new) and after, and what does not hold of it."""

    code: str
    record: Record | None
    after: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    seen: int | None = None
    changed: list[str] = field(init=False)
    """The names of the fields that would differ."""

    def __post_init__(self) -> None:
        same = self.before.get
        self.changed = [name for name, value in self.after.items() if same(name) != value]

    @property
    def before(self) -> Mapping[str, Any]:
        return self.record.values if self.record else {}

    @property
    def hidden(self) -> frozenset[str]:
        return self.record.hidden if self.record else frozenset()


def taken(
    fields: Iterable[Field], cells: Mapping[str, Any], reading: Reading, *, as_json: bool = False
) -> tuple[dict[str, Value], list[Fault]]:
    """The values of what was typed, sent or read for some fields, and what is amiss."""
    values: dict[str, Value] = {}
    faults = []
    for asked in fields:
        if asked.name not in cells:
            continue
        kind, cell = asked.kind, cells[asked.name]
        known = reading.directory(asked.name).known
        try:
            values[asked.name] = kind.unplain(cell, known) if as_json else kind.take(cell, known)
        except UnfitError as error:
            faults.append(Fault(asked.name, needed(error)))
    return values, faults


def planned(reading: Reading, proposals: Sequence[Proposal]) -> list[Change]:
    """What proposals would change, in their order; in one reading of the rows they name."""
    codes = {proposal.code for proposal in proposals if proposal.code}
    rows = reading.rows()
    found = reading.whole(rows.filter(code__in=codes) if len(codes) <= FEW else rows)
    by_code = {record.code: record for record in found}
    by_verb = frozenset(f.name for f in reading.register.fields if f.by_verb)
    readable = frozenset(f.name for f in reading.fields)
    empty = dict.fromkeys(reading.register.by_name)
    changes = []
    for proposal in proposals:
        record = by_code.get(proposal.code)
        before = record.values if record else empty
        change = Change(proposal.code, record, {**before, **proposal.values}, seen=proposal.seen)
        if hidden := change.hidden:
            unread = hidden.intersection(proposal.values)
            change.faults += [Fault(name, UNREAD) for name in sorted(unread)]
        if by_verb and not by_verb.isdisjoint(change.changed):
            kept = [n for n in change.changed if n in by_verb and n not in hidden]
            change.faults += [Fault(name, BY_VERB) for name in kept]
        change.faults += _faults(reading, change, readable)
        changes.append(change)
    return changes


def _faults(reading: Reading, change: Change, readable: frozenset[str]) -> list[Fault]:
    """The rules' faults, of rows that are new or would change; what one does not read unsaid."""
    if change.record and not change.changed:
        return []
    faults = [] if change.record else code_faults(reading.register, change.code)
    readable -= change.hidden
    for fault in faults_of(reading.register, change.after):
        if not fault.field or fault.field in readable:
            faults.append(fault)
        elif not change.record and fault.field not in readable:
            faults.append(Fault("", "un champ obligatoire n’est pas de ceux que vous lisez"))
    return faults


def code_faults(register: Register, code: str) -> list[Fault]:
    """What is wrong with the code of a new row."""
    if not code:
        return [] if register.numbering else [Fault("code", "une valeur est obligatoire")]
    if len(code) <= 60 and CODE.fullmatch(code.lower()) and not ON_A_LINE.search(code):
        return []
    return [Fault("code", "il faut 60 lettres sans accent, chiffres et tirets au plus")]


def diff_of(register: Register, change: Change) -> dict[str, Any]:
    """The change as the journal keeps it; of personal fields, only that they changed."""
    diff: dict[str, Any] = {"code": change.code}
    for name in change.changed:
        asked = register.by_name[name]
        both = [asked.kind.plain(change.before.get(name)), asked.kind.plain(change.after[name])]
        diff[name] = PERSONAL if asked.personal else both
    return diff


@dataclass(frozen=True, slots=True)
class Told:
    """A field's change in words."""

    name: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        before = f"{self.before} → " if self.before else ""
        return f"{self.label}{NBSP}: {before}{self.after}"


def told(reading: Reading, change: Change) -> list[Told]:
    """What would change, in words, of the fields one reads."""
    return [
        Told(
            f.name,
            f.label,
            said(f, change.before.get(f.name), reading.labels_of(f.name)),
            said(f, change.after[f.name], reading.labels_of(f.name)),
        )
        for f in reading.fields
        if f.name in change.changed and f.name not in change.hidden
    ]


def said(asked: Field, value: Value, labels: Mapping[str, str]) -> str:
    """A value in words, "non renseigné" for none."""
    return asked.kind.shown(value, labels) or "non renseigné"


def told_event(
    reading: Reading, diff: Mapping[str, Any], hidden: frozenset[str], new: bool = False
) -> list[Told]:
    """An event's change, in words, of the fields one reads in this row; "" before for a new one."""
    lines = []
    for asked in reading.fields:
        both = diff.get(asked.name)
        if both is None or asked.name in hidden:
            continue
        if both == PERSONAL or not isinstance(both, list) or len(both) != 2:
            lines.append(Told(asked.name, asked.label, "", UNKEPT))
            continue
        before, after = (_again(reading, asked, value) for value in both)
        lines.append(Told(asked.name, asked.label, "" if new else before, after))
    return lines


def _again(reading: Reading, asked: Field, given: Any) -> str:
    """A value of the journal in words; itself where it no longer is one of the field's."""
    labels = reading.labels_of(asked.name)
    codes = given if isinstance(given, list) else [given]
    known = {folded(str(code)): str(code) for code in codes} if asked.refers else NOBODY
    try:
        return said(asked, asked.kind.unplain(given, known), labels)
    except UnfitError:
        return str(given)
