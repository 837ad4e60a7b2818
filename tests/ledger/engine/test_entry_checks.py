"""One cause, one finding: what entries, totals and years say, and what they leave to others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.ledger_reader import LedgerFile, read_ledger
from maillage.ledger.engine.survey import survey
from tests.ledger.engine.fec_text import NAME, table, written
from tests.ledger.engine.test_reading import TOTAL

Rows = list[list[str]]


def _read(tmp_path: Path, rows: Rows, name: str = NAME) -> LedgerFile:
    path = written(tmp_path, rows, name=name)
    ledger = read_ledger(path)
    assert survey(path).findings == ledger.findings
    return ledger


def _cell(line: int, column: int, value: str) -> Callable[[Rows], None]:
    return lambda rows: rows[line - 1].__setitem__(column, value)


CAUSES: dict[str, tuple[Callable[[Rows], object], dict[str, int]]] = {
    "an unreadable debit": (_cell(4, 11, "cent"), {"amount.unreadable": 1}),
    "an unreadable credit": (_cell(13, 12, "?"), {"amount.unreadable": 1}),
    "a line cut short": (lambda rows: rows[3].pop(), {"row.fields": 1}),
    "an entry cut short": (lambda rows: [rows[11].pop(), rows[12].pop()], {"row.fields": 2}),
    "an unreadable lettering date": (_cell(6, 14, "x"), {"date.unreadable": 1}),
    "an unreadable currency amount": (_cell(8, 16, "x"), {"amount.unreadable": 1}),
    "an unbalanced entry": (_cell(4, 11, "101,00"), {"balance.entry": 1, "balance.file": 1}),
    "a line break": (_cell(4, 10, "Pa\npier"), {"row.broken": 1}),
    "two line breaks": (_cell(4, 10, "Pa\npi\ner"), {"row.broken": 1}),
    "an unreadable day": (_cell(7, 3, "x"), {"date.unreadable": 1}),
}


@pytest.mark.parametrize("what", CAUSES)
def test_one_cause_makes_one_finding(tmp_path: Path, what: str) -> None:
    change, expected = CAUSES[what]
    rows = table()
    change(rows)
    assert _read(tmp_path, rows).findings.counts == expected


def test_what_no_entry_explains_is_said_of_journal_and_month(tmp_path: Path) -> None:
    rows = table()
    for row in rows[3:6]:
        row[2] = ""
    rows[4][11] = "21,00"
    codes = _read(tmp_path, rows).findings
    assert {"balance.file", "balance.journal", "balance.month"} <= set(codes.counts)


def _numbered(*entries: tuple[str, str]) -> Rows:
    """Lines of 10 euros by (journal, number), the first on the debit, then in turns."""
    rows = [table()[0]]
    for rank, (journal, number) in enumerate(entries):
        row = [*table()[3]]
        row[0], row[1], row[2] = journal, f"Journal {journal}", number
        row[11], row[12] = ("10,00", "") if rank % 2 == 0 else ("", "10,00")
        row[10] = f"Ligne {rank}"
        rows.append(row)
    return rows


KEYS = {
    "numbers start again in each journal": (
        [("AC", "1"), ("AC", "1"), ("VE", "1"), ("VE", "1")], "journal"),
    "an entry in two journals": ([("AC", "1"), ("VE", "1"), ("AC", "2"), ("VE", "2")], "number"),
    "both hold": ([("AC", "1"), ("AC", "1"), ("VE", "2"), ("VE", "2")], "journal"),
    "neither does": ([("AC", "1"), ("VE", "2")], "journal"),
}  # fmt: skip


@pytest.mark.parametrize("what", KEYS)
def test_what_tells_entries_apart_is_chosen_by_what_balances(tmp_path: Path, what: str) -> None:
    entries, key = KEYS[what]
    ledger = _read(tmp_path, _numbered(*entries))
    assert ledger.entry_key == key
    assert ledger.findings.counts.get("entry.key", 0) == (key == "number")
    assert ("balance.entry" in ledger.findings) is False
    if key == "number":
        (said,) = ledger.findings.kept["entry.key"]
        assert said.detail == "4 déséquilibrées par journal et numéro, 0 par numéro"


def test_lines_in_double_are_counted_with_their_amount(tmp_path: Path) -> None:
    rows = table()
    ledger = _read(tmp_path, [*rows, *([*row] for row in rows[1:])])
    assert ledger.findings.counts["entry.twice"] == 12
    (said,) = ledger.findings.kept["entry.twice"]
    assert said.detail == f"12 lignes de trop dans 5 écritures, débits {exact_euros(TOTAL)}"
    assert said.line == 2


ONCE: dict[str, Callable[[Rows], object]] = {
    "one line of an entry twice": lambda rows: (
        rows.insert(4, [*rows[3]]), rows[6].__setitem__(12, "220,00")),
    "the same amounts under other labels": lambda rows: rows.extend(
        [*row[:10], f"{row[10]} bis", *row[11:]] for row in rows[11:13]),
    "the same entry under another number": lambda rows: rows.extend(
        [*row[:2], "3", *row[3:]] for row in rows[11:13]),
}  # fmt: skip


@pytest.mark.parametrize("what", ONCE)
def test_what_looks_alike_is_not_in_double(tmp_path: Path, what: str) -> None:
    rows = table()
    ONCE[what](rows)
    assert not _read(tmp_path, rows).findings


def _from(first: str, *, early: int, usual: int) -> Rows:
    """Entries of `early` lines at a first day, then `usual` ones in February 2025."""
    rows = [table()[0]]
    for number in range(1, (early + usual) // 2 + 1):
        for debit, credit in (("10,00", ""), ("", "10,00")):
            row = [*table()[3]]
            row[2], row[3] = str(number), first if number <= early // 2 else "20250210"
            row[10], row[11], row[12] = f"Ligne {number}", debit, credit
            rows.append(row)
    return rows


YEARS = {
    "eighteen months": (_from("20240701", early=4, usual=4), {"year.long": 1}),
    "twenty-four months": (_from("20240101", early=4, usual=4), {"year.long": 1}),
    "more than the law knows": (_from("20231231", early=4, usual=4), {"date.outside": 4}),
    "some days before": (_from("20241220", early=4, usual=4), {"date.outside": 4}),
    "a year mistaken on one entry": (_from("20240315", early=2, usual=60), {"date.outside": 2}),
}


@pytest.mark.parametrize("what", YEARS)
def test_an_exercise_of_more_than_a_year_is_told_from_mistakes(tmp_path: Path, what: str) -> None:
    rows, expected = YEARS[what]
    assert _read(tmp_path, rows).findings.counts == expected


def test_what_is_invisible_is_named_with_its_field_and_left_aside(tmp_path: Path) -> None:
    rows = table()
    rows[3][4] = "6064\u200b00"
    rows[4][10] = "Cœur\u2028de"
    (first, second) = list(_read(tmp_path, rows).findings)
    assert (first.line, first.column, first.value) == (
        4,
        "CompteNum",
        "U+200B, espace de largeur nulle",
    )
    assert (second.line, second.column) == (5, "EcritureLib")
    assert second.value == "U+2028, séparateur de ligne"
