"""Rules that local numbers and their labels say alone: the same for the pages and the command.

Numbers of the former chart are carried over (`bridges`). Nothing goes to exceptional accounts so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.mapping.bridges import EXCEPTIONAL, Bridge, shipped_bridges
from maillage.ledger.engine.mapping.rules import RuleValue


class Labelled(Protocol):
    """A local account of a chamber, and how its book calls it."""

    @property
    def entity(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def label(self) -> str: ...


def by_number(accounts: Iterable[Labelled], chart: Chart) -> list[RuleValue]:
    """One rule of the network per common account that begins some of these local numbers.

    Numbers of the former chart are carried over; those whose label decides, by a rule of their own.
    So are those whose beginning leads elsewhere too, in the chart or from the former one: another
    exercise may hold finer accounts. Exceptional accounts are left: it is asked, account by
    account.
    """
    found: dict[tuple[str, str, bool], RuleValue] = {}
    for value in (_of(account, chart) for account in accounts):
        if value is not None:
            found.setdefault(value.key, value)
    return [found[key] for key in sorted(found)]


def carrying(account: Labelled, chart: Chart) -> Bridge | None:
    """What carries an account to one of this chart otherwise than by its number; None: nothing."""
    bridge = shipped_bridges().of(account.number, account.label)
    return bridge if bridge is not None and chart.is_valid(bridge.targets[0]) else None


def _of(account: Labelled, chart: Chart) -> RuleValue | None:
    bridges = shipped_bridges()
    if bridge := carrying(account, chart):
        target, note = bridge.targets[0], str(bridge)[:200]
        if bridges.depends(bridge.source):
            return RuleValue(account.entity, account.number, True, target, note)
        return _of_the_number(account.number, bridge.source, target, note, chart)
    nearest = chart.nearest(account.number)
    if nearest is None or len(nearest.number) < 2 or nearest.number.startswith(EXCEPTIONAL):
        return None
    warned = bridges.meaning(account.number)
    note = f"Par le numéro\u00a0; {warned}"[:200] if warned else "Par le numéro"
    return _of_the_number(account.number, nearest.number, nearest.number, note, chart)


def _of_the_number(number: str, beginning: str, target: str, note: str, chart: Chart) -> RuleValue:
    """A rule of the network: on the beginning, or on the number alone where finer accounts part."""
    finer = {a.number for a in chart} | {bridge.source for bridge in shipped_bridges().bridges}
    parted = any(other.startswith(beginning) and other != beginning for other in finer)
    return RuleValue("", number if parted else beginning, parted, target, note)
