"""A recharge statement on paper: what a chamber sends another with its invoice.

Every string is ready for the page; amounts are told to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from maillage.costing.engine.allocation import unit_of
from maillage.costing.models import RechargeStatement
from maillage.costing.queries.recharge_sheet import KEPT, cancelled, facts_of, table_of
from maillage.kernel.money import exact, exact_rate, quantity
from maillage.papers.typesetting import compile_pdf
from maillage.sheets.writing import Sum
from maillage.ui.templatetags.ui import datetime_zone

_TEMPLATE = Path(__file__).parent / "templates" / "costing" / "recharge.typ"


def statement_pdf(statement: RechargeStatement) -> bytes:
    """One statement as a tagged A4 PDF/UA-1; the same statement has the same bytes."""
    return compile_pdf(_TEMPLATE, _sheet(statement), statement.issued_at.date())


def _sheet(statement: RechargeStatement) -> dict[str, Any]:
    lines = [_told(row) for row in table_of(statement).rows]
    return {
        "reference": statement.reference,
        "network": statement.network.name,
        "fictional": statement.network.fictional,
        "label": statement.label,
        "facts": [{"label": label, "value": value} for label, value in chain(*facts_of(statement))],
        "notes": [str(told) for told in cancelled(statement)],
        "lines": [line for line in lines if not line["sum"]],
        "sums": [line for line in lines if line["sum"]],
        "unit": unit_of(statement.key.driver),
        "issued": datetime_zone(statement.issued_at),
    }


def _told(row: Sequence[Any]) -> dict[str, Any]:
    """A row of the statement in words; a sum says nothing of what it does not add up."""
    entity, amount_of, share, cents, sequel = row
    is_sum = isinstance(row, Sum)
    return {
        "entity": entity,
        "own": sequel == KEPT,
        "quantity": quantity(amount_of) or ("" if is_sum else "–"),
        "share": exact_rate(int(share * 100)),
        "amount": exact(cents),
        "sum": is_sum,
    }
