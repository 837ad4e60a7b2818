"""ODS files: read as an XLSX is, what they repeat bounded before it is made."""

from __future__ import annotations

import datetime as dt
import io
import time
import tracemalloc
from typing import Any

import pytest
from python_calamine import load_workbook

from maillage.sheets.column_reader import Column, Layout, read
from maillage.sheets.findings import Unreadable
from maillage.sheets.ods import ods_sheet
from maillage.sheets.remarks import gathered
from tests.sheets.ods_files import archive, cell, content, ods, row

LAYOUT = Layout("Essai", [Column("Code", name="code"), Column("Note", "prose", name="note")])
HEAD = row(cell("Code"), cell("Note"))


def values(data: bytes, layout: Layout = LAYOUT) -> list[dict[str, Any]]:
    reading = read(data, "essai.ods", layout)
    reading.raise_any()
    return [found.values for found in reading]


def said(*rows: str, **parts: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        values(archive(content({"Essai": "".join(rows)}), **parts))
    return " ".join(str(finding) for finding in caught.value.findings)


def one(*rows: str) -> list[dict[str, Any]]:
    return values(archive(content({"Essai": HEAD + "".join(rows)})))


def test_cells_of_every_kind_are_read() -> None:
    layout = Layout(
        "Essai",
        [
            Column("Texte", name="text"),
            Column("Nombre", "decimal", name="decimal"),
            Column("Jour", "date", name="date"),
            Column("Vrai", "boolean", name="boolean"),
        ],
    )
    rows = [["Texte", "Nombre", "Jour", "Vrai"], ["é & <a>\nb", 1.5, dt.date(2026, 11, 29), False]]
    [found] = values(ods(rows), layout)
    assert found["text"] == "é & <a> b" and str(found["decimal"]) == "1.5"
    assert (found["date"], found["boolean"]) == (dt.date(2026, 11, 29), False)


def test_what_is_repeated_is_counted() -> None:
    again = row(cell("a", number_columns_repeated=2), repeated=2)
    gap = row(cell("", number_columns_repeated=1000), repeated=3)
    last = row(cell(""), cell("z"))
    assert one(again, gap, last) == [{"code": "a", "note": "a"}] * 2 + [{"code": "", "note": "z"}]
    assert "ligne 8, colonne Code" in said(HEAD, again, gap, row(cell(1)), row(cell(True)))


def test_spaces_and_lines_are_kept_notes_are_not() -> None:
    text = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
        '</office:annotation><text:p>a<text:s text:c="2"/>b<text:tab/><text:span>c</text:span>'
        "<text:line-break/>d</text:p><text:p>e</text:p></table:table-cell>"
    )
    assert one(row(cell("x"), text)) == [{"code": "x", "note": "a  b\tc\nd\ne"}]


def test_the_wanted_sheet_is_read_among_others() -> None:
    rows = HEAD + row(cell("a"), cell("b"))
    other = row(cell("", formula="of:=1"), cell("x", number_columns_spanned=2))
    assert values(archive(content({"Autre": other, "Essai": rows}))) == [{"code": "a", "note": "b"}]
    with pytest.raises(Unreadable, match="la feuille «\u00a0Essai\u00a0» manque"):
        values(archive(content({"Un": rows, "Deux": rows})))


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (cell("3", formula="of:=1+2"), "ligne 2, colonne Code : la cellule contient une formule"),
        (cell("a", number_columns_spanned=2), "les cellules A2:B2 sont fusionnées"),
        (cell("a", number_rows_spanned=3), "les cellules A2:A4 sont fusionnées"),
        (cell("a", number_columns_repeated=99_999), "99999 colonnes"),
        (cell("a", number_columns_repeated="1e9"), "abîmé"),
        (cell("a", number_columns_repeated=-1), "abîmé"),
        ("<table:table-cell>", "abîmé"),
    ],
)
def test_a_cell_that_must_not_be_there(bad: str, expected: str) -> None:
    assert expected in said(HEAD, row(bad))


def test_a_far_row_is_refused() -> None:
    gap = row(cell(""), repeated=1_000_000)
    message = said(HEAD, gap, row(cell("a")))
    assert "jusqu’à la ligne 1000002" in message and "100\u00a0000 lignes au plus" in message


@pytest.mark.parametrize(
    "bomb",
    [
        row(cell("a", number_columns_repeated=16_000), repeated=99_000),
        row(cell("a" * 50_000), repeated=99_000),
        row(cell("a"), repeated=999_999_999),
    ],
)
def test_what_is_repeated_does_not_fill_the_memory(bomb: str) -> None:
    tracemalloc.start()
    start = time.process_time()
    said(HEAD, bomb)
    assert time.process_time() - start < 2
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_protected_file_or_one_with_macros_is_refused() -> None:
    locked = b"<manifest:encryption-data/>"
    assert "mot de passe" in said(HEAD, **{"META-INF__manifest.xml": locked})
    assert "macros" in said(HEAD, **{"Basic__Standard__Module1.xml": b"<x/>"})
    with pytest.raises(Unreadable, match="XML"):
        values(archive(b'<!DOCTYPE a [<!ENTITY b "c">]>' + content({"Essai": HEAD})))


def test_a_truncated_file_is_refused() -> None:
    data = ods([["Code", "Note"], ["a", "b"]])
    for length in range(1, len(data), 97):
        with pytest.raises(Unreadable):
            values(data[:length])


def test_a_sheet_is_read_as_another_reader_reads_it() -> None:
    rows = [
        ["Code", "Note", "n"],
        ["a", "é\nb", 1.5],
        ["", "", 2.0],
        ["c", dt.date(2026, 1, 2), True],
    ]
    parts = {"content.xml": content({"Essai": "".join(row(*map(cell, line)) for line in rows)})}
    data = archive(parts["content.xml"], **{"META-INF__manifest.xml": b"<manifest/>"})
    theirs = load_workbook(io.BytesIO(data)).get_sheet_by_name("Essai")
    assert ods_sheet(parts, "a.ods", "Essai", 3, LAYOUT.looks).rows == theirs.to_python() == rows


def test_a_hidden_sheet_is_read_and_told_as_in_an_xlsx() -> None:
    """LibreOffice says it by the style of the sheet, kept in the same part of the file."""
    style = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    styles = "".join(
        f'<s:style xmlns:s="{style}" s:name="{name}" s:family="table">'
        f'<s:table-properties table:display="{shown}"/></s:style>'
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    line = HEAD + row(cell("a"), cell("b"))
    for used, hidden in (("ta1", False), ("ta2", True)):
        plain = content({"Essai": line, "Autre": row(cell("Rien"))}).decode()
        head, body = plain.split("<office:body>")
        styled = body.replace('table:name="Essai"', f'table:name="Essai" table:style-name="{used}"')
        automatic = f"<office:automatic-styles>{styles}</office:automatic-styles>"
        data = archive(f"{head}{automatic}<office:body>{styled}".encode())
        with gathered() as remarks:
            assert values(data) == [{"code": "a", "note": "b"}]
        told = [remark for remark in remarks if "masquée dans le classeur" in remark]
        assert bool(told) is hidden, used
