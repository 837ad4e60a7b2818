"""What an indicator of the dashboard is made of in the books, root by root, chamber by chamber."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maillage.network.models import Entity
from maillage.workspaces.finance.engine.dashboard import Indicator, Movement, Source
from maillage.workspaces.finance.queries.dashboard import Known


@dataclass(frozen=True, slots=True)
class Part:
    """Accounts an indicator is made of, cents by chamber in its sense (None: not told), and what
    stays of their sum once what chambers owe each other is out.

    `beside`: of a tax, the accounts (`Source.numbers`) that the entries counted touch, else empty.
    """

    root: str
    beside: list[str]
    cents: list[int | None]
    net: int | None


def parts_of(now: Known, indicator: Indicator, month: int) -> list[tuple[str, list[Part]]]:
    """What an indicator is made of in the books, fact by fact, root by root."""
    found = []
    for name in (indicator.top, indicator.bottom):
        if source := now.sources.get(name):
            taxes, net = (now.taxes(month, net=is_net).get(name, {}) for is_net in (False, True))
            told = _taxes_of(now, source, (taxes, net), month)
            found.append((name, _parts(now, source, month) + told))
    return found


def _parts(now: Known, source: Source, month: int) -> list[Part]:
    rows, net = now.balances(month), now.balances(month, net=True)
    every = [row for held in net.values() for row in held]
    parts = []
    for root in sorted({row.account[:3] for row in every if source.takes(row.account)}):
        cents = [
            _of_root(source, root, rows.get(e.code, [])) if _tells(now, e, month) else None
            for e in now.chambers
        ]
        parts.append(Part(root, [], cents, _of_root(source, root, every)))
    return parts


def _taxes_of(
    now: Known,
    source: Source,
    told: tuple[dict[str, list[Movement]], dict[str, list[Movement]]],
    month: int,
) -> list[Part]:
    """The accounts of the taxes that moved, the first one whether it moved or not. `told`: as
    booked, then without those between chambers."""
    taxes = told[0]
    every, net = ([row for rows in held.values() for row in rows] for held in told)
    parts = []
    for place, root in enumerate(source.tax.taken):
        if place and not any(row.account.startswith(root) for row in every):
            continue
        sums = [
            _tax(source, root, taxes.get(e.code, [])) if _tells(now, e, month) else None
            for e in now.chambers
        ]
        parts.append(Part(root, source.numbers, sums, _tax(source, root, net)))
    return parts


def _tells(now: Known, entity: Entity, month: int) -> bool:
    return entity.pk in now.files and not now.short(entity, month)


def _of_root(source: Source, root: str, rows: Iterable[Movement]) -> int:
    return source.sense * sum(
        row.debit - row.credit
        for row in rows
        if row.account.startswith(root) and source.takes(row.account)
    )


def _tax(source: Source, root: str, moved: Iterable[Movement]) -> int:
    return source.sense * sum(
        row.debit - row.credit for row in moved if row.account.startswith(root)
    )
