"""A workbook somebody else drew: its names read, its cells filled, everything else as it came."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from maillage.sheets.findings import Unreadable
from maillage.sheets.named_cells import filled, named_cells
from tests.sheets.named_workbook import with_part, workbook


def test_its_names_are_read_with_why_some_are_not_filled() -> None:
    found = named_cells(workbook(), "modele.xlsx")
    assert (found["CHARGES_N"].sheet, found["CHARGES_N"].cell) == ("À rendre", "B1")
    assert (found["MOT"].sheet, found["MOT"].cell) == ("L'autre", "B2")
    assert {name for name, one in found.items() if one.fault} == {"TOTAL", "PLAGE", "TAUX"}


def test_cells_are_filled_in_place_and_nothing_else_moves() -> None:
    before = workbook()
    values = {
        "CHARGES_N": Decimal("-1234.50"), "PRODUITS_N": Decimal(7), "EFFECTIF": Decimal("0.25"),
        "MOT": "n.c. <&>", "TOTAL": Decimal(1), "INCONNU": Decimal(1),
    }  # fmt: skip
    after = filled(before, "modele.xlsx", values)
    book = openpyxl.load_workbook(io.BytesIO(after))
    sheet = book["À rendre"]
    assert (sheet["B1"].value, sheet["B1"].number_format) == (-1234.5, "#,##0 €")
    assert (sheet["C1"].value, sheet["B40"].value, sheet["D1"].value) == (7, 0.25, "après")
    assert sheet["B9"].value == "=SUM(B1:B3)"
    assert book["L'autre"]["B2"].value == "n.c. <&>"
    assert book.calculation.fullCalcOnLoad
    old, new = (zipfile.ZipFile(io.BytesIO(data)) for data in (before, after))
    assert old.namelist() == new.namelist()
    moved = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert moved == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    assert any("chart" in name for name in new.namelist())


def test_what_is_absent_empties_its_cell_and_keeps_its_look() -> None:
    after = filled(workbook(), "modele.xlsx", {"CHARGES_N": None})
    cell = openpyxl.load_workbook(io.BytesIO(after))["À rendre"]["B1"]
    assert (cell.value, cell.number_format) == (None, "#,##0 €")


def test_filling_again_gives_the_last_values_in_the_order_of_cells() -> None:
    once = filled(workbook(), "m.xlsx", {"EFFECTIF": Decimal(3), "PRODUITS_N": Decimal(1)})
    twice = filled(once, "m.xlsx", {"EFFECTIF": Decimal(4), "CHARGES_N": Decimal(2)})
    sheet = openpyxl.load_workbook(io.BytesIO(twice))["À rendre"]
    assert [sheet[at].value for at in ("B1", "C1", "B40")] == [2, 1, 4]
    assert zipfile.ZipFile(io.BytesIO(twice)).read("xl/workbook.xml").count(b"fullCalcOnLoad") == 1


def test_a_merged_range_is_its_first_cell_and_what_it_hides_is_not_filled() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("A")
    sheet.merge_range("B2:C2", "")
    for name, place in {
        "FUSION": "=A!$B$2:$C$2", "PREMIERE": "=A!$B$2", "CACHEE": "=A!$C$2", "LIBRE": "=A!$D$2",
        "PLAGE": "=A!$B$2:$D$2",
    }.items():  # fmt: skip
        book.define_name(name, place)
    book.define_name("PERDUE", "=#REF!$B$2")
    book.close()
    data = target.getvalue()
    found = named_cells(data, "m.xlsx")
    faults = {name: one.fault for name, one in found.items()}
    assert (found["FUSION"].cell, faults["FUSION"]) == ("B2", "")
    assert faults["PREMIERE"] == faults["LIBRE"] == ""
    assert faults["CACHEE"] == "la cellule est cachée dans la fusion B2:C2\u00a0: nommer B2"
    assert "une seule cellule" in faults["PLAGE"]
    assert "supprimée du classeur (#REF!)" in faults["PERDUE"]
    filled_book = openpyxl.load_workbook(io.BytesIO(filled(data, "m.xlsx", {"FUSION": Decimal(4)})))
    assert filled_book["A"]["B2"].value == 4


def test_a_workbook_is_judged_by_what_it_holds_whatever_its_name() -> None:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            part = source.read(name)
            if name == "[Content_Types].xml":
                assert kind in part
                part = part.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            made.writestr(name, part)
    with pytest.raises(Unreadable, match="quel que soit son nom"):
        named_cells(target.getvalue(), "modele.xlsx")
    assert named_cells(workbook(), "modele.xlsm") == named_cells(workbook(), "modele.xlsx")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "pas un classeur"),
        (b"a;b\n1;2", "pas un classeur"),
        (with_part("xl/vbaProject.bin", b"x"), "macros"),
        (with_part("xl/worksheets/sheet1.xml", b"x"), "deux fichiers de même nom"),
    ],
)
def test_what_is_no_such_workbook_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        named_cells(data, "modele.xlsx")
