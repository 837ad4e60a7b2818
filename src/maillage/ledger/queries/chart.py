"""The common chart of a network: what ships with the application, and what the network adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import Account, Chart, load_chart, shipped_texts
from maillage.ledger.engine.families import Families, families_of
from maillage.ledger.models import ChartVersion
from maillage.network.models import Network


@cache
def shipped_chart() -> Chart:
    """The chart that comes with the application.

    Its accounts are taken whatever the exercise: it states the numbers of 2026, which books of
    the years before already followed but for a few.
    """
    return load_chart(*shipped_texts())


def chart_versions(network: Network) -> list[ChartVersion]:
    return list(network.chart_versions.all())


def common_chart(network: Network, on: dt.date | None = None) -> Chart:
    """The chart that holds for the network on a day (every version, without one).

    Where the network says again a number that ships, its own name and side win.
    """
    return _with(_own(chart_versions(network), on))


def chart_at(versions: Iterable[ChartVersion], on: dt.date) -> Chart:
    """The chart that holds on a day, from the versions of a network."""
    return _with(_own(versions, on))


def families_at(versions: Iterable[ChartVersion], on: dt.date) -> Families:
    """What chambers do with each other, on that day, by what the chart says then."""
    return _families(_own(versions, on), on)


def families_now(network: Network, on: dt.date) -> Families:
    return families_at(chart_versions(network), on)


def _own(versions: Iterable[ChartVersion], on: dt.date | None) -> tuple[Account, ...]:
    return tuple(a for v in versions for a in _accounts(v) if on is None or a.period.holds(on))


@lru_cache(maxsize=64)
def _families(own: tuple[Account, ...], on: dt.date) -> Families:
    return families_of(_with(own), on)


def _with(own: tuple[Account, ...]) -> Chart:
    shipped = shipped_chart()
    if not own:
        return shipped
    numbers = {account.number for account in own}
    kept = [account for account in shipped.accounts if account.number not in numbers]
    accounts = sorted([*kept, *own], key=lambda a: (a.number, a.period.first))
    return Chart(tuple(accounts), shipped.versions)


def _accounts(version: ChartVersion) -> Iterable[Account]:
    period = Period(version.valid_from, version.valid_to)
    for row in version.extensions:
        yield Account(
            row["number"],
            row["name"],
            row["side"],
            period,
            version.title,
            True,
            row.get("family", ""),
            row.get("note", ""),
        )
