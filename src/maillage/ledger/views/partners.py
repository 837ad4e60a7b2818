"""What stands for a chamber in the books: attached, likely, and what attaching would eliminate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from maillage.kernel.actions import agreed, stamp_of
from maillage.kernel.money import parse_count
from maillage.kernel.verdicts import refuse
from maillage.ledger.actions.partners import name_partner
from maillage.ledger.engine.partners import ACCOUNT_KIND, MEANS, NUMBER_KIND, Partners, fold
from maillage.ledger.models import PartnerNumber
from maillage.ledger.partner_files import partners_table
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.consolidated import Year, effect_of, inferences
from maillage.ledger.queries.local import third_parties
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.queries.partners import about_partners, attached_of, partners_version
from maillage.ledger.rules import NO_WORDS, OWN_PARTNER, written_fault
from maillage.ledger.views.accounts_question import OF_NETWORK, question_of
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Entity, Network
from maillage.network.queries import every_chamber
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui import tables
from maillage.ui.downloads import exported
from maillage.ui.fields import seen_sent

HOUSE = "CCI"
"""What a house's own codes of chambers most often begin with."""
EVERY = "tous"
NONE = "aucune"
MOVED = (
    "Les rattachements ou leur effet ont changé depuis cet aperçu\u00a0: rien n’a été enregistré. "
    "Relire l’effet, puis recommencer."
)
SHOWN = 100
"""Numbers proposed on a page, the largest first."""


@dataclass(slots=True)
class Candidate:
    """A number of one book that stands for nobody yet, or a local account whose label says so;
    cents. `label`: as the book calls it, where it says a chamber. `eliminable`: debit less credit
    on accounts of a family, what attaching it would put face to face at least."""

    holder: Entity
    number: str
    accounts: list[str] = field(default_factory=list)
    debit: int = 0
    credit: int = 0
    eliminable: int = 0
    kind: str = NUMBER_KIND
    label: str = ""


def _pattern(chambers: Iterable[Entity]) -> str:
    """What a number that looks like a chamber holds, in capitals: its SIREN, its code, CCI."""
    words = {HOUSE}
    for chamber in chambers:
        words |= {chamber.siren, fold(chamber.code)}
    return "|".join(re.escape(word) for word in sorted(words) if len(word) >= len(HOUSE))


def _candidates(question: Question, chambers: list[Entity]) -> list[Candidate]:
    year = question.year
    if year is None:
        return []
    mapping = mapping_of(rules_of(question.network))
    holders = {entity.code: entity for entity in year.entities}
    found: dict[tuple[str, str], Candidate] = {}
    for third in third_parties(year.files, _pattern(chambers)):
        if year.partners.of(third.entity, third.number):
            continue
        key = (third.entity, fold(third.number))
        row = found.setdefault(
            key, Candidate(holders[third.entity], third.number, label=third.label)
        )
        row.accounts.append(third.account)
        row.debit += third.debit
        row.credit += third.credit
        target = mapping.resolve(third.entity, third.account)
        if target and year.families.of(target.account):
            row.eliminable += third.debit - third.credit
    for a in year.likely:
        target = mapping.resolve(a.entity, a.account)
        net = a.debit - a.credit if target and year.families.of(target.account) else 0
        told = (a.debit, a.credit, net, ACCOUNT_KIND, a.label)
        found[a.entity, a.account] = Candidate(holders[a.entity], a.account, [a.account], *told)
    return sorted(found.values(), key=lambda row: -abs(row.debit) - abs(row.credit))


@dataclass(frozen=True, slots=True)
class Asked:
    """What one asks to attach, in the address; `fault`: why it cannot be, "" where it may.
    `nobody`: that it stands for no chamber."""

    kind: str
    holder: Entity | None
    written: str
    chamber: Entity | None
    everywhere: bool
    fault: str
    nobody: bool = False

    @property
    def partners(self) -> Partners:
        whose = (self.holder.code if self.holder else "", self.written)
        code = self.chamber.code if self.chamber else ""
        told = {whose: code} if code or self.nobody else {}
        empty: dict[tuple[str, str], str] = {}
        return Partners(
            told if self.kind == "number" else empty,
            told if self.kind == "account" else empty,
            told if self.kind == "label" else empty,
        )


def _asked(given: QueryDict, chambers: Iterable[Entity]) -> Asked | None:
    """None where nothing is asked."""
    by_id = {chamber.pk: chamber for chamber in chambers}
    written = given.get("valeur", "").replace("\x00", "").strip(" ")[:60]
    if not written:
        return None
    kind = given.get("nature", "number")
    book = given.get("livre", "")
    everywhere, holder = book == EVERY, by_id.get(parse_count(book) or 0)
    chamber = by_id.get(parse_count(given.get("designe", "")) or 0)
    nobody = given.get("designe") == NONE
    fault = written_fault(kind, written)
    if nobody and kind == PartnerNumber.Kind.LABEL:
        fault = NO_WORDS
    if not fault and not (everywhere or holder):
        fault = "Choisir le livre qui l’écrit, ou tous."
    if not fault and chamber is None and not nobody:
        fault = "Choisir la chambre que cela désigne."
    if not fault and chamber and chamber == holder:
        fault = OWN_PARTNER
    return Asked(kind, holder, written, chamber, everywhere, fault, nobody)


EFFECT = (
    Column("Compte", width=12), Column("Intitulé", width=44), Column("Éliminé avant", "amount"),
    Column("Éliminé après", "amount"), Column("Changement", "amount"),
)  # fmt: skip


def effect_table(year: Year, given: Partners, words: Sequence[str] = ()) -> Table:
    """What attaching these would change in the eliminations of a year."""
    rows = [
        (e.account, year.chart.name_of(e.account), e.before, e.after, e.after - e.before)
        for e in effect_of(year, given)
    ]
    return Table("Ce que cela éliminerait", EFFECT, rows, words)


def _means(year: Year | None) -> Table:
    found = inferences(year) if year else {}
    columns = (Column("Partenaire connu", width=44), Column("Cumuls mensuels", "number"),
               Column("Débits et crédits", "amount"))  # fmt: skip
    rows = [(f"{words[:1].upper()}{words[1:]}", *found.get(means, (0, 0)))
            for means, words in MEANS.items()]  # fmt: skip
    return Table("Comment la chambre en face est connue", columns, rows)


@require_safe
def partners(request: Request, network: str) -> HttpResponse:
    """What stands for a chamber, what looks like one, and the effect of attaching what is asked."""
    found = kept_network(request, network)
    question = question_of(request, found, OF_NETWORK)
    chambers = every_chamber(found)
    asked = _asked(request.GET, chambers)
    effect = _effect(question, asked)
    candidates = _candidates(question, chambers)
    title = "Partenaires"
    context = page_context(request, found, "ledger:intercompany", title) | {
        "question": question,
        "chambers": chambers,
        "kinds": PartnerNumber.Kind.choices,
        "asked": asked,
        "typed": asked.written if asked else "",
        "effect": tables.shown(effect) if effect else None,
        "seen": _shown(found, effect),
        "held": _shown(found, None),
        "named": _named(found),
        "doubts": _doubts(question, chambers),
        "candidates": candidates[:SHOWN],
        "more": max(0, len(candidates) - SHOWN),
        "means": tables.shown(_means(question.year)),
        "query": urlencode(question.parameters),
    }
    return render(request, "ledger/partners.html", context)


def _effect(question: Question, asked: Asked | None) -> Table | None:
    if asked is None or asked.fault or question.year is None:
        return None
    return effect_table(question.year, asked.partners, question.words)


def _shown(network: Network, effect: Table | None) -> str:
    """What stands for what is attached, and for an effect shown on it."""
    return stamp_of((partners_version(network), list(effect.rows) if effect else ()))


def _doubts(question: Question, chambers: Iterable[Entity]) -> list[dict[str, Any]]:
    """Third parties that a code alone says to be a chamber, whose label names something else."""
    by_code = {chamber.code: chamber for chamber in chambers}
    return [
        {"row": d, "holder": by_code[d.entity], "chamber": by_code[d.chamber]}
        for d in (question.year.doubts if question.year else ())
    ]


def _named(network: Network) -> list[PartnerNumber]:
    return list(network.partner_numbers.select_related("entity", "holder"))


@require_safe
def export(request: Request, network: str, extension: str) -> HttpResponse:
    """What is attached, in the columns an import takes; the columns alone as a model."""
    found = kept_network(request, network)
    if request.GET.get("modele") == "oui":
        return exported(partners_table(()), extension)
    return exported(partners_table(attached_of(found), about_partners(found)), extension)


@require_POST
def name(request: Request, network: str) -> HttpResponse:
    """Say which chamber something written in the books stands for, or that it no longer does."""
    found = kept_network(request, network)
    given: dict[str, Any] = {
        "kind": request.POST.get("nature", "number"),
        "actor": request.actor,
    }
    written = request.POST.get("valeur", "")
    holder = parse_count(request.POST.get("livre", "")) or None
    means = request.POST.get("designe", "")
    chamber = None if means == NONE else parse_count(means) or 0
    seen = seen_sent(request.POST, "vu")

    def check() -> None:
        asked = _asked(request.POST, every_chamber(found)) if chamber != 0 else None
        if seen != _shown(found, _effect(question_of(request, found, OF_NETWORK), asked)):
            refuse(MOVED, 409)

    with agreed(check):
        name_partner(found, holder, written, chamber, **given)
    messages.success(request, f"«\u00a0{written}\u00a0»\u00a0: enregistré.")
    return redirect(reverse("ledger:partners", args=[network]))


routes = [
    path("reciproques/partenaires/", partners, name="partners"),
    path("reciproques/partenaires/export.<str:extension>", export, name="partners_export"),
    path("reciproques/numeros/", name, name="intercompany_name"),
]
