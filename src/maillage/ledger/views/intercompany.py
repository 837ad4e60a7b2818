"""What each chamber says of the others: agreements, differences, what only one has booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.ledger.control_tables import control_table, remarks_table
from maillage.ledger.engine.control import Control, Remark, control_of
from maillage.ledger.engine.gap_causes import Causes
from maillage.ledger.engine.reciprocity import Reciprocity, sides_compared
from maillage.ledger.queries.accounts_question import Question, former_of
from maillage.ledger.queries.beside import stops_of
from maillage.ledger.views.accounts_question import OF_EXERCISE, question_of
from maillage.ledger.views.kept import kept
from maillage.ledger.views.network_page import page_context
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Table
from maillage.ui import tables
from maillage.ui.asked import choice
from maillage.ui.downloads import exported

MANY = 20
"""Pairs above which differences alone are shown unless all are asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of chambers on one pair of families."""

    found: Reciprocity
    causes: Causes
    url: str
    says_url: str
    answers_url: str


def control(question: Question) -> Control:
    """What is eliminated in the year of the question, and what is left."""
    if question.year is None:
        return Control((), ())
    year = question.year
    return control_of(year.result, year.families, _stops(question), former_of(question))


def _stops(question: Question) -> dict[str, dt.date]:
    """The last day of each book that stops before its closing, by chamber."""
    if question.year is None:
        return {}
    return stops_of(question.year.files)


def _remarks(question: Question) -> Table:
    """What is between chambers and stays in the accounts; each account leads to its lines."""
    code = question.entity.code if question.entity else ""
    here = reverse("ledger:entry_lines", args=[question.network.code])
    names = {e.code: e.short_name for e in question.network.entities.all()}

    def link(remark: Remark) -> str:
        faced = {"partenaire": remark.partner} if remark.partner else {}
        asked = {"chambre": remark.entity, "compte": remark.account, "exact": "oui"} | faced
        return f"{here}?{urlencode(question.parameters | asked)}"

    held = [r for r in control(question).remarks if code in ("", r.entity, *r.faced)]
    return remarks_table(held, question.chart, names, question.words, link)


def _rows(question: Question) -> list[Row]:
    if question.year is None:
        return []
    code = question.entity.code if question.entity else ""
    here = reverse("ledger:entry_lines", args=[question.network.code])
    year = str(question.year.year)
    rows = []
    for found, causes in control(question).compared:
        if code not in ("", found.entity, found.partner):
            continue
        asked = {"famille": found.family.code, "nature": found.nature}
        mine, other = sides_compared(found.nature)
        one, two = found.entity, found.partner
        ours = {"chambre": one, "partenaire": two, **asked, "sens": mine or ""}
        theirs = {"chambre": two, "partenaire": one, **asked, "sens": other or ""}
        query = {"exercice": year}
        pair_named = [question.network.code, found.entity, found.partner, found.family.code]
        pair = reverse("ledger:intercompany_pair", args=pair_named)
        rows.append(
            Row(
                found,
                causes,
                f"{pair}?{urlencode(query | {'nature': found.nature})}",
                f"{here}?{urlencode(query | ours)}",
                f"{here}?{urlencode(query | theirs)}",
            )
        )
    return rows


def _only(request: Request, everything: list[Row]) -> bool:
    """Whether differences alone are shown."""
    asked_for = choice(request, "seulement", ("ecarts", "toutes"), "ce qui tient sur une page")
    return asked_for == "ecarts" or (asked_for != "toutes" and len(everything) > MANY)


def _different(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.found.difference]


@require_safe
@kept
def intercompany(request: Request, network: str) -> HttpResponse:
    """Pairs of chambers, differences first; auxiliary accounts nobody was given to."""
    found = kept_network(request, network)
    question = question_of(request, found, OF_EXERCISE)
    everything = _rows(question)
    only = _only(request, everything)
    different = _different(everything)
    held = different if only else everything
    shown = "ecarts" if only else "toutes"
    context = page_context(request, found, "ledger:intercompany") | {
        "question": question,
        "only": only,
        "pairs": tables.shown(_reciprocities(question, held, only=only)),
        "count": len(everything),
        "different": len(different),
        "control": control(question),
        "remarks": tables.shown(_remarks(question)),
        "query_remarks": urlencode(question.parameters | {"quoi": "constats"}),
        "query": urlencode(question.parameters | {"seulement": shown}),
        "query_all": urlencode(question.parameters | {"seulement": "toutes"}),
    }
    return render(request, "ledger/intercompany.html", context)


@require_safe
@kept
def export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    question = question_of(request, found, OF_EXERCISE)
    rows = _rows(question)
    if only := _only(request, rows):
        rows = _different(rows)
    if choice(request, "quoi", ("constats",), "les réciproques") == "constats":
        return exported(_remarks(question), extension)
    return exported(_reciprocities(question, rows, only=bool(only)), extension)


def _reciprocities(question: Question, rows: list[Row], *, only: bool) -> Table:
    """What each chamber says of another, what it is answered, the gap; each leads to its lines."""
    names = {e.code: e.short_name for e in question.network.entities.all()}
    filters = [*question.words, *(["Seulement les écarts"] if only else [])]
    links = [(row.says_url, row.answers_url, row.url) for row in rows]
    return control_table(
        [(row.found, row.causes) for row in rows], names, filters, links, _stops(question)
    )


routes = [
    path("reciproques/", intercompany, name="intercompany"),
    path("reciproques/export.<str:extension>", export, name="intercompany_export"),
]
