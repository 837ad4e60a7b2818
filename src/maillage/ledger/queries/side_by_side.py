"""What stands side by side in the accounts: chambers, months or exercises.

Says which amounts each column adds up, and what narrows the entries to it. Refuses to know where
these are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maillage.kernel.period import SHORT_MONTHS
from maillage.ledger.amount_columns import AmountColumn, Term, chamber_columns
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.scope import Partly
from maillage.ledger.queries.accounts_question import Question


def amount_columns(question: Question, *, sums: bool = False) -> list[AmountColumn]:
    """The columns asked for. `sums`: both sides of a trial balance."""
    if question.year is None:
        return []
    if question.columns == "mois":
        return _months(question)
    if question.columns == "exercices":
        partly = question.partly()
        return [_whole(question, number, partly) for number in _numbers(question)]
    partly = question.partly()
    return [*_chambers(question, sums, partly), *_former(question, partly)]


def _numbers(question: Question) -> list[int]:
    assert question.year is not None
    return [question.year.year, *(year.year for year in question.past)]


def _final(question: Question, period: str) -> Term:
    """What the question is of: its chamber as it books, or all once eliminated."""
    return (
        (1, "own", (question.entity.code, period)) if question.entity else (1, "net", ("", period))
    )


def _whole(question: Question, year: int, partly: Mapping[int, Partly]) -> AmountColumn:
    """One exercise, of the question's chamber or consolidated, up to where the later one stops."""
    assert question.year is not None
    span = question.span.later(year - question.year.year)
    moved = {"exercice": str(year), "mois": f"{span.month:%Y-%m}" if span.month else ""}
    head = str(year)
    if span.month and not question.span.month:
        moved["cumul"] = "oui"
        head = f"{year} à fin {SHORT_MONTHS[span.month.month - 1]}"
    absent = question.absent_in(year, span)
    terms = (_final(question, str(year)),)
    return AmountColumn(head, terms, moved, absent=absent, partly=partly[year])


def _chambers(question: Question, sums: bool, partly: Mapping[int, Partly]) -> list[AmountColumn]:
    assert question.year is not None
    number = question.year.year
    period = str(number)
    if question.entity:
        absent = question.absent_in(number, question.span)
        at = (question.entity.code, period)
        both = [("Débit", "debit"), ("Crédit", "credit")] if sums else []
        named = [*both, ("Solde" if sums else question.entity.short_name, "own")]
        return [AmountColumn(head, ((1, side, at),), {}, absent=absent) for head, side in named]
    each = [(entity.code, entity.short_name) for entity in question.entities]
    adjusted = bool(question.year.result.adjustments)
    silent = question.untold_in(number, question.span)
    return chamber_columns(
        each, period, adjusted=adjusted, sums=sums, silent=silent, partly=partly[number]
    )


def _former(question: Question, partly: Mapping[int, Partly]) -> list[AmountColumn]:
    if question.year is None or not question.past:
        return []
    former = _whole(question, question.past[0].year, partly)
    if question.uneven or question.unlike:
        return [former]
    now, before = (_final(question, str(number)) for number in _numbers(question))
    absent = former.absent or question.absent_in(question.year.year, question.span)
    return [former, AmountColumn("Variation", (now, (-1, *before[1:])), absent=absent)]


def _months(question: Question) -> list[AmountColumn]:
    """Every month, and the exercise: their sum, or where it ends if each counts from the first."""
    assert question.year is not None
    since, number = question.span.cumulated, question.year.year
    found: list[AmountColumn] = []
    for month in question.year.months:
        narrowed: dict[str, Any] = {"mois": f"{month:%Y-%m}", "cumul": "oui" if since else ""}
        found.append(
            AmountColumn(
                _named(month, since, number),
                (_final(question, f"{month:%Y-%m}"),),
                narrowed,
                absent=question.absent_in(number, Span(month, since)),
            )
        )
    whole = _whole(question, number, question.partly())
    exercise = replace(whole, head=f"Exercice {whole.head}", lines={"cumul": ""})
    if since or all(line.month for line in question.year.result.lines):
        return [*found, exercise]
    apart = tuple((-sign, side, at) for month in found for sign, side, at in month.terms)
    undated = AmountColumn("Sans date", (*whole.terms, *apart), absent=whole.absent)
    return [*found, undated, exercise]


def _named(month: dt.date, since: bool, exercise: int) -> str:
    """The year is told where it is not that of the exercise."""
    name = SHORT_MONTHS[month.month - 1]
    name += "" if month.year == exercise else f" {month.year}"
    return f"Fin {name}" if since else name.capitalize()
