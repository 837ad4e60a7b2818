"""Self-financing, working capital and the financing table, by chamber and consolidated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from maillage.ledger.engine.accounts import Span
from maillage.ledger.financing_tables import (
    absences,
    shown_rows,
)
from maillage.ledger.queries.accounts_question import Question
from maillage.ledger.queries.asked_tables import (
    FINANCING_TITLE,
    financing_asked,
    financing_proofs,
    financing_table,
)
from maillage.ledger.queries.notices import notices_of
from maillage.ledger.views.accounts_question import CHAMBERS, OF_ACCOUNTS, question_of
from maillage.ledger.views.kept import kept
from maillage.ledger.views.network_page import page_context
from maillage.network.models import Network
from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.ui.cents import cents_asked
from maillage.ui.downloads import exported

PAGE = "ledger:financing"
UNAPPLIED = {"axe": "tous les axes", **OF_ACCOUNTS, **CHAMBERS}
KEPT = ("exercice", "mois", "chambre", "perimetre")


def _question(request: Request, network: Network) -> Question:
    """Months count from the first; chambers stand side by side; an axis has no CAF."""
    asked = question_of(request, network, UNAPPLIED)
    month = asked.span.month
    kept = {k: v for k, v in asked.parameters.items() if k in KEPT}
    more = {"cumul": "oui"} if month else {}
    return replace(
        asked,
        span=Span(month, cumulated=bool(month), until=asked.span.until),
        parameters=kept | more,
        common=True,
    )


@require_safe
@kept
def financing(request: Request, network: str) -> HttpResponse:
    """What the exercise let each chamber finance, and what it did of it."""
    found = kept_network(request, network)
    question = _question(request, found)
    tables = financing_asked(question)
    asked = question.parameters | {"detail": "oui"}

    def entries(chamber: str, account: str) -> str:
        narrowed = {"chambre": chamber, "compte": account, "exact": "oui"}
        here = reverse("ledger:entry_lines", args=[network])
        return f"{here}?{urlencode(question.parameters | narrowed)}"

    context: dict[str, Any] = (
        page_context(request, found, PAGE)
        | cents_asked(request)
        | {
            "question": question,
            "unmapped": question.year.unmapped if question.year else (0, 0),
            "notices": notices_of(question),
            "part": question.part,
            "heading": question.titled(FINANCING_TITLE),
            "tables": [
                (one, list(shown_rows(one, question.chart, f"?{urlencode(asked)}", entries)))
                for one in tables
            ],
            "absences": absences(tables),
            "proofs": financing_proofs(question, tables),
            "detailed": request.GET.get("detail") == "oui",
            "query_detail": urlencode(asked),
        }
    )
    return render(request, "ledger/financing.html", context)


@require_safe
@kept
def financing_export(request: Request, network: str, extension: str) -> HttpResponse:
    question = _question(request, kept_network(request, network))
    return exported(financing_table(question), extension)


routes = [
    path("financement/", financing, name="financing"),
    path("financement/export.<str:extension>", financing_export, name="financing_export"),
]
