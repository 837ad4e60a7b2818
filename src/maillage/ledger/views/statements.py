"""The income statement and the balance sheet, by chamber and consolidated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.ledger.amount_columns import AmountColumn, absent_whole
from maillage.ledger.consolidated_tables import (
    STATEMENTS,
    Line,
)
from maillage.ledger.queries.accounts_question import COLUMNS, LEVELS, Question
from maillage.ledger.queries.asked_tables import StatementView, statement_asked, statement_view
from maillage.ledger.queries.notices import notices_of
from maillage.ledger.views.accounts_question import OF_ACCOUNTS, question_of
from maillage.ledger.views.amount_columns import (
    LinkedAmount,
    fit_of,
    key_words,
    linked_amounts,
)
from maillage.ledger.views.kept import kept
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.cents import NAME as CENTS
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported

TRIAL = "ledger:trial_balance"
TITLES = {
    TRIAL: "Balance",
    "ledger:income_statement": STATEMENTS["income"],
    "ledger:balance_sheet": STATEMENTS["balance"],
}


def accounts_context(request: Request, network: str, page: str) -> tuple[Question, dict[str, Any]]:
    found = kept_network(request, network)
    question = _question(request, found, page)
    context = (
        page_context(request, found, page)
        | cents_asked(request)
        | {
            "question": question,
            "levels": LEVELS.items(),
            "beside": COLUMNS.items(),
            "unmapped": question.year.unmapped if question.year else (0, 0),
            "part": question.part,
            "heading": question.titled(TITLES[page]),
        }
    )
    return question, context


def _question(request: Request, network: Network, page: str) -> Question:
    if page == TRIAL:
        return question_of(request, network)
    question = question_of(request, network, OF_ACCOUNTS).in_common()
    return question.since_opening() if page in ("balance", "ledger:balance_sheet") else question


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement with its amounts. `depth` and `nature` say how it is set."""

    code: str
    label: str
    nature: str
    depth: int
    figures: tuple[LinkedAmount, ...]
    accounts: tuple[tuple[str, str, tuple[LinkedAmount, ...]], ...] = ()


def _moves(question: Question) -> bool:
    """Whether anything is booked over what is asked."""
    year = question.year
    return year is not None and any(question.span.holds(line) for line in year.result.lines)


def _keys(question: Question, view: StatementView, to_the_cent: bool) -> list[tuple[str, str]]:
    """The result and the totals of the chamber asked for, else of all of them: what stays in
    sight."""
    assert question.year is not None
    entity = question.entity.code if question.entity else ""
    at = (entity, str(question.year.year))
    absent = question.absent_in(question.year.year, question.span)
    told = []
    for line in view.lines:
        cents = line.sides["own" if entity else "net"].get(at, 0)
        if line.key and (cents or line.nature == "total"):
            told.append((line.label, key_words(absent or cents, to_the_cent=to_the_cent)))
    return told


def _rows(question: Question, view: StatementView, told: str) -> list[StatementRow]:
    """Without the lines that hold no amount at all; `told`: the query of their accounts."""
    rows = [_row(question, view.columns, line, told) for line in view.lines]
    return [
        row
        for row in rows
        if row.nature != "detail" or row.accounts or any(figure.cents for figure in row.figures)
    ]


def _row(question: Question, columns: list[AmountColumn], line: Line, told: str) -> StatementRow:
    cells: tuple[LinkedAmount, ...] = ()
    if line.nature != "heading":
        url = f"?{told}#ligne-{line.code}" if line.nature == "detail" else ""
        cells = tuple(
            LinkedAmount(None, "", column.absent)
            if column.absent
            else LinkedAmount(column.cents(line.sides) or 0, url)
            for column in columns
        )
    accounts = []
    for part in line.parts:
        figures = linked_amounts(question, columns, part.sides, compte=part.account, exact="oui")
        if any(figure.cents for figure in figures):
            accounts.append((part.account, part.name, tuple(figures)))
    depth = 2 if line.nature == "detail" else 0
    return StatementRow(line.code, line.label, line.nature, depth, cells, tuple(accounts))


def _statement(request: Request, network: str, kind: str, page: str) -> HttpResponse:
    question, context = accounts_context(request, network, page)
    view = statement_view(question, kind)
    cents = {CENTS: "oui"} if context["exact"] else {}
    told = urlencode(question.parameters | cents | {"detail": "oui"})
    context |= {
        "title": STATEMENTS[kind],
        "kind": kind,
        "page_name": page,
        "heads": [column.title for column in view.columns] if view else [],
        "keys": _keys(question, view, context["exact"]) if view else [],
        "rows": _rows(question, view, told) if view and not question.unsent else [],
        "absent": absent_whole(question.silent),
        "moves": _moves(question),
        **fit_of(view.columns if view else []),
        "detailed": request.GET.get("detail") == "oui",
        "query_detail": told,
        "notices": notices_of(question, view.proofs if view else ()),
        "export": f"{page}_export",
    }
    return render(request, "ledger/statement.html", context)


def _statement_export(request: Request, network: str, kind: str, extension: str) -> HttpResponse:
    question = _question(request, kept_network(request, network), kind)
    return exported(statement_asked(question, kind), extension)


@require_safe
@kept
def income_statement(request: Request, network: str) -> HttpResponse:
    """Income and expenses by PCG lines, down to their accounts."""
    return _statement(request, network, "income", "ledger:income_statement")


@require_safe
@kept
def balance_sheet(request: Request, network: str) -> HttpResponse:
    """Assets and liabilities by PCG lines, down to their accounts."""
    return _statement(request, network, "balance", "ledger:balance_sheet")


@require_safe
@kept
def income_export(request: Request, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "income", extension)


@require_safe
@kept
def balance_export(request: Request, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "balance", extension)


routes = [
    path("resultat/", income_statement, name="income_statement"),
    path("resultat/export.<str:extension>", income_export, name="income_statement_export"),
    path("bilan/", balance_sheet, name="balance_sheet"),
    path("bilan/export.<str:extension>", balance_export, name="balance_sheet_export"),
]
