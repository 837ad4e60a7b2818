"""The trial balance, by chamber and consolidated."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.kernel.money import exact
from maillage.ledger.consolidated_tables import AmountColumn, sides_of, trial_table
from maillage.ledger.engine.accounts import Trial, trial
from maillage.ledger.views.accounts_question import Question, question_of
from maillage.ledger.views.amount_columns import (
    LinkedAmount,
    amount_columns,
    fit_of,
    linked_amounts,
)
from maillage.ledger.views.notices import limits_of, notices_of
from maillage.ledger.views.statements import accounts_context
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.downloads import exported

Row = tuple[Trial, list[LinkedAmount]]


def _trial(question: Question) -> tuple[list[AmountColumn], list[Row]]:
    """The columns and the accounts asked for, that have an amount there."""
    if question.year is None:
        return [], []
    columns = amount_columns(question, sums=True)
    found = trial(
        [question.year, *question.past],
        question.span,
        question.chart,
        digits=int(question.level or 0),
    )
    rows = []
    for row in found:
        if row.account.startswith(question.prefix):
            narrowed = {"compte": row.account} if row.account else {"sans": "oui"}
            if row.account and not question.level:
                narrowed["exact"] = "oui"
            cells = linked_amounts(question, columns, sides_of(row), **narrowed)
            if any(cell.cents is not None for cell in cells):
                rows.append((row, cells))
    return columns, rows


def _totals(rows: list[Row]) -> list[int]:
    columns = zip(*(cells for _, cells in rows), strict=True)
    return [sum(cell.cents or 0 for cell in column) for column in columns]


def _gap(question: Question, columns: list[AmountColumn], totals: list[int]) -> int:
    """What the consolidated whole misses to balance; 0 where a part has no reason to."""
    if question.prefix or question.span.axis or question.entity or question.columns or not totals:
        return 0
    return totals[[column.head for column in columns].index("Consolidé")]


@require_safe
def trial_balance(request: Request, network: str) -> HttpResponse:
    """Every common account, chamber by chamber, then together once what they owe is out."""
    question, context = accounts_context(request, network, "ledger:trial_balance")
    columns, rows = _trial(question)
    totals = _totals(rows)
    context |= {
        "heads": [column.head for column in columns],
        "rows": rows,
        **fit_of(columns),
        "totals": totals,
        "notices": notices_of(question),
        "keys": [(c.head, exact(cents)) for c, cents in zip(columns, totals, strict=False)][-4:],
        "gap": _gap(question, columns, totals),
    }
    return render(request, "ledger/trial_balance.html", context)


@require_safe
def trial_export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    question = question_of(request, found)
    columns, rows = _trial(question)
    title = question.titled("Balance")
    filters = [*question.words, *limits_of(question)]
    table = trial_table(title, [row for row, _ in rows], columns, filters)
    return exported(table, extension)


routes = [
    path("balance/", trial_balance, name="trial_balance"),
    path("balance/export.<str:extension>", trial_export, name="trial_balance_export"),
]
