"""What is wrong with a mapping: targets out of the chart, rules said twice, rules never used.

Findings are values, in the order of the rules; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from maillage.ledger.engine.chart import AccountsFinding, Chart
from maillage.ledger.engine.mapping.rules import Key, Mapping, Rule, key_of


def check(
    mapping: Mapping, chart: Chart, accounts: Iterable[tuple[str, str]] | None = None
) -> tuple[AccountsFinding, ...]:
    """What is wrong with the rules, in their order.

    Codes: mapping.prefix (empty, or with spaces), mapping.target (not in the chart while the rule
    holds), mapping.duplicate (said before over the same days: an error where the targets differ,
    else a warning) and, where `accounts` ((entity, local account) pairs) are given, mapping.idle
    (a warning: no account is decided by the rule; says which rules win, if any).
    """
    findings = [finding for rule in mapping.rules for finding in _rule_faults(rule, chart)]
    findings += _repeats(mapping)
    if accounts is not None:
        findings += _idle(mapping, sorted(set(accounts)))
    return tuple(findings)


def _rule_faults(rule: Rule, chart: Chart) -> Iterator[AccountsFinding]:
    if not rule.prefix or rule.prefix != "".join(rule.prefix.split()):
        yield AccountsFinding(
            "mapping.prefix",
            "error",
            f"règle {rule}",
            "préfixe vide ou avec des espaces",
            "le début d’un numéro de compte",
            rule.prefix,
        )
    if not chart.is_valid(rule.target):
        near = chart.parent(rule.target)
        yield AccountsFinding(
            "mapping.target",
            "error",
            f"règle {rule}",
            "le compte commun n’est pas dans le plan",
            f"un compte du plan, par exemple {near.number} {near.name}" if near else "",
            rule.target,
        )
    elif not any(a.number == rule.target and a.period.meets(rule.period) for a in chart.accounts):
        yield AccountsFinding(
            "mapping.target",
            "error",
            f"règle {rule}",
            "le compte commun n’est pas au plan aux dates de la règle",
            "",
            rule.target,
        )


def _repeats(mapping: Mapping) -> Iterator[AccountsFinding]:
    seen: dict[Key, list[Rule]] = {}
    for rule in mapping.rules:
        same = seen.setdefault(key_of(rule), [])
        former = next((other for other in same if other.period.meets(rule.period)), None)
        same.append(rule)
        if former is None:
            continue
        agree = former.target == rule.target
        yield AccountsFinding(
            "mapping.duplicate",
            "warning" if agree else "error",
            f"règle {rule}",
            "règle déjà donnée" if agree else f"contredit une règle déjà donnée : {former}",
            "une seule règle par chambre et préfixe",
            rule.target,
        )


def _idle(mapping: Mapping, accounts: list[tuple[str, str]]) -> Iterator[AccountsFinding]:
    """Rivals are those that hold on every day of the rule: it has no day left of its own."""
    for rule in mapping.rules:
        rivals = Mapping(tuple(r for r in mapping.rules if r.period.spans(rule.period)))
        covered = [pair for pair in accounts if rule.covers(*pair)]
        found = (rivals.resolve(*pair) for pair in covered)
        winners = [target.rule for target in found if target]
        if any(winner is rule for winner in winners):
            continue
        others = " ; ".join(sorted({str(winner) for winner in winners}))
        yield AccountsFinding(
            "mapping.idle",
            "warning",
            f"règle {rule}",
            f"ne s’applique à aucun compte : d’autres passent avant ({others})"
            if others
            else "ne s’applique à aucun compte : aucun ne commence ainsi",
            "",
            rule.prefix,
        )
