"""The acts of the life of a return: opened for a year, filled, checked, sent, corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.kernel.absence import Absent
from maillage.kernel.models import last_event
from maillage.kernel.money import number
from maillage.kernel.period import MONTHS
from maillage.kernel.verdicts import Verdict, require
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Measure, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.fields import DayField, number_seen, seen_sent
from maillage.ui.tables import shown
from maillage.workspaces.returns import rules
from maillage.workspaces.returns.actions.restitutions import (
    abandon_restitution,
    check_restitution,
    correct_restitution,
    facts_stamp,
    open_restitution,
    published_of,
    refill,
    reopen_restitution,
    send_restitution,
)
from maillage.workspaces.returns.engine.definition import Line
from maillage.workspaces.returns.engine.facts import FilledColumn
from maillage.workspaces.returns.engine.filling import Filled, changed, decimals_of
from maillage.workspaces.returns.models import Restitution
from maillage.workspaces.returns.queries.gathering import gather
from maillage.workspaces.returns.queries.reading import Read
from maillage.workspaces.returns.views.page import (
    definition_asked,
    definition_outline,
    restitution_asked,
    restitution_outline,
    url,
)

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


class CorrectForm(forms.Form):
    """Which version a correction is of: that of what was sent, or the last one published."""

    version = forms.TypedChoiceField(
        label="Version de la définition", coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, sent: int, last: int, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["version"]
        field.initial = sent
        field.choices = [  # type: ignore[attr-defined]
            (sent, f"version {sent}, celle de l’état envoyé"),
            (last, f"version {last}, la dernière publiée"),
        ]
        field.help_text = (
            f"L’état envoyé est de la version {sent}\u00a0; la version {last}, publiée depuis, "
            "peut avoir d’autres lignes, colonnes et contrôles."
        )


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
    "abandonner": Verb(
        "Abandonner cet état", "Abandonner",
        "L’état non envoyé disparaît avec ses saisies et ses commentaires\u00a0; le journal garde "
        "les valeurs saisies.",
        "État abandonné.", rules.can_abandon, abandon_restitution, True,
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
    form: forms.Form | None = _correcting(request, held) if name == "corriger" and verdict else None
    if sending:
        form = SendForm(request.POST or None, filled=read.filled)
    preview = _preview(read) if name == "remplir" and verdict else None
    seen: Any = preview[1] if preview else last_event(held)

    def run(**typed: Any) -> Done:
        require(verdict)
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


def _correcting(request: Request, held: Restitution) -> forms.Form | None:
    """The choice of a version, where one was published since what was sent."""
    last = published_of(held.definition)
    if last is None or last.number == held.version.number:
        return None
    sent = request.POST if request.method == "POST" else None
    return CorrectForm(sent, sent=held.version.number, last=last.number)


def _do(request: Request, read: Read, name: str, typed: dict[str, Any]) -> str:
    """Do it; the address where to go on."""
    held, more = read.restitution, dict[str, Any]()
    if name == "remplir":
        more["seen"] = seen_sent(request.POST, "lu")
    elif name != "corriger":
        more["seen"] = number_seen(request.POST, "lu")
    if name == "corriger":
        more["version"] = typed.get("version")
    if name == "envoyer":
        more["on"] = typed["on"]
        more["reasons"] = {key.removeprefix("motif-"): text for key, text in typed.items()
                           if key.startswith("motif-")}  # fmt: skip
    made = VERBS[name].act(held, actor=request.actor, **more)
    if name == "abandonner":
        return url("definition", held.definition)
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
        (
            line.label,
            column.label,
            *(_said(line, column, one) for one in pair),
            _gap(line, column, *pair),
        )
        for line, column, *pair in moved[:SHOWN]
    ]
    more = len(moved) - SHOWN
    filters = [f"et {number(more)} autres cellules"] if more > 0 else []
    return Table("Ce qui changerait", heads, rows, filters), facts_stamp(facts.as_json())


def _said(line: Line, column: FilledColumn, value: Any) -> Any:
    if value is None or isinstance(value, Absent):
        return value
    return Measure(value, decimals_of(line, column))


def _gap(line: Line, column: FilledColumn, before: Any, now: Any) -> Any:
    if before is None or isinstance(before, Absent) or isinstance(now, Absent):
        return None
    return Measure(now - before, decimals_of(line, column))


HERE = "etats/<slug:code>/rendus/<int:number>/"
routes = [
    path("etats/<slug:code>/remplir/", open_for_year, name="open"),
    path(f"{HERE}acte/<slug:name>/", verb, name="verb"),
]
