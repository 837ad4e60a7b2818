"""Two chambers face to face: the pieces on which they do not say alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.ledger.book_folders import books_of
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.families import Family
from maillage.ledger.engine.pieces import WORDS, Piece, unmatched
from maillage.ledger.engine.reciprocity import NATURES, Nature, accounts_behind, sides_compared
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.views import one_pair
from maillage.ledger.views.accounts_question import OF_NETWORK, question_of
from maillage.ledger.views.network_page import page_context
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.sheets.writing import Column, Table
from maillage.ui import tables
from maillage.ui.asked import misread
from maillage.ui.downloads import exported

NO_NUMBER = "sans numéro"
ALL = 200_000
"""Lines of a side that are compared, at most."""


SHOWN = 500
"""Pieces of a page; an export has them all."""


@dataclass(frozen=True, slots=True)
class Pair:
    question: Question
    entity: Any
    partner: Any
    family: Family
    nature: str
    pieces: list[Piece]
    says: int
    answers: int

    @property
    def words(self) -> str:
        told = {str(code): words for code, words in NATURES.items()}
        return told.get(self.nature, "toutes natures").lower()


def _asked(request: Request, year: Year, named: str) -> tuple[Family | None, Nature | None]:
    """The family and nature of an address; a number of account stands for its family's."""
    wanted = request.GET.get("nature", "")
    nature = next((known for known in NATURES if known == wanted), None)
    if nature is None:
        misread(request, "nature", "toutes les natures")
    if named.isdecimal():
        return year.families.of(named), nature
    return year.families.family(named), nature


def _pair(request: Request, network: str, named: tuple[str, str, str]) -> Pair:
    """Two chambers in a family; 404 for what does not face each other."""
    found = kept_network(request, network)
    question = question_of(request, found, OF_NETWORK)
    year = question.year
    held = {e.code: e for e in year.entities} if year else {}
    entity, partner = held.get(named[0]), held.get(named[1])
    if year is None or not entity or not partner or entity == partner:
        raise Http404
    family, nature = _asked(request, year, named[2])
    if family is None:
        raise Http404
    mapping = mapping_of(rules_of(found))
    compared = sides_compared(nature) if nature else (None, None)
    sides = []
    for one, other, side in ((entity, partner, compared[0]), (partner, entity, compared[1])):
        files = [f for f in year.files if f.book.entity_id == one.pk]
        among = accounts_behind(year.result.lines, year.families, family.code, nature, side)
        asked_lines = Filter(
            among=among, partner=other.code, partners=year.partners, families=year.families
        )
        sides.append(entry_lines(books_of(files), mapping, asked_lines, limit=ALL))
    return Pair(
        question,
        entity,
        partner,
        family,
        nature or "",
        unmatched(sides[0].lines, sides[1].lines, max(f.book.closing for f in year.files)),
        *(side.debit - side.credit for side in sides),
    )


@require_safe
def pair(request: Request, network: str, entity: str, partner: str, family: str) -> HttpResponse:
    """The pieces on which two chambers do not say alike."""
    found = _pair(request, network, (entity, partner, family))
    title = f"{found.entity.short_name} et {found.partner.short_name}"
    joined = one_pair.proposed(found.question, entity, partner, found.family.code)
    context = page_context(request, found.question.network, "ledger:intercompany", title) | {
        "pair": found,
        "difference": found.says + found.answers,
        "pieces": tables.shown(_pieces(found, SHOWN)),
        "more": max(0, len(found.pieces) - SHOWN),
        "together": joined and one_pair.words_of(found.question, joined),
        "whys": Counter(WORDS[piece.why] for piece in found.pieces).most_common(),
    }
    return render(request, "ledger/pair.html", context)


@require_safe
def pair_export(
    request: Request, network: str, entity: str, partner: str, family: str, extension: str
) -> HttpResponse:
    found = _pair(request, network, (entity, partner, family))
    return exported(_pieces(found), extension)


def _pieces(found: Any, most: int | None = None) -> Table:
    """The pieces that do not answer each other, `most` of them; each amount leads to its lines."""
    here = reverse("ledger:entry_lines", args=[found.question.network.code])
    year = str(found.question.year.year) if found.question.year else ""

    def lines(one: Any, piece: str) -> str:
        return f"{here}?{urlencode({'exercice': year, 'chambre': one.code, 'texte': piece})}"

    def state(p: Piece) -> tables.Link:
        words = WORDS[p.why]
        if p.why in ("late", "alone"):
            words += f" chez {(found.partner if p.says else found.entity).short_name}"
        return tables.Link(words, lines(found.entity if p.says else found.partner, p.piece))

    columns = (
        Column("Pièce", width=18),
        Column("Date", width=12),
        Column("Libellé", width=50),
        Column(found.entity.short_name, "amount", 18),
        Column(found.partner.short_name, "amount", 18),
        Column("Écart", "amount", 18),
        Column("Constat", width=44),
    )
    rows = [
        (
            f"{p.piece or NO_NUMBER} / {p.other or NO_NUMBER}"
            if p.why == "other"
            else p.piece or NO_NUMBER,
            p.date.strftime("%d/%m/%Y") if p.date else "",
            p.label,
            p.says or None,
            p.answers or None,
            p.difference,
            state(p),
        )
        for p in found.pieces[:most]
    ]
    filters = [
        f"Réseau : {found.question.network.name}",
        f"Exercice {found.question.year.year}" if found.question.year else "",
        f"Chambre : {found.entity.name}, en face {found.partner.name}",
        f"{found.family.label}, {found.words}",
    ]
    title = f"Réciproques {found.entity.short_name} {found.partner.short_name}"
    return Table(title, columns, rows, filters)


routes = [
    path("reciproques/<slug:entity>/<slug:partner>/<slug:family>/", pair, name="intercompany_pair"),
    path(
        "reciproques/<slug:entity>/<slug:partner>/<slug:family>/export.<str:extension>",
        pair_export,
        name="intercompany_pair_export",
    ),
]
