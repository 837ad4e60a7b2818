"""Recharge statements between chambers: prepare one, issue it, read and print it, reverse it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.actions.keys import (
    Recharge,
    issue_recharge,
    recharge_faults,
    reverse_recharge,
)
from maillage.costing.engine.allocation import basis, distribute
from maillage.costing.models import RechargeLine, RechargeStatement
from maillage.costing.papers import statement_pdf
from maillage.costing.queries.keys import pool_of, statements_visible_to, totals_of
from maillage.costing.rules.keys import can_keep_keys, can_reverse
from maillage.kernel.money import euros, exact_rate
from maillage.kernel.verdicts import require
from maillage.ledger.views.network_page import kept_network
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Sum, Table
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.downloads import attachment, exported
from maillage.ui.fields import AmountField, DayField
from maillage.ui.outline import outline
from maillage.ui.refusals import refusals_on
from maillage.ui.tables import shown

AMOUNT = ("origin", "amount", "account", "axis")
"""Fields that say what is shared: typed, or read in the book."""


@require_safe
def recharges(request: Request, network: str) -> HttpResponse:
    """Every statement, and what each chamber bears for each provider over a year."""
    found = kept_network(request, network)
    years = sorted(set(found.recharges.values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("annee", "")
    year = next((one for one in years if str(one) == asked), (years or [0])[0])
    rows = found.recharges.filter(year=year).select_related("provider", "key", "reversed_by")
    context = outline(request, found, "costing:recharges") | {
        "years": years,
        "year": year,
        "statements": [(row, _sequel(row)) for row in rows.select_related("reverses")],
        "table": _balance(found, year),
        "verdict": can_keep_keys(found, actor=request.actor),
        "has_key": found.allocation_keys.exists(),
    }
    return render(request, "costing/recharges.html", context)


def _sequel(statement: RechargeStatement) -> str:
    """How a statement and another cancel each other, "" where nothing does."""
    if statement.reverses:
        return f"contre-passe {statement.reverses.reference}"
    reversal = getattr(statement, "reversed_by", None)
    return f"contre-passé par {reversal.reference}" if reversal else ""


def _balance(network: Network, year: int) -> dict[str, Any]:
    """Cents by beneficiary and provider; reversals cancel what they reverse."""
    lines = RechargeLine.objects.filter(statement__network=network, statement__year=year)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for bearer, provider, cents in lines.values_list(
        "entity__short_name", "statement__provider__short_name", "amount"
    ):
        sums[bearer, provider] += cents
    names = [e.short_name for e in chambers_of(network)]
    bearers = [n for n in names if any(b == n for b, _p in sums)]
    providers = [n for n in names if any(p == n for _b, p in sums)]
    rows = [(b, [sums.get((b, p), 0) for p in providers]) for b in bearers]
    return {
        "providers": providers,
        "rows": [(b, amounts, sum(amounts)) for b, amounts in rows],
        "totals": [sum(column) for column in zip(*(a for _b, a in rows), strict=True)],
        "total": sum(sums.values()),
    }


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
    columns.append(Column("Contre-passe"))
    rows = [(*_named(line), _share(line), line.amount, _reverses(line.statement)) for line in lines]
    return exported(Table("Refacturations", columns, rows), extension)


def _named(line: RechargeLine) -> tuple[Any, ...]:
    statement = line.statement
    days = (statement.issued_on, statement.first_day, statement.last_day)
    named = (statement.label, statement.provider.name, statement.key.name, line.entity.name)
    return (statement.reference, *days, *named)


def _share(line: RechargeLine) -> Decimal:
    """Percent."""
    return Decimal(line.share) / 100


def _reverses(statement: RechargeStatement) -> str:
    return statement.reverses.reference if statement.reverses else ""


class RechargeForm(forms.Form):
    """A statement to issue: an amount typed, or the accounts of the provider's book.

    Where `origin` is not said, what is filled says it.
    """

    label = forms.CharField(label="Objet", max_length=200)
    provider = forms.ChoiceField(label="Chambre prestataire")
    key = forms.ChoiceField(label="Clé de répartition")
    first_day = DayField(label="Période du")
    last_day = DayField(label="Au")
    issued_on = DayField(label="Daté du")
    origin = forms.ChoiceField(
        label="Montant",
        choices=[("entered", "Saisi"), ("ledger", "Lu dans le livre")],
        widget=forms.RadioSelect,
        required=False,
    )
    amount = AmountField(label="Montant (€)", required=False)
    account = forms.CharField(
        label="Comptes du livre",
        max_length=20,
        required=False,
        help_text="Début d’un compte, par exemple 64\u00a0; la période est faite de mois entiers.",
    )
    axis = forms.CharField(
        label="Axe du livre",
        max_length=60,
        required=False,
        help_text="Vide\u00a0: tous les axes.",
    )

    def __init__(self, network: Network, given: QueryDict | None, **options: Any) -> None:
        super().__init__(_with_origin(given), **options)
        self.network = network
        self.chambers = {e.code: e for e in chambers_of(network)}
        self.keys = {str(k.pk): k for k in network.allocation_keys.all()}
        provider: Any = self.fields["provider"]
        provider.choices = [(code, e.name) for code, e in self.chambers.items()]
        key: Any = self.fields["key"]
        key.choices = [
            (pk, f"{k.name} (du {k.valid_from:%d/%m/%Y}"
                 f"{f' au {k.valid_to:%d/%m/%Y}' if k.valid_to else ''})")
            for pk, k in self.keys.items()
        ]  # fmt: skip

    @property
    def about(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in AMOUNT]

    def clean(self) -> dict[str, Any]:
        """The checks are those of the act, so that computing refuses what issuing would."""
        data: dict[str, Any] = super().clean() or {}
        read = data.get("origin") == "ledger"
        if not data.get("origin"):
            self._ask_origin()
        elif read and not data.get("account", "").strip():
            self.add_error("account", "Indiquer le début d’un compte, par exemple 64.")
        elif not read and not self["amount"].value() and not self.errors.get("amount"):
            self.add_error("amount", "Indiquer un montant en euros, par exemple 1\u00a0234,56.")
        if self.errors:
            return data
        for name, fault in recharge_faults(self.network, self.asked()).items():
            self.add_error(name, fault)
        return data

    def _ask_origin(self) -> None:
        if self["amount"].value() and self["account"].value():
            self.add_error("origin", "Un montant ou des comptes, pas les deux\u00a0: choisir.")
        else:
            self.add_error("origin", "Saisir un montant, ou indiquer des comptes du livre.")

    def asked(self) -> Recharge:
        """What is typed; of the amount and the accounts, only what was chosen."""
        data = self.cleaned_data
        account = data["account"].strip() if data["origin"] == "ledger" else ""
        axis = data["axis"].strip() if account else ""
        days = (data["first_day"], data["last_day"])
        amount = data["amount"]
        if account:
            amount = pool_of(self.network, data["provider"], account, axis, *days)
        provider, key = self.chambers[data["provider"]], self.keys[data["key"]]
        label = data["label"].strip()
        return Recharge(label, provider, key, data["issued_on"], *days, amount, account, axis)


def _with_origin(given: QueryDict | None) -> QueryDict | None:
    """What was sent, its origin said by the one of the two that is filled."""
    if given is None or given.get("origin"):
        return given
    filled = {
        "entered": given.get("amount", "").strip(),
        "ledger": given.get("account", "").strip(),
    }
    said = [origin for origin, text in filled.items() if text]
    kept = given.copy()
    if len(said) == 1:
        kept["origin"] = said[0]
    return kept


def _initial(today: dt.date) -> dict[str, Any]:
    """A period of whole months: those that are over, of the year the last one is in."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return {"issued_on": today, "first_day": last.replace(month=1, day=1), "last_day": last}


@require_http_methods(["GET", "HEAD", "POST"])
def recharge_new(request: Request, network: str) -> HttpResponse:
    """The form; "calculer" shows the lines without issuing anything."""
    found = kept_network(request, network)
    actor, today = request.actor, timezone.localdate()
    verdict = can_keep_keys(found, actor=actor)
    if request.method == "POST":
        require(verdict)
    form = RechargeForm(found, request.POST or None, initial=_initial(today))
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
        "reversal": getattr(row, "reversed_by", None),
        "basis": basis(row.key.driver, row.key.fixed),
        "shares": shown(_shares(row)),
        "reversible": can_reverse(row.network, statement=row, actor=actor),
    }
    return render(request, "costing/recharge.html", context)


@require_safe
def recharge_export(
    request: Request, network: str, year: int, number: int, extension: str
) -> HttpResponse:
    return exported(_shares(_statement(request, network, year, number)), extension)


def _shares(row: RechargeStatement) -> Table:
    """What each chamber bears of a statement, then the whole, then what is recharged."""
    columns = [Column("Chambre", width=32), Column("Quantité", "decimal")]
    columns += [Column("Part (%)", "decimal"), Column("Montant", "amount")]
    columns.append(Column("Suite", width=24))
    lines = list(row.lines.select_related("entity"))
    totals = totals_of(row, lines)
    rows: list[Sequence[Any]] = [
        (ln.entity.name, ln.quantity, _share(ln), ln.amount, _kept(row, ln)) for ln in lines
    ]
    rows.append(Sum(("Total", totals.quantity, Decimal(100), row.amount, None)))
    rows.append(Sum(("À refacturer", None, Decimal(totals.share) / 100, totals.rest, None)))
    about = [
        f"Daté du {row.issued_on:%d/%m/%Y}, période du {row.first_day:%d/%m/%Y} au "
        f"{row.last_day:%d/%m/%Y}.",
        f"Objet\u00a0: {row.label}. Prestataire\u00a0: {row.provider.name}.",
        f"Clé\u00a0: {row.key.name}, selon\u00a0: {basis(row.key.driver, row.key.fixed)}.",
    ]
    if row.reverses:
        about.append(f"Contre-passe le relevé {row.reverses.reference}\u00a0: {row.reason}.")
    return Table(f"Relevé {row.reference}", columns, rows, about)


def _kept(row: RechargeStatement, line: RechargeLine) -> str:
    return "reste à sa charge" if line.entity == row.provider else "à refacturer"


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
        url = reverse("costing:recharge", args=[network, back.year, back.number])
        return f"{row.reference} est contre-passé par {back.reference}.", url

    amount = euros(row.amount)
    act = Act(
        f"Contre-passer le relevé {row.reference}",
        "Contre-passer",
        reverse("costing:recharge", args=[network, year, number]),
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
