"""Self-financing, working capital and the financing table, by chamber and consolidated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.kernel.period import SHORT_MONTHS
from maillage.ledger.amount_columns import absent_whole
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.flows import shipped_flows
from maillage.ledger.financing_tables import (
    BALANCE,
    CAF,
    CAF_EBE,
    FINANCING,
    Financing,
    Standing,
    absences,
    chamber_standings,
    equality,
    financing_of,
    residues,
    shown_rows,
    written,
)
from maillage.ledger.queries.financing import (
    Positions,
    first_day,
    positions,
)
from maillage.ledger.queries.reach import NO_BOOK
from maillage.ledger.views.accounts_question import Question, question_of
from maillage.ledger.views.network_page import page_context
from maillage.ledger.views.notices import limits_of, notices_of
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Table
from maillage.ui.downloads import exported

PAGE, TITLE = "ledger:financing", "Financement"
KEPT = ("exercice", "mois", "chambre", "perimetre")
UNOPENED = "aucun à-nouveau dans le livre, donc aucune variation"


def _question(request: Request, network: Network) -> Question:
    """Months count from the first; chambers or exercises stand side by side; an axis has no CAF."""
    asked = question_of(request, network)
    month = None if asked.span.monthly else asked.span.month
    kept = {k: v for k, v in asked.parameters.items() if k in KEPT}
    more = {"cumul": "oui"} if month else {}
    return replace(
        asked,
        span=Span(month, cumulated=bool(month), until=asked.span.until),
        parameters=kept | more,
        columns="",
        prefix="",
    )


def _tables(question: Question) -> list[Financing]:
    if question.year is None:
        return []
    found = positions([question.year, *question.past], question.span)
    flows, day = shipped_flows(), first_day(question.year)
    both = _standings(question, found)
    moves = _moves(question, found)
    return [
        *(financing_of(flows, code, both, day) for code in (CAF, CAF_EBE, BALANCE)),
        financing_of(flows, FINANCING, moves, day),
    ]


def _chambers(question: Question, found: Positions, *, moves: bool = False) -> list[Standing]:
    """Each chamber as it books. `moves`: variations are asked, which opening entries make known."""
    assert question.year is not None
    number, silent = question.year.year, question.silent

    def of(entity: Entity) -> Standing:
        cell = entity.code, str(number)
        if cell not in found.own or entity.code in silent:
            return Standing(entity.short_name, (), None, silent.get(entity.code, NO_BOOK))
        missing = UNOPENED if moves and cell in found.unopened else ""
        return Standing(entity.short_name, ((1, found.own[cell]),), entity.code, missing)

    return [of(entity) for entity in question.entities]


def _standings(question: Question, found: Positions) -> list[Standing]:
    """Chambers as they book, eliminations, the whole; the year before where it is there."""
    assert question.year is not None
    whole = ("", str(question.year.year))
    if question.entity is None:
        chambers = [(entity.code, entity.short_name) for entity in question.entities]
        own = {code: at for (code, period), at in found.own.items() if period == whole[1]}
        columns = chamber_standings(
            chambers, own, found.adjusted[whole], found.net[whole], question.silent
        )
    else:
        columns = _chambers(question, found)
    is_alike = not (question.uneven or question.unlike)
    for past in question.past[:1] if is_alike else ():
        cell = question.entity.code if question.entity else "", str(past.year)
        held = found.own if question.entity else found.net
        until = question.span.until
        stop = f" à fin {SHORT_MONTHS[until.month - 1]}" if until else ""
        span = question.span.later(past.year - question.year.year)
        why = question.absent_in(past.year, span)
        terms = () if why else ((1, held[cell]),)
        columns.append(Standing(f"{past.year}{stop}", terms, None, why.reason if why else ""))
    return columns


def _moves(question: Question, found: Positions) -> list[Standing]:
    """Chambers as they book and their sum: a loan between two of them is a resource and a use."""
    columns = _chambers(question, found, moves=True)
    if question.entity is None and len(columns) > 1:
        told = absent_whole(question.silent)
        lacking = [c.head for c in columns if c.missing]
        why = told.reason if told else f"{UNOPENED} ({', '.join(lacking)})" if lacking else ""
        terms = () if told else tuple(t for c in columns for t in c.terms)
        columns.append(Standing("Somme", terms, None, why))
    return columns


@dataclass(frozen=True, slots=True)
class Proofs:
    """Equalities that hold, and those that do not with where and why; each in words."""

    held: list[str]
    failed: list[str]


def _proofs(question: Question, tables: list[Financing]) -> Proofs:
    if not tables:
        return Proofs([], [])
    agree, told = equality(tables[0], tables[1])
    held = [told] if told and agree else []
    failed = [] if agree else [told]
    for one in tables[2:]:
        gaps = residues(one)
        if gaps:
            failed.append(f"{one.table.title}, écart\u00a0: {', '.join(gaps)}.{_why(question)}")
    return Proofs(held, failed)


def _why(question: Question) -> str:
    """The local accounts no rule sends anywhere, which a residue is most often made of."""
    assert question.year is not None
    names = {entity.code: entity.short_name for entity in question.entities}
    left = [f"{names[e]} {account}" for e, account in question.year.result.unmapped if e in names]
    more = f" et {len(left) - 8} autres" if len(left) > 8 else ""
    return f" Comptes sans correspondance : {', '.join(left[:8])}{more}." if left else ""


@require_safe
def financing(request: Request, network: str) -> HttpResponse:
    """What the exercise let each chamber finance, and what it did of it."""
    found = kept_network(request, network)
    question = _question(request, found)
    tables = _tables(question)
    asked = question.parameters | {"detail": "oui"}

    def entries(chamber: str, account: str) -> str:
        narrowed = {"chambre": chamber, "compte": account, "exact": "oui"}
        here = reverse("ledger:entry_lines", args=[network])
        return f"{here}?{urlencode(question.parameters | narrowed)}"

    context: dict[str, Any] = page_context(request, found, PAGE) | {
        "question": question,
        "unmapped": question.year.unmapped if question.year else (0, 0),
        "notices": notices_of(question),
        "heading": question.titled(TITLE),
        "tables": [
            (one, list(shown_rows(one, question.chart, f"?{urlencode(asked)}", entries)))
            for one in tables
        ],
        "absences": absences(tables),
        "proofs": _proofs(question, tables),
        "detailed": request.GET.get("detail") == "oui",
        "query_detail": urlencode(asked),
    }
    return render(request, "ledger/financing.html", context)


def table_asked(question: Question) -> Table:
    tables = _tables(question)
    proofs = _proofs(question, tables)
    words = [*question.words, *proofs.held, *proofs.failed, *limits_of(question)]
    return written(tables, question.chart, question.titled(TITLE), words)


@require_safe
def financing_export(request: Request, network: str, extension: str) -> HttpResponse:
    question = _question(request, kept_network(request, network))
    return exported(table_asked(question), extension)


routes = [
    path("financement/", financing, name="financing"),
    path("financement/export.<str:extension>", financing_export, name="financing_export"),
]
