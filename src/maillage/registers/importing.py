"""The import of a register, for the one flow of imports: what is read, what would change.

Knows the register's files and changes; the pages, the waiting and the words are the flow's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from maillage.imports.flow import Change as Shift
from maillage.imports.flow import ImportFlow, Shown
from maillage.kernel.verdicts import Verdict
from maillage.people.actors import Actor
from maillage.people.requests import Request
from maillage.registers.actions import verbs_of
from maillage.registers.changes import Change, Proposal, planned, told, uncollected
from maillage.registers.declaration import Register
from maillage.registers.files import read, restored
from maillage.registers.queries import Reading
from maillage.registers.saving import refused_of, said_faults
from maillage.registers.views.page import opened, page_context


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
    changes = planned(reading, restored(reading, rows))
    places = [place[0] if place else "" for _, _, *place in rows]
    told = zip(changes, places, strict=True)
    moving = [(c, place) for c, place in told if c.record is None or c.changed]
    refused = refused_of(reading, [change for change, _ in moving])
    return [
        Shift(
            change,
            change.record,
            "\u00a0; ".join(said_faults(reading.register, change)) or why,
            place,
        )
        for (change, place), why in zip(moving, refused, strict=True)
    ]


def _shown(reading: Reading, shifts: Sequence[Shift]) -> Iterable[Shown]:
    for shift in shifts:
        change: Change = shift.row
        title = change.after.get(reading.register.title)
        fields = tuple((line.label, line.before, line.after) for line in told(reading, change))
        yield Shown((change.code or "(à donner)", str(title or "")), fields)


def _apply(reading: Reading, changes: Sequence[Any], /, *, actor: Actor, seen: int) -> int:
    proposals = [Proposal(c.code, {n: c.after[n] for n in c.changed}) for c in changes]
    carry = verbs_of(reading.register).carry
    return int(carry(reading.network, proposals, actor=actor, source="fichier", seen=seen))


def _page(request: Request, reading: Reading, *crumbs: str) -> dict[str, Any]:
    return page_context(request, reading, *crumbs)
