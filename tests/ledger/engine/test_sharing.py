"""An entry of several third parties: shared to the cent where one way alone holds, else left."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from maillage.ledger.engine.families import default_families
from maillage.ledger.engine.partners import LABEL, SHARE
from maillage.ledger.engine.sharing import EntryLine, shared
from maillage.ledger.engine.taxed import without_tax

JANUARY, FEBRUARY = dt.date(2025, 1, 1), dt.date(2025, 2, 1)
FIVE = "4513 -100 a; 4513 -200 b; 4513 -50 c; 4513 -150 d; 4513 -100 e"
ALL = {"659 a": 100, "659 b": 200, "659 c": 50, "659 d": 150, "659 e": 100}


def entry(text: str) -> tuple[EntryLine, ...]:
    """`659 600; 4513 -100 a`: account, cents, whose ("?" for a customer); a last word: a month."""
    lines = []
    for rank, told in enumerate(text.split(";")):
        account, cents, *rest = told.split()
        whose = next((word for word in rest if word != "fev"), "")
        month = FEBRUARY if "fev" in rest else JANUARY
        net = int(cents)
        lines.append(EntryLine(rank, account, month, "", whose, max(net, 0), max(-net, 0)))
    return tuple(lines)


def told(text: str) -> tuple[dict[str, int], dict[str, str]]:
    """Cents by account and chamber, and why accounts are left."""
    portions, left = shared([entry(text)], lambda account: account, default_families())
    found: dict[str, int] = {}
    for portion in portions:
        key = f"{portion.line.account} {portion.partner}"
        found[key] = found.get(key, 0) + portion.cents
    return found, {x.line.account: x.reason for x in left}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"659 600; {FIVE}", ALL),
        (f"{FIVE}; 659 100; 659 200; 659 300", ALL),
        ("659 700; 659 -100; 4513 -250 a; 4513 -350 b", {"659 a": 250, "659 b": 350}),
        ("706 -300; 411 100 a; 411 200 b", {"706 a": -100, "706 b": -200}),
        ("706 -1000; 411 300 a; 411 200 b; 411 500 ?", {"706 a": -300, "706 b": -200}),
        ("706 -1000; 411 300 a; 411 700 ?", {"706 a": -300}),
        ("706 -250; 411 300 a; 411 -50 b", {"706 a": -300, "706 b": 50}),
        ("6218 100; 706 -40; 401 -100 a; 411 40 b", {"6218 a": 100, "706 b": -40}),
        ("6218 100; 6226 70; 401 -100 a; 401 -70 b", {"6218 a": 100, "6226 b": 70}),
        # The same chamber owes two equal amounts: which is which says nothing more.
        ("6218 100; 6226 170; 401 -100 a; 401 -100 a; 401 -70 b",
         {"6218 a": 100, "6226 a": 100, "6226 b": 70}),
        ("706 -10000; 44571 -2000; 411 7200 a; 411 4800 b", {"706 a": -6000, "706 b": -4000}),
        # 27,78 and its 5,56 of tax: as invoices round it.
        ("706 -5556; 44571 -1112; 411 3334 a; 411 3334 b", {"706 a": -2778, "706 b": -2778}),
        ("6226 1000; 44566 55; 401 -633 a; 401 -422 b", {"6226 a": 600, "6226 b": 400}),
        ("6218 100; 401 -100 a; 401 60 b; 512 -60", {"6218 a": 100}),
        # Paid at once: what is owed, then what is paid.
        ("659 300; 4513 -100 a; 4513 -200 b; 4513 100 a; 4513 200 b; 512 -300",
         {"659 a": 100, "659 b": 200}),
        # Two rates of tax, each amount its line.
        ("6063 10000; 611 20000; 44566 4550; 401 -10550 a; 401 -24000 b",
         {"6063 a": 10000, "611 b": 20000}),
        ("6063 10000; 611 20000; 44566 4550; 401 -10550 a; 401 -24000 ?", {"6063 a": 10000}),
        # What is with nobody makes nothing alone: all that is owed is the sale's.
        ("706 -100; 512 100; 411 50 a; 411 50 b; 471 -100", {"706 a": -50, "706 b": -50}),
        # What a line names itself is its own.
        ("706 -50; 411 50 b; 7084 -70 a; 411 70 a", {"706 b": -50}),
        ("6218 100; 6218 70 fev; 401 -100 a; 401 -70 b", {"6218 a": 100, "6218 b": 70}),
    ],
)  # fmt: skip
def test_what_each_chamber_has_of_an_entry(text: str, expected: dict[str, int]) -> None:
    assert told(text) == (expected, {})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("6218 100; 6226 100; 401 -100 a; 401 -100 b", {"6218": "several", "6226": "several"}),
        ("6218 100; 6226 70; 401 -120 a; 401 -50 b", {"6218": "none", "6226": "none"}),
        ("659 600; 4513 -100 a; 4513 -200 b; 512 -300", {"659": "none"}),
        ("706 -10000; 44571 -1500; 411 7200 a; 411 4300 b", {"706": "none"}),
        # Of two chambers, which has which of two lines alike.
        ("6063 100; 6226 100; 611 70; 401 -100 a; 401 -100 b; 401 -30 ?; 401 -40 ?",
         {"6063": "several", "6226": "several", "611": "several"}),
        ("706 -100; 512 40; 411 40 a; 411 40 b; 471 -20", {"706": "none"}),
        ("706 -100; 411 60 a; 411 50 b", {"706": "none"}),
        ("706 -100; 512 40; 411 60 a; 411 40 b; 411 -40 c; 411 40 ?; 411 -40 ?",
         {"706": "several"}),
    ],
)  # fmt: skip
def test_what_is_left_and_why(text: str, left: dict[str, str]) -> None:
    assert told(text) == ({}, left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What suppliers, customers, the bank and staff are owed without a number is theirs.
        ("6064 5000; 611 300; 401 -5000; 401 -300 a", {"611 a": 300}),
        ("411 8000; 411 400 a; 706 -8000; 7084 -400", {"7084 a": -400}),
        ("530 150; 411 60 a; 706 -210", {"706 a": -60}),
        ("611 200; 641 1000; 421 -1000; 401 -200 a", {"611 a": 200}),
        ("611 200; 6226 1000; 421 -1000; 401 -200 a", {"611 a": 200}),
        ("530 180; 411 72 a; 706 -210; 44571 -42", {"706 a": -60}),
        # A supplier's invoice over two accounts, beside an amount that is a line's.
        (
            "6063 70000; 611 250000; 6251 35000; 44566 64000; 401 -384000; 401 -35000 a",
            {"6251 a": 35000},
        ),
        ("6063 10000; 611 20000; 44566 4550; 401 -10550 a; 401 -24000", {"6063 a": 10000}),
        # Owed, then paid at once.
        ("6218 100; 401 -100 a; 401 100 a; 512 -100", {"6218 a": 100}),
        # Its own debt paid, beside a charge of somebody else.
        ("606 500; 401 -500; 411 -60 a; 512 60", {}),
        ("6815 70; 151 -70; 611 300; 401 -300 a", {"611 a": 300}),
        # Nobody else can be there: all of it is the chamber's.
        ("274 100; 762 -10; 4511 -90 a", {"274 a": 100, "762 a": -10}),
        ("2183 100; 404 -100 a", {"2183 a": 100}),
        ("411 100 a; 4511 -100", {"4511 a": -100}),
        ("659 300; 4513 -100 a; 4513 -200", {"659 a": 300, "4513 a": -200}),
        # A payment alone says nothing more than itself.
        ("401 100 a; 512 -100", {}),
    ],
)
def test_what_the_only_chamber_of_an_entry_has(text: str, expected: dict[str, int]) -> None:
    assert told(text) == (expected, {})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("512 1050; 627 50; 661 100; 411 -1200 a", {"627": "none", "661": "none"}),
        ("512 1100; 661 100; 411 -1200 a", {"661": "none"}),
        ("164 1000; 661 50; 4511 -1050 a", {"661": "none"}),
        ("611 300; 6064 300; 401 -300; 401 -300 a", {"611": "several", "6064": "several"}),
        ("6064 5000; 611 300; 6061 300; 401 -5300; 401 -300 a",
         {"6064": "several", "611": "several", "6061": "several"}),
        # An amount that is a line's, where the rest bears no tax at a rate.
        ("606 700; 611 2500; 6251 350; 44566 600; 401 -3800; 401 -350 a",
         {"606": "none", "611": "none", "6251": "none"}),
        (f"611 300; 6226 61; 401 -300 a{'; 421 -1' * 61}", {"611": "many", "6226": "many"}),
    ],
)  # fmt: skip
def test_what_of_it_no_amount_proves(text: str, left: dict[str, str]) -> None:
    assert told(text) == ({}, left)


def test_accounts_out_of_families_are_not_shared() -> None:
    assert told("641 100; 421 -60 a; 421 -40 b") == ({}, {})
    assert told("512 -100; 401 60 a; 401 40 b") == ({}, {})


def test_a_large_entry_is_not_concluded_on() -> None:
    legs = "; ".join(f"401 -{100 + 7 ** (n % 5) + 13 * n} {'ab'[n % 2]}" for n in range(40))
    total = sum(100 + 7 ** (n % 5) + 13 * n for n in range(40))
    text = f"6218 {total // 3}; 6226 {total // 3}; 611 {total - 2 * (total // 3)}; {legs}"
    assert set(told(text)[1].values()) == {"many"}


def test_lines_take_their_portions_in_order() -> None:
    portions, _ = shared([entry(f"659 100; 659 200; 659 300; {FIVE}")], str, default_families())
    assert [(p.line.line, p.partner, p.cents) for p in portions] == [
        (0, "a", 100), (1, "b", 200), (2, "c", 50), (2, "d", 150), (2, "e", 100),
    ]  # fmt: skip


@pytest.mark.parametrize("rate", ["1.2", "1.1", "1.055", "1.021"])
def test_an_amount_has_one_base_at_most(rate: str) -> None:
    held = Fraction(rate)
    for bare in (*range(1, 400), 123_456_789):
        gross = bare + int(bare * (held - 1) + Fraction(1, 2))
        assert without_tax(gross, held) == bare
        assert without_tax(-gross, held) == -bare
    assert without_tax(3, Fraction("1.2")) is None


def test_a_label_says_what_no_sharing_does_and_never_what_one_did() -> None:
    def portions(text: str) -> list[tuple[str, str, int, str]]:
        lines = [replace(x, named="a" if not x.whose else "") for x in entry(text)]
        found, left = shared([tuple(lines)], lambda account: account, default_families())
        assert not left, "the label has said it"
        return sorted((p.line.account, p.partner, p.cents, p.means) for p in found)

    shares = [("6218", "a", 100, SHARE), ("6226", "b", 70, SHARE)]
    assert portions("6218 100; 6226 70; 401 -100 a; 401 -70 b") == shares
    # As much of one as of the other: nothing tells which is whose, but the label.
    labels = [("6218", "a", 100, LABEL), ("6226", "a", 100, LABEL)]
    assert portions("6218 100; 6226 100; 401 -100 a; 401 -100 b") == labels
    # What is neither a charge nor a product is no part of a sharing.
    assert portions("6218 100; 401 -100 b; 512 -60; 401 60 a") == [
        ("512", "a", -60, LABEL), ("6218", "b", 100, SHARE),
    ]  # fmt: skip
