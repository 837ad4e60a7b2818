"""What adjusting takes back of sales, loans and grants between chambers, however it is written: of
the whole, seen from outside, nothing moved; nor in the exercises after, which it opens."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from random import Random

import pytest

from maillage.ledger.engine import between
from maillage.ledger.engine.accounts import Span
from maillage.ledger.engine.adjusted_flows import as_flows
from maillage.ledger.engine.adjustments import AdjustmentLine, consolidated, opening
from maillage.ledger.engine.consolidation import Consolidation
from maillage.ledger.engine.flows import Position, computed, shipped_flows

DAY = dt.date(2025, 1, 1)
Entry = list[tuple[str, str, int]]
"""Chamber, common account, cents: debit less credit."""


def lines_of(entry: Entry) -> list[AdjustmentLine]:
    return [AdjustmentLine(c, a, "", max(cents, 0), max(-cents, 0)) for c, a, cents in entry]


def told(books: list[Entry], now: Entry, former: Entry, gone: dict[str, int]) -> dict[str, int]:
    """The consolidated lines of the financing table. `books`: the entries of the exercise; `now`,
    `former`: what is adjusted in it, and in those before; `gone`: gross value that left books."""
    flows = shipped_flows()
    debits: defaultdict[str, int] = defaultdict(int)
    credits_: defaultdict[str, int] = defaultdict(int)
    for _, account, cents in (line for entry in books for line in entry):
        debits[account] += max(cents, 0)
        credits_[account] += max(-cents, 0)
    closing = {a: debits[a] - credits_[a] for a in {*debits, *credits_}}
    booked = Position(DAY, closing, debits, credits_, gone)
    opens = {"a": DAY, "b": DAY}
    carried = opening([lines_of(former)], opens, DAY.year)
    own = consolidated([(dt.date(DAY.year, 12, 1), lines_of(now))], opens)
    beside = Consolidation((), (), (), {}, adjustments=(*carried, *own), carried=carried)
    moved = between.adjusted(beside, Span())
    adjusted = as_flows(moved, beside, Span(), flows, DAY, gone)
    found: defaultdict[str, int] = defaultdict(int)
    for at in (booked, adjusted):
        for row in computed(flows, flows.table("financement"), at):
            assert row.cents is not None
            found[row.line.code] += row.cents
    return {code: cents for code, cents in found.items() if cents}


def spread(random: Random, entry: Entry) -> Entry:
    """The same amounts in several lines, of either chamber, in any order."""
    found = []
    for _, account, cents in entry:
        part = random.randint(0, abs(cents)) * (1 if cents > 0 else -1)
        sides = random.sample("ab", 2)
        found += [(sides[0], account, part), (sides[1], account, cents - part)]
    random.shuffle(found)
    return [line for line in found if line[2]]


@pytest.mark.parametrize("seed", range(40))
def test_of_a_sale_between_chambers_nothing_is_left(seed: int) -> None:
    """At a gain or a loss, gross value kept or not, then while it is written down, or leaves."""
    random = Random(seed)
    gross = random.randint(2, 1_000_000)
    down, price = random.randint(0, gross - 1), random.randint(1, 1_500_000)
    value, yearly, bought = gross - down, random.randint(0, 500), random.randint(1, 9_000)
    over = random.randint(-400, 400)
    books: list[Entry] = [
        [("a", "657", value), ("a", "2818", down), ("a", "2182", -gross)],
        [("a", "462", price), ("a", "757", -price), ("b", "2182", price), ("b", "404", -price)],
        [("b", "6811", yearly), ("b", "2818", -yearly), ("b", "2154", bought),
         ("b", "512", -bought)],
    ]  # fmt: skip
    entry: Entry = [("a", "757", price), ("a", "657", -value), ("b", "2182", value - price)]
    entry += [("b", "2818", over), ("b", "6811", -over)]
    again: Entry = [("b", "2818", over), ("b", "6811", -over)]
    out: Entry = [("b", "2182", price - value), ("b", "2818", -over)]
    out += [("b", "657", value - price + over)]
    if kept := random.choice((0, down)):
        entry += [("b", "2182", kept), ("b", "2818", -kept)]
        out += [("b", "2182", -kept), ("b", "2818", kept)]
    assert sum(n for *_, n in entry) == sum(n for *_, n in out) == 0
    first = spread(random, entry)
    found = told(books, first, [], {"2182": gross})
    lines = {"acquisitions", "f-cessions", "inexplique", "f-27", "f-apports", "f-caf"}
    assert {code: found[code] for code in lines & found.keys()} == {"acquisitions": bought}
    # The exercise after, of which a chamber's own depreciation is all that moves.
    after: list[Entry] = [[("b", "6811", yearly), ("b", "2818", -yearly)]]
    assert told(after, spread(random, again), first, {}) == {}
    # Or it leaves the buyer's books for nothing: for the whole, its gross value or what is left.
    bare: list[Entry] = [
        [("b", "657", price - yearly), ("b", "2818", yearly), ("b", "2182", -price)]
    ]
    found = told(bare, spread(random, out), first, {"2182": price})
    assert lines & found.keys() == set()
    assert found.pop("f-sorties") == -found.pop("f-brut") == (gross if kept else value)
    assert found == {}


@pytest.mark.parametrize("seed", range(20))
def test_of_a_loan_between_chambers_nothing_is_left(seed: int) -> None:
    random = Random(seed)
    lent, bank = random.randint(2, 10**6), random.randint(1, 10**6)
    paid, later = random.randint(0, lent // 2), random.randint(0, lent // 2)

    def back(cents: int) -> list[Entry]:
        return [[("a", "274", cents), ("b", "512", cents)], [("b", "164", -cents),
                ("a", "512", -cents)]]  # fmt: skip

    books = [*back(lent), *back(-paid), [("b", "512", bank), ("b", "164", -bank)]]
    entry: Entry = [
        ("b", "164", lent),
        ("b", "164", -paid),
        ("a", "274", paid),
        ("a", "274", -lent),
    ]
    random.shuffle(entry)
    found = told(books, entry, [], {})
    assert found.pop("f-emprunts") == bank
    assert not {"f-prets", "f-27", "f-rembourses", "inexplique", "emplois"} & found.keys()
    less: Entry = [("b", "164", -later), ("a", "274", later)]
    assert told(back(-later), less, entry, {}) == {}


def test_of_a_grant_wholly_spread_and_closed_nothing_is_left() -> None:
    entry: Entry = [("b", "131", 900), ("b", "747", 90), ("b", "139", -90), ("a", "658", -900)]
    former = [*entry, *[("b", "747", 90), ("b", "139", -90)] * 9]
    books: list[Entry] = [[("b", "131", 900), ("b", "139", -900)]]
    assert told(books, [("b", "139", 900), ("b", "131", -900)], former, {}) == {}


def test_what_is_no_sale_is_left_as_it_was_told() -> None:
    """Reserves against depreciation or a provision explain nothing, and are no asset that left."""
    for account in ("2818", "151"):
        found = told([], [("a", "106", 100), ("a", account, -100)], [], {})
        assert (found["f-apports"], found["inexplique"]) == (-100, 100)
        assert "acquisitions" not in found
