"""Which rule sends a local account where, and what changing the rules would move.

Knows no chart: whether a target exists is for `checks`. Amounts are integer cents.
"""

from __future__ import annotations

import datetime as dt
from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field

from maillage.kernel.period import ALWAYS, Period

EVERY_ENTITY = ""

# (entity, local account) -> (debit, credit), in cents
LocalBalances = abc.Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Local accounts beginning with `prefix` go to the common account `target`.

    `entity`: code of the chamber it is for, "" for all. `exception`: the account `prefix` exactly,
    before every prefix rule. `note`: why, or who decided. `period`: when it holds.
    """

    prefix: str
    target: str
    entity: str = EVERY_ENTITY
    exception: bool = False
    note: str = ""
    period: Period = ALWAYS

    def __str__(self) -> str:
        whose = self.entity or "toutes les chambres"
        what = f"compte {self.prefix}" if self.exception else f"{self.prefix}…"
        return f"{what} → {self.target} ({whose})"

    def covers(self, entity: str, local_account: str) -> bool:
        """Whether it speaks of that account, be there a better rule or not."""
        if self.entity not in (EVERY_ENTITY, entity):
            return False
        if self.exception:
            return local_account == self.prefix
        return local_account.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A rule as it is exchanged and changed. `entity`: its code, "" for all chambers."""

    entity: str
    prefix: str
    exact: bool
    target: str
    note: str = ""

    @property
    def key(self) -> tuple[str, str, bool]:
        return self.entity, self.prefix, self.exact

    def as_json(self) -> dict[str, str | bool]:
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def rule(self) -> Rule:
        return Rule(self.prefix, self.target, self.entity, self.exact, self.note)


@dataclass(frozen=True, slots=True)
class Target:
    """The common account found, and the rule that decided."""

    account: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Change:
    """A local account that moves. `before`, `after`: common accounts, None for unmapped.

    `debit`, `credit`: cents that move with it.
    """

    entity: str
    local_account: str
    before: str | None
    after: str | None
    debit: int
    credit: int


Key = tuple[str, str, bool]  # entity, prefix, exception


@dataclass(frozen=True, slots=True)
class Mapping:
    """Rules in the order given. Of two rules that say the same thing, the first one applies.

    Where rules have periods, `at(day)` first restricts them; `resolve` ignores periods.
    """

    rules: tuple[Rule, ...]
    _by_key: dict[Key, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[Key, Rule] = {}
        for rule in self.rules:
            index.setdefault(key_of(rule), rule)
        object.__setattr__(self, "_by_key", index)

    def at(self, day: dt.date) -> Mapping:
        """The rules that hold on that day."""
        return Mapping(tuple(rule for rule in self.rules if rule.period.holds(day)))

    def resolve(self, entity: str, local_account: str) -> Target | None:
        """Where the account of that chamber goes; None when no rule speaks of it.

        Exceptions first, then prefixes, longest first; at each of these two steps the chamber's
        own rules come before the network's, even where the network's prefix is longer.
        """
        for key in self._candidates(entity, local_account):
            if rule := self._by_key.get(key):
                return Target(rule.target, rule)
        return None

    @staticmethod
    def _candidates(entity: str, local_account: str) -> Iterator[Key]:
        owners = (entity, EVERY_ENTITY) if entity != EVERY_ENTITY else (EVERY_ENTITY,)
        for owner in owners:
            yield owner, local_account, True
        for owner in owners:
            for length in range(len(local_account), 0, -1):
                yield owner, local_account[:length], False


def key_of(rule: Rule) -> Key:
    return rule.entity, rule.prefix, rule.exception


def effect(before: Mapping, after: Mapping, balances: LocalBalances) -> tuple[Change, ...]:
    """What a change of rules would move, by chamber then local account; nothing else is listed.

    `balances`: (entity, local account) -> (debit, credit) in cents.
    """
    changes = []
    for (entity, account), (debit, credit) in sorted(balances.items()):
        former, new = before.resolve(entity, account), after.resolve(entity, account)
        source = former.account if former else None
        target = new.account if new else None
        if source != target:
            changes.append(Change(entity, account, source, target, debit, credit))
    return tuple(changes)
