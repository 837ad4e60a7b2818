"""Which accounts answer each other between chambers: the shipped data, then the chart's column."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.period import ALWAYS, Period
from maillage.ledger.engine.chart import Account, Chart
from maillage.ledger.engine.families import (
    NONE,
    Families,
    default_families,
    families_of,
    load_families,
    shipped_families,
)

DAY = dt.date(2025, 12, 31)

SHIPPED = [
    ("70841", "refacturation", "credit"),
    ("6218", "refacturation", "debit"),
    ("4512", "refacturation", "either"),
    ("706", "ventes", "credit"),
    ("6064", "ventes", "debit"),
    ("411", "ventes", "debit"),
    ("4016", "ventes", "credit"),
    ("7593", "taxe", "credit"),
    ("659", "taxe", "debit"),
    ("4513", "taxe", "either"),
    ("1688", "prets", "credit"),
    ("27684", "prets", "debit"),
    ("6615", "courant", "debit"),
    ("451", "courant", "either"),
    ("181", "liaison", "either"),
    ("741", "subventions", "credit"),
    ("467", "subventions", "either"),
    ("404", "cessions", "credit"),
    ("4191", "avances", "credit"),
    ("486", "regularisation", "debit"),
]


@pytest.mark.parametrize(("account", "family", "side"), SHIPPED)
def test_a_shipped_account_has_its_family_and_side(account: str, family: str, side: str) -> None:
    place = default_families().place(account)
    assert place is not None
    assert (place.family, place.use, place.side) == (family, "eliminated", side)


@pytest.mark.parametrize("account", ["7588", "7587", "7586", "758", "759", "2131", "641", "512"])
def test_what_the_general_chart_uses_for_something_else_is_never_eliminated(account: str) -> None:
    assert default_families().of(account) is None


@pytest.mark.parametrize("account", ["757", "657", "747", "131", "761"])
def test_what_answers_nothing_in_the_year_is_to_be_adjusted(account: str) -> None:
    place = default_families().place(account)
    assert place is not None and place.use == "adjusted"
    assert default_families().of(account) is None


def test_the_shipped_file_has_no_fault() -> None:
    assert shipped_families().findings == ()
    assert len({family.code for family in shipped_families().families}) == 11


def chart(*accounts: tuple[str, str, str]) -> Families:
    made = (Account(n, n, side, ALWAYS, "essai", family=family) for n, side, family in accounts)
    return families_of(Chart(tuple(made)), DAY)


def test_the_column_of_the_chart_wins_and_makes_families() -> None:
    found = chart(
        ("7588", "credit", "taxe"),
        ("7061", "credit", "formation croisée"),
        ("6226", "debit", "formation croisée"),
        ("7084", "credit", NONE),
        ("70841", "credit", ""),
    )
    labels = {account: f.label for account in ("7588", "7061", "6226") if (f := found.of(account))}
    assert labels == {
        "7588": "Taxe pour frais de chambres",
        "7061": "Formation croisée",
        "6226": "Formation croisée",
    }
    assert found.of("7084") is None and found.of("70841") is None, "« aucune » reaches below"
    assert found.of("706") == found.family("ventes"), "its parent is untouched"


def test_a_family_holds_between_its_dates() -> None:
    text = """
format: maillage-families/1
source: essai
families:
  - {code: taxe, label: Taxe, accounts: "6588", valid_to: 2024-12-31}
  - {code: taxe, label: Taxe, accounts: "659", valid_from: 2025-01-01}
"""
    file = load_families(text)
    assert file.findings == ()
    before, after = (families_of(Chart(()), dt.date(year, 12, 31), file) for year in (2024, 2025))
    assert (before.of("6588") is not None, before.of("659")) == (True, None)
    assert (after.of("6588"), after.of("659") is not None) == (None, True)
    assert file.families[0].period == Period(dt.date.min, dt.date(2024, 12, 31))


FAULTS = [
    ('accounts: "6A"', "compte illisible"),
    ('accounts: "9"', "compte illisible"),
    ('accounts: "411", own: "401"', "compte hors de la famille"),
    ('accounts: "706"', "compte déjà pris par ventes"),
    ('adjusted: "706"', "compte déjà pris par ventes"),
]


@pytest.mark.parametrize(("row", "words"), FAULTS)
def test_a_file_that_cannot_hold_says_where(row: str, words: str) -> None:
    text = f"""
format: maillage-families/1
source: essai
families:
  - {{code: ventes, label: Ventes, accounts: "706"}}
  - {{code: autre, label: Autre, {row}}}
"""
    (finding,) = load_families(text).findings
    assert words in finding.what and "ligne 6" in finding.where
