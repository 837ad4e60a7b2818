"""Reading a printed scheme beside the cells it fills: a passage is chosen, a cell takes it.

Knows how a page and a cell's form stand side by side. Knows no rule and writes nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.exchange.actions import mark_page, number_pages
from maillage.exchange.engine.pages import lines_of, printed_number, said_page, tidied
from maillage.exchange.models import Document
from maillage.kernel.verdicts import Refusal, refuse, require
from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import CellEdit, place_cells, renumbering_of
from maillage.schemes.citations import documents_visible_to
from maillage.schemes.engine.change_words import Names
from maillage.schemes.engine.document import (
    MODE_LABELS,
    MOST_QUOTE,
    UNKNOWN,
    Provenance,
)
from maillage.schemes.models import Placement
from maillage.schemes.views.cell_states import state_of_row
from maillage.schemes.views.documents import page_context
from maillage.schemes.views.editions import outline_of, visible_edition
from maillage.schemes.views.grid_cell import conflict_of
from maillage.schemes.views.passage import PassageForm
from maillage.schemes.views.reading_page import Key, Reading


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: Request, pk: int, document: object, number: int) -> HttpResponse:
    """A page and the cells beside it; a cell takes the passage, or the page is said to be read."""
    edition = visible_edition(request, pk)
    own = documents_visible_to(request.actor).filter(network=edition.scheme.network_id)
    found: Document = get_object_or_404(own, pk=document)
    if not 1 <= number <= found.pages:
        raise Http404
    here = Reading(request, edition, found, number)
    row = here.row(here.chosen) if here.chosen else None
    form = _form(here, row, request.POST or None)
    said: dict[str, Any] = {"asks": [], "numbering": ""}
    status = 200
    if request.method == "POST":
        require(rules.can_write(edition, actor=request.actor))
        done, status = _done(here, form, row, said)
        if done:
            return done
        if "geste" in request.POST:
            form = _form(here, row, None)
        elif "conflict" in said:
            quote = (said["edit"].changes or {}).get("source_quote", "")
            form = _form(here, row, form.over(row) | {"quote": quote})
    context = _context(here, form) | {
        "verdict": _verdict(here),
        "row": row,
        "printed": request.POST.get("imprime", printed_number(number, found.first_page)),
        **said,
        **outline_of(
            request,
            edition,
            ("Documents", reverse("schemes:documents", args=[edition.pk])),
            found.title,
        ),
    }
    return render(request, "schemes/reading.html", context, status=status)


def _form(here: Reading, row: Placement | None, given: Any) -> PassageForm:
    entities = [(e.code, e.short_name) for e in here.content.entities]
    return PassageForm(given, entities=entities, initial=_initial(row, here))


def _done(
    here: Reading, form: PassageForm, row: Placement | None, said: dict[str, Any]
) -> tuple[HttpResponse | None, int]:
    """Do what was sent; where it is not done, no answer but the status and, in `said`, what is
    asked of the cell or why the page's number is refused."""
    request = here.request
    try:
        if "geste" in request.POST:
            return _marked(request, here), 200
        if form.is_valid() and here.chosen:
            said["choices"] = form.choices
            said["asks"] = form.asks(row, Names.of(here.content))
            if not said["asks"]:
                said["edit"] = _edit(here, form, row)
                return _recorded(here, said["edit"], row), 200
    except Refusal as refusal:
        if refusal.denied.status == 403:
            raise
        if conflict := "edit" in said and _conflict(here, form, row, said["edit"], refusal):
            said["conflict"] = conflict
        elif "geste" in request.POST:
            said["numbering"] = refusal.denied.reason
        else:
            form.add_error(None, refusal.denied.reason)
        return None, refusal.denied.status
    return None, 422


def _conflict(
    here: Reading, form: PassageForm, row: Placement | None, edit: CellEdit, refusal: Refusal
) -> dict[str, Any] | None:
    """What was recorded meanwhile, and each field typed here that is another; the passage and what
    it is of are one thing, said whole."""
    untyped = form.asked().keys() - form.typed
    own = {name: v for name, v in (edit.changes or {}).items() if name not in untyped}
    names = Names.of(here.content)
    return conflict_of(refusal, replace(edit, changes=own), row, names, here.request.actor)


def _initial(row: Placement | None, here: Reading) -> dict[str, Any]:
    if row is None:
        return {"version": 0, "seen": "{}", "quote": here.carried}
    own = row.source_document == here.document.title
    return {
        "mode": "" if row.mode == UNKNOWN else row.mode,
        "lead": row.lead.code if row.lead else "",
        "integration": row.integration,
        "rationale": row.rationale,
        "source_basis": row.source_basis,
        "quote": (row.source_quote if own else "") or here.carried,
        "version": row.version,
        "seen": json.dumps(state_of_row(row)),
    }


def _verdict(here: Reading) -> Any:
    verdict = rules.can_write(here.edition, actor=here.request.actor)
    if not verdict or not here.chosen:
        return verdict
    ids = dict(here.edition.scheme.network.entities.values_list("code", "pk"))
    entity = ids.get(here.entity) if here.entity else None
    return rules.can_place(
        here.edition, actor=here.request.actor, function=here.function, entity=entity
    )


def _edit(here: Reading, form: PassageForm, row: Placement | None) -> CellEdit:
    """The cell's mode, who leads and its source, as a valid form says them."""
    key = here.chosen
    assert key is not None
    values = form.settled(row)
    expected = form.cleaned_data["version"] or 0
    quote = tidied(form.cleaned_data["quote"]) or _ticked(here.request, here)
    source = {
        "source_document": here.document.title,
        "source_page": said_page(here.number, here.document.first_page),
        "source_quote": quote[:MOST_QUOTE],
        "provenance": "" if _mode(values, row) == UNKNOWN else Provenance.STATED.value,
    }
    own = {name: value for name, value in source.items() if name not in form.theirs}
    return CellEdit(*key, values | own, expected, cited=own == source, quoted=True)


def _mode(values: Mapping[str, Any] | None, row: Placement | None) -> str:
    return str((values or {}).get("mode") or (row.mode if row else UNKNOWN))


def _recorded(here: Reading, edit: CellEdit, row: Placement | None) -> HttpResponse:
    """Set the cell; go on to the next one that is not known."""
    key, request = edit.key, here.request
    after = here.after(key)
    place_cells(here.edition, [edit], actor=request.actor)
    told = MODE_LABELS[_mode(edit.changes, row)].lower()
    messages.success(request, f"{_named(here, key)}\u00a0: {told}.")
    return redirect(here.address(after, passage_of=key if after[0] == key[0] else None))


def _ticked(request: Request, here: Reading) -> str:
    """The lines ticked in the text of the page, where no passage was chosen or typed."""
    page = here.document.texts.filter(number=here.number).first()
    lines = lines_of(page.lines) if page else ()
    ranks = {int(one) for one in request.POST.getlist("ligne") if one.isdecimal() and len(one) < 6}
    return tidied("\n".join(line.text for rank, line in enumerate(lines) if rank in ranks))


def _named(here: Reading, key: Key) -> str:
    process = next(p.name for p in here.content.processes if p.code == key[0])
    milestone = next(m.label for m in here.content.milestones if m.code == key[1])
    return f"{process}, {milestone}"


def _form_of(here: Reading, key: Key) -> str:
    """The address of the whole cell's form."""
    return reverse("schemes:grid_cell", args=[here.edition.pk, *filter(None, key)])


def _marked(request: Request, here: Reading) -> HttpResponse:
    """Say that the page was read to its end, or again; or which number is printed on it.
    Refuses (422) what is no page number."""
    gesture, actor = request.POST["geste"], request.actor
    number = here.number
    if gesture == "numeroter":
        printed = request.POST.get("imprime", "").strip()
        if not (printed.isdecimal() and len(printed) < 6 and int(printed)):
            refuse("Le numéro imprimé sur cette page est attendu, en chiffres, comme 12.")
        first = number - int(printed) + 1
        if renumbering_of(here.document, first).citations and first != here.document.first_page:
            asked = reverse("schemes:document_numbers", args=[here.document.pk])
            return redirect(f"{asked}?premiere={first}")
        number_pages(here.document, actor=actor, first_page=first)
    elif gesture in ("lue", "relire"):
        is_read, about = gesture == "lue", here.edition.subject
        mark_page(here.document, actor=actor, about=about, number=number, is_read=is_read)
        number = min(number + 1, here.document.pages) if is_read else number
    return redirect(here.address(here.chosen, number))


def _context(here: Reading, form: PassageForm) -> dict[str, Any]:
    resting = here.resting
    marked = set(
        here.document.readings.filter(about=here.edition.subject).values_list("number", flat=True)
    )
    read = marked | set(resting)
    rows = list(here.rows())
    shown = page_context(here.document, here.number, here.content, resting.get(here.number, []))
    return shown | {
        "edition": here.edition,
        "form": form,
        "content": here.content,
        "function": here.function,
        "entity": here.entity,
        "rows": rows,
        "counted": here.counted,
        "carried": here.carried,
        "chosen": _named(here, here.chosen) if here.chosen else "",
        "form_url": here.address(here.chosen),
        "cell_url": _form_of(here, here.chosen) if here.chosen else "",
        "chambers": [e for e in here.content.entities if e.kind in ("regional", "territorial")],
        "is_read": here.number in read,
        "is_marked": here.number in marked,
        "read_count": len(read),
        "before_url": here.address(here.chosen, shown["before"]) if shown["before"] else "",
        "after_url": here.address(here.chosen, shown["after"]) if shown["after"] else "",
    }


routes = [
    path(
        "editions/<int:pk>/documents/<uuid:document>/pages/<int:number>/", reading, name="reading"
    ),
]
