"""The one pass never says less than the reading at length: same findings, same cube."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from maillage.ledger.engine import columns, ledger_reader, soundness
from maillage.ledger.engine import survey as surveys
from maillage.ledger.engine.cube import CubeRow
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.partners import Known
from maillage.ledger.engine.survey import survey, survey_all
from tests.depth import examples
from tests.generated_books import generate_books
from tests.ledger.engine.fec_text import as_xml, signed, table, written

DUP = Known((("DUP", "dupont"), ("MAR", "martin")))


def test_a_sound_file_is_read_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "_at_length", None)
    for rows in (table(), signed(table())):
        found = survey(written(tmp_path, rows), DUP)
        assert not found.findings.counts
        assert sum(row.debit for row in found.cube) == sum(row.credit for row in found.cube)
        assert sum(row.debit for row in found.cube) == 298_050
        assert {row.partner for row in found.cube} == {"", "dupont", "martin"}


def test_the_cube_is_the_same_by_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, table())
    quick = survey(path, DUP)
    monkeypatch.setattr(surveys, "_one_pass", lambda *_: None)
    slow = survey(path, DUP)
    assert (slow.cube, slow.openings) == (quick.cube, quick.openings) == (quick.cube, ("AN",))
    assert slow.content == quick.content == read_ledger(path).content


def test_xml_and_unreadable_files_are_surveyed_too(tmp_path: Path) -> None:
    xml = tmp_path / "000012013FEC20251231.xml"
    xml.write_text(as_xml(table()))
    empty = tmp_path / "000012021FEC20251231.txt"
    empty.write_bytes(b"")
    text, nothing = survey_all([xml, empty])
    assert sum(row.lines for row in text.cube) == 12 and not text.findings.counts
    assert nothing.refused and not nothing.cube


@pytest.mark.parametrize("numbers", [[1, 1, 4, 4], [1, 2, 2, 4], [1, 3, 3, 3]])
def test_numbers_that_add_up_by_chance_are_not_taken_for_a_sequence(
    tmp_path: Path, numbers: list[int]
) -> None:
    head, first = table()[0], table()[3]
    rows = [head]
    for rank, number in enumerate(numbers):
        for debit, credit in (("10,00", ""), ("", "10,00")):
            row = [*first]
            row[2], row[3], row[11], row[12] = str(number), f"2025011{rank}", debit, credit
            rows.append(row)
    path = written(tmp_path, rows)
    assert survey(path).findings == read_ledger(path).findings


def _quick(path: Path) -> bool:
    """Whether the one pass proves a file sound."""
    return surveys._one_pass(path, Known()) is not None


def _cube(path: Path) -> tuple[CubeRow, ...]:
    """The cube by the long way, from the stored lines."""
    with TemporaryDirectory() as spill:
        return surveys._at_length(path, DUP, Path(spill), 500).cube


# Cells by place: what stands there, and whether the pass takes it.
CELLS = {
    "an accent in every text": (10, "Éléments dûs, 12 €", True),
    "a label that ends with a space": (10, "Papier ", False),
    "an amount of nothing": (16, "0,00", True),
    "a quoted journal": (0, '"AC"', False),
    "a quoted auxiliary": (6, '"DUP"', False),
    "a lettering that ends with a space": (13, "A ", False),
    "a label of one space": (10, " ", False),
    "a label that opens with a quote": (10, '"Papier', False),
    "a control character": (10, "Pa\x01pier", False),
    "a signed amount": (11, "-100,00", False),  # the entry no longer balances
    "a zero written 0": (12, "0", True),
    "an empty side": (12, "", True),
    "a zero with one decimal": (12, "0,0", True),
    "an amount with one decimal": (11, "100,0", True),
    "an amount without decimals": (11, "100", True),
    "an amount with three decimals": (11, "100,000", True),
    "an amount with a plus": (11, "+100,00", True),
    "an amount that ends with a comma": (11, "100,", True),
    "an amount with a space": (11, "100,00 ", True),
    "a sign alone": (11, "-", False),
    "a comma alone": (11, ",", False),
    "two signs": (11, "-100,00-", False),
    "a sign apart": (11, "100,00 -", False),
    "three decimals that count": (11, "100,001", False),
    "twelve digits that count": (11, "000100000000000,00", False),
    "fourteen digits": (11, "00000000000100,00", True),
    "a piece of the 29th of February 2024": (9, "20240229", True),
    "a piece of the 29th of February 2025": (9, "20250229", False),
    "a piece of the 29th of February 1900": (9, "19000229", False),
    "a piece of the 31st of April": (9, "20250431", False),
    "a piece of the year zero": (9, "00000101", False),
    "letters for a date": (9, "2025O108", False),
    "a short date": (9, "2025108", False),
    "a validation with dashes": (15, "2025-01-31", False),
    "an unknown auxiliary padded": (6, " X", False),
    "an account padded at its end": (4, "606400 ", False),
    "an account of two digits": (4, "60", False),
    "a number with other letters": (2, "X1", False),
    "a number without digits": (2, "X", False),
    "a number of nineteen digits": (2, "1" * 19, False),
}


@pytest.mark.parametrize("what", CELLS)
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_a_cell_is_taken_or_left_to_the_long_way(tmp_path: Path, what: str, encoding: str) -> None:
    place, value, taken = CELLS[what]
    rows = table()
    rows[3][place] = value
    path = written(tmp_path, rows, encoding=encoding)
    assert _quick(path) is taken
    assert not (taken and read_ledger(path).findings.counts)


@pytest.mark.parametrize("amount", ["0", "0,00", "-0"])
def test_a_currency_with_an_amount_of_nothing_goes_the_long_way(
    tmp_path: Path, amount: str
) -> None:
    rows = table()
    rows[3][16:] = [amount, "USD"]
    path = written(tmp_path, rows)
    assert not _quick(path)
    assert "pair.currency" in read_ledger(path).findings


@pytest.mark.parametrize("place", range(18))
@pytest.mark.parametrize("broken", [b"\xc3", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"])
def test_bytes_that_are_no_utf_8_end_the_pass_in_every_cell(
    tmp_path: Path, place: int, broken: bytes
) -> None:
    rows = table()
    rows += [[*row] for _ in range(1500) for row in rows[3:6]]  # farther than what is sampled
    for rank, row in enumerate(rows[13:]):
        row[2] = str(3 + rank // 3)
        row[3] = "20250303"
    path = written(tmp_path, rows)
    assert _quick(path)
    lines = path.read_bytes().split(b"\n")
    cells = lines[3000].split(b"\t")
    cells[place] += broken
    lines[3000] = b"\t".join(cells)
    path.write_bytes(b"\n".join(lines))
    assert not _quick(path)


@pytest.mark.parametrize("block", [400, 401, 997])
def test_where_blocks_are_cut_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(soundness, "BLOCK", block)
    monkeypatch.setattr(soundness, "LONGEST_LINE", 300)
    path = written(tmp_path, table(), newline="\r\n")
    found = survey(path, DUP)
    assert not found.findings.counts and found.cube == _cube(path)
    path.write_bytes(path.read_bytes().removesuffix(b"\r\n"))
    assert survey(path, DUP).cube == found.cube


def test_a_line_too_long_for_a_block_goes_the_long_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "BLOCK", 1000)
    monkeypatch.setattr(soundness, "LONGEST_LINE", 300)
    rows = table()
    rows[4][10] = "x" * 2000
    path = written(tmp_path, rows)
    assert not _quick(path) and not survey(path).findings.counts


def _entries(*entries: list[tuple[str, str, str]]) -> list[list[str]]:
    """Purchases after the table's own: the lines (account, debit, credit) of each entry."""
    rows = table()
    named = {row[4]: row[5] for row in rows}
    for rank, lines in enumerate(entries):
        for account, debit, credit in lines:
            row = [*rows[3]]
            row[2], row[3], row[4], row[5] = (
                str(rank + 3),
                "20250415",
                account,
                named.get(account, "Compte"),
            )
            row[6], row[7], row[11], row[12] = "", "", debit, credit
            rows.append(row)
    return rows


SOLD = [
    [("213100", "", "90,00"), ("281310", "60,00", ""), ("657100", "30,00", "")],  # leaves the books
    [("213100", "", "10,00"), ("657100", "10,00", "")],
    [("213100", "", "5,00"), ("657100", "5,00", "")],  # the same accounts beside: one sum
    [("231000", "", "70,00"), ("213200", "70,00", "")],  # is put in service
    [("681100", "8,00", ""), ("281310", "", "8,00")],  # depreciation takes nothing out
    [("205000", "7,00", ""), ("401000", "", "7,00")],  # nor does a purchase
    [("275000", "", "-3,00"), ("512000", "3,00", ""), ("512000", "", "6,00")],
]


@pytest.mark.parametrize("block", [600, 4 << 20])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_leaves_the_assets_is_told_by_the_pass_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, newline: str
) -> None:
    monkeypatch.setattr(soundness, "BLOCK", block)
    monkeypatch.setattr(soundness, "LONGEST_LINE", 300)
    rows = _entries(*SOLD)
    path = written(tmp_path, rows, newline=newline)
    with TemporaryDirectory() as spill:
        told = surveys._at_length(path, DUP, Path(spill), 500).credited
    assert [(row.account, row.beside, row.cents) for row in told] == [
        ("213100", ("213100", "281310", "657100"), 9_000),
        ("213100", ("213100", "657100"), 1_500),
        ("231000", ("213200", "231000"), 7_000),
        ("275000", ("275000",), -300),
    ]
    monkeypatch.setattr(surveys, "Duck", None)
    assert _quick(path) and survey(path, DUP).credited == told
    path.write_bytes(path.read_bytes().removesuffix(newline.encode()))
    assert survey(path, DUP).credited == told


def test_of_too_many_entries_that_credit_assets_the_file_is_read_again(tmp_path: Path) -> None:
    many = [[("213100", "", "1,00"), ("657100", "1,00", "")]] * 16_385
    path = written(tmp_path, _entries(*many))
    sound = surveys._one_pass(path, DUP)
    assert sound is not None and sound.credited is None
    (row,) = survey(path, DUP).credited
    assert (row.account, row.beside, row.cents) == ("213100", ("213100", "657100"), 1_638_500)


def test_thousands_of_accounts_and_partners_are_added_up(tmp_path: Path) -> None:
    rows = [table()[0]]
    for rank in range(6000):
        for account, debit, credit in ((f"6{rank:06}", "1,00", ""), ("401000", "", "1,00")):
            row = [*table()[3]]
            row[2], row[4], row[5] = str(rank + 1), account, f"Compte {account}"
            row[3] = f"2025{rank // 500 + 1:02}15"
            row[11], row[12] = debit, credit
            row[6], row[7] = (f"P{rank}", "Tiers") if credit else ("", "")
            rows.append(row)
    path = written(tmp_path, rows)
    known = Known(tuple((f"P{rank}", f"c{rank}") for rank in range(0, 6000, 2)))
    found = survey(path, known)
    assert _quick(path) and len(found.cube) == 9012
    with TemporaryDirectory() as spill:
        assert found.cube == surveys._at_length(path, known, Path(spill), 500).cube


def test_more_journals_than_foreseen_go_the_long_way(tmp_path: Path) -> None:
    rows = [table()[0]]
    for rank in range(260):
        for debit, credit in (("1,00", ""), ("", "1,00")):
            row = [*table()[3]]
            row[0], row[1], row[2] = f"J{rank}", f"Journal {rank}", "1"
            row[11], row[12] = debit, credit
            rows.append(row)
    path = written(tmp_path, rows)
    assert not _quick(path) and not survey(path).findings.counts


# Entries by journal, number and day, and whether the pass takes them.
NUMBERINGS: dict[str, tuple[bool, list[tuple[str, str, int]]]] = {
    "by journal": (True, [("AC", "A1", 10), ("VE", "V1", 5), ("AC", "A2", 11), ("VE", "V2", 5)]),
    "overall": (True, [("AC", "1", 10), ("VE", "2", 10), ("AC", "3", 12), ("VE", "4", 12)]),
    "overall, dates back": (False, [("AC", "1", 10), ("VE", "2", 9), ("AC", "3", 12)]),
    "overall, a gap": (False, [("AC", "1", 10), ("VE", "2", 10), ("AC", "4", 12)]),
    "overall, other letters": (False, [("AC", "A1", 10), ("VE", "V2", 10), ("AC", "A3", 12)]),
    "a number twice": (False, [("AC", "1", 10), ("VE", "1", 10), ("AC", "1", 12)]),
    "two kinds of letters": (False, [("AC", "A1", 10), ("AC", "B2", 11)]),
    "a gap": (False, [("AC", "A1", 10), ("AC", "A3", 11)]),
    "dates back": (False, [("AC", "A1", 10), ("AC", "A2", 9)]),
    "numbers back": (False, [("AC", "A2", 10), ("AC", "A1", 10)]),
    "openings late": (False, [("AC", "1", 10), ("RAN", "1", 10)]),
    "openings first": (True, [("RAN", "1", 10), ("RAN", "2", 10), ("AC", "1", 11)]),
}


@pytest.mark.parametrize("what", NUMBERINGS)
def test_a_numbering_is_proved_or_left_to_the_long_way(tmp_path: Path, what: str) -> None:
    taken, entries = NUMBERINGS[what]
    rows = [table()[0]]
    for journal, number, day in entries:
        for debit, credit in (("10,00", ""), ("", "10,00")):
            row = [*table()[3]]
            row[0], row[1], row[2], row[3] = journal, journal, number, f"202501{day:02}"
            row[11], row[12] = debit, credit
            rows.append(row)
    path = written(tmp_path, rows)
    assert _quick(path) is taken
    assert not (taken and read_ledger(path).findings.counts)


CHANGES = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.integers(0, 17),
        st.sampled_from(["", " ", "0,00", "100,00", "1", "2", "20250110", "AC", "AN", "é", '"a"',
                         "606400", "Fournitures", "D", "x\ty", "12.50", "20250230", "A1"]),
    ),
    max_size=3,
)  # fmt: skip


@examples(100, 30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, newline=st.sampled_from(["\n", "\r\n"]), sides=st.booleans())
def test_whatever_is_changed_a_file_the_pass_takes_has_nothing_to_say(
    tmp_path: Path, changes: list[tuple[int, int, str]], newline: str, sides: bool
) -> None:
    rows = table() if sides else signed(table())
    for line, place, value in changes:
        rows[line][place] = value
    path = written(tmp_path, rows, newline=newline)
    read = surveys._one_pass(path, DUP)
    if read is not None:
        assert not read_ledger(path).findings.counts
        assert read.cube == _cube(path)


def assert_stored_alike(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the pass or DuckDB reads it."""
    closing = dt.date(2025, 12, 31)
    slow = read_ledger(path, store=tmp_path / "a", closing=closing)
    monkeypatch.setattr(ledger_reader, "WORTH", 0)
    monkeypatch.setattr(ledger_reader.checks, "check_text", None)
    quick = read_ledger(path, store=tmp_path / "b", closing=closing)
    assert replace(quick, folder=None) == replace(slow, folder=None)
    for part in ledger_reader.PARTS:
        one, other = (
            duckdb.sql(f"SELECT * FROM '{found.folder / part}' ORDER BY ALL").fetchall()  # type: ignore[operator]
            for found in (slow, quick)
        )
        assert one == other


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15"])
@pytest.mark.parametrize("sides", [True, False])
def test_a_sound_file_is_stored_alike_without_its_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, sides: bool
) -> None:
    path = written(tmp_path, table() if sides else signed(table()), encoding=encoding)
    assert_stored_alike(path, tmp_path, monkeypatch)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_long_texts_that_lines_repeat_are_stored_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    rows = table()
    for row in rows[1:]:
        row[8] = f"Pièce {row[2]} " + "é-" * 90 + row[3]
    assert len({row[8] for row in rows[1:]}) < len(rows) - 1
    path = written(tmp_path, rows, encoding=encoding)
    assert_stored_alike(path, tmp_path, monkeypatch)


def test_an_auxiliary_of_several_labels_is_stored_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table()
    named = [row for row in rows[1:] if row[6]]
    for row, label in zip(named, ("Papeterie", "Papeterie du port"), strict=False):
        row[6:8] = ["F1", label]
    assert len({row[7] for row in named if row[6] == "F1"}) == 2
    assert_stored_alike(written(tmp_path, rows), tmp_path, monkeypatch)


def test_an_auxiliary_too_long_for_the_pass_is_read_at_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table()
    label = "Papeterie " * 500 + "."
    next(row for row in rows[1:] if row[6])[7] = label
    path = written(tmp_path, rows)
    monkeypatch.setattr(ledger_reader, "WORTH", 0)
    found = read_ledger(path, store=tmp_path / "a", closing=dt.date(2025, 12, 31))
    assert found.folder is not None and not found.findings.counts
    stored = f"SELECT count(*) FROM '{found.folder / 'lines.parquet'}' WHERE aux_label = ?"
    assert duckdb.execute(stored, [label]).fetchall() == [(1,)]


def test_generated_books_are_stored_alike_wherever_they_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = dt.date(2025, 12, 31)
    books = generate_books(tmp_path / "fec", seed=7, lines=9_000).files
    monkeypatch.setattr(soundness, "BLOCK", 50_000)
    monkeypatch.setattr(ledger_reader, "ROW_GROUP", 700)
    monkeypatch.setattr(columns, "ROOM", columns.scan.WIDEST * columns.scan.LONGEST_LINE + 4_000)
    for path in books:
        monkeypatch.setattr(ledger_reader, "WORTH", 0)
        with monkeypatch.context() as patch:
            patch.setattr(ledger_reader.checks, "check_text", None)
            quick = read_ledger(path, store=tmp_path / "a", closing=closing)
        monkeypatch.setattr(ledger_reader, "WORTH", 1 << 40)
        slow = read_ledger(path, store=tmp_path / "b", closing=closing)
        assert replace(quick, folder=None) == replace(slow, folder=None)
        for part, order in zip(ledger_reader.PARTS, ("line", "ALL"), strict=True):
            one, other = (
                duckdb.sql(f"SELECT * FROM '{found.folder / part}' ORDER BY {order}")  # type: ignore[operator]
                for found in (slow, quick)
            )
            assert one.types == other.types and one.columns == other.columns
            assert one.fetchall() == other.fetchall()


def test_a_file_with_something_to_say_is_read_at_length_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_reader, "WORTH", 0)
    rows = table()
    rows[3][11] = "101,00"
    path = written(tmp_path, rows)
    assert set(read_ledger(path).findings.counts) == {"balance.entry", "balance.file"}
    monkeypatch.setattr(surveys, "proved", lambda *_: None)
    monkeypatch.setattr(ledger_reader, "compiled", None)
    assert set(survey(path).findings.counts) == {"balance.entry", "balance.file"}


def test_without_numba_every_file_goes_the_long_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, table())
    expected = survey(path)
    monkeypatch.setitem(sys.modules, "maillage.ledger.engine.soundness", None)
    monkeypatch.delattr("maillage.ledger.engine.soundness")
    found = survey(path)
    assert not _quick(path) and (found.cube, found.findings) == (expected.cube, expected.findings)


def test_no_page_waits_for_numba_to_be_imported() -> None:
    code = "import sys, maillage.ledger.engine.survey as s; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
