"""The journal in words: what each event says to a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.costing.models import Budget
from maillage.kernel.actions import title_of
from maillage.kernel.models import Event
from maillage.kernel.money import euros
from maillage.ledger.models import Book
from maillage.people.queries import names_of
from maillage.schemes.models import Edition


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a row of the journal's page."""

    sequence: int
    at: dt.datetime
    author: str
    what: str
    about: str
    detail: tuple[str, ...]
    hash: str


def describe(events: Iterable[Event]) -> list[Line]:
    """Events in words, in as many queries whatever their number."""
    rows = list(events)
    names = names_of({event.actor for event in rows})
    ids = {int(e.subject.split(":")[1]) for e in rows if e.subject.startswith("schemes.edition:")}
    abouts = (
        {e.subject: str(e) for e in Edition.objects.filter(pk__in=ids)}
        | _budgets(rows)
        | _books(rows)
    )
    return [
        Line(
            event.sequence,
            event.at,
            names.get(event.actor, "Personne inconnue"),
            title_of(event.verb),
            abouts.get(event.subject, ""),
            tuple(_detail(event)),
            event.hash,
        )
        for event in rows
    ]


def _budgets(events: Iterable[Event]) -> dict[str, str]:
    """The budgets some events are about, by subject; no query where there is none."""
    ids = {int(e.subject.split(":")[1]) for e in events if e.subject.startswith("finance.budget:")}
    if not ids:
        return {}
    found = Budget.objects.filter(pk__in=ids).select_related("entity")
    return {budget.subject: f"{budget}, {budget.entity.short_name}" for budget in found}


def _books(events: Iterable[Event]) -> dict[str, str]:
    """The books some events are about, by subject; no query where there is none."""
    ids = {int(e.subject.split(":")[1]) for e in events if e.subject.startswith("ledger.book:")}
    if not ids:
        return {}
    return {b.subject: str(b) for b in Book.objects.filter(pk__in=ids).select_related("entity")}


def _euros(months: list[int] | None) -> str:
    """A budget line's year, "∅" where there is no line."""
    return "∅" if months is None else euros(sum(months))


def _detail(event: Event) -> Iterable[str]:
    diff = event.diff
    for key, (before, after) in list(diff.get("cells", {}).items())[:12]:
        process, milestone, entity = key.split("|")
        place = f"{process}, {milestone}" + (f", {entity}" if entity else "")
        yield f"{place} : {(before or {}).get('mode', '∅')} → {(after or {}).get('mode', '∅')}"
    for key, (before, after) in list(diff.get("amounts", {}).items())[:12]:
        account, _, axis = key.partition("|")
        place = f"{account}, {axis}" if axis else account
        yield f"{place} : {_euros(before)} → {_euros(after)}"
    hidden = len(diff.get("amounts", {})) - 12
    if hidden > 0:
        yield f"et {hidden} autres lignes"
    hidden = len(diff.get("cells", {})) - 12
    if hidden > 0:
        yield f"et {hidden} autres cellules"
    if "cells_count" in diff:
        yield f"{diff['cells_count']} cellules"
    if "amounts_count" in diff:
        yield f"{diff['amounts_count']} lignes"
    if "seal" in diff:
        yield f"sceau {diff['seal'][:16]}…"
    if diff.get("act"):
        yield f"acte {diff['act']}, {diff['body']}"
