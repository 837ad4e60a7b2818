"""Any two budgets of a chamber side by side, line by line, with what each line rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from maillage.costing.engine.budgets import CLASSES, by_month, class_of, row_order, variance
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import amounts_of, axes_of, budgets_visible_to
from maillage.kernel.money import parse_count
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.asked import misread
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.fields import VERSION_MOST
from maillage.ui.tables import shown
from maillage.workspaces.finance.engine.landing import LineKey
from maillage.workspaces.finance.queries.comparison import account_label
from maillage.workspaces.finance.views.page import budget_outline, visible_budget


def _others(request: Request, budget: Budget) -> list[Budget]:
    """The other budgets of the chamber, the nearest first."""
    held = budgets_visible_to(request.actor).filter(entity=budget.entity).exclude(pk=budget.pk)
    order = {"initial": 0, "revised": 1, "executed": 2}
    return sorted(held, key=lambda b: (abs(budget.year - b.year), order[b.kind], b.number))


def _with(request: Request, others: Sequence[Budget], budget: Budget) -> Budget | None:
    """The one the address asks for, else what it was made from, else the nearest."""
    asked = parse_count(request.GET.get("avec", ""), VERSION_MOST)
    by_key = {other.pk: other for other in others}
    if asked not in by_key:
        misread(request, "avec", "le budget le plus proche")
    wanted = by_key.get(asked or 0) or by_key.get(budget.based_on_id or 0)
    return wanted or (others[0] if others else None)


def compared(budget: Budget, other: Budget) -> Table:
    """Every line of one or the other: what each gives, the gap, why."""
    amounts = amounts_of([budget, other])
    ours, theirs = (_years(amounts[one.pk]) for one in (budget, other))
    notes = [_notes(one) for one in (budget, other)]
    names = {axis.code: axis.name for axis in axes_of(budget.network)}
    held = [set(sums) | set(said) for sums, said in zip((ours, theirs), notes, strict=True)]
    keys = sorted(held[0] | held[1], key=lambda key: (row_order(key[0]), key[1]))
    rows: list[Sequence[Any]] = []
    for key in keys:
        # A line one of them does not have is none: an empty cell, which is not zero.
        one, two = (
            sums.get(key, 0) if key in lines else None
            for sums, lines in ((ours, held[0]), (theirs, held[1]))
        )
        gap = variance(two or 0, one or 0)
        rows.append(
            [account_label(key[0]), names.get(key[1], key[1]), two, one, gap.cents, gap.percent,
             notes[1].get(key, ""), notes[0].get(key, "")]
        )  # fmt: skip
    totals = [_by_class(sums) for sums in (ours, theirs)]
    for digit, name in CLASSES.items():
        if any(class_of(account) == digit for account, _axis in keys):
            label = f"Total des {name.lower()}"
            rows.append(_sum(label, totals[1].get(digit, 0), totals[0].get(digit, 0)))
    results = [sums.get("7", 0) - sums.get("6", 0) for sums in totals]
    rows.append(_sum("Résultat (produits moins charges)", results[1], results[0]))
    title = f"{budget} et {other}, {budget.entity.short_name}"
    columns = [
        *(Column("Compte", width=38), Column("Axe", width=22)),
        *(Column(_title(one), "amount", 18) for one in (other, budget)),
        *(Column("Écart", "amount", 16), Column("En %", "decimal", 10)),
        *(Column(f"Hypothèse, {_title(one)}", width=30) for one in (other, budget)),
    ]
    about = [f"{one}\u00a0: {one.get_status_display()}" for one in (other, budget)]
    return Table(title, columns, rows, [f"Chambre\u00a0: {budget.entity.name}", *about], labels=2)


def _title(budget: Budget) -> str:
    return str(budget).removeprefix("Budget ").capitalize()


def _sum(label: str, before: int, after: int) -> Sum:
    gap = variance(before, after)
    return Sum((label, "", before, after, gap.cents, gap.percent, "", ""))


def _years(amounts: Any) -> dict[LineKey, int]:
    return {key: sum(months) for key, months in by_month(amounts).items()}


def _notes(budget: Budget) -> dict[LineKey, str]:
    """The hypothesis of every line, those without any amount included."""
    rows = budget.lines.values_list("account", "axis__code", "hypothesis")
    return {(account, axis or ""): note for account, axis, note in rows}


def _by_class(sums: Mapping[LineKey, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (account, _axis), cents in sums.items():
        found[class_of(account)] = found.get(class_of(account), 0) + cents
    return found


@require_safe
def versions(request: Request, network: str, pk: int) -> HttpResponse:
    """This budget beside another of the chamber, whichever the reader chooses."""
    budget = visible_budget(request, network, pk)
    others = _others(request, budget)
    other = _with(request, others, budget)
    asked = cents_asked(request)
    context = (
        budget_outline(request, budget, "Comparer")
        | asked
        | {
            "others": others,
            "other": other,
            "table": shown(compared(budget, other), cents=asked["exact"]) if other else None,
        }
    )
    return render(request, "finance/budget_versions.html", context)


@require_safe
def versions_export(request: Request, network: str, pk: int, extension: str) -> HttpResponse:
    budget = visible_budget(request, network, pk)
    other = _with(request, _others(request, budget), budget)
    return exported(compared(budget, other or budget), extension)


routes = [
    path("budgets/<int:pk>/comparer/", versions, name="budget_versions"),
    path(
        "budgets/<int:pk>/comparer/export.<slug:extension>",
        versions_export,
        name="budget_versions_export",
    ),
]
