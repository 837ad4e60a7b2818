"""The trial balance, by chamber and consolidated."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.kernel.absence import Absent
from maillage.ledger.amount_columns import AmountColumn
from maillage.ledger.consolidated_tables import sides_of, totals_told, trial_table
from maillage.ledger.engine.accounts import Trial, trial
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.notices import limits_of, notices_of
from maillage.ledger.queries.side_by_side import amount_columns
from maillage.ledger.views.accounts_question import question_of
from maillage.ledger.views.amount_columns import (
    LinkedAmount,
    fit_of,
    key_words,
    linked_amounts,
)
from maillage.ledger.views.kept import kept
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


def _totals(columns: list[AmountColumn], rows: list[Row]) -> list[LinkedAmount]:
    sums = [sum(cells[place].cents or 0 for _, cells in rows) for place in range(len(columns))]
    told = totals_told(columns, sums)
    return [
        LinkedAmount(None, "", cents) if isinstance(cents, Absent) else LinkedAmount(cents)
        for cents in told
    ]


def _gap(question: Question, columns: list[AmountColumn], totals: list[LinkedAmount]) -> int:
    """What the consolidated whole misses to balance; 0 where a part has no reason to."""
    if question.prefix or question.span.axis or question.entity or question.columns or not totals:
        return 0
    return totals[[column.head for column in columns].index("Consolidé")].cents or 0


@require_safe
@kept
def trial_balance(request: Request, network: str) -> HttpResponse:
    """Every common account, chamber by chamber, then together once what they owe is out."""
    question, context = accounts_context(request, network, "ledger:trial_balance")
    columns, rows = _trial(question)
    totals = _totals(columns, rows)
    context |= {
        "heads": [column.title for column in columns],
        "rows": rows,
        **fit_of(columns),
        "totals": totals,
        "notices": notices_of(question),
        "keys": [
            (c.title, key_words(t.absent or t.cents, to_the_cent=context["exact"]))
            for c, t in zip(columns, totals, strict=True)
        ][-4:],
        "absent": any(column.absent for column in columns),
        "gap": _gap(question, columns, totals),
    }
    return render(request, "ledger/trial_balance.html", context)


@require_safe
@kept
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
