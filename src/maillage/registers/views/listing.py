"""The list of a register: filters as chips, columns, saved views, pages, files.

All of it is in the address. Writes nothing but saved views, through their actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from maillage.people.requests import Request
from maillage.registers.actions import can_delete_view, delete_view, save_view
from maillage.registers.declaration import Field, Register
from maillage.registers.files import exported, shown_fields, table, template_of
from maillage.registers.forms import widget_of
from maillage.registers.list_question import SIZES, Question
from maillage.registers.models import SavedView
from maillage.registers.queries import Reading, Record
from maillage.registers.views.page import opened, page_context, question_of, words_of
from maillage.sheets.writing import XLSX, Column, to_xlsx
from maillage.ui.statuses import Standing, status
from maillage.ui.tables import Link, Shown, head, shown, title_of

OPERATORS = {
    "": "Vaut", "min": "Au moins", "max": "Au plus", "sauf": "Sauf", "vide": "Renseigné ou non",
}  # fmt: skip
CONTAINS = "Contient"
SHAPES = {"xlsx": "Excel (XLSX)", "csv": "CSV", "json": "JSON", "ics": "Agenda (ICS)"}


def show_list(register: Register, request: Request, network: str) -> HttpResponse:
    """The rows one asks for, a page of them."""
    reading = opened(register, request, network)
    if view := request.GET.get("vue", ""):
        return _open_view(reading, view)
    question = question_of(reading, request)
    fields = shown_fields(reading, question)
    rows = reading.asked(question)
    count = rows.count()
    total = reading.rows().filter(archived=False).count() if question.narrows else count
    page = Paginator(range(count), question.size).get_page(question.page)
    start = (page.number - 1) * question.size
    records = reading.records(
        reading.sorted(rows, question)[start : start + question.size] if count else rows.none(),
        fields,
    )
    add = register.may_add(reading.network, actor=reading.actor)
    context = page_context(request, reading) | {
        "question": question,
        "count": count,
        "total": total,
        "page": page,
        "first": start + 1,
        "last": start + len(records),
        "query": question.address(),
        "chips": list(_chips(reading, question)),
        "records": records,
        "table": _drawn(reading, question, records, fields, bool(add)),
        "filters": [(f.label, question.address(filtrer=f.name)) for f in reading.fields],
        "filter": _filter_form(reading, request.GET.get("filtrer", "")),
        "kept": _hidden(question),
        "columns": [(f, f in fields) for f in reading.fields],
        "sizes": SIZES,
        "views": _views(reading),
        "shapes": [(k, v) for k, v in SHAPES.items() if k != "ics" or register.dates],
        "add": add,
        "without": replace(question, conditions=(), search="").address(),
    }
    return render(request, "registers/list.html", context)


def _drawn(
    reading: Reading, question: Question, records: Sequence[Record], fields: Sequence[Field],
    ticked: bool,
) -> Shown:  # fmt: skip
    """The rows as the page draws them: of the table that files hold, its codes lead to the sheets,
    its heads sort, and its rows may be ticked."""
    register, made = reading.register, table(reading, records, fields)
    before, after = register.address("sheet", reading.network.code, code="0").rsplit("0", 1)
    linked = [[Link(c, f"{before}{c}{after}"), *rest] for c, *rest in made.rows]
    drawn = shown(replace(made, rows=linked))
    names = ["code", *(f.name for f in fields)]
    heads = [_head(question, *pair) for pair in zip(names, made.columns, strict=True)]
    rows = [
        [_tagged(row[0], register.archived_word) if record.archived else row[0], *row[1:]]
        for record, row in zip(records, drawn.rows, strict=True)
    ]
    if ticked:
        heads = [TICK_ALL, *heads]
        rows = [[format_html(TICK, r.code), *row] for r, row in zip(records, rows, strict=True)]
    return replace(drawn, heads=heads, rows=rows)


TICK_ALL = mark_safe(
    '<th scope="col" class="register-tick no-print"><label class="vh" for="tout-cocher">Tout '
    'cocher</label><input type="checkbox" id="tout-cocher" data-tick-all></th>'
)
TICK = (
    '<td class="register-tick no-print"><input type="checkbox" name="ligne" value="{0}" '
    'aria-label="Choisir {0}"></td>'
)


def _tagged(first: SafeString, word: str) -> SafeString:
    """The first cell of a row, told archived."""
    tag = status(Standing.CLOSED, word)
    return mark_safe(first.removesuffix("</th>") + " " + tag + "</th>")


def _head(question: Question, name: str, column: Column) -> SafeString:
    """The head of a column: a link that sorts by it, the other way round where it does already."""
    here = question.sort == name
    up = here and not question.descending
    url = question.address(tri=f"-{name}" if up else name)
    arrow = format_html(' <span aria-hidden="true">{}</span>', "▲▼"[not up]) if here else ""
    link = format_html('<a href="?{}">{}{}</a>', url, title_of(column), arrow)
    way = {"aria-sort": "ascending" if up else "descending"} if here else {}
    return head(column, link, **way)


def _chips(reading: Reading, question: Question) -> list[tuple[str, str]]:
    """Each filter in words, and the address without it."""
    removed = [question.without(condition) for condition in question.conditions]
    if question.search:
        removed.append(replace(question, search=""))
    if question.archived:
        removed.append(replace(question, archived=False))
    words = words_of(reading, question)
    return [(text, rest.address()) for text, rest in zip(words, removed, strict=True)]


def _hidden(question: Question, *but: str) -> list[tuple[str, str]]:
    """What a form of the list carries along, to change one thing only."""
    given = QueryDict(question.address())
    return [(k, v) for k, values in given.lists() if k not in but for v in values]


def _filter_form(reading: Reading, name: str) -> dict[str, Any] | None:
    """The controls of one field's filter, by operator."""
    asked = next((f for f in reading.fields if f.name == name), None)
    if asked is None:
        return None
    controls = []
    for operator in asked.kind.operators:
        parameter = f"{name}.{operator}" if operator else name
        label = CONTAINS if not operator and asked.kind.is_folded else OPERATORS[operator]
        controls.append(
            (f"filtre-{operator or 'vaut'}", label, _control(reading, asked, parameter))
        )
    return {"label": asked.label, "name": name, "controls": controls}


def _control(reading: Reading, asked: Field, parameter: str) -> str:
    """A control named as the address needs it; several choices are one select at a time."""
    operator = parameter.partition(".")[2]
    widget: forms.Widget = widget_of(asked, reading)
    if operator == "vide":
        widget = forms.Select(
            choices=[("", "peu importe"), ("non", "renseigné"), ("oui", "non renseigné")]
        )
    elif isinstance(widget, forms.Textarea):
        widget = forms.TextInput()
    elif isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        widget = forms.Select(choices=[("", "peu importe"), *widget.choices])
    return widget.render(parameter, None, {"id": f"filtre-{operator or 'vaut'}"})


def _views(reading: Reading) -> list[tuple[SavedView, str, bool]]:
    """The saved views: each, its address, and whether one may delete it."""
    home = reading.register.address("", reading.network.code)
    return [
        (view, f"{home}?{view.query}", bool(can_delete_view(view, actor=reading.actor)))
        for view in reading.views
    ]


def _open_view(reading: Reading, pk: str) -> HttpResponse:
    """The address of a saved view, where one may open it."""
    view = next((view for view in reading.views if str(view.pk) == pk), None)
    if view is None:
        raise Http404
    return redirect(f"{reading.register.address('', reading.network.code)}?{view.query}")


def choose(register: Register, request: Request, network: str) -> HttpResponse:
    """The list with the columns ticked in a form: several `colonne` become one `colonnes`."""
    reading = opened(register, request, network)
    question = replace(question_of(reading, request), columns=())
    names = {f.name for f in reading.fields}
    chosen = [name for name in request.GET.getlist("colonne") if name in names]
    home = register.address("", network)
    return redirect(f"{home}?{question.address(colonnes=','.join(chosen))}")


def export(register: Register, request: Request, network: str, shape: str) -> HttpResponse:
    """The list asked, all pages, as a file; its filters written on it."""
    if shape not in SHAPES or (shape == "ics" and not register.dates):
        raise Http404
    reading = opened(register, request, network)
    question = question_of(reading, request)
    words = words_of(reading, question)
    data, kind = exported(reading, question, words, shape, timezone.now())
    return _file(data, kind, f"{register.path}-{network}.{shape}")


def template(register: Register, request: Request, network: str) -> HttpResponse:
    """The empty workbook to fill."""
    reading = opened(register, request, network)
    data = to_xlsx(template_of(reading), timezone.localdate())
    return _file(data, XLSX, f"{register.path}-modele.xlsx")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    stem, _, suffix = name.rpartition(".")
    headers = {"Content-Disposition": f'attachment; filename="{slugify(stem)}.{suffix}"'}
    return HttpResponse(data, content_type=kind, headers=headers)


def keep_view(register: Register, request: Request, network: str) -> HttpResponse:
    """Save what the list asks under a name."""
    reading = opened(register, request, network)
    question = question_of(reading, request)
    save_view(
        reading.network,
        actor=request.actor,
        register=register.noun,
        name=request.POST.get("nom", ""),
        query=question.address(),
        shared=request.POST.get("partagee") == "oui",
    )
    messages.success(request, "Vue enregistrée.")
    return redirect(f"{register.address('', network)}?{question.address()}")


def drop_view(register: Register, request: Request, network: str, view: int) -> HttpResponse:
    """Forget a saved view."""
    reading = opened(register, request, network)
    found = get_object_or_404(SavedView, pk=view, pk__in=[kept.pk for kept in reading.views])
    delete_view(found, actor=request.actor)
    messages.success(request, f"Vue «\u00a0{found.name}\u00a0» supprimée.")
    return redirect(register.address("", network))
