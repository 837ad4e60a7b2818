"""Two gaps of one pair of chambers put together: what would be recorded, then the entry."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from maillage.kernel.money import exact_euros
from maillage.ledger.actions import record_adjustments
from maillage.ledger.engine.adjustments import Entry
from maillage.ledger.engine.one_pair import Together, together
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.adjustments import adjustments_version
from maillage.ledger.rules import can_keep_finances
from maillage.ledger.views.accounts_question import OF_NETWORK, question_of
from maillage.ledger.views.network_page import page_context
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.acts import Act, act_page
from maillage.ui.fields import number_seen


def proposed(question: Question, entity: str, partner: str, family: str) -> Together | None:
    """What would put together the gaps of a pair of chambers that cancel out, one of them in this
    family; None where nothing would."""
    year = question.year
    if year is None:
        return None
    pairs = year.result.reciprocities
    asked = [
        r
        for r in pairs
        if r.difference and (r.entity, r.partner, r.family.code) == (entity, partner, family)
    ]
    found = (together(r, pairs, year.result.eliminations, year.families) for r in asked)
    return next(filter(None, found), None)


def words_of(question: Question, found: Together) -> list[str]:
    """The lines of the entry, as they are read before it is recorded."""
    names = {entity.code: entity.short_name for entity in question.entities}
    return [
        f"{names[line.entity]}, {line.account} {question.chart.name_of(line.account)}, en face "
        f"{names[line.partner]}\u00a0: {'débit' if line.debit else 'crédit'} "
        f"{exact_euros(line.debit or line.credit)}"
        for line in found.lines
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request, network: str, entity: str, partner: str, family: str) -> HttpResponse:
    """Record what makes one pair of two gaps that cancel out; 404 where none do."""
    found = kept_network(request, network)
    question = question_of(request, found, OF_NETWORK)
    held = proposed(question, entity, partner, family)
    if held is None or question.year is None:
        raise Http404
    year = question.year.year
    names = {one.code: one.short_name for one in question.entities}
    title = f"Réunir {names[entity]} et {names[partner]}"
    gaps = [
        f"{r.family.label}\u00a0: écart de {exact_euros(r.difference)}, puis 0,00\u00a0€"
        for r in (held.left, held.joined)
    ]

    def run() -> tuple[str, str]:
        seen = number_seen(request.POST, "vu")
        entry = Entry(year, dt.date(year, 12, 31), held.reason, held.lines)
        (made,) = record_adjustments(found, [entry], actor=request.actor, version=seen)
        back = f"{reverse('ledger:adjustments', args=[network])}?exercice={year}"
        return f"{made} enregistré\u00a0: les deux écarts se répondent.", back

    pair = reverse("ledger:intercompany_pair", args=[network, entity, partner, family])
    act = Act(
        title,
        "Réunir en une paire",
        f"{pair}?exercice={year}",
        consequence="Un retraitement sera passé à côté des livres\u00a0; il se reprend par son "
        "contraire. Le total des écarts ne change pas.",
        details=[*words_of(question, held), *gaps],
        verdict=can_keep_finances(found, actor=request.actor),
        hidden={"vu": adjustments_version(found)},
        outline=page_context(request, found, "ledger:intercompany", title),
    )
    return act_page(request, act, run)


routes = [
    path(
        "reciproques/<slug:entity>/<slug:partner>/<slug:family>/reunir/",
        join,
        name="intercompany_join",
    ),
]
