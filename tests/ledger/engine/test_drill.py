"""From figures to entries: the lines asked for, their totals, the pieces two chambers dispute."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.ledger.engine.drill import Question, entries, pieces
from maillage.ledger.engine.generate import SIX, generate_books
from maillage.ledger.engine.reading import read_ledger
from tests.ledger.engine.fec_text import table, written


@pytest.fixture
def folders(tmp_path: Path) -> list[tuple[str, Path]]:
    ledger = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    assert ledger.folder is not None
    return [("nord", ledger.folder)]


ASKED = {
    "all": (Question(), list(range(2, 14))),
    "an account": (Question(accounts=("401000",)), [6, 10, 13]),
    "two accounts of a month": (
        Question(accounts=("401000", "512000"), month=dt.date(2025, 2, 28)), [10, 11]),
    "a journal": (Question(journal="VE"), [7, 8, 9]),
    "a third party": (Question(aux=("DUP",)), [6, 10]),
    "an entry": (Question(journal="AC", number="2"), [12, 13]),
    "words, whatever their accents": (Question(words="REGLEMENT r1"), [10, 11]),
    "a quote in a word": (Question(words="l'"), []),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
def test_a_question_is_answered_with_its_lines(folders, what: str) -> None:
    question, expected = ASKED[what]
    page = entries(folders, question)
    assert [line.line for line in page.lines] == expected
    assert page.count == len(expected)
    assert page.debit == sum(line.debit for line in page.lines)


def test_pages_follow_one_another(folders) -> None:
    whole = entries(folders, Question())
    halves = [entries(folders, Question(), limit=6, offset=start) for start in (0, 6)]
    assert whole.lines == halves[0].lines + halves[1].lines
    assert {half.count for half in halves} == {12}


def test_no_book_no_line() -> None:
    assert entries([], Question()).count == 0


def test_the_pieces_in_dispute_are_those_of_the_truth(tmp_path: Path) -> None:
    truth = generate_books(tmp_path / "fec", seed=3, lines=60_000)
    codes = {entity.siren: entity.code for entity in SIX}
    folders = {}
    for path in truth.files:
        ledger = read_ledger(path, store=tmp_path / "store")
        folders[codes[ledger.siren]] = ledger.folder
    for d in truth.differences:
        sides = []
        for entity, family, other in (
            (d.entity, d.family, d.partner), (d.partner, d.partner_family, d.entity),
        ):  # fmt: skip
            accounts = [a for a, root in truth.accounts.items() if root.startswith(family)]
            sides.append((folders[entity], accounts, [other]))
        found = {p.piece: p for p in pieces(*sides)}
        assert found[d.piece].difference == d.cents + d.mirrored
        assert found[d.piece].pending == (d.kind == "pending")
