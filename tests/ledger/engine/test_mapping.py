"""The mapping to the common chart: which rule wins, what a change moves, what is proposed."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.engine.mapping import (
    Change,
    Mapping,
    Rule,
    check,
    effect,
    suggest,
)

CHART = load_chart(*shipped_texts())
NONE = Mapping(())

RULES = Mapping(
    (
        Rule("60", "606"),
        Rule("6061", "6061"),
        Rule("606", "6063", entity="A"),
        Rule("606190", "6068", exception=True),
        Rule("606200", "6064", entity="A", exception=True),
        Rule("606200", "6068", exception=True),
    )
)


@pytest.mark.parametrize(
    ("entity", "local", "target"),
    [
        ("B", "601000", "606"),
        ("B", "606100", "6061"),
        ("A", "606100", "6063"),  # its own shorter prefix, before the network's longer one
        ("A", "601000", "606"),
        ("A", "606190", "6068"),  # an exception, though the network's, before its own prefix
        ("A", "606200", "6064"),
        ("B", "606200", "6068"),
        ("B", "6062001", "606"),  # an exception is exact
        ("B", "70", None),
        ("B", "6", None),
        ("B", "", None),
    ],
)
def test_which_rule_wins(entity: str, local: str, target: str | None) -> None:
    found = RULES.resolve(entity, local)
    assert (found.account if found else None) == target


def test_a_target_says_its_rule() -> None:
    found = RULES.resolve("A", "606190")
    assert found is not None
    assert str(found.rule) == "compte 606190 → 6068 (toutes les chambres)"


def test_rules_hold_on_their_days() -> None:
    mapping = Mapping(
        (
            Rule("60", "606", period=Period(dt.date(2014, 1, 1), dt.date(2025, 12, 31))),
            Rule("60", "6063", period=Period(dt.date(2026, 1, 1))),
        )
    )
    for day, target in ((dt.date(2025, 12, 31), "606"), (dt.date(2026, 1, 1), "6063")):
        found = mapping.at(day).resolve("A", "60")
        assert found is not None and found.account == target
    assert mapping.at(dt.date(2013, 1, 1)).resolve("A", "60") is None
    # The shipped chart begins in 2026: a rule that ended before cannot aim at it.
    assert [f.where for f in check(mapping, CHART)] == [f"règle {mapping.rules[0]}"]


def test_effect_lists_what_moves_and_only_that() -> None:
    before = Mapping((Rule("60", "606"), Rule("61", "611")))
    after = Mapping((Rule("60", "606"), Rule("606", "6061"), Rule("70", "706")))
    balances = {
        ("B", "606100"): (500, 20),
        ("A", "606100"): (300, 0),
        ("A", "601000"): (7, 7),
        ("A", "611000"): (40, 0),
        ("A", "706000"): (0, 90),
    }
    assert effect(before, after, balances) == (
        Change("A", "606100", "606", "6061", 300, 0),
        Change("A", "611000", "611", None, 40, 0),
        Change("A", "706000", None, "706", 0, 90),
        Change("B", "606100", "606", "6061", 500, 20),
    )
    assert effect(before, before, balances) == ()


@pytest.mark.parametrize(
    ("rules", "code", "severity", "said"),
    [
        ((Rule("", "606"),), "mapping.prefix", "error", "vide"),
        ((Rule("6 0", "606"),), "mapping.prefix", "error", "espaces"),
        ((Rule("60", "606999"),), "mapping.target", "error", "606 Achats non stockés"),
        (
            (Rule("60", "606", period=Period(dt.date(2000, 1, 1), dt.date(2001, 1, 1))),),
            "mapping.target",
            "error",
            "aux dates de la règle",
        ),
        ((Rule("60", "606"), Rule("60", "606")), "mapping.duplicate", "warning", "déjà donnée"),
        ((Rule("60", "606"), Rule("60", "6061")), "mapping.duplicate", "error", "contredit"),
        ((Rule("70", "706"),), "mapping.idle", "warning", "aucun ne commence ainsi"),
        (
            (Rule("606", "606"), Rule("6061", "6061", entity="A"), Rule("6061", "6063")),
            "mapping.idle",
            "warning",
            "d’autres passent avant (6061… → 6061 (A))",
        ),
    ],
)
def test_faults_are_findings(rules: tuple[Rule, ...], code: str, severity: str, said: str) -> None:
    accounts = [("A", "606100"), ("A", "606200"), ("B", "606300")]
    found = [f for f in check(Mapping(rules), CHART, accounts) if f.code == code]
    assert [finding.severity for finding in found] == [severity]
    assert said in str(found[0])


def test_good_rules_have_no_fault() -> None:
    accounts = [("A", "606100"), ("B", "606100"), ("B", "606300"), ("A", "606190")]
    rules = (
        Rule("606", "606"),
        Rule("6061", "6061", entity="A"),
        Rule("6061", "6061"),
        Rule("606190", "6068", exception=True),
    )
    assert check(Mapping(rules), CHART, accounts) == ()


def test_a_rule_of_other_days_is_not_idle_for_one_that_wins_today() -> None:
    """The network's rule had 2026 alone before the chamber's own began."""
    rules = (
        Rule("60", "606", period=Period(dt.date(2026, 1, 1))),
        Rule("60", "6063", entity="A", period=Period(dt.date(2027, 1, 1))),
    )
    assert check(Mapping(rules), CHART, [("A", "601")]) == ()


@pytest.mark.parametrize(
    ("number", "label", "target", "said"),
    [
        ("606100", "EDF", "6061", "même numéro, zéros finaux mis à part"),
        ("60613000", "Eau, énergie", "6061", "le numéro commence par 6061"),
        ("60613000", "ENERGIE", "6061", "« ENERGIE »"),
        ("615230", "Entretien et réparations", "6152", "le numéro commence par 6152"),
        ("110300", "Report à nouveau", "110", "« Report », « nouveau »"),
        ("756300", "Taxe pour frais de chambres", "759", "756 → 759 (choix proposé)"),
        ("641190", "Salaires et appoint.", "6411", "« appoint »"),
        ("28183100", "Amort. matériel informatique", "28183", "« Amort »"),
        ("F401", "Fournisseurs", "401", "« Fournisseurs »"),
    ],
)
def test_the_first_suggestion(number: str, label: str, target: str, said: str) -> None:
    first = suggest(number, label, CHART, NONE)[0]
    assert first.target == target
    assert said in first.why


def test_nothing_is_proposed_where_nothing_is_alike() -> None:
    assert suggest("", "", CHART, NONE) == ()
    assert suggest("X", "zzz", CHART, NONE) == ()


def test_a_known_rule_speaks_for_its_target() -> None:
    known = Mapping((Rule("7563", "7591", entity="A", note="vote de mai"),))
    assert suggest("756300", "", CHART, NONE)[0].target == "756"
    told = next(s for s in suggest("756300", "", CHART, known, limit=50) if s.target == "7591")
    assert "règle connue : 7563… → 7591 (A)" in told.why
    plain = next(s for s in suggest("756300", "", CHART, NONE, limit=50) if s.target == "7591")
    assert told.score > plain.score


def test_suggestions_are_the_same_in_any_order_of_accounts() -> None:
    other = Chart(tuple(reversed(CHART.accounts)))
    for number, label in (("6061", "eau"), ("62", "divers"), ("401900", "Fournisseurs")):
        assert suggest(number, label, CHART, NONE) == suggest(number, label, other, NONE)


NUMBERS = ["".join(held) for length in range(1, 6) for held in product("12", repeat=length)]
ALL_RULES = [
    Rule(*told) for told in product(NUMBERS, ("606", "706", "401"), ("", "A"), (True, False))
]
# Drawn whole from what there is: an example costs as many draws as it has rules.
digits = st.sampled_from(NUMBERS)
entities = st.sampled_from(["A", "B"])
rule_lists = st.lists(st.sampled_from(ALL_RULES), max_size=8)


def naive(rules: list[Rule], entity: str, account: str) -> str | None:
    """The rule in words: exact, then the chamber's own, then the longest; first given wins."""
    covering = [rule for rule in rules if rule.covers(entity, account)]
    if not covering:
        return None
    best = max((r.exception, r.entity != "", len(r.prefix)) for r in covering)
    return next(r.target for r in covering if (r.exception, r.entity != "", len(r.prefix)) == best)


@given(rule_lists, entities, digits)
def test_resolve_agrees_with_a_naive_reading(rules: list[Rule], entity: str, account: str) -> None:
    found = Mapping(tuple(rules)).resolve(entity, account)
    assert (found.account if found else None) == naive(rules, entity, account)


cents = st.tuples(st.integers(0, 10**12), st.integers(0, 10**12))
CELLS = list(product("AB", NUMBERS))
local_balances = st.lists(st.tuples(st.sampled_from(CELLS), cents), max_size=10).map(dict)


def nets_of(
    mapping: Mapping, balances: dict[tuple[str, str], tuple[int, int]]
) -> dict[tuple[str, str], int]:
    nets: dict[tuple[str, str], int] = {}
    for (entity, account), (debit, credit) in balances.items():
        if target := mapping.resolve(entity, account):
            key = (entity, target.account)
            nets[key] = nets.get(key, 0) + debit - credit
    return nets


@given(rule_lists, rule_lists, local_balances)
def test_effect_is_the_difference_of_the_two_mappings(
    before: list[Rule], after: list[Rule], balances: dict[tuple[str, str], tuple[int, int]]
) -> None:
    one, other = Mapping(tuple(before)), Mapping(tuple(after))
    nets = nets_of(one, balances)
    for change in effect(one, other, balances):
        for account, sign in ((change.before, -1), (change.after, 1)):
            if account is not None:
                key = (change.entity, account)
                nets[key] = nets.get(key, 0) + sign * (change.debit - change.credit)
    assert {k: v for k, v in nets.items() if v} == {
        key: net for key, net in nets_of(other, balances).items() if net
    }


@given(rule_lists, st.lists(st.tuples(entities, digits), max_size=15))
def test_idle_rules_are_those_that_never_decide(
    rules: list[Rule], accounts: list[tuple[str, str]]
) -> None:
    mapping = Mapping(tuple(rules))
    deciding = [t.rule for pair in accounts if (t := mapping.resolve(*pair))]
    idle = [f for f in check(mapping, CHART, accounts) if f.code == "mapping.idle"]
    assert len(idle) == sum(not any(rule is other for other in deciding) for rule in rules)
