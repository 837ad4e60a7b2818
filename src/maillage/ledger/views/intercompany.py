"""What each chamber says of the others: agreements, differences, what only one has booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from maillage.kernel.money import parse_count
from maillage.ledger.actions.partners import name_partner
from maillage.ledger.engine.consolidation import Reciprocity
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import FAMILIES, Family
from maillage.ledger.queries.local import third_parties
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.views.accounts_question import Question, question_of
from maillage.ledger.views.network_page import page_context
from maillage.network.queries import chambers_of
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui import tables
from maillage.ui.downloads import exported

MANY = 20
"""Pairs above which differences alone are shown unless all are asked for."""
BY_NAME = {family.name: family for family in FAMILIES}


def _state(found: Reciprocity) -> str:
    if not found.difference:
        return "Concordant"
    if not found.says or not found.answers:
        return "D’un seul côté"
    return "Écart"


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of chambers on one pair of families."""

    found: Reciprocity
    mirror: Family
    state: str
    url: str
    says_url: str
    answers_url: str


def _rows(question: Question) -> list[Row]:
    if question.year is None:
        return []
    code = question.entity.code if question.entity else ""
    here = reverse("ledger:entry_lines", args=[question.network.code])
    year = str(question.year.year)
    rows = []
    for found in question.year.result.reciprocities:
        if code not in ("", found.entity, found.partner):
            continue
        mirror = BY_NAME[found.family.mirror]
        ours = {"chambre": found.entity, "partenaire": found.partner, "compte": found.family.name}
        theirs = {"chambre": found.partner, "partenaire": found.entity, "compte": mirror.name}
        query = {"exercice": year}
        pair_named = [question.network.code, found.entity, found.partner, found.family.name]
        rows.append(
            Row(
                found,
                mirror,
                _state(found),
                f"{reverse('ledger:intercompany_pair', args=pair_named)}?{urlencode(query)}",
                f"{here}?{urlencode(query | ours)}",
                f"{here}?{urlencode(query | theirs)}",
            )
        )
    return rows


def _only(request: Request, everything: list[Row]) -> bool:
    """Whether differences alone are shown."""
    asked_for = request.GET.get("seulement", "")
    return asked_for == "ecarts" or (asked_for != "toutes" and len(everything) > MANY)


def _different(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.found.difference]


@require_safe
def intercompany(request: Request, network: str) -> HttpResponse:
    """Pairs of chambers, differences first; auxiliary accounts nobody was given to."""
    found = kept_network(request, network)
    question = question_of(request, found)
    everything = _rows(question)
    only = _only(request, everything)
    different = _different(everything)
    held = different if only else everything
    shown = "ecarts" if only else "toutes"
    known = question.partners
    context = page_context(request, found, "ledger:intercompany") | {
        "question": question,
        "only": only,
        "pairs": tables.shown(_reciprocities(question, held, only=only)),
        "count": len(everything),
        "different": len(different),
        "gap": sum(abs(row.found.difference) for row in everything),
        "short": {e.code: e.short_name for e in found.entities.all()},
        "chambers": chambers_of(found),
        "ids": {e.code: e.pk for e in chambers_of(found)},
        "named": list(found.partner_numbers.select_related("entity", "holder")),
        "unknown": _unknown(question, known),
        "query": urlencode(question.parameters | {"seulement": shown}),
        "query_all": urlencode(question.parameters | {"seulement": "toutes"}),
    }
    return render(request, "ledger/intercompany.html", context)


def _unknown(question: Question, known: Partners) -> list[Any]:
    """Auxiliary accounts on accounts between chambers that stand for no chamber."""
    if question.year is None:
        return []
    mapping = mapping_of(rules_of(question.network))
    owed = ("451", "18")
    found = [
        third
        for third in third_parties(question.year.files)
        if not known.of(third.entity, third.number)
        and (target := mapping.resolve(third.entity, third.account))
        and target.account.startswith(owed)
    ]
    return found[:50]


@require_POST
def name(request: Request, network: str) -> HttpResponse:
    """Say which chamber an auxiliary account stands for."""
    found = kept_network(request, network)
    entity = request.POST.get("chambre", "")
    number = request.POST.get("numero", "")
    holder = parse_count(request.POST.get("livre", "")) or None
    name_partner(found, holder, number, parse_count(entity) or 0, actor=request.actor)
    messages.success(request, f"Compte auxiliaire {number} : enregistré.")
    return redirect("ledger:intercompany", network=network)


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    found = kept_network(request, network)
    question = question_of(request, found)
    rows = _rows(question)
    if only := _only(request, rows):
        rows = _different(rows)
    return exported(_reciprocities(question, rows, only=bool(only)), extension)


PAIRS = (
    *(Column("Chambre", width=26), Column("Chambre en face", width=26)),
    *(Column("Comptes", width=12), Column("Nature", width=34), Column("Dit", "amount")),
    *(Column("Comptes en face", width=12), Column("Nature en face", width=34)),
    *(Column("Répond", "amount"), Column("Écart", "amount"), Column("État", width=16)),
)


def _reciprocities(question: Question, rows: list[Row], *, only: bool) -> Table:
    """What each chamber says of another, what it is answered, the gap; each leads to its lines."""
    names = {e.code: e.short_name for e in question.network.entities.all()}
    told = (
        (
            names.get(found.entity, found.entity),
            names.get(found.partner, found.partner),
            tables.Link(found.family.name, row.says_url),
            found.family.label,
            found.says,
            tables.Link(row.mirror.name, row.answers_url),
            row.mirror.label,
            found.answers,
            found.difference,
            tables.Link(row.state, row.url),
        )
        for row in rows
        for found in [row.found]
    )
    filters = [*question.words, *(["Seulement les écarts"] if only else [])]
    return Table("Réciproques", PAIRS, told, filters)


routes = [
    path("reciproques/", intercompany, name="intercompany"),
    path("reciproques/export.<str:extension>", export, name="intercompany_export"),
    path("reciproques/numeros/", name, name="intercompany_name"),
]
