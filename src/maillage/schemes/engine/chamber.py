"""What a chamber comes to an edition for: what it runs for itself, runs for others, receives,
decides with others, at two milestones, and what changes from the one to the other.

Knows whose value holds for whom, and that what one receives is what another runs for it. Refuses
to deduce a beneficiary or a lead that no cell states, and to know how a sheet is laid out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from maillage.schemes.engine import change
from maillage.schemes.engine.change import SAID_NO_MORE, between, is_stated, kinds_between
from maillage.schemes.engine.document import (
    NOT_APPLICABLE,
    UNKNOWN,
    EditionDocument,
    EntityDoc,
    EntityKind,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    by_date,
)
from maillage.schemes.engine.milestone_changes import MilestoneChange, between_two
from maillage.schemes.engine.resolution import CHAMBERS, resolve

ROLES: dict[str, str] = {
    "self": "Assure pour elle-même",
    "others": "Assure pour d’autres",
    "receives": "Reçoit d’une autre entité",
    "with": "Décide avec d’autres",
    "entrusted": "Intégré, sans dire qui assure",
    "not_applicable": "Sans objet",
    "unknown": "Non renseigné",
}
"""What a macro-process is for a chamber: it may be several of the first four at once."""
SILENT = ("not_applicable", "unknown")
ELSEWHERE = "elsewhere"
KINDS: dict[str, str] = change.KINDS | {ELSEWHERE: "Pour ou avec d’autres"}
"""Kinds of what changes for a chamber: those of its own cells, and that of what others run for it,
or it for them, while none of its own fields moves."""
ITS_OWN = "ACH"
"""Modes under which each keeps doing it, alone, with others or under their common frame."""
SHARED = frozenset("CHM")
"""Modes that ask several to agree."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a macro-process is for one entity at one milestone. Codes.

    `cell`: the value that holds, None where there is none. `served`: whom it runs it for, and
    `unsaid` where it runs it for others that no cell names; `provider`: who runs it for it;
    `partners`: with whom it decides. `terms`: the cells under which it runs it for others, each
    with those it serves so. `is_said`: whether any cell says something of the macro-process, of
    this entity or not.
    """

    process: str
    cell: PlacementDoc | None
    roles: tuple[str, ...]
    served: tuple[str, ...] = ()
    unsaid: bool = False
    provider: str = ""
    partners: tuple[str, ...] = ()
    terms: tuple[tuple[PlacementDoc, tuple[str, ...]], ...] = ()
    is_said: bool = False

    @property
    def mode(self) -> str:
        return self.cell.mode if self.cell else UNKNOWN

    @property
    def is_otherwise(self) -> bool:
        """Whether it runs it for others under other terms than those of the value that holds for
        it: theirs are what they receive it under."""
        own = _terms_of(self.cell) if self.cell else None
        return any(_terms_of(cell) != own for cell, _ in self.terms)

    @property
    def standing(self) -> tuple[object, ...]:
        """What makes it another part than it was."""
        letters = self.cell.complementary if self.cell else ""
        ways = tuple((_way(cell), served) for cell, served in self.terms)
        return (self.mode, letters, self.roles, self.served, self.provider, self.partners, ways)


@dataclass(frozen=True)
class Situation:
    """An edition at one milestone, as each entity stands in it: made once for all of them."""

    document: EditionDocument
    milestone: str
    chambers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        found = frozenset(e.code for e in self.document.entities if e.kind in CHAMBERS)
        object.__setattr__(self, "chambers", found)

    @cached_property
    def _cells(self) -> Mapping[tuple[str, str], PlacementDoc]:
        held = (p for p in self.document.placements if p.milestone == self.milestone)
        return {(p.process, p.entity): p for p in held}

    @cached_property
    def _runs(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """By macro-process and lead, whom it is run for, in the order of the edition."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for process in self.document.processes:
            for entity in self.document.entities:
                if lead := self.provider(process.code, entity.code):
                    found[process.code, lead] = (*found.get((process.code, lead), ()), entity.code)
        return found

    def cell(self, process: str, entity: str) -> PlacementDoc | None:
        """What holds: its own value, else the network's, of a chamber or of whom it serves."""
        own, common = self._cells.get((process, entity)), self._cells.get((process, ""))
        reached = entity in self.chambers or (common is not None and entity in common.served)
        return resolve(common if reached else None, own)

    def provider(self, process: str, entity: str) -> str:
        """Who runs it for this entity, "" where nobody else does."""
        cell = self.cell(process, entity)
        if cell is None or not is_stated(cell.mode) or cell.lead in ("", entity):
            return ""
        if cell.served:
            return cell.lead if entity in cell.served else ""
        entrusted = cell.entity == entity or cell.mode == "I"
        return cell.lead if entrusted else ""

    def part(self, process: str, entity: str) -> Part:
        cell = self.cell(process, entity)
        served, unsaid = self._runs.get((process, entity), ()), self._unsaid(process, entity)
        provider = self.provider(process, entity)
        found = {"others"} if served or unsaid else set()
        partners: tuple[str, ...] = ()
        terms = self._terms(process, served, unsaid=unsaid)
        if cell is None and terms and entity not in self.chambers:
            pass  # what it does is all said by those it does it for
        elif cell is None or cell.mode == UNKNOWN:
            found.add("unknown")
        elif cell.mode == NOT_APPLICABLE:
            found.add("not_applicable")
        else:
            found |= {"receives"} if provider else set()
            found |= {"self"} if not provider and _for_itself(cell, entity) else set()
            if entity in self.chambers and _shared(cell):
                found.add("with")
                partners = self._partners(cell, entity)
            found = found or {"entrusted"}
        roles = tuple(role for role in ROLES if role in found)
        said = process in self._said
        return Part(process, cell, roles, served, unsaid, provider, partners, terms, said)

    def _terms(
        self, process: str, served: tuple[str, ...], *, unsaid: bool
    ) -> tuple[tuple[PlacementDoc, tuple[str, ...]], ...]:
        """The cells under which they are served, told alike ones together; the network's where it
        serves those that no cell names."""
        found: dict[object, tuple[PlacementDoc, tuple[str, ...]]] = {}
        common = self._cells.get((process, "")) if unsaid else None
        if common is not None:
            found[_terms_of(common)] = common, ()
        for one in served:
            if cell := self.cell(process, one):
                held, others = found.get(_terms_of(cell), (cell, ()))
                found[_terms_of(cell)] = held, (*others, one)
        return tuple(found.values())

    @cached_property
    def _said(self) -> frozenset[str]:
        """The macro-processes of which some cell says something."""
        return frozenset(key[0] for key, cell in self._cells.items() if cell.mode != UNKNOWN)

    def _unsaid(self, process: str, entity: str) -> bool:
        """Whether it runs the network's value for others, without a word on whom."""
        common = self._cells.get((process, ""))
        if common is None or common.lead != entity or not is_stated(common.mode):
            return False
        return not common.served and common.mode != "I"

    def _partners(self, cell: PlacementDoc, entity: str) -> tuple[str, ...]:
        """Those a cell names; where it names none, the chambers that share one of its modes."""
        named = {*cell.served, cell.lead}
        if not cell.served:
            named.update(*(self._sharing[cell.process, mode] for mode in _shared(cell)))
        named -= {entity, ""}
        return tuple(e.code for e in self.document.entities if e.code in named)

    @cached_property
    def _sharing(self) -> Mapping[tuple[str, str], set[str]]:
        """By macro-process and mode, the chambers that decide it with others so."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for process in self.document.processes:
            for chamber in self.chambers:
                if cell := self.cell(process.code, chamber):
                    for mode in _shared(cell):
                        found[process.code, mode].add(chamber)
        return found


def part_of(values: Sequence[PlacementDoc], chambers: Sequence[str], entity: str) -> Part:
    """What the one macro-process of these values is, at their one milestone, for an entity, where
    no more is known of the edition than the codes of its chambers."""
    named = {code for cell in values for code in (cell.entity, *cell.served)}
    others = sorted(named - {"", *chambers})
    kinds = dict.fromkeys(others, EntityKind.OPERATOR)
    kinds |= dict.fromkeys(chambers, EntityKind.TERRITORIAL)
    process, milestone = (values[0].process, values[0].milestone) if values else ("", "")
    document = EditionDocument(
        *("", "", False, "", "", 0, 0, 0, ""),
        entities=tuple(EntityDoc(code, code, code, kind) for code, kind in kinds.items()),
        functions=(),
        processes=(ProcessDoc(process, "", process),),
        milestones=(),
        placements=tuple(values),
    )
    return Situation(document, milestone).part(process, entity)


def _way(cell: PlacementDoc) -> tuple[str, frozenset[str], str]:
    """How a cell has it done, whatever it says of who does it."""
    return cell.mode, frozenset(cell.complementary), cell.integration


def _terms_of(cell: PlacementDoc) -> tuple[object, ...]:
    """What makes it told apart from another: how it has it done, and how that is known."""
    return _way(cell), cell.provenance


def _shared(cell: PlacementDoc) -> frozenset[str]:
    return SHARED & {cell.mode, *cell.complementary}


def _for_itself(cell: PlacementDoc, entity: str) -> bool:
    if cell.lead == entity:
        return not cell.served or entity in cell.served
    return cell.mode in ITS_OWN


Shift = tuple[Part, Part]
"""A part at the one milestone and at the other."""


@dataclass(frozen=True, slots=True)
class ChamberSheet:
    """One chamber in an edition, at two milestones. The parts are in the edition's order, those
    that have nothing to do with an entity that is no chamber left out.

    `shifts`: parts that are no longer what they were while no field of its own cell says so: what
    others run for it, or it for them, moved elsewhere (`ELSEWHERE`), is said for the first time
    ("documented") or no more (`SAID_NO_MORE`).
    """

    document: EditionDocument
    entity: EntityDoc
    before: MilestoneDoc
    after: MilestoneDoc
    former: Mapping[str, Part]
    parts: tuple[Part, ...]
    changes: tuple[MilestoneChange, ...]
    shifts: Mapping[str, Sequence[Shift]]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Macro-processes by role, at the one milestone and at the other; actions are of one, and
        never count among them."""
        counted = [part for part in self.parts if part.process not in self._actions]
        one = Counter(role for part in counted for role in self.roles(self.former[part.process]))
        other = Counter(role for part in counted for role in self.roles(part))
        return {role: (one[role], other[role]) for role in ROLES if one[role] or other[role]}

    @property
    def _actions(self) -> set[str]:
        return {process.code for process in self.document.processes if process.is_action}

    def by_kind(self) -> dict[str, set[str]]:
        """By kind (a key of `KINDS`), the codes of the macro-processes that change so, actions left
        out: what every sentence, heading and tally of a sheet counts."""
        found: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for it in self.changes:
            for kind in it.kinds:
                found[kind].add(it.process)
        for kind, pairs in self.shifts.items():
            found[kind] |= {part.process for _, part in pairs}
        return {kind: left for kind, codes in found.items() if (left := codes - self._actions)}

    @property
    def is_outside(self) -> bool:
        """Whether the entity is none of the chambers the network's values hold for."""
        return self.entity.kind not in CHAMBERS

    def roles(self, part: Part) -> tuple[str, ...]:
        """Its roles: of an entity that no value is expected of, never that it is unknown."""
        left_out = self.is_outside and part.cell is None
        return tuple(role for role in part.roles if not left_out or role != "unknown")

    def of(self, role: str) -> tuple[Part, ...]:
        """Those of a role at the later milestone."""
        return tuple(part for part in self.parts if role in self.roles(part))

    def ever(self, role: str) -> tuple[Shift, ...]:
        """Those of a role at either milestone, as they stand at the one and at the other."""
        pairs = ((self.former[part.process], part) for part in self.parts)
        return tuple((one, two) for one, two in pairs if role in one.roles + two.roles)


def _shifts(
    changes: Sequence[MilestoneChange],
    pairs: Sequence[Shift],
    here: Situation,
    there: Situation,
    entity: str,
) -> dict[str, list[Shift]]:
    """Of parts at two milestones, those that shift, by kind."""
    told = {change.process for change in changes}
    found: dict[str, list[Shift]] = defaultdict(list)
    for one, other in pairs:
        if other.process not in told and one.standing != other.standing:
            lost, won = _no_more(one, other, entity), _no_more(other, one, entity)
            touched = lost | won | (_moving(one, other, here, there) if one.terms else set())
            kind = SAID_NO_MORE if not won else "documented"
            alone = (
                touched
                and not (lost and won)
                and all(_kinds(one.process, of, here, there) == (kind,) for of in touched)
            )
            found[kind if alone else ELSEWHERE].append((one, other))
    return found


def _no_more(one: Part, other: Part, entity: str) -> set[str]:
    """Those whose own cells say why a part is no more what it was."""
    found = ({*one.served} - {*other.served}) | ({*one.partners} - {*other.partners})
    return found | ({entity} if one.provider not in ("", other.provider) else set())


def _moving(one: Part, other: Part, here: Situation, there: Situation) -> set[str]:
    """Of those an entity serves by their cells alone, those whose cells differ."""
    both = {*one.served} & {*other.served} | ({""} if one.unsaid or other.unsaid else set())
    return {of for of in both if _kinds(one.process, of, here, there)}


def _kinds(process: str, entity: str, here: Situation, there: Situation) -> tuple[str, ...]:
    return kinds_between(between(here.cell(process, entity), there.cell(process, entity)))


def sheet_of(
    document: EditionDocument,
    entity: str,
    before: str = "",
    after: str = "",
    situations: dict[str, Situation] | None = None,
) -> ChamberSheet | None:
    """The sheet of an entity (a code) between two milestones; None where the edition has no such
    entity, or no milestone. `situations`: those already made, by milestone."""
    subject = next((e for e in document.entities if e.code == entity), None)
    if subject is None or not document.milestones:
        return None
    one, other = chosen_milestones(document.milestones, before, after)
    made = {} if situations is None else situations
    for milestone in (one, other):
        made.setdefault(milestone.code, Situation(document, milestone.code))
    codes = [process.code for process in document.processes]
    former = {code: made[one.code].part(code, entity) for code in codes}
    parts = [made[other.code].part(code, entity) for code in codes]
    if subject.kind not in CHAMBERS:
        nothing = ("unknown",)
        kept = [p for p in parts if (p.roles, former[p.process].roles) != (nothing, nothing)]
        former, parts = {p.process: former[p.process] for p in kept}, kept
    changes = between_two(document, entity, one.code, other.code)
    pairs = [(former[part.process], part) for part in parts]
    shifts = _shifts(changes, pairs, made[one.code], made[other.code], entity)
    return ChamberSheet(document, subject, one, other, former, tuple(parts), changes, shifts)


def chosen_milestones(
    milestones: Sequence[MilestoneDoc], before: str = "", after: str = ""
) -> tuple[MilestoneDoc, MilestoneDoc]:
    """The two asked for; else the last that is no projection, and the last of all. In time order,
    whatever the order they are asked in."""
    dated = by_date(milestones)
    known = {m.code: m for m in dated}
    past = [m for m in dated if m.nature != MilestoneNature.PROJECTION] or dated
    one, other = known.get(before, past[-1]), known.get(after, dated[-1])
    return (one, other) if dated.index(one) <= dated.index(other) else (other, one)
