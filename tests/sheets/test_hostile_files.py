"""Files that are not what they say, or that would harm: each is refused, and says why."""

from __future__ import annotations

import contextlib
import io
import struct
import time
import tracemalloc
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from maillage.schemes.engine.placement_files import MAX_BYTES, TITLES, read_table, write_csv
from maillage.schemes.engine.placement_files.columns import COLUMNS
from maillage.sheets.findings import Finding, Unreadable
from maillage.sheets.scanning import BrokenSheetError, WideSheetError, letters_of, scan
from tests.builders import small_document
from tests.depth import examples
from tests.schemes.engine.test_tables import DOCUMENT, exported, table, text, workbook

GOOD = exported()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def refused(data: bytes, name: str = "essai.xlsx") -> tuple[Finding, ...]:
    with pytest.raises(Unreadable) as caught:
        read_table(data, name, DOCUMENT)
    for finding in caught.value.findings:
        assert finding.where and finding.what
    return caught.value.findings


def said(data: bytes, name: str = "essai.xlsx") -> str:
    return " ".join(str(finding) for finding in refused(data, name))


def repacked(changes: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The good workbook with parts replaced (bytes or a function), added, or removed (None)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return target.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    return repacked({SHEET: lambda part: part.replace(old, new, 1)})


def test_a_file_of_200_mb_is_refused_without_being_read() -> None:
    data = bytes(200_000_000)
    tracemalloc.start()
    start = time.perf_counter()
    message = said(data)
    spent, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "200\u00a0Mo" in message and "20\u00a0Mo au plus" in message
    assert spent < 0.5 and peak < 1_000_000


def test_the_limit_can_be_set() -> None:
    with pytest.raises(Unreadable):
        read_table(GOOD, "a.xlsx", DOCUMENT, max_bytes=len(GOOD) - 1)
    assert read_table(GOOD, "a.xlsx", DOCUMENT, max_bytes=len(GOOD))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "le fichier est vide"),
        (b"%PDF-1.7 ...", "un PDF"),
        (OLE + bytes(600), "ancien format .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        (b"PK\x05\x06" + bytes(18), "vide"),
        (b"\x89PNG\r\n\x1a\n\0\0", "ni un classeur ni un texte"),
        ("Mode".encode("utf-16"), "UTF-16"),
        (b"\n\n", "vide"),
    ],
)  # fmt: skip
def test_the_first_bytes_say_what_a_file_is(data: bytes, expected: str) -> None:
    assert expected in said(data, "essai.xlsx")


def test_the_extension_does_not_count() -> None:
    assert read_table(GOOD, "essai.csv", DOCUMENT) == DOCUMENT.placements
    data = write_csv(DOCUMENT, DOCUMENT.placements)
    assert read_table(data, "essai.xlsx", DOCUMENT) == DOCUMENT.placements


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "pas un classeur"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text"}, "pas un classeur"),
        ({"xl/workbook.xml": None, "xl/workbook.bin": b"x"}, ".xlsb"),
        ({"xl/workbook.xml": None}, "pas un classeur"),
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/workbook.xml": b"<workbook"}, "illisible"),
        ({"xl/_rels/workbook.xml.rels": None}, "illisible"),
        ({SHEET: None}, "manque"),
        ({SHEET: b"not xml"}, "abîmé"),
        ({SHEET: lambda part: part[: len(part) // 2]}, ""),
        ({SHEET: lambda part: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + part}, "XML"),
        ({SHEET: lambda part: part.decode().encode("utf-16")}, "XML"),
        ({f"xl/media/{i}.png": b"" for i in range(1001)}, "trop de fichiers"),
    ],
)
def test_an_archive_that_is_not_a_plain_workbook(parts: dict[str, Any], expected: str) -> None:
    assert expected in said(repacked(parts))


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/media/image.xml"])
def test_a_zip_bomb_is_refused_before_it_is_inflated(part: str) -> None:
    bomb = repacked({part: b" " * 60_000_000})
    assert len(bomb) < 100_000
    tracemalloc.start()
    message = said(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "comprimé au-delà du vraisemblable" in message
    assert peak < 2_000_000


def test_many_parts_that_add_up_are_refused() -> None:
    body = bytes(range(256)) * 4000
    parts = {f"xl/media/{i}.xml": body for i in range(250)}
    assert "trop lourd une fois décompressé" in said(repacked(parts))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(repacked({"xl/sharedStrings.xml": b" " * 30_000_000}))
    for offset, signature in ((22, b"PK\x03\x04"), (24, b"PK\x01\x02")):
        name = 30 if signature == b"PK\x03\x04" else 46
        at = -1
        while (at := bomb.find(signature, at + 1)) >= 0:
            if bomb[at + name : at + name + 20] == b"xl/sharedStrings.xml":
                bomb[at + offset : at + offset + 4] = struct.pack("<I", 900)
    assert "abîmé" in said(bytes(bomb))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_refused(method: int) -> None:
    assert "compressée d’une manière inconnue" in said(repacked({}, method))


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(GOOD)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + offset] |= 1
    assert "mot de passe" in said(bytes(data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    assert "deux fichiers de même nom" in said(target.getvalue())


@examples(60)
@given(st.integers(1, len(GOOD) - 1))
def test_a_truncated_workbook_is_refused(length: int) -> None:
    refused(GOOD[:length])


@examples(80)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_workbook_is_read_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in damage:
        data[place] = byte
    with contextlib.suppress(Unreadable):
        read_table(bytes(data), "a.xlsx", DOCUMENT)


@examples(80)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    refused(data, "\x00\u202e.csv")


@pytest.mark.parametrize(
    "reference",
    [b"XFD1048576", b"A1048576", b"ZZ99999", b"XFD2", b"zz99999"],
)
def test_a_far_cell_does_not_fill_the_memory(reference: bytes) -> None:
    for cell in (b'<c r="%s"><v>1</v></c>', b"<x:c  r = '%s' ><x:v>1</x:v></x:c>"):
        data = in_sheet(b"</row></sheetData>", cell % reference + b"</row></sheetData>")
        start = time.perf_counter()
        refused(data)
        assert time.perf_counter() - start < 1


def test_far_cells_in_two_directions_add_up() -> None:
    cells = b'<c r="ZZ6"><v>1</v></c></row><row r="99999"><c r="A99999"><v>1</v></c>'
    data = in_sheet(b"</row></sheetData>", cells + b"</row></sheetData>")
    assert "702 colonnes et 99999 lignes" in said(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="2"', b'<row r="4"'),
        (b'<row r="2"', b'<row r="1"'),
        (b'<row r="2"', b'<row r="0"'),
        (b'<row r="2"', b'<row r="-1"'),
        (b'<row r="2"', b'<row r="4294967297"'),
        (b'r="C3"', b'r="C2"'),
        (b'r="C3"', b'r="C4294967299"'),
        (b'r="C3"', b'r="A3"'),
        (b'r="C3"', b'r="3"'),
        (b'r="C3"', b'r="C"'),
        (b'r="C3"', b'x=">" r="C1"'),
    ],
)
def test_cells_in_disorder_do_not_stop_the_process(old: bytes, new: bytes) -> None:
    """The reader trusts the order of cells: in disorder it asked for terabytes and aborted."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert old in archive.read(SHEET)
    assert "abîmé" in said(in_sheet(old, new))
    parsed = {SHEET: lambda part: commented(part.replace(old, new, 1))}
    assert "abîmé" in said(repacked(parsed))


def commented(sheet: bytes) -> bytes:
    """The same sheet, whose rows are all left to the parser."""
    return sheet.replace(b"<sheetData>", b"<!-- --><sheetData>")


def rarely(usual: Any, *odd: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([*[usual] * 20, *odd])


_CELL = st.tuples(
    rarely("", "a", "XFE", "$"),
    rarely("", "0"),
    rarely(' s="1" t="s"', "", ' t="inlineStr"', ' r="B2"', ' s="<"'),
    rarely("><v>0</v></c>", "/>", "><v>1.5</v></c>", "><f>1</f></c>", "><v>&#48;</v></c>"),
)
_COLUMNS = st.lists(st.sampled_from(["A", "B", "Z", "AA", "XFD"]), unique=True, max_size=4)
_ROW = st.tuples(
    rarely(1, 0, -1, 300, 99_000, 100_002),
    rarely("", ' spans="1:3"', ' ht="15"', ' r="9"', ' hidden="&amp;"'),
    st.one_of(_COLUMNS.map(lambda names: sorted(names, key=lambda n: (len(n), n))), _COLUMNS),
    st.lists(_CELL, min_size=4, max_size=4),
)
_ENDINGS = rarely("</sheetData>", "<!-- --></sheetData>", "<c/></sheetData>", "")


@examples(300)
@given(st.lists(_ROW, max_size=5), _ENDINGS)
def test_a_plain_row_is_scanned_as_the_parser_scans_it(rows: Any, ending: str) -> None:
    body, number = "", 0
    for step, more, names, cells in rows:
        number += step
        body += f'<row r="{number}"{more}>'
        for name, (before, after, attributes, value) in zip(names, cells, strict=False):
            body += f'<c r="{before}{name}{number}{after}"{attributes}{value}'
        body += "</row>"
    sheet = f"<?xml version='1.0'?><worksheet><sheetData>{body}{ending}</worksheet>".encode()

    def outcome(xml: bytes) -> Any:
        try:
            return scan(xml, 100_001)
        except BrokenSheetError:
            return "broken"
        except WideSheetError as error:
            return error.args

    assert outcome(sheet) == outcome(commented(sheet))


@pytest.mark.parametrize("root", [b"sst", b"x:sst"])
@pytest.mark.parametrize("count", [b"1214748364810", b"-1", b"4294967295", b"&#57;999999999"])
def test_a_count_that_lies_does_not_stop_the_process(root: bytes, count: bytes) -> None:
    """The reader reserves what the count says: terabytes, and the process aborted."""
    strings = b'<%s xmlns:x="y" uniqueCount="%s"><si><t>x</t></si></%s>' % (root, count, root)
    assert "abîmé" in said(repacked({"xl/sharedStrings.xml": strings}))
    nested = b'<a xmlns:x="y">' + strings + b"</a>"
    refused(repacked({"xl/sharedStrings.xml": nested}))
    refused(repacked({"xl/sharedStrings.xml": b"<sst>" + strings + b"</sst>"}))


def test_one_long_string_shared_by_all_cells_is_refused() -> None:
    strings = b"<sst><si><t>%s</t></si></sst>" % (b"ab" * 400_000)
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c></row><row r="%d">' % (i, i + 1)
                     for i in range(7, 2000))  # fmt: skip
    ending = b'</row><row r="7">' + cells + b"</row></sheetData>"
    changes = {
        "xl/sharedStrings.xml": strings,
        SHEET: lambda part: part.replace(b"</row></sheetData>", ending),
    }
    tracemalloc.start()
    assert "abîmé" in said(repacked(changes, zipfile.ZIP_STORED))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def made(change: Any) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Placements")
        for number, row in enumerate(table({}, {"Jalon": "2022"})):
            sheet.write_row(number, 0, row)
        change(book, sheet)
    return target.getvalue()


def test_a_formula_is_named_with_its_cell() -> None:
    (found,) = refused(made(lambda _, sheet: sheet.write_formula("H3", '="M"', None, "M")))
    assert found.where == "feuille Placements, ligne 3, colonne Mode"
    assert "formule" in found.what


def test_a_formula_is_found_however_it_is_written() -> None:
    for cell in (
        b'<c r="AZ6" t="str"><f/><v>M</v></c>',
        b'<c t="str" r="AZ6" ><f t="shared">1</f></c>',
        b"<c r='AZ6'>\n<f>1</f></c>",
        b"<c><v>1</v><f>1</f></c>",
    ):
        data = in_sheet(b"</row></sheetData>", cell + b"</row></sheetData>")
        assert "formule" in said(data)


def test_the_letter_f_is_not_a_formula() -> None:
    rows = table({"Justification": "a:f <f> :f <f/>"})
    assert read_table(workbook(rows), "a.xlsx", DOCUMENT)[0].rationale == "a:f <f> :f <f/>"


def test_merged_cells_are_named() -> None:
    column = letters_of([c.title for c in COLUMNS].index("Justification") + 1)
    (found,) = refused(made(lambda _, sheet: sheet.merge_range(f"{column}2:{column}3", "x")))
    assert found.where == "feuille Placements" and f"{column}2:{column}3" in found.what


def test_the_sheet_must_be_found() -> None:
    assert read_table(workbook(table({}), "Feuil1"), "a.xlsx", DOCUMENT)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name in ("Placement", "Autre"):
            book.add_worksheet(name)
    message = said(target.getvalue())
    assert "la feuille «\u00a0Placements\u00a0» manque" in message and "Placement" in message


def test_another_sheet_may_hold_anything() -> None:
    def change(book: Any, _: Any) -> None:
        other = book.add_worksheet("Notes")
        other.write_formula("A1", "=1+1")
        other.merge_range("B1:C2", "x")

    assert len(read_table(made(change), "a.xlsx", DOCUMENT)) == 2


def test_a_csv_in_another_encoding_says_which() -> None:
    body = text(table({"Justification": "réalisé à l'été"})).decode()
    (found,) = refused(body.encode("cp1252"), "a.csv")
    assert found.where == "a.csv, ligne 1"
    assert "Windows-1252" in found.what and "«\u00a0CSV UTF-8\u00a0»" in found.what
    assert "Mac Roman" in said(body.encode("mac-roman"), "a.csv")


@pytest.mark.parametrize("tail", ['"ouvert', '"a"b;', '"' + "x" * 50_000 + '"'])
def test_a_csv_with_a_broken_quote_names_its_row(tail: str) -> None:
    data = text(table({})) + tail.encode()
    assert "ligne 3" in said(data, "a.csv")


def test_a_truncated_csv_is_refused() -> None:
    data = write_csv(DOCUMENT, DOCUMENT.placements)
    assert "la ligne compte" in said(data[: data.rindex(b";", 0, -20)], "a.csv")


def test_wrong_columns_are_all_listed() -> None:
    found = refused(b"nom;date\nx;y\n", "a.csv")
    needed = [column for column in COLUMNS if column.name and column.needed]
    assert len(needed) == 12
    assert sum(f.what == "colonne absente" for f in found) == len(needed)
    assert sum(f.what == "colonne inconnue" for f in found) == 2


def test_another_network_finds_no_home_here() -> None:
    other = small_document("autre", processes=(), placements=())
    with pytest.raises(Unreadable) as caught:
        read_table(GOOD, "a.xlsx", other)
    assert len(caught.value.findings) == len(DOCUMENT.placements)


def test_many_wrong_codes_stay_quick() -> None:
    rows = [
        list(TITLES),
        *(list(table({"Processus (code)": f"x{i:05}"})[1]) for i in range(20_000)),
    ]
    start = time.process_time()
    assert refused(text(rows), "a.csv")[-1].what == "et 19800 autres"
    assert time.process_time() - start < 3
    assert MAX_BYTES == 20_000_000
