"""The three documents together, and what proves them: equalities that fail are findings.

Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.statements.books import (
    CONSOLIDATED,
    Balances,
    Cell,
    TrialBalance,
    last_day,
    readable,
    trial_balance,
)
from maillage.ledger.engine.statements.layouts import Layout, LayoutFile
from maillage.ledger.engine.statements.presentation import Statement, lay_out


@dataclass(frozen=True, slots=True)
class Accounts:
    """`income`, `balance`: None where no layout holds at the end of the last period."""

    trial: TrialBalance
    income: Statement | None
    balance: Statement | None
    findings: tuple[AccountsFinding, ...]


def present(
    balances: Balances, chart: Chart, layouts: LayoutFile, *, alone: bool = True
) -> Accounts:
    """Trial balance, income statement and balance sheet, by chamber and for all, by period.

    `balances`: (entity, period, common account) -> (debit, credit) cents, eliminations made. Each
    period is taken as it stands: for a balance sheet at the end of a month, give what `cumulate`
    returns. `alone`: each chamber must hold by itself, else all of them only. Findings: those of
    `readable` and `lay_out`, layouts that lack, and the proofs (books.unbalanced,
    statements.balance, statements.result), all errors.
    """
    kept, findings = readable(balances)
    trial = trial_balance(kept, chart)
    days = [day for period in trial.periods if (day := last_day(period)) is not None]
    income, balance = (
        lay_out(layout, kept) if days and (layout := layouts.on(kind, max(days))) else None
        for kind in ("income", "balance")
    )
    lacking = [
        AccountsFinding(
            "statements.layout", "error", name, "aucune présentation ne vaut à cette date"
        )
        for name, statement in (("Compte de résultat", income), ("Bilan", balance))
        if days and statement is None
    ]
    found = [*findings, *lacking]
    for statement in (income, balance):
        found += statement.findings if statement else ()
    found += prove(trial, income, balance, alone=alone)
    return Accounts(trial, income, balance, tuple(found))


def prove(
    trial: TrialBalance,
    income: Statement | None,
    balance: Statement | None,
    *,
    alone: bool = True,
) -> Iterator[AccountsFinding]:
    """Per chamber and period: books balance, assets equal liabilities, both results are equal."""
    # All chambers together fail where one does; shown too, unless there is only one.
    together = (CONSOLIDATED,) if len(trial.entities) > 1 or not alone else ()
    for entity in (*(trial.entities if alone else ()), *together):
        for period in trial.periods:
            cell = (entity, period)
            if cell not in trial.totals:
                continue
            total = trial.totals[cell]
            yield from _equal(
                "books.unbalanced", cell, ("débits", total.debit), ("crédits", total.credit)
            )
            if balance is not None:
                yield from _balance_proofs(income, balance, cell)


def _balance_proofs(
    income: Statement | None, balance: Statement, cell: Cell
) -> Iterator[AccountsFinding]:
    yield from _equal(
        "statements.balance",
        cell,
        ("total de l’actif", balance.role("total_assets", cell)),
        ("total du passif", balance.role("total_liabilities", cell)),
    )
    if income is not None:
        yield from _equal(
            "statements.result",
            cell,
            ("résultat du compte de résultat", income.role("result", cell)),
            ("résultat du bilan", balance.role("result", cell)),
        )


def _equal(
    code: str, cell: Cell, one: tuple[str, int], other: tuple[str, int]
) -> Iterator[AccountsFinding]:
    if one[1] != other[1]:
        yield AccountsFinding(
            code,
            "error",
            f"{cell[0] or 'toutes les chambres'}, {cell[1]}",
            f"{one[0]} {exact_euros(one[1])}, {other[0]} {exact_euros(other[1])}",
            "l’égalité",
            f"écart {exact_euros(one[1] - other[1])}",
        )


def coverage(layout: Layout, accounts: Iterable[str], day: dt.date) -> tuple[AccountsFinding, ...]:
    """Which accounts of a chart the layout would lose or take twice, whatever their balance.

    Codes: statements.unused and statements.twice, errors. To be run when a layout or a chart
    changes, before any books show it.
    """
    findings = []
    for account in accounts:
        for net, side in ((1, "débiteur"), (-1, "créditeur")):
            lines = layout.places(account, net, day) if layout.concerns(account) else ((),)
            if len(lines) != 1:
                findings.append(
                    AccountsFinding(
                        "statements.twice" if lines else "statements.unused",
                        "error",
                        f"{layout.title}, compte {account} {side}",
                        f"pris par {len(lines)} lignes",
                        "une ligne et une seule",
                        account,
                    )
                )
    return tuple(findings)
