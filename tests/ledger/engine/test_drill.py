"""From figures to entries: the lines asked for, their totals, the pieces two chambers dispute."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.ledger.engine import drill
from maillage.ledger.engine.consolidation import Book
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.flows import Accounts
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.pieces import unmatched
from tests.generated_books import SIX, generate_books
from tests.ledger.engine.fec_text import table, written

RULES = Mapping((Rule("40", "401"), Rule("51", "512"), Rule("7", "706")))
KNOWN = Partners.everywhere({entity.code: entity.code for entity in SIX})
FEBRUARY = dt.date(2025, 2, 1)


@pytest.fixture
def books(tmp_path: Path) -> list[Book]:
    ledger = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    assert ledger.folder is not None
    return [Book("nord", 2025, ledger.folder)]


ASKED = {
    "all": (Filter(), list(range(2, 14))),
    "a common account": (Filter(account="401"), [6, 10, 13]),
    "a local account": (Filter(local="44"), [5, 9]),
    "a month": (Filter(account="401", month=FEBRUARY), [10]),
    "up to a month": (Filter(account="401", month=FEBRUARY, until=True), [6, 10]),
    "a journal": (Filter(journal="VE"), [7, 8, 9]),
    "a third party": (Filter(third="DUP"), [6, 10]),
    "an entry": (Filter(journal="AC", number="2"), [12, 13]),
    "words": (Filter(text="Règlement"), [10, 11]),
    "words without their accents": (Filter(text="reglement"), [10, 11]),
    "accents the words lack": (Filter(text="règlément"), [10, 11]),
    "a third party's name": (Filter(text="dupont"), [6, 10]),
    "a quote in a word": (Filter(text="l'"), []),
    "what entries have beside an account": (Filter(local="44", beside=Accounts(("706",))), [9]),
    "beside an account of another entry": (Filter(account="706", beside=Accounts(("512",))), []),
    "beside accounts, one left out": (Filter(beside=Accounts(("4", "7"), ("706", "401"))), []),
    "entries whole": (Filter(beside=Accounts(("706",))), [7, 8, 9]),
    "accounts without a rule": (Filter(unmapped=True, journal="AC"), [4, 5, 12]),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
def test_a_question_is_answered_with_its_lines(books: list[Book], what: str) -> None:
    question, expected = ASKED[what]
    page = entry_lines(books, RULES, question)
    assert [line.line for line in page.lines] == expected
    assert page.count == len(expected)
    assert page.debit == sum(line.debit for line in page.lines)
    assert page.credit == sum(line.credit for line in page.lines)


@pytest.mark.parametrize(("account", "expected"), [("102", []), ("606", [4, 5, 6])])
def test_an_opening_entry_is_beside_nothing(
    books: list[Book], account: str, expected: list[int]
) -> None:
    rules = Mapping((Rule("102", "102"), Rule("606", "606")))
    page = entry_lines(books, rules, Filter(beside=Accounts((account,))))
    assert [line.line for line in page.lines] == expected


def test_pages_follow_one_another(books: list[Book]) -> None:
    whole = entry_lines(books, RULES, Filter())
    halves = [entry_lines(books, RULES, Filter(), limit=6, offset=start) for start in (0, 6)]
    assert whole.lines == halves[0].lines + halves[1].lines
    assert {half.count for half in halves} == {12}


@pytest.mark.parametrize("near", [0, 10_000], ids=["far", "near"])
def test_words_are_paged_alike_near_and_far(
    books: list[Book], near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill, "NEAR", near)
    asked = Filter(text="e")
    whole = [line.line for line in entry_lines(books, RULES, asked).lines]
    assert len(whole) > 3
    paged = [
        line.line
        for start in range(0, len(whole) + 2, 2)
        for line in entry_lines(books, RULES, asked, limit=2, offset=start).lines
    ]
    assert paged == whole


def test_no_book_no_line() -> None:
    assert entry_lines([], RULES, Filter()).count == 0


def test_the_pieces_in_dispute_are_those_of_the_truth(tmp_path: Path) -> None:
    truth = generate_books(tmp_path / "fec", seed=3, lines=12_000)
    codes = {entity.siren: entity.code for entity in SIX}
    rules = Mapping(tuple(Rule(a, r, exception=True) for a, r in truth.accounts.items()))
    books = {}
    for path in truth.files:
        ledger = read_ledger(path, store=tmp_path / "store")
        assert ledger.folder is not None
        books[codes[ledger.siren]] = Book(codes[ledger.siren], 2025, ledger.folder)
    for d in truth.differences:
        sides = [
            entry_lines(
                [books[entity]],
                rules,
                Filter(account=family, partner=other, partners=KNOWN),
                limit=9999,
            ).lines
            for entity, family, other in (
                (d.entity, d.family, d.partner), (d.partner, d.partner_family, d.entity),
            )
        ]  # fmt: skip
        found = {p.piece: p for p in unmatched(*sides)}
        assert found[d.piece].difference == d.cents + d.mirrored
        assert (found[d.piece].why in ("late", "alone")) == (d.kind == "pending")
