"""What chambers budget with each other: what goes out, what answers, what does not."""

from __future__ import annotations

import pytest

from maillage.costing.engine.between import (
    Pair,
    Part,
    Share,
    Taken,
    by_root,
    excess_fault,
    pairs_of,
    share_fault,
    taken_out,
)
from maillage.ledger.engine.families import default_families

FAMILIES = default_families()
REGION = {"659": 700_00, "6218": 100_00, "64": 150_00}
NORD = {"7593": 400_00, "7084": 100_00, "706": 50_00}


def _parts(*shares: Share) -> list[Part]:
    return [
        Part("region", REGION, REGION, [Share("6218", "nord", 100_00)]),
        Part("nord", NORD, NORD, [Share("7084", "region", 90_00), *shares]),
    ]


def test_accounts_of_chambers_alone_go_out_whole_and_others_by_their_shares() -> None:
    taken = taken_out(_parts(), FAMILIES)
    assert taken == [
        Taken("refacturation", "region", "nord", "6218", 100_00),
        Taken("taxe", "region", "", "659", 700_00),
        Taken("refacturation", "nord", "region", "7084", 90_00),
        Taken("taxe", "nord", "", "7593", 400_00),
    ]
    assert by_root(taken, 2) == {"62": 100_00, "65": 700_00, "70": 90_00, "75": 400_00}


def test_what_does_not_answer_is_a_gap_by_pair() -> None:
    pairs = pairs_of(taken_out(_parts(Share("7593", "region", 300_00)), FAMILIES))
    assert pairs == [
        Pair("refacturation", ("nord", "region"), charges=100_00, products=90_00),
        Pair("taxe", ("nord", "region"), products=300_00),
        Pair("taxe", ("", ""), charges=700_00, products=100_00),
    ]
    assert [pair.gap for pair in pairs] == [-10_00, 300_00, -600_00]


def test_the_result_of_the_network_is_the_sum_of_the_results_once_the_gap_is_put_back() -> None:
    parts = _parts()
    taken = taken_out(parts, FAMILIES)
    results = [sum(c if a[0] == "7" else -c for a, c in part.amounts.items()) for part in parts]
    net = sum((c if a[0] == "7" else -c) for part in parts for a, c in part.amounts.items()) - sum(
        one.cents if one.account[0] == "7" else -one.cents for one in taken
    )
    assert net + sum(pair.gap for pair in pairs_of(taken)) == sum(results)


def test_a_share_to_date_is_in_the_proportion_of_its_account() -> None:
    part = Part("nord", {"706": 25_00}, {"706": 50_00}, [Share("706", "region", 20_00)])
    assert [one.cents for one in taken_out([part], FAMILIES)] == [10_00]


@pytest.mark.parametrize("account", ["757", "131", "64", "681"])
def test_what_no_family_eliminates_stays(account: str) -> None:
    part = Part("nord", {account: 5_00}, {account: 5_00}, [Share(account, "region", 5_00)])
    assert taken_out([part], FAMILIES) == []


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        (Share("706", "region", 10_00), ""),
        (Share("607", "region", 10_00), "pas de ligne"),
        (Share("64", "region", 10_00), "aucune famille"),
        (Share("706", "nord", 10_00), "une autre chambre"),
        (Share("706", "region", 0), "un montant positif"),
    ],
)
def test_shares_that_do_not_hold(share: Share, reason: str) -> None:
    year = {"706": 50_00, "64": 1_00}
    fault = share_fault(share, "nord", year, FAMILIES)
    assert (reason in fault) if reason else fault == ""


def test_no_account_has_more_between_chambers_than_it_has() -> None:
    shares = [Share("706", "region", 30_00), Share("706", "sud", 20_01)]
    assert "plus entre chambres" in excess_fault(shares, {"706": 50_00})
    assert excess_fault(shares[:1], {"706": 50_00}) == ""
