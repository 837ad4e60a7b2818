"""Many rows at once: one value given to all of them after a preview, or a grid to type in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render

from maillage.kernel.actions import MovedError
from maillage.kernel.money import NBSP, parse_count
from maillage.kernel.verdicts import Refusal, refuse, require
from maillage.people.queries import names_told
from maillage.people.requests import Request
from maillage.registers.actions import verbs_of
from maillage.registers.changes import BY_VERB, Change, Proposal, planned, told
from maillage.registers.declaration import Field, Register
from maillage.registers.files import shown_fields
from maillage.registers.forms import RowForm
from maillage.registers.queries import Reading, Record
from maillage.registers.saving import FaultyError, said_faults, seen_of
from maillage.registers.views.page import opened, page_context, question_of, words_of
from maillage.registers.views.sheet import found_row
from maillage.ui.fields import UNTOLD, sent_number
from maillage.ui.refusals import wants_json
from maillage.ui.templatetags.ui import pluriel

MOST = 1000
"""Rows changed at once from the list; a file takes more."""
GRID = 50
NEW = 5
"""Empty lines at the foot of the grid."""
SHOWN = 100


def change_many(register: Register, request: Request, network: str) -> HttpResponse:
    """Give one value to chosen rows: choose the field, see what changes, then write it all."""
    reading = opened(register, request, network)
    require(register.may_add(reading.network, actor=request.actor))
    given = request.POST if request.method == "POST" else request.GET
    records = _chosen(reading, request, given)
    name = given.get("champ", "")
    asked = next((f for f in reading.fields if f.name == name), None)
    if asked and asked.by_verb:
        refuse(f"{asked.label}{NBSP}: {BY_VERB}.", 422)
    typed = request.method == "POST"
    form = RowForm(reading, [asked] if asked else [], given if typed else None)
    changes: list[Change] = []
    if asked and typed and form.is_valid():
        seen = _seen(reading, records, given)
        changes = planned(reading, [Proposal(r.code, form.values, seen[r.code]) for r in records])
        if given.get("geste") == "appliquer" and (
            done := _applied(reading, request, form, changes)
        ):
            return done
    moving = [change for change in changes if change.changed and not change.faults]
    context = page_context(request, reading, "Modifier en lot") | {
        "records": records,
        "fields": reading.typed,
        "asked": asked,
        "form": form,
        "most": MOST,
        "preview": [(c.code, told(reading, c)) for c in moving[:SHOWN]],
        "moving": len(moving),
        "kept": len(changes) - len(moving),
        "wrong": [(c.code, said_faults(register, c)) for c in changes if c.faults][:SHOWN],
        "seen": [(c.code, c.seen) for c in changes],
        "bound": form.is_bound,
    }
    status = 422 if typed and (form.errors or context["wrong"]) else 200
    return render(request, "registers/many.html", context, status=form.refused or status)


def _chosen(reading: Reading, request: Request, given: QueryDict) -> list[Record]:
    """The rows ticked in the list, or all those it asks for."""
    if given.get("toutes") == "oui":
        question = question_of(reading, request)
        rows = reading.sorted(reading.asked(question), question)
    else:
        codes = [line.partition(":")[0] for line in given.getlist("ligne")[:MOST]]
        codes = [code for code in codes if code.isprintable()]
        rows = reading.rows().filter(code__in=codes).order_by("code")
    return reading.records(rows[:MOST])


def _seen(reading: Reading, records: Sequence[Record], given: QueryDict) -> dict[str, int]:
    """The state each row was in when it was shown; as it is now where it was not yet. Raises
    Refusal (409) where what is to be written does not say it."""
    shown = dict(line.partition(":")[::2] for line in given.getlist("ligne"))
    now = seen_of(reading, [reading.subject_of(record) for record in records])
    seen = {}
    for record in records:
        number = sent_number(shown.get(record.code))
        if number is None and given.get("geste") == "appliquer":
            refuse(UNTOLD, 409)
        seen[record.code] = now.get(reading.subject_of(record), 0) if number is None else number
    return seen


def _applied(
    reading: Reading, request: Request, form: RowForm, changes: Sequence[Change]
) -> HttpResponse | None:
    proposals = [Proposal(c.code, form.values, c.seen) for c in changes if c.changed]
    try:
        count = verbs_of(reading.register).carry(
            reading.network, proposals, actor=request.actor, source="lot"
        )
    except FaultyError:
        return None
    except Refusal as refusal:
        form.add_error(None, refusal.denied.reason)
        form.refused = refusal.denied.status
        return None
    messages.success(request, f"{pluriel(count, 'fiche modifiée,fiches modifiées')}.")
    return redirect(reading.register.address("", reading.network.code))


def grid(register: Register, request: Request, network: str) -> HttpResponse:
    """The rows asked as a table to type in, and some empty lines; written all or none."""
    reading = opened(register, request, network)
    require(register.may_add(reading.network, actor=request.actor))
    question = question_of(reading, request)
    fields = [f for f in shown_fields(reading, question) if not f.by_verb]
    if request.method == "POST" and wants_json(request):
        return _save_line(reading, request, fields)
    rows = reading.sorted(reading.asked(question), question)
    records = reading.records(rows[:GRID], fields)
    data = request.POST if request.method == "POST" else None
    now = seen_of(reading, [reading.subject_of(record) for record in records])
    lines = [
        Line(reading, record, fields, data, now.get(reading.subject_of(record), 0))
        for record in records
    ]
    lines += [Line(reading, None, fields, data, 0, f"nouvelle-{n}") for n in range(1, NEW + 1)]
    if data is not None and all(line.form.is_valid() for line in lines):
        done = _typed(reading, request, lines)
        if done:
            return done
    context = page_context(request, reading, "Saisir en tableau") | {
        "lines": lines,
        "fields": fields,
        "words": words_of(reading, question),
        "most": GRID,
        "query": question.address(),
        "wrong": data is not None,
    }
    status = max((line.form.refused for line in lines), default=0) or (422 if data else 200)
    return render(request, "registers/grid.html", context, status=status)


class Line:
    """A row of the grid: its form, and the state it was in when it was shown."""

    def __init__(
        self,
        reading: Reading,
        record: Record | None,
        fields: Sequence[Any],
        data: Any,
        seen: int,
        name: str = "",
    ) -> None:
        self.record, self.name = record, name or f"r{record.pk}" if record else name
        readable = [f for f in fields if record is None or f.name not in record.hidden]
        initial: Mapping[str, Any] = record.values if record else {}
        self.form = RowForm(reading, readable, data, initial, code=record is None, prefix=self.name)
        self.seen_name = f"{self.name}-vu"
        sent = sent_number(data.get(self.seen_name)) if data is not None else None
        # A line that does not say what it showed was never read: what it changes is a conflict.
        unread = 0 if data is not None and record is not None else seen
        self.seen, self.now = (unread if sent is None else sent), seen
        if record is None:
            self.form.fields["code"].required = False
        for name_, made in self.form.fields.items():
            made.widget.attrs["aria-label"] = (
                f"{made.label}, {record.code if record else 'nouvelle ligne'}"
            )
            made.widget.attrs["data-cell"] = name_

    @property
    def proposal(self) -> Proposal | None:
        """What the line would change; None where nothing of it was typed."""
        values = self.form.values
        if self.record is None:
            code = str(self.form.cleaned_data["code"]).strip()
            filled = code or any(value is not None for value in values.values())
            return Proposal(code, values) if filled else None
        changed = {n: v for n, v in values.items() if self.record.values.get(n) != v}
        return Proposal(self.record.code, changed, self.seen) if changed else None

    @property
    def cells(self) -> list[Any]:
        return [bound for bound in self.form if bound.name != "code"]

    @property
    def code(self) -> Any:
        return self.form["code"]


def _save_line(reading: Reading, request: Request, fields: Sequence[Field]) -> HttpResponse:
    """Write one line, as the grid does while one types: where it now stands, or what is amiss.

    422 with the faults by field; 409 where it moved, with what the cells that differ now hold.
    """
    name = request.POST.get("ligne", "")
    pk = parse_count(name.removeprefix("r"), 2**63 - 1) if name.startswith("r") else None
    record = next(iter(reading.records(reading.rows().filter(pk=pk), fields)), None) if pk else None
    if pk and record is None:
        raise Http404
    subject = reading.subject_of(record) if record else ""
    now = seen_of(reading, [subject]).get(subject, 0) if record else 0
    line = Line(reading, record, fields, request.POST, now, name)
    form, verbs = line.form, verbs_of(reading.register)
    row: Any = None
    if form.is_valid() and (proposal := line.proposal):
        try:
            if record is None:
                row = verbs.create(
                    reading.network, actor=request.actor, values=form.values, code=proposal.code
                )
            else:
                row = verbs.revise(
                    found_row(reading, record.code)[1], actor=request.actor,
                    values=proposal.values, seen=line.seen,
                )  # fmt: skip
        except FaultyError as faulty:
            form.add_faults(faulty.faults)
        except MovedError as moved:
            assert record is not None
            return JsonResponse(_moved(reading, record, proposal, now, moved), status=409)
    if not form.is_valid():
        faults = {field: " ".join(map(str, errors)) for field, errors in form.errors.items()}
        told = {"detail": faults.pop("__all__", ""), "cells": faults}
        return JsonResponse(told, status=422)
    if row is None:
        return JsonResponse({"seen": now})
    seen = seen_of(reading, [row.subject])[row.subject]
    return JsonResponse({"name": f"r{row.pk}", "code": row.code, "seen": seen})


def _moved(
    reading: Reading, record: Record, proposal: Proposal, now: int, moved: MovedError
) -> dict[str, Any]:
    """What a line that moved now holds where it differs from what was typed, and by whom."""
    last = moved.since[-1].actor if moved.since else ""
    by_name, kept = reading.register.by_name, record.values
    for name in proposal.values:
        reading.directory(name)
    return {
        "detail": moved.denied.reason,
        "seen": now,
        "code": record.code,
        "by": names_told([last], reading.actor).get(last, "une autre personne"),
        "values": {n: by_name[n].kind.typed(kept[n]) for n in proposal.values},
        "shown": {n: by_name[n].kind.shown(kept[n], reading.labels_of(n)) for n in proposal.values},
    }


def _typed(reading: Reading, request: Request, lines: Sequence[Line]) -> HttpResponse | None:
    """Write what was typed; None where it was refused, each reason beside its line."""
    asked = [(line, line.proposal) for line in lines]
    moving = [(line, proposal) for line, proposal in asked if proposal is not None]
    try:
        count = verbs_of(reading.register).carry(
            reading.network, [p for _, p in moving], actor=request.actor, source="saisie"
        )
    except FaultyError as faulty:
        for (line, _), change in zip(moving, faulty.changes, strict=True):
            line.form.add_faults(change.faults)
            line.form.refused = 422 if change.faults else 0
        return None
    except Refusal as refusal:
        code = refusal.details.get("code", "")
        for line, proposal in moving:
            if proposal.code == code or not code:
                line.form.add_error(None, refusal.denied.reason)
                line.form.refused = refusal.denied.status
                line.seen = line.now
        return None
    messages.success(request, f"{pluriel(count, 'fiche enregistrée,fiches enregistrées')}.")
    address = reading.register.address("grid", reading.network.code)
    return redirect(f"{address}?{request.GET.urlencode()}")
