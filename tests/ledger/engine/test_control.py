"""Why two chambers do not say alike, what elimination leaves, which books are in."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.kernel.money import exact_euros
from maillage.ledger.control_tables import control_lines, control_table
from maillage.ledger.engine.consolidation import Consolidation, assemble
from maillage.ledger.engine.control import control_of
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.scope import Source, partly_told, scope_findings, stop_days

PERIMETER = Perimeter(("a", "b"))


def booked(text: str, perimeter: Perimeter = PERIMETER) -> Consolidation:
    """Month, chamber, account, partner, euros (debit less credit), by "|"."""
    rows = []
    for words in text.split("|"):
        month, entity, account, partner, euros = words.split()
        cents = round(float(euros) * 100)
        rows.append(
            {"entity": entity, "month": dt.date(2025, int(month), 1), "common": account,
             "chamber": partner.strip("-"), "axis": "", "means": "auxiliaire", "local": "",
             "debit": max(cents, 0), "credit": max(-cents, 0)}
        )  # fmt: skip
    return assemble(rows, perimeter)


CAUSES = [
    ("3 a 411 b 100 | 3 b 401 a -100", [""]),
    # They agreed until November; the invoice of December is not in yet.
    ("3 a 411 b 100 | 3 b 401 a -100 | 12 a 411 b 40", ["timing"]),
    # The same month on both sides, for other amounts: no question of time.
    ("3 a 411 b 100 | 3 b 401 a -100 | 12 a 411 b 40 | 12 b 401 a -39", ["amount"]),
    ("3 a 411 b 120 | 3 b 401 a -100", ["tax"]),
    ("3 a 411 b 105.5 | 3 b 401 a -100", ["tax"]),
    ("3 a 411 b 102.10 | 3 b 401 a -100", ["tax"]),
    ("3 a 411 b 119.99 | 3 b 401 a -100", ["amount"]),
    ("3 a 451 b 300 | 3 b 451 a 300", ["sign"]),
    # One on its current account, the other among its customers: one pair, proposed as such.
    ("3 a 451 b 800 | 3 b 401 a -800", ["one_pair", "one_pair"]),
    ("3 a 411 b 700", ["missing"]),
    ("3 b 411 a 700", ["missing"]),
    ("3 a 401 b -700", ["missing_own"]),
    # One of two invoices; the same one two months after; both in one month, which pieces tell.
    ("3 a 411 b 100 | 6 a 411 b 20 | 3 b 401 a -100 | 12 a 641 - 1", ["missing"]),
    ("3 a 411 b 100 | 6 a 411 b 20 | 5 b 401 a -100 | 12 a 641 - 1", ["missing"]),
    ("3 a 411 b 100 | 6 b 401 a -20 | 3 b 401 a -100 | 12 a 641 - 1", ["missing_own"]),
    ("3 a 411 b 130 | 3 b 401 a -100", ["amount"]),
    ("3 a 7084 b -2500 | 3 b 6218 a 2490", ["amount"]),
]


@pytest.mark.parametrize(("books", "causes"), CAUSES)
def test_a_gap_has_its_likely_cause(books: str, causes: list[str]) -> None:
    control = control_of(booked(books), PERIMETER.families)
    assert [cause for _, cause in control.pairs] == causes


def test_each_side_may_lack_something() -> None:
    text = "3 a 411 b 100 | 6 a 411 b 20 | 3 b 401 a -100 | 9 b 401 a -5"
    control = control_of(booked(text), PERIMETER.families)
    assert control.compared[0][1] == (("missing", 2000), ("missing_own", -500))
    told = str(control_table(control.compared, {"a": "Nord", "b": "Sud"}).rows[0][-1])
    assert told.replace("\xa0", " ") == "Manque chez Sud : 20,00 € ; Manque chez Nord : −5,00 €"


def test_what_answers_the_exercise_before_is_told_apart() -> None:
    """The share of December, which one had booked, is in the other's book in January."""
    former = booked("3 a 659 b 100 | 3 b 7593 a -100 | 12 a 659 b 20")
    assert [cause for _, cause in control_of(former, PERIMETER.families).pairs] == ["timing"]
    for text, causes in {
        "1 b 7593 a -20 | 3 a 659 b 100 | 3 b 7593 a -100": {"before": -2000},
        "1 b 7593 a -20 | 3 a 659 b 100 | 3 b 7593 a -93": {"before": -2000, "amount": 700},
        "1 b 7593 a -20 | 3 a 659 b 100": {"before": -2000, "missing_own": 10000},
        "6 b 7593 a -20 | 3 a 659 b 100 | 3 b 7593 a -100 | 12 b 641 - 1": {"missing": -2000},
    }.items():
        now = booked(text)
        ((pair, found),) = control_of(now, PERIMETER.families, former=former).compared
        assert dict(found) == causes, text
        assert sum(causes.values()) == pair.difference
        alone = control_of(now, PERIMETER.families).compared[0][1]
        assert "before" not in dict(alone)


AUGUST = {"b": dt.date(2025, 8, 31)}


SPLIT: list[tuple[str, dict[str, int]]] = [
    ("3 a 411 b 100 | 3 b 401 a -100 | 9 a 411 b 40 | 12 a 411 b 7", {"stopped": 4700}),
    ("12 a 411 b 700", {"stopped": 70000}),
    ("3 b 411 a 100 | 3 a 401 b -100 | 10 a 401 b -5", {"stopped": -500}),
    # Partly before and partly after: each part has its cause and its amount.
    ("8 a 411 b 700 | 12 a 411 b 5", {"stopped": 500, "missing": 70000}),
    ("3 a 411 b 100 | 3 b 401 a -97 | 12 a 411 b 5", {"stopped": 500, "amount": 300}),
    ("3 a 411 b 120 | 3 b 401 a -100 | 9 a 411 b 40", {"stopped": 4000, "tax": 2000}),
    ("3 a 411 b 100 | 3 b 401 a -97", {"amount": 300}),
]


@pytest.mark.parametrize(("books", "causes"), SPLIT)
def test_a_gap_of_months_after_a_book_stops_is_of_that_book(
    books: str, causes: dict[str, int]
) -> None:
    control = control_of(booked(books), PERIMETER.families, AUGUST)
    ((pair, found),) = control.compared
    assert dict(found) == causes
    assert sum(causes.values()) == pair.difference
    unstopped = control_of(booked(books), PERIMETER.families)
    assert "stopped" not in {found for _, found in unstopped.pairs}
    table = control_table(control.compared, {"b": "Sud"}, stops=AUGUST)
    told = str(table.rows[0][-1]).replace("\xa0", " ")
    (line,) = control_lines(control, {"b": "Sud"}, AUGUST)
    assert told in line.replace("\xa0", " "), "the command says it in the words of the pages"
    assert ("Livre de Sud arrêté au 31 août 2025" in told) == ("stopped" in causes)
    amounts = [exact_euros(cents).replace("\xa0", " ") for cents in causes.values()]
    assert all(amount in told for amount in amounts) == (len(causes) > 1)


REMARKS = [
    ("3 a 641 b 100", "intercompany.outside", 10_000),
    ("3 a 757 b -100", "intercompany.adjust", -10_000),
    ("3 a 451 - 100", "intercompany.unnamed", 10_000),
    ("3 a 7593 - -100", "intercompany.unnamed", -10_000),
    ("3 a 411 c 100", "intercompany.absent", 10_000),
]


@pytest.mark.parametrize(("books", "code", "cents"), REMARKS)
def test_what_stays_between_chambers_is_told_with_its_amount(
    books: str, code: str, cents: int
) -> None:
    found = booked(books)
    control = control_of(found, PERIMETER.families)
    assert control.pairs == ()
    assert [(r.code, r.cents) for r in control.remarks] == [(code, cents)]
    assert found.eliminations == ()


@pytest.mark.parametrize(
    "books",
    [
        *("3 a 44571 b 20", "3 a 512 b 20", "3 a 411 - 20", "3 a 706 - -20"),
        "3 a 451 - 5 | 4 a 451 - -5",
    ],
)
def test_what_is_ordinary_is_not_told(books: str) -> None:
    assert control_of(booked(books), PERIMETER.families).remarks == ()


def test_a_current_account_with_an_absent_chamber_is_told_once() -> None:
    control = control_of(booked("3 a 451 c 100"), PERIMETER.families)
    assert [r.code for r in control.remarks] == ["intercompany.absent"]


def test_the_gaps_are_by_nature_and_the_residue_is_summed() -> None:
    control = control_of(
        booked("3 a 7084 b -50 | 3 a 451 - 1000 | 3 b 451 - -900 | 3 b 411 a 5"),
        PERIMETER.families,
    )
    assert control.gap(result=True) == -5000
    assert control.gap(result=False) == 500
    assert control.unnamed == 10_000


CLOSING = dt.date(2025, 12, 31)
SOURCES = [
    ([Source("a", "A", "a.txt", CLOSING)], []),
    ([Source("a", "A", "a.txt", CLOSING), Source("b", "B", state="absent")], ["scope.absent"]),
    (
        [Source("a", "A", "a.txt", CLOSING), Source("b", "B", "b.txt", dt.date(2025, 6, 30))],
        ["scope.closings"],
    ),
    (
        [
            Source("a", "A", "a.txt", CLOSING),
            Source("b", "B", "b.txt", dt.date(2024, 12, 31), "aside", 2, 100_000, 100_000),
        ],
        ["scope.aside"],
    ),
    ([Source("a", "A", "a.txt", CLOSING, missing=3)], ["scope.missing"]),
]


@pytest.mark.parametrize(("sources", "codes"), SOURCES)
def test_which_books_are_in_is_said(sources: list[Source], codes: list[str]) -> None:
    found = scope_findings(sources, 2025)
    assert [f.code for f in found] == codes
    if codes == ["scope.aside"]:
        assert "000,00" in found[0].what, "its amounts are told"


def of_two_books(*last: int) -> list[Source]:
    """The two books of a chamber, and that of another, by their last month."""
    books = zip(("s1.txt", "s2.txt", "n.txt"), last, strict=True)
    return [
        Source(*("n", "Nord") if file == "n.txt" else ("s", "Sud"), file, CLOSING,
               last=dt.date(2025, month, 1))
        for file, month in books
    ]  # fmt: skip


BY_BOOK = [
    ((12, 12, 12), {}, "", []),
    ((8, 12, 12), {"s": (8, 31)}, "dont Sud (s1.txt) à fin août", ["Sud (s1.txt)"]),
    ((12, 8, 12), {"s": (8, 31)}, "dont Sud (s2.txt) à fin août", ["Sud (s2.txt)"]),
    # Whichever comes last: the chamber is told as long as both of its books are.
    ((8, 10, 12), {"s": (8, 31)}, "dont Sud (s1.txt) à fin août, Sud (s2.txt) à fin octobre",
     ["Sud (s1.txt)", "Sud (s2.txt)"]),
    ((10, 8, 12), {"s": (8, 31)}, "dont Sud (s1.txt) à fin octobre, Sud (s2.txt) à fin août",
     ["Sud (s1.txt)", "Sud (s2.txt)"]),
    ((8, 8, 12), {"s": (8, 31)}, "dont Sud à fin août", ["Sud (s1.txt)", "Sud (s2.txt)"]),
    ((8, 8, 8), {"s": (8, 31), "n": (8, 31)}, "à fin août",
     ["Sud (s1.txt)", "Sud (s2.txt)", "Nord"]),
    ((8, 12, 8), {"s": (8, 31), "n": (8, 31)}, "dont Sud (s1.txt) et Nord à fin août",
     ["Sud (s1.txt)", "Nord"]),
]  # fmt: skip


@pytest.mark.parametrize(("last", "stops", "words", "where"), BY_BOOK)
def test_of_a_chamber_of_two_siren_each_book_is_told(
    last: tuple[int, ...], stops: dict[str, tuple[int, int]], words: str, where: list[str]
) -> None:
    sources = of_two_books(*last)
    assert stop_days(sources) == {code: dt.date(2025, *day) for code, day in stops.items()}
    assert partly_told(sources).words == words
    found = scope_findings(sources, 2025)
    assert [(f.code, f.where) for f in found] == [("scope.stops", called) for called in where]


# A region and its chambers, as real books say it: auxiliaries on 4xx, a sale with the chamber of
# its entry. Chamber, account, partner, euros.
REGION = """
a 411 b 800 | a 7084 b -800 | b 6218 a 800 | b 401 a -800 | a 451 b 800 | b 401 a -800
a 411 c 2500 | a 7084 c -2500 | c 6218 a 2490 | c 401 a -2490 | a 451 d 5000
a 451 e 300 | e 451 a 300 | a 411 f 700 | a 706 f -700 | c 411 b 12000 | b 401 c -12000
c 411 d 120 | c 7084 d -100 | d 6218 c 100 | d 401 c -120 | d 181 e 3333 | e 181 d -3333
b 409 c 50 | c 419 b -50
"""
DIFFERENT = [
    ("a", "b", "courant", "current", 800, "one_pair"),
    ("a", "b", "ventes", "claims", -800, "one_pair"),
    ("a", "c", "ventes", "claims", 10, "amount"),
    ("a", "c", "refacturation", "result", -10, "amount"),
    ("a", "d", "courant", "current", 5000, "missing"),
    ("a", "e", "courant", "current", 600, "sign"),
    ("a", "f", "ventes", "claims", 700, "missing"),
    ("a", "f", "ventes", "result", -700, "missing"),
]


def test_each_pair_of_a_network_is_compared_once_by_family_and_nature() -> None:
    text = " | ".join(f"3 {words}" for words in REGION.strip().replace("\n", "|").split("|"))
    perimeter = Perimeter(tuple("abcdef"))
    control = control_of(booked(text, perimeter), perimeter.families)
    pairs = [(r.entity, r.partner, r.family.code, r.nature) for r, _ in control.pairs]
    assert len(pairs) == len(set(pairs)) == 14
    found = [
        (r.entity, r.partner, r.family.code, r.nature, r.difference // 100, cause)
        for r, cause in control.pairs
        if cause
    ]
    assert sorted(found) == sorted(DIFFERENT)
    # What one has on a current account and the other among its debts is said on both, and is
    # nothing of the whole.
    assert control.gap(result=False) == (10 + 5000 + 600 + 700) * 100
    assert control.gap(result=True) == (-10 - 700) * 100
