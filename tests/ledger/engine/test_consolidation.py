"""Six chambers as one: equal to the generator's truth, to the cent, by every way there."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillage.ledger.engine.accounts import monthly_balances
from maillage.ledger.engine.consolidation import Book, Consolidation, consolidate, consolidate_cubes
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.statements import BALANCE_GAP, RESULT_GAP
from maillage.ledger.engine.survey import survey_all
from tests.depth import drawn
from tests.generated_books import SIX, Truth, generate_books
from tests.ledger.engine.fec_text import table, written

CODES = tuple(entity.code for entity in SIX)
BY_SIREN = {entity.siren: entity.code for entity in SIX}
ROOTS = ("451", "18", "411", "401", "7084", "6218")
PERIMETER = Perimeter(CODES, Partners.everywhere({code: code for code in CODES}))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate_books(tmp_path_factory.mktemp("fec"), seed=5, lines=30_000)


@pytest.fixture(scope="module")
def books(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> list[Book]:
    store = tmp_path_factory.mktemp("store")
    found = []
    for path in truth.files:
        ledger = read_ledger(path, store=store)
        assert not ledger.findings.counts, list(ledger.findings)
        assert ledger.folder is not None
        found.append(Book(BY_SIREN[ledger.siren], 2025, ledger.folder))
    return found


@pytest.fixture(scope="module")
def mapping(truth: Truth) -> Mapping:
    rules = [Rule(local, root, exception=True) for local, root in truth.accounts.items()]
    return Mapping(tuple(rules))


@pytest.fixture(scope="module")
def result(books: list[Book], mapping: Mapping) -> Consolidation:
    return consolidate(books, mapping, PERIMETER)


def expected(truth: Truth) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(chamber, month, root) -> (debit, credit), from the truth."""
    totals: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (entity, month, local), (debit, credit) in truth.balances.items():
        cell = totals[entity, month, truth.accounts[local]]
        cell[0] += debit
        cell[1] += credit
    return {key: (cell[0], cell[1]) for key, cell in totals.items()}


def by_month(result: Consolidation) -> dict[tuple[str, str, str], tuple[int, int]]:
    totals: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in result.lines:
        cell = totals[line.entity, f"{line.month:%Y-%m}", line.account]
        cell[0] += line.debit
        cell[1] += line.credit
    return {key: (cell[0], cell[1]) for key, cell in totals.items()}


def test_the_store_gives_the_truth_to_the_cent(truth: Truth, result: Consolidation) -> None:
    assert by_month(result) == expected(truth)
    assert result.unmapped == {}


def test_one_pass_over_the_files_gives_the_same(
    truth: Truth, mapping: Mapping, result: Consolidation
) -> None:
    surveyed = survey_all(truth.files, partners=PERIMETER.partners, codes=BY_SIREN)
    assert all(not s.findings.counts for s in surveyed)
    cubes = {BY_SIREN[s.siren]: s.cube for s in surveyed}
    assert consolidate_cubes(cubes, mapping, PERIMETER) == result


def test_partners_and_differences_are_those_of_the_truth(
    truth: Truth, result: Consolidation
) -> None:
    families = PERIMETER.families
    nets: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in result.eliminations:
        root = next(root for root in ROOTS if line.account.startswith(root))
        nets[line.entity, line.partner, root] += line.net
    assert {k: v for k, v in nets.items() if v} == {k: v for k, v in truth.partners.items() if v}
    # What is unmatched, by pair, family and nature, from the truth alone.
    gaps: dict[tuple[frozenset[str], str, bool], int] = defaultdict(int)
    for (one, other, root), net in truth.partners.items():
        family = families.of(root)
        assert family is not None
        gaps[frozenset({one, other}), family.code, root[0] in "67"] += net
    found: dict[tuple[frozenset[str], str, bool], int] = defaultdict(int)
    for r in result.reciprocities:
        found[frozenset({r.entity, r.partner}), r.family.code, r.nature == "result"] += r.difference
    assert found == gaps
    for d in truth.differences:
        family = families.of(d.family)
        assert family is not None
        assert any(
            {r.entity, r.partner} == {d.entity, d.partner} and r.family == family
            for r in result.differences
        ), "a known difference is not seen"


def test_elimination_leaves_the_differences_on_lines_of_their_own(result: Consolidation) -> None:
    left = dict(monthly_balances(result))
    assert sum(d - c for d, c in left.values()) == 0
    for account, is_result in ((RESULT_GAP, True), (BALANCE_GAP, False)):
        stated = sum(d - c for (_, number), (d, c) in left.items() if number == account)
        gap = [r for r in result.reciprocities if (r.nature == "result") == is_result]
        assert stated == sum(r.difference for r in gap)
    whole = sum(line.debit for line in result.lines)
    taken = sum(line.debit for line in result.eliminations)
    booked = sum(d for (_, number), (d, _) in left.items() if number[-1] != "E")
    assert booked == whole - taken < whole


def test_an_unmapped_account_is_listed_and_kept(books: list[Book], mapping: Mapping) -> None:
    lost = mapping.rules[0]
    fewer = Mapping(mapping.rules[1:])
    result = consolidate(books, fewer, PERIMETER)
    assert [account for _, account in result.unmapped] == [lost.prefix]
    assert sum(line.net for line in result.lines) == 0
    assert any(line.account == "" for line in result.lines)


def test_a_smaller_perimeter_eliminates_only_inside(books: list[Book], mapping: Mapping) -> None:
    two = Perimeter(CODES[:2], PERIMETER.partners)
    result = consolidate(books, mapping, two)
    assert {line.entity for line in result.lines} == set(CODES[:2])
    assert {line.partner for line in result.eliminations} <= set(CODES[:2])


def test_no_book_gives_an_empty_consolidation(mapping: Mapping) -> None:
    assert consolidate([], mapping, PERIMETER) == Consolidation((), (), (), {})


# -- a second implementation, in plain Python, sharing nothing with the first ---------------------


def _plain_rows(path: Path) -> Iterator[dict[str, str]]:
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("iso-8859-15")
    lines = text.splitlines()
    separator = "\t" if "\t" in lines[0] else "|"
    names = lines[0].split(separator)
    for row in csv.reader(lines[1:], delimiter=separator, quoting=csv.QUOTE_NONE):
        yield dict(zip(names, row, strict=True))


def _cents(text: str) -> int:
    whole, _, part = (text or "0").partition(",")
    return int(whole) * 100 + int((part + "00")[:2])


def _thirds_of_entries(path: Path) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _plain_rows(path):
        if row["CompAuxNum"]:
            found[row["JournalCode"], row["EcritureNum"]].add(row["CompAuxNum"])
        elif row["CompteNum"][0] in "12345" and not row["CompteNum"].startswith("445"):
            # It may be somebody's: amounts have to say, which payments do not.
            found[row["JournalCode"], row["EcritureNum"]].add("?")
    return found


def _by_hand(truth: Truth) -> dict[tuple[str, str, str, str], list[int]]:
    totals: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for path in truth.files:
        entity = BY_SIREN[path.name[:9]]
        entries = _thirds_of_entries(path)
        for row in _plain_rows(path):
            if "Sens" in row:
                sides = [0, 0]
                sides[0 if row["Sens"] == "D" else 1] = _cents(row["Montant"])
            else:
                sides = [_cents(row["Debit"]), _cents(row["Credit"])]
            third, thirds = row["CompAuxNum"], entries[row["JournalCode"], row["EcritureNum"]]
            if not third and len(thirds) == 1:
                (third,) = thirds
            partner = third if third in CODES else ""
            date = row["EcritureDate"]
            key = (entity, f"{date[:4]}-{date[4:6]}", truth.accounts[row["CompteNum"]], partner)
            totals[key][0] += sides[0]
            totals[key][1] += sides[1]
    return totals


@pytest.mark.parametrize("seed", drawn(8, 50))
def test_a_plain_implementation_agrees_on_fifty_books(tmp_path: Path, seed: int) -> None:
    truth = generate_books(tmp_path, seed=seed + 100, lines=600 + 7 * seed)
    rules = Mapping(tuple(Rule(a, r, exception=True) for a, r in truth.accounts.items()))
    surveyed = survey_all(truth.files, partners=PERIMETER.partners, codes=BY_SIREN)
    cubes = {BY_SIREN[s.siren]: s.cube for s in surveyed}
    result = consolidate_cubes(cubes, rules, PERIMETER)
    ours: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in result.lines:
        cell = ours[line.entity, f"{line.month:%Y-%m}", line.account, line.partner]
        cell[0] += line.debit
        cell[1] += line.credit
    assert ours == _by_hand(truth)
    assert all(s.closing == dt.date(2025, 12, 31) for s in surveyed)


def test_an_analytical_column_is_carried_over(tmp_path: Path) -> None:
    rows = table()
    values = ["Code Action", "A1", "A1", *["A2"] * 10]
    rows = [[*row, value] for row, value in zip(rows, values, strict=True)]
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert ledger.folder is not None
    rules = Mapping((Rule("4", "401"), Rule("6", "606"), Rule("7", "706"), Rule("", "101")))
    books = [Book("nord", 2025, ledger.folder)]
    result = consolidate(books, rules, Perimeter(("nord",)))
    by_axis: dict[str, int] = defaultdict(int)
    for line in result.lines:
        by_axis[line.axis] += line.debit
    assert by_axis == {"A1": 150_000, "A2": 148_050}
