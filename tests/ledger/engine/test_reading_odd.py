"""Files nobody should write: read as far as they can be, alike whatever else they hold."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.ledger.engine import clean_text
from maillage.ledger.engine import survey as surveys
from maillage.ledger.engine.clean_text import CHUNK
from maillage.ledger.engine.consolidation import Book
from maillage.ledger.engine.drill import Filter, entry_lines
from maillage.ledger.engine.findings import KEPT
from maillage.ledger.engine.ledger_reader import LedgerFile, read_ledger
from maillage.ledger.engine.mapping import Mapping
from maillage.ledger.engine.partners import NOTHING
from maillage.ledger.engine.survey import survey
from tests.ledger.engine.fec_text import NAME, as_xml, signed, table, written
from tests.ledger.engine.test_reading import CLOSING, TOTAL, found, lines_of

HEADS = table()[0]
# What stands in a cell of line 4, and what is to be said of it.
CELLS = {
    "an exponent": ("Debit", "1e2", "amount.exponent"),
    "an underscore": ("Debit", "1_000", "amount.unreadable"),
    "an exponent after a comma": ("Debit", "5,1e1", "amount.exponent"),
    "an exponent after a point": ("Debit", "1.205E2", "amount.point"),
    "an exponent beyond measure": ("Debit", "1e30", "amount.unreadable"),
    "a sign apart": ("Debit", "- 12,00", "amount.format"),
    "two signs": ("Debit", "-5-", "amount.unreadable"),
    "five decimals": ("Debit", "12,50001", "amount.decimals"),
    "a hundred billion": ("Debit", "100000000000,00", "amount.unreadable"),
    "seven digits": ("EcritureDate", "2025021", "date.unreadable"),
    "infinity": ("PieceDate", "infinity", "date.unreadable"),
    "the epoch": ("ValidDate", "epoch", "date.unreadable"),
    "a padded date": ("EcritureDate", " 20250110", "cell.padded"),
    "a leap day of no leap year": ("PieceDate", "20250229", "date.calendar"),
    "a padded label": ("EcritureLib", "Papier ", "cell.padded"),
    "a padded piece": ("PieceRef", " F17", "cell.padded"),
    "a padded currency": ("Idevise", "USD ", "cell.padded"),
    "a quoted journal": ("JournalCode", '"AC"', "cell.quoted"),
    "a quoted account": ("CompteNum", '"606400"', "cell.quoted"),
    "a quoted auxiliary": ("CompAuxNum", '"DUP"', "cell.quoted"),
    "digits of another script": ("CompteNum", "١٢٣400", "account.digits"),
    "empty fields after": ("Idevise", "\t\t", "row.fields"),
}  # fmt: skip


@pytest.mark.parametrize("what", CELLS)
def test_a_fault_is_told_alike_alone_and_beside_another(tmp_path: Path, what: str) -> None:
    column, value, code = CELLS[what]
    rows = table()
    rows[3][HEADS.index(column)] = value
    alone = read_ledger(written(tmp_path, rows), store=tmp_path / "alone")
    rows[11][HEADS.index("CompteLib")] += " "  # line 12
    beside = read_ledger(written(tmp_path, rows), store=tmp_path / "beside")
    assert code in [c for c, line, _ in found(alone) if line == 4]
    assert found(alone) == [f for f in found(beside) if f != ("cell.padded", 12, "CompteLib")]
    assert lines_of(alone) == [
        tuple(x.rstrip() if isinstance(x, str) else x for x in row) for row in lines_of(beside)
    ]


AMOUNTS = {
    "1.000": 100_000, "1.000.000": 100_000_000, "1,000.00": 100_000, "1 234,56": 123_456,
    "1.234,56": 123_456, "1'234,56": 123_456, "12.5": 1_250, "1e2": 10_000, "1,205E2": 12_050,
    "1.205E2": 12_050, "- 12": -1_200, "12,5 -": -1_250, "120.": 12_000, ".5": 50,
    "12,504": 1_250, "(12,50)": -1_250, "( 1 234,56 )": -123_456, "(1.234,56)": -123_456,
    "(12)": -1_200,
    # One value, several spellings: nothing to say of them.
    "000000000029346,63": 2_934_663, " 000000000029346,63": 2_934_663, ",50": 50, ",5": 50,
    "12,50-": -1_250, "+12,50": 1_250, "12,50+": 1_250, "12,": 1_200, "-,5": -50, " 12,50 ": 1_250,
    "-0000012,5": -1_250, "000000000000000000000000": 0, "00099999999999,99": 9_999_999_999_999,
    "12,5000": 1_250, "": 0, " ": 0, "99999999999,99": 9_999_999_999_999,
}  # fmt: skip
SPELLINGS = list(AMOUNTS)[list(AMOUNTS).index("000000000029346,63") :]


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_counts_for_its_value(tmp_path: Path, text: str) -> None:
    rows = table()
    rows[3][11] = text
    ledger = read_ledger(written(tmp_path, rows))
    assert (ledger.debit, ledger.missing) == (TOTAL - 10_000 + AMOUNTS[text], 0)
    said = {code for code in ledger.findings.counts if code.startswith("amount.")}
    assert (said <= {"amount.neither"}) == (text in SPELLINGS)


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_sound_file_stays_sound_however_its_amounts_are_spelled(
    tmp_path: Path, text: str
) -> None:
    """The same value on both sides, so that the entry balances: nothing at all to say."""
    if not AMOUNTS[text]:
        return
    rows = table()
    rows[12][12] = rows[11][11] = text
    path = written(tmp_path, rows)
    ledger = read_ledger(path)
    assert not ledger.findings and ledger.debit == TOTAL - 100_050 + AMOUNTS[text]
    found = surveys._one_pass(path, NOTHING)
    assert found is not None and sum(row.debit for row in found.cube) == ledger.debit


POINTED = {
    "1.500": 150, "12.345": 1_235, "100.000": 10_000, "0.500": 50, "1234.567": 123_457,
    "1.000.000": 100_000_000, "1,000.50": 100_050, "120.": 12_000,
}  # fmt: skip


@pytest.mark.parametrize("text", POINTED)
def test_the_point_of_an_amount_means_what_its_column_proves(tmp_path: Path, text: str) -> None:
    """Cents after a point elsewhere: three digits after one are no thousands, unless two follow."""
    rows = [[cell.replace(",", ".") for cell in row] for row in table()]
    rows[3][11] = text
    ledger = read_ledger(written(tmp_path, rows))
    two = text.count(".") > 1
    assert ledger.debit == TOTAL - 10_000 + POINTED[text]
    assert ("amount.thousands" in ledger.findings.counts) == (two or "," in text)


@pytest.mark.parametrize("other", ["1.234,50", "1 234,5", "1.000.000"])
def test_a_column_that_disputes_its_point_keeps_thousands(tmp_path: Path, other: str) -> None:
    rows = [[cell.replace(",", ".") for cell in row] for row in table()]
    rows[3][11], rows[11][11] = "1.500", other
    ledger = read_ledger(written(tmp_path, rows))
    assert ledger.debit == TOTAL - 10_000 - 100_050 + 150_000 + AMOUNTS.get(other, 123_450)
    assert "amount.thousands" in ledger.findings.counts


UNREAD: dict[str, tuple[Callable[[list[list[str]]], object], int]] = {
    "letters": (lambda rows: rows[3].__setitem__(11, "cent"), 1),
    "a currency beside": (lambda rows: rows[3].__setitem__(11, "100,00 €"), 1),
    "a value beyond measure": (lambda rows: rows[3].__setitem__(11, "1" * 12), 1),
    "both amounts of a line": (lambda rows: rows[3].__setitem__(slice(11, 13), ["x", "y"]), 1),
    "a line cut short": (lambda rows: rows[3].pop(), 1),
    "three lines": (lambda rows: [rows[n].__setitem__(11, "?") for n in (3, 4, 11)], 3),
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_is_missing_and_never_a_zero(tmp_path: Path, what: str) -> None:
    change, count = UNREAD[what]
    rows = table()
    change(rows)
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert ledger.missing == count
    assert survey(written(tmp_path, rows)).missing == count
    assert "amount.neither" not in ledger.findings
    assert ledger == LedgerFile.load(ledger.folder)  # type: ignore[arg-type]
    assert {(row[12], row[13]) for row in lines_of(ledger)}.isdisjoint({(0, 0)})


def test_a_direction_that_is_none_leaves_its_line_out_of_the_totals(tmp_path: Path) -> None:
    rows = signed(table())
    rows[3][12] = "X"
    ledger = read_ledger(written(tmp_path, rows))
    assert (ledger.missing, ledger.debit) == (1, TOTAL - 10_000)


def test_a_ledger_quoted_throughout_reads_the_same(tmp_path: Path) -> None:
    plain = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    rows = [[f'"{cell}"' for cell in row] for row in table()]
    quoted = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert set(quoted.findings.counts) == {"cell.quoted", "header.quoted"}
    assert lines_of(quoted) == lines_of(plain)


SHIFTS = {
    "in a label": (3, 10, "Reprise\t2024"),
    "at the end of a label": (4, 10, "Audit\t"),
    "before an amount": (4, 10, "Audit\t12,50"),
    "in a lettered line": (6, 10, "Cœur\t"),
    "before the lettering": (4, 12, "0,00\t"),
    "in the journal": (4, 1, "Achats\t"),
    "in the account": (4, 5, "Fourni\ttures"),
}


@pytest.mark.parametrize("what", SHIFTS)
def test_a_separator_within_a_cell_shifts_no_amount(tmp_path: Path, what: str) -> None:
    line, column, value = SHIFTS[what]
    rows = table()
    left = [int(rows[line - 1][place].replace(",", "")) for place in (11, 12)]
    rows[line - 1][column] = value
    ledger = read_ledger(written(tmp_path, rows))
    assert ("row.fields", line, "") in found(ledger)
    assert (ledger.debit, ledger.credit) == (TOTAL - left[0], TOTAL - left[1])


def test_a_line_followed_by_empty_fields_is_taken_whatever_else_it_holds(tmp_path: Path) -> None:
    rows = table()
    rows[3][5] += " "
    rows[3][-1] += "\t\t"
    ledger = read_ledger(written(tmp_path, rows))
    assert ledger.debit == TOTAL
    assert [code for code, line, _ in found(ledger) if line == 4] == ["row.fields", "cell.padded"]


def test_a_heading_may_end_with_a_separator(tmp_path: Path) -> None:
    rows = table()
    rows[0].append("")
    assert not read_ledger(written(tmp_path, rows)).findings
    ended = [[*row, ""] for row in table()]
    ledger = read_ledger(written(tmp_path, ended))
    assert not ledger.findings and ledger.axes == ()


NAMES = ["livre [1].txt", "liv?e.txt", "*.txt", "a {b}.txt", "l'été.txt", "livre.txt.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_for_one_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a [ab]"
    folder.mkdir()
    for other in ("livre 1.txt", "livre.txt", "a b.txt"):
        written(folder, _long(20), name=other)
    path = written(folder, table(), name=name)
    ledger = read_ledger(path, store=folder / "store [1]")
    assert (ledger.lines, ledger.debit) == (12, TOTAL)
    assert ledger.folder is not None
    page = entry_lines([Book("nord", 2025, ledger.folder)], Mapping(()), Filter())
    assert page.count == 12


def test_letters_of_iso_8859_15_are_read_in_every_column(tmp_path: Path) -> None:
    rows = [[*row, "Œuvre €"] for row in table()]
    rows[0][-1] = "Service"
    for row in rows[3:6]:
        row[0], row[13], row[14] = "ŒV", "Œ", "20250220"
        row[16:18] = ["1,00", "€"]
    rows[5][6] = "CŒUR"
    held = []
    for encoding in ("utf-8", "iso-8859-15"):
        ledger = read_ledger(written(tmp_path, rows, encoding=encoding), store=tmp_path / "store")
        held.append(lines_of(ledger))
    assert held[0] == held[1]
    assert "CŒUR" in {row[7] for row in held[0]}


def test_a_line_that_is_not_utf_8_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    lines = path.read_bytes().split(b"\n")
    lines[9] = lines[9].replace("è".encode(), b"\xe8")
    path.write_bytes(b"\n".join(lines))
    ledger = read_ledger(path, store=tmp_path / "store")
    assert found(ledger) == [("file.encoding", 10, "")]
    assert lines_of(ledger) == lines_of(
        read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    )


def _long(rows: int = 3_000) -> list[list[str]]:
    """More lines than any sample sees."""
    found = table()
    for number in range(3, rows):
        found += [[*row[:2], str(number), *row[3:]] for row in found[11:13]]
    return found


def _replaced(line: int, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(text: bytes) -> bytes:
        lines = text.split(b"\n")
        lines[line - 1] = lines[line - 1].replace(old, new)
        return b"\n".join(lines)

    return change


LATE = 5_001
ODD: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "a lone return in a label": (_replaced(LATE, b"Audit", b"Au\rdit"), {"row.broken"}),
    "other line ends at the end": (
        lambda text: text[:-9_000] + text[-9_000:].replace(b"\n", b"\r\n"), set()),
    "returns alone at the end": (
        lambda text: text[:-9_000] + text[-9_000:].replace(b"\n", b"\r"), set()),
    "a separator of the reader": (_replaced(LATE, b"Audit", b"Au\x1fdit"), {"cell.control"}),
    "a zero byte": (_replaced(LATE, b"Audit", b"Au\0dit"), {"cell.control"}),
    "a very long line": (_replaced(LATE, b"Audit", b"\xc3\xa9" * 600_000), {"row.long"}),
    "bytes of another table": (_replaced(LATE, b"Audit", b"\x9cuvre"), {"file.encoding"}),
    "the end cut off": (lambda text: text[:-20], {"row.fields"}),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_what_no_sample_shows_is_read_and_located(tmp_path: Path, what: str) -> None:
    change, codes = ODD[what]
    path = written(tmp_path, _long())
    path.write_bytes(change(path.read_bytes()))
    assert path.stat().st_size > 200_000
    ledger = read_ledger(path)
    assert not ledger.refused
    consequences = {"balance.file", "balance.entry", "balance.journal", "balance.month",
                    "row.fields", "row.blank", "entry.one_line"}  # fmt: skip
    assert codes <= set(ledger.findings.counts) <= codes | consequences
    if what in ("other line ends at the end", "returns alone at the end"):
        assert not ledger.findings
    for code in codes - {"row.fields"}:
        assert [f.line for f in ledger.findings.kept[code]] == [LATE]


def test_a_character_cut_at_the_end_of_what_is_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, _long())
    text = path.read_bytes()
    text = (text * (1 + CHUNK // len(text)))[: CHUNK - 2]
    path.write_bytes(text[: text.rfind(b"\n")].ljust(CHUNK - 1, b"x") + b"\xc3")
    ledger = read_ledger(path)
    assert path.stat().st_size == CHUNK
    assert "file.encoding" in ledger.findings and not ledger.refused


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max, dt.date(1, 12, 31)])
def test_any_closing_date_given_is_taken(tmp_path: Path, day: dt.date) -> None:
    assert read_ledger(written(tmp_path, table()), closing=day).lines == 12


def test_lines_beyond_the_memory_given_are_refused(tmp_path: Path) -> None:
    rows = table()
    wide = [*rows[3][:10], " " + "x" * 15_000, *rows[3][11:]]
    path = written(tmp_path, [*rows, *[wide] * 6_000])
    ledger = read_ledger(path, memory_mb=60)
    assert ledger.refused and "file.size" in ledger.findings


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b" \n"])
def test_lines_too_short_by_millions_are_refused_before_they_are_read(
    tmp_path: Path, end: bytes
) -> None:
    path = written(tmp_path, table())
    path.write_bytes(path.read_bytes() + end * 20_000_000)
    began = time.process_time()
    ledger = read_ledger(path)
    assert time.process_time() - began < 2
    assert ledger.refused and "file.lines" in ledger.findings


def test_lines_left_blank_by_thousands_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    path.write_bytes(path.read_bytes() + b"\n" * 50_000)
    ledger = read_ledger(path)
    assert ledger.lines == 12 and ledger.findings.counts["row.blank"] == 50_000


@pytest.mark.parametrize(
    "closing", ["20240228", "20240229", "99991231", "00010101", "20250630", "20251231"]
)
def test_any_closing_date_in_the_name_is_read(tmp_path: Path, closing: str) -> None:
    ledger = read_ledger(written(tmp_path, table(), name=f"000012013FEC{closing}.txt"))
    assert ("file.name" in ledger.findings) == (closing[0] in "09")
    assert ledger.lines == 12


def test_numbers_far_apart_are_told_apart(tmp_path: Path) -> None:
    rows = table()
    for row, number in zip(rows[11:13], ["9223372036854775807"] * 2, strict=True):
        row[2] = number
    rows[3][2] = rows[4][2] = rows[5][2] = "0"
    assert "number.gap" in read_ledger(written(tmp_path, rows)).findings


def test_sums_that_no_integer_holds_are_refused(tmp_path: Path) -> None:
    rows = table()
    rows[11][11] = "99999999999,99"
    path = written(tmp_path, rows)
    line = path.read_bytes().split(b"\n")[11]
    with path.open("ab") as file:
        for _ in range(950):
            file.write((line + b"\n") * 1_000)
    ledger = read_ledger(path)
    assert ledger.refused and "file.amounts" in ledger.findings


def test_openings_are_known_by_whole_words(tmp_path: Path) -> None:
    for label, late in {
        "Couverture de change": False, "Vente de la nouveauté": False, "À nouveaux": True,
        "Réouverture": False, "Journal d'ouverture": True,
    }.items():  # fmt: skip
        rows = table()
        rows[11][1] = rows[12][1] = label
        rows[11][0] = rows[12][0] = "ZZ"
        rows[11][2] = rows[12][2] = "1"
        assert ("opening.late" in read_ledger(written(tmp_path, rows)).findings) == late, label


def test_the_first_lines_are_kept_whatever_the_column(tmp_path: Path) -> None:
    rows = _long(700)
    for row in rows[13:]:
        row[10] += " "
    rows[2][5] += " "  # line 3, a column before
    kept = read_ledger(written(tmp_path, rows)).findings.kept["cell.padded"]
    assert len(kept) == KEPT and kept[0].line == 3


def test_labels_of_accounts_are_counted_and_the_first_kept(tmp_path: Path) -> None:
    rows = _long(1_200)
    for rank, row in enumerate(rows[13:]):
        row[5] = f"Libellé {rank}"
    findings = read_ledger(written(tmp_path, rows)).findings
    assert findings.counts["account.labels"] == len(rows) - 13
    assert [f.line for f in findings.kept["account.labels"]] == list(range(14, 14 + KEPT))


# -- the store -------------------------------------------------------------------------------------


def test_the_same_bytes_under_another_closing_are_checked_again(tmp_path: Path) -> None:
    store = tmp_path / "store"
    read_ledger(written(tmp_path, table()), store=store)
    other = written(tmp_path, table(), name="000012021FEC20241231.txt")
    again = read_ledger(other, store=store)
    assert (again.siren, again.closing) == ("000012021", dt.date(2024, 12, 31))
    assert again.findings.counts == {"date.outside": 12}
    assert again == LedgerFile.load(again.folder)  # type: ignore[arg-type]
    renamed = read_ledger(other, store=store, name="000012039FEC20241231.txt")
    assert (renamed.siren, renamed.folder) == ("000012039", again.folder)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda folder: (folder / "ledger.json").write_text('{"name": "0000'),
    "emptied": lambda folder: (folder / "ledger.json").write_text("{}"),
    "no cube": lambda folder: (folder / "cube.parquet").unlink(),
    "no byte of lines": lambda folder: (folder / "lines.parquet").write_bytes(b""),
    "another file for its cube": lambda folder: (folder / "cube.parquet").write_bytes(b"garbage"),
    "lines cut": lambda folder: (folder / "lines.parquet").write_bytes(
        (folder / "lines.parquet").read_bytes()[:-9]
    ),
    "lines alone": lambda folder: [
        (folder / name).unlink() for name in ("ledger.json", "cube.parquet")
    ],
}


@pytest.mark.parametrize("what", DAMAGES)
def test_what_is_damaged_in_the_store_is_made_again(tmp_path: Path, what: str) -> None:
    path, store = written(tmp_path, table()), tmp_path / "store"
    first = read_ledger(path, store=store)
    assert first.folder is not None
    DAMAGES[what](first.folder)
    again = read_ledger(path, store=store)
    assert again == first and len(lines_of(again)) == 12
    assert [p.name for p in store.iterdir()] == [first.sha256]


# -- XML -------------------------------------------------------------------------------------------


def _xml(tmp_path: Path, text: str) -> LedgerFile:
    path = tmp_path / NAME.replace("txt", "xml")
    path.write_text(text)
    return read_ledger(path, store=tmp_path / "store")


def test_xml_of_another_year_says_so(tmp_path: Path) -> None:
    text = as_xml(table()).replace("2025-12-31", "2024-12-31")
    ledger = _xml(tmp_path, text)
    assert [(f.code, f.value) for f in ledger.findings] == [("closing.document", "31/12/2024")]


def test_xml_with_prefixes_directions_and_axes_reads_the_same(tmp_path: Path) -> None:
    plain = _xml(tmp_path, as_xml(table()))
    text = as_xml(table()).replace("</ligne>", "<Service>A1</Service></ligne>")
    text = text.replace("<Credit>120.00</Credit>", "<Montant>120.00</Montant><Sens>C</Sens>", 1)
    text = text.replace("<", "<f:").replace("<f:/", "</f:").replace("<f:?", "<?")
    text = text.replace("<f:comptabilite>", '<f:comptabilite xmlns:f="urn:fec">')
    ledger = _xml(tmp_path, text)
    assert ledger.axes == ("axe_service",) and not ledger.findings
    assert [row[:-1] for row in lines_of(ledger)] == lines_of(plain)


@pytest.mark.parametrize("encoding", ["bogus", "hex", "utf-7", "shift_jis", "punycode", "idna"])
def test_xml_in_an_encoding_nobody_reads_is_refused(tmp_path: Path, encoding: str) -> None:
    ledger = _xml(tmp_path, as_xml(table()).replace("UTF-8", encoding))
    assert ledger.refused and set(ledger.findings.counts) == {"file.xml"}


def test_an_unknown_direction_in_xml_of_two_sides_is_told(tmp_path: Path) -> None:
    text = as_xml(table())
    text = text.replace("<Credit>120.00</Credit>", "<Montant>120.00</Montant><Sens>Z</Sens>", 1)
    ledger = _xml(tmp_path, text)
    told = next(f for f in ledger.findings if f.code == "amount.direction")
    assert (told.value, "<Sens>Z" in text.splitlines()[(told.line or 0) - 1]) == ("Z", True)


def test_axes_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    rows = [[*row, "x", "y", "z"] for row in table()]
    rows[0][-3:] = ["a", "a_2", "A"]
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert len(set(ledger.axes)) == 3
    assert [row[-3:] for row in lines_of(ledger)] == [("x", "y", "z")] * 12


def test_signed_amounts_are_lenient_too(tmp_path: Path) -> None:
    rows = signed(table())
    rows[3][11] = " 100,00"
    ledger = read_ledger(written(tmp_path, rows), closing=CLOSING)
    assert (ledger.debit, ledger.credit) == (TOTAL, TOTAL)


def test_a_column_of_too_many_values_is_no_axis(tmp_path: Path) -> None:
    rows = [[*row, str(number), "A1"] for number, row in enumerate(_long(300))]
    rows[0][-2:] = ["IdLigne", "Service"]
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert ledger.axes == ("axe_service",)
    assert [(f.code, f.column) for f in ledger.findings] == [("axis.many", "IdLigne")]
    assert {row[-2:] for row in lines_of(ledger)} >= {("1", "A1"), ("12", "A1")}


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\n\n"])
def test_a_line_without_end_is_held_in_part(
    tmp_path: Path, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_text, "CHUNK", 50_000)
    path = written(tmp_path, table())
    path.write_bytes(path.read_bytes() + "é".encode() * 3_000_000 + end)
    assert max(map(len, clean_text._blocks(path))) < 200_000
    ledger = read_ledger(path)
    assert ledger.lines == 12
    assert [f.line for f in ledger.findings.kept["row.long"]] == [14]
    assert "file.encoding" not in ledger.findings


def test_xml_is_held_in_part_too(tmp_path: Path) -> None:
    text = as_xml(table()).replace("Fournitures", "F" * 50_000, 1)
    ledger = _xml(tmp_path, text)
    assert ledger.lines == 12
    assert [f.code for f in ledger.findings] == ["row.long"]
    many = "".join(f"<x{n}>1</x{n}>" for n in range(600))
    ledger = _xml(tmp_path, as_xml(table()).replace("</ligne>", f"{many}</ligne>", 1))
    assert ledger.refused and "file.header" in ledger.findings


def test_what_xml_says_is_told_once_however_often_it_is_read(tmp_path: Path) -> None:
    text = as_xml(table())
    text = text.replace("<Credit>120.00</Credit>", "<Montant>120.00</Montant><Sens>Z</Sens>", 1)
    first = _xml(tmp_path, text)
    assert _xml(tmp_path, text).findings == first.findings
    assert first.findings.counts["amount.direction"] == 1
