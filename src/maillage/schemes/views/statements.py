"""The statements of an edition: read by function, written, moved and taken out of a draft."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.people.requests import Request
from maillage.schemes import rules
from maillage.schemes.actions import (
    STATEMENTS,
    add_statement,
    move_statement,
    remove_statement,
    revise_statement,
)
from maillage.schemes.actions.statements import MOST_HORIZON, MOST_PAGE, MOST_TEXT
from maillage.schemes.engine.document import (
    MODE_LABELS,
    MOST_QUOTE,
    EditionDocument,
    OperatingMode,
    StatementDoc,
)
from maillage.schemes.engine.shortened import named
from maillage.schemes.models import Edition
from maillage.schemes.queries import document_of
from maillage.schemes.views.editions import edition_route, outline_of, visible_edition
from maillage.schemes.views.passages import Pages
from maillage.ui.acts import Act, Done, act_page

PAGES = Pages(
    STATEMENTS,
    "schemes:statements",
    "Énoncés",
    "enonce",
    lambda said: named(said.text),
    lambda said: said.text,
    revise_statement,
    move_statement,
    remove_statement,
)


class StatementForm(forms.Form):
    text = forms.CharField(
        label="Énoncé",
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce que la source dit de la fonction sans placer de cellule\u00a0: un but, des "
        "actions qu’elle n’attribue pas à un mode.",
    )
    modes = forms.MultipleChoiceField(
        label="Modes que la source nomme",
        required=False,
        choices=[(mode.value, MODE_LABELS[mode]) for mode in OperatingMode],
        widget=forms.CheckboxSelectMultiple,
    )
    horizon = forms.CharField(
        label="Horizon",
        required=False,
        max_length=MOST_HORIZON,
        help_text="Le temps, comme elle le dit\u00a0: «\u00a02027\u00a0», «\u00a0à terme\u00a0».",
    )
    source_page = forms.CharField(label="Page de la source", required=False, max_length=MOST_PAGE)
    source_quote = forms.CharField(
        label="Citation",
        required=False,
        max_length=MOST_QUOTE,
        help_text="Quelques mots de la source, pour les retrouver.",
    )

    def clean_modes(self) -> str:
        return "".join(sorted(self.cleaned_data["modes"]))


class NewStatementForm(StatementForm):
    function = forms.ChoiceField(label="Fonction")
    field_order = ("function",)

    def __init__(self, functions: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["function"].choices = functions  # type: ignore[attr-defined]


@require_safe
def statements(request: Request, pk: int) -> HttpResponse:
    """Statements by function, with what may be done of each."""
    edition = visible_edition(request, pk)
    verdict = rules.can_administer(edition, actor=request.actor)
    rows = STATEMENTS.of(edition) if edition.is_draft else []
    context = {
        "edition": edition,
        **outline_of(request, edition, "Énoncés"),
        "functions": by_function(document_of(edition)),
        "can_revise": verdict,
        "neighbours": PAGES.neighbours(rows),
    }
    return render(request, "schemes/statements.html", context)


def by_function(document: EditionDocument) -> list[tuple[str, str, list[StatementDoc]]]:
    """Code and name of each function that has statements, and those."""
    ranks = {f.code: rank for rank, f in enumerate(document.functions)}
    names = {f.code: f.name for f in document.functions}
    ordered = sorted(document.statements, key=lambda said: ranks[said.function])
    grouped = groupby(ordered, key=lambda said: said.function)
    return [(function, names[function], list(rows)) for function, rows in grouped]


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.revised(request, pk, code, _form, "schemes/statement.html")


def _form(data: Any, stored: dict[str, Any]) -> forms.Form:
    return StatementForm(data, initial=stored | {"modes": list(stored["modes"])})


@require_http_methods(["GET", "HEAD", "POST"])
def statement_new(request: Request, pk: int) -> HttpResponse:
    """A statement more, of the function one says."""
    edition = visible_edition(request, pk)
    asked = {"function": request.GET.get("fonction", "")}
    form = NewStatementForm(_functions(edition), request.POST or None, initial=asked)
    here = PAGES.url(edition)

    def run(**given: Any) -> Done:
        add_statement(edition, actor=request.actor, **given)
        again = f"{reverse('schemes:statement_new', args=[pk])}?fonction={given['function']}"
        return "Énoncé ajouté.", again if request.POST.get("geste") == "encore" else here

    act = Act(
        "Ajouter un énoncé",
        "Ajouter",
        here,
        verdict=rules.can_administer(edition, actor=request.actor),
        outline=outline_of(request, edition, "Énoncés", "Ajouter un énoncé"),
        another="Ajouter, puis un autre",
    )
    return act_page(request, act, run, form)


def _functions(edition: Edition) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in edition.scheme.network.functions.all()]


@require_http_methods(["GET", "HEAD", "POST"])
def statement_remove(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.removed(request, pk, code)


@require_POST
def statement_move(request: Request, pk: int, code: str) -> HttpResponse:
    return PAGES.moved(request, pk, code)


_ONE = "editions/<int:pk>/enonces/<slug:code>/"
routes = [
    edition_route("enonces/", statements, "statements"),
    edition_route("enonces-nouveau/", statement_new, "statement_new"),
    path(_ONE, statement, name="statement"),
    path(f"{_ONE}retirer/", statement_remove, name="statement_remove"),
    path(f"{_ONE}deplacer/", statement_move, name="statement_move"),
]
