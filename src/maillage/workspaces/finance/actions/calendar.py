"""Say when an assembly sits, that a deadline was met, or that it was not after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from maillage.kernel.actions import Outcome, action
from maillage.kernel.verdicts import (
    refuse,
    refuse_fault,
)
from maillage.network.models import Entity
from maillage.people.actors import Actor
from maillage.workspaces.finance.engine.calendar_file import shipped_calendar
from maillage.workspaces.finance.models import AssemblyDate, CalendarEntry
from maillage.workspaces.finance.rules import budgets as rules


@action(
    "finance.assembly.planned",
    "Dates de séance de l’assemblée enregistrées",
    guard=rules.can_keep_calendar,
)
def plan_assemblies(
    entity: Entity, *, actor: Actor, year: int, sittings: Mapping[str, dt.date | None]
) -> Outcome[int]:
    """Say when the assemblies that vote the budgets of a year sit, all or none; how many moved.

    `sittings`: a day by kind of budget; None takes the day back. Refuses (422) a kind, a year or
    a date too far from the year.
    """
    refuse_fault(rules.opening_fault("", year, timezone.localdate()))
    for kind, on in sittings.items():
        refuse_fault(_sitting_fault(kind, on, year))
    held = {row.kind: row for row in AssemblyDate.objects.filter(entity=entity, year=year)}
    moved: dict[str, list[str | None]] = {}
    for kind, on in sittings.items():
        before = held[kind].on if kind in held else None
        if before != on:
            _sit(held.get(kind) or AssemblyDate(entity=entity, year=year, kind=kind), on)
            moved[kind] = [day.isoformat() if day else None for day in (before, on)]
    diff = {"entity": entity.code, "year": year, "sittings": moved}
    return Outcome(len(moved), diff, entity.network, unchanged=not moved)


def _sitting_fault(kind: str, on: dt.date | None, year: int) -> str:
    if kind not in AssemblyDate.Kinds.values:
        return "Nature de budget inconnue."
    if on is not None and not year - 2 <= on.year <= year + 2:
        return f"Séance du {on:%d/%m/%Y}\u00a0: trop loin de l’exercice {year}."
    return ""


def _sit(row: AssemblyDate, on: dt.date | None) -> None:
    if on is None:
        row.delete()
        return
    row.on = on
    row.save()


@action("finance.deadline.met", "Échéance notée comme faite", guard=rules.can_keep_calendar)
def meet_deadline(
    entity: Entity, *, actor: Actor, year: int, key: str, on: dt.date | None, note: str = ""
) -> Outcome[CalendarEntry]:
    """Say that a deadline nothing else closes was met, and when.

    Refuses (422) a deadline that a vote, a sending or an answer closes, a date missing or to come.
    """
    manual = {d.code for d in shipped_calendar().deadlines if d.done_by == "manual"}
    fault = rules.year_fault(year)
    code, _, number = key.partition(":")
    if code not in manual or (
        number and not (number.isascii() and number.isdecimal() and len(number) < 4)
    ):
        fault = "Cette échéance se clôt par le budget lui-même (vote, envoi, approbation)."
    elif on is None:
        fault = "La date à laquelle c’est fait est à indiquer."
    elif on > timezone.localdate():
        fault = "Cette date est à venir\u00a0: ce n’est pas encore fait."
    elif len(note) > 200 or not note.isprintable():
        fault = "Précision\u00a0: une ligne de 200 caractères au plus."
    refuse_fault(fault)
    assert on is not None
    held = CalendarEntry.objects.filter(entity=entity, year=year, deadline=key).first()
    if held and held.done_on == on and held.note == note.strip():
        return Outcome(held, unchanged=True)
    held = held or CalendarEntry(entity=entity, year=year, deadline=key)
    held.done_on, held.note = on, note.strip()
    held.save()
    diff = {"entity": entity.code, "year": year, "deadline": key, "on": on.isoformat()}
    return Outcome(held, diff, held)


@action("finance.deadline.reopened", "Échéance rouverte", guard=rules.can_keep_calendar)
def reopen_deadline(entity: Entity, *, actor: Actor, year: int, key: str) -> Outcome[None]:
    """Take back that a deadline was met. Refuses (409) where nobody said it was."""
    held = CalendarEntry.objects.filter(entity=entity, year=year, deadline=key).first()
    if held is None:
        refuse("Cette échéance n’est pas notée comme faite.", 409)
    diff = {"entity": entity.code, "year": year, "deadline": key, "on": held.done_on.isoformat()}
    held.delete()
    return Outcome(None, diff, entity.network)
