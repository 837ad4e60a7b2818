"""The mapping of a network: rules in force, what they leave unmapped, what a change would move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q

from maillage.ledger.engine.chart import Chart
from maillage.ledger.engine.mapping import (
    Change,
    Mapping,
    RuleValue,
    Suggestion,
    effect,
    suggest,
)
from maillage.ledger.models import MappingRule
from maillage.ledger.queries.local import LocalAccount
from maillage.network.models import Network

ORDER = (F("entity__position").asc(nulls_first=True), "entity__code", "prefix", "-exact")


def value_of(row: MappingRule) -> RuleValue:
    entity = row.entity.code if row.entity else ""
    return RuleValue(entity, row.prefix, row.exact, row.target, row.note)


def rules_of(network: Network) -> list[MappingRule]:
    """Rules in force, the network's first."""
    rows = MappingRule.objects.filter(network=network).select_related("entity")
    return sorted(rows.order_by(*ORDER), key=lambda row: row.entity_id is not None)


def state_of(network: Network) -> str:
    """What names the rules as they stand: each change, and each undoing, gives another name."""
    found = network.mapping_changes.aggregate(
        made=Max("pk"), held=Max("pk", filter=Q(undone_at=None))
    )
    return f"{found['made'] or 0}-{found['held'] or 0}"


def about_rules(network: Network) -> str:
    """The set of rules a file's marks are about."""
    return f"{network.chain} correspondances"


def mapping_version(network: Network) -> int:
    """A number that grows with each change of the rules, and with each undoing."""
    found = network.mapping_changes.aggregate(made=Count("pk"), undone=Count("undone_at"))
    return int(found["made"] + found["undone"])


def mapping_of(rules: Iterable[MappingRule]) -> Mapping:
    return Mapping(tuple(value_of(row).rule for row in rules))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the books the rules map; `moved` are debits plus credits, in cents."""

    accounts: int
    unmapped: tuple[LocalAccount, ...]
    moved: int
    moved_unmapped: int


def coverage(mapping: Mapping, accounts: Sequence[LocalAccount]) -> Coverage:
    """What the rules leave aside, the largest amounts first."""
    left = [a for a in accounts if mapping.resolve(a.entity, a.number) is None]
    left.sort(key=lambda a: (-a.moved, a.entity, a.number))
    return Coverage(
        len(accounts), tuple(left), sum(a.moved for a in accounts), sum(a.moved for a in left)
    )


def suggestions(
    accounts: Iterable[LocalAccount], chart: Chart, known: Mapping
) -> list[tuple[LocalAccount, tuple[Suggestion, ...]]]:
    """For each account, up to three common accounts it may be."""
    found: dict[tuple[str, str], tuple[Suggestion, ...]] = {}
    told = []
    for account in accounts:
        key = (account.number, account.label)
        if key not in found:
            found[key] = suggest(account.number, account.label, chart, known, limit=3)
        told.append((account, found[key]))
    return told


def changed(
    rules: Sequence[MappingRule],
    given: Sequence[RuleValue],
    removed: Iterable[tuple[str, str, bool]],
) -> list[RuleValue]:
    """The rules as they would be once these are set and those withdrawn."""
    values = {value.key: value for value in map(value_of, rules)}
    for key in removed:
        values.pop(key, None)
    values |= {value.key: value for value in given}
    return list(values.values())


def moves(
    rules: Sequence[MappingRule], after: Iterable[RuleValue], accounts: Sequence[LocalAccount]
) -> tuple[Change, ...]:
    """Which local accounts would go elsewhere, with their amounts."""
    balances: Lookup[tuple[str, str], tuple[int, int]] = {
        (a.entity, a.number): (a.debit, a.credit) for a in accounts
    }
    return effect(mapping_of(rules), Mapping(tuple(v.rule for v in after)), balances)
