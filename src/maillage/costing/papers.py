"""A recharge statement on paper: what a chamber sends another with its invoice.

Every string is ready for the page; amounts are told to the cent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maillage.costing.engine.allocation import basis, unit_of
from maillage.costing.models import RechargeStatement
from maillage.costing.queries.keys import totals_of
from maillage.kernel.money import exact, exact_euros, exact_rate, quantity
from maillage.papers.typesetting import compile_pdf
from maillage.ui.templatetags.ui import date_fr, datetime_fr

_TEMPLATE = Path(__file__).parent / "templates" / "costing" / "recharge.typ"


def statement_pdf(statement: RechargeStatement) -> bytes:
    """One statement as a tagged A4 PDF/UA-1; the same statement has the same bytes."""
    return compile_pdf(_TEMPLATE, _sheet(statement), statement.issued_at.date())


def _sheet(statement: RechargeStatement) -> dict[str, Any]:
    provider, lines = statement.provider, list(statement.lines.select_related("entity"))
    totals = totals_of(statement, lines)
    return {
        "reference": statement.reference,
        "network": statement.network.name,
        "fictional": statement.network.fictional,
        "label": statement.label,
        "facts": [{"label": label, "value": value} for label, value in _facts(statement) if value],
        "notes": _notes(statement),
        "lines": [
            {
                "entity": line.entity.name,
                "own": line.entity_id == provider.pk,
                "quantity": quantity(line.quantity) or "–",
                "share": exact_rate(line.share),
                "amount": exact(line.amount),
            }
            for line in lines
        ],
        "unit": unit_of(statement.key.driver),
        "total": [
            "Total",
            quantity(totals.quantity),
            "100,00\u00a0%",
            exact(statement.amount),
        ],
        "rest": ["À refacturer", "", exact_rate(totals.share), exact(totals.rest)],
        "issued": datetime_fr(statement.issued_at),
    }


def _facts(statement: RechargeStatement) -> list[tuple[str, str]]:
    """Who provides, when, how much, by which key; "" for what is not known."""
    period = f"du {date_fr(statement.first_day)} au {date_fr(statement.last_day)}"
    return [
        ("Prestataire", statement.provider.name),
        ("SIREN", statement.provider.siren),
        ("Daté du", date_fr(statement.issued_on)),
        ("Période", period),
        ("Montant réparti", exact_euros(statement.amount)),
        ("Origine du montant", _origin(statement)),
        ("Clé de répartition", statement.key.name),
        ("Selon", basis(statement.key.driver, statement.key.fixed)),
    ]


def _origin(statement: RechargeStatement) -> str:
    if statement.origin != RechargeStatement.Origin.LEDGER:
        return "Montant saisi"
    axis = f", axe {statement.axis}" if statement.axis else ""
    return f"Comptes {statement.account}{axis} du livre du prestataire"


def _notes(statement: RechargeStatement) -> list[str]:
    """What cancels what, and why."""
    reversal = getattr(statement, "reversed_by", None)
    found = []
    if statement.reverses:
        reference = statement.reverses.reference
        found.append(f"Ce relevé contre-passe le {reference}. Motif\u00a0: {statement.reason}")
    if reversal:
        reference = reversal.reference
        found.append(
            f"Ce relevé est contre-passé par le {reference}. Motif\u00a0: {reversal.reason}"
        )
    return found
