"""Whom a line of a book is with: by number, account, entry, label, in that order."""

from __future__ import annotations

import pytest

from maillage.ledger.engine.partners import Known, Partners

HELD = Partners(
    {("", "REG"): "reg", ("", "C0001"): "sud", ("nord", "c0001"): "reg", ("nord", "NORD"): "nord"},
    {("nord", "4511"): "sud"},
)


@pytest.mark.parametrize(
    ("entity", "number", "chamber"),
    [
        ("sud", "REG", "reg"),
        ("sud", "reg", "reg"),
        ("sud", "  rEg ", "reg"),
        ("nord", "C0001", "reg"),  # its own book says otherwise than all books
        ("est", "C0001", "sud"),
        ("sud", "C0001", ""),  # nobody is its own partner
        ("reg", "REG", ""),
        ("nord", "nord", ""),
        ("sud", "REGION", ""),
        ("sud", "", ""),
    ],
)
def test_a_number_belongs_to_a_book(entity: str, number: str, chamber: str) -> None:
    assert HELD.of(entity, number) == chamber


def test_what_one_book_can_name() -> None:
    assert HELD.known_to("nord") == Known((("C0001", "reg"), ("REG", "reg")), (("4511", "sud"),))
    assert HELD.known_to("reg") == Known((("C0001", "sud"),))


def test_equal_partners_are_one_key() -> None:
    again = Partners(dict(HELD.numbers), dict(HELD.accounts))
    assert again == HELD and hash(again) == hash(HELD)
    assert Partners.everywhere({"reg": "reg"}) == Partners({("", "REG"): "reg"})
