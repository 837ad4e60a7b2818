"""What any balanced books must prove, and the faults of books and layouts, as findings."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.statements import (
    CONSOLIDATED,
    Accounts,
    coverage,
    load_layouts,
    present,
    shipped_text,
)

CHART = load_chart(*shipped_texts())
LAYOUTS = load_layouts(shipped_text())
LEAVES = [account.number for account in CHART if not CHART.children(account.number)]
DAY = dt.date(2026, 12, 31)
Books = dict[tuple[str, str, str], tuple[int, int]]


@pytest.mark.parametrize(
    ("books", "codes", "said"),
    [
        (
            {("A", "2026", "512"): (1_234_56, 0)},
            ["books.unbalanced", "statements.balance"],
            "débits 1\u202f234,56\u00a0€, crédits 0,00\u00a0€",
        ),
        (
            {("A", "2026", "24"): (10, 0), ("A", "2026", "103"): (0, 10)},
            ["statements.unused", "statements.balance"],
            "aucune ligne ne le prend",
        ),
        (
            {("A", "2026", "78"): (0, 10), ("A", "2026", "512"): (10, 0)},
            ["statements.unused", "statements.result"],
            "résultat du bilan",
        ),
        ({("A", "2026", "79"): (10, 10)}, ["statements.unused"], "aucune ligne"),
        ({("A", "T1", "512"): (0, 0)}, ["books.period"], "période illisible"),
        ({("", "2026", "512"): (0, 0)}, ["books.entity"], "sans chambre"),
        ({("A", "2026", "51B"): (0, 0)}, ["books.account"], "illisible"),
        ({("A", "2026", "801"): (5, 5)}, ["books.class"], "hors des classes"),
        (
            {("A", "2010", "512"): (0, 0)},
            ["statements.layout", "statements.layout"],
            "aucune présentation",
        ),
        (
            {("A", "2010", "512"): (0, 0), ("A", "2026", "512"): (0, 0)},
            ["statements.layout", "statements.layout"],
            "ne vaut pas à cette date",
        ),
    ],
)
def test_faults_are_findings(books: Books, codes: list[str], said: str) -> None:
    findings = present(books, CHART, LAYOUTS).findings
    assert sorted(finding.code for finding in findings) == sorted(codes)
    assert any(said in str(finding) for finding in findings)


def test_zero_balances_without_a_line_are_only_a_warning() -> None:
    (finding,) = present({("A", "2026", "79"): (10, 10)}, CHART, LAYOUTS).findings
    assert finding.severity == "warning"


def test_no_books_is_no_statement_and_no_fault() -> None:
    assert present({}, CHART, LAYOUTS) == Accounts(
        present({}, CHART, LAYOUTS).trial, None, None, ()
    )


LAYOUT = """
format: maillage-statements/1
source: ce test
layouts:
  - code: r
    kind: income
    title: Résultat
    valid_from: 2020-01-01
    lines:
"""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["code: a, label: A, part: income, accounts: 7x"], "compte illisible"),
        (["code: a, label: A, part: asset, accounts: 7"], "valeur inconnue"),
        (["code: a, label: A, accounts: 7"], "part"),
        (["code: a, label: A", "code: a, label: B"], "ligne déjà donnée"),
        (["code: a, label: A, sum: b"], "ligne inconnue"),
        (["code: a, label: A, sum: a"], "ligne inconnue"),
        (["code: h, label: H", "code: a, label: A, sum: h"], "ligne inconnue"),
        (["code: a, label: A, part: income, accounts: 7, sum: a"], "l’un des deux"),
        (
            [
                "code: a, label: A, part: income, accounts: 7D",
                "code: b, label: B, part: income, accounts: 7",
            ],
            "déjà pris par a",
        ),
        (["code: a, label: A, part: income, accounts: 7 7"], "déjà pris par a"),
        (["code: a, label: A"], "rôle result"),
        (["code: a, label: A, role: total_assets"], "valeur inconnue"),
    ],
)
def test_faults_of_a_layout(lines: list[str], said: str) -> None:
    text = LAYOUT + "\n".join(f"      - {{{line}}}" for line in lines)
    assert any(said in str(finding) for finding in load_layouts(text).findings)


def test_unreadable_layouts_are_findings() -> None:
    assert [f.code for f in load_layouts("a: [").findings] == ["referential.unreadable"]


def test_an_account_claimed_twice_is_said_and_counted_once() -> None:
    lines = [
        "code: a, label: A, part: income, accounts: 7",
        "code: b, label: B, part: income, accounts: 7",
        "code: t, label: T, sum: a b, role: result",
    ]
    file = load_layouts(LAYOUT + "\n".join(f"      - {{{line}}}" for line in lines))
    books = {("A", "2026", "706"): (0, 10)}
    found = present(books, CHART, file)
    assert found.income is not None
    assert "statements.twice" in [finding.code for finding in found.findings]
    assert found.income.amount("t", period="2026").net == 10
    assert [f.code for f in coverage(file.layouts[0], ["706"], DAY)] == ["statements.twice"] * 2


@st.composite
def balanced(draw: st.DrawFn) -> Books:
    """Entries between any two accounts of the chart, in any chamber, year and amount."""
    books: Books = {}
    entries = st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["2025", "2026"]),
        st.sampled_from(LEAVES),
        st.sampled_from(LEAVES),
        st.integers(0, 10**13),
    )
    for entity, period, one, other, cents in draw(st.lists(entries, max_size=25)):
        for account, debit, credit in ((one, cents, 0), (other, 0, cents)):
            former = books.get((entity, period, account), (0, 0))
            books[entity, period, account] = (former[0] + debit, former[1] + credit)
    return books


@given(balanced())
def test_balanced_books_give_statements_that_hold(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    assert accounts.findings == ()
    if not books:
        return
    assert accounts.income is not None and accounts.balance is not None
    for entity in (*accounts.trial.entities, CONSOLIDATED):
        for period in accounts.trial.periods:
            cell = (entity, period)
            assets = accounts.balance.role("total_assets", cell)
            assert assets == accounts.balance.role("total_liabilities", cell)
            result = accounts.income.role("result", cell)
            assert result == accounts.balance.role("result", cell)
            assert result == -sum(
                debit - credit
                for (owner, when, account), (debit, credit) in books.items()
                if account[0] in "67" and when == period and entity in (owner, CONSOLIDATED)
            )


@given(balanced())
def test_chambers_add_up_to_the_whole_and_accounts_to_their_line(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    for statement in (accounts.income, accounts.balance):
        if statement is None:
            continue
        for line in statement.lines:
            for period in statement.periods if line.amounts else ():
                whole = statement.amount(line.line.code, period=period)
                parts = [
                    statement.amount(line.line.code, e, period=period) for e in statement.entities
                ]
                assert whole.gross == sum(part.gross for part in parts)
                assert whole.deducted == sum(part.deducted for part in parts)
                shares = statement.drill(line.line.code, period=period)
                assert whole.net == sum(share.amount.net for share in shares)


@given(balanced())
def test_every_account_is_used_once(books: Books) -> None:
    accounts = present(books, CHART, LAYOUTS)
    for statement, classes in ((accounts.income, "67"), (accounts.balance, "1234567")):
        used = sorted(
            (share.entity, share.period, share.account)
            for line in (statement.lines if statement else ())
            for share in line.shares
        )
        assert used == sorted(
            key
            for key, (debit, credit) in books.items()
            if key[2][0] in classes and debit != credit
        )


@given(balanced(), st.integers(1, 10**9))
def test_a_missing_cent_is_found_where_it_is(books: Books, missing: int) -> None:
    former = books.get(("B", "2026", "512"), (0, 0))
    books["B", "2026", "512"] = (former[0] + missing, former[1])
    wrong = [f for f in present(books, CHART, LAYOUTS).findings if f.code == "statements.balance"]
    places = [finding.where for finding in wrong]
    several = len({entity for entity, _, _ in books}) > 1
    assert places == ["B, 2026", *(["toutes les chambres, 2026"] if several else [])]
    assert all(finding.value == f"écart {exact_euros(missing)}" for finding in wrong)
