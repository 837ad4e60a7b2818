"""The common chart: read, searched, exported, extended by the network."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.kernel.money import parse_count
from maillage.kernel.verdicts import Refusal, refuse, require
from maillage.kernel.words import folded
from maillage.ledger.actions.chart import AccountValue, extend_chart, reduce_chart
from maillage.ledger.engine.chart import Account, Chart
from maillage.ledger.engine.families import Families
from maillage.ledger.queries.chart import chart_versions, common_chart, families_now
from maillage.ledger.rules import SIDES
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui.asked import choice
from maillage.ui.downloads import exported

PER_PAGE = 100
CLASSES = "1234567"


def _found(chart: Chart, words: str, first: str) -> list[Account]:
    """Accounts whose number begins with, or whose name holds, every word."""
    asked = folded(words).split()
    return [
        account
        for account in chart
        if account.number.startswith(first)
        and all(account.number.startswith(w) or w in folded(account.name) for w in asked)
    ]


def between_of(families: Families, number: str) -> str:
    """What an account is between chambers, in words; "" where it is nothing."""
    place = families.place(number)
    if place is None:
        return ""
    if place.use == "kept":
        return "Jamais éliminé"
    label = families.label(place.family)
    return f"{label}, à retraiter" if place.use == "adjusted" else label


def _origins(chart: Chart) -> dict[str, str]:
    """The title of each version that ships; a network's own is its title already."""
    return {version.code: version.title for version in chart.versions}


def _search_of(request: Request) -> tuple[str, str]:
    first = choice(request, "classe", CLASSES, "toutes les classes")
    return request.GET.get("q", "").strip()[:80], first


@require_http_methods(["GET", "HEAD", "POST"])
def common(request: Request, network: str) -> HttpResponse:
    """The chart that holds, and what the network adds to it."""
    found = kept_network(request, network)
    context = page_context(request, found, "ledger:common_chart")
    fault = ""
    given = AccountValue(*(request.POST.get(n, "").strip() for n in AccountValue.__slots__))
    if request.method == "POST":
        require(context["keeps"])
        try:
            _extend(request, found, given)
        except Refusal as refusal:
            fault = refusal.denied.reason
        else:
            messages.success(request, f"Compte {given.number} ajouté au plan du réseau.")
            return redirect("ledger:common_chart", network=network)
    chart, (words, first) = common_chart(found), _search_of(request)
    families = families_now(found, timezone.localdate())
    rows = _found(chart, words, first)
    context |= {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "first": first,
        "classes": [(number, chart.name_of(number)) for number in CLASSES],
        "versions": chart_versions(found),
        "origins": _origins(chart),
        "sides": SIDES,
        "families": families,
        "between": {account.number: between_of(families, account.number) for account in chart},
        "given": given,
        "valid_from": request.POST.get("valid_from", ""),
        "fault": fault,
        "query": urlencode({"q": words, "classe": first}),
    }
    return render(request, "ledger/chart.html", context, status=422 if fault else 200)


def _extend(request: Request, network: Network, given: AccountValue) -> None:
    try:
        day = parse_date(request.POST.get("valid_from", ""))
    except ValueError:
        day = None
    if day is None:
        refuse("Depuis le : une date est attendue.")
    extend_chart(network, given, actor=request.actor, valid_from=day)


@require_POST
def reduce(request: Request, network: str) -> HttpResponse:
    found = kept_network(request, network)
    version, _, number = request.POST.get("compte", "").partition(":")
    key = parse_count(version) or 0
    reduce_chart(found, key, number, actor=request.actor)
    messages.success(request, f"Compte {number} retiré du plan du réseau.")
    return redirect("ledger:common_chart", network=network)


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    words, first = _search_of(request)
    filters = [f"Classe {first}"] if first else []
    filters += [f"Recherche : {words}"] if words else []
    columns = (
        Column("Compte"),
        Column("Intitulé", width=60),
        Column("Sens"),
        Column("Entre chambres", width=34),
        Column("Origine", width=24),
        Column("Note", width=60),
    )
    chart, families = common_chart(found), families_now(found, timezone.localdate())
    origins = _origins(chart)
    rows = (
        (
            a.number,
            a.name,
            SIDES[a.side],
            between_of(families, a.number),
            origins.get(a.version, a.version),
            a.note,
        )
        for a in _found(chart, words, first)
    )
    return exported(Table("Plan commun", columns, rows, filters), extension)


routes = [
    path("plan/", common, name="common_chart"),
    path("plan/retirer/", reduce, name="chart_reduce"),
    path("plan/comptes.<str:extension>", export, name="chart_export"),
]
