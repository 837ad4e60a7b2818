"""What a budget has with the other chambers, account by account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from maillage.costing.engine.between import Share
from maillage.costing.engine.budgets import number_of
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of
from maillage.costing.queries.shares import (
    budget_by_account,
    families_of_year,
    shares_of,
)
from maillage.kernel.money import EXPECTED, parse_amount, typed_amount
from maillage.kernel.verdicts import Refusal, require
from maillage.network.queries import every_chamber
from maillage.people.requests import Request
from maillage.ui.fields import seen_sent
from maillage.workspaces.finance.actions.shares import declare_shares, held_shares
from maillage.workspaces.finance.queries.comparison import account_label
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.page import budget_outline, visible_budget

SPARE, MOST_ROWS = 3, 600
FIELDS = ("account", "partner", "amount")


@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: Request, network: str, pk: int) -> HttpResponse:
    budget = visible_budget(request, network, pk)
    if request.method != "POST":
        return _page(request, budget, _held(budget), [])
    require(rules.can_keep_shares(budget, actor=request.actor))
    rows, wanted, faults = _read(request.POST)
    status = 422
    if not faults:
        try:
            seen = seen_sent(request.POST, "vu")
            declare_shares(budget, actor=request.actor, shares=wanted, seen=seen)
        except Refusal as refusal:
            faults, status = [refusal.denied.reason], refusal.denied.status
    if faults:
        return _page(request, budget, rows, faults, status)
    messages.success(request, "Parts entre chambres enregistrées.")
    return redirect(request.path)


def _held(budget: Budget) -> list[dict[str, str]]:
    return [
        {"account": s.account, "partner": s.partner, "amount": typed_amount(s.cents, "\u00a0")}
        for s in shares_of([budget.pk])[budget.pk]
    ]


def _read(form: QueryDict) -> tuple[list[dict[str, str]], list[Share], list[str]]:
    """The rows as typed, the shares they say, and what cannot be read."""
    columns = [form.getlist(name)[:MOST_ROWS] for name in FIELDS]
    rows, wanted, faults = [], [], []
    for cells in zip(*columns, strict=False):
        row = {n: cell.strip()[:60] for n, cell in zip(FIELDS, cells, strict=True)}
        if not row["amount"]:
            continue
        rows.append(row)
        if not row["account"]:
            faults.append(f"{row['amount'][:20]}\u00a0: dire de quel compte.")
            continue
        cents = parse_amount(row["amount"])
        if cents is None:
            faults.append(f"Compte {row['account'][:12]}\u00a0: attendu, {EXPECTED}.")
        else:
            wanted.append(Share(row["account"], row["partner"], cents))
    return rows, wanted, faults


def _page(
    request: Request,
    budget: Budget,
    rows: Sequence[dict[str, str]],
    faults: Sequence[str],
    status: int = 200,
) -> HttpResponse:
    families = families_of_year(budget.network, budget.year)
    year = budget_by_account(budget, amounts_of([budget])[budget.pk])
    offered: list[tuple[str, str, int]] = []
    whole: list[tuple[str, int]] = []
    for account, cents in sorted(year.items()):
        number = number_of(account)
        if families.of(number) is not None:
            offered.append((account, account_label(account), cents))
            place = families.place(number)
            if place and place.own:
                whole.append((account_label(account), cents))
    blank = {"account": "", "partner": "", "amount": ""}
    context: dict[str, Any] = budget_outline(request, budget, "Entre chambres") | {
        "rows": [*rows, *(dict(blank) for _ in range(SPARE))],
        "offered": offered,
        "whole": whole,
        "partners": [e for e in every_chamber(budget.network) if e.pk != budget.entity_id],
        "faults": faults,
        "stamp": held_shares(budget).stamp,
        "verdict": rules.can_keep_shares(budget, actor=request.actor),
    }
    return render(request, "finance/budget_shares.html", context, status=status)


routes = [path("budgets/<int:pk>/entre-chambres/", shares, name="budget_shares")]
