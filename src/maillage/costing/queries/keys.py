"""Keys in force, statements issued, and what the books say a pool costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from maillage.costing.models import AllocationKey, RechargeLine, RechargeStatement
from maillage.costing.rules.keys import Shared, is_double
from maillage.kernel.period import Month, Period, months_between, months_of_exercise
from maillage.ledger.queries.books import current_files
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.realised import Realised, realised
from maillage.network.models import Entity, Network
from maillage.network.queries import every_chamber
from maillage.people.actors import Actor
from maillage.people.queries import networks_held_by


def keys_visible_to(actor: Actor) -> QuerySet[AllocationKey]:
    rows = AllocationKey.objects.select_related("network")
    return rows.filter(network__in=networks_held_by(actor))


def statements_visible_to(actor: Actor) -> QuerySet[RechargeStatement]:
    rows = RechargeStatement.objects.select_related("network", "provider", "key")
    return rows.filter(network__in=networks_held_by(actor))


def doubles_of(
    network: Network, provider: Entity, asked: Shared, before: int | None = None
) -> list[RechargeStatement]:
    """Statements in force that recharge the same cost of a provider; `before`: those in force when
    that one (by id) was issued.

    A statement reversed, and what reverses it, recharge nothing.
    """
    held = network.recharges.filter(
        Q(reversed_by=None) | Q(reversed_by__gt=before) if before else Q(reversed_by=None),
        provider=provider,
        reverses=None,
        first_day__lte=asked.last_day,
        last_day__gte=asked.first_day,
    )
    rows = held.filter(pk__lt=before) if before else held
    return [row for row in rows.order_by("year", "number") if is_double(asked, row)]


def periods_of(network: Network, code: str, but: int | None = None) -> list[Period]:
    """When the versions of a key hold, one of them (by id) left aside."""
    rows = AllocationKey.objects.filter(network=network, code=code).exclude(pk=but or 0)
    return [Period(*dates) for dates in rows.values_list("valid_from", "valid_to")]


def exercises_of(network: Network, entity: str) -> dict[int, dt.date]:
    """The day each book of an entity closes, by exercise."""
    files = current_files(network)
    return {f.book.year: f.book.closing for f in files if f.book.entity.code == entity}


def closed_before(
    network: Network, key: AllocationKey, last: dt.date
) -> list[tuple[str, dt.date | None]]:
    """The chambers a key shares to that are no more on a day: their names, and the day their last
    book closes, None where they are archived without one.

    Those archived; and those whose last exercise was cut short, closing before it on another day
    of the year than the one before, while the others of the same year go on.
    """
    closings: dict[int, list[dt.date]] = defaultdict(list)
    for file in current_files(network):
        closings[file.book.entity_id].append(file.book.closing)
    found = []
    for share in key.shares.select_related("entity"):
        held = sorted(closings.get(share.entity_id, ()))
        end = held[-1] if held else None
        if not share.share or (end and end >= last):
            continue
        if share.entity.archived or (end and _is_cut_short(held, closings.values())):
            found.append((share.entity.short_name or share.entity.name, end))
    return found


def _is_cut_short(held: Sequence[dt.date], every: Iterable[Sequence[dt.date]]) -> bool:
    *before, end = held
    usual = {(day.month, day.day) for day in before[-1:]}
    goes_on = any(day.year == end.year and day > end for others in every for day in others)
    return goes_on and (end.month, end.day) not in usual


def _months_read(
    network: Network, entity: str, asked: set[Month]
) -> Iterator[tuple[int, Month, Realised]]:
    """Exercise, calendar month and movement, in the books that hold some month asked."""
    for year, closing in exercises_of(network, entity).items():
        if asked.isdisjoint(months_of_exercise(closing)):
            continue
        for row in realised(network, year):
            if row.entity == entity:
                # What has no month closes the exercise: nothing is lost from its total.
                month = row.month or closing.month
                yield year, (closing.year - (month > closing.month), month), row


def pool_of(
    network: Network, entity: str, account: str, axis: str, first: dt.date, last: dt.date
) -> int:
    """Net debit in cents of the accounts that begin so, for an entity, over whole months."""
    asked = set(months_between(first, last))
    return sum(
        row.debit - row.credit
        for _year, month, row in _months_read(network, entity, asked)
        if month in asked and row.account.startswith(account) and axis in ("", row.axis)
    )


def unread_months(
    network: Network, entity: str, first: dt.date, last: dt.date
) -> tuple[list[Month], list[int]]:
    """Months of a period that no book of the entity holds, and the exercises whose book is there.

    A book that has movements holds its months up to the last that has some.
    """
    asked = months_between(first, last)
    ends: dict[int, Month] = {}
    for year, month, _row in _months_read(network, entity, set(asked)):
        ends[year] = max(month, ends.get(year, month))
    exercises, held = exercises_of(network, entity), set[Month]()
    for year, closing in exercises.items():
        months = months_of_exercise(closing)
        held |= {month for month in months if month <= ends.get(year, months[-1])}
    return [month for month in asked if month not in held], sorted(exercises)


def unmapped_accounts(
    network: Network, entity: str, account: str, first: dt.date, last: dt.date
) -> list[str]:
    """Accounts of the entity's books that begin so and that no rule sends to the common chart."""
    asked, found = set(months_between(first, last)), set[str]()
    for year, closing in exercises_of(network, entity).items():
        if not asked.isdisjoint(months_of_exercise(closing)):
            local = year_of(network, year).result.unmapped
            found |= {name for code, name in local if code == entity and name.startswith(account)}
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Totals:
    """The last rows of a statement. `rest`: cents for the others than the provider, `share` theirs
    in hundredths of a percent; `quantity`: None where shares were entered."""

    quantity: Decimal | None
    share: int
    rest: int


def totals_of(statement: RechargeStatement, lines: Iterable[RechargeLine]) -> Totals:
    rows = list(lines)
    others = [line for line in rows if line.entity_id != statement.provider_id]
    known = [line.quantity for line in rows if line.quantity is not None]
    quantity = sum(known, Decimal(0)) if len(known) == len(rows) else None
    return Totals(quantity, sum(o.share for o in others), sum(o.amount for o in others))


def balance_of(network: Network, year: int) -> dict[str, Any]:
    """Cents by beneficiary and provider; reversals cancel what they reverse."""
    lines = RechargeLine.objects.filter(statement__network=network, statement__year=year)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for bearer, provider, cents in lines.values_list(
        "entity__short_name", "statement__provider__short_name", "amount"
    ):
        sums[bearer, provider] += cents
    names = [e.short_name for e in every_chamber(network)]
    bearers = [n for n in names if any(b == n for b, _p in sums)]
    providers = [n for n in names if any(p == n for _b, p in sums)]
    rows = [(b, [sums.get((b, p), 0) for p in providers]) for b in bearers]
    return {
        "providers": providers,
        "rows": [(b, amounts, sum(amounts)) for b, amounts in rows],
        "totals": [sum(column) for column in zip(*(a for _b, a in rows), strict=True)],
        "total": sum(sums.values()),
    }
