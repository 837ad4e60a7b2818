"""Amounts of the accounts as a page draws them: where each leads, how wide the table is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from maillage.kernel.absence import NOT_TOLD, Absent
from maillage.kernel.money import NBSP, exact, rounded
from maillage.ledger.amount_columns import (
    AmountColumn,
    Sides,
)
from maillage.ledger.engine.statements import GAP_NAMES
from maillage.ledger.queries.accounts_question import Question


@dataclass(frozen=True, slots=True)
class LinkedAmount:
    """An amount of a table, and the lines it comes from ("" where it is a result); or that nobody
    told it."""

    cents: int | None
    url: str = ""
    absent: Absent | None = None


def fit_of(columns: list[AmountColumn]) -> dict[str, str]:
    """How a table of so many columns is set: whether it scrolls with the page, how tight."""
    count = len(columns)
    fit = "" if count > 12 else " scroll-page" if count < 9 else " scroll-page is-wide"
    return {"fit": fit, "dense": " is-dense" if count > 10 else ""}


def linked_amounts(
    question: Question, columns: list[AmountColumn], sides: Sides, **narrowed: str
) -> list[LinkedAmount]:
    """The amounts of a row of accounts, each leading to its entry lines.

    `narrowed`: what the address of the lines asks of the row.
    """
    return [
        LinkedAmount(column.cents(sides), _url(question, column, narrowed), column.absent)
        for column in columns
    ]


def key_words(cents: int | Absent | None, *, to_the_cent: bool) -> str:
    """An amount that stays in sight above a long table, in words."""
    if isinstance(cents, Absent):
        return NOT_TOLD
    return f"{exact(cents or 0) if to_the_cent else rounded(cents or 0)}{NBSP}€"


def _url(question: Question, column: AmountColumn, narrowed: dict[str, str]) -> str:
    """Where an amount of a column leads, "" where nowhere."""
    if column.absent:
        return ""
    if column.facing or narrowed.get("compte") in GAP_NAMES:
        return _facing(question)
    if column.adjusting:
        page = reverse("ledger:adjustments", args=[question.network.code])
        return f"{page}?exercice={question.parameters['exercice']}"
    if column.lines is None:
        return ""
    asked = question.of_lines | narrowed | dict(column.lines)
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('ledger:entry_lines', args=[question.network.code])}?{urlencode(kept)}"


def _facing(question: Question) -> str:
    page = reverse("ledger:intercompany", args=[question.network.code])
    return f"{page}?exercice={question.parameters['exercice']}"
