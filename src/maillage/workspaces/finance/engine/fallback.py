"""What a chamber may spend on 1 January when no budget is voted: last year's, less five percent.

Code de commerce, R712-18. The figures of the rule are dated data, never constants
(`referentials/budget-calendar.yaml`). Knows amounts; refuses to know what the authority allowed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.costing.engine.budgets import Amounts, Key
from maillage.kernel.money import divided, scaled
from maillage.kernel.period import ALWAYS, Period


@dataclass(frozen=True, slots=True)
class FallbackRule:
    """The rule as it holds from a day on. `reduction` in tenths of a percent: 50 is 5 %."""

    reduction: int
    investment_share: int
    until_month: int
    until_day: int
    source: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Fallback:
    """The budget that stands in: running costs and products by key, investment by entity."""

    operating: dict[Key, int]
    investment: dict[str, int]
    until: dt.date
    rule: FallbackRule


def rule_on(rules: Iterable[FallbackRule], day: dt.date) -> FallbackRule | None:
    return next((rule for rule in rules if rule.period.holds(day)), None)


def fallback(previous: Amounts, rule: FallbackRule, year: int) -> Fallback:
    """What stands in for the budget of `year`, from the last budget of the year before.

    Each line's year is reduced to the cent and its months add up to it; what it tells for zero
    stays told. Investment may be used up to a share of last year's uses (class 2) until the day of
    the rule, then by authorisation.
    """
    lines: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 12)
    uses: dict[str, int] = defaultdict(int)
    for (entity, account, axis, month), cents in previous.items():
        if account[:1] in ("6", "7"):
            lines[entity, account, axis][month - 1] += cents
        elif account[:1] == "2":
            uses[entity] += cents
    operating: dict[Key, int] = {}
    for line, months in lines.items():
        reduced = enumerate(scaled(months, 1000 - rule.reduction, 1000), 1)
        told = {(*line, month): cents for month, cents in reduced if cents}
        operating |= told or {(*line, 1): 0}
    ceilings = {entity: divided(cents, rule.investment_share) for entity, cents in uses.items()}
    return Fallback(operating, ceilings, dt.date(year, rule.until_month, rule.until_day), rule)
