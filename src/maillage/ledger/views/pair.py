"""Two chambers face to face: the pieces on which they do not say alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.kernel.money import exact_euros
from maillage.kernel.period import french_date, opening_of
from maillage.ledger.book_folders import books_of
from maillage.ledger.control_tables import state_of
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.families import Family
from maillage.ledger.engine.pieces import WORDS, Ends, Piece, answering, beside, unmatched
from maillage.ledger.engine.reciprocity import NATURES, Nature, accounts_behind, sides_compared
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.adjustments import (
    adjustments_of,
    carried_lines,
    facing_lines,
    touched,
)
from maillage.ledger.queries.beside import stops_of
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.mapping import mapping_of, rules_of
from maillage.ledger.views import one_pair
from maillage.ledger.views.accounts_question import OF_NETWORK, question_of
from maillage.ledger.views.intercompany import control
from maillage.ledger.views.kept import kept
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Entity
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
    entity: Entity
    partner: Entity
    family: Family
    nature: str
    pieces: list[Piece]
    says: int
    answers: int
    ends: Ends
    state: str
    """Why they do not say alike, as the list and the exports have it; "" of all natures."""

    @property
    def balances(self) -> list[tuple[str, int]]:
        """What each has on the other, cents, as the control shows it."""
        return [(self.entity.short_name, self.says), (self.partner.short_name, self.answers)]

    def why(self, piece: Piece) -> str:
        """Why a piece does not plainly answer, in words, with the chamber it is missing from."""
        words = WORDS[piece.why]
        lacks, end = self.entity, self.ends.ours
        if piece.says:
            lacks, end = self.partner, self.ends.theirs
        if piece.why == "stopped" and end:
            return f"livre de {lacks.short_name} arrêté au {french_date(end)}"
        return f"{words} chez {lacks.short_name}" if piece.why in ("late", "alone") else words

    def url(self, piece: Piece) -> str:
        """Where its lines are: in the book of the chamber that has them, or beside the books."""
        code, year = self.question.network.code, self.question.parameters["exercice"]
        if piece.why == "beside":
            return f"{reverse('ledger:adjustments', args=[code])}?exercice={year}"
        one = self.entity if piece.says else self.partner
        asked = {"exercice": year, "chambre": one.code, "texte": piece.piece}
        return f"{reverse('ledger:entry_lines', args=[code])}?{urlencode(asked)}"

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
    return _compared(question, year, (entity, partner), family, nature)


def _compared(
    question: Question,
    year: Year,
    pair: tuple[Entity, Entity],
    family: Family,
    nature: Nature | None,
) -> Pair:
    """What both have on each other, in their books and beside them, as the control adds it up."""
    mapping = mapping_of(rules_of(question.network))
    compared = sides_compared(nature) if nature else (None, None)
    rows = adjustments_of(question.network, [year.year])[year.year]
    counted = [row for row in rows if question.alike is None or touched(row) <= question.alike]
    held = (*year.result.lines, *year.result.adjustments)
    booked, adjusted = [], []
    for (one, other), side in zip((pair, pair[::-1]), compared, strict=True):
        files = [f for f in year.files if f.book.entity_id == one.pk]
        among = accounts_behind(held, year.families, family.code, nature, side)
        asked = Filter(
            among=among, partner=other.code, partners=year.partners, families=year.families
        )
        booked.append(entry_lines(books_of(files), mapping, asked, limit=ALL))
        who = one.code, other.code
        opens = carried_lines(year.result.carried, who, among)
        adjusted.append([*opens, *facing_lines(counted, who, among)])
    last = stops_of(year.files)
    closing = max(f.book.closing for f in year.files)
    ends = Ends(closing, *(last.get(one.code) for one in pair))
    pieces = unmatched(booked[0].lines, booked[1].lines, ends)
    state, late = _told_of(question, pair, family, nature)
    pieces = [*beside(*adjusted), *answering(pieces, late, opening_of(closing))]
    says, answers = (
        page.debit - page.credit + sum(x.debit - x.credit for x in more)
        for page, more in zip(booked, adjusted, strict=True)
    )
    return Pair(question, *pair, family, nature or "", pieces, says, answers, ends, state)


def _told_of(
    question: Question, pair: tuple[Entity, Entity], family: Family, nature: Nature | None
) -> tuple[str, int]:
    """What the list says of their gap, and what of it answers the exercise before, in cents."""
    asked = (pair[0].code, pair[1].code, family.code, nature)
    names = {entity.code: entity.short_name for entity in pair}
    for r, causes in control(question).compared:
        if (r.entity, r.partner, r.family.code, r.nature) == asked and causes:
            stops = stops_of(question.year.files if question.year else ())
            return state_of(r, causes, names, stops), dict(causes).get("before", 0)
    return "", 0


@require_safe
@kept
def pair(request: Request, network: str, entity: str, partner: str, family: str) -> HttpResponse:
    """The pieces on which two chambers do not say alike."""
    found = _pair(request, network, (entity, partner, family))
    title = f"{found.entity.short_name} et {found.partner.short_name}"
    joined = one_pair.proposed(found.question, entity, partner, found.family.code)
    context = page_context(request, found.question.network, "ledger:intercompany", title) | {
        "pair": found,
        "difference": found.says + found.answers,
        "pieces": tables.shown(_pieces(found, SHOWN)),
        "adjusted": any(piece.why == "beside" for piece in found.pieces),
        "more": max(0, len(found.pieces) - SHOWN),
        "together": joined and one_pair.words_of(found.question, joined),
        "whys": Counter(found.why(piece) for piece in found.pieces).most_common(),
    }
    return render(request, "ledger/pair.html", context)


@require_safe
@kept
def pair_export(
    request: Request, network: str, entity: str, partner: str, family: str, extension: str
) -> HttpResponse:
    found = _pair(request, network, (entity, partner, family))
    return exported(_pieces(found), extension)


def _pieces(found: Pair, most: int | None = None) -> Table:
    """The pieces that do not answer each other, `most` of them, after what is adjusted beside the
    books; each leads to its lines."""
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
            tables.Link(found.why(p), found.url(p)),
        )
        for p in found.pieces[:most]
    ]
    filters = [
        f"Réseau : {found.question.network.name}",
        f"Exercice {found.question.year.year}" if found.question.year else "",
        f"Chambre : {found.entity.name}, en face {found.partner.name}",
        f"{found.family.label}, {found.words}",
        *(f"Solde de {name} : {exact_euros(cents)}" for name, cents in found.balances),
        f"Écart : {exact_euros(found.says + found.answers)}",
        *([found.state] if found.state else []),
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
