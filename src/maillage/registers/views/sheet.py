"""A row of a register: its sheet and history, its form, and the acts upon it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from maillage.kernel.actions import MovedError, title_of
from maillage.kernel.models import Event
from maillage.kernel.money import NBSP
from maillage.kernel.verdicts import Refusal, require
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.registers import kinds
from maillage.registers.actions import verbs_of
from maillage.registers.changes import Told, told_event
from maillage.registers.declaration import Field, Register, capital
from maillage.registers.forms import RowForm
from maillage.registers.models import Row
from maillage.registers.queries import Reading, Record
from maillage.registers.saving import FaultyError, seen_of
from maillage.registers.views.page import opened, page_context
from maillage.ui.acts import Act, act_page
from maillage.ui.fields import number_seen
from maillage.ui.rereading import written

MOST_EVENTS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a row, in words."""

    event: Event
    title: str
    author: str
    changes: list[Told]


@dataclass(slots=True)
class Shown:
    """A field of the sheet: its value in words, and how often it changed."""

    field: Field
    text: str
    url: str = ""
    times: int = 0


@dataclass(slots=True)
class Group:
    label: str
    fields: list[Shown] = field(default_factory=list)


def show_sheet(register: Register, request: Request, network: str, code: str) -> HttpResponse:
    """Everything one reads of a row, its history, and what one may do with it."""
    reading = opened(register, request, network)
    record, row = found_row(reading, code)
    history = _history(reading, record)
    only = request.GET.get("champ", "")
    verdict = register.may_write(row, actor=request.actor)
    context = page_context(request, reading, _title(reading, record)) | {
        "title": _title(reading, record),
        "record": record,
        "groups": _groups(reading, record, history),
        "history": [e for e in history if not only or any(c.name == only for c in e.changes)],
        "only": register.by_name.get(only),
        "verdict": verdict,
        "links": list(register.links(row, request.actor)),
        "verbs": [
            (verb, verb.address(row), verb.guard(row, actor=request.actor))
            for verb in register.verbs
        ],
        "edit_url": register.address("edit", network, code=code),
        "act_urls": {act: register.address("act", network, code=code, act=act) for act in ACTS},
        "personal": register.personal,
    }
    return render(request, "registers/sheet.html", context)


def found_row(reading: Reading, code: str) -> tuple[Record, Any]:
    """The row of a code as one reads it, and itself, for guards; 404 where one sees none."""
    record = reading.one(code)
    row = reading.register.model._base_manager.get(pk=record.pk)
    row.network = reading.network
    return record, row


def _title(reading: Reading, record: Record) -> str:
    title = record.values.get(reading.register.title)
    return str(title) if title else record.code


def _history(reading: Reading, record: Record) -> list[Entry]:
    """The events of a row, the last first; what a reference was is named as it is today."""
    found = Event.objects.filter(chain=reading.chain, subject=reading.subject_of(record))
    events = list(found.order_by("-sequence")[:MOST_EVENTS])
    named = {name for event in events for name in event.diff}
    for asked in reading.fields:
        if asked.name in named and asked.refers:
            reading.directory(asked.name)
    names = names_of({event.actor for event in events})
    return [
        Entry(
            event,
            title_of(event.verb),
            names.get(event.actor, "Personne inconnue"),
            told_event(reading, event.diff, record.hidden, event.verb.endswith(".created")),
        )
        for event in events
    ]


def _groups(reading: Reading, record: Record, history: list[Entry]) -> list[Group]:
    groups: dict[str, Group] = {}
    for asked in reading.fields:
        if asked.name in record.hidden:
            continue
        value = record.values[asked.name]
        text = asked.kind.shown(value, reading.labels_of(asked.name))
        times = sum(
            change.name == asked.name
            for entry in history
            if not entry.event.verb.endswith(".created")
            for change in entry.changes
        )
        unit = f"{NBSP}{asked.unit}" if asked.unit and text and asked.kind.is_number else ""
        shown = Shown(asked, text + unit, times=times)
        if isinstance(asked.kind, kinds.Url):
            shown.url = text
        elif isinstance(asked.kind, kinds.Email) and text:
            shown.url = f"mailto:{text}"
        groups.setdefault(asked.group, Group(asked.group)).fields.append(shown)
    return _named(groups)


def _named(groups: dict[str, Group]) -> list[Group]:
    """The groups in the order declared, what stands in none of them last."""
    if others := groups.pop("", None):
        others.label = "Autres champs" if groups else ""
        groups[""] = others
    return list(groups.values())


def add(register: Register, request: Request, network: str) -> HttpResponse:
    """A new row, typed in a form; what was typed stays on the page until it is saved."""
    reading = opened(register, request, network)
    require(register.may_add(reading.network, actor=request.actor))
    data = request.POST if request.method == "POST" else None
    form = RowForm(reading, reading.fields, data, code=True)
    verbs = verbs_of(register)
    if data is not None and form.is_valid():

        def write() -> Row:
            code = str(form.cleaned_data["code"]).strip()
            made: Row = verbs.create(
                reading.network, actor=request.actor, values=form.values, code=code
            )
            return made

        row = _tried(form, write)
        if isinstance(row, Row):
            messages.success(request, f"{_said(register, row.code)} {register.agreed('créé')}.")
            return redirect(register.address("sheet", network, code=row.code))
    new = "Nouvelle" if register.feminine else "Nouvel" if register.the[:2] == "l’" else "Nouveau"
    context = page_context(request, reading, "Ajouter") | {
        "title": f"{new} {register.one}",
        "form": form,
    }
    context |= {"groups": _fieldsets(form), "cancel_url": register.address("", network), "seen": ""}
    return render(request, "registers/form.html", context, status=_status(form))


def edit(register: Register, request: Request, network: str, code: str) -> HttpResponse:
    """Change a row in a form. 409 where it moved since: what was typed stays, and why."""
    reading = opened(register, request, network)
    record, row = found_row(reading, code)
    require(register.may_write(row, actor=request.actor))
    subject = reading.subject_of(record)
    now = seen_of(reading, [subject]).get(subject, 0)
    data = request.POST if request.method == "POST" else None
    fields = [f for f in reading.fields if f.name not in record.hidden]
    form = RowForm(reading, fields, data, record.values)
    sheet = register.address("sheet", network, code=code)
    if data is not None and form.is_valid():

        def write() -> Row:
            known = number_seen(data, "vu")
            revised: Row = verbs_of(register).revise(
                row, actor=request.actor, values=form.values, seen=known
            )
            return revised

        if isinstance(_tried(form, write), Row):
            messages.success(request, f"{_said(register, code)} {register.agreed('enregistré')}.")
            return redirect(sheet)
    context = page_context(request, reading, (_title(reading, record), sheet), "Modifier") | {
        "title": f"Modifier {_title(reading, record)}",
        "form": form,
        "groups": _fieldsets(form),
        "cancel_url": sheet,
        "seen": now,
        **written(request, row),
    }
    return render(request, "registers/form.html", context, status=_status(form))


def _said(register: Register, code: str) -> str:
    return f"{capital(register.one)} {code}"


def _tried(form: RowForm, write: Callable[[], Row]) -> Row | None:
    """What was written; None where it was refused, the reasons then standing in the form."""
    try:
        return write()
    except FaultyError as faulty:
        form.add_faults(faulty.faults)
    except Refusal as refusal:
        taken = "code" in form.fields and refusal.denied.status == 409
        again = " Enregistrer de nouveau le remplace par votre saisie."
        reason = refusal.denied.reason + (again if isinstance(refusal, MovedError) else "")
        form.add_error("code" if taken else None, reason)
        form.refused = refusal.denied.status
    return None


def _status(form: RowForm) -> int:
    return (form.refused or 422) if form.is_bound else 200


def _fieldsets(form: RowForm) -> list[tuple[str, list[Any]]]:
    """The form's fields by group: the code, the groups in the order declared, the others."""
    groups: dict[str, list[Any]] = {}
    for bound in form:
        asked = form.reading.register.by_name.get(bound.name)
        groups.setdefault(asked.group if asked else "Code", []).append(bound)
    others = groups.pop("", [])
    named = [("" if label == "Code" else label, fields) for label, fields in groups.items()]
    return [*named, ("Autres champs" if any(label for label, _ in named) else "", others)]


ACTS: Mapping[str, tuple[str, str, str, bool]] = {
    "archiver": (
        "archive",
        "Archiver",
        "La fiche quitte la liste\u00a0; elle reste lisible, et on peut l’y remettre.",
        False,
    ),
    "remettre": ("restore", "Remettre dans la liste", "La fiche revient dans la liste.", False),
    "supprimer": (
        "delete",
        "Supprimer",
        "La fiche disparaît pour de bon. Son histoire reste dans le journal.",
        True,
    ),
    "effacer": (
        "erase",
        "Effacer les données personnelles",
        "Ces champs sont vidés pour de bon\u00a0; le reste de la fiche demeure.",
        True,
    ),
}
"""By address: the verb, its wording, what it entails, and whether there is no way back."""


def act(register: Register, request: Request, network: str, code: str, act: str) -> HttpResponse:
    """Archive, restore, delete or erase: asked on a page of its own, done when confirmed."""
    reading = opened(register, request, network)
    record, row = found_row(reading, code)
    verb, label, consequence, final = ACTS[act]
    sheet = register.address("sheet", network, code=code)
    title = _title(reading, record)

    def run() -> tuple[str, str]:
        getattr(verbs_of(register), verb)(row, actor=request.actor)
        told = f"{label}\u00a0: fait, {title}."
        return told, register.address("", network) if verb == "delete" else sheet

    page = Act(
        title=f"{label}\u00a0: {title}",
        label=label,
        cancel_url=sheet,
        consequence=consequence,
        details=[f.label for f in register.personal] if act == "effacer" else [],
        verdict=register.may_write(row, actor=request.actor),
        loses=final,
        outline=page_context(request, reading, (title, sheet), label),
    )
    return act_page(request, page, run)
