"""A book beside another: what opens as it closed, what stands twice, what stops before its end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.ledger.engine.continuity import (
    Balances,
    balances_of,
    opening_findings,
    opening_gaps,
)
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.scope import Source, scope_findings, stops_before
from maillage.ledger.engine.survey import survey
from tests.ledger.engine.fec_text import as_xml, table, written

CLOSED = {("411000", "A"): 300, ("411000", "B"): 100, ("512000", ""): 500, ("101000", ""): -700}
RESULT = -200
OPENED = {**CLOSED, ("120000", ""): RESULT}

CASES: dict[str, tuple[dict[tuple[str, str], int], list[tuple[str, str, int, int]]]] = {
    "as it closed": ({}, []),
    "another amount": ({("512000", ""): 450}, [("512000", "", 500, 450)]),
    "an account lost": ({("512000", ""): 0}, [("512000", "", 500, 0)]),
    "an account from nowhere": ({("467000", ""): 20}, [("467000", "", 0, 20)]),
    "a third party for another": (
        {("411000", "A"): 200, ("411000", "B"): 200},
        [("411000", "A", 300, 200), ("411000", "B", 100, 200)]),
    "a result already allocated": (
        {("120000", ""): 0, ("106800", ""): RESULT},
        [("106800", "", 0, RESULT), ("12", "", RESULT, 0)]),
    "a charge that opens": ({("606000", ""): 5}, [("606000", "", 0, 5)]),
    "a loss where a profit was": ({("120000", ""): 0, ("129000", ""): RESULT}, []),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_an_account_opens_as_it_closed(what: str) -> None:
    change, expected = CASES[what]
    opened = {key: net for key, net in (OPENED | change).items() if net}
    gaps = opening_gaps(Balances(CLOSED, {}, RESULT), Balances({}, opened))
    assert sorted((g.account, g.auxiliary, g.closed, g.opened) for g in gaps) == expected


def test_an_account_opened_without_its_auxiliaries_is_compared_as_a_whole() -> None:
    opened = {("411000", ""): 400, ("512000", ""): 500, ("101000", ""): -700, ("120", ""): RESULT}
    assert not opening_gaps(Balances(CLOSED, {}, RESULT), Balances({}, opened))


def test_a_new_number_of_a_common_account_is_no_gap() -> None:
    former = Balances({("4386000", ""): -50, ("512000", ""): 50})
    book = Balances({}, {("4380000", ""): -50, ("512000", ""): 50})
    assert len(opening_gaps(former, book)) == 2
    assert not opening_gaps(former, book, lambda account: account[:3])
    moved = Balances({}, {("4380000", ""): -40, ("512000", ""): 50})
    assert len(opening_gaps(former, moved, lambda account: account[:3])) == 2


def test_gaps_are_told_with_their_amounts_the_largest_first_and_not_without_end() -> None:
    former = Balances({(f"4{n:05}", ""): n for n in range(1, 31)})
    book = Balances({}, {("512000", ""): 1})
    told = opening_findings("Nord", former, book)
    assert [f.code for f in told] == ["opening.difference"] * 20 + ["opening.more"]
    assert told[0].where == "Nord, compte 400030" and "11 autres comptes" in told[-1].what


def test_no_opening_at_all_is_said_where_something_was_left() -> None:
    (said,) = opening_findings("Nord", Balances(CLOSED), Balances())
    assert said.code == "opening.absent"
    assert not opening_findings("Nord", Balances(), Balances())


def test_balances_are_the_same_from_the_store_and_from_a_survey(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.folder is not None
    stored, seen = balances_of(ledger.folder), survey(path).balances
    assert seen.result == stored.result == 10_000 + 100_050 - 20_000
    assert seen.opened == {("213100", ""): 150_000, ("102100", ""): -150_000} == stored.opened
    by_account: dict[str, int] = {}
    for (account, _aux), net in stored.closed.items():
        by_account[account] = by_account.get(account, 0) + net
    assert {a: n for a, n in by_account.items() if n} == {a: n for (a, _), n in seen.closed.items()}


# -- one content twice -----------------------------------------------------------------------------


def test_the_same_lines_are_known_however_they_are_written(tmp_path: Path) -> None:
    plain = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    path = tmp_path / "000012021FEC20251231.xml"
    path.write_text(as_xml(table()))
    (tmp_path / "b").mkdir()
    head, *rows = table()
    rows.reverse()
    turned = written(tmp_path / "b", [head, *rows], separator="|")
    others = [
        read_ledger(path, store=tmp_path / "store"),
        read_ledger(turned, store=tmp_path / "store"),
    ]
    assert {other.content for other in others} == {plain.content}
    rows[0][10] = "Autre libellé"
    other = read_ledger(written(tmp_path / "b", [head, *rows]), store=tmp_path / "store")
    assert other.content == plain.content, "what lines say does not make another book"
    rows[0][11] = "1,00"
    other = read_ledger(written(tmp_path / "b", [head, *rows]), store=tmp_path / "store")
    assert other.content != plain.content


def _source(name: str, **told: object) -> Source:
    return Source(name, name, f"{name}.txt", dt.date(2025, 12, 31), **told)  # type: ignore[arg-type]


def test_one_content_under_two_chambers_or_years_is_said() -> None:
    sources = [
        _source("A", content="x"), _source("B", content="y"), _source("C", content="x"),
        _source("D"), _source("E"),
    ]  # fmt: skip
    (said,) = scope_findings(sources, 2025)
    assert (said.code, said.where) == ("scope.twin", "C") and "A.txt (A)" in said.what
    former = _source("A", content="x", state="aside")
    assert "scope.twin" in {f.code for f in scope_findings([*sources[:1], former], 2025)}


# -- the end of the year ---------------------------------------------------------------------------

ENDS = {
    dt.date(2025, 12, 1): "",
    dt.date(2026, 1, 5): "",
    dt.date(2025, 11, 30): "novembre 2025",
    dt.date(2024, 10, 1): "octobre 2024",
    None: "",
}


@pytest.mark.parametrize("last", ENDS)
def test_a_book_that_stops_before_its_closing_says_so(last: dt.date | None) -> None:
    told = stops_before(last, dt.date(2025, 12, 31))
    assert (ENDS[last] in told) if ENDS[last] else not told
    assert stops_before(last, None) == ""


def test_what_is_said_of_a_book_left_aside_is_left_aside() -> None:
    early = dt.date(2025, 3, 1)
    assert [f.code for f in scope_findings([_source("A", last=early)], 2025)] == ["scope.stops"]
    aside = scope_findings([_source("A", last=early, state="aside")], 2025)
    assert [f.code for f in aside] == ["scope.aside"]
