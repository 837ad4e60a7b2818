"""Numbers of the former chart, carried over: the table of passages, and what is never proposed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.mapping import Mapping, by_number, suggest
from maillage.ledger.engine.mapping.bridges import load_bridges, shipped_bridges
from maillage.ledger.queries.local import LocalAccount

CHART = load_chart(*shipped_texts())
NONE = Mapping(())
BRIDGES = shipped_bridges()


def test_the_shipped_passages_lead_to_accounts_of_the_chart_and_have_no_fault() -> None:
    assert BRIDGES.findings == ()
    lost = {t for b in BRIDGES.bridges for t in b.targets if not CHART.is_valid(t)}
    assert lost == set()
    assert len(BRIDGES.bridges) > 60 and len(BRIDGES.renamed) == 11


PASSAGES = [
    ("675000", "VNC des biens cédés", "657"),
    ("675600", "VNC des titres cédés", "6671"),
    ("775200", "Produits de cession", "757"),
    ("777000", "Quote-part de subvention virée", "747"),
    ("771500", "Subvention d'équilibre", "742"),
    ("742000", "Subventions d'exploitation de la région", "741"),
    ("742000", "Subvention d'équilibre", "742"),
    ("740100", "Subvention État", "741"),
    ("758800", "Contribution reçue", "758"),
    ("758800", "Part de taxe pour frais de chambres", "7593"),
    ("774000", "Opérations de fiducie", "7588"),
    ("671800", "Autres charges exceptionnelles sur gestion", "658"),
    ("771800", "Autres produits exceptionnels sur gestion", "758"),
    ("671400", "Créances irrécouvrables", "654"),
    ("791000", "Transferts de charges", "708"),
    ("791200", "Aides à l’emploi", "741"),
    ("791300", "Aide apprentissage", "741"),
    ("791400", "Indemnités journalières", "649"),
    ("791500", "Personnel mis à disposition de la CCI de région", "7084"),
    ("791100", "Indemnités d'assurance", "7587"),
    ("681200", "Dotations aux charges à répartir", "6862"),
    ("168840", "Intérêts courus", "1648"),
    ("158100", "Provision pour remise en état", "1526"),
    ("448600", "Charges à payer", "44812"),
    ("756100", "Taxe pour frais de chambres", "759"),
    ("756", "TFC, part de la région", "759"),
]


@pytest.mark.parametrize(("number", "label", "target"), PASSAGES)
def test_a_former_account_is_proposed_where_it_goes(number: str, label: str, target: str) -> None:
    found = suggest(number, label, CHART, NONE)
    assert found[0].target == target
    assert not [s.target for s in found if s.target.startswith(("67", "77"))]


@pytest.mark.parametrize(("number", "label", "target"), PASSAGES)
def test_rules_by_the_number_carry_over_alike(number: str, label: str, target: str) -> None:
    (rule,) = by_number([LocalAccount("nord", number, label, 100, 0, 1)], CHART)
    assert rule.target == target
    assert rule.rule.covers("nord", number)


def test_a_contribution_received_is_never_a_trust() -> None:
    found = suggest("758800", "Contribution reçue", CHART, NONE, limit=50)
    assert "7588" not in [s.target for s in found]


@given(
    st.sampled_from([a.number for a in CHART if a.number[0] in "67"]).filter(
        lambda number: not number.startswith(("67", "77"))
    ),
    st.sampled_from(["", "Autres charges exceptionnelles", "Autres produits exceptionnels"]),
)
def test_an_operating_account_is_never_proposed_as_exceptional(number: str, label: str) -> None:
    for suggestion in suggest(f"{number}00", label, CHART, NONE, limit=50):
        assert not suggestion.target.startswith(("67", "77"))


def test_what_is_exceptional_by_its_number_waits_for_someone_to_say_so() -> None:
    assert by_number([LocalAccount("nord", "672100", "En cours d'exercice", 1, 0, 1)], CHART) == []
    assert suggest("672100", "En cours d'exercice", CHART, NONE)[0].target == "672"


@pytest.mark.parametrize(
    "number", ["467100", "474000", "475000", "658000", "758200", "481000", "756200"]
)
def test_a_number_that_changed_its_meaning_is_told(number: str) -> None:
    found = suggest(number, "Divers", CHART, NONE)
    assert any(f"le {number[:3]} a changé de sens en 2025" in s.why for s in found)
    (rule,) = by_number([LocalAccount("nord", number, "Divers", 1, 0, 1)], CHART)
    assert "a changé de sens en 2025" in rule.note


FINER = {
    "164": ("164000", "164800", "1648"), "757": ("775000", "775600", "7671"),
    "758": ("758000", "758500", "7585"), "401": ("401000", "401700", "4017"),
}  # fmt: skip


@pytest.mark.parametrize("target", FINER)
def test_a_rule_by_the_number_takes_no_finer_account_of_another_exercise(target: str) -> None:
    seen, later, finer = FINER[target]
    rules = by_number([LocalAccount("nord", seen, "Divers", 100, 0, 1)], CHART)
    assert [rule.target for rule in rules] == [target]
    assert not any(rule.rule.covers("nord", later) for rule in rules)
    more = by_number([LocalAccount("nord", later, "Divers", 100, 0, 1)], CHART)
    both = Mapping(tuple(value.rule for value in (*rules, *more)))
    found = {number: both.resolve("nord", number) for number in (seen, later)}
    assert {n: t.account for n, t in found.items() if t} == {seen: target, later: finer}


def test_passages_hold_from_their_day() -> None:
    assert BRIDGES.at(dt.date(2024, 12, 31)).of("675", "") is None
    assert BRIDGES.at(dt.date(2025, 1, 1)).of("675", "") is not None


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{from: '75x', to: '758', certainty: text}", "compte illisible"),
        ("{from: '758', to: '778', certainty: text}", "compte exceptionnel"),
        ("{from: '758', to: '758', certainty: sure}", "valeur inconnue"),
    ],
)
def test_a_faulty_passage_is_told(row: str, what: str) -> None:
    text = f"format: maillage-bridges/1\nsource: s\nbridges:\n  - {row}\n"
    assert what in str(load_bridges(text).findings[0])
