"""Self-financing and the financing table of a budget: its amounts as positions of the ledger.

A budget has flows and no balance sheet: working capital is that of the year before and its
variation. Knows amounts in their natural sense; refuses to know where they come from.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from maillage.costing.engine.budgets import Amounts, class_of, number_of
from maillage.kernel.period import ALWAYS
from maillage.ledger.engine.flows import FlowFile, Line, Position, SheetRow, lacking

OPENING, CLOSING = "frng-ouverture", "frng-cloture"


def untold_words(roots: Iterable[str]) -> str:
    named = ", ".join(roots)
    return f"CAF non renseignée, le budget ne porte pas {named}\u00a0: une ligne à zéro suffit"


def position_of(
    flows: FlowFile, amounts: Amounts, day: dt.date, held: Iterable[str] | None = None
) -> Position:
    """The position a budget stands for. `held`: every account it carries, at zero too; None where
    nothing can be missing, as in books."""
    debits: dict[str, int] = defaultdict(int)
    credits_: dict[str, int] = defaultdict(int)
    for (_entity, account, _axis, _month), cents in amounts.items():
        sides = debits if class_of(account) in ("2", "6") else credits_
        sides[number_of(account)] += cents
    closing = dict(debits)
    for account, cents in credits_.items():
        closing[account] = closing.get(account, 0) - cents
    untold = () if held is None else lacking(flows, held, day)
    return Position(day, closing, debits, credits_, is_budget=True, untold=untold)


def forecast(
    opening: Iterable[int | None], change: Iterable[int | None]
) -> tuple[SheetRow, SheetRow, SheetRow]:
    """Working capital at the start, as the book of the year before says it, its variation, and at
    the end; by column, None where one of them is not known."""
    first, moved = tuple(opening), tuple(change)
    last = tuple(
        None if a is None or b is None else a + b for a, b in zip(first, moved, strict=True)
    )
    names = ("Fonds de roulement à l’ouverture", "Variation par les flux du budget",
             "Fonds de roulement prévu à la clôture")  # fmt: skip
    return (
        _row(OPENING, names[0], "Fonds de roulement du livre de l’exercice précédent", first),
        _row(
            "frng-variation", names[1], "Ressources moins emplois du tableau de financement", moved
        ),
        _row(CLOSING, names[2], f"{names[0]} + {names[1]}", last, is_sum=True),
    )


def _row(
    code: str, label: str, formula: str, cents: tuple[int | None, ...], *, is_sum: bool = False
) -> SheetRow:
    plus = ((1, OPENING),) if is_sum else ()
    return SheetRow(Line(code, label, 1, "balance", "", plus, "", False, ALWAYS), formula, cents)
