"""The common chart: what is shipped agrees with the public table, and faults come as findings."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.period import Period
from maillage.ledger.engine.chart import Account, Chart, load_chart, shipped_texts

PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "pcg" / "pcg_2026.json"
REPAIRED = {"6683"}  # a word broken in two in the public table

CHART = load_chart(*shipped_texts())
PCG = load_chart(shipped_texts()[0])

HEAD = """
format: maillage-chart/1
chart: {code}
title: Essai
source: ce test
valid_from: {first}
valid_to: "{last}"
accounts:
"""


def file(*rows: str, code: str = "essai", first: str = "2026-01-01", last: str = "") -> str:
    return HEAD.format(code=code, first=first, last=last) + "\n".join(f"  - {{{r}}}" for r in rows)


def public_rows() -> list[dict[str, object]]:
    if not PUBLIC.exists():
        pytest.skip("the public table of accounts is not beside this checkout: ../shared/data/pcg")
    return list(json.loads(PUBLIC.read_text("utf-8"))["flat"])


def plain(name: str) -> str:
    name = name.replace("’", "'").replace("–", "-")
    return re.sub(r" \(même ventilation que celle du compte \d+\)", "", name)


def test_the_shipped_chart_has_no_fault() -> None:
    assert not CHART.findings
    assert [version.proposal for version in CHART.versions] == [False, True]


def test_every_public_account_is_there_under_its_name_and_no_other() -> None:
    told = {str(row["number"]): plain(str(row["label"])) for row in public_rows()}
    ours = {account.number: plain(account.name) for account in PCG}
    assert ours.keys() == told.keys()
    assert {n for n in ours if ours[n] != told[n]} == REPAIRED


def test_parents_are_those_of_the_public_table() -> None:
    for row in public_rows():
        parent = PCG.parent(str(row["number"]))
        assert (parent.number if parent else "None") == str(row["parent"])


def test_every_account_of_classes_1_to_7_has_a_side() -> None:
    assert {account.side for account in CHART} == {"debit", "credit", "either"}


@pytest.mark.parametrize(
    ("number", "side"),
    [
        ("101", "credit"),
        ("119", "debit"),
        ("2183", "debit"),
        ("2818", "credit"),
        ("397", "credit"),
        ("401", "credit"),
        ("4091", "debit"),
        ("411", "debit"),
        ("4191", "credit"),
        ("44566", "debit"),
        ("44571", "credit"),
        ("451", "either"),
        ("512", "debit"),
        ("519", "credit"),
        ("6411", "debit"),
        ("6098", "credit"),
        ("7097", "debit"),
        ("706", "credit"),
    ],
)
def test_natural_sides(number: str, side: str) -> None:
    account = CHART.account(number)
    assert account is not None and account.side == side


def test_every_extension_says_it_is_a_proposal() -> None:
    added = [account for account in CHART if account.proposal]
    assert {"181", "451"} <= {a.number for a in PCG}
    assert {"185", "4511", "6218", "759", "70841"} <= {account.number for account in added}
    assert all("Proposition modifiable" in account.note for account in added)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("6061", "Fournitures non stockables (eau, énergie, etc.)"),
        ("60611300", "Fournitures non stockables (eau, énergie, etc.)"),
        ("1", "Comptes de capitaux"),
        ("9", ""),
        ("", ""),
    ],
)
def test_name_of_falls_back_on_the_nearest_parent(number: str, name: str) -> None:
    assert CHART.name_of(number) == name


def test_is_valid_asks_for_the_very_number() -> None:
    assert CHART.is_valid("6061")
    assert not CHART.is_valid("60611300")


def test_children_are_those_whose_nearest_parent_it_is() -> None:
    assert [a.number for a in CHART.children("")] == list("1234567")
    assert [a.number for a in CHART.children("7084")] == ["70841", "70848"]


def test_versions_follow_one_another() -> None:
    chart = load_chart(
        file("number: 1, side: credit, name: Capitaux", code="a", first="2014-01-01"),
        file(
            "number: 16, side: credit, name: Emprunts",
            code="b",
            first="2014-01-01",
            last="2025-12-31",
        ),
        file("number: 16, side: credit, name: Emprunts et avances", code="c"),
    )
    assert not chart.findings
    assert chart.name_of("16") == "Emprunts et avances"
    assert chart.at(dt.date(2025, 12, 31)).name_of("16") == "Emprunts"
    assert chart.at(dt.date(2013, 1, 1)).name_of("16") == ""
    assert [v.code for v in chart.at(dt.date(2026, 1, 1)).versions] == ["a", "c"]


@pytest.mark.parametrize(
    ("texts", "code", "said"),
    [
        (("",), "referential.unreadable", "fichier vide"),
        (("a: [",), "referential.unreadable", "YAML"),
        (("format: autre/1",), "referential.unreadable", "valeur inconnue"),
        ((file("number: 1, side: haut, name: A"),), "referential.unreadable", "side"),
        ((file("number: 1, name: A"),), "referential.unreadable", "side"),
        ((file("number: 1, side: none, name: A"),), "referential.unreadable", "sens absent"),
        ((file("number: 1x, side: debit, name: A"),), "referential.unreadable", "illisible"),
        ((file("number: 0, side: debit, name: A"),), "referential.unreadable", "illisible"),
        ((file("number: 1, side: debit, name: ''"),), "referential.unreadable", "name"),
        (
            (file("number: 1, side: debit, name: A, couleur: bleu"),),
            "referential.unreadable",
            "inconnu",
        ),
        (
            (file("number: 1, side: debit, name: A, valid_from: hier"),),
            "referential.unreadable",
            "date illisible",
        ),
        (
            (file("number: 1, side: debit, name: A", last="2025-01-01"),),
            "referential.unreadable",
            "avant valid_from",
        ),
        (
            (file("number: 1, side: debit, name: A"), file("number: 1, side: debit, name: B")),
            "chart.duplicate",
            "« A »",
        ),
        ((file("number: 12, side: debit, name: A"),), "chart.orphan", "classe"),
    ],
)
def test_faults_are_findings(texts: tuple[str, ...], code: str, said: str) -> None:
    findings = [f for f in load_chart(*texts).findings if f.code == code]
    assert any(said in str(finding) for finding in findings), load_chart(*texts).findings
    assert all(finding.severity == "error" for finding in findings)


def test_a_faulty_row_alone_is_left_out() -> None:
    chart = load_chart(file("number: 1, side: credit, name: A", "number: x, side: debit, name: B"))
    assert [account.number for account in chart] == ["1"]


def test_classes_8_and_9_need_no_side() -> None:
    chart = load_chart(file("number: 8, name: Hors bilan"))
    assert not chart.findings
    assert next(iter(chart)).side == "none"


numbers = st.text("12345", min_size=1, max_size=6)


@given(st.sets(numbers, max_size=30), numbers)
def test_the_parent_is_the_longest_proper_prefix(known: set[str], asked: str) -> None:
    chart = Chart(tuple(Account(n, n, "debit", Period(), "v") for n in sorted(known)))
    naive = max((n for n in known if asked.startswith(n) and n != asked), key=len, default=None)
    parent = chart.parent(asked)
    assert (parent.number if parent else None) == naive
    assert chart.name_of(asked) == (asked if asked in known else naive or "")


@given(st.dates(), st.one_of(st.none(), st.dates()), st.dates(), st.one_of(st.none(), st.dates()))
def test_periods_meet_when_a_day_belongs_to_both(
    a: dt.date, b: dt.date | None, c: dt.date, d: dt.date | None
) -> None:
    one, other = Period(a, b), Period(c, d)
    day = max(a, c)
    if (b is None or a <= b) and (d is None or c <= d):
        assert one.meets(other) == (one.holds(day) and other.holds(day)) == other.meets(one)
