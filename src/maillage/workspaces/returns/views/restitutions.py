"""A return filled: opened for a year, its figures, controls, acts and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.absence import Absent
from maillage.kernel.models import last_event
from maillage.kernel.money import number
from maillage.kernel.period import MONTHS
from maillage.kernel.verdicts import Verdict
from maillage.people.queries import names_of
from maillage.people.requests import Request
from maillage.sheets.named_cells import filled as filled_workbook
from maillage.sheets.writing import XLSX, Column, Measure, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import attachment, exported
from maillage.ui.fields import DayField, sent_number
from maillage.ui.tables import LinkedAbsent, LinkedMeasure, shown
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.restitutions import (
    check_restitution,
    correct_restitution,
    facts_stamp,
    open_restitution,
    refill,
    reopen_restitution,
    send_restitution,
)
from maillage.workspaces.returns.engine.definition import Line
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.filling import Filled, changed
from maillage.workspaces.returns.engine.mapping import written
from maillage.workspaces.returns.engine.tables import control_table, return_table
from maillage.workspaces.returns.models import CellComment
from maillage.workspaces.returns.queries.gathering import gather
from maillage.workspaces.returns.queries.reading import Read
from maillage.workspaces.returns.views.page import (
    definition_asked,
    definition_outline,
    restitution_asked,
    restitution_outline,
    url,
)

STEPS = ("filled", "checked", "sent")
SHOWN = 200
"""Cells that change shown one by one before a filling."""


class OpenForm(forms.Form):
    year = forms.IntegerField(label="Exercice", min_value=2000, max_value=2100)
    month = forms.TypedChoiceField(
        label="Arrêté à la fin de", coerce=int,
        choices=[(12, "décembre, l’exercice entier"), *((n, MONTHS[n - 1]) for n in range(1, 12))],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def open_for_year(request: Request, network: str, code: str) -> HttpResponse:
    """Fill the last published version for a year."""
    definition = definition_asked(request, network, code)

    def run(year: int, month: int) -> Done:
        made = open_restitution(definition, actor=request.actor, year=year, month=month)
        return "État ouvert et rempli.", url("restitution", definition, made.number)

    act = Act(
        "Remplir pour un exercice", "Ouvrir et remplir", url("definition", definition),
        lead="Les cellules sont lues aux livres et aux budgets votés, puis restent telles quelles "
        "jusqu’à ce qu’on les relise.",
        verdict=rules.can_describe(definition, actor=request.actor),
        outline=definition_outline(request, definition, "Remplir"),
    )  # fmt: skip
    form = OpenForm(request.POST or None, initial={"year": timezone.localdate().year - 1})
    return act_page(request, act, run, form)


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
    filters = [
        f"{held.definition.title}, version {held.version.number}, {held.period.words}",
        held.get_state_display(),
    ]
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
        "verdicts": {name: verb.guard(held, actor=request.actor) for name, verb in VERBS.items()},
        "correction": getattr(held, "correction", None),
        "template": held.definition.templates.filter(replaced_at=None).defer("data").first(),
        "keeps": read.sight.keeps,
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
    rows = [line for line in read.filled.definition.rows if line.kind == "typed"]
    mine = [column for column in columns if read.sight.types(column)]
    done = sum((line.code, column.code) in read.by_place for line in rows for column in mine)
    return {
        "count": len(rows) * len(mine),
        "done": done,
        "is_open": read.restitution.state == "prepared",
    }


@require_safe
def export(request: Request, network: str, code: str, number: int, extension: str) -> HttpResponse:
    """What the page shows, in a file."""
    return exported(figures(restitution_asked(request, network, code, number)), extension)


@require_safe
def template_export(request: Request, network: str, code: str, number: int) -> HttpResponse:
    """The receiver’s own workbook, filled; for whoever reads every column."""
    read = restitution_asked(request, network, code, number)
    held = read.restitution
    template = held.definition.templates.filter(replaced_at=None).first()
    if template is None or len(read.columns) != len(read.filled.columns):
        raise Http404
    pairs = {name: (pair[0], pair[1]) for name, pair in template.mapping.items()}
    values: Any = written(read.filled, pairs, template.absent)
    data = filled_workbook(bytes(template.data), template.name, values)
    return attachment(data, XLSX, f"{held.definition.code}-{held.year}-{held.number}.xlsx")


# -- acts -----------------------------------------------------------------------------------------


class SendForm(forms.Form):
    on = DayField(label="Date d’envoi")

    def __init__(self, *args: Any, filled: Filled, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in filled.controlled():
            if one.wants_reason and not one.is_blocked:
                self.fields[f"motif-{one.control.code}"] = forms.CharField(
                    label=f"Motif\u00a0: {one.control.label}", max_length=500,
                    help_text=f"{one.control.rule} ne tient pas ou n’est pas connu en "
                    f"{', '.join([*one.failed, *one.unknown][:6])}.",
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """An act of the life of a return as a page."""

    title: str
    label: str
    consequence: str
    done: str
    guard: Callable[..., Verdict]
    act: Callable[..., Any]
    grave: bool = False


VERBS: dict[str, Verb] = {
    "remplir": Verb(
        "Relire livres et budgets", "Remplir de nouveau",
        "Les cellules lues aux livres et aux budgets prennent leur valeur d’aujourd’hui\u00a0; ce "
        "qui est saisi reste.",
        "État rempli de nouveau.", rules.can_fill, refill,
    ),
    "controler": Verb(
        "Dire cet état contrôlé", "Dire contrôlé",
        "Plus rien ne s’y saisit ni ne s’y relit, tant qu’il n’est pas rouvert.",
        "État contrôlé.", rules.can_check, check_restitution,
    ),
    "rouvrir": Verb(
        "Rouvrir cet état", "Rouvrir", "Les cellules se saisissent et se relisent de nouveau.",
        "État rouvert.", rules.can_reopen, reopen_restitution,
    ),
    "envoyer": Verb(
        "Dire cet état envoyé", "Enregistrer l’envoi",
        "Un état envoyé ne change plus\u00a0: ses valeurs sont scellées. Une erreur se corrige par "
        "un nouvel état.",
        "Envoi enregistré.", rules.can_send, send_restitution, True,
    ),
    "corriger": Verb(
        "Corriger cet état", "Ouvrir la correction",
        "L’état envoyé reste tel quel\u00a0; un nouveau s’ouvre pour la même période, rempli de "
        "nouveau, avec ce qui avait été saisi.",
        "Correction ouverte.", rules.can_correct, correct_restitution,
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: Request, network: str, code: str, number: int, name: str) -> HttpResponse:
    """The page of an act, what it weighs, then the act."""
    read = restitution_asked(request, network, code, number)
    if name not in VERBS:
        raise Http404
    chosen, held = VERBS[name], read.restitution
    verdict = chosen.guard(held, actor=request.actor)
    sending = name == "envoyer" and bool(verdict)
    form = SendForm(request.POST or None, filled=read.filled) if sending else None
    preview = _preview(read) if name == "remplir" and verdict else None
    seen: Any = preview[1] if preview else last_event(held)

    def run(**typed: Any) -> Done:
        return chosen.done, _do(request, read, name, typed)

    act = Act(
        chosen.title, chosen.label, url("restitution", held.definition, number),
        chosen.consequence, verdict=verdict, grave=chosen.grave,
        outline=restitution_outline(request, held, chosen.title), hidden={"lu": seen},
    )  # fmt: skip
    blocked = [one for one in read.filled.controlled() if one.is_blocked] if sending else []
    table = shown(preview[0]) if preview else None
    more = {"table": table, "is_refill": name == "remplir", "blocked": blocked}
    return act_page(request, act, run, form, template="returns/verb.html", context=lambda: more)


def _do(request: Request, read: Read, name: str, typed: dict[str, Any]) -> str:
    """Do it; the address where to go on."""
    held, more = read.restitution, dict[str, Any]()
    lu = request.POST.get("lu")
    if name == "remplir":
        more["seen"] = lu
    elif name != "corriger":
        more["seen"] = sent_number(lu)
    if name == "envoyer":
        more["on"] = typed["on"]
        more["reasons"] = {key.removeprefix("motif-"): text for key, text in typed.items()
                           if key.startswith("motif-")}  # fmt: skip
    made = VERBS[name].act(held, actor=request.actor, **more)
    return url("restitution", held.definition, made.number)


def _preview(read: Read) -> tuple[Table, str]:
    """What a filling would change, and what names it."""
    held = read.restitution
    facts = gather(held.network, held.version.held, held.period)
    after = Filled(held.version.held, facts, held.period, read.filled.typed)
    moved = changed(read.filled, after)
    heads = [Column("Ligne", width=40), Column("Colonne", width=30), Column("Avant", "decimal", 18),
             Column("Après", "decimal", 18), Column("Écart", "decimal", 18)]  # fmt: skip
    rows = [
        (line.label, column.label, *(_said(line, one) for one in pair), _gap(line, *pair))
        for line, column, *pair in moved[:SHOWN]
    ]
    more = len(moved) - SHOWN
    filters = [f"et {number(more)} autres cellules"] if more > 0 else []
    return Table("Ce qui changerait", heads, rows, filters), facts_stamp(facts.as_json())


def _said(line: Line, value: Any) -> Any:
    return value if value is None or isinstance(value, Absent) else Measure(value, line.decimals)


def _gap(line: Line, before: Any, now: Any) -> Any:
    if before is None or isinstance(before, Absent) or isinstance(now, Absent):
        return None
    return Measure(now - before, line.decimals)


HERE = "etats/<slug:code>/rendus/<int:number>/"
routes = [
    path("etats/<slug:code>/remplir/", open_for_year, name="open"),
    path(HERE, restitution, name="restitution"),
    path(f"{HERE}etat.<str:extension>", export, name="restitution_export"),
    path(f"{HERE}modele-rempli.xlsx", template_export, name="template_export"),
    path(f"{HERE}acte/<slug:name>/", verb, name="verb"),
]
