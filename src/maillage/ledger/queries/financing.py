"""Where each chamber, and all as one, stand on the common chart: what self-financing, working
capital and the financing table are computed from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from maillage.kernel.period import opening_of
from maillage.ledger import book_folders
from maillage.ledger.engine.accounts import Cell, Cells, Span, mapped, sides
from maillage.ledger.engine.disposals import by_account, opened
from maillage.ledger.engine.flows import Position, shipped_flows
from maillage.ledger.engine.mapping import Mapping as Rules
from maillage.ledger.financing_tables import closings
from maillage.ledger.models import BookFile
from maillage.ledger.queries.consolidated import Year
from maillage.ledger.queries.realised import disposed_of, handed_of, targets_of

Common = Callable[[str], str]
"""From a local account to the common one, "" for none."""


@dataclass(frozen=True, slots=True)
class Positions:
    """By chamber (or "" for all) and year: as each chamber books, all with what is adjusted, and
    once what faces another is out. `unopened`: those whose book has no opening entry, so that no
    variation is known of it."""

    own: Mapping[Cell, Position]
    adjusted: Mapping[Cell, Position]
    net: Mapping[Cell, Position]
    unopened: frozenset[Cell]


def positions(years: Iterable[Year], span: Span) -> Positions:
    """Positions of these years. `span`: up to a month of the first; months are never apart here."""
    held = list(years)
    balances = sides(held, span)
    own = mapped(balances.own)
    apart: dict[Cell, Position] = {}
    adjusted, net, unopened = {}, {}, set()
    first = held[0].year if held else 0
    for year in held:
        day, period = first_day(year), str(year.year)
        until = span.later(year.year - first).month
        for file in year.files:
            cell = (file.book.entity.code, period)
            apart[cell] = _position(file, year.mapping, _of(own, cell), day, until)
            if apart[cell].debits is None:
                unopened.add(cell)
        together = closings(balances, period, day)
        adjusted["", period], net["", period] = together["adjusted", ""], together["net", ""]
    return Positions(apart, adjusted, net, frozenset(unopened))


def first_day(year: Year) -> dt.date:
    """The first day of an exercise, whose accounts are read by the sets that hold then."""
    days = (opening_of(file.book.closing) for file in year.files)
    return min(days, default=dt.date(year.year, 1, 1))


def _of(cells: Cells, cell: Cell) -> dict[str, tuple[int, int]]:
    return {a: sides for (entity, period, a), sides in cells.items() if (entity, period) == cell}


def _position(
    file: BookFile,
    rules: Rules,
    booked: Mapping[str, tuple[int, int]],
    day: dt.date,
    until: dt.date | None,
) -> Position:
    """One chamber's. Without an opening entry nothing says what its balances were before."""
    entity, folder = file.book.entity.code, book_folders.folder(file)

    def common(local: str) -> str:
        found = rules.resolve(entity, local)
        return found.account if found else ""

    closing = {account: debit - credit for account, (debit, credit) in booked.items()}
    day = shipped_flows().read_on(day, closing)
    opening = opened(folder)
    if not opening:
        return Position(day, closing)
    moved = {account: list(sides) for account, sides in booked.items()}
    for row in opening:
        if account := common(row.account):
            sides = moved.setdefault(account, [0, 0])
            sides[0] -= row.debit
            sides[1] -= row.credit
    return Position(
        day,
        closing,
        {account: debit for account, (debit, _) in moved.items()},
        {account: credit for account, (_, credit) in moved.items()},
        _disposed(file, rules, day, until),
        handed=_handed(file, rules, until),
    )


def _handed(file: BookFile, rules: Rules, until: dt.date | None) -> dict[str, tuple[int, int]]:
    targets = targets_of(file, rules)
    held = (
        row for row in handed_of(file, targets)
        if until is None or (row.month is not None and row.month <= until)
    )  # fmt: skip
    return by_account(held, lambda local: targets.get(local, ""))


def _disposed(file: BookFile, rules: Rules, day: dt.date, until: dt.date | None) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (account, month, _axis), cents in disposed_of(file, rules, day).items():
        if until is None or (month is not None and month <= until):
            found[account] += cents
    return dict(found)
