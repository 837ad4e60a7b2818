"""Cells that are typed, all on one page, where two who type at once lose nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.kernel.models import Event
from maillage.kernel.money import parse_number, typed_number
from maillage.kernel.plain_json import plain
from maillage.kernel.verdicts import Refusal
from maillage.people.actors import Actor
from maillage.people.queries import names_told
from maillage.people.requests import Request
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.restitutions import (
    MOVED,
    CellsMovedError,
    said_number,
    type_cells,
)
from maillage.workspaces.returns.engine.definition import TYPED, UNITS, Line
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.filling import Place
from maillage.workspaces.returns.queries.reading import Read
from maillage.workspaces.returns.views.page import restitution_asked, restitution_outline, url

THEIRS, OURS = "garder", "remplacer"
UNNAMED = "une autre personne"


@dataclass
class Sent:
    """What a page of typing sent: numbers by place, what was read in them, what is wrong, the
    cells nothing was chosen about, and those where what another put is kept."""

    values: dict[Place, Decimal | None] = field(default_factory=dict)
    seen: dict[Place, Decimal] | None = None
    faults: dict[Place, str] = field(default_factory=dict)
    undecided: list[Place] = field(default_factory=list)
    dropped: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Input:
    """A cell as a field; `name` is "" for one that adds up others. `clash`: what another put."""

    name: str
    text: str
    label: str
    fault: bool = False
    clash: Mapping[str, Any] | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: Request, network: str, code: str, number: int) -> HttpResponse:
    """The typed cells of the columns this person may type, all on one page."""
    read = restitution_asked(request, network, code, number)
    held, rows = read.restitution, [r for r in read.filled.definition.rows if r.kind == TYPED]
    columns = [
        column
        for column in read.typing
        if any(read.filled.is_typed(line, column) for line in rows) or not rows
    ]
    verdict = rules.can_type(held, actor=request.actor, columns=columns, chambers=read.chambers)
    if not columns:
        verdict = rules.NOT_TYPED
    sent, faults, clash, status = Sent(), list[str](), list[Place](), 200
    if request.method == "POST":
        sent = _sent(request.POST, read, rows, columns)
        faults, clash, status = _refused(request, read, columns, sent)
        if status == 200:
            return redirect(url("restitution", held.definition, number))
        read = restitution_asked(request, network, code, number)
        if status == 409:
            clash = [*dict.fromkeys([*clash, *_moved(read, sent)])]
    seen, clashes = sent.seen if status == 422 else None, _clashes(read, clash, request.actor)
    context = restitution_outline(request, held, "Saisir") | {
        "columns": columns,
        "rows": [
            (
                line,
                UNITS[line.unit],
                [_input(request, read, line, c, sent, clashes) for c in columns],
            )
            for line in rows
        ],
        "verdict": verdict,
        "faults": faults,
        "clashing": json.dumps(["|".join(place) for place in clash]) if clash else "",
        "seen": json.dumps(_keyed(_read_in(read, columns) if seen is None else seen)),
    }
    return render(request, "returns/typing.html", context, status=status)


def _refused(
    request: Request, read: Read, columns: Sequence[FilledColumn], sent: Sent
) -> tuple[list[str], list[Place], int]:
    """Write; why not, the cells to choose about, and the status that says it (200: written)."""
    if sent.undecided:
        return [MOVED], sent.undecided, 409
    if sent.faults:
        return list(sent.faults.values()), [], 422
    try:
        done = type_cells(
            read.restitution, actor=request.actor, columns=columns, chambers=read.chambers,
            values=sent.values, seen=sent.seen,
        )  # fmt: skip
    except CellsMovedError as moved:
        return [moved.denied.reason], list(moved.places), 409
    except Refusal as refused:
        if refused.denied.status == 403:
            raise
        return [refused.denied.reason], [], refused.denied.status
    plural = "s" if done > 1 else ""
    messages.success(request, f"{done} cellule{plural} enregistrée{plural}.")
    return [], [], 200


def _read_in(read: Read, columns: Sequence[FilledColumn]) -> dict[Place, Decimal]:
    """What is stored in these columns."""
    codes = {column.code for column in columns}
    return {place: cell.value for place, cell in read.by_place.items() if place[1] in codes}


def _moved(read: Read, sent: Sent) -> list[Place]:
    """Cells that another has written since, otherwise than is typed in them: a page that comes back
    has read them all, so that each is to be asked about now or never."""
    if sent.seen is None:
        return []
    found = []
    for place, value in sent.values.items():
        cell, base = read.by_place.get(place), sent.seen.get(place)
        stored = cell.value if cell else None
        if stored not in (base, value) and (value != base or place in sent.faults):
            found.append(place)
    return found


def _keyed(values: Mapping[Place, Decimal]) -> dict[str, str | None]:
    return {"|".join(place): said_number(value) for place, value in values.items()}


def _input(
    request: Request, read: Read, line: Line, column: FilledColumn, sent: Sent,
    clashes: Mapping[Place, Mapping[str, Any]],
) -> Input:  # fmt: skip
    """A cell with what was typed in it; one that was left as read tells what is stored now."""
    if not read.filled.is_typed(line, column):
        return Input("", "", column.label)
    place = (line.code, column.code)
    name, cell = f"c|{line.code}|{column.code}", read.by_place.get(place)
    stored = typed_number(cell.value) if cell else ""
    text = request.POST.get(name, stored)
    is_left = place in sent.values and sent.values[place] == (sent.seen or {}).get(place)
    if place in sent.dropped or (sent.seen is not None and is_left and place not in sent.faults):
        text = stored
    return Input(name, text, column.label, place in sent.faults, clashes.get(place))


def _clashes(read: Read, places: Sequence[Place], reader: Actor) -> dict[Place, dict[str, Any]]:
    """Of cells to choose about: what is stored, put by whom and when."""
    if not places:
        return {}
    held = read.restitution
    events = Event.objects.filter(
        chain=held.chain, subject=held.subject, verb="returns.cell.typed"
    ).order_by("-sequence")[:200]
    last: dict[Place, Event] = {}
    for event in events:
        for place in places:
            if "|".join(place) in event.diff.get("cells", {}):
                last.setdefault(place, event)
    names = names_told({event.actor for event in last.values()}, reader)
    found = {}
    for place in places:
        cell, latest = read.by_place.get(place), last.get(place)
        found[place] = {
            "field": f"choix|{'|'.join(place)}",
            "value": typed_number(cell.value) if cell else "vide",
            "by": names.get(latest.actor, UNNAMED) if latest else UNNAMED,
            "at": latest.at if latest else None,
        }
    return found


def _sent(
    posted: Mapping[str, Any], read: Read, rows: list[Line], columns: list[FilledColumn]
) -> Sent:
    """What was typed, by place; a cell that is not sent stays as it is."""
    sent = Sent(seen=_seen(posted.get("lu")))
    asked = _list(posted.get("a-choisir"))
    for line in rows:
        for column in columns:
            place = (line.code, column.code)
            text = posted.get(f"c|{line.code}|{column.code}")
            if text is None or not read.filled.is_typed(line, column):
                continue
            value = parse_number(text.removesuffix("%")) if text.strip() else None
            if text.strip() and value is None:
                said, where = text.strip()[:40], f"{line.label}, {column.label}"
                sent.faults[place] = (
                    f"{where}\u00a0: «\u00a0{said}\u00a0» n’est pas un nombre (1\u00a0234,5)."
                )
            if "|".join(place) in asked and value != (sent.seen or {}).get(place):
                chosen = posted.get(f"choix|{line.code}|{column.code}")
                if chosen == THEIRS:
                    sent.faults.pop(place, None)
                    sent.dropped.append(place)
                    continue
                if chosen != OURS:
                    sent.undecided.append(place)
            sent.values[place] = value
    return sent


def _seen(text: str | None) -> dict[Place, Decimal] | None:
    """What a page says it read; nothing where that cannot be read, so that nothing is lost."""
    if not text:
        return None
    found: dict[Place, Decimal] = {}
    try:
        for key, said in plain(text).items():
            row, _, column = key.partition("|")
            value = parse_number(str(said).replace(".", ","))
            if value is not None:
                found[row, column] = value
    except (ValueError, AttributeError):
        return {}
    return found


def _list(text: str | None) -> list[str]:
    try:
        held = plain(text or "[]")
    except ValueError:
        return []
    return [str(one) for one in held] if isinstance(held, list) else []


routes = [
    path("etats/<slug:code>/rendus/<int:number>/saisir/", typing, name="typing"),
]
