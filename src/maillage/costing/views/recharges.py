"""Recharge statements between chambers: prepare one, issue it, read and print it, reverse it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.keys import (
    Recharge,
    issue_recharge,
    reverse_recharge,
)
from maillage.costing.engine.allocation import distribute
from maillage.costing.models import RechargeLine, RechargeStatement
from maillage.costing.papers import statement_pdf
from maillage.costing.queries.keys import balance_of, statements_visible_to
from maillage.costing.queries.recharge_sheet import (
    address_of,
    cancelled,
    facts_of,
    percent,
    table_of,
)
from maillage.costing.rules.keys import can_keep_keys, can_reverse
from maillage.costing.views.recharge_form import RechargeForm, initial_on
from maillage.kernel.money import euros, exact_rate
from maillage.kernel.verdicts import require
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.asked import choice
from maillage.ui.downloads import attachment, exported
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on
from maillage.ui.tables import shown


@require_safe
def recharges(request: Request, network: str) -> HttpResponse:
    """Every statement, and what each chamber bears for each provider over a year."""
    found = kept_network(request, network)
    years = sorted(set(found.recharges.values_list("year", flat=True)))
    last = str((years or [0])[-1])
    year = int(choice(request, "annee", [str(one) for one in years], last, last))
    rows = found.recharges.filter(year=year).select_related("provider", "key", "reversed_by")
    context = outline(request, found, "costing:recharges") | {
        "years": years,
        "year": year,
        "statements": [(row, _sequel(row)) for row in rows.select_related("reverses")],
        "table": balance_of(found, year),
        "verdict": can_keep_keys(found, actor=request.actor),
        "has_key": found.allocation_keys.exists(),
    }
    return render(request, "costing/recharges.html", context)


def _sequel(statement: RechargeStatement) -> str:
    """How a statement and another cancel each other, or why it was issued; "" for neither."""
    if statement.reverses:
        return f"contre-passe {statement.reverses.reference}"
    reversal = getattr(statement, "reversed_by", None)
    if reversal:
        return f"contre-passé par {reversal.reference}"
    return f"motif\u00a0: {statement.reason}" if statement.reason else ""


@require_safe
def recharges_export(request: Request, network: str, extension: str) -> HttpResponse:
    """Every line of every statement."""
    found = kept_network(request, network)
    lines = RechargeLine.objects.filter(statement__network=found).select_related(
        "entity", "statement__provider", "statement__key", "statement__reverses"
    )
    columns = [Column("Relevé"), *(Column(t, "date", 12) for t in ("Daté du", "Période du", "Au"))]
    columns += [Column("Objet", width=40), Column("Prestataire", width=28)]
    columns += [Column("Clé", width=26), Column("Chambre", width=28)]
    columns += [Column("Part (%)", "decimal", 10), Column("Montant", "amount")]
    columns += [Column("Contre-passe"), Column("Motif", width=40)]
    rows = [
        (*_named(line), percent(line.share), line.amount, *_reverses(line.statement))
        for line in lines
    ]
    return exported(Table("Refacturations", columns, rows), extension)


def _named(line: RechargeLine) -> tuple[Any, ...]:
    statement = line.statement
    days = (statement.issued_on, statement.first_day, statement.last_day)
    named = (statement.label, statement.provider.name, statement.key.name, line.entity.name)
    return (statement.reference, *days, *named)


def _reverses(statement: RechargeStatement) -> tuple[str, str]:
    """The statement it reverses, and why it does, or why it was issued."""
    reference = statement.reverses.reference if statement.reverses else ""
    return reference, statement.reason


@require_http_methods(["GET", "HEAD", "POST"])
def recharge_new(request: Request, network: str) -> HttpResponse:
    """The form; "calculer" shows the lines without issuing anything."""
    found = kept_network(request, network)
    actor, today = request.actor, timezone.localdate()
    verdict = can_keep_keys(found, actor=actor)
    if request.method == "POST":
        require(verdict)
    form = RechargeForm(found, request.POST or None, initial=initial_on(today))
    preview: list[Any] = []
    computes = request.POST.get("geste") == "calculer"
    if request.method == "POST" and form.is_valid():
        if computes:
            preview = _preview(form.asked())
        elif (statement := _issued(found, form, actor)) is not None:
            messages.success(request, f"Relevé {statement.reference} établi.")
            return redirect(
                "costing:recharge", network=network, year=statement.year, number=statement.number
            )
    context = outline(request, found, "costing:recharges", "Établir un relevé") | {
        "form": form,
        "verdict": verdict,
        "computes": computes,
        "preview": preview,
        "total": sum(amount for _e, _s, amount in preview),
        "has_key": bool(form.keys),
    }
    return render(
        request, "costing/recharge_form.html", context, status=422 if form.errors else 200
    )


def _preview(asked: Recharge) -> list[tuple[str, str, int]]:
    shares = {s.entity.name: s.share for s in asked.key.shares.select_related("entity")}
    amounts = distribute(asked.amount, shares)
    return [(name, exact_rate(part), amounts[name]) for name, part in shares.items()]


def _issued(network: Network, form: RechargeForm, actor: Any) -> RechargeStatement | None:
    with refusals_on(form):
        return issue_recharge(network, form.asked(), actor=actor)
    return None


def _statement(request: Request, network: str, year: int, number: int) -> RechargeStatement:
    rows = statements_visible_to(request.actor).filter(network__code=network)
    rows = rows.select_related("network", "provider", "key", "reverses", "reversed_by")
    found: RechargeStatement = get_object_or_404(rows, year=year, number=number)
    return found


@require_safe
def recharge(request: Request, network: str, year: int, number: int) -> HttpResponse:
    """One statement, as it is printed."""
    row = _statement(request, network, year, number)
    actor = request.actor
    context = outline(request, row.network, "costing:recharges", row.reference) | {
        "statement": row,
        "cancelled": cancelled(row),
        "facts": facts_of(row),
        "shares": shown(table_of(row)),
        "reversible": can_reverse(row.network, statement=row, actor=actor),
    }
    return render(request, "costing/recharge.html", context)


@require_safe
def recharge_export(
    request: Request, network: str, year: int, number: int, extension: str
) -> HttpResponse:
    return exported(table_of(_statement(request, network, year, number)), extension)


@require_safe
def recharge_pdf(request: Request, network: str, year: int, number: int) -> HttpResponse:
    """A recharge statement to send with its invoice."""
    row = _statement(request, network, year, number)
    return attachment(statement_pdf(row), "application/pdf", f"releve-{row.reference.lower()}.pdf")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
def recharge_reverse(request: Request, network: str, year: int, number: int) -> HttpResponse:
    """Ask why, then issue the opposite statement."""
    row = _statement(request, network, year, number)
    actor = request.actor
    require(can_reverse(row.network, statement=row, actor=actor))

    def run(reason: str) -> Done:
        back = reverse_recharge(row.network, row, reason=reason, actor=actor)
        return f"{row.reference} est contre-passé par {back.reference}.", address_of(back)

    amount = euros(row.amount)
    act = Act(
        f"Contre-passer le relevé {row.reference}",
        "Contre-passer",
        address_of(row),
        f"Un relevé exactement opposé ({amount}) sera établi à la date de ce jour.",
        ["Les deux restent lisibles\u00a0; aucun ne pourra être contre-passé de nouveau."],
        loses=True,
    )
    context = outline(request, row.network, "costing:recharges", row.reference, "Contre-passer")
    form = ReasonForm(request.POST or None)
    return act_page(request, act, run, form, context=lambda: context)


_ALL = "cles/refacturations/"
_ONE = f"{_ALL}<int:year>/<int:number>/"
routes = [
    path(_ALL, recharges, name="recharges"),
    path(f"{_ALL}refacturations.<str:extension>", recharges_export, name="recharges_export"),
    path(f"{_ALL}nouveau/", recharge_new, name="recharge_new"),
    path(_ONE, recharge, name="recharge"),
    path(f"{_ONE}releve.pdf", recharge_pdf, name="recharge_pdf"),
    path(f"{_ONE}releve.<str:extension>", recharge_export, name="recharge_export"),
    path(f"{_ONE}contre-passer/", recharge_reverse, name="recharge_reverse"),
]
