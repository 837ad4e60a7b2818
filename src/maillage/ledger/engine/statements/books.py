"""Balances of the chambers on the common chart, and the trial balance they make.

Amounts are integer cents. Knows periods as "2026" or "2026-03". Eliminations between chambers are
made before: a balance here is what is left of each chamber's account once they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import abc
from dataclasses import dataclass

from maillage.kernel.period import last_of_month
from maillage.ledger.engine.chart import AccountsFinding, Chart

CONSOLIDATED = ""
"""The entity that stands for all of them added up."""
GAPS = "≠"
"""The entity that bears what the chambers do not say alike of each other."""
RESULT_GAP, BALANCE_GAP = "7E", "4E"
"""Where that stands: lines of its own, whose numbers no account of a chart can bear."""
GAP_NAMES = {
    RESULT_GAP: "Écarts d’élimination, charges et produits",
    BALANCE_GAP: "Écarts d’élimination, créances et dettes",
}

# (entity, period, common account) -> (debit, credit), in cents
Balances = abc.Mapping[tuple[str, str, str], tuple[int, int]]
Cell = tuple[str, str]  # entity ("" for all), period

_PERIOD = re.compile(r"([1-9][0-9]{3})(?:-(0[1-9]|1[0-2]))?")
_NOT_ASCII_DIGITS = re.compile(r"[^0-9]")


def last_day(period: str) -> dt.date | None:
    """Of a year "2026" or a month "2026-03"; None where it is neither."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    return last_of_month(year, month)


def cumulate(
    balances: Balances, more: abc.Iterable[str] = (), *, restarts: bool = True
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """From the movements of each month, those since the beginning of its year.

    A balance sheet at the end of March needs January to March; years start again from their
    opening entries, so nothing passes from one to the next; where the months are of one exercise
    over two years, `restarts` is False. Whole years are left as they are.
    Every month that some account has, and `more`, is given to all accounts already moved that year.
    """
    months = sorted({*more, *(period for _, period, _ in balances if len(period) > 4)})
    found = {key: value for key, value in balances.items() if len(key[1]) <= 4}
    for entity, account in sorted({(key[0], key[2]) for key in balances if len(key[1]) > 4}):
        year, debit, credit, moved = "", 0, 0, False
        for month in months:
            if restarts and month[:4] != year:
                year, debit, credit, moved = month[:4], 0, 0, False
            amounts = balances.get((entity, month, account))
            if amounts is not None:
                debit, credit, moved = debit + amounts[0], credit + amounts[1], True
            if moved:
                found[(entity, month, account)] = (debit, credit)
    return found


def account_name(chart: Chart, account: str) -> str:
    """What a line of a trial balance is called."""
    return GAP_NAMES.get(account) or chart.name_of(account)


@dataclass(frozen=True, slots=True)
class Movement:
    """Debit and credit totals, cents. `net`: debit less credit (positive: debit balance)."""

    debit: int = 0
    credit: int = 0

    @property
    def net(self) -> int:
        return self.debit - self.credit

    def __add__(self, other: Movement) -> Movement:
        return Movement(self.debit + other.debit, self.credit + other.credit)


@dataclass(frozen=True, slots=True)
class TrialLine:
    """`amounts`: (entity or "" for all, period) -> movement; absent where nothing was posted."""

    account: str
    name: str
    amounts: abc.Mapping[Cell, Movement]


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Lines in order of account; entities and periods sorted; totals per cell."""

    entities: tuple[str, ...]
    periods: tuple[str, ...]
    lines: tuple[TrialLine, ...]
    totals: abc.Mapping[Cell, Movement]


def trial_balance(balances: Balances, chart: Chart) -> TrialBalance:
    """Every account of every chamber, and all chambers added up under the entity ""."""
    lines: dict[str, dict[Cell, Movement]] = {}
    totals: dict[Cell, Movement] = {}
    for (entity, period, account), (debit, credit) in sorted(balances.items()):
        movement = Movement(debit, credit)
        row = lines.setdefault(account, {})
        for cell in ((entity, period), (CONSOLIDATED, period)):
            row[cell] = row.get(cell, Movement()) + movement
            totals[cell] = totals.get(cell, Movement()) + movement
    return TrialBalance(
        *extent(balances),
        tuple(
            TrialLine(number, account_name(chart, number), lines[number])
            for number in sorted(lines)
        ),
        totals,
    )


def extent(balances: Balances) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The entities and the periods that appear, sorted."""
    entities = tuple(sorted({entity for entity, _, _ in balances}))
    return entities, tuple(sorted({period for _, period, _ in balances}))


def readable(balances: Balances) -> tuple[Balances, tuple[AccountsFinding, ...]]:
    """The balances that can be presented, and findings for those left aside.

    Errors, left aside: books.period (neither a year nor a month), books.entity (the empty name is
    kept for all chambers together), books.account (not a number of classes 1 to 9). A warning:
    books.class (classes 8 and 9 stay in the trial balance, outside the two statements). One
    finding per code and faulty value, at its first place.
    """
    kept: dict[tuple[str, str, str], tuple[int, int]] = {}
    faults: dict[tuple[str, str], AccountsFinding] = {}
    for key, amounts in sorted(balances.items()):
        finding = _fault(*key)
        if finding is None or finding.severity == "warning":
            kept[key] = amounts
        if finding is not None:
            faults.setdefault((finding.code, finding.value), finding)
    return kept, tuple(faults.values())


def _fault(entity: str, period: str, account: str) -> AccountsFinding | None:
    where = f"{entity or 'sans chambre'}, {period}, compte {account}"
    if entity == CONSOLIDATED:
        return AccountsFinding(
            "books.entity", "error", where, "balance sans chambre", "un code de chambre"
        )
    if last_day(period) is None:
        expected = "une année (2026) ou un mois (2026-03)"
        return AccountsFinding(
            "books.period", "error", where, "période illisible", expected, period
        )
    if account in GAP_NAMES:
        return None
    if not account or _NOT_ASCII_DIGITS.search(account) or account[0] == "0":
        expected = "des chiffres, classe 1 à 9"
        return AccountsFinding(
            "books.account", "error", where, "compte commun illisible", expected, account
        )
    if account[0] in "89":
        said = "hors des classes 1 à 7 : laissé hors des états"
        return AccountsFinding("books.class", "warning", where, said, "", account)
    return None
