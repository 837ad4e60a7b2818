"""The controller itself: three chambers worked out on paper, and what the drawn books must hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

import maillage
from tests.ledger.controller import books
from tests.ledger.controller.by_hand import (
    ADJUSTED,
    ELIMINATED,
    WHOLE,
    Adjustment,
    Chamber,
    Controlled,
    Rule,
    Texts,
    cents_of,
    control,
)

TEXTS = Texts.of(Path(maillage.__file__).parent / "referentials")
CHAMBERS = [Chamber(code, f"00000000{n}") for n, code in enumerate(("r", "a", "b"))]
LAST_DAY = dt.date(2025, 12, 31)

# A region redistributes 700 of tax to two chambers, one of which booked 50 less; it buys staff of
# the first for 100, and says that the first owes it 30; the first sold the second an asset.
BOOKS = {
    "r": "7591 -1000; 659 400 a; 659 300 b; 6218 100 a; 641 150; 4513 -50 b; 4511 30 a; 512 70",
    "a": "7593 -400 r; 70841 -100 r; 757 -100 b; 657 60; 641 450; 512 90",
    "b": "7593 -250 r; 6811 20; 28183 -20; 641 200; 2183 100; 512 -50",
}
ASSET = ("a 757 100", "a 657 -60", "b 2183 -40", "b 28183 8", "b 6811 -8")
"""The gain of 40 taken out of the asset and of the result, and a year of its depreciation."""
SHARE = ("b 4513 50 r", "b 7593 -50 r")
"""The share of tax that was not booked."""


def adjusted(*written: str) -> list[Adjustment]:
    rows = [(*line.split(), "")[:4] for line in written]
    return [Adjustment(c, a, p, LAST_DAY, int(cents) * 100) for c, a, cents, p in rows]


def found(folder: Path, *adjustments: str) -> Controlled:
    files = {}
    for code, text in BOOKS.items():
        rows = ["\t".join(books.COLUMNS)]
        for number, line in enumerate(text.split(";")):
            account, euros, partner = (*line.split(), "")[:3]
            sides = (f"{euros},00", "0,00") if euros[0] != "-" else ("0,00", f"{euros[1:]},00")
            head = (
                "OD",
                "Divers",
                str(number),
                "20251231",
                account,
                "x",
                partner,
                "",
                "P",
                "20251231",
            )
            rows.append("\t".join((*head, "l", *sides, "", "", "20251231", "", "")))
        files[code] = folder / code
        files[code].write_text("\n".join(rows))
    rules = [Rule("", account, False, account) for account in TEXTS.chart]
    return control(files, rules, (), CHAMBERS, TEXTS, adjustments=adjusted(*adjustments))


@pytest.mark.parametrize(
    ("adjustments", "result", "gaps"),
    [((), 170, (50, -20)), (ASSET, 138, (50, -20)), ((*ASSET, *SHARE), 188, (0, 30))],
    ids=["as booked", "asset", "asset and share"],
)
def test_three_chambers_are_one_as_on_paper(
    tmp_path: Path, adjustments: tuple[str, ...], result: int, gaps: tuple[int, int]
) -> None:
    held = found(tmp_path, *adjustments)
    row = held.statements["income"]["resultat"]
    assert {code: row[code] for code in "rab"} == {"r": 5000, "a": 9000, "b": 3000}
    assert (row[WHOLE], row.get(ADJUSTED, 0)) == (result * 100, (result - 170) * 100)
    assert ELIMINATED not in row, "what is eliminated leaves the result as it is"
    assert (held.gap(result=True), held.gap(result=False)) == tuple(gap * 100 for gap in gaps)
    assert sum(row.get(WHOLE, 0) for row in held.balance.values()) == 0
    assets, debts = (held.statements["balance"][code][WHOLE] for code in ("actif", "passif"))
    assert assets == debts
    assert held.pairs["a", "r", "refacturation", "result"] == (-10000, 10000)
    assert held.balance["757"].get(ELIMINATED) is None, "a gain is adjusted, never eliminated"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("000000000012,05", 1205),
        ("0,00", 0),
        ("-120,5", -12050),
        ("-0,07", -7),
        ("", 0),
        (",5", 50),
        ("120,", 12000),
        ("12,50-", -1250),
        ("+3 ", 300),
        (" 7,100", 710),
    ],
)
def test_an_amount_is_read_by_value(text: str, cents: int) -> None:
    assert cents_of(text) == cents


def test_drawn_books_hold_what_real_ones_do(tmp_path: Path) -> None:
    """Auxiliaries on class 4 alone; numbers that are a chamber in one book, a third in another."""
    numbers: Counter[bool] = Counter()
    for seed in range(3):
        drawn = books.draw(tmp_path / str(seed), seed)
        held = {(book, number) for book, number, _ in drawn.numbers}
        for code, path in drawn.files.items():
            for row in path.read_bytes().decode("latin-1").splitlines()[1:]:
                cells = row.split("\t" if "\t" in row else "|")
                assert not cells[6] or cells[4][0] == "4", row
                if cells[6] in {number for _, number in held}:
                    numbers[(code, cells[6]) in held] += 1
    assert min(numbers[True], numbers[False]) > 20, numbers
