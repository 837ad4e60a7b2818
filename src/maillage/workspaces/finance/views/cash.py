"""The cash plan: the network month by month, a chamber's flows and its line, its parameters.

Knows how parameters are typed. Refuses to know how the plan is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.costing.queries.costs import years_offered
from maillage.kernel.money import (
    EXPECTED,
    parse_amount,
    parse_count,
    parse_number,
    typed_amount,
    typed_number,
)
from maillage.kernel.period import MONTHS
from maillage.kernel.verdicts import Refusal, require
from maillage.ledger.views.kept import kept
from maillage.network.models import Entity, Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported
from maillage.ui.fields import seen_sent
from maillage.ui.outline import outline
from maillage.ui.tables import shown
from maillage.workspaces.finance.actions.cash import (
    date_cash,
    define_profiles,
    held_dues,
    held_profiles,
)
from maillage.workspaces.finance.engine.cash import KINDS, MOST_DELAY, Due, Profile
from maillage.workspaces.finance.engine.cash_chart import cash_chart
from maillage.workspaces.finance.models import CashPlan
from maillage.workspaces.finance.queries.cash import ChamberCash, cash_of, dues_of, profiles_of
from maillage.workspaces.finance.queries.cash_proof import cash_proof
from maillage.workspaces.finance.rules import budgets as rules
from maillage.workspaces.finance.views.cash_tables import (
    cash_table,
    lowest_told,
    network_table,
    profiles_table,
    remarks,
)
from maillage.workspaces.finance.views.page import (
    chamber_or_404,
    chamber_outline,
    year_asked,
)

SPARE = 3
"""Empty rows under those already entered."""
MOST_ROWS = 250


@require_safe
@kept
def of_network(request: Request, network: str) -> HttpResponse:
    """Every chamber's treasury at the end of each month, and their sum."""
    found, year = kept_network(request, network), year_asked(request)
    plans = cash_of(found, year)
    asked = cents_asked(request)
    context = (
        outline(request, found, "finance:cash")
        | asked
        | {
            "year": year,
            "years": years_offered(found, timezone.localdate()),
            "table": shown(network_table(found, plans, year), cents=asked["exact"]),
            "remarks": [(cash.entity, said) for cash in plans for said in remarks(cash)],
            "is_empty": all(set(cash.plan.expected) == {None} for cash in plans),
            "plans": plans,
        }
    )
    return render(request, "finance/cash.html", context)


@require_safe
@kept
def network_export(request: Request, network: str, extension: str) -> HttpResponse:
    found, year = kept_network(request, network), year_asked(request)
    return exported(network_table(found, cash_of(found, year), year), extension)


def _asked(
    request: Request, network: str, entity: str, year: int
) -> tuple[Network, Entity, ChamberCash]:
    found = kept_network(request, network)
    subject = chamber_or_404(found, entity)
    if rules.year_fault(year):
        raise Http404
    return found, subject, cash_of(found, year, [subject])[0]


@require_safe
def of_chamber(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """What comes in and goes out of a chamber month by month, its line, its lowest point."""
    found, subject, cash = _asked(request, network, entity, year)
    asked = cents_asked(request)
    context = (
        chamber_outline(request, "finance:cash", found, subject, year)
        | asked
        | {
            "years": years_offered(found, timezone.localdate()),
            "cash": cash,
            "chart": cash_chart(cash.plan.expected, cash.plan.closed),
            "closed": MONTHS[cash.plan.closed - 1] if cash.plan.closed else "",
            "table": shown(cash_table(cash), cents=asked["exact"]),
            "proof": cash_proof(found, cash),
            "lowest": lowest_told(cash.plan),
            "remarks": remarks(cash),
            "verdict": rules.can_keep_calendar(subject, actor=request.actor),
        }
    )
    return render(request, "finance/cash_chamber.html", context)


@require_safe
def export(request: Request, network: str, entity: str, year: int, extension: str) -> HttpResponse:
    found, _, cash = _asked(request, network, entity, year)
    proof = cash_proof(found, cash)
    return exported(cash_table(cash, proof.words if proof else ""), extension)


# -- parameters -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request, network: str, entity: str, year: int) -> HttpResponse:
    """How the chamber is paid and pays; what the year opens with and what falls due."""
    found, subject, _cash = _asked(request, network, entity, year)
    if request.method != "POST":
        return _settings_page(request, found, subject, year)
    require(rules.can_keep_calendar(subject, actor=request.actor))
    faults: list[str] = []
    save = _save_profiles if "profils" in request.POST else _save_dues
    try:
        save(request, subject, year, faults)
    except Refusal as refusal:
        faults.append(refusal.denied.reason)
        status = refusal.denied.status
    else:
        status = 422
    if faults:
        return _settings_page(request, found, subject, year, request.POST, faults, status)
    messages.success(request, "Paramètres enregistrés.")
    return redirect(request.path)


def _settings_page(
    request: Request,
    network: Network,
    entity: Entity,
    year: int,
    typed: QueryDict | None = None,
    faults: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    plan = CashPlan.objects.filter(entity=entity, year=year).first()
    profiles, dues = profiles_of(entity), dues_of(plan)
    of_profiles = typed if typed and "profils" in typed else None
    of_dues = typed if typed and "echeances" in typed else None
    opening = None if plan is None else plan.opening
    context = chamber_outline(request, "finance:cash", network, entity, year, "Paramètres") | {
        "delays": range(MOST_DELAY + 1),
        "profiles": _typed_rows(of_profiles, PROFILE_FIELDS) or _profile_rows(profiles),
        "dues": _typed_rows(of_dues, DUE_FIELDS) or _due_rows(dues),
        "opening": of_dues.get("opening", "") if of_dues else _typed(opening),
        "kinds": KINDS.items(),
        "months": list(enumerate(MONTHS, 1)),
        "table": shown(profiles_table(profiles)),
        "faults": faults,
        "profiles_seen": held_profiles(entity).stamp,
        "dues_seen": held_dues(entity, year=year).stamp,
        "verdict": rules.can_keep_calendar(entity, actor=request.actor),
    }
    return render(request, "finance/cash_settings.html", context, status=status)


PROFILE_FIELDS = ("root", "vat", *(f"w{k}" for k in range(MOST_DELAY + 1)))
DUE_FIELDS = ("label", "kind", "month", "amount")


def _typed(cents: int | None) -> str:
    return "" if cents is None else typed_amount(cents, "\u00a0") or "0"


def _percent(share: int) -> str:
    return typed_number(parse_number(f"{share / 100:.2f}")) if share else ""


def _profile_rows(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    rows = [
        {"root": p.root, "vat": _percent(p.vat)}
        | {"shares": [_percent(p.weights[k]) if k < len(p.weights) else ""
                      for k in range(MOST_DELAY + 1)]}
        for p in profiles
    ]  # fmt: skip
    blank = {"root": "", "vat": "", "shares": [""] * (MOST_DELAY + 1)}
    return rows + [dict(blank) for _ in range(SPARE)]


def _due_rows(dues: Sequence[Due]) -> list[dict[str, Any]]:
    rows = [
        {"label": d.label, "kind": d.kind, "month": str(d.month), "amount": _typed(d.amount)}
        for d in dues
    ]
    return rows + [{"label": "", "kind": "impot", "month": "", "amount": ""} for _ in range(SPARE)]


def _typed_rows(form: QueryDict | None, names: Sequence[str]) -> list[dict[str, Any]]:
    """The rows as they were sent."""
    if form is None:
        return []
    rows = []
    for row in _sent(form, names):
        shares = [row.get(f"w{k}", "") for k in range(MOST_DELAY + 1)]
        rows.append(row | {"shares": shares})
    return rows


def _sent(form: QueryDict, names: Sequence[str]) -> list[dict[str, str]]:
    columns = [form.getlist(name)[:MOST_ROWS] for name in names]
    count = max((len(column) for column in columns), default=0)
    return [
        {name: column[rank].strip()[:120] if rank < len(column) else ""
         for name, column in zip(names, columns, strict=True)}
        for rank in range(count)
    ]  # fmt: skip


def _save_profiles(request: Request, entity: Entity, year: int, faults: list[str]) -> None:
    profiles = []
    for row in _sent(request.POST, PROFILE_FIELDS):
        if not any(row.values()):
            continue
        vat, *shares = (_hundredths(row[name]) for name in PROFILE_FIELDS[1:])
        if vat is None or None in shares:
            faults.append(
                f"Profil «\u00a0{row['root'][:12]}\u00a0»\u00a0: des pourcentages sont attendus."
            )
            continue
        weights = [share or 0 for share in shares]
        while len(weights) > 1 and not weights[-1]:
            weights.pop()
        profiles.append(Profile(row["root"].upper(), tuple(weights), vat, True))
    if not faults:
        seen = seen_sent(request.POST, "vu")
        define_profiles(entity, actor=request.actor, profiles=profiles, seen=seen)


def _hundredths(text: str) -> int | None:
    """A percentage as hundredths; nothing typed is 0; None for what is none."""
    number = parse_number(text) if text else parse_number("0")
    if number is None or number * 100 != int(number * 100):
        return None
    return int(number * 100)


def _save_dues(request: Request, entity: Entity, year: int, faults: list[str]) -> None:
    dues = []
    for row in _sent(request.POST, DUE_FIELDS):
        if not (row["label"] or row["amount"]):
            continue
        cents, month = parse_amount(row["amount"]), parse_count(row["month"], 12)
        if cents is None:
            faults.append(f"{row['label'][:40]}\u00a0: attendu, {EXPECTED}.")
        else:
            dues.append(Due(row["label"], row["kind"], month or 0, cents))
    text = request.POST.get("opening", "").strip()[:60]
    opening = parse_amount(text) if text else None
    if text and opening is None:
        faults.append(f"Trésorerie au 1er janvier\u00a0: attendu, {EXPECTED}.")
    if not faults:
        seen = seen_sent(request.POST, "vu")
        date_cash(entity, actor=request.actor, year=year, opening=opening, dues=dues, seen=seen)


HERE = "tresorerie/"
CHAMBER = f"{HERE}<slug:entity>/<int:year>/"
routes = [
    path(HERE, of_network, name="cash"),
    path(f"{HERE}export.<slug:extension>", network_export, name="cash_network_export"),
    path(CHAMBER, of_chamber, name="cash_chamber"),
    path(f"{CHAMBER}export.<slug:extension>", export, name="cash_export"),
    path(f"{CHAMBER}parametres/", settings, name="cash_settings"),
]
