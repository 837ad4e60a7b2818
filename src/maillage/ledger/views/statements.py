"""The income statement and the balance sheet, by chamber and consolidated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.ledger.engine.statements import Amount, Statement, StatementLine
from maillage.ledger.queries.consolidated import Cell, Statements, statements
from maillage.ledger.views.accounts_question import COLUMNS, LEVELS, Question, question_of
from maillage.ledger.views.amount_columns import (
    AmountColumn,
    LinkedAmount,
    amount_columns,
    linked_amounts,
)
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.downloads import exported

TOGETHER, UNBALANCED = "toutes les chambres", "books.unbalanced"
STATEMENTS = {"income": "Compte de résultat", "balance": "Bilan"}
TITLES = {
    "ledger:trial_balance": "Balance",
    "ledger:income_statement": STATEMENTS["income"],
    "ledger:balance_sheet": STATEMENTS["balance"],
}


def accounts_context(request: Request, network: str, page: str) -> tuple[Question, dict[str, Any]]:
    found = kept_network(request, network)
    question = _question(request, found, page)
    context = page_context(request, found, page) | {
        "question": question,
        "levels": LEVELS.items(),
        "beside": COLUMNS.items(),
        "unmapped": question.year.unmapped if question.year else (0, 0),
        "heading": question.titled(TITLES[page]),
    }
    return question, context


def _question(request: Request, network: Network, page: str) -> Question:
    question = question_of(request, network)
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


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement, as booked and once eliminated, its columns and what does not hold in it."""

    own: Statement
    net: Statement
    columns: list[AmountColumn]
    proofs: list[str]


def _statement_view(question: Question, kind: str) -> StatementView | None:
    if question.year is None:
        return None
    found = statements([question.year, *question.past], question.span, question.chart)
    own, net = getattr(found.own, kind), getattr(found.net, kind)
    if not own or not net:
        return None
    return StatementView(own, net, amount_columns(question), _proofs(found, question, kind))


def _rows(question: Question, view: StatementView) -> list[StatementRow]:
    nets = {line.line.code: line for line in view.net.lines}
    return [
        _row(question, view.columns, line, nets[line.line.code])
        for line in view.own.lines
        if line.line.code in nets
    ]


def _filled(rows: list[StatementRow]) -> list[StatementRow]:
    """Without the lines that hold no amount at all."""
    return [
        row
        for row in rows
        if row.nature != "detail" or row.accounts or any(figure.cents for figure in row.figures)
    ]


def _row(
    question: Question, columns: list[AmountColumn], own: StatementLine, net: StatementLine
) -> StatementRow:
    line = own.line
    cells: tuple[LinkedAmount, ...] = ()
    if line.nature != "heading":
        sides = {"own": _nets(own.amounts), "net": _nets(net.amounts)}
        url = f"?{question.query}&detail=oui#ligne-{line.code}" if line.nature == "detail" else ""
        cells = tuple(LinkedAmount(column.cents(sides) or 0, url) for column in columns)
    return StatementRow(
        line.code,
        line.label,
        line.nature,
        2 if line.nature == "detail" else 0,
        cells,
        tuple(_accounts(question, columns, own, net)),
    )


def _nets(amounts: Lookup[Cell, Amount]) -> dict[Cell, int]:
    return {cell: amount.net for cell, amount in amounts.items()}


def _accounts(
    question: Question, columns: list[AmountColumn], own: StatementLine, net: StatementLine
) -> Iterator[tuple[str, str, tuple[LinkedAmount, ...]]]:
    """The accounts a line is made of, each with its amounts and the way to its entries."""
    by_account: dict[str, dict[str, dict[Cell, int]]] = {}
    for side, line in (("own", own), ("net", net)):
        for share in line.shares:
            sides = by_account.setdefault(share.account, {"own": {}, "net": {}})[side]
            for cell in ((share.entity, share.period), ("", share.period)):
                sides[cell] = sides.get(cell, 0) + share.amount.net
    for account, amounts in sorted(by_account.items()):
        cells = linked_amounts(question, columns, amounts, compte=account, exact="oui")
        if any(cell.cents for cell in cells):
            yield account, question.chart.name_of(account), tuple(cells)


def _statement(request: Request, network: str, kind: str, page: str) -> HttpResponse:
    question, context = accounts_context(request, network, page)
    view = _statement_view(question, kind)
    context |= {
        "title": STATEMENTS[kind],
        "kind": kind,
        "page_name": page,
        "heads": [column.head for column in view.columns] if view else [],
        "rows": _filled(_rows(question, view)) if view else [],
        "detailed": request.GET.get("detail") == "oui",
        "query_detail": urlencode(question.parameters | {"detail": "oui"}),
        "proofs": view.proofs if view else [],
        "export": f"{page}_export",
    }
    return render(request, "ledger/statement.html", context)


ABOUT = {"income": ("statements.result",), "balance": ("statements.balance", "statements.result")}
"""Which proofs speak of which statement."""


def _proofs(found: Statements, question: Question, kind: str) -> list[str]:
    """What does not hold of what is shown, in words: as booked, then once eliminated.

    One axis alone has no reason to balance.
    """
    if question.year is None or question.span.axis:
        return []
    year = str(question.year.year)
    names = {entity.code: entity.short_name for entity in question.year.entities}
    whose = [question.entity.code] if question.entity else [*names, TOGETHER]
    told = []
    for accounts, side in ((found.own, "tels que tenus"), (found.net, "une fois éliminés")):
        # A chamber alone does not balance once what it owes another is out; all of them must.
        view = whose if side == "tels que tenus" else [TOGETHER] * (question.entity is None)
        for finding in accounts.findings:
            who, _, when = finding.where.rpartition(", ")
            if when == year and who in view and finding.code in (*ABOUT[kind], UNBALANCED):
                whom = names.get(who) or who.capitalize()
                told.append(f"{whom}, {side} : {finding.what}, {finding.value}.")
            elif finding.code.startswith("statements.un") and accounts is found.own:
                told.append(f"{finding.where} : {finding.what}.")
    return list(dict.fromkeys(told))


def _statement_export(request: Request, network: str, kind: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    question = _question(request, found, kind)
    view = _statement_view(question, kind)
    columns = [Column("Ligne", width=12), Column("Compte"), Column("Intitulé", width=60)]
    columns += [Column(c.head, "amount", 18) for c in (view.columns if view else ())]
    rows = list(_exported_rows(_rows(question, view), len(columns)) if view else ())
    title = question.titled(STATEMENTS[kind])
    limits = [*question.limits, *(view.proofs if view else ())]
    return exported(Table(title, columns, rows, [*question.words, *limits], labels=3), extension)


def _exported_rows(rows: list[StatementRow], width: int) -> Iterator[Sequence[Any]]:
    for row in rows:
        amounts = [cell.cents for cell in row.figures]
        line = (row.code, "", row.label, *(amounts or [None] * (width - 3)))
        yield line if row.nature == "detail" else Sum(line)
        for account, name, cells in row.accounts:
            yield [row.code, account, name, *(cell.cents for cell in cells)]


@require_safe
def income_statement(request: Request, network: str) -> HttpResponse:
    """Income and expenses by PCG lines, down to their accounts."""
    return _statement(request, network, "income", "ledger:income_statement")


@require_safe
def balance_sheet(request: Request, network: str) -> HttpResponse:
    """Assets and liabilities by PCG lines, down to their accounts."""
    return _statement(request, network, "balance", "ledger:balance_sheet")


@require_safe
def income_export(request: Request, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "income", extension)


@require_safe
def balance_export(request: Request, network: str, extension: str) -> HttpResponse:
    return _statement_export(request, network, "balance", extension)


routes = [
    path("resultat/", income_statement, name="income_statement"),
    path("resultat/export.<str:extension>", income_export, name="income_statement_export"),
    path("bilan/", balance_sheet, name="balance_sheet"),
    path("bilan/export.<str:extension>", balance_export, name="balance_sheet_export"),
]
