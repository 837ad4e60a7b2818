"""A return filled: opened for a year, its figures, controls, acts and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from maillage.kernel.absence import Absent
from maillage.kernel.verdicts import Verdict
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.sheets.named_cells import filled as filled_workbook
from maillage.sheets.writing import XLSX, Table, to_workbook
from maillage.ui.downloads import attachment, exported
from maillage.ui.tables import LinkedAbsent, LinkedMeasure, shown
from maillage.ui.tables import read as read_as
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.engine.definition import Line, seal_of
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.mapping import written
from maillage.workspaces.returns.engine.tables import (
    control_lines,
    control_table,
    return_table,
)
from maillage.workspaces.returns.models import CellComment
from maillage.workspaces.returns.queries.reading import Read, template_of
from maillage.workspaces.returns.views.page import (
    restitution_asked,
    restitution_outline,
    url,
)

STEPS = ("filled", "checked", "sent")
GUARDS: dict[str, Callable[..., Verdict]] = {
    "remplir": rules.can_fill,
    "controler": rules.can_check,
    "rouvrir": rules.can_reopen,
    "envoyer": rules.can_send,
    "corriger": rules.can_correct,
    "abandonner": rules.can_abandon,
}


# -- the figures ----------------------------------------------------------------------------------


def _cell_url(read: Read, line: Line, column: FilledColumn) -> str:
    held = read.restitution
    return url("cell", held.definition, held.number, line.code, column.code)


def _linked(read: Read) -> Callable[[Line, FilledColumn, Any], Any]:
    def cell(line: Line, column: FilledColumn, value: Any) -> Any:
        where = _cell_url(read, line, column)
        return (
            LinkedAbsent(value, where) if isinstance(value, Absent) else LinkedMeasure(value, where)
        )

    return cell


def figures(read: Read, **more: Any) -> Table:
    """The table its page shows and its files hold."""
    held = read.restitution
    state = held.get_state_display()
    filters = [
        f"{held.definition.title}, version {held.version.number}, {held.period.words}",
        f"{state} le {read_as('date', held.sent_on)}" if held.sent_on else state,
        *control_lines(read.filled.controlled(), read.columns, held.reasons),
    ]
    if held.corrects:
        filters.insert(1, "Correction")
    return return_table(read.filled, read.columns, str(held), filters, **more)


@require_safe
def restitution(request: Request, network: str, code: str, number: int) -> HttpResponse:
    read = restitution_asked(request, network, code, number)
    held, columns = read.restitution, read.columns
    controlled = read.filled.controlled()
    comments = [c for c in held.comments.all() if c.column in {column.code for column in columns}]
    people = [held.filled_by, held.checked_by, held.sent_by, *(c.said_by for c in comments)]
    names = names_of({*people})
    context = restitution_outline(request, held) | {
        "table": shown(figures(read, cell=_linked(read))),
        "controls": shown(control_table(controlled, columns, held.reasons, "Contrôles")),
        "controlled": controlled,
        "failing": sum(bool(_within(one.failed, columns)) for one in controlled),
        "unknown": sum(bool(_within(one.unknown, columns)) for one in controlled),
        "remarks": _remarks(read),
        "comments": [(c, names.get(c.said_by, ""), _cell_of(read, c)) for c in comments],
        "by": {key: names.get(getattr(held, f"{key}_by"), "") for key in STEPS},
        "typing": _typing(read, columns),
        "verdicts": {name: guard(held, actor=request.actor) for name, guard in GUARDS.items()},
        "correction": getattr(held, "correction", None),
        "template": held.template_use if held.is_sent else template_of(held.definition),
        "keeps": read.sight.keeps,
        "is_sound": not held.is_sent or seal_of(held.sealed) == held.seal,
    }  # fmt: skip
    return render(request, "returns/restitution.html", context)


def _within(codes: Sequence[str], columns: Sequence[FilledColumn]) -> list[str]:
    known = {column.code for column in columns}
    return [code for code in codes if code in known]


def _cell_of(read: Read, said: CellComment) -> dict[str, str]:
    line, held = read.filled.definition.lines[said.row], read.filled.by_code[said.column]
    return {"label": f"{line.label}, {held.label}", "url": _cell_url(read, line, held)}


def _remarks(read: Read) -> list[str]:
    """What is to be known of the chambers this reader sees."""
    names = dict(read.filled.facts.chambers)
    seen = {c for column in read.columns for c in column.chambers}
    whole = "" in seen
    return [
        f"{names.get(code, code)}, {text}"
        for code, text in read.filled.facts.remarks
        if whole or code in seen
    ]


def _typing(read: Read, columns: Sequence[FilledColumn]) -> dict[str, Any]:
    """Cells that this reader may type, and how many of them are."""
    mine = [column for column in columns if read.sight.types(column)]
    cells = [
        (line.code, column.code)
        for line in read.filled.definition.rows
        for column in mine
        if read.filled.is_typed(line, column)
    ]
    done = sum(cell in read.by_place for cell in cells)
    return {
        "count": len(cells),
        "done": done,
        "is_open": read.restitution.state == "prepared",
    }


@require_safe
def export(request: Request, network: str, code: str, number: int, extension: str) -> HttpResponse:
    """What the page shows, in a file; a workbook has a sheet of controls too."""
    read, table = (found := restitution_asked(request, network, code, number)), figures(found)
    controlled = read.filled.controlled()
    if extension != "xlsx" or not controlled:
        return exported(table, extension)
    controls = control_table(controlled, read.columns, read.restitution.reasons, "Contrôles")
    data = to_workbook([table, controls], timezone.localdate())
    return attachment(data, XLSX, f"{slugify(table.title)}.xlsx")


@require_safe
def template_export(request: Request, network: str, code: str, number: int) -> HttpResponse:
    """The receiver’s own workbook, filled; for whoever reads every column. What is sent is told in
    the workbook and the mapping of the day it was sent, whatever was deposited since."""
    read = restitution_asked(request, network, code, number)
    held = read.restitution
    current = held.definition.templates.filter(replaced_at=None)
    template = held.template if held.is_sent else current.first()
    if template is None or len(read.columns) != len(read.filled.columns):
        raise Http404
    use = held.template_use if held.is_sent else template.use
    pairs = {name: (pair[0], pair[1]) for name, pair in use["mapping"].items()}
    values: Any = written(read.filled, pairs, use["absent"])
    data = filled_workbook(bytes(template.data), template.name, values)
    return attachment(data, XLSX, f"{held.definition.code}-{held.year}-{held.number}.xlsx")


HERE = "etats/<slug:code>/rendus/<int:number>/"
routes = [
    path(HERE, restitution, name="restitution"),
    path(f"{HERE}etat.<str:extension>", export, name="restitution_export"),
    path(f"{HERE}modele-rempli.xlsx", template_export, name="template_export"),
]
