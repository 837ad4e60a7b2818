"""What chambers do not say alike: the network's result is theirs plus what is adjusted, always.

Three chambers worked by hand. The region redistributes 700 of tax, of which one chamber books 250
of its 300; it invoices staff; one chamber sells another an asset it writes off over five years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from maillage.ledger.engine.accounts import Exercise, Span, sides, statements, trial
from maillage.ledger.engine.chart import load_chart, shipped_texts
from maillage.ledger.engine.consolidation import Consolidation, assemble, closed
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.reciprocity import ConsolidatedLine, Reciprocity
from maillage.ledger.engine.statements import BALANCE_GAP, GAPS, RESULT_GAP

CHART = load_chart(*shipped_texts())
DECEMBER = dt.date(2025, 12, 1)
WHOLE = ("", "2025")
PERIMETER = Perimeter(("r", "a", "b"))

# Chamber, account, partner, debit less credit in euros; 512 balances each chamber.
BOOKS = """
r 759 - -1000 | r 659 a 400 | r 659 b 300 | r 6218 a 100 | r 641 - 150
r 4513 b -50 | r 4511 a 30 | r 4512 a -100
a 7593 r -400 | a 70841 r -100 | a 757 b -100 | a 657 b 60 | a 641 - 450 | a 4512 r 100
b 7593 r -250 | b 6811 - 20 | b 641 - 200 | b 2183 - 100
"""
ASSET = "a 757 - 100 | a 657 - -60 | b 2183 - -40 | b 28183 - 8 | b 6811 - -8"
"""The internal gain undone: the price and the value written off, the asset back at its value,
the depreciation of the gain."""
TAX = "b 4513 r 50 | b 7593 r -50"


def line(entity: str, account: str, partner: str, cents: int) -> ConsolidatedLine:
    means = "auxiliaire" if partner else ""
    debit, credit = max(cents, 0), max(-cents, 0)
    return ConsolidatedLine(entity, DECEMBER, account, partner, "", means, debit, credit)


def lines(text: str) -> list[ConsolidatedLine]:
    found = []
    for words in text.replace("\n", "|").split("|"):
        if words.strip():
            entity, account, partner, euros = words.split()
            found.append(line(entity, account, partner.strip("-"), int(euros) * 100))
    return found


def consolidated(adjustments: Iterable[ConsolidatedLine] = ()) -> Consolidation:
    booked = lines(BOOKS)
    for entity in PERIMETER.entities:
        left = sum(item.net for item in booked if item.entity == entity)
        booked.append(line(entity, "512", "", -left))
    rows = [
        {"entity": x.entity, "month": x.month, "common": x.account, "chamber": x.partner,
         "axis": "", "means": x.means, "local": "", "debit": x.debit, "credit": x.credit}
        for x in booked
    ]  # fmt: skip
    return closed(assemble(rows, PERIMETER), PERIMETER.families, adjustments)


def result_of(found: Consolidation, entity: str = "") -> int:
    shown = statements([Exercise(2025, found)], Span(), CHART)
    accounts = shown.own if entity else shown.net
    assert accounts.income is not None and accounts.balance is not None
    cell = (entity, "2025")
    assert accounts.income.role("result", cell) == accounts.balance.role("result", cell)
    assert shown.findings == ()
    return accounts.income.role("result", cell)


def gap(found: Consolidation, account: str) -> int:
    debit, credit = sides([Exercise(2025, found)]).net.get((GAPS, "2025", account), (0, 0))
    return debit - credit


def differences(found: Consolidation) -> set[tuple[str, str, str, str, int]]:
    return {(r.entity, r.partner, r.family.code, r.nature, r.difference) for r in found.differences}


def test_each_chamber_has_the_result_of_its_books() -> None:
    found = consolidated()
    assert [result_of(found, entity) for entity in "rab"] == [5000, 9000, 3000]


def test_the_gap_stands_on_its_line_and_the_result_is_the_sum() -> None:
    found = consolidated()
    assert result_of(found) == 17_000, "220 without the line"
    assert gap(found, RESULT_GAP) == 5000
    assert gap(found, BALANCE_GAP) == -2000
    assert differences(found) == {
        ("b", "r", "taxe", "result", 5000),
        ("b", "r", "taxe", "current", -5000),
        ("a", "r", "courant", "current", 3000),
    }


def test_an_internal_gain_is_adjusted_not_eliminated() -> None:
    found = consolidated(lines(ASSET))
    assert result_of(found) == 13_800
    assert gap(found, RESULT_GAP) == 5000


def test_an_adjustment_that_faces_a_chamber_closes_the_gap() -> None:
    found = consolidated([*lines(ASSET), *lines(TAX)])
    assert result_of(found) == 18_800, "1000 of tax, 800 of wages, 12 of depreciation"
    assert gap(found, RESULT_GAP) == 0
    assert differences(found) == {("a", "r", "courant", "current", 3000)}


@pytest.mark.parametrize("added", ["", ASSET, f"{ASSET}|{TAX}"])
def test_the_whole_balances_to_the_cent(added: str) -> None:
    found = consolidated(lines(added))
    rows = trial([Exercise(2025, found)], Span(), CHART)
    for side in ("own", "adjusted", "net"):
        assert sum(getattr(row, side).get(WHOLE, 0) for row in rows) == 0
    books = sum(x.net for x in found.lines if x.account[0] in "67")
    beside = sum(x.net for x in found.adjustments if x.account[0] in "67")
    assert -result_of(found) == books + beside


def test_products_meet_charges_and_receivables_payables_apart() -> None:
    # One sells 100 to the other, who books 100; and owes 30 it has not paid to be told of.
    booked = "r 706 a -100 | r 411 a 120 | a 6064 r 100 | a 401 r -120 | a 411 r 30"
    rows = [
        {"entity": x.entity, "month": x.month, "common": x.account, "chamber": x.partner,
         "axis": "", "means": "", "local": "", "debit": x.debit, "credit": x.credit}
        for x in lines(booked)
    ]  # fmt: skip
    found = assemble(rows, PERIMETER).reciprocities

    def told(r: Reciprocity) -> tuple[str, str, str, int, int]:
        return (r.entity, r.partner, r.nature, r.says, r.answers)

    assert {told(r) for r in found} == {
        ("r", "a", "result", -10_000, 10_000),
        ("r", "a", "claims", 12_000, -12_000),
        ("a", "r", "claims", 3000, 0),
    }
