"""The import of a register, for the one flow of imports: what is read, what would change.

Knows the register's files and changes; the pages, the waiting and the words are the flow's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from maillage.imports.flow import Change as Shift
from maillage.imports.flow import ImportFlow, Shown
from maillage.kernel.collecting import uncollected
from maillage.kernel.verdicts import Verdict
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.registers.actions import verbs_of
from maillage.registers.changes import Change, Proposal, planned, told
from maillage.registers.declaration import Register
from maillage.registers.files import read, restored
from maillage.registers.queries import Reading
from maillage.registers.saving import refused_of, said_faults
from maillage.registers.views.page import opened, page_context
from maillage.sheets.marks import Seen, is_left, is_lost


def import_of(register: Register) -> ImportFlow:
    """The flow of a register's files: XLSX, ODS, CSV, JSON."""
    name = f"{register.room}:{register.name}_import"
    return ImportFlow(
        name=register.noun[:40],
        addresses=(name, f"{name}_review", f"{name}_apply"),
        find=partial(_find, register),
        guard=_guard,
        version=Reading.version,
        read=lambda reading, data, name, _actor: read(reading, data, name),
        changes=_changes,
        columns=("Code", register.by_name[register.title].label),
        shown=_shown,
        seen=lambda row: _Kept.of(row).seen,
        theirs=_theirs,
        apply=_apply,
        home=lambda reading: register.address("", reading.network.code),
        page=_page,
        hint="registers/import_hint.html",
        title=f"Importer des {register.many}",
        thing=f"le registre des {register.many}",
        read_words="ligne lue,lignes lues",
        would="fiche changerait,fiches changeraient",
        done="fiche changée,fiches changées",
        new="nouvelle fiche",
    )


def _find(register: Register, request: Request, network: str) -> Reading:
    return opened(register, request, network)


def _guard(reading: Reading, /, *, actor: Actor) -> Verdict:
    verdict: Verdict = reading.register.may_add(reading.network, actor=actor)
    return verdict


@uncollected
def _changes(reading: Reading, rows: Sequence[Any], actor: Actor) -> list[Shift]:
    """The rows that are new or would differ; why not, where one may not write them."""
    kept = [_Kept.of(row) for row in rows]
    whole = restored(reading, rows)
    pairs = [(k, p) for k, p in zip(kept, whole, strict=True) if not (k.apart or is_left(k.seen))]
    changes = planned(reading, [_given(one, proposal) for one, proposal in pairs])
    moving = [
        (change, one)
        for change, (one, _) in zip(changes, pairs, strict=True)
        if change.record is None or change.changed
    ]
    refused = refused_of(reading, [change for change, _ in moving])
    shifts = [
        Shift(
            change,
            change.record,
            why,
            one.place,
            _clashes(change, one.seen),
            "\u00a0; ".join(said_faults(reading.register, change)),
            is_lost(one.seen),
        )
        for (change, one), why in zip(moving, refused, strict=True)
    ]
    apart = [one for one in kept if one.apart]
    unread = planned(reading, [Proposal(one.code, {}) for one in apart]) if apart else []
    told = zip(unread, apart, strict=True)
    return shifts + [Shift(change, change.record, one.apart, one.place) for change, one in told]


class _Kept(NamedTuple):
    """What was kept of a row beside its values."""

    code: str
    place: str
    seen: Seen | None
    apart: str

    @classmethod
    def of(cls, row: Sequence[Any]) -> _Kept:
        """A file that waited since before marks were read says nothing of them."""
        place, seen, apart = (*row[2:], "", None, "")[:3] if len(row) < 5 else row[2:5]
        if isinstance(seen, dict):
            seen = Seen.kept(seen)
        return cls(row[0], place, seen, apart)


def _given(one: _Kept, proposal: Proposal) -> Proposal:
    """What a row changes: of one its file says it saw, what was changed in the file."""
    if one.seen is None or one.seen.touched == (*proposal.values,):
        return proposal
    values = {n: value for n, value in proposal.values.items() if n in one.seen.touched}
    return Proposal(proposal.code, values)


def _clashes(change: Change, seen: Seen | None) -> tuple[str, ...]:
    if seen is None or change.record is None:
        return ()
    return seen.moved({name: change.before.get(name) for name in change.changed})


def _theirs(shift: Shift, names: Collection[str]) -> Change | None:
    """The change without these fields, None where no other is left."""
    change: Change = shift.row
    after = {**change.after, **{name: change.before.get(name) for name in names}}
    left = Change(change.code, change.record, after, change.faults, change.seen)
    return left if left.changed else None


def _shown(reading: Reading, shifts: Sequence[Shift]) -> Iterable[Shown]:
    for shift in shifts:
        change: Change = shift.row
        title = change.after.get(reading.register.title)
        names = (change.code or "(à donner)", str(title or ""))
        if shift.refused and change.record and not change.changed:
            yield Shown.unread(names, "telle qu’enregistrée", "fiche")
            continue
        lines = ((it.name, it.label, it.before, it.after) for it in told(reading, change))
        yield Shown.of(names, lines, shift)


def _apply(reading: Reading, changes: Sequence[Any], /, *, actor: Actor, seen: int) -> int:
    proposals = [Proposal(c.code, {n: c.after[n] for n in c.changed}) for c in changes]
    carry = verbs_of(reading.register).carry
    return int(carry(reading.network, proposals, actor=actor, source="fichier", seen=seen))


def _page(request: Request, reading: Reading, *crumbs: str) -> dict[str, Any]:
    return page_context(request, reading, *crumbs)
