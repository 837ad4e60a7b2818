"""One ledger read: the same from every way of writing it, and every defect named and located."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maillage.ledger.engine.findings import CODES, KEPT, Severity
from maillage.ledger.engine.ledger_reader import LedgerFile, read_ledger
from maillage.ledger.engine.survey import survey
from tests.depth import examples
from tests.ledger.engine.fec_text import NAME, as_xml, signed, table, written

Rows = list[list[str]]
TOTAL = 298_050  # cents on each side
CLOSING = dt.date(2025, 12, 31)


def lines_of(ledger: LedgerFile) -> list[tuple[object, ...]]:
    assert ledger.folder is not None
    path = ledger.folder / "lines.parquet"
    return duckdb.sql(f"SELECT * FROM '{path}' ORDER BY line").fetchall()


def found(ledger: LedgerFile) -> list[tuple[str, int | None, str]]:
    return [(f.code, f.line, f.column) for f in ledger.findings]


def test_a_sound_ledger_has_nothing_to_say(tmp_path: Path) -> None:
    ledger = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    assert found(ledger) == []
    assert (ledger.lines, ledger.debit, ledger.credit) == (12, TOTAL, TOTAL)
    assert [(j.code, j.lines) for j in ledger.journals] == [
        ("AC", 5), ("AN", 2), ("BQ", 2), ("VE", 3),
    ]  # fmt: skip
    assert (ledger.siren, ledger.closing) == ("000012013", CLOSING)
    assert ledger == LedgerFile.load(ledger.folder)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """The lines of the sound ledger, written in the usual way."""
    place = tmp_path_factory.mktemp("usuel")
    return lines_of(read_ledger(written(place, table()), store=place / "store"))


@pytest.mark.parametrize("separator", ["\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15"])
@pytest.mark.parametrize("ways", [None, ("D", "C"), ("+1", "-1")])
def test_every_way_of_writing_reads_the_same(
    tmp_path: Path,
    plain: list[tuple[object, ...]],
    separator: str,
    newline: str,
    encoding: str,
    ways: tuple[str, str] | None,
) -> None:
    rows = signed(table(), *ways) if ways else table()
    path = written(tmp_path, rows, separator=separator, newline=newline, encoding=encoding)
    other = read_ledger(path, store=tmp_path / "store")
    assert found(other) == []
    assert lines_of(other) == plain


def test_xml_reads_the_same_and_locates_by_its_own_lines(tmp_path: Path) -> None:
    plain = read_ledger(written(tmp_path, table()), store=tmp_path / "store")
    path = tmp_path / NAME.replace("txt", "xml")
    path.write_text(as_xml(table()))
    ledger = read_ledger(path, store=tmp_path / "store")
    assert found(ledger) == [] and ledger.layout == "xml"
    assert [r[1:11] + r[12:14] for r in lines_of(ledger)] == [
        r[1:11] + r[12:14] for r in lines_of(plain)
    ]
    rows = table()
    rows[5][12] = "121,00"
    text = as_xml(rows)
    path.write_text(text)
    ledger = read_ledger(path)
    entry = next(f for f in ledger.findings if f.code == "balance.entry")
    assert "606400" in text.splitlines()[entry.line - 1]  # type: ignore[operator]


def _set(line: int, column: int, value: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[line - 1][column] = value

    return change


def _many(*changes: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for one in changes:
            one(rows)

    return change


DEFECTS: dict[str, tuple[Callable[[Rows], None], list[tuple[str, int | None, str]]]] = {
    "a field too many": (lambda r: r[3].append("x"), [("row.fields", 4, "")]),
    "a field too few": (lambda r: r[3].pop(), [("row.fields", 4, "")]),
    "a separator in a label": (_set(4, 10, "Cœur\tde"), [("row.fields", 4, "")]),
    "a blank line": (lambda r: r.insert(4, [""]), [("row.blank", 5, "")]),
    "no entry number": (_set(7, 2, ""), [("field.required", 7, "EcritureNum")]),
    "no entry date": (_set(7, 3, ""), [("field.required", 7, "EcritureDate")]),
    "no account": (_set(7, 4, ""), [("field.required", 7, "CompteNum")]),
    "no account label": (_set(7, 5, ""), [("field.required", 7, "CompteLib")]),
    "no entry label": (_set(7, 10, ""), [("field.required", 7, "EcritureLib")]),
    "no piece": (_set(7, 8, ""), [("field.expected", 7, "PieceRef")]),
    "no journal label": (_set(7, 1, ""), [("field.expected", 7, "JournalLib")]),
    "no validation date": (_set(7, 15, ""), [("field.expected", 7, "ValidDate")]),
    "a date with dashes": (_set(7, 3, "2025-02-15"), [("date.spelling", 7, "EcritureDate")]),
    "a date and a time": (_set(7, 3, "15/02/2025 00:00"), [("date.format", 7, "EcritureDate")]),
    "a thirteenth month": (_set(7, 3, "20251315"), [("date.unreadable", 7, "EcritureDate")]),
    "a thirtieth of February": (_set(7, 9, "20250230"), [("date.calendar", 7, "PieceDate")]),
    "a year long gone": (_set(7, 3, "18250215"), [("date.century", 7, "EcritureDate")]),
    "a date of next year": (_set(7, 3, "20260105"), [("date.outside", 7, "EcritureDate")]),
    "letters for an amount": (_set(4, 11, "cent"), [("amount.unreadable", 4, "Debit")]),
    "two commas": (_set(4, 11, "1,00,0"), [("amount.unreadable", 4, "Debit")]),
    "a sign apart": (_set(4, 11, "100,00 -"), [("amount.format", 4, "Debit")]),
    "an exponent": (_set(4, 11, "1E2"), [("amount.exponent", 4, "Debit")]),
    "a decimal point": (_set(4, 11, "100.00"), [("amount.point", 4, "Debit")]),
    "a space of thousands": (_set(12, 11, "1 000,50"), [("amount.thousands", 12, "Debit")]),
    "a point of thousands": (_set(12, 11, "1.000,50"), [("amount.thousands", 12, "Debit")]),
    "three decimals": (_set(4, 11, "100,001"), [("amount.decimals", 4, "Debit")]),
    "both sides": (_many(_set(9, 11, "5,00"), _set(9, 12, "45,00")),
                   [("amount.both", 9, "Debit, Credit")]),
    "neither side": (_many(_set(9, 12, "0,00"), _set(8, 12, "240,00")),
                     [("amount.neither", 9, "Debit, Credit")]),
    "an account of letters": (_set(4, 4, "6A6400"), [("account.digits", 4, "CompteNum")]),
    "another label": (_set(13, 5, "Fournisseur"), [("account.labels", 13, "CompteLib")]),
    "padded account": (_set(4, 4, " 606400 "), [("cell.padded", 4, "CompteNum")]),
    "quoted label": (_set(4, 10, '"Papier"'), [("cell.quoted", 4, "EcritureLib")]),
    "auxiliary without label": (_set(6, 7, ""), [("pair.auxiliary", 6, "CompAuxNum, CompAuxLib")]),
    "lettering without date": (_set(6, 14, ""), [("pair.lettering", 6, "EcritureLet, DateLet")]),
    "amount without currency": (_set(8, 17, ""), [("pair.currency", 8, "Montantdevise, Idevise")]),
    "an unbalanced entry": (_set(4, 11, "101,00"), [("balance.entry", 4, "EcritureNum")]),
    "a single line": (_set(13, 2, "3"), [("entry.one_line", 12, "EcritureNum"),
                                         ("entry.one_line", 13, "EcritureNum")]),
    "two dates in an entry": (_set(11, 3, "20250221"), [("entry.dates", 10, "EcritureNum")]),
    "a gap": (_many(_set(12, 2, "4"), _set(13, 2, "4")), [("number.gap", 12, "EcritureNum")]),
    "an inversion": (_many(_set(12, 3, "20250105"), _set(13, 3, "20250105")),
                     [("number.inversion", 12, "EcritureNum")]),
    "openings after": (lambda r: r.extend([r.pop(1), r.pop(1)]),
                       [("opening.late", 12, "EcritureNum")]),
    "columns in another order": (
        lambda r: [row.insert(5, row.pop(10)) for row in r], [("header.order", 1, "CompteLib")]),
    "a column missing": (
        lambda r: [row.pop(7) for row in r], [("header.absent", 1, "CompAuxLib")]),
    "no column of labels": (
        lambda r: [row.pop(10) for row in r], [("header.missing", 1, "EcritureLib")]),
    "a column named twice": (
        lambda r: [row.append(row[4]) for row in r], [("header.twice", 1, "CompteNum")]),
    "a tabulation for a space": (
        _set(4, 10, "Papier\x0bblanc"), [("cell.control", 4, "EcritureLib")]),
    "a space of no width": (_set(4, 4, "6064\u200b00"), [("cell.invisible", 4, "CompteNum")]),
    "a separator of lines": (_set(4, 10, "Pa\u2028pier"), [("cell.invisible", 4, "EcritureLib")]),
    "a soft hyphen": (_set(6, 7, "Du\xadpont"), [("cell.invisible", 6, "CompAuxLib")]),
    "a line break in a label": (_set(4, 10, "Cœur\nde cible"), [("row.broken", 4, "EcritureLib")]),
    "an entry twice, in place": (
        lambda r: r.__setitem__(slice(6, 9), [*r[6:9], *r[6:9]]),
        [("entry.twice", 7, "EcritureNum")]),
    "an entry twice, at the end": (
        lambda r: r.extend([*r[11:13]]), [("entry.twice", 12, "EcritureNum")]),
    "an entry three times": (
        lambda r: r.extend([*r[3:6], *r[3:6]]), [("entry.twice", 4, "EcritureNum")]),
    "a line without end": (
        _set(4, 10, "P" * 500_000), [("row.long", 4, ""), ("row.fields", 4, "")]),
    "capitals": (_set(1, 0, "JOURNALCODE"), [("header.case", 1, "")]),
    "quoted names": (
        lambda r: r.__setitem__(0, [f'"{cell}"' for cell in r[0]]), [("header.quoted", 1, "")]),
}  # fmt: skip


@pytest.mark.parametrize("what", DEFECTS)
def test_each_defect_is_named_and_located_whatever_reads_it(tmp_path: Path, what: str) -> None:
    change, expected = DEFECTS[what]
    rows = table()
    change(rows)
    path = written(tmp_path, rows)
    ledger = read_ledger(path, closing=CLOSING)
    assert survey(path).findings == ledger.findings
    assert not ledger.refused
    seen = found(ledger)
    for one in expected:
        assert one in seen, seen
    blocking = {c for c, _, _ in expected}
    consequences = {"balance.file", "balance.journal", "balance.month", "balance.entry",
                    "entry.one_line", "date.outside", "entry.dates", "number.inversion",
                    "number.gap", "amount.neither", "field.required", "date.format",
                    "account.digits"}  # fmt: skip
    assert {c for c, _, _ in seen} <= blocking | consequences, seen
    assert all(f.title and f.expected for f in ledger.findings)


DIRECTIONS = {"X": ("amount.direction", 4, "Sens"), "": ("amount.direction", 4, "Sens")}


@pytest.mark.parametrize("way", DIRECTIONS)
def test_an_unknown_direction_is_located(tmp_path: Path, way: str) -> None:
    rows = signed(table())
    rows[3][12] = way
    assert DIRECTIONS[way] in found(read_ledger(written(tmp_path, rows)))


NAMES = {
    "comptes.txt": {"file.name"},
    "000012014FEC20251231.txt": {"siren.key", "siren.other"},
    "000012021FEC20251231.txt": {"siren.other"},
    "000012013FEC20241231.txt": {"closing.other"},
    "000012013FEC20251331.txt": {"file.name"},
    "00001201FEC20251231.txt": {"siren.shape"},
    "000000000FEC20251231.txt": {"siren.shape"},
    "000012013FEC20251231 (1).TXT": set(),
    NAME: set(),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_held_against_what_is_expected(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, table(), name=name)
    ledger = read_ledger(path, siren="000012013", closing=CLOSING)
    assert set(ledger.findings.counts) == NAMES[name]


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda p: p.write_bytes(b""), "file.empty"),
    "a mark alone": (lambda p: p.write_bytes(b"\xef\xbb\xbf"), "file.empty"),
    "a heading alone": (lambda p: p.write_text("\t".join(table()[0]) + "\n"), "file.empty"),
    "a heading without end": (lambda p: p.write_text("\t".join(["x"] * 600)), "file.header"),
    "white": (lambda p: p.write_bytes(b"\n \n"), "file.empty"),
    "zip": (_zip, "file.archive"),
    "gzip": (lambda p: p.write_bytes(gzip.compress(b"x")), "file.archive"),
    "pdf": (lambda p: p.write_bytes(b"%PDF-1.7 x"), "file.archive"),
    "utf-16": (lambda p: p.write_bytes("JournalCode".encode("utf-16")), "file.archive"),
    "semicolons": (lambda p: p.write_text(";".join(table()[0])), "file.separator"),
    "no heading": (lambda p: p.write_text("\t".join(table()[1])), "file.header"),
    "prose": (lambda p: p.write_text("Bonjour"), "file.header"),
    "no amounts": (lambda p: p.write_text("\t".join(table()[0][:11])), "file.header"),
    "broken XML": (lambda p: p.write_text(as_xml(table())[:900]), "file.xml"),
    "an entity bomb": (
        lambda p: p.write_text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "file.xml",
    ),
    "another XML": (lambda p: p.write_text("<Document><Pay/></Document>"), "file.document"),
    "an empty XML": (lambda p: p.write_text("<comptabilite/>"), "file.empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(tmp_path: Path, what: str) -> None:
    make, code = REFUSED[what]
    path = tmp_path / NAME
    make(path)
    ledger = read_ledger(path, store=tmp_path / "store")
    assert ledger.refused and set(ledger.findings.counts) == {code}
    assert ledger.findings.worst is Severity.REFUSED
    assert list((tmp_path / "store").iterdir()) == []


def test_invalid_bytes_far_from_any_sample_are_located(tmp_path: Path) -> None:
    rows = table()
    rows += [[*row] for row in rows[3:6]] * 4000
    path = written(tmp_path, rows)
    text = path.read_bytes().split(b"\n")
    text[7001] = text[7001].replace("œ".encode(), b"\xbd")
    path.write_bytes(b"\n".join(text))
    assert ("file.encoding", 7002, "") in found(read_ledger(path))


def test_a_million_findings_are_counted_and_a_thousand_kept(tmp_path: Path) -> None:
    rows = table()
    rows += [[*rows[4][:15], "", *rows[4][16:]]] * 5000
    ledger = read_ledger(written(tmp_path, rows))
    assert ledger.findings.counts["field.expected"] == 5000
    kept = ledger.findings.kept["field.expected"]
    assert [f.line for f in kept] == list(range(14, 14 + KEPT))


def test_a_file_of_the_store_is_not_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    first = read_ledger(path, store=tmp_path / "store")
    stages: list[str] = []
    again = read_ledger(
        path, store=tmp_path / "store", name="autre.txt", closing=CLOSING,
        progress=lambda stage, *_: stages.append(stage),
    )  # fmt: skip
    assert set(stages) == {"Lecture du fichier"}
    assert again.folder == first.folder and set(again.findings.counts) == {"file.name"}


class Cancelled(BaseException):
    """Whoever follows asks to stop: no error, and not handled as one."""


def test_cancelling_keeps_nothing(tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Contrôle des lignes":
            raise Cancelled

    with pytest.raises(Cancelled):
        read_ledger(written(tmp_path, table()), store=tmp_path / "store", progress=stop)
    assert list((tmp_path / "store").iterdir()) == []


def test_extra_columns_become_axes(tmp_path: Path) -> None:
    rows = [
        [*row, value] for row, value in zip(table(), ["Code Action", *["A1"] * 12], strict=True)
    ]
    ledger = read_ledger(written(tmp_path, rows), store=tmp_path / "store")
    assert ledger.axes == ("axe_code_action",) and found(ledger) == []
    cube = ledger.folder / "cube.parquet"  # type: ignore[operator]
    assert duckdb.sql(f"SELECT DISTINCT axe_code_action FROM '{cube}'").fetchall() == [("A1",)]


def test_every_code_is_declared_in_words_and_shown_by_a_defect() -> None:
    shown = {code for _, expected in DEFECTS.values() for code, _, _ in expected}
    shown |= {code for _, code in REFUSED.values()} | set().union(*NAMES.values())
    shown |= {"entry.key", "year.long", "entry.settling", "result.nil"}
    shown |= {"amount.way", "amount.comma", "date.zone", "date.payment", "closing.document"}
    shown |= {"amount.direction", "file.encoding", "balance.file", "balance.journal",
              "balance.month", "file.amounts", "file.lines", "file.unreadable",
                  "axis.many"}  # fmt: skip
    assert set(CODES) - shown == {"file.size"}  # said where uploads are bounded


def _could_be_utf8(label: str) -> bool:
    """Whether the 8-bit bytes of a label also spell something in UTF-8: nothing then tells."""
    try:
        label.encode("iso-8859-15").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


AMOUNTS = st.integers(min_value=1, max_value=10**13 - 1)


@examples(15, 30)
@given(
    amounts=st.lists(AMOUNTS, min_size=1, max_size=12),
    separator=st.sampled_from("\t|"),
    newline=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "iso-8859-15"]),
    ways=st.sampled_from([None, ("D", "C"), ("+1", "-1")]),
    sign=st.sampled_from(["", "first", "last"]),
    label=st.text(st.characters(codec="iso-8859-15", exclude_categories=["C", "Z"],
                                exclude_characters='|"'), min_size=1, max_size=20),
)  # fmt: skip
def test_amounts_and_labels_come_back_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, amounts, separator, newline, encoding, ways, sign,
    label,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("fec")
    assume(encoding != "iso-8859-15" or label.isascii() or not _could_be_utf8(label))
    head, rows = table()[0], []
    for number, cents in enumerate(amounts, 1):
        text = f"{cents // 100},{cents % 100:02d}"
        text = f"+{text}" if sign == "first" else f"{text}+" if sign == "last" else text
        for account, debit, credit in (("606400", text, ""), ("401000", "", text)):
            start = ["AC", "Achats", str(number), "20250110", account, f"C{account}", "", ""]
            end = ["P", "20250110", label, debit, credit, "", "", "20250131", "", ""]
            rows.append(start + end)
    whole = signed([head, *rows], *ways) if ways else [head, *rows]
    path = written(folder, whole, separator=separator, newline=newline, encoding=encoding)
    ledger = read_ledger(path, store=folder / "store")
    assert found(ledger) == []
    held = duckdb.sql(
        f"SELECT label, debit, credit FROM '{ledger.folder}/lines.parquet' ORDER BY line"
    ).fetchall()
    assert [int((d + c) * 100) for _, d, c in held] == [c for c in amounts for _ in range(2)]
    assert {label_ for label_, _, _ in held} == {label}
