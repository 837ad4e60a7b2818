"""What a return is filled from: books and budgets as the rooms below read them, volumes counted.

One reading of the books of each year, whatever the number of rows, columns and chambers. Refuses to
know rows: it takes every account, and the filling chooses.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from maillage.costing.engine import between
from maillage.costing.engine import budgets as figures
from maillage.costing.engine.budgets import LENT, LOANS, RECOVERED, REPAID, Kind
from maillage.costing.models import Budget
from maillage.costing.queries.budgets import YearOfBudgets
from maillage.costing.queries.budgets import year_of as budgets_of
from maillage.costing.queries.costs import finance_processes, volumes_of
from maillage.costing.queries.shares import by_account, families_of_year, shares_of
from maillage.kernel.period import CutOff
from maillage.ledger.engine.accounts import Span, sides
from maillage.ledger.engine.statements import BALANCE_GAP, RESULT_GAP, Balances
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import chambers_in, current_files
from maillage.ledger.queries.consolidated import Year, years_of
from maillage.ledger.queries.local import local_balances
from maillage.ledger.queries.reach import NO_BOOK, reach_of
from maillage.ledger.queries.realised import realised, unplaced
from maillage.network.models import Entity, Network
from maillage.network.queries import every_chamber
from maillage.workspaces.returns.engine.definition import BETWEEN, BOOKS, FTE, VOLUME, Definition
from maillage.workspaces.returns.engine.facts import Block, Facts, Key, Period, columns_of

Moved = dict[str, dict[str, tuple[int, int]]]
"""Debit and credit by chamber and account."""


def gather(network: Network, definition: Definition, period: Period) -> Facts:
    """Everything the definition reads over that period; the number of queries depends on its
    years alone."""
    chambers = chambers_in(network, period.year, Q(budgets__year=period.year))
    names = [(c.code, c.short_name) for c in chambers]
    asked = {
        (column.source, column.year, column.month)
        for column in columns_of(definition, names, period)
        if column.source != BETWEEN
    }
    whole = {
        (column.source, column.year)
        for column in columns_of(definition, names, period)
        if column.source not in (BOOKS, BETWEEN) and column.is_whole
    }
    blocks: dict[Key, Block] = {}
    remarks: list[tuple[str, str]] = []
    files = current_files(network)
    read = sorted({(year, month) for source, year, month in asked if source == BOOKS})
    if read:
        blocks |= _of_books(network, definition, chambers, files, read)
        remarks = _remarks(network, chambers, files, read)
    for year, month in sorted({(year, month) for source, year, month in asked if source != BOOKS}):
        kinds = sorted(s for s, *when in asked if s != BOOKS and when == [year, month])
        held = budgets_of(network, year, month=month, chambers=chambers, books=files)
        blocks |= {
            (kind, year, month, chamber.code): _of_budget(held, chamber, Kind(kind))
            for kind in kinds
            for chamber in chambers
        }
        for kind in kinds:
            if (kind, year) in whole:
                key = (kind, year, month, "")
                blocks[key] = _net_budgets(held, chambers, Kind(kind), blocks)
    return Facts(
        names, blocks, _volumes(network, definition, {year for _s, year, _m in asked}), remarks
    )


# -- books ----------------------------------------------------------------------------------------


def _of_books(
    network: Network,
    definition: Definition,
    chambers: Sequence[Entity],
    files: list[BookFile],
    read: Sequence[tuple[int, int]],
) -> dict[Key, Block]:
    years = years_of(network, sorted({year for year, _month in read}), files)
    found: dict[Key, Block] = {}
    lines = definition.rows
    moving = any(line.sense == "movement" for line in lines)
    local = any(accounts.local for accounts in definition.accounts.values())
    for year, month in read:
        found |= _year(network, years[year], CutOff(year, month), chambers, moving, local)
    return found


def _year(
    network: Network,
    held: Year,
    until: CutOff,
    chambers: Sequence[Entity],
    moving: bool,
    local: bool,
) -> dict[Key, Block]:
    span = Span() if until.is_whole else Span(dt.date(until.year, until.month, 1), cumulated=True)
    balances = sides([held], span)
    own: Moved = defaultdict(dict)
    for (entity, _period, account), pair in balances.own.items():
        own[entity][account] = pair
    moved = _moved(network, held, until) if moving else None
    numbers = _local(held.files, until) if local else {}
    reach, files = (
        reach_of(network, until.year, held.files),
        {f.book.entity.code: f for f in held.files},
    )
    silent: list[str] = []
    found: dict[Key, Block] = {}
    for chamber in chambers:
        code = chamber.code
        key = (BOOKS, until.year, until.month, code)
        if why := reach.lacks(code, until):
            silent.append(f"{chamber.short_name}\u00a0: {why}")
            found[key] = Block(why)
            continue
        file = files[code]
        found[key] = Block(
            "", file.sha256, file.name, _sorted(own.get(code, {})),
            None if moved is None else _sorted(moved.get(code, {})), numbers.get(code),
        )  # fmt: skip
    whole = Block("\u00a0; ".join(silent)) if silent else _whole(balances.net)
    return found | {(BOOKS, until.year, until.month, ""): whole}


def _whole(balances: Balances) -> Block:
    """The accounts of all chambers, and on which side each chamber leaves them."""
    net: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    settled: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (_entity, _period, account), (debit, credit) in balances.items():
        former, stands = net[account], settled[account]
        net[account] = former[0] + debit, former[1] + credit
        settled[account] = stands[0] + max(0, debit - credit), stands[1] + max(0, credit - debit)
    return Block("", "", "", _sorted(net), settled=_sorted(settled))


def _moved(network: Network, held: Year, until: CutOff) -> Moved:
    found: Moved = defaultdict(dict)
    day = None if until.is_whole else until.day
    for row in realised(network, until.year, day, held.files, held.mapping):
        debit, credit = found[row.entity].get(row.account, (0, 0))
        found[row.entity][row.account] = (debit + row.debit, credit + row.credit)
    return found


def _local(files: Iterable[BookFile], until: CutOff) -> Moved:
    found: Moved = defaultdict(dict)
    day = None if until.is_whole else until.day
    for row in local_balances(files, day):
        found[row.entity][row.number] = (row.debit, row.credit)
    return found


def _sorted(held: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """In the order of the accounts, those that nothing moves left out, and what no rule sends."""
    return {account: held[account] for account in sorted(held) if account and any(held[account])}


def _remarks(
    network: Network,
    chambers: Sequence[Entity],
    files: list[BookFile],
    read: Sequence[tuple[int, int]],
) -> list[tuple[str, str]]:
    """What keeps books from saying everything: accounts sent nowhere, lines that cannot be read."""
    found, known = [], {chamber.code for chamber in chambers}
    for year, month in read:
        until = CutOff(year, month)
        lost = unplaced(network, year, None if until.is_whole else until.day, files)
        for code, (accounts, _cents) in lost.items():
            plural = "s" if accounts > 1 else ""
            found.append((code, f"livre {year}\u00a0: {accounts} compte{plural} de charges ou de "
                          "produits sans correspondance, compté nulle part"))  # fmt: skip
        for file in files:
            if file.book.year == year and file.missing and file.book.entity.code in known:
                found.append((file.book.entity.code, f"livre {year}\u00a0: lignes illisibles, que "
                              f"les montants ne comptent pas\u00a0: {file.missing}"))  # fmt: skip
    return list(dict.fromkeys(found))


# -- budgets --------------------------------------------------------------------------------------


def _of_budget(held: YearOfBudgets, chamber: Entity, kind: Kind) -> Block:
    budget, note = _read_budget(held, chamber, kind)
    if budget is None:
        return Block(f"aucun budget {NAMES[kind]} voté pour {held.year}")
    amounts = figures.until(held.amounts[budget.pk], held.month)
    return Block("", budget.subject, f"{budget}{note}", None, _booked(by_account(amounts)))


def _read_budget(held: YearOfBudgets, chamber: Entity, kind: Kind) -> tuple[Budget | None, str]:
    """The last voted budget of that kind; a chamber without a revised one keeps its initial one,
    which is said."""
    budget = held.latest(chamber, kind)
    if budget is None and kind == Kind.REVISED:
        return held.latest(chamber, Kind.INITIAL), ", faute de rectifié"
    return budget, ""


def _net_budgets(
    held: YearOfBudgets, chambers: Sequence[Entity], kind: Kind, blocks: Mapping[Key, Block]
) -> Block:
    """The budgets of all chambers, less what they have with each other by the families of their
    books; what does not answer is on the lines of the gaps, as books have it. A chamber without
    its budget leaves the whole unknown."""
    told = [(c, blocks[kind, held.year, held.month, c.code]) for c in chambers]
    if silent := [f"{c.short_name}\u00a0: {block.why}" for c, block in told if block.why]:
        return Block("\u00a0; ".join(silent))
    read = [(c.code, _read_budget(held, c, kind)[0]) for c in chambers]
    shares = shares_of(budget.pk for _code, budget in read if budget)
    parts = [
        between.Part(
            code,
            by_account(figures.until(held.amounts[budget.pk], held.month)),
            by_account(held.amounts[budget.pk]),
            shares[budget.pk],
        )
        for code, budget in read
        if budget
    ]
    net = between.net_of(parts, families_of_year(held.network, held.year))
    found = dict(_booked(net.amounts))
    for account, cents in ((RESULT_GAP, net.gap), (BALANCE_GAP, net.capital_gap)):
        if cents:
            found[account] = (0, cents) if cents > 0 else (-cents, 0)
    return Block("", "", "", None, _sorted(found))


NAMES = {Kind.INITIAL: "primitif", Kind.REVISED: "rectifié ni primitif", Kind.EXECUTED: "exécuté"}


def _booked(amounts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """A budget as books would move it: what is natural to an account on its side."""
    found: dict[str, tuple[int, int]] = {}
    for account, cents in amounts.items():
        root, is_debit = account, account[:1] in ("2", "6")
        if account.startswith(LOANS) and account.endswith(REPAID):
            root, is_debit = account.removesuffix(REPAID), True
        elif account.startswith(LENT) and account.endswith(RECOVERED):
            root, is_debit = account.removesuffix(RECOVERED), False
        debit, credit = found.get(root, (0, 0))
        found[root] = (debit + cents, credit) if is_debit else (debit, credit + cents)
    return _sorted(found)


# -- volumes --------------------------------------------------------------------------------------


def _volumes(network: Network, definition: Definition, years: Iterable[int]) -> dict:  # type: ignore[type-arg]
    wanted = {line.content for line in definition.rows if line.kind in (VOLUME, FTE)}
    if not wanted:
        return {}
    processes = {p.pk: p.code for p in finance_processes(network) if p.code in wanted}
    chambers = {e.pk: e.code for e in every_chamber(network)}
    return {
        (processes[process], year, chambers[entity]): (row.volume, row.fte)
        for (process, entity, year), row in volumes_of(network, years).items()
        if process in processes and entity in chambers
    }


__all__ = ["NO_BOOK", "gather"]
