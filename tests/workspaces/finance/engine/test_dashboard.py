"""Each figure by hand, each missing input told, no partial sum for the network."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from maillage.ledger.engine.flows import (
    Position,
    computed,
    load_flows,
    of_role,
    shipped_text,
)
from maillage.workspaces.finance.engine.dashboard import (
    INDICATORS,
    UNEVEN_DAYS,
    Facts,
    Figure,
    Indicator,
    Movement,
    book_facts,
    consolidated,
    figure,
    gap,
    lacks,
    sources,
)
from maillage.workspaces.finance.engine.dashboard_table import IndicatorRow, rows_of

BY_CODE: dict[str, Indicator] = {indicator.code: indicator for indicator in INDICATORS}
SOURCES = sources(load_flows(shipped_text()), dt.date(2025, 1, 1))
ROWS = [
    Movement("706000", 0, 1_000_00),
    Movement("740000", 0, 500_00),
    Movement("606000", 300_00, 0),
    Movement("641000", 600_00, 0),
    Movement("411000", 900_00, 700_00),
    Movement("401000", 50_00, 110_00),
    Movement("512000", 2_000_00, 500_00),
    Movement("519000", 0, 100_00),
    Movement("530000", 5_00, 0),
]
TAXES = {
    "sales": [Movement("445710", 700_00, 900_00)],
    "purchases": [Movement("445660", 530_00, 500_00)],
}
BOOK = book_facts(SOURCES, ROWS, TAXES, books="Importé", days=304)
KNOWN = replace(
    BOOK, budget=1_200_00, invoices=Decimal(9_000), fte=Decimal("1.5"), invoice_cost=90_000_00,
    studied=Decimal(10_000),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("result", Fraction(600_00)),
        ("cash", Fraction(1_405_00)),
        ("receivable-days", Fraction(200 * 304, 1200)),
        ("payable-days", Fraction(60 * 304, 330)),
        ("staff-ratio", Fraction(40)),
        ("execution", Fraction(75)),
        ("invoice-cost", Fraction(900)),
        ("invoices-per-fte", Fraction(6000)),
    ],
)
def test_each_figure(code: str, value: Fraction) -> None:
    assert figure(BY_CODE[code], KNOWN).value == value


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_what_is_missing_is_told(indicator: Indicator) -> None:
    for name in indicator.needs:
        found = figure(indicator, replace(KNOWN, **{name: None}))
        assert (found.value, found.reason) == (None, lacks(name, KNOWN))
    assert indicator.rule.endswith(".")


def test_nothing_to_divide_by_is_not_zero() -> None:
    assert figure(BY_CODE["staff-ratio"], replace(KNOWN, income=0)).reason.startswith("rien")


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_the_network_is_the_figure_of_the_sums(indicator: Indicator) -> None:
    twice = {"Nord": KNOWN, "Sud": KNOWN}
    once, both = figure(indicator, KNOWN).value, consolidated(indicator, twice).value
    assert once is not None
    assert both == (once if indicator.bottom else once * 2)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_no_partial_sum(indicator: Indicator) -> None:
    found = consolidated(indicator, {"Nord": KNOWN, "Sud": Facts(), "Est": KNOWN})
    assert (found.value, found.reason) == (None, "il manque\u00a0: Sud")


def test_a_ratio_is_not_an_average_of_ratios() -> None:
    small, large = replace(KNOWN, staff=10, income=100), replace(KNOWN, staff=900, income=1000)
    found = consolidated(BY_CODE["staff-ratio"], {"a": small, "b": large})
    assert found.value == Fraction(91_000, 1100)


def test_many_missing_chambers_are_counted() -> None:
    chambers = {name: Facts() for name in "abcdef"}
    assert consolidated(BY_CODE["result"], chambers).reason == "il manque toutes les chambres"
    found = consolidated(BY_CODE["result"], chambers | {"g": KNOWN})
    assert found.reason == "il manque\u00a0: a, b, c, d et 2 autres"
    assert consolidated(BY_CODE["result"], {}).reason == "aucune chambre"


def test_what_chambers_book_with_each_other_is_taken_out() -> None:
    net = book_facts(
        SOURCES, [Movement("706000", 0, 1_900_00), Movement("411000", 350_00, 0)],
        {"sales": [Movement("445710", 0, 400_00)]},
    )  # fmt: skip
    both = {"Nord": KNOWN, "Sud": KNOWN}
    assert consolidated(BY_CODE["result"], both, net).value == 1_900_00
    assert consolidated(BY_CODE["execution"], both, net).value == Fraction(75)
    delay = consolidated(BY_CODE["receivable-days"], both, net).value
    assert delay == Fraction(350_00 * 304, 1_900_00 + 400_00)


@pytest.mark.parametrize("code", ["execution"])
def test_the_network_is_computed_as_its_chambers_are_and_stands_among_them(code: str) -> None:
    """Whatever they book with each other, beside a budget that holds it too."""
    net = book_facts(
        SOURCES, [Movement("706000", 0, 100_00), Movement("411000", 90_00, 0),
                  Movement("606000", 10_00, 0), Movement("401000", 0, 1_00)], {},
    )  # fmt: skip
    other = replace(KNOWN, receivables=900_00, payables=10_00, sales=1_300_00, spent=1_200_00)
    chambers = [figure(BY_CODE[code], one).value for one in (KNOWN, other)]
    whole = consolidated(BY_CODE[code], {"Nord": KNOWN, "Sud": other}, net).value
    assert whole is not None and None not in chambers
    assert min(c for c in chambers if c) < whole < max(c for c in chambers if c)
    assert whole == consolidated(BY_CODE[code], {"Nord": KNOWN, "Sud": other}).value
    assert "comprises" in BY_CODE[code].between


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_what_becomes_of_operations_between_chambers_is_told_of_each_figure_of_the_books(
    indicator: Indicator,
) -> None:
    assert bool(indicator.between) == (indicator.code not in ("invoice-cost", "invoices-per-fte"))
    assert ("retirées" in indicator.between) == (
        indicator.code not in ("execution", "invoice-cost", "invoices-per-fte")
    )


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("result", Fraction(-100_00)), ("cash", Fraction(0)), ("staff-ratio", None),
     ("execution", None), ("invoices-per-fte", None)],
)  # fmt: skip
def test_the_network_says_how_far_it_is_from_the_sum_of_the_chambers(
    code: str, wanted: Fraction | None
) -> None:
    chambers = [figure(BY_CODE[code], KNOWN)] * 2
    twice = replace(KNOWN, result=1_100_00, cash=2_810_00)
    network = consolidated(BY_CODE[code], {"Nord": KNOWN, "Sud": KNOWN}, twice)
    assert gap(BY_CODE[code], chambers, network) == wanted
    assert gap(BY_CODE[code], [*chambers, Figure(None)], network) is None


def test_a_delay_is_counted_on_the_days_covered_and_taxes_included() -> None:
    rows = [Movement("411", 24_000_00, 0), Movement("706", 0, 100_000_00)]
    book = book_facts(
        SOURCES, rows, {"sales": [Movement("44571", 0, 20_000_00)]}, books="Importé", days=304
    )
    assert figure(BY_CODE["receivable-days"], book).value == Fraction(608, 10)


def test_exercises_of_other_lengths_make_no_delay_of_the_network() -> None:
    chambers = {"Nord": KNOWN, "Sud": replace(KNOWN, days=120)}
    found = consolidated(BY_CODE["receivable-days"], chambers)
    assert (found.value, found.reason) == (None, UNEVEN_DAYS)


def test_treasury_is_that_of_the_financing_tables() -> None:
    amounts = {"50": 1, "512": 20, "519": -300, "53": 4_000, "58": 50_000, "59": -600_000}
    rows = [Movement(account, max(0, n), max(0, -n)) for account, n in amounts.items()]
    flows, day = load_flows(shipped_text()), dt.date(2025, 1, 1)
    table = computed(flows, flows.table("equilibre"), Position(day, amounts))
    assert book_facts(SOURCES, rows, {}).cash == of_role(table, "tn") == 53_721


def test_a_book_with_accounts_that_go_nowhere_gives_no_partial_sum() -> None:
    rows = [Movement("706000", 0, 100), Movement("512000", 7, 0)]
    book = book_facts(SOURCES, rows, {}, ["658X"], books="Importé")
    assert (book.result, book.spent, book.staff) == (None, None, None)
    assert (book.cash, book.sales, book.receivables) == (7, 100, 0)
    assert "correspondance" in figure(BY_CODE["result"], book).reason
    assert "aucun livre" in figure(BY_CODE["result"], Facts()).reason
    assert book_facts(SOURCES, rows, {}, ["4457Z"], books="Importé").sales is None


def test_a_book_that_stops_too_early_says_so_for_each_figure() -> None:
    short = Facts(books="Importé", short="livre arrêté au 31 octobre 2026")
    for code in ("result", "cash", "receivable-days", "execution"):
        assert figure(BY_CODE[code], short).reason == short.short


def _row_of(whole: Figure) -> IndicatorRow:
    result = next(one for one in INDICATORS if one.code == "result")
    rows, _reasons = rows_of([(result, [], whole, Figure(None, "x"), -100_00, -10_110_00)])
    return rows[0]


def test_what_the_result_of_the_network_holds_is_told_with_it_in_words() -> None:
    assert _row_of(Figure(Fraction(5_00))).apart.replace("\u202f", " ") == (
        "dont écarts d’élimination −10 110\u00a0; dont retraitements de consolidation −100"
    )


def test_nothing_of_a_result_that_is_not_told_is_told_beside_it() -> None:
    row = _row_of(Figure(None, "Sud\u00a0: aucun livre"))
    assert (row.apart, row.gap, row.unmatched) == ("", None, None)
